// Demands by type: names that the compiler resolved to a bound type, its members, its namespace, or an include of the dataset.
#pragma once

#include "rewriter/scan/texts.h"
#include "rewriter/solve/demand.h"
#include "rewriter/solve/meaning.h"
#include "rewriter/solve/program.h"

namespace gander::rewriter {

void solveTyped(const Program& program, const Meaning& meaning, const Texts& texts, Solution& solution);

}  // namespace gander::rewriter
