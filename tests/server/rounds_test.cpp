// The bot over a real fleet: bare repositories, the embedded forge, the real rewriter.
#include "server/bot.h"
#include "tests/fleet/mini_fleet.h"

namespace gander::server {
namespace {

class RoundsTest : public fleet::MiniFleet {
 protected:
  void round() {
    clock_.advance(std::chrono::minutes(15));
    watch_->step();
  }

  std::unique_ptr<Watch> watch_;
};

TEST_F(RoundsTest, CarryAProposalToItsEnd) {
  makeRepository("acme/report", {{"report.py", fleet::kReport}});
  openForge(*database_.pullRequests);
  const auto migration = migrationFor({"acme/report"});
  auto fleet = makeFleet();
  auto look = [&](const fleet::TargetKey& key) -> Result<Looked> {
    GANDER_TRY(auto report, fleet.run(migration, {key.repository}));
    return Looked{.news = std::string(toString(report.targets.at(0).target.state))};
  };
  watch_ = std::make_unique<Watch>(Watch::Parts{*database_.store, *forge_, clock_, look}, WatchLimits{.workers = 0});
  round();
  EXPECT_TRUE(fleet::mustHave(database_.store->campaigns()).empty()) << "no campaign begins by itself";

  ASSERT_TRUE(fleet.run(migration, {}));
  ASSERT_EQ(target("acme/report").state, fleet::TargetState::kOpen);
  const auto head = target("acme/report").head;
  commitTo("acme/report", "main", {{"more.py", fleet::kReport}});
  round();
  EXPECT_EQ(target("acme/report").state, fleet::TargetState::kOpen);
  EXPECT_NE(target("acme/report").head, head) << "made again from the base that moved";

  ASSERT_TRUE(forge_->merge("acme/report", 1, {.head = target("acme/report").head}));
  round();
  EXPECT_EQ(target("acme/report").state, fleet::TargetState::kMerged);
}

}  // namespace
}  // namespace gander::server
