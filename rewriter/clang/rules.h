// The migration's own rules: Clang AST matchers that are read at run time, with a range to replace and a template.
//
//   text -> compileRule -> CompiledRule -> matchRules -> Unit::rules
//
// Matched is the syntax tree as it is, with its implicit nodes, as clang-query does; `traverse` in a matcher changes that.
#pragma once

#include <clang/ASTMatchers/ASTMatchFinder.h>
#include <clang/Tooling/Transformer/RangeSelector.h>

#include <expected>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "rewriter/clang/directives.h"
#include "rewriter/clang/source_map.h"
#include "rewriter/cpp_parser.h"
#include "rewriter/facts/facts.h"
#include "rewriter/facts/rule_template.h"

namespace gander::rewriter {

struct CompiledRule {
  std::string name;
  std::string paths;
  clang::ast_matchers::internal::DynTypedMatcher matcher;
  clang::transformer::RangeSelector range;
  std::vector<std::string> anchors;  // the names of the nodes that the range is made of
  RuleTemplate replace;
};

// `rule` is the index that the problems carry.
std::expected<CompiledRule, std::vector<RuleProblem>> compileRule(const CppRule& rule, uint32_t index);

// kInvalid for rules with problems, which check() tells.
Result<std::vector<CompiledRule>> compileRules(const std::vector<CppRule>& rules);

// path -> text of a file in the tree
using FileTexts = std::map<std::string, std::string>;
TextOfFile textsOf(const FileTexts& texts);

struct RuleSources {
  clang::Preprocessor& preprocessor;
  const SourceMap& map;
  const Directives& directives;
};

// Adds the matches in the repository's own files to the unit, one for each place, and the texts of these files to `texts`. A
// place that is not matched in each instantiation of its template, or each time that its file is read, is there with the reason
// why it can't be edited.
void matchRules(clang::ASTContext& context, const RuleSources& sources, const std::vector<CompiledRule>& rules,
                Unit& unit, FileTexts& texts);

}  // namespace gander::rewriter
