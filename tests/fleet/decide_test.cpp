#include "tests/fleet/mini_fleet.h"

namespace gander::fleet {
namespace {

using testing::HasSubstr;

class DecideTest : public MiniFleet {
 protected:
  void SetUp() override {
    MiniFleet::SetUp();
    makeRepository("acme/report", {{"report.py", kReport}});
    openForge(*database_.pullRequests);
    migration_ = migrationFor({"acme/report"});
    run();
    ASSERT_EQ(target("acme/report").state, TargetState::kOpen) << target("acme/report").detail;
  }
  RunReport run() {
    auto fleet = makeFleet();
    return mustHave(fleet.run(migration_, {}));
  }
  Result<ApproveReport> approve() {
    auto fleet = makeFleet();
    return fleet.approve(migration_, "acme/report");
  }
  std::string comments() {
    auto outcome = runProcess(
        {.command = {"sqlite3", (root() / "state/store.db").string(), "SELECT body FROM pull_request_comment"},
         .environment = {{"PATH", "/usr/bin:/bin"}}});
    return outcome ? outcome->output : "";
  }

  rules::Migration migration_;
};

TEST_F(DecideTest, MergesWhatWasApproved) {
  auto head = tip("acme/report", "gander/plays-v2");
  auto report = approve();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->outcome, Approval::kMerged);
  EXPECT_EQ(show("acme/report", "main:report.py"), kReportAfter);
  EXPECT_EQ(tip("acme/report", "main"), report->merged);
  EXPECT_EQ(git(bare("acme/report"), {"rev-parse", "main^2"}).substr(0, 40), head);
  EXPECT_EQ(target("acme/report").state, TargetState::kMerged);
  EXPECT_EQ(pullRequest("acme/report")->state, prbot::PullRequestState::kMerged);
  EXPECT_TRUE(run().targets[0].unchanged);
  auto again = approve();
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::kConflict);
  EXPECT_THAT(again.error().message, HasSubstr("it is 'merged'"));
}

TEST_F(DecideTest, MergesOntoABaseThatMovedElsewhere) {
  auto moved = commitTo("acme/report", "main", {{"more.py", "x = 1\n"}});
  auto report = approve();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->outcome, Approval::kMerged);
  EXPECT_EQ(git(bare("acme/report"), {"rev-parse", "main^1"}).substr(0, 40), moved);
  EXPECT_EQ(show("acme/report", "main:more.py"), "x = 1\n");
}

TEST_F(DecideTest, MakesItAgainWhereItDoesNotApplyAnyMore) {
  auto before = tip("acme/report", "gander/plays-v2");
  std::string changed = kReport;
  changed.replace(changed.find("        names.append"), 0, "        # each once\n");
  auto base = commitTo("acme/report", "main", {{"report.py", changed}});
  auto report = approve();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->outcome, Approval::kRegenerated);
  EXPECT_EQ(tip("acme/report", "main"), base) << "nothing is merged that was not looked at";
  EXPECT_NE(tip("acme/report", "gander/plays-v2"), before);
  EXPECT_EQ(target("acme/report").state, TargetState::kOpen);
  EXPECT_EQ(target("acme/report").leaseOwner, "");
  report = approve();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->outcome, Approval::kMerged);
  EXPECT_THAT(show("acme/report", "main:report.py"),
              HasSubstr("# each once\n        names.append(row[\"listener_name\"])"));
  EXPECT_EQ(pullRequest("acme/report")->number, 1);
}

TEST_F(DecideTest, RemembersADecline) {
  auto fleet = makeFleet();
  auto without = fleet.decline("plays-v2", "acme/report", "  ");
  ASSERT_FALSE(without);
  EXPECT_EQ(without.error().kind, ErrorKind::kInvalid);
  auto declined = fleet.decline("plays-v2", "acme/report", "not ours");
  ASSERT_TRUE(declined) << declined.error().message;
  EXPECT_EQ(declined->state, TargetState::kDeclined);
  EXPECT_EQ(pullRequest("acme/report")->reason, "not ours");
  commitTo("acme/report", "main", {{"more.py", "x = 1\n"}});
  auto report = run();
  EXPECT_TRUE(report.targets[0].unchanged);
  EXPECT_EQ(report.targets[0].target.detail, "not ours");
  EXPECT_EQ(pullRequest("acme/report")->number, 1);
  EXPECT_FALSE(approve());
  auto twice = fleet.decline("plays-v2", "acme/report", "again");
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().kind, ErrorKind::kConflict);
}

// The store is lost, the forge is not.
TEST_F(DecideTest, ADeclineOnTheForgeIsEnough) {
  ASSERT_TRUE(forge_->close("acme/report", 1, "not now"));
  auto report = run();
  EXPECT_EQ(report.targets[0].target.state, TargetState::kDeclined);
  EXPECT_EQ(report.targets[0].target.detail, "not now");
}

TEST_F(DecideTest, NeverOverwritesAPersonsCommit) {
  auto theirs = commitTo("acme/report", "gander/plays-v2", {{"extra.py", "y = 2\n"}});
  commitTo("acme/report", "main", {{"more.py", "x = 1\n"}});
  auto report = run();
  EXPECT_EQ(report.targets[0].target.state, TargetState::kHandedOver);
  EXPECT_THAT(report.targets[0].problem, HasSubstr("Ada committed " + theirs.substr(0, 12)));
  EXPECT_EQ(tip("acme/report", "gander/plays-v2"), theirs);
  run();
  EXPECT_EQ(tip("acme/report", "gander/plays-v2"), theirs);
  auto said = comments();
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << said;
  auto merged = approve();
  ASSERT_TRUE(merged) << merged.error().message;
  EXPECT_EQ(merged->outcome, Approval::kMerged);
  EXPECT_EQ(show("acme/report", "main:extra.py"), "y = 2\n");
  EXPECT_EQ(show("acme/report", "main:report.py"), kReportAfter);
}

TEST_F(DecideTest, DoesNotMergeCommitsThatCameAfterTheLook) {
  auto theirs = commitTo("acme/report", "gander/plays-v2", {{"extra.py", "y = 2\n"}});
  auto base = tip("acme/report", "main");
  auto report = approve();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->outcome, Approval::kHandedOver);
  EXPECT_EQ(tip("acme/report", "main"), base);
  EXPECT_EQ(tip("acme/report", "gander/plays-v2"), theirs);
}

TEST_F(DecideTest, ABranchOfAPersonIsNotTaken) {
  git(bare("acme/report"), {"branch", "-D", "gander/plays-v2"});
  auto theirs = commitTo("acme/report", "gander/plays-v2", {{"mine.py", "z = 3\n"}});
  database_ = mustHave(openSqliteStore(root() / "state/other.db"));
  openForge(*database_.pullRequests);
  auto report = run();
  EXPECT_EQ(report.targets[0].target.state, TargetState::kHandedOver);
  EXPECT_EQ(tip("acme/report", "gander/plays-v2"), theirs);
  EXPECT_FALSE(pullRequest("acme/report"));
  auto approved = approve();
  ASSERT_FALSE(approved);
  EXPECT_THAT(approved.error().message, HasSubstr("has no proposal to approve"));
}

TEST_F(DecideTest, MakesABranchAgainThatWasDeleted) {
  auto head = tip("acme/report", "gander/plays-v2");
  git(bare("acme/report"), {"branch", "-D", "gander/plays-v2"});
  auto report = approve();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->outcome, Approval::kRegenerated);
  EXPECT_EQ(tip("acme/report", "gander/plays-v2"), head) << "same inputs, same commit";
}

}  // namespace
}  // namespace gander::fleet
