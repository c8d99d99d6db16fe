// What a migration says of SQL: outputs, dialects, and the schemas of other datasets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rules/texts.h"

namespace gander::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const MemoryFiles kSchemas(
    {{"all.sql",
      "CREATE TABLE lake.plays_v1 (user_name text);\nCREATE TABLE users (id int, name text);\n"
      "CREATE TABLE logs PARTITION OF old_logs FOR VALUES IN (1);\n"},
     {"other.sql", "create table if not exists Users (id int, mail text);"},
     {"bad.sql", "SELECT 1"},
     {"user.avsc", R"({"type": "record", "name": "a.User", "fields": [{"name": "mail", "type": "string"}]})"}});

Result<Migration> parseQueries(const std::string& body) {
  return parseMigration(
      "m.yaml",
      std::string(kHead) + "datasets: [{id: d, references: [{table: {old: plays_v1, new: plays_v2}}]}]\n" + body,
      kSchemas);
}

std::vector<std::string> shownSchemas(const Result<Migration>& migration) {
  if (!migration) return mistakesOf(migration);
  std::vector<std::string> shown;
  for (const auto& schema : migration->schemas) {
    std::string line = schema.name + (schema.complete ? ":" : " in part:");
    for (const auto& path : schema.fieldPaths()) line += " " + path;
    shown.push_back(line);
  }
  return shown;
}

TEST(QueriesTest, SaysNothingByDefault) {
  auto migration = parseQueries("");
  ASSERT_TRUE(migration) << migration.error().message;
  EXPECT_EQ(migration->outputs, OutputPolicy::kContracts);
  EXPECT_THAT(migration->sql, IsEmpty());
  EXPECT_THAT(migration->schemas, IsEmpty());
}

TEST(QueriesTest, ReadsOutputsAndPolicies) {
  auto migration = parseQueries(
      "outputs: follow\nsql:\n  - {paths: \"dbt/**\", dialect: bigquery, outputs: keep}\n"
      "  - {paths: \"**/*.hql\", dialect: hive}\n  - {paths: \"**\", outputs: follow}\n");
  ASSERT_TRUE(migration) << migration.error().message;
  EXPECT_EQ(migration->outputs, OutputPolicy::kFollow);
  ASSERT_EQ(migration->sql.size(), 3U);
  EXPECT_EQ(migration->sql[0].paths, "dbt/**");
  EXPECT_EQ(migration->sql[0].dialect, "bigquery");
  EXPECT_EQ(migration->sql[0].outputs, OutputPolicy::kKeep);
  EXPECT_EQ(migration->sql[1].dialect, "hive");
  EXPECT_EQ(migration->sql[1].outputs, std::nullopt);
  EXPECT_EQ(migration->sql[2].dialect, "");
  EXPECT_EQ(parseQueries("outputs: keep\n")->outputs, OutputPolicy::kKeep);
}

TEST(QueriesTest, TellsMistakesOfPolicies) {
  EXPECT_THAT(
      mistakesOf(parseQueries("outputs: maybe\nsql:\n  - {dialect: postgres}\n  - {paths: /a, dialect: oracle}\n"
                              "  - {paths: a}\n")),
      ElementsAre("m.yaml:5:10: 'outputs' can't be 'maybe'; write keep or follow",
                  "m.yaml:7:5: an entry of 'sql' lacks the key 'paths'; add it",
                  "m.yaml:8:13: glob '/a' begins with '/'; paths begin at the repository's root, without one",
                  "m.yaml:8:26: 'dialect' can't be 'oracle'; write bigquery, spark, hive, databricks, postgres, "
                  "postgresql, redshift, mysql, mariadb, sqlite, snowflake, tsql or tolerant",
                  "m.yaml:9:5: an entry of 'sql' says 'dialect', 'outputs' or both; add one"));
}

TEST(QueriesTest, ReadsSchemasOfOtherDatasets) {
  EXPECT_THAT(shownSchemas(parseQueries("schemas:\n  - {file: all.sql}\n  - {file: user.avsc, table: lake.mails}\n"
                                        "  - {name: songs, fields: {id: int64, tag.name: string}}\n")),
              ElementsAre("users: id name", "lake.mails: mail", "songs: id tag.name"));
  EXPECT_THAT(shownSchemas(parseQueries("schemas: [{file: all.sql, name: users, table: app.users}]\n")),
              ElementsAre("app.users: id name"));
}

TEST(QueriesTest, JoinsWhatSeveralFilesTellOfOneTable) {
  EXPECT_THAT(shownSchemas(parseQueries("schemas: [{file: all.sql}, {file: other.sql}]\n")),
              ElementsAre("users: id name mail"));
}

TEST(QueriesTest, TellsMistakesOfSchemas) {
  EXPECT_THAT(
      shownSchemas(
          parseQueries("schemas:\n  - {file: bad.sql}\n  - {file: user.avsc}\n  - {fields: {a: int}}\n"
                       "  - {name: Plays_V2, fields: {a: int}}\n  - {name: s, fields: {a: int}}\n"
                       "  - {name: S, fields: {a: int}}\n  - {file: none.sql}\n  - {file: all.sql, nam: x}\n")),
      ElementsAre(
          "m.yaml:7:5: this file does not tell by which name queries know it; add 'table'",
          "m.yaml:8:5: a schema of another dataset lacks the key 'name'; add its table's name",
          "m.yaml:9:5: table 'Plays_V2' is the dataset's own (line 4), whose schema stands there; remove this one",
          "m.yaml:11:5: the schema of table 'S' is given twice; remove one of them",
          "m.yaml:12:12: can't read 'none.sql': none.sql: No such file or directory",
          "m.yaml:13:21: unknown key 'nam'; did you mean 'name'?",
          "bad.sql:1:1: there is no CREATE TABLE with columns here"));
}

TEST(QueriesTest, AddsSchemasFromElsewhereToTheDigest) {
  auto migration = parseQueries("schemas: [{name: users, fields: {id: int}}]\n");
  ASSERT_TRUE(migration) << migration.error().message;
  auto digest = migration->digest;
  addSchemas(*migration, {{.name = "plays_v1", .fields = {{.path = "a"}}, .enums = {}},
                          {.name = "USERS", .fields = {{.path = "a"}}, .enums = {}}});
  EXPECT_THAT(shownSchemas(migration), ElementsAre("users: id"));
  EXPECT_EQ(migration->digest, digest);
  addSchemas(*migration, {{.name = "songs", .fields = {{.path = "a"}}, .enums = {}},
                          {.name = "songs", .fields = {{.path = "b"}}, .enums = {}, .complete = false}});
  EXPECT_THAT(shownSchemas(migration), ElementsAre("users: id", "songs in part: a b"));
  EXPECT_NE(migration->digest, digest);
}

}  // namespace
}  // namespace gander::rules
