// Texts that are no SQL, or hardly any: nothing may break, whatever stands in them.
#include <gtest/gtest.h>

#include <array>
#include <random>

#include "tests/rewriter/sql/promises.h"
#include "tests/rewriter/sql/query_generator.h"

namespace gander::rewriter::sql::generated {
namespace {

class SqlRobustnessTest : public testing::TestWithParam<DialectName> {};

constexpr std::array<std::string_view, 104> kSoup = {"SELECT",
                                                     "FROM",
                                                     "WHERE",
                                                     "JOIN",
                                                     "LEFT JOIN",
                                                     "NATURAL JOIN",
                                                     "USING (",
                                                     "ON",
                                                     "WITH",
                                                     "RECURSIVE",
                                                     "AS",
                                                     "AS (",
                                                     "(",
                                                     ")",
                                                     "(SELECT",
                                                     ",",
                                                     "*",
                                                     ".",
                                                     ";",
                                                     "UNION",
                                                     "UNION ALL",
                                                     "EXCEPT",
                                                     "INTERSECT",
                                                     "GROUP BY",
                                                     "ORDER BY",
                                                     "HAVING",
                                                     "LIMIT",
                                                     "WINDOW",
                                                     "OVER (",
                                                     "PARTITION BY",
                                                     "QUALIFY",
                                                     "INSERT INTO",
                                                     "VALUES (",
                                                     "UPDATE",
                                                     "SET",
                                                     "DELETE",
                                                     "MERGE INTO",
                                                     "MATCHED",
                                                     "THEN",
                                                     "WHEN",
                                                     "CASE",
                                                     "ELSE",
                                                     "END",
                                                     "CREATE VIEW",
                                                     "CREATE TABLE",
                                                     "ALTER TABLE",
                                                     "RENAME TO",
                                                     "DROP TABLE",
                                                     "LATERAL",
                                                     "UNNEST(",
                                                     "PIVOT (",
                                                     "UNPIVOT (",
                                                     "FOR",
                                                     "IN (",
                                                     "EXISTS (",
                                                     "DISTINCT ON (",
                                                     "IS DISTINCT FROM",
                                                     "RETURNING",
                                                     "ON CONFLICT (",
                                                     "DO UPDATE",
                                                     "CAST(",
                                                     "::",
                                                     "[",
                                                     "]",
                                                     "{{",
                                                     "}}",
                                                     "{% if x %}",
                                                     "{% else %}",
                                                     "{% endif %}",
                                                     "%s",
                                                     "$1",
                                                     ":x",
                                                     "\x01",
                                                     "'",
                                                     "\"",
                                                     "`",
                                                     "$$",
                                                     "$tag$",
                                                     "--",
                                                     "/*",
                                                     "*/",
                                                     "#",
                                                     "\n",
                                                     "\\",
                                                     "plays",
                                                     "plays_v2",
                                                     "users",
                                                     "p",
                                                     "user_name",
                                                     "listener_name",
                                                     "kind",
                                                     "day",
                                                     "\"user_name\"",
                                                     "`plays`",
                                                     "[kind]",
                                                     "'user_name'",
                                                     "plays.user_name",
                                                     "p.*",
                                                     "|>",
                                                     "=>",
                                                     "->",
                                                     "=",
                                                     "1",
                                                     "BEGIN"};

TEST_P(SqlRobustnessTest, RandomBytes) {
  std::mt19937 random(1);
  for (int i = 0; i < 300; ++i) {
    std::string text(random() % 300, ' ');
    for (char& c : text) c = static_cast<char>(random() % (i % 2 == 0 ? 256 : 96) + (i % 2 == 0 ? 0 : 32));
    ASSERT_EQ(brokenPromise(text, GetParam()), "") << text;
  }
}

TEST_P(SqlRobustnessTest, TokensInAnyOrder) {
  std::mt19937 random(2);
  for (int i = 0; i < 1500; ++i) {
    std::string text;
    const size_t count = random() % 60;
    for (size_t at = 0; at < count; ++at) {
      text += kSoup[random() % kSoup.size()];
      if (random() % 8 != 0) text += ' ';
    }
    ASSERT_EQ(brokenPromise(text, GetParam()), "") << text;
  }
}

// A text cut off, or with some bytes gone, twice there, or others.
std::string mutated(std::string text, std::mt19937& random) {
  const size_t changes = 1 + random() % 3;
  for (size_t i = 0; i < changes && !text.empty(); ++i) {
    const size_t at = random() % text.size();
    const size_t length = std::min<size_t>(1 + random() % 20, text.size() - at);
    switch (random() % 5) {
      case 0: text.resize(at); break;
      case 1: text.erase(at, length); break;
      case 2: text.insert(at, text.substr(at, length)); break;
      case 3: text.insert(at, kSoup[random() % kSoup.size()]); break;
      default: text[at] = static_cast<char>(random() % 256);
    }
  }
  return text;
}

TEST_P(SqlRobustnessTest, BrokenQueries) {
  const Flavor& flavor = flavorOf(GetParam());
  std::mt19937 random(3);
  for (int i = 0; i < 300; ++i) {
    Choices schemaChoices(randomNumbers(random, 60));
    const Schema schema = makeSchema(schemaChoices, flavor);
    Choices choices(randomNumbers(random, 400));
    const std::string text = generate(choices, schema, flavor).text;
    for (int j = 0; j < 5; ++j) {
      const std::string broken = mutated(text, random);
      ASSERT_EQ(brokenPromise(broken, GetParam()), "") << broken;
    }
  }
}

std::string times(std::string_view part, size_t count) {
  std::string out;
  out.reserve(part.size() * count);
  for (size_t i = 0; i < count; ++i) out += part;
  return out;
}

// Each is long enough that a reading whose time grows with the square of the text does not end before the test's time does.
TEST_P(SqlRobustnessTest, LongTextsTakeNoLongerThanTheirLength) {
  constexpr size_t kMany = 50'000;
  const std::vector<std::string> texts = {
      times("(", kMany),
      times("SELECT (", kMany / 4),
      times("(SELECT user_name FROM plays WHERE id IN ", 3000),
      times("[", kMany),
      times("{{", kMany),
      times("{% if x %} a ", kMany / 10),
      times("/* ", kMany),
      times("' ", kMany) + "'",
      times("$a$ $b$ ", kMany / 4),
      times("\" ` [ ", kMany / 4),
      times("-", kMany),
      times("a.", kMany),
      times("CASE WHEN ", kMany / 8),
      "SELECT user_name FROM " + times("(", kMany) + "plays",
      times("SELECT user_name FROM plays;\n", kMany / 20),
      times("SELECT user_name FROM plays UNION ALL\n", kMany / 20) + "SELECT kind FROM plays",
      "SELECT " + times("user_name, ", kMany / 10) + "id FROM plays",
      "SELECT id FROM plays WHERE " + times("user_name = 'x' AND ", kMany / 10) + "true",
      "SELECT id FROM plays WHERE kind IN (" + times("'user_name', ", kMany / 10) + "kind)",
      "SELECT id FROM plays WHERE " + times("NOT (", kMany / 4) + "kind" + times(")", kMany / 4),
      times("WITH u AS (", kMany / 16),
      times("WITH RECURSIVE u AS (", kMany),
      times("WITH u AS (", kMany),
      times("(WITH u (a) AS (", kMany),
      "INSERT INTO plays (user_name) VALUES " + times("('user_name'), ", kMany / 10) + "('x')",
      times("BEGIN ", kMany / 8),
      times("CREATE TABLE ", kMany / 16),
  };
  for (const std::string& text : texts) {
    const SqlResult result = rewriteSql(text, smallCatalog(), {.dialect = GetParam()});
    EXPECT_LE(result.edits.size() + result.judged.size(), text.size()) << text.substr(0, 60);
  }
}

// As deep as a text goes: 2^0, 2^1, ... brackets.
TEST_P(SqlRobustnessTest, DeepBrackets) {
  for (size_t count = 1; count <= 65536; count *= 2) {
    const std::string text = "SELECT " + times("(", count) + "user_name" + times(")", count) + " FROM plays";
    const SqlResult result = rewriteSql(text, smallCatalog(), {.dialect = GetParam()});
    EXPECT_FALSE(result.edits.empty()) << count;
  }
}

INSTANTIATE_TEST_SUITE_P(Dialects, SqlRobustnessTest, testing::ValuesIn(allDialects().begin(), allDialects().end()),
                         [](const auto& info) { return std::string(dialectOf(info.param).word); });

}  // namespace
}  // namespace gander::rewriter::sql::generated
