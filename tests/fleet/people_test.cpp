// What people do to a pull request of gander's, and that it stays done.
#include "fleet/proposal.h"
#include "tests/fleet/visited_forge.h"

namespace gander::fleet {
namespace {

using prbot::PullRequest;
using prbot::PullRequestState;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr auto kBranch = "gander/plays-v2";

class PeopleTest : public LifeTest {
 protected:
  // The base moves where it matters: the branch is made anew.
  void moveBase(const std::string& file = "more.py") { commitTo("acme/report", "main", {{file, kReport}}); }
  void changePull(const std::function<void(PullRequest&)>& change) {
    auto pull = *pullRequest("acme/report");
    change(pull);
    ASSERT_TRUE(database_.pullRequests->update(pull));
  }
};

TEST_F(PeopleTest, WhoChangesTheBaseHasItMadeFromThere) {
  ASSERT_EQ(run().state, TargetState::kOpen);
  commitTo("acme/report", "release", {{"old.py", kReport}});
  visited_->onFind = [](PullRequest& pull) { pull.text.base = "release"; };
  auto target = run();
  EXPECT_EQ(target.state, TargetState::kOpen) << target.detail;
  EXPECT_EQ(target.baseBranch, "release");
  EXPECT_EQ(target.base, tip("acme/report", "release"));
  EXPECT_EQ(target.proposal, 1);
  EXPECT_THAT(show("acme/report", std::string(kBranch) + ":old.py"), HasSubstr("user_plays_v2"));
  EXPECT_EQ(run().head, target.head);
  EXPECT_EQ(std::ranges::count_if(visited_->said, [](const auto& one) { return one.contains("`release`"); }),
            static_cast<ptrdiff_t>(visited_->said.size()))
      << "nothing else is said";
}

TEST_F(PeopleTest, ABaseThatIsNotThereIsTold) {
  ASSERT_EQ(run().state, TargetState::kOpen);
  visited_->onFind = [](PullRequest& pull) { pull.text.base = "gone"; };
  EXPECT_EQ(run().state, TargetState::kOpen);
  EXPECT_THAT(problem_, HasSubstr("#1 goes into gone, and the repository has no such branch"));
}

TEST_F(PeopleTest, WhoClosesItWhileItIsPushedHasDecided) {
  ASSERT_EQ(run().state, TargetState::kOpen);
  moveBase();
  visited_->onEnsure = [&](const prbot::PullRequestText&) { ASSERT_TRUE(forge_->close("acme/report", 1, "not now")); };
  auto target = run();
  EXPECT_EQ(target.state, TargetState::kDeclined) << target.detail;
  EXPECT_EQ(target.detail, "not now");
  EXPECT_EQ(pullRequest("acme/report")->number, 1) << "no second one is opened";
}

TEST_F(PeopleTest, WhoOpensItAgainTakesTheDecisionBack) {
  ASSERT_EQ(run().state, TargetState::kOpen);
  ASSERT_TRUE(forge_->close("acme/report", 1, "by mistake"));
  ASSERT_EQ(run().state, TargetState::kDeclined);
  ASSERT_EQ(run().state, TargetState::kDeclined);
  changePull([](PullRequest& pull) { pull.state = PullRequestState::kOpen; });
  moveBase();
  auto target = run();
  EXPECT_EQ(target.state, TargetState::kOpen) << target.detail;
  EXPECT_EQ(target.proposal, 1);
  EXPECT_THAT(show("acme/report", std::string(kBranch) + ":more.py"), HasSubstr("user_plays_v2"));
}

TEST_F(PeopleTest, AMistypedReasonIsAnswered) {
  visited_->forgetful = true;
  ASSERT_EQ(run().state, TargetState::kOpen);
  ASSERT_TRUE(forge_->close("acme/report", 1, ""));
  ASSERT_EQ(run().state, TargetState::kDeclined);
  visited_->said.clear();
  visited_->people = {from("p1", "ada", "/gander declined wrongedit"), from("p2", "ada", "/gander regenerate")};
  EXPECT_EQ(run().detail, "closed without a reason");
  ASSERT_EQ(visited_->said.size(), 2u);
  EXPECT_THAT(visited_->said[0], HasSubstr("wrong-edit"));
  EXPECT_THAT(visited_->said[1], HasSubstr("open it again"));
  visited_->people.push_back(from("p3", "ada", "/gander declined wrong-edit"));
  EXPECT_EQ(run().detail, "wrong-edit");
}

TEST_F(PeopleTest, ATitleAndWordsOfTheirsStay) {
  ASSERT_EQ(run().state, TargetState::kOpen);
  const auto before = pullRequest("acme/report")->text.body;
  changePull([&](PullRequest& pull) {
    pull.text.title = "[DATA-12] Plays";
    pull.text.body = "Ticket: DATA-12\r\n\r\n" + before + "\r\n- [x] looked at\r\n";
  });
  moveBase();
  ASSERT_EQ(run().state, TargetState::kOpen);
  const auto after = pullRequest("acme/report")->text;
  EXPECT_EQ(after.title, "[DATA-12] Plays");
  EXPECT_TRUE(after.body.starts_with("Ticket: DATA-12\n\n")) << after.body;
  EXPECT_TRUE(after.body.ends_with("- [x] looked at")) << after.body;
  EXPECT_THAT(after.body, HasSubstr("more.py"));
}

TEST_F(PeopleTest, ATextThatTheyEditedWithinIsLeft) {
  ASSERT_EQ(run().state, TargetState::kOpen);
  changePull([&](PullRequest& pull) { pull.text.body = "Ada: I looked at all of it."; });
  moveBase();
  ASSERT_EQ(run().state, TargetState::kOpen);
  EXPECT_EQ(pullRequest("acme/report")->text.body, "Ada: I looked at all of it.");
  ASSERT_FALSE(visited_->said.empty());
  EXPECT_THAT(visited_->said.back(), HasSubstr("gander leaves it as it is"));
}

TEST_F(PeopleTest, NobodyIsAskedTwice) {
  policy_.labels = {"data"};
  policy_.assignees = {"grace"};
  visited_->kind = prbot::ForgeKind::kGitLab;
  commitTo("acme/report", "main", {{"CODEOWNERS", "*.py @ada\nlater/ @bob\n"}});
  ASSERT_EQ(run().state, TargetState::kOpen);
  EXPECT_EQ(visited_->asked.back().labels, policy_.labels);
  EXPECT_EQ(visited_->asked.back().reviewers, (std::vector<std::string>{"ada"}));
  moveBase();
  ASSERT_EQ(run().state, TargetState::kOpen);
  EXPECT_THAT(visited_->asked.back().labels, IsEmpty());
  EXPECT_THAT(visited_->asked.back().assignees, IsEmpty());
  EXPECT_THAT(visited_->asked.back().reviewers, IsEmpty());
  moveBase("later/x.py");
  ASSERT_EQ(run().state, TargetState::kOpen);
  EXPECT_EQ(visited_->asked.back().reviewers, (std::vector<std::string>{"bob"}));
}

TEST_F(PeopleTest, WhatWasMadeReadyStaysReady) {
  policy_.draftUntilChecks = true;
  ASSERT_EQ(run().state, TargetState::kOpen);
  ASSERT_TRUE(pullRequest("acme/report")->text.draft);
  changePull([](PullRequest& pull) { pull.text.draft = false; });
  for (const auto* file : {"more.py", "most.py"}) {
    moveBase(file);
    ASSERT_EQ(run().state, TargetState::kOpen);
    EXPECT_FALSE(pullRequest("acme/report")->text.draft) << file;
  }
}

TEST_F(PeopleTest, ABranchThatWasSetBackIsNotMerged) {
  ASSERT_EQ(run().state, TargetState::kOpen);
  git(bare("acme/report"), {"update-ref", "refs/heads/" + std::string(kBranch), "refs/heads/main"});
  changePull([&](PullRequest& pull) { pull.text.head = tip("acme/report", "main"); });
  EXPECT_EQ(run().state, TargetState::kOpen);
  EXPECT_THAT(show("acme/report", std::string(kBranch) + ":report.py"), HasSubstr("user_plays_v2"));
}

TEST_F(PeopleTest, AForkThatOnlyTheCatalogNamesIsLeftToItsSource) {
  visited_->fork = true;
  EXPECT_EQ(run().state, TargetState::kOpen) << "the migration lists it";
}

TEST(KeepEdited, WhatIsThereAlreadyIsNoEditOfAPerson) {
  prbot::PullRequestText there{.title = "t", .body = "new\r\n"};
  prbot::PullRequestText text{.title = "t", .body = "new"};
  EXPECT_TRUE(keepEdited(there, {.title = "t", .body = "old"}, text));
  EXPECT_EQ(text.body, "new\r\n");
}

}  // namespace
}  // namespace gander::fleet
