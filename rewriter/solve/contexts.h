// The paths of calls under which a fact is judged: first its function alone, then, where that is not enough, with each of its
// callers, and theirs.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "rewriter/rewrite.h"
#include "rewriter/solve/evaluate.h"

namespace gander::rewriter {

// Judges under one path. `closing`: nothing more can be known about the outermost function's callers; the sentence says why
// (empty while it still can). Returns the function whose callers would tell more, or null if this path is judged.
using Judge = std::function<const Body*(const Context& context, const std::string& closing)>;

void judgeUnderContexts(Evaluator& evaluator, const RewriteLimits& limits, const Judge& judge);

// A function that is used as a value is entered where the value is called, or by an API that calls what it is given.
Callers findCallers(const Program& program, const Meaning& meaning, const Body& body, std::set<Need>& needs);

// Every call that may enter a function by its name: resolved calls, and calls of a method of that name on a value that is not
// known, or of one that it overrides.
std::vector<FactAt> callSites(const Program& program, const Body& body);

}  // namespace gander::rewriter
