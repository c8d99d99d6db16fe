// Queries that a migration brings along: what their predicates let pass, and what is wrong with them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rewriter/treesitter/tree_query.h"

namespace gander::rewriter {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A predicate stands inside of its pattern.
std::string wrongIn(const std::string& predicate) {
  auto query = TreeQuery::compile("python", "((call function: (identifier) @f) " + predicate + ")");
  return query ? "" : query.error().message;
}

std::vector<std::string> calls(const std::string& predicate, const std::string& text) {
  auto query = TreeQuery::compile(
      "python", "((call function: (identifier) @f arguments: (argument_list (string) @s)) " + predicate + ")");
  if (!query) return {"wrong: " + query.error().message};
  bool complete = true;
  std::vector<std::string> out;
  for (const auto& match : query->run(text, complete))
    out.push_back(text.substr(match.front().range.begin, match.front().range.size()));
  return out;
}

const std::string kText = "Column('a')\nColumns('b')\nOther('c')\nb('b')\n";

TEST(TreeQueryTest, PredicatesDecide) {
  EXPECT_THAT(calls("", kText), ElementsAre("Column", "Columns", "Other", "b"));
  EXPECT_THAT(calls("(#eq? @f \"Column\")", kText), ElementsAre("Column"));
  EXPECT_THAT(calls("(#not-eq? @f \"Column\")", kText), ElementsAre("Columns", "Other", "b"));
  EXPECT_THAT(calls("(#match? @f \"^Col\")", kText), ElementsAre("Column", "Columns"));
  EXPECT_THAT(calls("(#any-of? @f \"Other\" \"b\")", kText), ElementsAre("Other", "b"));
  EXPECT_THAT(calls("(#eq? @f @s)", kText), ElementsAre());
}

TEST(TreeQueryTest, APredicateThatCanNotBeDecidedIsAMistake) {
  EXPECT_THAT(wrongIn("(#match? @f @f)"), HasSubstr("#match? wants a capture and a regular expression"));
  EXPECT_THAT(wrongIn("(#match? \"Column\" \"^Col\")"), HasSubstr("#match? wants a capture and a regular expression"));
  EXPECT_THAT(wrongIn("(#match? @f \"a\" \"b\")"), HasSubstr("#match? wants a capture and a regular expression"));
  EXPECT_THAT(wrongIn("(#match? @f \"(\")"), HasSubstr("not a regular expression"));
  EXPECT_THAT(wrongIn("(#eq? @f)"), HasSubstr("#eq? wants a capture and a text"));
  EXPECT_THAT(wrongIn("(#eq? \"a\" \"a\")"), HasSubstr("#eq? wants a capture and a text"));
  EXPECT_THAT(wrongIn("(#eq? @f \"a\" \"b\")"), HasSubstr("#eq? wants a capture and a text"));
  EXPECT_THAT(wrongIn("(#is? @f \"a\")"), HasSubstr("unknown predicate #is?"));
}

}  // namespace
}  // namespace gander::rewriter
