// What merges by itself, and what does not.
#include "tests/fleet/visited_forge.h"

namespace gander::fleet {
namespace {

using testing::HasSubstr;

constexpr auto kBranch = "gander/plays-v2";

class AutomergeTest : public LifeTest {
 protected:
  void SetUp() override {
    LifeTest::SetUp();
    auto sandbox = sandbox::makeBubblewrapSandbox("/usr/bin:/bin");
    ASSERT_TRUE(sandbox) << sandbox.error().message;
    sandbox_ = std::move(*sandbox);
  }
  rules::Migration automatic() {
    auto migration = migrationFor({"acme/report"});
    migration.automerge = true;
    return migration;
  }
};

TEST_F(AutomergeTest, WhatTheForgeWillNotMergeIsOpenAllTheSame) {
  visited_->refusal = Error{ErrorKind::kDenied, "403: this branch is protected"};
  auto target = run(automatic());
  EXPECT_EQ(target.state, TargetState::kOpen);
  EXPECT_THAT(target.detail, HasSubstr("not merged by itself yet: 403"));
  run(automatic());
  EXPECT_EQ(visited_->orders.size(), 2u) << "it is asked for again";
  visited_->refusal.reset();
  EXPECT_EQ(run(automatic()).state, TargetState::kMerged);
}

TEST_F(AutomergeTest, AnOrderIsTakenBackWhereTheMigrationNoLongerGivesIt) {
  visited_->ready = false;
  ASSERT_EQ(run(automatic()).state, TargetState::kOpen);
  auto migration = migrationFor({"acme/report"});
  migration.digest = "without";
  EXPECT_EQ(run(migration).state, TargetState::kOpen);
  EXPECT_TRUE(visited_->orders.back().callOff);
  run(migration);
  EXPECT_EQ(visited_->orders.size(), 2u);
}

TEST_F(AutomergeTest, AnOrderIsTakenBackWhereAPersonCommits) {
  visited_->ready = false;
  ASSERT_EQ(run(automatic()).state, TargetState::kOpen);
  ASSERT_EQ(visited_->orders.size(), 1u);
  run(automatic());
  EXPECT_EQ(visited_->orders.size(), 1u) << "the forge has the order";
  commitTo("acme/report", kBranch, {{"mine.py", "y = 2\n"}});
  EXPECT_EQ(run(automatic()).state, TargetState::kHandedOver);
  ASSERT_EQ(visited_->orders.size(), 2u);
  EXPECT_TRUE(visited_->orders.back().callOff);
}

TEST_F(AutomergeTest, WhatIsProvedIsMergedByTheForge) {
  auto target = run(automatic());
  EXPECT_EQ(target.state, TargetState::kMerged) << target.detail;
  ASSERT_EQ(visited_->orders.size(), 1u);
  EXPECT_TRUE(visited_->orders.front().whenReady);
  EXPECT_EQ(visited_->orders.front().head, target.head);
  EXPECT_EQ(show("acme/report", "main:report.py"), kReportAfter);
}

TEST_F(AutomergeTest, TheForgeMergesWhenItIsReady) {
  visited_->ready = false;
  EXPECT_EQ(run(automatic()).state, TargetState::kOpen);
  ASSERT_TRUE(forge_->merge("acme/report", 1, {.head = tip("acme/report", kBranch)}));
  EXPECT_EQ(run(automatic()).state, TargetState::kMerged);
}

TEST_F(AutomergeTest, NothingIsMergedThatAPersonHasToLookAt) {
  // The second name is unreached: nothing ties it to the dataset.
  commitTo("acme/report", "main", {{"other.py", "import x\n\nprint(x.load()[\"user_name\"])\n"}});
  EXPECT_EQ(run(automatic()).state, TargetState::kOpen);
  EXPECT_TRUE(visited_->orders.empty());
}

TEST_F(AutomergeTest, NothingIsMergedThatWasNotBuilt) {
  sandbox_.reset();
  EXPECT_EQ(run(automatic()).state, TargetState::kOpen);
  EXPECT_TRUE(visited_->orders.empty());
}

TEST_F(AutomergeTest, NothingIsMergedThatNobodyAskedFor) {
  EXPECT_EQ(run().state, TargetState::kOpen);
  EXPECT_TRUE(visited_->orders.empty());
}

}  // namespace
}  // namespace gander::fleet
