// YAML, JSON, .sql files, prose and the ledger's verdicts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rewriting.h"

namespace gander::rewriter {
namespace {

TEST(DocumentsTest, YamlKeysThatNameDatasets) {
  expectMarked("jobs.yaml", R"(jobs:
  - table: [[user_plays_v1->user_plays_v2]]   # user_plays_v1
    title: user_plays_v1
    path: "[[s3://lake/user_plays/v1/->s3://lake/user_plays/v2/]]2024.csv"
  - table: users
    topic: '[[user-plays-v1->user-plays-v2]]'
)");
}

TEST(DocumentsTest, JsonKeysThatNameDatasets) {
  expectMarked("jobs.json", R"({"jobs": [{"table": "[[user_plays_v1->user_plays_v2]]", "note": "user_plays_v1"}]}
)");
}

TEST(DocumentsTest, SqlTablesInTablePosition) {
  expectMarked("q.sql", R"(-- user_plays_v1
SELECT played_at, 'user_plays_v1' FROM [[user_plays_v1->user_plays_v2]] WHERE [[user_plays_v1->user_plays_v2]].played_at > 1;
WITH x AS (SELECT 1) SELECT * FROM x JOIN "[[user_plays_v1->user_plays_v2]]" p ON true;
)");
}

TEST(DocumentsTest, ACteOfTheTablesNameHidesIt) {
  expectMarked("q.sql", R"(WITH user_plays_v1 AS (SELECT 1 AS a) SELECT a FROM user_plays_v1;
)");
}

TEST(DocumentsTest, ATableWithMoreQualifiersIsListed) {
  expectMarked("q.sql", R"(SELECT played_at FROM {{archive.user_plays_v1}};
)");
}

TEST(LedgerTest, EveryOccurrenceHasOneVerdict) {
  auto got = rewriteTree({{"README.md", "user_name is a field of user_plays_v1\n"},
                          {"CHANGELOG.md", "- user_name added\n"},
                          {"third_party/x.py", "user_name = 1\n"},
                          {"a.py", "# user_name\nuser_name = f('user_name not found')\nx.user_name\n"}});
  EXPECT_THAT(ledgerLines(got.rewrite),
              testing::ElementsAre("CHANGELOG.md:1:3 prose user_name", "README.md:1:1 prose user_name",
                                   "README.md:1:25 prose user_plays_v1", "a.py:1:3 prose user_name",
                                   "a.py:2:1 other user_name", "a.py:2:16 prose user_name",
                                   "a.py:3:3 unreached user_name", "third_party/x.py:1:1 generated user_name"));
}

// Each of the texts is code that somebody else reads: only the looks tell, so nothing is edited and nothing is passed over.
TEST(LedgerTest, KeysInTextsOfCodeAreListed) {
  auto got = rewriteTree({{"a.cpp", R"raw(auto a = R"lua(return {
  user_name = "x", limits = { user_name = 1 } })lua";
auto b = "{\"user_name\": 3}";
auto c = "user_name=bob";
)raw"}});
  EXPECT_THAT(ledgerLines(got.rewrite),
              testing::ElementsAre("a.cpp:2:3 listed user_name", "a.cpp:2:31 listed user_name",
                                   "a.cpp:3:14 listed user_name", "a.cpp:4:11 listed user_name"));
  EXPECT_TRUE(got.rewrite.edits.empty());
}

TEST(LedgerTest, WordsInTextsForPeopleAreNoKeys) {
  auto got = rewriteTree({{"a.cpp", R"raw(auto a = "user_name=%s of %d";
auto b = "user_name: must be set";
auto c = "if user_name == 3 or the user_name = x";
auto d = "user_name";
auto e = "warehouse::user_name::x is {user_name}";
)raw"}});
  EXPECT_THAT(
      ledgerLines(got.rewrite),
      testing::ElementsAre("a.cpp:1:11 prose user_name", "a.cpp:2:11 prose user_name", "a.cpp:3:14 prose user_name",
                           "a.cpp:3:36 prose user_name", "a.cpp:4:11 unreached user_name", "a.cpp:5:22 prose user_name",
                           "a.cpp:5:39 prose user_name"));
}

// A numbered series that alters tables has run; numbered steps of a job run each time.
TEST(LedgerTest, ANumberedSeriesOfSchemaChangesIsHistory) {
  const std::string update = "UPDATE user_plays_v1 SET user_name = 'x';\n";
  const std::string edited = "UPDATE user_plays_v2 SET listener_name = 'x';\n";
  const auto got = rewriteTree({{"sql/svn/1195_suspend.sql", "ALTER TABLE account ADD suspended INT;\n"},
                                {"sql/svn/2014_12_24_texture.sql", "alter table npc change a b INT;\n"},
                                {"sql/svn/103_plays.sql", update},
                                {"sql/svn/report.sql", update},
                                {"steps/001_load.sql", "CREATE TABLE a AS SELECT 1 AS b;\n"},
                                {"steps/002_join.sql", update},
                                {"steps/003_alter.sql", "ALTER TABLE a ADD c INT;\n"},
                                {"jobs/01_plays.sql", update},
                                {"jobs/02_alter.sql", "ALTER TABLE a ADD c INT;\n"},
                                {"jobs/03_alter.sql", "ALTER TABLE a ADD d INT;\n"}});
  EXPECT_EQ(got.after.at("sql/svn/103_plays.sql"), update);
  EXPECT_EQ(got.after.at("sql/svn/report.sql"), edited);
  EXPECT_EQ(got.after.at("steps/002_join.sql"), edited);
  EXPECT_EQ(got.after.at("jobs/01_plays.sql"), edited);
}

TEST(LedgerTest, UpdatesOfASchemaThatHaveRunAreHistory) {
  const std::string update = "UPDATE user_plays_v1 SET user_name = 'x';\n";
  auto got = rewriteTree({{"db/app_update-1.31.20.sql", update},
                          {"db/upgrade_2_0.sql", update},
                          {"jobs/update.sql", update},
                          {"sql/dispatch_1_2.sql", update},
                          {"reports/update_2024_01_totals.sql", update}});
  EXPECT_EQ(got.after["db/app_update-1.31.20.sql"], update);
  EXPECT_EQ(got.after["db/upgrade_2_0.sql"], update);
  for (const auto* path : {"jobs/update.sql", "sql/dispatch_1_2.sql", "reports/update_2024_01_totals.sql"})
    EXPECT_EQ(got.after[path], "UPDATE user_plays_v2 SET listener_name = 'x';\n") << path;
}

TEST(LedgerTest, ProseIsEditedWhereTheMigrationSaysSo) {
  std::string migration = kPlaysMigration;
  migration += "prose: [{paths: \"docs/**\", documents: edit}]\n";
  auto got = rewriteTree({{"docs/a.md", "the user_name, my_user_name\n"}, {"b.md", "user_name\n"}}, migration);
  EXPECT_EQ(got.after["docs/a.md"], "the listener_name, my_user_name\n");
  EXPECT_EQ(got.after["b.md"], "user_name\n");
}

TEST(LedgerTest, WhatIsNoTextIsSaid) {
  auto got = rewriteTree({{"a.bin", std::string("\0user_name", 10)}, {"latin.txt", "user_name \xE9"}});
  ASSERT_EQ(got.rewrite.skipped.size(), 2U);
  EXPECT_EQ(got.rewrite.skipped[0].why, "binary");
  EXPECT_EQ(got.rewrite.skipped[1].why, "not UTF-8");
  EXPECT_TRUE(got.rewrite.ledger.entries.empty());
  ASSERT_EQ(got.rewrite.hazards.size(), 1U);
  EXPECT_EQ(got.rewrite.hazards[0].name, "not-looked-into");
  EXPECT_EQ(got.rewrite.hazards[0].file, "latin.txt");
}

}  // namespace
}  // namespace gander::rewriter
