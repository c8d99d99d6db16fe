// What a pull request says: a pure function from the facts of a proposal to Markdown.
//
//   what and why -> what needs eyes -> table of edits -> each edit with its evidence -> verification -> certificate -> ledger -> how to
//
// What is long is folded, and what does not fit is counted: `gander show` has the whole.
// Texts that come from a repository or a migration are never taken as Markdown: they stand in code spans, or with every active
// character escaped, so that they can't make markup, links or mentions.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/source.h"
#include "pr-bot/code_pages.h"

namespace gander::prbot {

struct EvidenceLine {
  std::string file;
  Position position;
  std::string why;
};

struct ProposedEdit {
  std::string file;
  Position position;
  std::string old;
  std::string now;
  std::string change;
  std::string kind;  // of the change: "rename", "table", "rule"
  std::string tier;
  bool built = false;  // a build reads it as code
  std::vector<EvidenceLine> evidence;
  std::string rule = {};  // the migration's own rule that made it, or empty
};

struct ProposedFile {
  std::string path;
  bool replaces = false;       // false: a new file
  std::string movedFrom = {};  // not empty: the path that it had
  bool removes = false;        // it goes away
};

struct ListedPlace {
  std::string file;
  Position position;
  std::string text;
  std::string change;
  std::string reason;
  bool blocks = false;
};

struct HazardNote {
  std::string name;
  std::string file;
  Position position;
  std::string message;
};

struct StepRun {
  bool passed = false;
  std::chrono::milliseconds elapsed{0};
};

struct BuildStepNote {
  std::string command;            // as one would type it
  std::optional<StepRun> before;  // absent: it was not reached
  std::optional<StepRun> after;
};

struct VerificationNote {
  std::string verdict;    // "verified", "broken by the rewrite", ...
  bool verified = false;  // built and passed, before and after
  std::string detail;     // one line, may be empty
  std::vector<BuildStepNote> steps = {};
  std::string log = {};  // the end of the deciding build's output; empty where nothing was built
};

// What was proved of the rewrite beyond the evidence of each edit.
struct CertificateNote {
  std::string grade;  // "none", "tokens", "symbols"; empty: there is nothing to tell
  std::string why;    // why it is no higher, may be empty
  bool failed = false;
  std::string file;  // of the first difference, where it failed
  Position position;
  std::string before;
  std::string after;
};

struct LedgerSums {
  uint64_t occurrences = 0;
  uint64_t edited = 0;
  uint64_t other = 0;
  uint64_t prose = 0;
  uint64_t generated = 0;
  uint64_t listed = 0;
  uint64_t unreached = 0;
};

struct ProposalFacts {
  std::string migration;  // its name
  std::string title;
  std::string summary;     // may be empty
  std::string guide;       // URL, may be empty
  std::string owner;       // may be empty
  std::string repository;  // as `gander decline` takes it
  std::string base;        // commit, hex: evidence and places are of its files
  CodePages pages;         // of the repository
  std::string takesBack;   // not empty: it undoes what a merged one did, "#12" or "!12"
  std::string merging;     // whether it merges by itself: one sentence, or empty
  bool incomplete = false;
  std::vector<ProposedEdit> edits;
  std::vector<ProposedFile> files;
  std::vector<ListedPlace> listed;
  std::vector<HazardNote> hazards;
  std::vector<std::string> gaps;     // what could not be read as code, a sentence each
  std::vector<std::string> skipped;  // "path: why"
  VerificationNote verification;
  CertificateNote certificate;
  LedgerSums ledger;
};

// What a proposal is called once it is built: what is built, and is not whole or means something else, is not called verified.
std::string proposalVerdict(const ProposalFacts& facts);

// One line of plain text.
std::string proposalTitle(const ProposalFacts& facts);

// GitHub flavoured Markdown of at most `limit` bytes, for 10,000 and more. GitHub takes 65,536 characters, GitLab 1,048,576, and a Gitea
// on an old MySQL 65,535 bytes.
std::string proposalBody(const ProposalFacts& facts, size_t limit = 60'000);

}  // namespace gander::prbot
