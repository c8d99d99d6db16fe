#include "fleet/fleet.h"

#include "tests/fleet/mini_fleet.h"

namespace gander::fleet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class FleetTest : public MiniFleet {
 protected:
  void makeReport() {
    makeRepository("acme/report", {{"report.py", kReport}});
    openForge(*database_.pullRequests);
    migration_ = migrationFor({"acme/report"});
  }
  RunReport run(Observer* observer = nullptr) {
    auto fleet = makeFleet();
    return mustHave(fleet.run(migration_, {}, observer));
  }

  rules::Migration migration_;
};

TEST_F(FleetTest, CarriesEachTargetToItsEnd) {
  auto sandbox = sandbox::makeBubblewrapSandbox("/usr/bin:/bin");
  ASSERT_TRUE(sandbox) << sandbox.error().message;
  sandbox_ = std::move(*sandbox);
  makeRepository("acme/report", {{"report.py", kReport}, {"README.md", "Reads user_plays_v1.\n"}});
  makeRepository("acme/unrelated", {{"main.py", "print('hello')\n"}});
  makeRepository("acme/notes", {{"README.md", "Somebody else reads user_plays_v1.\n"}});
  makeRepository("acme/undecided",
                 {{"main.py",
                   "import warehouse\nimport sys\n\nname = \"podcasts\" if sys.argv else \"user_plays_v1\"\n"
                   "for row in warehouse.open(name).rows():\n    print(row[\"user_name\"])\n"}});
  // Builds before the edit only, twice.
  makeRepository("acme/fragile",
                 {{"report.py", kReport},
                  {".gander.yaml", "build: [[python3, check.py]]\n"},
                  {"check.py", "import sys\nsys.exit('\"user_' + 'name\"' not in open('report.py').read())\n"}});
  makeRepository("acme/unreadable", {{"report.py", kReport}});
  openForge(*database_.pullRequests);
  migration_ = migrationFor(
      {"acme/report", "acme/unrelated", "acme/notes", "acme/undecided", "acme/fragile", "acme/unreadable"});
  ASSERT_TRUE(removeTree(bare("acme/unreadable") / "objects"));

  Recorder seen;
  auto report = run(&seen);
  ASSERT_EQ(report.targets.size(), 6);
  EXPECT_EQ(target("acme/report").state, TargetState::kOpen) << target("acme/report").detail;
  EXPECT_EQ(target("acme/unrelated").state, TargetState::kNothingFound);
  EXPECT_EQ(target("acme/notes").state, TargetState::kNothingFound);
  EXPECT_EQ(target("acme/undecided").state, TargetState::kOnlyListed) << target("acme/undecided").detail;
  EXPECT_EQ(target("acme/fragile").state, TargetState::kBroken) << target("acme/fragile").detail;
  EXPECT_EQ(target("acme/unreadable").state, TargetState::kUnreachable) << target("acme/unreadable").detail;
  EXPECT_THAT(
      seen.states["acme/report"],
      ElementsAre(TargetState::kFetched, TargetState::kScanned, TargetState::kBaseBuilt, TargetState::kRewritten,
                  TargetState::kBuilt, TargetState::kCommitted, TargetState::kPushed, TargetState::kOpen));
  EXPECT_EQ(target("acme/report").verification, "verified");
  EXPECT_EQ(target("acme/report").counts.edits, 2);

  auto body = pullRequest("acme/report")->text.body;
  EXPECT_THAT(body, HasSubstr("**verified**"));
  EXPECT_THAT(body, HasSubstr("| `python3 -m compileall"));
  EXPECT_THAT(body, HasSubstr("- line 6, column 32: `user_plays_v1` → `user_plays_v2`"));

  // A finding is kept whole, and nobody sees it.
  EXPECT_FALSE(pullRequest("acme/fragile"));
  EXPECT_EQ(git(bare("acme/fragile"), {"branch", "--list", "gander/*"}), "");
  auto finding = database_.store->details({"plays-v2", "acme/fragile"});
  ASSERT_TRUE(finding && finding->document);
  EXPECT_THAT(finding->document->diff, HasSubstr("+        names.append(row[\"listener_name\"])"));
  EXPECT_THAT(target("acme/fragile").verification, HasSubstr("broken"));
  EXPECT_TRUE(std::filesystem::is_empty(root() / "state/scratch"));
}

TEST_F(FleetTest, ProposesOneCommitThatNamesItsInputs) {
  makeReport();
  run();
  EXPECT_EQ(show("acme/report", "gander/plays-v2:report.py"), kReportAfter);
  auto commit = git(bare("acme/report"), {"log", "-1", "--format=%an <%ae>|%cn|%P|%ct|%B", "gander/plays-v2"});
  auto base = git(bare("acme/report"), {"log", "-1", "--format=%H|%ct", "main"});
  EXPECT_THAT(commit, testing::StartsWith("gander <gander@localhost>|gander|" + base.substr(0, 40) + "|" +
                                          base.substr(41, 10)));
  EXPECT_THAT(commit, HasSubstr("Move user_plays to version 2\n\nVersion 1 ends.\n"));
  auto trailers = git(bare("acme/report"), {"log", "-1", "--format=%(trailers:only)", "gander/plays-v2"});
  EXPECT_THAT(trailers, testing::MatchesRegex("Gander-Migration: plays-v2\nGander-Rewrite: [0-9a-f]{64}\n+"));
  auto proposed = pullRequest("acme/report");
  ASSERT_TRUE(proposed);
  EXPECT_EQ(proposed->number, 1);
  EXPECT_EQ(proposed->text.head, tip("acme/report", "gander/plays-v2"));
  EXPECT_EQ(proposed->text.title, "Move user_plays to version 2");
  EXPECT_THAT(proposed->text.body, HasSubstr("no sandbox"));
  EXPECT_EQ(target("acme/report").verification, "no sandbox");
}

TEST_F(FleetTest, DoesNothingNewTheSecondTime) {
  makeReport();
  run();
  auto head = tip("acme/report", "gander/plays-v2");
  auto attempts = database_.store->details({"plays-v2", "acme/report"})->attempts;
  auto updated = pullRequest("acme/report")->updated;
  clock_.advance(std::chrono::hours(1));
  auto again = run();
  EXPECT_TRUE(again.targets[0].unchanged);
  EXPECT_EQ(again.targets[0].target.state, TargetState::kOpen);
  EXPECT_EQ(tip("acme/report", "gander/plays-v2"), head);
  EXPECT_EQ(pullRequest("acme/report")->updated, updated);
  EXPECT_EQ(database_.store->details({"plays-v2", "acme/report"})->attempts.size(), attempts.size())
      << "of a look that found nothing to do nothing is kept";
}

TEST_F(FleetTest, GivesTheSameCommitFromAnEmptyStoreAndCache) {
  makeReport();
  run();
  auto head = tip("acme/report", "gander/plays-v2");
  git(bare("acme/report"), {"branch", "-D", "gander/plays-v2"});
  database_ = mustHave(openSqliteStore(root() / "state/other.db"));
  mirrors_ = repos::makeMirrors(root() / "other-cache");
  openForge(*database_.pullRequests);
  clock_.advance(std::chrono::hours(5));
  run();
  EXPECT_EQ(tip("acme/report", "gander/plays-v2"), head);
}

TEST_F(FleetTest, MakesItAgainWhenTheBaseMoved) {
  makeReport();
  run();
  auto before = target("acme/report");
  commitTo("acme/report", "main", {{"more.py", kReport}});
  auto report = run();
  auto after = target("acme/report");
  EXPECT_FALSE(report.targets[0].unchanged);
  EXPECT_EQ(after.state, TargetState::kOpen);
  EXPECT_EQ(after.proposal, before.proposal);
  EXPECT_NE(after.head, before.head);
  EXPECT_EQ(tip("acme/report", "gander/plays-v2"), after.head);
  EXPECT_EQ(pullRequest("acme/report")->text.head, after.head);
  EXPECT_EQ(git(bare("acme/report"), {"rev-parse", "gander/plays-v2^"}).substr(0, 40), tip("acme/report", "main"));
}

TEST_F(FleetTest, ClosesAProposalThatLostItsGroundAndComesBack) {
  makeReport();
  run();
  commitTo("acme/report", "main", {{"report.py", kReportAfter}});
  run();
  EXPECT_EQ(target("acme/report").state, TargetState::kNothingFound);
  EXPECT_EQ(pullRequest("acme/report")->state, prbot::PullRequestState::kClosed);
  commitTo("acme/report", "main", {{"report.py", kReport}});
  run();
  EXPECT_EQ(target("acme/report").state, TargetState::kOpen) << target("acme/report").detail;
  EXPECT_EQ(pullRequest("acme/report")->number, 2);
}

TEST_F(FleetTest, RunsOnlyWhatIsAskedFor) {
  makeRepository("acme/other", {{"report.py", kReport}});
  makeReport();
  migration_ = migrationFor({"acme/report", "acme/other"});
  auto fleet = makeFleet();
  auto report = mustHave(fleet.run(migration_, {"acme/report"}));
  ASSERT_EQ(report.targets.size(), 1);
  EXPECT_EQ(target("acme/other").state, TargetState::kWaiting);
  auto unknown = fleet.run(migration_, {"acme/reprot"});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::kNotFound);
  EXPECT_THAT(unknown.error().message, HasSubstr("did you mean 'acme/report'?"));
}

TEST_F(FleetTest, LeavesATargetToTheWorkerThatHoldsIt) {
  makeReport();
  ASSERT_TRUE(database_.store->ensureCampaign({"plays-v2", "", "", "", {}},
                                              {{"acme/report", bare("acme/report").string(), ""}}, clock_.now()));
  ASSERT_TRUE(*database_.store->claim(
      {{"plays-v2", "acme/report"}, "machine/7/7/7", clock_.now(), clock_.now() + std::chrono::hours(1), {}}));
  auto report = run();
  EXPECT_THAT(report.targets[0].problem, HasSubstr("another worker is at it"));
  EXPECT_FALSE(pullRequest("acme/report"));
  clock_.advance(std::chrono::hours(2));
  run();
  EXPECT_EQ(target("acme/report").state, TargetState::kOpen);
}

TEST_F(FleetTest, TriesAFailedTargetAgain) {
  makeReport();
  auto hidden = root() / "hidden.git";
  std::filesystem::rename(bare("acme/report"), hidden);
  makeRepository("acme/other", {{"x", "y"}});
  run();
  EXPECT_EQ(target("acme/report").state, TargetState::kUnreachable);
  std::filesystem::rename(hidden, bare("acme/report"));
  run();
  EXPECT_EQ(target("acme/report").state, TargetState::kOpen) << target("acme/report").detail;
}

TEST_F(FleetTest, TellsWhatIsLeft) {
  makeReport();
  run();
  auto fleet = makeFleet();
  auto before = mustHave(fleet.verify(migration_));
  ASSERT_EQ(before.size(), 1);
  EXPECT_EQ(before[0].rewrite.edits.size(), 2);
  EXPECT_EQ(before[0].commit, tip("acme/report", "main"));
  auto approved = mustHave(fleet.approve(migration_, "acme/report"));
  EXPECT_EQ(approved.outcome, Approval::kMerged);
  auto after = mustHave(fleet.verify(migration_));
  EXPECT_TRUE(after[0].rewrite.ledger.entries.empty());
  EXPECT_EQ(after[0].problem, "");
}

}  // namespace
}  // namespace gander::fleet
