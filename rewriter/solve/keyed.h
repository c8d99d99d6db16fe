// Demands by flow: places where a text names a dataset, a field of its rows, or is a query.
//
//   literals that matter -> where they go (flow_walk) -> each such fact judged under its callers (contexts) -> demands
//   -> closure: a literal is only replaced if everything that can happen to it is known
#pragma once

#include "rewriter/rewrite.h"
#include "rewriter/scan/texts.h"
#include "rewriter/solve/demand.h"
#include "rewriter/solve/meaning.h"
#include "rewriter/solve/program.h"
#include "rewriter/sql/sql.h"

namespace gander::rewriter {

void solveKeyed(const Program& program, const Meaning& meaning, const Texts& texts, const RewriteLimits& limits,
                const sql::Catalog* relations, Solution& solution);

}  // namespace gander::rewriter
