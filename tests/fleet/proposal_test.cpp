#include "fleet/proposal.h"

#include <gmock/gmock.h>

namespace gander::fleet {
namespace {

using namespace std::chrono_literals;

rules::Migration migrationOfPlays() {
  rules::Migration migration;
  migration.name = "plays-v2";
  migration.title = "Closes #7";
  rules::Dataset plays{.id = "acme/plays"};
  plays.references.push_back({.kind = rules::ReferenceKind::kTable, .old = "plays_v1", .now = "plays_v2"});
  plays.changes.push_back({.id = "names", .kind = rules::ChangeKind::kRename, .field = "user_name"});
  migration.datasets.push_back(plays);
  return migration;
}

class ProposalTest : public testing::Test {
 protected:
  prbot::ProposalFacts facts() const {
    return proposalFacts({migration_,
                          target_,
                          rewrite_,
                          plan_,
                          verification_,
                          {prbot::ForgeKind::kGitLab, "https://git.example/acme/plays"}});
  }
  void addEdit(const std::string& change, const std::string& rule = "") {
    rewriter::Edit edit;
    edit.change = change;
    edit.rule = rule;
    rewrite_.edits.push_back(edit);
  }

  const rules::Migration migration_ = migrationOfPlays();
  Target target_{.key = {"plays-v2", "acme/report"}, .base = std::string(40, 'b')};
  rewriter::Rewrite rewrite_;
  sandbox::BuildPlan plan_{.kind = "make", .steps = {{"build", {"make", "all"}}, {"test", {"make", "check"}}}};
  sandbox::Verification verification_;
};

TEST_F(ProposalTest, EachEditHasTheKindOfItsChange) {
  addEdit("names");
  addEdit("acme/plays/table/plays_v1");
  addEdit("open", "open");
  const auto all = facts();
  EXPECT_EQ(all.edits[0].kind, "rename");
  EXPECT_EQ(all.edits[1].kind, "table");
  EXPECT_EQ(all.edits[2].kind, "rule");
}

TEST_F(ProposalTest, EachStepHasItsTimesAsFarAsItWasReached) {
  verification_ = {sandbox::BuildVerdict::kBroken, "", "the end", {{true, 2s}, {true, 3s}}, {{false, 1s}}};
  const auto note = facts().verification;
  ASSERT_EQ(note.steps.size(), 2u);
  EXPECT_EQ(note.steps[1].command, "make check");
  EXPECT_EQ(note.steps[1].before->elapsed, 3s);
  EXPECT_FALSE(note.steps[0].after->passed);
  EXPECT_FALSE(note.steps[1].after);
  EXPECT_EQ(note.log, "the end");
  verification_ = {};
  EXPECT_TRUE(facts().verification.steps.empty()) << "nothing was built";
}

TEST_F(ProposalTest, LinesAreThoseOfTheBaseCommit) {
  const auto all = facts();
  EXPECT_EQ(prbot::lineUrl(all.pages, all.base, "a.py", 3),
            "https://git.example/acme/plays/-/blob/" + target_.base + "/a.py#L3");
}

TEST_F(ProposalTest, ACommitClosesNothing) {
  EXPECT_THAT(commitMessage(migration_, rewrite_), testing::Not(testing::HasSubstr("Closes #7")));
}

}  // namespace
}  // namespace gander::fleet
