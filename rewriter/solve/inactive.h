// Old names in code that the preprocessor left out, and that no reading of it as code could tell (lower/branches.h). They are
// listed; where the same function has an edit in a branch that was read, they must change with it: its unit waits for a person.
//
//   #ifdef _WIN32
//     show(q->user_name());    <- q is not known: listed, and holds back ...
//   #else
//     print(p.user_name());    <- ... this edit
//   #endif
#pragma once

#include <map>
#include <string>
#include <vector>

#include "rewriter/scan/spellings.h"
#include "rewriter/scan/texts.h"
#include "rewriter/solve/demand.h"

namespace gander::rewriter {

// `inactive`: by file, the regions that no unit saw as active. To be called when all other demands are there; what stands in
// functions without an edit is left to the ledger.
void solveInactive(const std::map<std::string, std::vector<ByteRange>>& inactive, const Spellings& spellings,
                   const Texts& texts, Solution& solution);

}  // namespace gander::rewriter
