// The key `rules`, and where the bytes of a text in a document stand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rules/texts.h"

namespace gander::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Lines 1 to 4, with a dataset `d` whose table is `t`.
Result<Migration> parseRules(const std::string& rules) { return parse(std::string(kHead) + kOne + rules); }

TEST(RulesTest, ReadsARule) {
  auto migration = parseRules(R"(rules:
  - name: open-by-uri
    language: cpp
    paths: "src/**"
    words: [open, close]
    match: |
      callExpr(
        callee(functionDecl(hasName("open")))
      ).bind("call")
    range: node("call")
    replace: '"lake://plays/v2"'
    change: d/table/t
  - {name: other, words: [f], match: callExpr(), replace: ""}
)");
  ASSERT_THAT(mistakesOf(migration), IsEmpty());
  ASSERT_EQ(migration->rules.size(), 2U);
  const auto& rule = migration->rules[0];
  EXPECT_EQ(rule.name, "open-by-uri");
  EXPECT_EQ(rule.paths, "src/**");
  EXPECT_THAT(rule.words, ElementsAre("open", "close"));
  EXPECT_EQ(rule.match.text, "callExpr(\n  callee(functionDecl(hasName(\"open\")))\n).bind(\"call\")");
  EXPECT_EQ(rule.range.text, "node(\"call\")");
  EXPECT_EQ(rule.replace.text, "\"lake://plays/v2\"");
  EXPECT_EQ(rule.change, "d/table/t");
  EXPECT_EQ(rule.dataset, "d");
  EXPECT_EQ(migration->rules[1].paths, "**");
  EXPECT_EQ(migration->rules[1].change, "rule/other");
  EXPECT_EQ(migration->rules[1].dataset, "");
  EXPECT_TRUE(migration->rules[1].range.empty());
}

TEST(RulesTest, MistakesHaveTheirPlaces) {
  auto at = [](const std::string& text) { return mistakesOf(parseRules(text)); };
  EXPECT_THAT(at("rules: [{name: Big, words: [f], match: callExpr(), replace: x}]\n"),
              ElementsAre("m.yaml:5:16: bad name 'Big'; use a-z, 0-9 and '-' between them, at most 63 bytes"));
  EXPECT_THAT(
      at("rules: [{name: a, words: [f], match: 'c()', replace: x}, {name: a, words: [f], match: 'c()', replace: x}]\n"),
      ElementsAre("m.yaml:5:58: rule 'a' stands here twice; give one another name"));
  EXPECT_THAT(at("rules: [{name: a, language: python, words: [f], match: c, replace: x}]\n"),
              ElementsAre("m.yaml:5:29: rules are Clang AST matchers and so for cpp only, not for 'python'; for "
                          "definitions in other languages there are the queries of 'definitions', for APIs there are "
                          "models"));
  EXPECT_THAT(
      at("rules: [{name: a, paths: /src, words: [f], match: c, replace: x}]\n"),
      ElementsAre("m.yaml:5:26: glob '/src' begins with '/'; paths begin at the repository's root, without one"));
  EXPECT_THAT(at("rules: [{name: a, words: [f], match: '', replace: x}]\n"),
              ElementsAre("m.yaml:5:38: an empty matcher; write what is to be matched, such as callExpr()"));
  EXPECT_THAT(at("rules: [{name: a, words: [f], match: [c], replace: {x: y}}]\n"),
              ElementsAre("m.yaml:5:38: 'match' is a text, a Clang AST matcher, not a list",
                          "m.yaml:5:52: 'replace' is a text, the text that takes the range's place, not a map"));
  EXPECT_THAT(at("rules: [{name: a, words: [\"a::b\"], match: c, replace: x}]\n"),
              ElementsAre("m.yaml:5:27: 'a::b' is no word; write a name as it stands in code, without '::' or quotes"));
  EXPECT_THAT(at("rules: [{name: a, words: [f], match: c, replace: x, change: d/table/tt}]\n"),
              ElementsAre("m.yaml:5:61: no change or reference has the id 'd/table/tt'; did you mean 'd/table/t'?"));
  EXPECT_THAT(at("rules: [{name: a, words: [f], match: c, replace: x, matcher: d}]\n"),
              ElementsAre(::testing::HasSubstr("m.yaml:5:53: unknown key 'matcher'; did you mean 'match'?")));
}

TEST(RulesTest, NamesInAMatcherAreAHintForWords) {
  auto at = [](const std::string& text) { return mistakesOf(parseRules(text)); };
  EXPECT_THAT(at("rules:\n  - {name: a, match: 'callExpr(callee(functionDecl(hasAnyName(\"lake::open\", \"get\"))), "
                 "has(stringLiteral().bind(\"name\")))', replace: x}\n"),
              ElementsAre("m.yaml:6:5: nothing says which files are looked at; add 'words', names of which a file must "
                          "hold one: [open, get]"));
  EXPECT_THAT(
      at("rules:\n  - {name: a, words: [], match: callExpr(), replace: x}\n"),
      ElementsAre("m.yaml:6:22: nothing says which files are looked at; add 'words', names of which a file must "
                  "hold one"));
}

// The place of the first `@` in the matcher of a rule, which begins in line 6.
Position placeOfMark(const std::string& match) {
  auto migration = parseRules("rules:\n  - " + match + "\n    name: a\n    words: [f]\n    replace: x\n");
  EXPECT_THAT(mistakesOf(migration), IsEmpty());
  if (!migration) return {};
  const auto& written = migration->rules[0].match;
  auto at = written.text.find('@');
  EXPECT_NE(at, std::string::npos) << written.text;
  return written.at(static_cast<uint32_t>(at));
}

TEST(WrittenTextTest, FollowsEveryStyle) {
  EXPECT_EQ(placeOfMark("match: a(@)"), (Position{6, 14}));
  EXPECT_EQ(placeOfMark("match: 'a(''b'', @)'"), (Position{6, 22}));
  EXPECT_EQ(placeOfMark("match: \"a(\\\"b\\\", @)\""), (Position{6, 22}));
  EXPECT_EQ(placeOfMark("match: |\n      a(\n        b(),\n          @)"), (Position{9, 11}));
  EXPECT_EQ(placeOfMark("match: |-\n\n      a(\n\n      @)"), (Position{10, 7}));
  EXPECT_EQ(placeOfMark("match: >\n      a(\n      b(),\n      @)"), (Position{9, 7}));
  EXPECT_EQ(placeOfMark("match: a(\n      b(),\n      @)"), (Position{8, 7}));
  EXPECT_EQ(placeOfMark("match: \"a(\n      b(),\\\n      @)\""), (Position{8, 7}));
}

TEST(WrittenTextTest, FollowsAnchorsTagsAndAliases) {
  EXPECT_EQ(placeOfMark("match: &m |\n      a(\n        @)"), (Position{8, 9}));
  EXPECT_EQ(placeOfMark("match: !!str &m a(@)"), (Position{6, 23}));
  auto migration = parseRules(R"(rules:
  - {name: a, words: &m [f], match: &x 'a(@)', replace: x}
  - {name: b, words: *m, match: *x, replace: &r y}
  - name: c
    words: [f]
    match: &long |
      a(
        @)
    replace: &t |
      z
  - {name: d, words: [f], match: *long, replace: *t}
)");
  ASSERT_THAT(mistakesOf(migration), IsEmpty());
  const auto& rules = migration->rules;
  EXPECT_EQ(rules[1].match.text, "a(@)");
  EXPECT_EQ(rules[1].match.at(2), (Position{6, 43}));
  EXPECT_EQ(rules[2].match.text, "a(\n  @)");
  EXPECT_EQ(rules[2].match.at(5), (Position{12, 9}));
  EXPECT_EQ(rules[2].replace.text, "z");
  EXPECT_EQ(rules[3].match.text, "a(\n  @)");
  EXPECT_EQ(rules[3].match.at(5), (Position{12, 9}));
  EXPECT_EQ(rules[3].replace.text, "z");
}

TEST(WrittenTextTest, WhatCantBeFollowedStandsWhereThatEnded) {
  auto migration = parseRules("rules:\n  - {name: a, words: [f], match: \"a(\\x40, b, c, d)\", replace: x}\n");
  ASSERT_THAT(mistakesOf(migration), IsEmpty());
  const auto& match = migration->rules[0].match;
  EXPECT_EQ(match.text, "a(@, b, c, d)");
  EXPECT_EQ(match.at(1), (Position{6, 36}));
  EXPECT_EQ(match.at(2), (Position{6, 37}));
  EXPECT_EQ(match.at(12), (Position{6, 37}));
}

}  // namespace
}  // namespace gander::rules
