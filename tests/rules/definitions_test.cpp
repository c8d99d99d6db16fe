// The keys `define` and `definitions`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/spec_path.h"
#include "tests/rules/texts.h"

namespace gander::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(DefinitionsTest, ReadsPoliciesAndSources) {
  auto migration =
      parse(std::string(kHead) + kOne +
            "define: [{paths: \"proto/**\", action: edit}, {paths: \"**\", action: list}]\n"
            "definitions:\n  - {paths: \"*.yaml\", dataset: d, path: \"columns[*].name\"}\n"
            "  - paths: \"*.table\"\n    language: python\n    query: |\n      (call @table)\n      (call @field)\n");
  ASSERT_TRUE(migration) << migration.error().message;
  ASSERT_EQ(migration->define.size(), 2U);
  EXPECT_TRUE(migration->define[0].edit);
  EXPECT_FALSE(migration->define[1].edit);
  ASSERT_EQ(migration->definitions.size(), 2U);
  EXPECT_EQ(migration->definitions[0].path, "columns[*].name");
  const auto& query = migration->definitions[1].query;
  EXPECT_EQ(query.text, "(call @table)\n(call @field)");
  EXPECT_EQ(query.at(0), (Position{11, 7}));
  EXPECT_EQ(query.at(15), (Position{12, 8}));
}

TEST(DefinitionsTest, MistakesHaveTheirPlaces) {
  auto at = [](const std::string& text) { return mistakesOf(parse(std::string(kHead) + kOne + text)); };
  EXPECT_THAT(at("define: [{paths: \"/x\", action: make}]\n"),
              ElementsAre("m.yaml:5:18: glob '/x' begins with '/'; paths begin at the repository's root, without one",
                          "m.yaml:5:32: 'action' can't be 'make'; write edit or list"));
  EXPECT_THAT(at("definitions: [{paths: x}]\n"),
              ElementsAre("m.yaml:5:15: nothing says where the fields are; add 'path', or 'language' and 'query'"));
  EXPECT_THAT(
      at("definitions: [{paths: x, path: a.b}]\n"),
      ElementsAre("m.yaml:5:32: nothing says whose fields these are; write {table} where the table's name stands, "
                  "or add 'dataset'"));
  EXPECT_THAT(at("definitions: [{paths: x, dataset: e, path: a.b}]\n"),
              ElementsAre("m.yaml:5:35: no dataset 'e' in this migration; did you mean 'd'?"));
  EXPECT_THAT(at("definitions: [{paths: x, dataset: d, path: \"a[b.c\"}]\n"),
              ElementsAre("m.yaml:5:49: [key=value] lacks its '='"));
  EXPECT_THAT(at("definitions: [{paths: x, language: python, query: \"(call)\"}]\n"),
              ElementsAre("m.yaml:5:51: nothing says whose fields these are; capture @table, or add 'dataset'",
                          "m.yaml:5:51: the query captures no @field: the name of a field"));
}

TEST(SpecPathTest, ReadsStepsAndFilters) {
  auto path = parseSpecPath("tables[name={table}][*].*.columns[*].{field}");
  ASSERT_TRUE(path) << path.error().message;
  ASSERT_EQ(path->steps.size(), 4U);
  EXPECT_TRUE(path->namesTable());
  EXPECT_EQ(path->steps[0].filters.size(), 2U);
  EXPECT_EQ(path->steps[1].kind, SpecStep::Kind::kAnyKey);
  EXPECT_EQ(path->steps[3].kind, SpecStep::Kind::kFieldKey);
  EXPECT_FALSE(parseSpecPath("a.name")->namesTable());
}

TEST(SpecPathTest, SaysWhereAMistakeIs) {
  auto wrong = [](std::string_view path) {
    auto parsed = parseSpecPath(path);
    return parsed ? std::string() : std::to_string(parsed.error().offset) + ": " + parsed.error().message;
  };
  EXPECT_EQ(wrong("a..b"), "2: a key is missing here");
  EXPECT_EQ(wrong("a.{column}"), "2: unknown placeholder {column}; there are {table} and {field}");
  EXPECT_EQ(wrong("{field}.a"), "0: {field} is the last step");
  EXPECT_EQ(wrong("a[b=c"), "5: ']' is missing here");
  EXPECT_EQ(wrong("a]"), "1: a '.' or '[' is expected here");
}

}  // namespace
}  // namespace gander::rules
