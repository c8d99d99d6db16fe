// Text that is put before or behind what stands there. Several may be at one place: those that close come first, then those that
// open, each nested as the ranges are that they stand around.
//
//   p.set_total(p.plays())   around `p.plays()` and around the argument, which is the same text: "f(" and "g(" -> f(g(p.plays()))
#pragma once

#include <vector>

#include "rewriter/scan/texts.h"
#include "rewriter/solve/demand.h"
#include "rewriter/verdict/units.h"
#include "rewriter/verdict/verdicts.h"

namespace gander::rewriter {

// The insertions among demands, which lose them.
std::vector<Demand> takeInsertions(std::vector<Demand>& demands);

// One edit for each place. Where demands for one range differ, the names that they are made for are listed instead.
void insert(const Texts& texts, std::vector<Demand> insertions, Units& units, Verdicts& verdicts);

// Edits that are made for a name which is listed after all are not made, nor what else is made for the names that they are for:
// those are listed too.
void dropWithout(const Texts& texts, Units& units, Verdicts& verdicts);

}  // namespace gander::rewriter
