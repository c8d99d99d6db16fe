// A pull request from its opening to its end: what leaves it untouched, what makes it anew, what closes it.
#include <fmt/format.h>

#include "tests/fleet/visited_forge.h"

namespace gander::fleet {
namespace {

using prbot::PullRequestState;
using testing::HasSubstr;

constexpr auto kBranch = "gander/plays-v2";

class BranchTest : public LifeTest {
 protected:
  // A commit of `name` on the branch; pushed. Returns it.
  std::string commitAs(const std::string& name, const std::string& email, const Files& files) {
    git(root(), {"config", "--file", (root() / "gitconfig").string(), "user.name", name});
    auto tree = root() / "bot";
    EXPECT_TRUE(removeTree(tree));
    git(root(), {"clone", "--quiet", "--branch", kBranch, bare("acme/report").string(), tree.string()});
    for (const auto& [path, text] : files) EXPECT_TRUE(writeFile(tree / path, text));
    git(tree, {"add", "--all"});
    git(tree, {"-c", "user.name=" + name, "-c", "user.email=" + email, "commit", "--quiet", "--message", "fix"});
    git(tree, {"push", "--quiet", "origin", "HEAD:refs/heads/" + std::string(kBranch)});
    return git(tree, {"rev-parse", "HEAD"}).substr(0, 40);
  }
  // As the forges' button does it: the base merged into the branch by a person.
  std::string updateBranch(const Files& besides = {}) {
    auto tree = root() / "update";
    EXPECT_TRUE(removeTree(tree));
    git(root(), {"clone", "--quiet", "--branch", kBranch, bare("acme/report").string(), tree.string()});
    git(tree, {"merge", "--quiet", "--no-ff", "--no-commit", "origin/main"});
    for (const auto& [path, text] : besides) EXPECT_TRUE(writeFile(tree / path, text));
    git(tree, {"add", "--all"});
    git(tree, {"commit", "--quiet", "--message", "Merge branch 'main'"});
    git(tree, {"push", "--quiet", "origin", "HEAD:refs/heads/" + std::string(kBranch)});
    return git(tree, {"rev-parse", "HEAD"}).substr(0, 40);
  }
};

TEST_F(BranchTest, ABaseThatMovesElsewhereLeavesTheBranchAsItIs) {
  ASSERT_EQ(run().state, TargetState::kOpen);
  const auto ours = tip("acme/report", kBranch);
  commitTo("acme/report", "main", {{"other.py", "x = 1\n"}});
  auto target = run();
  EXPECT_EQ(target.state, TargetState::kOpen);
  EXPECT_EQ(tip("acme/report", kBranch), ours);
  EXPECT_EQ(target.head, ours);
  EXPECT_EQ(target.base, tip("acme/report", "main"));
}

TEST_F(BranchTest, ABaseThatMovesWhereItMattersMakesItAnew) {
  ASSERT_EQ(run().state, TargetState::kOpen);
  const auto ours = tip("acme/report", kBranch);
  commitTo("acme/report", "main", {{"more.py", kReport}});
  ASSERT_EQ(run().state, TargetState::kOpen);
  EXPECT_NE(tip("acme/report", kBranch), ours);
  EXPECT_THAT(show("acme/report", std::string(kBranch) + ":more.py"), HasSubstr("user_plays_v2"));
}

TEST_F(BranchTest, WhoAsksForItHasItMadeAnew) {
  ASSERT_EQ(run().state, TargetState::kOpen);
  const auto ours = tip("acme/report", kBranch);
  commitTo("acme/report", "main", {{"other.py", "x = 1\n"}});
  visited_->people = {from("p1", "ada", "/gander regenerate")};
  ASSERT_EQ(run().state, TargetState::kOpen);
  EXPECT_NE(tip("acme/report", kBranch), ours);
}

TEST_F(BranchTest, TheButtonThatUpdatesABranchHandsItOverToNobody) {
  ASSERT_EQ(run().state, TargetState::kOpen);
  commitTo("acme/report", "main", {{"other.py", "x = 1\n"}});
  const auto updated = updateBranch();
  auto target = run();
  EXPECT_EQ(target.state, TargetState::kOpen) << target.detail;
  EXPECT_EQ(tip("acme/report", kBranch), updated);
  EXPECT_EQ(target.head, updated);
  EXPECT_EQ(run().state, TargetState::kOpen);
  EXPECT_EQ(tip("acme/report", kBranch), updated);
}

TEST_F(BranchTest, AMergeOfTheBaseThatHoldsMoreIsAPersonsCommit) {
  ASSERT_EQ(run().state, TargetState::kOpen);
  commitTo("acme/report", "main", {{"other.py", "x = 1\n"}});
  const auto theirs = updateBranch({{"slipped.py", "in = 1\n"}});
  EXPECT_EQ(run().state, TargetState::kHandedOver);
  EXPECT_EQ(tip("acme/report", kBranch), theirs);
}

TEST_F(BranchTest, ABotThatDoesNotCountIsLeftAloneWhileNothingMoves) {
  policy_.ignoredAuthors = {"Format@Example.com"};
  ASSERT_EQ(run().state, TargetState::kOpen);
  const auto theirs = commitAs("formatter", "format@example.com", {{"report.py", std::string(kReportAfter) + "\n"}});
  EXPECT_EQ(run().state, TargetState::kOpen);
  EXPECT_EQ(tip("acme/report", kBranch), theirs);
  commitAs("Ada", "ada@example.com", {{"mine.py", "y = 2\n"}});
  EXPECT_EQ(run().state, TargetState::kHandedOver);
}

TEST_F(BranchTest, AnotherBotIsAPerson) {
  ASSERT_EQ(run().state, TargetState::kOpen);
  commitAs("formatter", "format@example.com", {{"report.py", std::string(kReportAfter) + "\n"}});
  EXPECT_EQ(run().state, TargetState::kHandedOver);
}

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

TEST_F(BranchTest, ABaseThatIsPushedByForceMakesNobodyACommitter) {
  ASSERT_EQ(run().state, TargetState::kOpen);
  const auto ours = tip("acme/report", kBranch);
  // The default branch begins anew: nothing of the old one is in it.
  auto tree = root() / "force";
  ASSERT_TRUE(removeTree(tree));
  git(root(), {"clone", "--quiet", bare("acme/report").string(), tree.string()});
  git(tree, {"checkout", "--quiet", "--orphan", "fresh"});
  ASSERT_TRUE(writeFile(tree / "README.md", "Begun anew.\n"));
  git(tree, {"add", "--all"});
  git(tree, {"commit", "--quiet", "--message", "anew"});
  git(tree, {"push", "--quiet", "--force", "origin", "HEAD:refs/heads/main"});
  EXPECT_EQ(run().state, TargetState::kOpen) << target("acme/report").detail;
  EXPECT_NE(tip("acme/report", kBranch), ours);
}

TEST_F(BranchTest, WhoAmendsABotsCommitHasCommitted) {
  policy_.ignoredAuthors = {"format@example.com"};
  ASSERT_EQ(run().state, TargetState::kOpen);
  auto tree = root() / "amend";
  git(root(), {"clone", "--quiet", "--branch", kBranch, bare("acme/report").string(), tree.string()});
  ASSERT_TRUE(writeFile(tree / "mine.py", "y = 2\n"));
  git(tree, {"add", "--all"});
  git(tree, {"commit", "--quiet", "--author", "formatter <format@example.com>", "--message", "fix"});
  git(tree, {"push", "--quiet", "origin", "HEAD:refs/heads/" + std::string(kBranch)});
  EXPECT_EQ(run().state, TargetState::kHandedOver);
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
    EXPECT_TRUE(writeFile(root() / "migration.yaml", text));
    visited_->kind = kind;
    commitTo("acme/report", "main",
             {{"more.py", std::string(kReport) + owner + std::to_string(static_cast<int>(kind))}});
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
  EXPECT_THAT(runBoth(), testing::UnorderedElementsAre(TargetState::kOpen, TargetState::kPushed));
  EXPECT_THAT(runBoth(), testing::UnorderedElementsAre(TargetState::kOpen, TargetState::kPushed));
  clock_.advance(std::chrono::minutes(61));
  EXPECT_THAT(runBoth(), testing::ElementsAre(TargetState::kOpen, TargetState::kOpen));
}

}  // namespace
}  // namespace gander::fleet
