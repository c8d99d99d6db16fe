// A target's whole life on forges on their bad days: whatever fails in whatever order, it comes to its right end, with one pull request, and
// nothing is said twice or lost.
#include <gmock/gmock.h>

#include <array>
#include <random>
#include <set>

#include "tests/campaign/forge_campaign.h"
#include "tests/rounds.h"

namespace gander {
namespace {

using fleet::TargetState;
using prbot::Fault;
using prbot::ForgeKind;

constexpr auto kName = "acme/report";
constexpr auto kBranch = "gander/plays-v2";

class BadDaysTest : public fleet::MiniFleet, public testing::WithParamInterface<ForgeKind> {
 protected:
  void SetUp() override {
    MiniFleet::SetUp();
    makeRepository("seed", {{"report.py", fleet::kReport}, {"other.py", "import x\n\nuser_name = x\n"}});
    policy_.labels = {"gander"};
  }

  // One forge, one repository and one store, with as many faults as the number says.
  void begin(unsigned day) {
    campaign_.reset();
    const auto folder = root() / "forge" / std::to_string(day);
    ASSERT_TRUE(ensureDirectory(folder / "acme"));
    bare_ = folder / "acme/report.git";
    std::filesystem::copy(bare("seed"), bare_, std::filesystem::copy_options::recursive);
    campaign_ = std::make_unique<ForgeCampaign>(GetParam(), clock_, *mirrors_, folder);
    campaign_->server.add(kName);
    campaign_->server.addUser("ada", true);
    store_ = fleet::mustHave(fleet::openSqliteStore(root() / ("state/" + std::to_string(day) + ".db")));
    auto file = root() / "migration.yaml";
    ASSERT_TRUE(writeFile(file, migrationText() + campaign_->target(kName)));
    migration_ = fleet::mustHave(rules::loadMigration(file));
    random_.seed(day);
    badness_ = 5 + random_() % 35;
    campaign_->server.plan = [this](const prbot::FakeRequest&) {
      constexpr std::array kFaults{Fault::kDropBefore, Fault::kDropAfter, Fault::kErrorBefore, Fault::kErrorAfter,
                                   Fault::kBusyAfter,  Fault::kTooMany,   Fault::kTooManyBare, Fault::kSecondary,
                                   Fault::kTruncated,  Fault::kNoJson,    Fault::kWrongJson,   Fault::kLoop};
      syncBranch();
      return random_() % 100 < badness_ ? kFaults[random_() % kFaults.size()] : Fault::kNone;
    };
  }

  // What was pushed is what the forge knows.
  void syncBranch() {
    auto tip = readFile(bare_ / "refs/heads" / kBranch);
    if (tip) campaign_->server.repository(kName).branches[kBranch] = tip->substr(0, 40);
  }

  TargetState pass() {
    auto fleet = makeFleet(*store_.store, *campaign_->forge, campaign_->local, 0);
    auto report = fleet::mustHave(fleet.run(migration_, {}));
    clock_.advance(std::chrono::minutes(7));
    return report.targets.at(0).target.state;
  }
  // Passes with faults, and then good days.
  TargetState passes() {
    for (int i = 0; i < 3; ++i) pass();
    const auto badness = std::exchange(badness_, 0);
    clock_.advance(std::chrono::hours(2));
    pass();
    const auto state = pass();
    badness_ = badness;
    return state;
  }
  const prbot::FakePull& pull() { return campaign_->server.repository(kName).pulls.front(); }
  long said(std::string_view what) {
    return std::ranges::count_if(pull().comments, [&](const auto& one) {
      return one.author == campaign_->server.self && one.body.contains(what);
    });
  }

  std::filesystem::path bare_;
  fleet::Database store_;
  rules::Migration migration_;
  std::mt19937 random_;
  unsigned badness_ = 0;
  std::unique_ptr<ForgeCampaign> campaign_;  // last: its server asks for what stands above
};

TEST_P(BadDaysTest, ComeToTheRightEnd) {
  const unsigned days = rounds(334);
  for (unsigned day = 1; day <= days; ++day) {
    SCOPED_TRACE(fmt::format("day {}", day));
    begin(day);
    ASSERT_EQ(passes(), TargetState::kOpen);
    ASSERT_EQ(campaign_->server.repository(kName).pulls.size(), 1u);
    EXPECT_THAT(pull().labels, testing::ElementsAre("gander"));

    campaign_->server.say(kName, 1, "ada", "/gander explain report.py:6");
    ASSERT_EQ(passes(), TargetState::kOpen);
    EXPECT_EQ(said("report.py:6"), 1);

    const int end = static_cast<int>(random_() % 3);
    auto& mine = campaign_->server.repository(kName).pulls.front();
    if (end == 0) mine.state = "closed";
    if (end == 1) campaign_->server.say(kName, 1, "ada", "/gander declined not-now after the release");
    if (end == 2) {
      mine.state = "merged";
      mine.mergeCommit = std::string(40, 'e');
    }
    ASSERT_EQ(passes(), end == 2 ? TargetState::kMerged : TargetState::kDeclined);
    EXPECT_EQ(pull().state, end == 2 ? "merged" : "closed");
    EXPECT_EQ(said("A word of why"), end == 0 ? 1 : 0);
    EXPECT_EQ(campaign_->server.repository(kName).pulls.size(), 1u);
    const auto detail = fleet::mustHave(store_.store->details({"plays-v2", kName})).target.detail;
    if (end == 1) {
      EXPECT_EQ(detail, "not-now: after the release");
    }
    std::set<std::string> bodies;
    for (const auto& comment : pull().comments)
      EXPECT_TRUE(bodies.insert(comment.body).second) << "said twice: " << comment.body;
  }
}

INSTANTIATE_TEST_SUITE_P(Forges, BadDaysTest,
                         testing::Values(ForgeKind::kGitHub, ForgeKind::kGitLab, ForgeKind::kGitea));

}  // namespace
}  // namespace gander
