#include "server/look_workers.h"

#include "fleet/store.h"
#include "tests/fleet/mini_fleet.h"

namespace gander::server {
namespace {

TEST(LookWorkersTest, WhoseLookHasEndedIsGone) {
  auto process = fleet::mustHave(fleet::makeProcessWorkers());
  LookWorkers workers(*process);
  const auto mine = workers.newName();
  std::string other;
  std::thread([&] { other = workers.newName(); }).join();
  EXPECT_TRUE(workers.isOwn(mine));
  EXPECT_FALSE(workers.isGone(mine));
  EXPECT_FALSE(workers.isGone(other));
  workers.lookEnded();
  EXPECT_TRUE(workers.isGone(mine));
  EXPECT_FALSE(workers.isGone(other)) << "another thread's look";
  EXPECT_TRUE(process->isGone("none/1/1/1") == workers.isGone("none/1/1/1"));
  EXPECT_FALSE(workers.isOwn("none/1/1/1"));
}

class LeaseTest : public fleet::MiniFleet {};

// A lease that a look left behind keeps nobody of this process away, and another process's does.
TEST_F(LeaseTest, ALeaseThatALookLeftIsTakenOver) {
  LookWorkers workers(workers_);
  const fleet::TargetKey key{"plays-v2", "acme/report"};
  ASSERT_TRUE(
      database_.store->ensureCampaign({.name = "plays-v2"}, {{"acme/report", "/report.git", ""}}, clock_.now()));
  auto claim = [&](const std::string& worker) {
    return fleet::mustHave(database_.store->claim({key, worker, clock_.now(), clock_.now() + std::chrono::hours(3),
                                                   [&](const std::string& one) { return workers.isGone(one); }}))
        .has_value();
  };
  ASSERT_TRUE(claim(workers.newName()));
  std::thread([&] { EXPECT_FALSE(claim(workers.newName())); }).join();
  workers.lookEnded();
  EXPECT_TRUE(claim("elsewhere/2/1/1"));
  EXPECT_FALSE(claim(workers.newName()));
}

}  // namespace
}  // namespace gander::server
