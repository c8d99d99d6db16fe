// What was typed, as options: each command's own type. Only cli/options.cpp knows flags.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cli/environment.h"
#include "cli/exit_status.h"

namespace gander::cli {

enum class RewriteOutput { kSummary, kDiff, kWrite, kJson };

struct RewriteOptions {
  std::filesystem::path migration;
  std::filesystem::path tree;
  std::filesystem::path buildFolder;  // empty: the database that the tree brings along, if there is one
  std::filesystem::path rules;        // empty: gander's own
  std::filesystem::path cache;        // folder for the facts of this tree's C++; empty: none are kept
  RewriteOutput output = RewriteOutput::kSummary;
  bool ledger = false;  // every occurrence, not only the sums
  bool sandbox = true;
  unsigned jobs = 2;
};

// What the commands that work on the fleet have in common.
struct FleetOptions {
  std::filesystem::path state;
  std::filesystem::path forge;  // empty: the folder of the last run
  std::filesystem::path rules;  // empty: gander's own
  unsigned workers = 2;
  bool json = false;
};

struct RunOptions {
  FleetOptions fleet;
  std::filesystem::path migration;
  std::vector<std::string> repositories;  // names or URLs; empty: all targets
};

// `plan` and `verify`: look, and change nothing.
struct LookOptions {
  FleetOptions fleet;
  std::filesystem::path migration;
  bool plan = false;  // what a run would change, instead of what is left
  bool build = true;  // base builds first: without them C++ is only read as text
};

struct StatusOptions {
  FleetOptions fleet;
  std::string campaign;  // empty: all
};

// A target, by name; `campaign` may be empty where only one has a target of that name.
struct TargetName {
  std::string repository;
  std::string campaign;
};

struct ShowOptions {
  FleetOptions fleet;
  TargetName target;
  bool diff = false;
  bool log = false;
};

struct ApproveOptions {
  FleetOptions fleet;
  TargetName target;
};

struct RollbackOptions {
  FleetOptions fleet;
  TargetName target;
};

struct DeclineOptions {
  FleetOptions fleet;
  TargetName target;
  std::string reason;
};

struct ServeOptions {
  FleetOptions fleet;
  std::string listen = "127.0.0.1:8080";  // HOST:PORT, not checked yet
  unsigned poll = 15;                     // minutes from one round to the next; 0: only the first one
};

using Command = std::variant<RewriteOptions, RunOptions, LookOptions, StatusOptions, ShowOptions, ApproveOptions,
                             DeclineOptions, RollbackOptions, ServeOptions>;

bool wantsJson(const Command& command);

// A command, or the text that ends the program at once: help, the version, or what is wrong with the line.
struct ParsedLine {
  std::optional<Command> command;
  ExitStatus status = ExitStatus::kDone;
  std::string text;
  bool json = false;  // what is wrong is told as a document too
};

// `words` without the program's name.
ParsedLine parseCommandLine(const std::vector<std::string>& words, const Environment& environment);

}  // namespace gander::cli
