// Whose commits stand on a proposal's branch, and what leaves it as it is.
#include "tests/fleet/visited_forge.h"

namespace gander::fleet {
namespace {

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

}  // namespace
}  // namespace gander::fleet
