// A demand: what one resolution of one byte range asks for. Verdicts are made of all demands on a range.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/source.h"
#include "rewriter/rewrite.h"

namespace gander::rewriter {

enum class Stance {
  kReplace,  // the range names the dataset's old version: put the replacement in its place
  kKeep,     // the range is something else, with evidence
  kOpen,     // it cannot be decided
  kProse,    // the range is text for people
};

struct Demand {
  Span span;
  Stance stance = Stance::kOpen;
  std::string replacement;
  bool written = false;  // the replacement is as it must stand in the file: escaped, where that is needed
  std::string change;
  std::string rule;  // the migration's own rule that it is made by, or empty
  Tier tier = Tier::kName;
  std::string reason;           // kKeep: what it is; kOpen: what is missing
  bool claimed = false;         // kOpen: a dataset's claim reaches it, so it is listed, not only unreached
  bool weak = false;            // kOpen: nothing is known of it here; whoever knows more outweighs it
  bool blocks = false;          // kOpen: it must change with its units
  bool built = false;           // see Edit::built
  bool leftOut = false;         // the same of a branch that the build leaves out
  bool ambiguous = false;       // kReplace: the name is both an old and a new one, and its unit must tell the version
  std::set<std::string> units;  // keys of what hangs together: "type:user-plays", "ref:src/a.py:120"
  std::vector<EvidenceStep> evidence;
  // Of text that is put before or behind what stands there: what that is, and on which side. `span` is empty then. Insertions
  // at one place nest as their ranges do.
  Span wraps;
  bool opens = false;
  bool outer = false;  // of two around the same text, the outer one: what is written is converted behind what is read
  // The name that it is made for: where that is listed after all, this is not made either.
  Span about;
  auto operator<=>(const Demand&) const = default;
};

// What the solver still has to see before a chain is closed: all files that hold a token; of kIncluders, all that read the
// header whose path the token is.
enum class NeedKind { kDefinition, kCallers, kWriters, kReaders, kExpansions, kInstantiators, kIncluders };

struct Need {
  NeedKind kind = NeedKind::kCallers;
  std::string language;
  std::string token;
  auto operator<=>(const Need&) const = default;
};

// The unit key of a place where a dataset is named.
std::string unitOfReference(const Span& span);

// The unit key of what a repository's own functions give and take: they call one another, so they go together.
std::string unitOfFunctions(const rules::Dataset& dataset);

// What one round of solving found.
struct Solution {
  std::vector<Demand> demands;
  std::set<Need> needs;
  std::vector<Hazard> hazards;
  std::vector<FileAction> files;
  std::vector<std::set<std::string>> together;  // units that hang together although no name between them changes
  // Fields met under their new name, and under a name that only the old version has, by unit key: they tell the version of a
  // unit where a map's new names are also old ones.
  std::set<std::string> unitsAtNew;
  std::set<std::string> unitsAtOld;
};

}  // namespace gander::rewriter
