// The template of a rule, and what it makes of a match. Both sides of the parsing process fill it: the parser to look at the
// result, gander to edit. Only gander's filling is written into a file, as the parser reads code that nobody vouches for.
//
//   "({client}).page({size})"   with client = `*c` and size = `2`   ->   (*c).page(2)
#pragma once

#include <expected>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/facts/facts.h"

namespace gander::rewriter {

// The name by which a range and a template know the whole match.
inline constexpr auto kWholeMatch = "match";

struct RulePiece {
  std::string text;
  bool bound = false;   // `text` is the name of a bound node, whose source text stands here
  uint32_t offset = 0;  // in the template; of a hole, of its brace
};
using RuleTemplate = std::vector<RulePiece>;

// A hole is a name in braces, without blanks; all else is text.
RuleTemplate parseRuleTemplate(std::string_view text);

// The text of a file in the tree, or null.
using TextOfFile = std::function<const std::string*(const std::string&)>;

// With the line ends of the match's file. A hole that the match does not fill is an error, with the reason.
std::expected<std::string, std::string> fillRuleTemplate(const RuleTemplate& pieces, const RuleMatch& match,
                                                         const TextOfFile& textOf);

// Whether an instantiation must have a match too.
bool isAskedFor(const RuleMatch& match, const TemplateInstance& instance);

}  // namespace gander::rewriter
