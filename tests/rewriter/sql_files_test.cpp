// .sql files of a tree: their queries, and the relations that they make for one another.
#include <gmock/gmock.h>

#include "base/text.h"
#include "tests/rewriter/rewriting.h"

namespace gander::rewriter {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> hazardNames(const Rewrite& rewrite) {
  std::vector<std::string> names;
  for (const auto& hazard : rewrite.hazards) names.push_back(hazard.name);
  return names;
}

TEST(SqlFilesTest, EditsColumnsByTheirScope) {
  expectMarked("q.sql",
               "SELECT p.[[user_name->listener_name AS user_name]], u.user_name AS account\n"
               "FROM [[user_plays_v1->user_plays_v2]] p JOIN users u ON u.user_name = p.[[user_name->listener_name]]\n"
               "WHERE p.[[track_ms->duration_ms]] > 10 AND 'user_name' <> u.name -- user_name\n");
}

TEST(SqlFilesTest, ReadsAViewThatKeepsItsNames) {
  expectMarked("report.sql", "SELECT user_name FROM listeners GROUP BY user_name;\n",
               {{"views.sql",
                 "CREATE VIEW listeners AS SELECT [[user_name->listener_name AS user_name]] FROM "
                 "[[user_plays_v1->user_plays_v2]];\n"}});
}

TEST(SqlFilesTest, FollowsAViewWhoseStarCannotKeepThem) {
  Tree tree{{"views.sql", "CREATE VIEW raw_plays AS SELECT * FROM user_plays_v1;\n"},
            {"report.sql", "SELECT max(track_ms) AS longest FROM raw_plays;\n"}};
  auto done = rewriteTree(tree);
  EXPECT_EQ(done.after["views.sql"], "CREATE VIEW raw_plays AS SELECT * FROM user_plays_v2;\n");
  EXPECT_EQ(done.after["report.sql"], "SELECT max(duration_ms) AS longest FROM raw_plays;\n");
  EXPECT_THAT(hazardNames(done.rewrite), Contains("select-star"));
  ASSERT_EQ(done.rewrite.edits.size(), 2U);
  EXPECT_EQ(done.rewrite.edits[0].unit, done.rewrite.edits[1].unit) << "the view and who reads it go together";
}

// Where a part of a name is not known, a relation that the tree makes is not the only one that may be meant.
TEST(SqlFilesTest, ANameThatMayBeTheDatasetsIsNotTakenForAnotherRelations) {
  const auto migration = replaceAll(std::string(kPlaysMigration), "user_plays_v", "music.user_plays_v");
  for (const std::string name : {"{{ schema }}.user_plays_v1", "user_plays_v1"}) {
    Tree tree{{"views.sql", "CREATE VIEW logs.user_plays_v1 AS SELECT id, user_name FROM raw.lines;\n"},
              {"report.sql", "SELECT user_name FROM " + name + ";\n"}};
    auto done = rewriteTree(tree, migration);
    EXPECT_EQ(done.after, tree);
    EXPECT_THAT(done.rewrite.listed, testing::Not(IsEmpty())) << name;
  }
}

TEST(SqlFilesTest, HoldsWhoReadsAViewBackWithIt) {
  Tree tree{{"views.sql",
             "CREATE VIEW raw_plays AS SELECT p.*, a.x FROM user_plays_v1 p JOIN accounts a ON user_name = a.x;\n"},
            {"report.sql", "SELECT max(track_ms) AS longest FROM raw_plays;\n"}};
  auto done = rewriteTree(tree);
  EXPECT_EQ(done.after, tree) << "user_name of the view's condition may be a column of accounts";
  EXPECT_THAT(done.rewrite.edits, IsEmpty());
}

TEST(SqlFilesTest, TakesTheDialectThatAFolderIsNamedAfter) {
  const std::string query = "SELECT id FROM user_plays_v1 WHERE \"user_name\" > 'a';\n";
  Tree tree{{"a.sql", "SELECT SAFE_CAST(id AS INT64) FROM `p.d.t`;\n"},
            {"b.sql", query},
            {"db/postgres/c.sql", query},
            {"db/oracle/d.sql", query},
            {"from_postgres/e.sql", query}};
  auto done = rewriteTree(tree);
  const std::string edited = "SELECT id FROM user_plays_v2 WHERE \"listener_name\" > 'a';\n";
  EXPECT_EQ(done.after["b.sql"], "SELECT id FROM user_plays_v2 WHERE \"user_name\" > 'a';\n") << "a text in BigQuery";
  EXPECT_EQ(done.after["db/postgres/c.sql"], edited);
  EXPECT_EQ(done.after["db/oracle/d.sql"], query)
      << "of a dialect that is not known it may be a name or a text: listed";
  EXPECT_EQ(done.after["from_postgres/e.sql"], query)
      << "the tree and the folder disagree: read as of no known dialect";
}

// `unsigned` is MySQL's and SQLite's; in MySQL a table's name never stands in double quotes, but texts do.
TEST(SqlFilesTest, ATableInDoubleQuotesIsNotTakenForMySqls) {
  const std::map<std::string, std::string> beside = {{"my.sql", "CREATE TABLE `other` (n INT) ENGINE=InnoDB;\n"}};
  expectMarked(
      "lite.sql",
      "CREATE TABLE \"[[user_plays_v1->user_plays_v2]]\" (\"[[user_name->listener_name]]\" TEXT, n tinyint unsigned);\n"
      "CREATE INDEX i ON [[user_plays_v1->user_plays_v2]]([[user_name->listener_name]]);\n",
      beside);
  expectMarked("lite.sql",
               "CREATE TABLE \"[[user_plays_v1->user_plays_v2]]\" (\"[[user_name->listener_name]]\" TEXT);\n", beside);
  expectMarked("my2.sql",
               "SELECT \"user_name\" AS x FROM `[[user_plays_v1->user_plays_v2]]` WHERE n = CAST(1 AS unsigned);\n",
               beside);
}

TEST(SqlFilesTest, FollowsOutputsWhereTheMigrationSaysSo) {
  std::string migration = kPlaysMigration;
  migration += "outputs: follow\n";
  Tree tree{{"views.sql", "CREATE VIEW listeners AS SELECT user_name FROM user_plays_v1;\n"},
            {"report.sql", "CREATE TABLE names AS SELECT l.user_name FROM listeners l;\n"},
            {"last.sql", "SELECT count(user_name) FROM names;\n"}};
  auto done = rewriteTree(tree, migration);
  EXPECT_EQ(done.after["views.sql"], "CREATE VIEW listeners AS SELECT listener_name FROM user_plays_v2;\n");
  EXPECT_EQ(done.after["report.sql"], "CREATE TABLE names AS SELECT l.listener_name FROM listeners l;\n");
  EXPECT_EQ(done.after["last.sql"], "SELECT count(listener_name) FROM names;\n");
  EXPECT_THAT(hazardNames(done.rewrite), Contains("output-renamed"));
}

TEST(SqlFilesTest, KnowsTheSchemasThatTheTreeDefines) {
  Tree ddl{{"schema.sql", "CREATE TABLE users (id int, name text);\n"}};
  expectMarked("q.sql",
               "SELECT max([[user_name->listener_name]]) FROM [[user_plays_v1->user_plays_v2]] JOIN users ON true;\n",
               ddl);
  // A column that is added elsewhere: the definition is not all that is to be known.
  ddl["more.sql"] = "ALTER TABLE users ADD COLUMN user_name text;\n";
  expectMarked("q.sql", "SELECT max({{user_name}}) FROM {{user_plays_v1}} JOIN users ON true;\n", ddl);
}

TEST(SqlFilesTest, TakesNoneOfTwoDefinitions) {
  expectMarked(
      "q.sql", "SELECT max({{user_name}}) FROM {{user_plays_v1}} JOIN users ON true;\n",
      {{"a/schema.sql", "CREATE TABLE users (id int);\n"}, {"b/schema.sql", "CREATE TABLE users (user_name text);\n"}});
}

TEST(SqlFilesTest, AViewThatReadsItselfIsNotKnown) {
  Tree tree{{"a.sql", "CREATE VIEW a AS SELECT * FROM b;\n"},
            {"b.sql", "CREATE VIEW b AS SELECT * FROM a;\n"},
            {"q.sql", "SELECT user_name FROM a JOIN user_plays_v1 USING (id);\n"}};
  auto done = rewriteTree(tree);
  EXPECT_EQ(done.after["q.sql"], tree["q.sql"]);
}

TEST(SqlFilesTest, LeavesHistoryAlone) {
  Tree tree{{"db/migrations/0001_plays.sql", "CREATE TABLE user_plays_v1 (user_name text);\n"}};
  auto done = rewriteTree(tree);
  EXPECT_EQ(done.after, tree);
}

TEST(SqlFilesTest, TellsOfTablesThatAreMadeAtRuntime) {
  Tree tree{{"init.sql", "CREATE TABLE IF NOT EXISTS user_plays_v1 (user_name text, track_ms int);\n"}};
  auto done = rewriteTree(tree);
  EXPECT_EQ(done.after["init.sql"],
            "CREATE TABLE IF NOT EXISTS user_plays_v2 (listener_name text, duration_ms int);\n");
  EXPECT_THAT(hazardNames(done.rewrite), Contains("runtime-ddl"));
}

TEST(SqlFilesTest, ReadsTheDialectThatTheMigrationSays) {
  std::string migration = kPlaysMigration;
  migration += "sql:\n  - {paths: \"bq/**\", dialect: bigquery}\n  - {paths: \"**\", dialect: postgres}\n";
  Tree tree{{"bq/q.sql", "SELECT max(\"user_name\") FROM user_plays_v1;\n"},
            {"pg/q.sql", "SELECT max(\"user_name\")::text FROM user_plays_v1;\n"}};
  auto done = rewriteTree(tree, migration);
  EXPECT_EQ(done.after["bq/q.sql"], "SELECT max(\"user_name\") FROM user_plays_v2;\n") << "a text in BigQuery";
  EXPECT_EQ(done.after["pg/q.sql"], "SELECT max(\"listener_name\")::text FROM user_plays_v2;\n")
      << "a name in PostgreSQL";
}

}  // namespace
}  // namespace gander::rewriter
