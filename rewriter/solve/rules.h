// The migration's own rules: their texts are checked where Clang is, and their matches become demands of tier `rule`.
//
// A place is edited where every unit that reads it as code, and each instantiation of a template in any of them, has the match with
// the same text. What can't be edited as the rule says is listed, and blocks its unit: all that is edited for the dataset that the
// rule is for, or one of its own.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "rewriter/cpp_parser.h"
#include "rewriter/scan/spellings.h"
#include "rewriter/scan/texts.h"
#include "rewriter/solve/demand.h"
#include "rewriter/solve/program.h"
#include "rules/migration.h"

namespace gander::rewriter {

// What the parser is asked for.
std::vector<CppRule> cppRules(const rules::Migration& migration);

// Takes the matches out of a unit that can't be true, and tells them as gaps. Who parses hostile code may be made to say anything:
// a place counts if it is in C++ that the unit reads. `main` is the file that was asked about.
void refuseMatches(const std::string& main, const rules::Migration& migration, const Texts& texts, Unit& unit);

void solveRules(const Program& program, const rules::Migration& migration, const Spellings& spellings,
                const Texts& texts, Solution& solution);

// What a rule demands for a change goes together with all that is demanded for that dataset. To be called when all is.
void joinRules(const rules::Migration& migration, Solution& solution);

// Rules that were not matched where they may have to be, and those that matched nothing. `files`: those that hold words of rules.
std::vector<Hazard> hazardsOfRules(const Program& program, const rules::Migration& migration, const Texts& texts,
                                   const std::vector<std::string>& files, const std::set<std::string>& unparsed);

}  // namespace gander::rewriter
