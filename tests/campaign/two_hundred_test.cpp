// A campaign over 200 repositories on a forge with a real forge's limits, on a clock that is only moved by who waits: how long it takes, and
// that no limit is crossed.
#include <fmt/format.h>

#include <algorithm>

#include "tests/campaign/forge_campaign.h"

namespace gander {
namespace {

using namespace std::chrono_literals;
using fleet::mustHave;
using fleet::TargetState;

constexpr int kRepositories = 200;
constexpr int kOwners = 8;

// The most requests, each with its weight, within any window of that length.
int mostWithin(const std::vector<std::pair<Time, int>>& requests, std::chrono::milliseconds window) {
  int most = 0;
  int sum = 0;
  size_t first = 0;
  for (const auto& [at, weight] : requests) {
    sum += weight;
    while (requests[first].first + window <= at) sum -= requests[first++].second;
    most = std::max(most, sum);
  }
  return most;
}

class TwoHundredTest : public fleet::MiniFleet {};

TEST_F(TwoHundredTest, AreOpenedWithinTheForgesLimits) {
  ForgeCampaign campaign(prbot::ForgeKind::kGitHub, clock_, *mirrors_, root() / "forge");
  auto& server = campaign.server;
  // One repository on the disk serves as the start of all.
  makeRepository("acme/seed", {{"report.py", fleet::kReport}});
  auto document = migrationText();
  for (int i = 0; i < kRepositories; ++i) {
    const auto name = fmt::format("owner{}/r{}", i % kOwners, i);
    ASSERT_TRUE(ensureDirectory(bare(name).parent_path()));
    std::filesystem::copy(bare("acme/seed"), bare(name), std::filesystem::copy_options::recursive);
    server.add(name);
    document += campaign.target(name);
  }
  ASSERT_TRUE(writeFile(root() / "migration.yaml", document));
  const auto migration = mustHave(rules::loadMigration(root() / "migration.yaml"));

  budgets_[campaign.host] = {};
  // What was pushed is what the forge knows.
  server.plan = [&](const prbot::FakeRequest& request) {
    if (request.method != "POST" || !request.path.ends_with("/pulls")) return prbot::Fault::kNone;
    const auto name = request.path.substr(14, request.path.rfind('/') - 14);
    server.repository(name).branches["gander/plays-v2"] = tip(name, "gander/plays-v2");
    return prbot::Fault::kNone;
  };

  const auto began = clock_.now();
  auto openOf = [&] {
    auto targets = mustHave(database_.store->targets("plays-v2"));
    return std::ranges::count(targets, TargetState::kOpen, &fleet::Target::state);
  };
  int passes = 0;
  for (; passes < 12; ++passes) {
    auto fleet = makeFleet(*database_.store, *campaign.forge, campaign.local, 4);
    auto report = mustHave(fleet.run(migration, {}));
    for (const auto& one : report.targets)
      ASSERT_TRUE(one.target.state == TargetState::kOpen || one.target.state == TargetState::kCommitted)
          << one.target.key.repository << ": " << toString(one.target.state) << ": " << one.problem;
    if (openOf() == kRepositories) break;
    clock_.advance(20min);
  }
  EXPECT_EQ(openOf(), kRepositories);

  std::vector<std::pair<Time, int>> points, contents, openings;
  auto last = Time();
  auto closest = std::chrono::milliseconds::max();
  auto requests = server.requests();
  for (const auto& request : requests) {
    const bool write = request.method != "GET";
    points.emplace_back(request.at, write ? 5 : 1);
    if (!write) continue;
    if (last != Time()) closest = std::min(closest, request.at - last);
    last = request.at;
    if (request.method == "POST") contents.emplace_back(request.at, 1);
    if (request.path.ends_with("/pulls")) openings.emplace_back(request.at, 1);
  }
  const auto took = std::chrono::duration_cast<std::chrono::minutes>(last - began);
  fmt::print(
      "{} pull requests in {} min, {} requests, {} passes; at most {} points and {} contents a minute, {} contents and "
      "{} "
      "pull requests an hour; writes at least {} ms apart\n",
      openings.size(), took.count(), requests.size(), passes + 1, mostWithin(points, 1min), mostWithin(contents, 1min),
      mostWithin(contents, 1h), mostWithin(openings, 1h), closest.count());
  EXPECT_EQ(openings.size(), static_cast<size_t>(kRepositories));
  EXPECT_GE(closest, 1s);
  EXPECT_LE(mostWithin(points, 1min), 900);
  EXPECT_LE(mostWithin(contents, 1min), 80);
  EXPECT_LE(mostWithin(contents, 1h), 500);
  EXPECT_LE(mostWithin(openings, 1h), 60);
}

}  // namespace
}  // namespace gander
