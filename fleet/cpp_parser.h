// Parses a repository's C++ by running the parsing process `gander-cpp`, one for each translation unit, in the sandbox.
//
//   request -> the file's command, or a neighbour's -> flags let through -> kept facts that still hold,
//                                                                        or gander-cpp in the sandbox -> unit
//
// A crash, a limit or an answer that can't be read costs one unit, never more.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "fleet/compile_commands.h"
#include "rewriter/cpp_parser.h"
#include "sandbox/sandbox.h"

namespace gander::fleet {

struct CppParserParts {
  std::filesystem::path program;        // gander-cpp
  sandbox::Sandbox* sandbox = nullptr;  // null: without a wall, for one's own tree; every unit says so in its gaps
  std::filesystem::path cache = {};     // folder for the facts of this repository (fact_cache.h); empty: none are kept
};

// A tree and its compilation database on this machine, and where the commands in the database believe the tree to be.
struct CppTree {
  std::filesystem::path host;  // absolute
  std::filesystem::path
      inside;  // the same as `host` for a build on this machine; sandbox::kTreeInside for one in the sandbox
  std::filesystem::path database;  // folder of compile_commands.json on the machine, absolute; empty: there is none
};

struct CppLimits {
  unsigned workers = 2;
  std::chrono::milliseconds time{std::chrono::minutes(2)};  // for one unit
  uint64_t memory = 3ULL << 30;                             // bytes, for one unit
  uint64_t output = 512ULL << 20;                           // bytes of one unit
  uint64_t cache = 2ULL << 30;                              // bytes of all facts that are kept
};

// Called from the worker threads, one at a time, when a unit is done: units done and units asked for so far.
using CppProgress = std::function<void(size_t done, size_t asked)>;

// kUnavailable where the parsing process is not there; kInvalid or kNotFound for a database that can't be used. A database
// inside the tree is read without following symbolic links.
Result<std::unique_ptr<rewriter::CppParser>> makeCppParser(const CppParserParts& parts, const CppTree& tree,
                                                           const CppLimits& limits = {}, CppProgress progress = {});

// The folder of the compilation database that a tree brings along, as developers leave it there: the tree itself (where a
// symbolic link is followed: for one's own tree only), else its `build`. Empty where there is none.
std::filesystem::path findDatabaseFolder(const std::filesystem::path& tree);

}  // namespace gander::fleet
