// A pull request from its opening to its end: what closes it, what is decided while gander works, whom it is asked of.
#include <fmt/format.h>

#include "tests/fleet/visited_forge.h"

namespace gander::fleet {
namespace {

using prbot::PullRequestState;
using testing::HasSubstr;

constexpr auto kBranch = "gander/plays-v2";

TEST_F(LifeTest, WhatTheBaseHasAlreadyIsClosedWithAWord) {
  visited_->forgetful = true;
  ASSERT_EQ(run().state, TargetState::kOpen);
  commitTo("acme/report", "main", {{"report.py", kReportAfter}});
  EXPECT_EQ(run().state, TargetState::kNothingFound);
  EXPECT_EQ(pullRequest("acme/report")->state, PullRequestState::kClosed);
  EXPECT_THAT(pullRequest("acme/report")->reason, HasSubstr("has the new version"));
  EXPECT_EQ(run().state, TargetState::kNothingFound) << "gander's own close is no answer of a person";
  commitTo("acme/report", "main", {{"report.py", kReport}});
  EXPECT_EQ(run().state, TargetState::kOpen);
  EXPECT_EQ(pullRequest("acme/report")->number, 2);
}

TEST_F(LifeTest, WhatAnotherMigrationNoLongerAsksForIsLeftToAPerson) {
  ASSERT_EQ(run().state, TargetState::kOpen);
  auto migration = migrationFor({"acme/report"});
  auto& dataset = migration.datasets.front();
  dataset.references.front().old = "other_plays_v1";
  dataset.changes.clear();
  migration.digest = "another";
  visited_->said.clear();
  EXPECT_EQ(run(migration).state, TargetState::kNothingFound);
  EXPECT_EQ(pullRequest("acme/report")->state, PullRequestState::kOpen);
  ASSERT_EQ(visited_->said.size(), 1u);
  EXPECT_THAT(visited_->said.front(), HasSubstr("a person decides"));
  EXPECT_EQ(run(migration).state, TargetState::kNothingFound);
  EXPECT_EQ(visited_->said.size(), 1u);
  ASSERT_TRUE(forge_->merge("acme/report", 1, {.head = tip("acme/report", kBranch)}));
  EXPECT_EQ(run(migration).state, TargetState::kMerged);
}

// Acts when a target comes to a state.
class Meanwhile final : public Observer {
 public:
  Meanwhile(TargetState when, std::function<void()> act) : when_(when), act_(std::move(act)) {}
  void onTarget(const std::string&, TargetState state, const std::string&) override {
    if (state == when_ && act_) std::exchange(act_, nullptr)();
  }

 private:
  const TargetState when_;
  std::function<void()> act_;
};

class MeanwhileTest : public LifeTest {
 protected:
  // The base moves where it matters, and somebody does something while the rewrite is built.
  Target runWhile(const std::function<void()>& act) {
    EXPECT_EQ(run().state, TargetState::kOpen);
    commitTo("acme/report", "main", {{"more.py", kReport}});
    Meanwhile observer(TargetState::kBuilt, act);
    auto fleet = makeFleet(*database_.store, *visited_);
    return mustHave(fleet.run(migrationFor({"acme/report"}), {}, &observer)).targets.at(0).target;
  }
};

TEST_F(MeanwhileTest, WhoClosesItWhileItIsBuiltHasDecided) {
  auto target = runWhile([&] { ASSERT_TRUE(forge_->close("acme/report", 1, "")); });
  EXPECT_EQ(target.state, TargetState::kDeclined);
  EXPECT_EQ(pullRequest("acme/report")->number, 1) << "no second one is opened";
}

TEST_F(MeanwhileTest, WhoMergesItWhileItIsBuiltHasMerged) {
  auto target = runWhile([&] {
    auto pull = *pullRequest("acme/report");
    pull.state = PullRequestState::kMerged;
    pull.merged = std::string(40, 'e');
    ASSERT_TRUE(database_.pullRequests->update(pull));
  });
  EXPECT_EQ(target.state, TargetState::kMerged);
  EXPECT_EQ(pullRequest("acme/report")->number, 1);
  const auto details = mustHave(database_.store->details({"plays-v2", "acme/report"}));
  ASSERT_TRUE(details.proposed);
  EXPECT_EQ(details.proposed->base, details.target.proposed.base) << "what was merged is what was proposed";
  EXPECT_NE(details.document->base, details.proposed->base);
}

TEST_F(MeanwhileTest, WhatIsMergedBeforeItIsWrittenDownIsWhatIsTakenBack) {
  visited_->down = true;  // it is opened, and the answer is lost
  visited_->onEnsure = [&](const prbot::PullRequestText& text) { ASSERT_TRUE(forge_->ensure(text)); };
  EXPECT_EQ(run().state, TargetState::kPushed);
  ASSERT_TRUE(forge_->merge("acme/report", 1, {.head = tip("acme/report", kBranch)}));
  visited_->down = false;
  EXPECT_EQ(run().state, TargetState::kMerged);
  auto fleet = makeFleet(*database_.store, *visited_);
  auto back = mustHave(fleet.rollback(migrationFor({"acme/report"}), "acme/report"));
  EXPECT_EQ(back.target.state, TargetState::kOpen) << back.problem;
  EXPECT_EQ(show("acme/report", "gander/plays-v2.rollback:report.py"), kReport);
}

TEST_F(LifeTest, WhoClosesWhatWasOpenedAgainDecides) {
  ASSERT_EQ(run().state, TargetState::kOpen);
  commitTo("acme/report", "main", {{"report.py", kReportAfter}});
  ASSERT_EQ(run().state, TargetState::kNothingFound);
  // Somebody opens it again, and the old names come back.
  auto pull = *pullRequest("acme/report");
  pull.state = PullRequestState::kOpen;
  pull.reason.clear();
  ASSERT_TRUE(database_.pullRequests->update(pull));
  commitTo("acme/report", "main", {{"report.py", kReport}});
  ASSERT_EQ(run().state, TargetState::kOpen);
  EXPECT_EQ(pullRequest("acme/report")->number, 1);
  ASSERT_TRUE(forge_->close("acme/report", 1, ""));
  EXPECT_EQ(run().state, TargetState::kDeclined);
}

TEST_F(MeanwhileTest, WhoCommitsWhileItLosesItsGroundKeepsTheBranch) {
  EXPECT_EQ(run().state, TargetState::kOpen);
  commitTo("acme/report", "main", {{"report.py", kReportAfter}});
  Meanwhile observer(TargetState::kFetched, [&] { commitTo("acme/report", kBranch, {{"mine.py", "y = 2\n"}}); });
  auto fleet = makeFleet(*database_.store, *visited_);
  mustHave(fleet.run(migrationFor({"acme/report"}), {}, &observer));
  EXPECT_EQ(target("acme/report").state, TargetState::kHandedOver);
  EXPECT_EQ(pullRequest("acme/report")->state, PullRequestState::kOpen);
}

TEST_F(LifeTest, WhatIsLeftToAPersonListensToOne) {
  ASSERT_EQ(run().state, TargetState::kOpen);
  auto migration = migrationFor({"acme/report"});
  migration.datasets.front().references.front().old = "other_plays_v1";
  migration.datasets.front().changes.clear();
  migration.digest = "another";
  ASSERT_EQ(run(migration).state, TargetState::kNothingFound);
  visited_->people = {from("p1", "ada", "/gander skip by hand")};
  EXPECT_EQ(run(migration).state, TargetState::kDeclined);
  EXPECT_EQ(pullRequest("acme/report")->state, PullRequestState::kClosed);
}

TEST_F(LifeTest, WhatStaysAsItIsIsNotSaidAnew) {
  ASSERT_EQ(run().state, TargetState::kOpen);
  const auto body = pullRequest("acme/report")->text.body;
  commitTo("acme/report", "main", {{"other.py", "x = 1\n"}});
  ASSERT_EQ(run().state, TargetState::kOpen);
  EXPECT_EQ(pullRequest("acme/report")->text.body, body);
}

TEST_F(LifeTest, AnEndOutlivesAnOutage) {
  makeRepository("acme/unrelated", {{"main.py", "print('hello')\n"}});
  auto migration = migrationFor({"acme/unrelated"});
  ASSERT_EQ(run(migration).state, TargetState::kNothingFound);
  visited_->unseen = true;
  EXPECT_EQ(run(migration).state, TargetState::kNothingFound);
  EXPECT_THAT(problem_, HasSubstr("down"));
}

TEST_F(LifeTest, ADraftUntilTheChecksHavePassed) {
  policy_.draftUntilChecks = true;
  ASSERT_EQ(run().state, TargetState::kOpen);
  EXPECT_TRUE(pullRequest("acme/report")->text.draft);
  visited_->checks = prbot::Checks::kPending;
  run();
  EXPECT_TRUE(pullRequest("acme/report")->text.draft);
  visited_->checks = prbot::Checks::kFailed;
  run();
  EXPECT_TRUE(pullRequest("acme/report")->text.draft);
  visited_->checks = prbot::Checks::kPassed;
  EXPECT_EQ(run().state, TargetState::kOpen);
  EXPECT_FALSE(pullRequest("acme/report")->text.draft);
  // A draft that a person makes of it is the person's.
  auto text = pullRequest("acme/report")->text;
  text.draft = true;
  ASSERT_TRUE(forge_->ensure(text));
  commitTo("acme/report", "main", {{"more.py", kReport}});
  EXPECT_EQ(run().state, TargetState::kOpen);
  EXPECT_TRUE(pullRequest("acme/report")->text.draft);
}

TEST_F(LifeTest, AForgeWithoutChecksKeepsNoDraft) {
  policy_.draftUntilChecks = true;
  ASSERT_EQ(run().state, TargetState::kOpen);
  run();
  EXPECT_TRUE(pullRequest("acme/report")->text.draft) << "they may begin yet";
  clock_.advance(std::chrono::minutes(31));
  run();
  EXPECT_FALSE(pullRequest("acme/report")->text.draft);
}

TEST_F(LifeTest, WhereNobodyOwnsTheCodeTheCatalogsOwnerIsAsked) {
  policy_.assignees = {"eve"};
  int number = 0;
  auto askedOn = [&](prbot::ForgeKind kind, const std::string& owner) {
    const auto catalog = root() / "catalog";
    EXPECT_TRUE(ensureDirectory(catalog));
    EXPECT_TRUE(writeFile(catalog / "all.yaml", fmt::format(R"(apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {{name: user-plays}}
spec: {{type: dataset, owner: group:data}}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: report
  annotations: {{gander.dev/clone-url: "{}"}}
spec: {{type: service, lifecycle: production, owner: "{}", dependsOn: ["resource:default/user-plays"]}}
)",
                                                            bare("acme/report").string(), owner)));
    auto text = migrationText();
    text.replace(text.find("repositories:"), 14,
                 "catalog: {folder: catalog, dataset: \"resource:default/user-plays\"}\n");
    text.replace(text.find("plays-v2"), 8, fmt::format("plays-v2-{}", ++number));  // each has a pull request of its own
    EXPECT_TRUE(writeFile(root() / "migration.yaml", text));
    visited_->kind = kind;
    auto fleet = makeFleet(*database_.store, *visited_);
    auto report = mustHave(fleet.run(mustHave(rules::loadMigration(root() / "migration.yaml")), {}));
    EXPECT_TRUE(report.catalogProblems.empty());
    EXPECT_EQ(report.targets.size(), 1u);
    EXPECT_THAT(visited_->asked.back().assignees, testing::ElementsAre("eve"));
    return visited_->asked.back().reviewers;
  };
  using testing::ElementsAre;
  EXPECT_THAT(askedOn(prbot::ForgeKind::kGitHub, "group:default/data"), ElementsAre("acme/data"));
  EXPECT_THAT(askedOn(prbot::ForgeKind::kGitHub, "user:default/ada"), ElementsAre("ada"));
  EXPECT_THAT(askedOn(prbot::ForgeKind::kGitLab, "user:default/ada"), ElementsAre("ada"));
  EXPECT_THAT(askedOn(prbot::ForgeKind::kGitLab, "group:default/data"), testing::IsEmpty()) << "it asks people only";
}

TEST_F(LifeTest, ABudgetThatIsSpentWaitsWithWhatIsBuilt) {
  makeRepository("acme/second", {{"report.py", kReport}});
  budgets_[""] = {.perHour = 1, .perOwner = 0, .openPerOwner = 0, .openPerRepository = 0};
  auto migration = migrationFor({"acme/report", "acme/second"});
  auto runBoth = [&] {
    auto fleet = makeFleet(*database_.store, *visited_);
    auto report = mustHave(fleet.run(migration, {}));
    return std::array{report.targets[0].target.state, report.targets[1].target.state};
  };
  EXPECT_THAT(runBoth(), testing::UnorderedElementsAre(TargetState::kOpen, TargetState::kCommitted));
  EXPECT_THAT(runBoth(), testing::UnorderedElementsAre(TargetState::kOpen, TargetState::kCommitted));
  clock_.advance(std::chrono::minutes(61));
  EXPECT_THAT(runBoth(), testing::ElementsAre(TargetState::kOpen, TargetState::kOpen));
}

}  // namespace
}  // namespace gander::fleet
