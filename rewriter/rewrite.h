// The rewriter: a migration and a tree in, a rewrite out. A pure function of its inputs: no git, no network, no clock, no store.
//
//   scan -> lower (seeds, then what the solver asks for) <-> solve -> verdicts -> edit units -> ledger
//
//   scan    spellings of the migration are looked for in every file (rewriter/scan)
//   lower   files that hold one become facts (rewriter/treesitter, and rewriter/clang behind CppParser)
//   solve   demands on byte ranges, each with its evidence, until nothing more is asked for (rewriter/solve)
//   verdicts, units  demands that agree and are closed become edits; what hangs together goes together
//   ledger  every occurrence of an old spelling gets exactly one verdict
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/source.h"
#include "rewriter/cpp_parser.h"
#include "rewriter/file_system.h"
#include "rules/migration.h"
#include "rules/model.h"

namespace gander::rewriter {

enum class Tier { kType, kScope, kFlow, kRule, kShape, kName };
std::string_view toString(Tier tier);

struct EvidenceStep {
  std::string file;
  Position position;
  std::string why;
  auto operator<=>(const EvidenceStep&) const = default;
};

struct Edit {
  Span span;
  Position position;
  std::string old;  // the bytes that stand there
  std::string now;
  std::string change;  // Change::id, or "<dataset>/<kind of reference>/<old name>"
  Tier tier = Tier::kName;
  std::string unit;  // edits of one unit only make sense together
  bool built =
      false;         // a compiler of the target's build reads this token as code; a string's contents it does not check
  std::string rule;  // the migration's own rule that made it (rules::Rule), or empty
  std::vector<EvidenceStep> evidence;
  // The names that it is made for, where it stands around them or beside them: an insertion has an empty `old`.
  std::vector<Span> about;
};

struct ListedSite {
  Span span;
  Position position;
  std::string text;  // the source line, trimmed
  std::string change;
  std::string reason;
  bool blocks = false;  // it must change with its unit: the unit is held back, or the proposal is incomplete
  std::vector<EvidenceStep> evidence;
};

struct Hazard {
  std::string name;  // "held-back", "shared-constant", ...
  std::string file;
  Position position;
  std::string message;
  auto operator<=>(const Hazard&) const = default;
};

enum class Verdict { kEdited, kOther, kProse, kGenerated, kListed, kUnreached };
std::string_view toString(Verdict verdict);

struct LedgerEntry {
  Span span;
  Position position;
  std::string spelling;
  Verdict verdict = Verdict::kUnreached;
  std::string reason;
};

struct Ledger {
  std::vector<LedgerEntry> entries;  // sorted by file and offset: every occurrence of every old spelling, once
  uint64_t contained = 0;            // longer names that only contain a spelling
  std::map<std::string, uint64_t> containedNames;
  uint64_t count(Verdict verdict) const;
};

// What is done to a whole file. A file that moves takes its edits along.
struct FileAction {
  std::string path;
  std::string text;       // not of one that moves
  bool replaces = false;  // false: there is no such file yet
  std::string movedFrom;  // not empty: the path that goes away
  bool removes = false;   // it goes away
  std::string unit;       // as Edit::unit; empty: of every dataset's types
};

// A file that was not looked into, and why: binary, huge, not UTF-8, LFS pointer, submodule, symbolic link.
struct SkippedFile {
  std::string path;
  std::string why;
};

// What is proved of a rewrite whose changes are all renames, beyond each edit's own evidence.
enum class CertificateGrade {
  kNone,
  kTokens,  // outside the edits the token streams of the changed files are equal, and each edit puts a new name for an old one
  kSymbols,  // and in the new tree every name of the changed C++ files resolves to what it resolved to before, or to its new name
};
std::string_view toString(CertificateGrade grade);

struct CertificateDifference {
  std::string file;
  Position position;   // before the edits
  std::string before;  // what stands there, or what it resolves to
  std::string after;
};

struct Certificate {
  CertificateGrade grade = CertificateGrade::kNone;
  std::string why;                                  // why the grade is no higher; empty for kSymbols
  std::optional<CertificateDifference> difference;  // the first one; there is one only where the proof failed
  bool failed() const { return difference.has_value(); }
};

struct Rewrite {
  std::vector<Edit> edits;  // sorted by file and offset; none overlap
  std::vector<ListedSite> listed;
  std::vector<Hazard> hazards;
  std::vector<FileAction> files;
  Ledger ledger;
  std::vector<Gap> gaps;
  std::vector<SkippedFile> skipped;
  bool incomplete = false;  // something that must change with the edits is only listed
  Certificate certificate;
  std::map<std::string, std::vector<std::string>>
      cppUnits;        // C++ units that were parsed -> files of the tree they read
  std::string digest;  // of the inputs: migration, library, engine version

  bool empty() const { return edits.empty() && files.empty(); }
};

struct RewriteLimits {
  uint64_t fileBytes = 4ULL << 20;  // larger files are not looked into
  int callers = 400;  // calls of the function that a site is in: each query of a program may go through one
  int contexts = 64;  // longer call paths that one site is judged under
  int depth = 8;      // calls on one such path
  int rounds = 8;     // lower <-> solve
};

struct RewriteParts {
  const rules::Migration& migration;
  const rules::Library& library;
  const FileSystem& tree;
  CppParser* cpp = nullptr;  // null: C++ is only read as text, and what stands in it is listed
};

Result<Rewrite> rewrite(const RewriteParts& parts, const RewriteLimits& limits = {});

// What of a migration only the engines can check: its queries of syntax trees. kInvalid with `file:line:column: why`.
Status checkMigration(const rules::Migration& migration);
// The same of its own rules, whose matchers only the C++ parser knows.
Status checkRules(const rules::Migration& migration, CppParser& parser);

// Whether any file of the tree holds a spelling of the migration, or a word of its rules: one pass over its bytes.
Result<bool> mentions(const rules::Migration& migration, const rules::Library& library, const FileSystem& tree,
                      const RewriteLimits& limits = {});

// path -> the whole new text; nullopt: the file goes away.
using ChangedFiles = std::map<std::string, std::optional<std::string>>;

// The changed files of a rewrite. Pure; kConflict if two edits overlap, the bytes are not as expected, or a file would move onto
// another.
Result<ChangedFiles> changedFiles(const Rewrite& rewrite, const FileSystem& tree);

struct CertificateParts {
  const rules::Migration& migration;
  const rules::Library& library;
  const FileSystem& tree;  // before the edits
  const ChangedFiles& changed;
  CppParser* before =
      nullptr;  // on the tree, and on the changed tree with the headers of its own build; null: no more than
  CppParser* after = nullptr;  // the grade `tokens` is tried
};

// A difference is a value: whoever proposes the rewrite says it, and does not call it verified.
Result<Certificate> certify(const Rewrite& rewrite, const CertificateParts& parts);
// Puts it into the rewrite; one that failed is a hazard too, as `certificate`.
void setCertificate(Rewrite& rewrite, Certificate certificate);

// The document of `gander rewrite --json` (docs/cli.md). `verbose` adds every ledger entry.
std::string toJson(const Rewrite& rewrite, bool verbose);

}  // namespace gander::rewriter
