// A merge taken back.
#include "fleet/take_back.h"
#include "fleet/targets.h"
#include "tests/fleet/visited_forge.h"

namespace gander::fleet {
namespace {

using prbot::PullRequestState;
using rewriter::MemoryFileSystem;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto kEdits = R"({"edits": [
  {"file": "a.py", "line": 1, "column": 6, "old": "v1", "new": "v2", "change": "c1", "tier": "flow", "unit": "u", "checked_by_build": true, "evidence": []},
  {"file": "a.py", "line": 3, "column": 1, "old": "old\n", "new": "", "change": "c2", "tier": "type", "unit": "u", "checked_by_build": false, "evidence": []},
  {"file": "a.py", "line": 5, "column": 1, "old": "x", "new": "yy", "change": "c3", "tier": "scope", "unit": "u", "checked_by_build": false, "evidence": []}],
  "files": []})";
constexpr auto kBase = "open(v1)\nkeep\nold\nkeep\nx = 1\n";

std::string textOf(const rewriter::Rewrite& rewrite, const MemoryFileSystem& today, const std::string& path) {
  auto changed = mustHave(rewriter::changedFiles(rewrite, today));
  auto found = changed.find(path);
  if (found == changed.end()) return mustHave(today.read(path));
  return found->second.value_or("(removed)");
}

TEST(TakeBackTest, EditsGoBackWhereTheirLinesStand) {
  const MemoryFileSystem base({{"a.py", kBase}});
  // Lines were added before and between, and another file came.
  const MemoryFileSystem today({{"a.py", "new\nopen(v2)\nkeep\nkeep\nalso new\nyy = 1\n"}, {"b.py", "v2\n"}});
  auto back = mustHave(takeBack({kEdits, base, nullptr, today}));
  EXPECT_TRUE(back.listed.empty());
  EXPECT_FALSE(back.incomplete);
  EXPECT_EQ(textOf(back, today, "a.py"), "new\nopen(v1)\nkeep\nold\nkeep\nalso new\nx = 1\n");
  EXPECT_EQ(back.edits.front().position, (Position{2, 6}));
  EXPECT_EQ(back.edits.front().tier, rewriter::Tier::kFlow);
}

TEST(TakeBackTest, WhatWasChangedSinceIsListed) {
  const MemoryFileSystem base({{"a.py", kBase}});
  const MemoryFileSystem today({{"a.py", "open(v3)\nkeep\nkeep\nyy = 1\n"}});
  auto back = mustHave(takeBack({kEdits, base, nullptr, today}));
  ASSERT_EQ(back.listed.size(), 1u);
  EXPECT_EQ(back.listed.front().change, "c1");
  EXPECT_TRUE(back.incomplete);
  EXPECT_EQ(textOf(back, today, "a.py"), "open(v3)\nkeep\nold\nkeep\nx = 1\n");
}

TEST(TakeBackTest, WhatWasBuiltUponTheMergeIsListed) {
  constexpr auto kRename = R"({"edits": [
    {"file": "a.py", "line": 1, "column": 6, "old": "user_name", "new": "listener_name", "change": "c1", "tier": "flow", "unit": "u", "checked_by_build": true, "evidence": []},
    {"file": "a.py", "line": 2, "column": 1, "old": "row", "new": "line", "change": "c2", "tier": "flow", "unit": "u", "checked_by_build": true, "evidence": []}],
    "files": []})";
  const MemoryFileSystem base({{"a.py", "read(user_name)\nrow\n"}, {"c.py", "line\n"}});
  const MemoryFileSystem today({{"a.py", "read(listener_name)\nline\n"},
                                {"b.py", "x = 1\nrows[\"listener_name\"]\nmy_listener_name\nline\n"},
                                {"c.py", "line\n"}});
  auto back = mustHave(takeBack({kRename, base, nullptr, today}));
  EXPECT_EQ(textOf(back, today, "a.py"), "read(user_name)\nrow\n");
  ASSERT_EQ(back.listed.size(), 1u) << "`line` was there before the merge: nothing tells whose it is";
  EXPECT_EQ(back.listed.front().span.file, "b.py");
  EXPECT_EQ(back.listed.front().position, (Position{2, 7}));
  EXPECT_TRUE(back.incomplete);
}

TEST(TakeBackTest, AFileThatIsGoneIsListed) {
  const MemoryFileSystem base({{"a.py", kBase}});
  auto back = mustHave(takeBack({kEdits, base, nullptr, MemoryFileSystem({})}));
  EXPECT_EQ(back.listed.size(), 3u);
  EXPECT_TRUE(back.empty());
}

TEST(TakeBackTest, AnotherBaseIsTold) {
  const MemoryFileSystem base({{"a.py", "something\nelse\n"}});
  auto back = takeBack({kEdits, base, nullptr, base});
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().kind, ErrorKind::kCorrupt);
  EXPECT_EQ(takeBack({"{", base, nullptr, base}).error().kind, ErrorKind::kCorrupt);
  EXPECT_EQ(takeBack({R"({"edits": [{}], "files": []})", base, nullptr, base}).error().kind, ErrorKind::kCorrupt);
}

TEST(TakeBackTest, WholeFilesGoBackToo) {
  constexpr auto kFiles = R"({"edits": [
    {"file": "m_v1.sql", "line": 1, "column": 1, "old": "a", "new": "b", "change": "c", "tier": "scope", "unit": "u", "checked_by_build": false, "evidence": []}],
    "files": [{"file": "m_v2.sql", "action": "move", "from": "m_v1.sql"},
              {"file": "plays.proto", "action": "replace"}, {"file": "added.proto", "action": "add"},
              {"file": "touched.proto", "action": "replace"}]})";
  const MemoryFileSystem base({{"m_v1.sql", "a\n"}, {"plays.proto", "old\n"}, {"touched.proto", "old\n"}});
  const MemoryFileSystem merged(
      {{"m_v2.sql", "b\n"}, {"plays.proto", "new\n"}, {"added.proto", "more\n"}, {"touched.proto", "new\n"}});
  const MemoryFileSystem today(
      {{"m_v2.sql", "b\n"}, {"plays.proto", "new\n"}, {"added.proto", "more\n"}, {"touched.proto", "newer\n"}});
  auto back = mustHave(takeBack({kFiles, base, &merged, today}));
  EXPECT_EQ(textOf(back, today, "m_v1.sql"), "a\n");
  EXPECT_EQ(textOf(back, today, "m_v2.sql"), "(removed)");
  EXPECT_EQ(textOf(back, today, "plays.proto"), "old\n");
  EXPECT_EQ(textOf(back, today, "added.proto"), "(removed)");
  EXPECT_EQ(textOf(back, today, "touched.proto"), "newer\n");
  ASSERT_EQ(back.listed.size(), 1u);
  EXPECT_EQ(back.listed.front().span.file, "touched.proto");
}

class RollbackTest : public LifeTest {
 protected:
  void merge() {
    ASSERT_EQ(run().state, TargetState::kOpen);
    ASSERT_TRUE(forge_->merge("acme/report", 1, {.head = tip("acme/report", "gander/plays-v2")}));
    ASSERT_EQ(run().state, TargetState::kMerged);
  }
  Result<TargetReport> rollback() {
    auto fleet = makeFleet(*database_.store, *visited_);
    return fleet.rollback(migrationFor({"acme/report"}), "acme/report");
  }
  std::optional<prbot::PullRequest> inverse() {
    return mustHave(database_.pullRequests->findNewest("acme/report", "gander/plays-v2.rollback"));
  }
};

TEST_F(RollbackTest, AMergeIsTakenBackByAPullRequestOfItsOwn) {
  merge();
  commitTo("acme/report", "main", {{"other.py", "x = 1\n"}});
  auto report = mustHave(rollback());
  EXPECT_EQ(report.target.state, TargetState::kOpen) << report.problem;
  ASSERT_TRUE(inverse());
  EXPECT_THAT(inverse()->text.title, HasSubstr("Take back"));
  EXPECT_THAT(inverse()->text.body, HasSubstr("**Takes back #1**"));
  EXPECT_EQ(show("acme/report", "gander/plays-v2.rollback:report.py"), kReport);
  EXPECT_EQ(show("acme/report", "gander/plays-v2.rollback:other.py"), "x = 1\n");
  // Once more is the same one.
  EXPECT_TRUE(mustHave(rollback()).unchanged);
  EXPECT_EQ(inverse()->number, report.target.proposal);

  auto campaign = mustHave(readStatus(*database_.store, "plays-v2.rollback")).at(0).campaign;
  auto fleet = makeFleet(*database_.store, *visited_);
  auto approved = mustHave(fleet.approve(mustHave(loadCampaign(campaign)), "acme/report"));
  EXPECT_EQ(approved.outcome, Approval::kMerged);
  EXPECT_EQ(show("acme/report", "main:report.py"), kReport);
  EXPECT_EQ(target("acme/report").state, TargetState::kReverted);
  EXPECT_EQ(run().state, TargetState::kReverted) << "what was taken back is not proposed again";
}

TEST_F(RollbackTest, WhatNoLongerAppliesIsListedAndTheRestIsADraft) {
  merge();
  auto text = std::string(kReportAfter);
  text.replace(text.find("listener_name"), 13, "listener_name.strip() or x");
  commitTo("acme/report", "main", {{"report.py", text}});
  auto report = mustHave(rollback());
  EXPECT_EQ(report.target.state, TargetState::kOpen) << report.problem;
  EXPECT_TRUE(report.target.incomplete);
  EXPECT_TRUE(inverse()->text.draft);
  EXPECT_THAT(inverse()->text.body, HasSubstr("this line was changed since it was merged"));
  EXPECT_THAT(show("acme/report", "gander/plays-v2.rollback:report.py"), HasSubstr("user_plays_v1"));
}

TEST_F(RollbackTest, ARunOfItsCampaignGoesOnWithWhatWasAskedForOnly) {
  makeRepository("acme/second", {{"report.py", kReport}});
  const auto migration = migrationFor({"acme/report", "acme/second"});
  merge();
  {
    auto fleet = makeFleet(*database_.store, *visited_);
    mustHave(fleet.run(migration, {}));
    mustHave(fleet.rollback(migration, "acme/report"));
  }
  auto campaign = mustHave(readStatus(*database_.store, "plays-v2.rollback")).at(0).campaign;
  ASSERT_TRUE(writeFile(root() / "migration.yaml",
                        migrationText() + "  - {name: acme/report, url: " + bare("acme/report").string() +
                            "}\n  - {name: acme/second, url: " + bare("acme/second").string() + "}\n"));
  auto fleet = makeFleet(*database_.store, *visited_);
  auto report = mustHave(fleet.run(mustHave(loadCampaign(campaign)), {}));
  ASSERT_EQ(report.targets.size(), 1u);
  EXPECT_TRUE(report.targets[0].unchanged);
  ASSERT_TRUE(forge_->merge("acme/report", report.targets[0].target.proposal, {.head = report.targets[0].target.head}));
  EXPECT_EQ(mustHave(fleet.run(mustHave(loadCampaign(campaign)), {})).targets[0].target.state, TargetState::kMerged);
  EXPECT_EQ(target("acme/report").state, TargetState::kReverted);
}

TEST_F(RollbackTest, OnlyWhatIsMergedIsTakenBack) {
  ASSERT_EQ(run().state, TargetState::kOpen);
  auto refused = rollback();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kConflict);
  EXPECT_THAT(refused.error().message, HasSubstr("only what is merged"));
}

TEST_F(RollbackTest, APersonAsksForItAtTheMergedPullRequest) {
  merge();
  visited_->people = {from("p1", "mallory", "/gander rollback", false)};
  run();
  EXPECT_FALSE(inverse());
  visited_->people.push_back(from("p2", "ada", "/gander rollback\n"));
  visited_->said.clear();
  EXPECT_EQ(run().state, TargetState::kMerged);
  ASSERT_TRUE(inverse());
  ASSERT_FALSE(visited_->said.empty());
  EXPECT_THAT(visited_->said.back(), HasSubstr("taken back by pull request 2"));
  const auto said = visited_->said.size();
  run();
  EXPECT_EQ(visited_->said.size(), said) << "it is asked once";
}

TEST_F(RollbackTest, ARollbackThatIsDeclinedLeavesTheMerge) {
  merge();
  ASSERT_EQ(mustHave(rollback()).target.state, TargetState::kOpen);
  auto fleet = makeFleet(*database_.store, *visited_);
  ASSERT_TRUE(fleet.decline("plays-v2.rollback", "acme/report", "we keep it"));
  EXPECT_EQ(target("acme/report").state, TargetState::kMerged);
  EXPECT_EQ(mustHave(rollback()).target.state, TargetState::kDeclined);
}

}  // namespace
}  // namespace gander::fleet
