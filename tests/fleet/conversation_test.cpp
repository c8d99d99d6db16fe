// What people say at a pull request, and what becomes of it.
#include "fleet/conversation.h"

#include <gmock/gmock.h>

#include "tests/fleet/visited_forge.h"

namespace gander::fleet {
namespace {

using prbot::CommandKind;
using prbot::Comment;
using testing::HasSubstr;

TEST(ConversationTest, WhatWasAnsweredIsOpenNoMore) {
  std::vector<Comment> comments{from("1", "ada", "/gander retry"), from("2", "mallory", "/gander skip no", false),
                                from("3", "gander", "/gander skip of my own")};
  auto open = openCommands(comments);
  ASSERT_EQ(open.size(), 1u);
  EXPECT_EQ(open.front().command.kind, CommandKind::kRetry);
  EXPECT_EQ(open.front().author, "ada");
  auto copied = comments;
  copied.push_back(from("4", "mallory", "Done. " + open.front().mark, false));
  EXPECT_EQ(openCommands(copied).size(), 1u) << "a mark counts where gander wrote it";
  comments.push_back(from("4", "gander", "Done. " + open.front().mark));
  EXPECT_TRUE(openCommands(comments).empty());
}

TEST(ConversationTest, TheNewestReasonOfACloseCounts) {
  EXPECT_EQ(declineReason({}), "");
  EXPECT_EQ(declineReason({from("1", "ada", "/gander declined not-now after the release"),
                           from("2", "bob", "/gander declined wrong-edit"),
                           from("3", "eve", "/gander declined not-ours", false)}),
            "wrong-edit");
  EXPECT_EQ(declineReason({from("1", "ada", "/gander declined not-now after the release")}),
            "not-now: after the release");
}

TEST(ConversationTest, ALineIsExplainedByItsEvidence) {
  constexpr auto kRewrite = R"({
    "edits": [{"file": "a.py", "line": 6, "old": "user_name", "new": "listener_name", "tier": "flow",
               "evidence": [{"file": "a.py", "line": 5, "why": "names the dataset"}]}],
    "listed": [{"file": "a.py", "line": 9, "text": "user_name", "reason": "its object is not known"}],
    "hazards": []})";
  EXPECT_EQ(*explainLine(kRewrite, "a.py", 6), "user_name became listener_name (tier flow): a.py:5: names the dataset");
  EXPECT_EQ(*explainLine(kRewrite, "a.py", 9), "user_name was left: its object is not known");
  EXPECT_THAT(*explainLine(kRewrite, "b.py", 6), HasSubstr("nothing of b.py:6"));
  EXPECT_EQ(explainLine("{", "a.py", 6).error().kind, ErrorKind::kCorrupt);
}

TEST_F(LifeTest, ACommandIsObeyedOnceAndAnswered) {
  ASSERT_EQ(run().state, TargetState::kOpen);
  visited_->people = {from("p1", "ada", "/gander explain report.py:6\n"), from("p2", "ada", "/gander help")};
  visited_->said.clear();
  ASSERT_EQ(run().state, TargetState::kOpen);
  ASSERT_EQ(visited_->said.size(), 2u);
  EXPECT_THAT(visited_->said[0], HasSubstr("report.py:6"));
  run();
  EXPECT_EQ(visited_->said.size(), 2u);
}

TEST_F(LifeTest, ASkipClosesAndIsRemembered) {
  ASSERT_EQ(run().state, TargetState::kOpen);
  visited_->people = {from("p1", "mallory", "/gander skip I say so", false)};
  EXPECT_EQ(run().state, TargetState::kOpen);
  visited_->people = {from("p2", "ada", "/gander declined not-ours this moves to another team")};
  auto declined = run();
  EXPECT_EQ(declined.state, TargetState::kDeclined);
  EXPECT_EQ(declined.detail, "not-ours: this moves to another team");
  EXPECT_EQ(pullRequest("acme/report")->state, prbot::PullRequestState::kClosed);
  EXPECT_EQ(run().state, TargetState::kDeclined);
}

TEST_F(LifeTest, ABranchThatIsHandedBackIsMadeAnew) {
  ASSERT_EQ(run().state, TargetState::kOpen);
  const auto ours = tip("acme/report", "gander/plays-v2");
  const auto theirs = commitTo("acme/report", "gander/plays-v2", {{"extra.py", "y = 2\n"}});
  ASSERT_EQ(run().state, TargetState::kHandedOver);
  EXPECT_EQ(tip("acme/report", "gander/plays-v2"), theirs);
  visited_->people = {from("p1", "mallory", "/gander regenerate", false)};
  ASSERT_EQ(run().state, TargetState::kHandedOver);
  visited_->people.push_back(from("p2", "ada", "/gander regenerate"));
  EXPECT_EQ(run().state, TargetState::kOpen);
  EXPECT_EQ(tip("acme/report", "gander/plays-v2"), ours);
  commitTo("acme/report", "gander/plays-v2", {{"again.py", "z = 3\n"}});
  EXPECT_EQ(run().state, TargetState::kHandedOver) << "a command counts once";
}

TEST_F(LifeTest, WhoClosesIsAskedWhyOnce) {
  ASSERT_EQ(run().state, TargetState::kOpen);
  ASSERT_TRUE(forge_->close("acme/report", 1, ""));
  auto declined = run();
  EXPECT_EQ(declined.state, TargetState::kDeclined);
  EXPECT_EQ(declined.detail, "closed without a reason");
  EXPECT_THAT(visited_->said.back(), HasSubstr("/gander declined wrong-edit"));
  const auto said = visited_->said.size();
  EXPECT_EQ(run().detail, "closed without a reason");
  visited_->people = {from("p1", "ada", "/gander declined done-otherwise by hand")};
  EXPECT_EQ(run().detail, "done-otherwise: by hand");
  visited_->people.push_back(from("p2", "ada", "/gander declined not-ours"));
  EXPECT_EQ(run().detail, "done-otherwise: by hand") << "a reason is remembered";
  ASSERT_EQ(visited_->said.size(), said + 2);
  EXPECT_THAT(visited_->said.back(), HasSubstr("a reason was given before"));
  EXPECT_EQ(run().state, TargetState::kDeclined);
  EXPECT_EQ(visited_->said.size(), said + 2) << "each is answered once";
}

TEST_F(LifeTest, TwoCommandsAtOnceHandTheBranchBackAllTheSame) {
  ASSERT_EQ(run().state, TargetState::kOpen);
  const auto ours = tip("acme/report", "gander/plays-v2");
  commitTo("acme/report", "gander/plays-v2", {{"extra.py", "y = 2\n"}});
  ASSERT_EQ(run().state, TargetState::kHandedOver);
  visited_->people = {from("p1", "ada", "/gander retry\n/gander regenerate")};
  EXPECT_EQ(run().state, TargetState::kOpen);
  EXPECT_EQ(tip("acme/report", "gander/plays-v2"), ours);
}

TEST_F(LifeTest, WhatIsCommittedAfterABranchWasHandedBackIsNotLost) {
  ASSERT_EQ(run().state, TargetState::kOpen);
  commitTo("acme/report", "gander/plays-v2", {{"extra.py", "y = 2\n"}});
  ASSERT_EQ(run().state, TargetState::kHandedOver);
  // The rewrite takes its time, and a person goes on.
  std::string theirs;
  visited_->people = {from("p1", "ada", "/gander regenerate")};
  visited_->onSay = [&]() -> Status {
    visited_->onSay = nullptr;
    theirs = commitTo("acme/report", "gander/plays-v2", {{"more.py", "z = 3\n"}});
    return {};
  };
  EXPECT_EQ(run().state, TargetState::kHandedOver);
  EXPECT_EQ(tip("acme/report", "gander/plays-v2"), theirs);
}

TEST_F(LifeTest, AnOldCommandThatWasNeverAnsweredGivesNothingBackThatCameLater) {
  ASSERT_EQ(run().state, TargetState::kOpen);
  commitTo("acme/report", "gander/plays-v2", {{"extra.py", "y = 2\n"}});
  ASSERT_EQ(run().state, TargetState::kHandedOver);
  visited_->people = {from("p1", "ada", "/gander regenerate")};
  visited_->onSay = []() -> Status { return fail(ErrorKind::kUnavailable, "the forge is down"); };
  run();
  visited_->onSay = nullptr;
  const auto theirs = commitTo("acme/report", "gander/plays-v2", {{"more.py", "z = 3\n"}});
  visited_->early = 1;  // all that gander says from now on is later
  EXPECT_EQ(run().state, TargetState::kHandedOver);
  EXPECT_EQ(run().state, TargetState::kHandedOver);
  EXPECT_EQ(tip("acme/report", "gander/plays-v2"), theirs);
  visited_->people.push_back(from("p2", "ada", "/gander regenerate"));
  EXPECT_EQ(run().state, TargetState::kOpen);
  EXPECT_NE(tip("acme/report", "gander/plays-v2"), theirs);
}

TEST_F(LifeTest, ARetryTakesNobodysCommitsAway) {
  ASSERT_EQ(run().state, TargetState::kOpen);
  const auto theirs = commitTo("acme/report", "gander/plays-v2", {{"extra.py", "y = 2\n"}});
  ASSERT_EQ(run().state, TargetState::kHandedOver);
  visited_->people = {from("p1", "ada", "/gander retry")};
  EXPECT_EQ(run().state, TargetState::kHandedOver);
  EXPECT_EQ(tip("acme/report", "gander/plays-v2"), theirs);
  EXPECT_THAT(visited_->said.back(), HasSubstr("commits of a person"));
}

TEST_F(LifeTest, ABranchThatWasHandedBackIsSoInTheNextRunToo) {
  ASSERT_EQ(run().state, TargetState::kOpen);
  const auto ours = tip("acme/report", "gander/plays-v2");
  commitTo("acme/report", "gander/plays-v2", {{"extra.py", "y = 2\n"}});
  ASSERT_EQ(run().state, TargetState::kHandedOver);
  visited_->people = {from("p1", "ada", "/gander regenerate")};
  visited_->onSay = []() -> Status { return fail(ErrorKind::kUnavailable, "the answer was lost on its way back"); };
  run();
  EXPECT_NE(tip("acme/report", "gander/plays-v2"), ours);
  visited_->onSay = nullptr;
  visited_->people.push_back(from("g1", "gander", "Done. " + openCommands(visited_->people).front().mark));
  EXPECT_EQ(run().state, TargetState::kOpen);
  EXPECT_EQ(tip("acme/report", "gander/plays-v2"), ours);
}

TEST_F(LifeTest, ARepositoryThatTakesNothingCostsOneLook) {
  visited_->standing = prbot::Standing::kArchived;
  EXPECT_EQ(run().state, TargetState::kUnreachable);
  EXPECT_THAT(problem_, HasSubstr("archived"));
  visited_->standing = prbot::Standing::kActive;
  visited_->mayWrite = false;
  EXPECT_EQ(run().state, TargetState::kUnreachable);
  EXPECT_THAT(problem_, HasSubstr("may not write"));
  visited_->mayWrite = true;
  EXPECT_EQ(run().state, TargetState::kOpen);
}

TEST_F(LifeTest, OwnersAreAskedWhereTheForgeDoesNotAskThem) {
  commitTo("acme/report", "main", {{"CODEOWNERS", "* @ada\nother/ @eve\n"}});
  visited_->kind = prbot::ForgeKind::kGitLab;
  ASSERT_EQ(run().state, TargetState::kOpen);
  EXPECT_THAT(visited_->asked.back().reviewers, testing::ElementsAre("ada"));
  commitTo("acme/report", "main", {{"more.py", "x = 1\n"}});
  visited_->kind = prbot::ForgeKind::kGitHub;
  ASSERT_EQ(run().state, TargetState::kOpen);
  EXPECT_TRUE(visited_->asked.back().reviewers.empty());
}

TEST_F(LifeTest, WhatIsCommittedWaitsForAForgeThatIsDown) {
  visited_->down = true;
  EXPECT_EQ(run().state, TargetState::kPushed);
  EXPECT_THAT(problem_, HasSubstr("down"));
  const auto head = tip("acme/report", "gander/plays-v2");
  visited_->down = false;
  EXPECT_EQ(run().state, TargetState::kOpen);
  EXPECT_EQ(tip("acme/report", "gander/plays-v2"), head);
  const auto attempts = mustHave(database_.store->details({"plays-v2", "acme/report"})).attempts;
  ASSERT_EQ(attempts.size(), 2u);
  for (const auto& step : attempts.back().steps)
    EXPECT_NE(step.state, TargetState::kRewritten) << "nothing is done twice";
}

}  // namespace
}  // namespace gander::fleet
