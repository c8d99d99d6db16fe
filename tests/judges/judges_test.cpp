#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "tests/judges/judging.h"
#include "tests/judges/postgres.h"

namespace gander::judges {
namespace {

using rewriter::sql::DialectName;

void expectSame(DialectName dialect, Database& old, Database& now) {
  Judge judge(dialect, old, now);
  const std::string wrong = judge.run(settings());
  const Tally& tally = judge.tally();
  std::cout << "asked " << tally.asked << ", rejected " << tally.rejected << ", listed " << tally.listed
            << ", compared " << tally.compared << " (edited " << tally.changed << ", other schemas unknown "
            << tally.unknown << ")\n";
  for (size_t i = 0; i < std::min<size_t>(tally.rejections.size(), 5); ++i) {
    std::cout << "rejected: " << tally.rejections[i] << "\n";
  }
  if (!wrong.empty()) ADD_FAILURE() << wrong;
  EXPECT_LT(tally.rejected * 10, tally.asked) << "the generator writes too much that the database does not accept";
  EXPECT_GT(tally.changed * 2, tally.asked) << "too few queries were rewritten for this to prove anything";
}

TEST(SqliteJudgeTest, RewrittenQueriesGiveTheSameRows) {
  const auto old = openSqlite();
  const auto now = openSqlite();
  ASSERT_TRUE(old && now);
  expectSame(DialectName::kSqlite, **old, **now);
}

TEST(PostgresJudgeTest, RewrittenQueriesGiveTheSameRows) {
  const auto cluster = PostgresCluster::start();
  ASSERT_TRUE(cluster) << cluster.error().message;
  const auto old = cluster->open("old");
  ASSERT_TRUE(old) << old.error().message;
  const auto now = cluster->open("new");
  ASSERT_TRUE(now) << now.error().message;
  expectSame(DialectName::kPostgres, **old, **now);
}

}  // namespace
}  // namespace gander::judges
