// Demands become verdicts, verdicts become edit units.
//
//   demands on one range:  all replace alike -> edit;  replace and keep, or open -> listed;  keep -> other;  open -> unreached
//   units:  what shares a key goes together; where one that must change is only listed, the unit is held back
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "rewriter/rewrite.h"
#include "rewriter/scan/texts.h"
#include "rewriter/solve/demand.h"
#include "rewriter/solve/meaning.h"

namespace gander::rewriter {

struct Judged {
  Span span;
  Verdict verdict = Verdict::kOther;  // kOther, kProse or kUnreached
  std::string reason;
};

struct Verdicts {
  std::vector<Edit> edits;
  std::vector<ListedSite> listed;
  std::vector<Hazard> hazards;
  std::vector<FileAction> files;
  std::vector<Judged> judged;  // what is neither edited nor listed, with its reason
  bool incomplete = false;
};

// `files` belong to the typed units of every dataset; those of the solution to units of their own. Edits come sorted by place.
Verdicts decide(const Meaning& meaning, const Texts& texts, Solution solution, std::vector<FileAction> files);

// Edits and listed sites in the order of their places; the same for the same sites.
void sortByPlace(Verdicts& verdicts);

// The migration's files for this tree: in place of, or beside, each file that holds the old version.
std::vector<FileAction> fileActions(const rules::Migration& migration, const Texts& texts);

}  // namespace gander::rewriter
