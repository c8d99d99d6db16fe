// Models of the migration's own that speak of something else than the tree does: a mistyped name is seen here, and nowhere else.
//
//   source: {function: acme::openPlays, ...}   and nothing calls acme::openPlays            -> model-unused
//   use: {function: acme::Row::get, field: 2}  and no call of it has a third argument       -> model-unused
//
// Only what was lowered is known: the files that hold an old name, and those that were asked for on their account.
#pragma once

#include <vector>

#include "rewriter/rewrite.h"
#include "rewriter/solve/program.h"

namespace gander::rewriter {

// One for each model that has such entries. None where nothing of the model's language was lowered.
std::vector<Hazard> hazardsOfModels(const Program& program, const rules::Library& library);

}  // namespace gander::rewriter
