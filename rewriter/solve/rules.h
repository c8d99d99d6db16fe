// The migration's own rules: their texts are checked where Clang is, and their matches become demands of tier `rule`.
//
// A place is edited where every unit that reads it as code, and each instantiation of a template, has the match with the same
// text. What can't be edited as the rule says is listed, and blocks its unit: that of the types of the dataset that the rule is for,
// or one of its own.
#pragma once

#include <vector>

#include "rewriter/cpp_parser.h"
#include "rewriter/scan/texts.h"
#include "rewriter/solve/demand.h"
#include "rewriter/solve/program.h"
#include "rules/migration.h"

namespace gander::rewriter {

// What the parser is asked for.
std::vector<CppRule> cppRules(const rules::Migration& migration);

void solveRules(const Program& program, const rules::Migration& migration, const Texts& texts, Solution& solution);

}  // namespace gander::rewriter
