// Header rows and JSON texts: the names of fields in them, and where they stand.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rewriter/text/csv_header.h"
#include "rewriter/text/json_keys.h"

namespace gander::rewriter {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// "path@begin", with quotes where the name is quoted.
std::string shown(const TextField& field) {
  return fmt::format("{}{}{}@{}", field.quoted ? "'" : "", field.path, field.quoted ? "'" : "", field.range.begin);
}

std::vector<std::string> columns(std::string_view text) {
  std::vector<std::string> out;
  auto header = csvHeader(text);
  if (!header) return {"none"};
  for (const auto& column : header->columns) {
    out.push_back(shown(column));
    if (!column.path.contains('"')) EXPECT_EQ(column.path, text.substr(column.range.begin, column.range.size()));
  }
  return out;
}

TEST(CsvHeaderTest, ReadsNamesBetweenEachDelimiter) {
  EXPECT_THAT(columns("a,b,c\n1,2,3\n"), ElementsAre("a@0", "b@2", "c@4"));
  EXPECT_THAT(columns("a;b;c\r\n"), ElementsAre("a@0", "b@2", "c@4"));
  EXPECT_THAT(columns("a\tb\tc d"), ElementsAre("a@0", "b@2", "c d@4"));
  EXPECT_THAT(columns("a|b|c"), ElementsAre("a@0", "b@2", "c@4"));
  EXPECT_THAT(columns("a;b;c,d"), ElementsAre("a@0", "b@2", "c,d@4"));
  EXPECT_THAT(columns("a"), ElementsAre("a@0"));
  EXPECT_THAT(columns("a,,"), ElementsAre("a@0", "@2", "@3"));
}

TEST(CsvHeaderTest, KeepsQuotesAndBlanksOutOfNames) {
  EXPECT_THAT(columns(R"("a","b, c", d ,"e""f")"), ElementsAre("'a'@1", "'b, c'@5", "d@12", "'e\"f'@16"));
  EXPECT_THAT(columns("\xEF\xBB\xBF"
                      "a,b"),
              ElementsAre("a@3", "b@5"));
}

TEST(CsvHeaderTest, IsNoneWhereThereIsNoLine) {
  EXPECT_THAT(columns(""), ElementsAre("none"));
  EXPECT_THAT(columns("\na,b"), ElementsAre("none"));
  EXPECT_THAT(columns("a,\"b\nc\",d"), ElementsAre("none"));
}

TEST(CsvHeaderTest, QuotesANameThatNeedsIt) {
  auto header = csvHeader("a;b");
  ASSERT_TRUE(header);
  EXPECT_EQ(csvName(*header, "x", false), "x");
  EXPECT_EQ(csvName(*header, "x;y", false), "\"x;y\"");
  EXPECT_EQ(csvName(*header, "x,y", false), "x,y");
  EXPECT_EQ(csvName(*header, "x\"y", true), "x\"\"y");
}

std::vector<std::string> keys(std::string_view text) {
  std::vector<std::string> out;
  for (const auto& row : jsonRows(text)) {
    std::string line;
    for (const auto& key : row) line += fmt::format("{}{}@{}", line.empty() ? "" : " ", key.path, key.range.begin);
    out.push_back(line);
  }
  return out;
}

TEST(JsonKeysTest, ReadsKeysOfRowsByTheirPath) {
  EXPECT_THAT(keys(R"({"a": 1, "b": {"c": "x"}, "d": [{"e": [1, 2]}, {"e": {}}]})"),
              ElementsAre("a@2 b@10 b.c@16 d@27 d.e@34 d.e@49"));
  EXPECT_THAT(keys("[{\"a\": 1},\n {\"b\": null}]\n"), ElementsAre("a@3", "b@14"));
  EXPECT_THAT(keys("{\"a\": 1}\n{\"a\": 2}\n"), ElementsAre("a@2", "a@11"));
}

TEST(JsonKeysTest, ReadsTextsThatCodeFillsLater) {
  EXPECT_THAT(keys("{\"a\": \"%s\", \"b\": %d, \"c\": \x01}"), ElementsAre("a@2 b@13 c@22"));
}

TEST(JsonKeysTest, IsNoneWhereTheTextIsNoRow) {
  EXPECT_THAT(keys(""), IsEmpty());
  EXPECT_THAT(keys("\"a\""), IsEmpty());
  EXPECT_THAT(keys("[1, {\"a\": 1}]"), IsEmpty());
  EXPECT_THAT(keys("{\"a\": 1"), IsEmpty());
  EXPECT_THAT(keys("{\"a\" 1}"), IsEmpty());
  EXPECT_THAT(keys("{\"a\": }"), IsEmpty());
  EXPECT_THAT(keys("{\"a\": 1} and more"), IsEmpty());
  EXPECT_THAT(keys("{a: 1}"), IsEmpty());
  EXPECT_THAT(keys(std::string(1000, '[') + "{\"a\": 1}"), IsEmpty());
  EXPECT_THAT(keys("{\"a\": " + std::string(1000, '[') + std::string(1000, ']') + "}"), IsEmpty());
}

// A key with an escape or a dot might be another name, or a path, than it looks.
TEST(JsonKeysTest, AKeyThatIsNotPlainHasNoPath) {
  EXPECT_THAT(keys(R"({"user\u005fname": 1, "b.c": 2, "d": 3})"), ElementsAre("\\@2 \\@23 d@33"));
}

TEST(JsonKeysTest, EscapesAName) { EXPECT_EQ(jsonName("a\"b\\c\n"), "a\\\"b\\\\c\\u000a"); }

}  // namespace
}  // namespace gander::rewriter
