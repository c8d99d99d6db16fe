#include "rewriter/sql/sql_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace gander::rewriter {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// The tables of a text as they stand in it, with what is known of each behind: "a.b:qualifier".
std::vector<std::string> tables(std::string_view text) {
  std::vector<std::string> found;
  for (const TableUse& use : sqlTables(text)) {
    std::string shown(text.substr(use.range.begin, use.range.size()));
    for (char& c : shown) c = c == kHoleByte ? '#' : c;
    if (use.qualifier) shown += ":qualifier";
    if (use.definition) shown += ":definition";
    if (use.hole) shown += ":hole";
    found.push_back(shown);
  }
  return found;
}

TEST(SqlTokensTest, TellsNamesStringsHolesAndSymbols) {
  std::string kinds;
  for (const SqlToken& token :
       sqlTokens("a `b` \"c\" 'd' 1.5 {{ e }} ${f} %s :g ::h $1 $t$ i $t$ -- j\n /* k /* l */ */ x'm' {% if %}")) {
    kinds += "wqsnh."[static_cast<size_t>(token.kind)];
  }
  EXPECT_EQ(kinds, "wqqsnhhhh.whss");
}

TEST(SqlTokensTest, TakesBracketsForNamesWhereOneMayStand) {
  const auto tokens = sqlTokens("SELECT x[1], ARRAY[a] FROM [dbo].[user plays]");
  EXPECT_EQ(tokens.back().kind, TokenKind::kQuoted);
  EXPECT_EQ(tokens.back().text, "user plays");
  EXPECT_EQ(std::count_if(tokens.begin(), tokens.end(), [](const SqlToken& t) { return t.kind == TokenKind::kQuoted; }),
            2);
}

TEST(SqlTablesTest, FindsThePlacesOfTables) {
  EXPECT_THAT(tables("SELECT * FROM plays"), ElementsAre("plays"));
  EXPECT_THAT(tables("select * from a, b as x, c y where z in (select q from d)"), ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(tables("SELECT 1 FROM a LEFT JOIN b ON a.x = b.y INNER JOIN (c CROSS JOIN d) USING (x)"),
              ElementsAre("a", "b", "a:qualifier", "b:qualifier", "c", "d"));
  EXPECT_THAT(tables("INSERT INTO a (x, y) SELECT p, q FROM b"), ElementsAre("a", "b"));
  EXPECT_THAT(tables("INSERT OVERWRITE TABLE a PARTITION (d = 1) SELECT * FROM b"), ElementsAre("a", "b"));
  EXPECT_THAT(tables("UPDATE a SET x = 1, y = 2 FROM b WHERE a.k = b.k"),
              ElementsAre("a", "b", "a:qualifier", "b:qualifier"));
  EXPECT_THAT(tables("UPDATE ONLY a AS p SET x = 1"), ElementsAre("a"));
  EXPECT_THAT(tables("DELETE FROM a USING b, c WHERE true"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(tables("MERGE INTO a AS t USING b AS s ON t.x = s.x WHEN MATCHED THEN UPDATE SET y = 1"),
              ElementsAre("a", "b"));
  EXPECT_THAT(tables("COPY a (x) FROM STDIN; COPY b TO '/x'; COPY (SELECT * FROM c) TO STDOUT"),
              ElementsAre("a", "b", "c"));
  EXPECT_THAT(tables("TRUNCATE a, b; TRUNCATE TABLE c; DROP TABLE IF EXISTS d, e CASCADE"),
              ElementsAre("a", "b", "c", "d", "e"));
  EXPECT_THAT(tables("ALTER TABLE a RENAME TO b; ALTER TABLE c RENAME COLUMN x TO y"),
              ElementsAre("a", "b:definition", "c"));
  EXPECT_THAT(tables("CREATE INDEX i ON a (x); CREATE TRIGGER t AFTER UPDATE ON b EXECUTE FUNCTION f()"),
              ElementsAre("a", "b"));
  EXPECT_THAT(tables("GRANT SELECT ON a TO reader; REVOKE ALL ON b FROM reader; COMMENT ON COLUMN c.x IS 'y'"),
              ElementsAre("a", "b", "c:qualifier"));
  EXPECT_THAT(tables("SELECT * INTO a FROM b"), ElementsAre("a", "b"));
}

TEST(SqlTablesTest, MarksDefinitions) {
  EXPECT_THAT(tables("CREATE TABLE IF NOT EXISTS a (id int REFERENCES b (id), CHECK (x LIKE 'c'))"),
              ElementsAre("a:definition", "b"));
  EXPECT_THAT(tables("CREATE OR REPLACE VIEW a AS SELECT * FROM b"), ElementsAre("a:definition", "b"));
  EXPECT_THAT(tables("CREATE TABLE a LIKE b; CREATE TABLE c (LIKE d)"),
              ElementsAre("a:definition", "b", "c:definition", "d"));
  EXPECT_THAT(tables("CREATE TABLE a PARTITION OF b FOR VALUES IN (1)"), ElementsAre("a:definition", "b"));
}

TEST(SqlTablesTest, LeavesOtherUsesOfItsKeywordsAlone) {
  EXPECT_THAT(tables("SELECT EXTRACT(year FROM t), SUBSTRING(s FROM 2), TRIM(BOTH 'x' FROM y) FROM a"),
              ElementsAre("a"));
  EXPECT_THAT(tables("SELECT 1 FROM a WHERE x IS DISTINCT FROM y AND p IS NOT DISTINCT FROM q"), ElementsAre("a"));
  EXPECT_THAT(tables("SELECT 1 FROM generate_series(1, 2) g, UNNEST(x) u, LATERAL (SELECT 1 FROM a) l"),
              ElementsAre("a"));
  EXPECT_THAT(tables("SELECT 1 FROM a FOR UPDATE; INSERT INTO b VALUES (1) ON CONFLICT DO UPDATE SET x = 1"),
              ElementsAre("a", "b"));
  EXPECT_THAT(tables("SELECT 'FROM x' -- FROM y\n /* JOIN z */ FROM a WHERE b = $$ FROM c $$"), ElementsAre("a"));
  EXPECT_THAT(tables("SELECT x FROM plays p, p.items i"), ElementsAre("plays"));
  EXPECT_THAT(tables("SELECT y FROM a LATERAL VIEW explode(x) t AS y"), ElementsAre("a"));
  EXPECT_THAT(tables("SELECT CAST(x AS TIMESTAMP WITH TIME ZONE) FROM a WITH (NOLOCK), b"), ElementsAre("a", "b"));
  EXPECT_THAT(tables("Take it from the top, and join us."),
              ElementsAre("the", "us"));  // prose: the caller asks looksLikeSql first
}

TEST(SqlTablesTest, KnowsTheNamesOfCtes) {
  EXPECT_THAT(tables("WITH u AS (SELECT * FROM plays), v (x) AS (SELECT x FROM u) SELECT * FROM u JOIN v JOIN other"),
              ElementsAre("plays", "other"));
  // A CTE is not in scope in its own body, and hides a table of its name behind it.
  EXPECT_THAT(tables("WITH plays AS (SELECT * FROM plays) SELECT plays.x FROM plays"), ElementsAre("plays"));
  EXPECT_THAT(tables("WITH RECURSIVE r AS (SELECT 1 FROM a UNION ALL SELECT 1 FROM r) SELECT * FROM r"),
              ElementsAre("a"));
  EXPECT_THAT(tables("SELECT * FROM (WITH c AS (SELECT 1 FROM a) SELECT * FROM c) x JOIN c"), ElementsAre("a", "c"));
  EXPECT_THAT(tables("WITH c AS (SELECT 1) SELECT 1 FROM c; SELECT 1 FROM c"), ElementsAre("c"));
  EXPECT_THAT(tables("WITH d AS (DELETE FROM a RETURNING x) UPDATE b SET y = 1"), ElementsAre("a", "b"));
}

TEST(SqlTablesTest, FindsQualifiersOfColumns) {
  EXPECT_THAT(tables("SELECT plays.x, plays.*, p.y, other.z FROM db.plays"),
              ElementsAre("plays:qualifier", "plays:qualifier", "db.plays"));
  EXPECT_THAT(tables("SELECT DB.Plays.x FROM db.plays"), ElementsAre("DB.Plays:qualifier", "db.plays"));
  EXPECT_THAT(tables("SELECT plays.x FROM users AS plays JOIN plays q"), ElementsAre("users", "plays"));
  EXPECT_THAT(tables("SELECT plays.f(x) FROM plays"), ElementsAre("plays"));
}

TEST(SqlTablesTest, GivesTheBytesOfQuotedNames) {
  const std::string_view text = "SELECT * FROM `p-1.d.t`, \"Q\".\"R\", \"s t\", my-project.d.u";
  EXPECT_THAT(tables(text), ElementsAre("p-1.d.t", "\"Q\".\"R\"", "s t", "my-project.d.u"));
  const auto uses = sqlTables(text);
  EXPECT_EQ(uses[0].name, "p-1.d.t");
  ASSERT_EQ(uses[0].parts.size(), 3U);
  EXPECT_EQ(text.substr(uses[0].parts[2].first.begin, uses[0].parts[2].first.size()), "t");
  EXPECT_EQ(uses[1].name, "Q.R");
  EXPECT_EQ(text.substr(uses[1].parts[1].first.begin, uses[1].parts[1].first.size()), "R");
  EXPECT_EQ(uses[3].parts[0].second, "my-project");
}

TEST(SqlTablesTest, MarksHoles) {
  EXPECT_THAT(tables("SELECT * FROM \x01\x01 WHERE x = \x01"), ElementsAre("##:hole"));
  EXPECT_THAT(tables("SELECT * FROM user_\x01_v1 JOIN \x01.b"), ElementsAre("user_#_v1:hole", "#.b:hole"));
  EXPECT_THAT(tables("SELECT * FROM {{ ref('x') }} JOIN {s}.t JOIN ${u}_v1 JOIN %s JOIN :v"),
              ElementsAre("{{ ref('x') }}:hole", "{s}.t:hole", "${u}_v1:hole", "%s:hole", ":v:hole"));
  EXPECT_THAT(tables("SELECT 1 FROM a {% if x %} JOIN b {% endif %}"), ElementsAre("a", "b"));
}

TEST(QueryShapeTest, TellsWhatASelectReads) {
  const auto star = queryShape("SELECT * FROM db.plays WHERE x = 1 ORDER BY y");
  EXPECT_TRUE(star.understood && star.star);
  EXPECT_THAT(star.from, ElementsAre("db.plays"));
  const auto columns = queryShape("SELECT DISTINCT a, t.b, count(*) AS c, d + 1, e f FROM plays t");
  EXPECT_TRUE(columns.understood);
  EXPECT_FALSE(columns.star);
  EXPECT_THAT(columns.outputs, ElementsAre("a", "b", "c", "", "f"));
  EXPECT_TRUE(queryShape("SELECT p.* FROM plays p").star);
  EXPECT_FALSE(queryShape("SELECT *, 1 FROM plays").star);
  EXPECT_FALSE(queryShape("SELECT count(*) FROM plays").star);
  EXPECT_THAT(queryShape("SELECT * FROM a JOIN (b JOIN c ON true) ON true").from, ElementsAre("a", "b", "c"));
  EXPECT_THAT(queryShape("SELECT * FROM a WHERE x IN (SELECT y FROM b)").from, ElementsAre("a"));
}

TEST(QueryShapeTest, SaysWhatItDoesNotUnderstand) {
  for (const auto* text :
       {"", "UPDATE a SET x = 1", "SELECT * FROM (SELECT * FROM a) x", "WITH c AS (SELECT * FROM a) SELECT * FROM c",
        "SELECT * FROM a UNION SELECT * FROM b", "SELECT * FROM \x01", "SELECT * FROM f(1)", "SELECT * FROM 'x.csv'",
        "SELECT * FROM a JOIN (SELECT 1) b ON true", "SELECT * FROM a {% if x %} , b {% endif %}"}) {
    EXPECT_FALSE(queryShape(text).understood) << text;
  }
  EXPECT_TRUE(queryShape("WITH c AS (SELECT * FROM a) SELECT * FROM b").understood);
}

TEST(LooksLikeSqlTest, TellsStatementsFromSentences) {
  for (const auto* text :
       {"SELECT * FROM a", " select x\nfrom b", "WITH a AS (SELECT 1) SELECT * FROM a", "INSERT INTO a VALUES (1)",
        "UPDATE a SET x = 1", "DELETE FROM a", "CREATE TABLE a (x int)", "-- c\nDROP VIEW a", "TRUNCATE TABLE a"}) {
    EXPECT_TRUE(looksLikeSql(text)) << text;
  }
  for (const auto* text : {"", "user_plays", "Select a file from the list", "update the docs", "Delete this",
                           "with love", "create a file", "copy that", "merge branch", "insert coin", "12"}) {
    EXPECT_FALSE(looksLikeSql(text)) << text;
  }
}

TEST(SqlTablesTest, EndsOnAnyBytes) {
  std::mt19937 random(7);
  const std::vector<std::string> words = {"SELECT ", "FROM ", "(",   ")",     ",",    ".",      "a",       "`b",
                                          "\"c\"",   "'",     "[d]", "WITH ", "AS ",  "{{",     "{%",      "$x$",
                                          "/*",      "*/",    "--",  "\n",    "\x01", "TABLE ", "CREATE ", "JOIN ",
                                          "INTO ",   "ON ",   ";",   "-",     "*",    "\xff",   "UPDATE "};
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (unsigned n = random() % 40; n > 0; --n)
      text += random() % 5 == 0 ? std::string(1, static_cast<char>(random())) : words[random() % words.size()];
    for (const TableUse& use : sqlTables(text)) {
      ASSERT_LE(use.range.begin, use.range.end);
      ASSERT_LE(use.range.end, text.size());
      for (const auto& [range, part] : use.parts) ASSERT_EQ(text.substr(range.begin, range.size()), part);
      ASSERT_FALSE(use.parts.empty());
    }
    queryShape(text);
    looksLikeSql(text);
  }
}

}  // namespace
}  // namespace gander::rewriter
