#include "server/watch.h"

#include <sqlite3.h>

#include "tests/server/serving.h"

namespace gander::server {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr WatchLimits kByHand{.workers = 0};

class WatchTest : public ServingTest {
 protected:
  void SetUp() override {
    addCampaign("plays-v2", {"https://github.com/acme/plays", "https://gitlab.example.com/acme/users"});
  }
  void begin(const WatchLimits& limits = kByHand) { watch_ = std::make_unique<Watch>(parts(), limits); }
  void settled() {
    begin();
    watch_->step();
    looks_.clear();
  }
  // The looks of a step, so long after the last one.
  std::vector<std::string> after(std::chrono::milliseconds time) {
    clock_.advance(time);
    watch_->step();
    auto targets = looks_.targets();
    looks_.clear();
    return targets;
  }
  size_t push(const std::string& repository, const std::string& branch = "main") {
    return watch_->tell(repository, {.kind = prbot::EventKind::kPushed, .branch = branch});
  }

  std::unique_ptr<Watch> watch_;
};

TEST_F(WatchTest, BeginsWithARoundOverAllThatIsNotFinal) {
  addCampaign("users-v3", {"https://github.com/acme/a", "https://github.com/acme/b", "https://elsewhere.org/acme/c"});
  setState({"users-v3", "acme/a"}, fleet::TargetState::kMerged);
  begin();
  EXPECT_THAT(after(seconds(0)), testing::UnorderedElementsAre("plays-v2 acme/plays", "plays-v2 acme/users",
                                                               "users-v3 acme/a", "users-v3 acme/b", "users-v3 acme/c"))
      << "at what is merged people may still ask for a rollback";
  EXPECT_THAT(after(std::chrono::hours(31 * 24)),
              testing::UnorderedElementsAre("plays-v2 acme/plays", "plays-v2 acme/users", "users-v3 acme/b",
                                            "users-v3 acme/c"));
  EXPECT_THAT(log_.text(), HasSubstr("users-v3: the campaign is watched; targets: 3"));
}

TEST_F(WatchTest, ARoundComesWithEachPoll) {
  settled();
  EXPECT_THAT(after(minutes(15) - seconds(1)), IsEmpty());
  EXPECT_EQ(after(seconds(1)).size(), 2u);
  EXPECT_EQ(after(minutes(15)).size(), 2u);
}

TEST_F(WatchTest, WithoutPollingThereIsTheFirstRoundOnly) {
  begin({.workers = 0, .poll = seconds(0)});
  EXPECT_EQ(after(seconds(0)).size(), 2u);
  EXPECT_THAT(after(std::chrono::hours(1000)), IsEmpty());
}

TEST_F(WatchTest, EventsAreGatheredAndTheirTargetLookedAtOnce) {
  settled();
  for (int i = 0; i < 100; ++i) EXPECT_EQ(push("github.com:Acme/Plays"), 1u) << "names come in any case";
  EXPECT_THAT(after(seconds(1)), IsEmpty());
  EXPECT_THAT(after(seconds(1)), ElementsAre("plays-v2 acme/plays"));
  EXPECT_THAT(after(seconds(10)), IsEmpty());
}

TEST_F(WatchTest, AnEventIsOfEachCampaignOfItsRepository) {
  addCampaign("users-v3", {"https://github.com/acme/plays.git"});
  setState({"users-v3", "acme/plays.git"}, fleet::TargetState::kDeclined);
  settled();
  EXPECT_EQ(push("github.com:acme/plays"), 2u) << "who declined may say why afterwards";
  EXPECT_EQ(push("github.com:acme/users"), 0u) << "it is at another forge";
  EXPECT_EQ(push("acme/plays"), 0u);
}

TEST_F(WatchTest, AnEventOfAnotherBranchIsNoneOfTheTargets) {
  setState({"plays-v2", "acme/plays"}, fleet::TargetState::kFetched, "main");
  settled();
  EXPECT_EQ(push("github.com:acme/plays", "feature"), 0u);
  EXPECT_EQ(push("github.com:acme/plays", "main"), 1u);
  EXPECT_EQ(push("github.com:acme/plays", "gander/plays-v2"), 1u);
  EXPECT_EQ(push("github.com:acme/plays", "gander/users-v3"), 0u);
  EXPECT_EQ(watch_->tell("github.com:acme/plays", {.kind = prbot::EventKind::kCommented, .number = 7}), 1u);
  EXPECT_EQ(push("gitlab.example.com:acme/users", "feature"), 1u) << "its base is not known yet";
}

TEST_F(WatchTest, AnEventDuringALookIsNotLost) {
  settled();
  bool pushed = false;
  looks_.outcome = [&](const fleet::TargetKey&) -> Result<Looked> {
    if (!std::exchange(pushed, true)) push("github.com:acme/plays");
    return Looked();
  };
  push("github.com:acme/plays");
  EXPECT_EQ(after(seconds(2)).size(), 1u);
  EXPECT_THAT(after(seconds(2)), ElementsAre("plays-v2 acme/plays"));
}

TEST_F(WatchTest, ACampaignThatAppearsIsTakenUp) {
  settled();
  addCampaign("users-v3", {"https://github.com/acme/a"});
  EXPECT_THAT(after(seconds(10)), IsEmpty());
  EXPECT_THAT(log_.text(), HasSubstr("users-v3: the campaign is watched; targets: 1"));
  EXPECT_EQ(push("github.com:acme/a"), 1u);
  EXPECT_THAT(after(seconds(2)), ElementsAre("users-v3 acme/a"));
}

TEST_F(WatchTest, WhatAnotherProcessWorksOnIsLookedAtAgain) {
  begin({.workers = 0, .poll = seconds(0)});
  looks_.outcome = [](const fleet::TargetKey& key) -> Result<Looked> {
    return Looked{.again = key.repository == "acme/plays"};
  };
  EXPECT_EQ(after(seconds(0)).size(), 2u);
  EXPECT_THAT(after(seconds(59)), IsEmpty());
  looks_.outcome = {};
  EXPECT_THAT(after(seconds(1)), ElementsAre("plays-v2 acme/plays"));
  EXPECT_THAT(after(minutes(10)), IsEmpty());
}

TEST_F(WatchTest, ACampaignsErrorIsToldOnceAndTheOthersGoOn) {
  addCampaign("users-v3", {"https://github.com/acme/a"});
  begin();
  looks_.outcome = [](const fleet::TargetKey& key) -> Result<Looked> {
    if (key.campaign == "plays-v2") return fail(ErrorKind::kInvalid, "migration.yaml:3:1: no such key");
    return Looked{.news = "open: #1"};
  };
  EXPECT_EQ(after(seconds(0)).size(), 3u);
  EXPECT_EQ(after(minutes(15)).size(), 3u);
  EXPECT_EQ(log_.count("plays-v2: migration.yaml:3:1: no such key"), 1u) << log_.text();
  EXPECT_EQ(log_.count("users-v3 acme/a: open: #1"), 1u) << log_.text();
  looks_.outcome = {};
  after(minutes(15));
  looks_.outcome = [](const fleet::TargetKey&) -> Result<Looked> { return fail(ErrorKind::kInvalid, "no such key"); };
  after(minutes(15));
  EXPECT_EQ(log_.count("plays-v2: no such key"), 1u) << log_.text();
}

TEST_F(WatchTest, ADefectAtOneTargetIsNotTheEnd) {
  begin();
  looks_.outcome = [](const fleet::TargetKey& key) -> Result<Looked> {
    if (key.repository == "acme/plays") throw std::runtime_error("out of range");
    return Looked();
  };
  EXPECT_EQ(after(seconds(0)).size(), 2u);
  EXPECT_EQ(log_.count("acme/plays: a defect of gander: out of range"), 1u) << log_.text();
}

TEST_F(WatchTest, WhatIsNotAvailableIsLookedAtAgain) {
  begin({.workers = 0, .poll = seconds(0)});
  looks_.outcome = [](const fleet::TargetKey&) -> Result<Looked> { return fail(ErrorKind::kUnavailable, "locked"); };
  EXPECT_EQ(after(seconds(0)).size(), 2u);
  looks_.outcome = {};
  EXPECT_EQ(after(minutes(1)).size(), 2u);
  EXPECT_THAT(after(minutes(10)), IsEmpty());
}

TEST_F(WatchTest, AStoreThatIsLockedIsToldAndReadLater) {
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open((folder_.path() / "store.db").c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  begin();
  EXPECT_THAT(after(seconds(0)), IsEmpty());
  EXPECT_FALSE(watch_->isHealthy());
  EXPECT_THAT(after(seconds(10)), IsEmpty());
  EXPECT_EQ(log_.count("it is tried again"), 1u) << log_.text();
  ASSERT_EQ(sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr), SQLITE_OK);
  EXPECT_EQ(after(seconds(10)).size(), 2u) << "the round that could not begin";
  EXPECT_TRUE(watch_->isHealthy());
  EXPECT_EQ(log_.count("can be read again"), 1u) << log_.text();
  clock_.advance(seconds(31));
  EXPECT_FALSE(watch_->isHealthy()) << "nobody has read it for long";
  sqlite3_close(other);
}

TEST_F(WatchTest, ManyWorkersLoseNothing) {
  std::vector<std::string> urls;
  for (int i = 0; i < 50; ++i) urls.push_back("https://github.com/acme/r" + std::to_string(i));
  addCampaign("many", urls);
  Watch watch({*database_.store, *forge_, machineClock_, looks_.look()},
              {.workers = 4, .poll = seconds(0), .gather = std::chrono::milliseconds(0)});
  watch.begin();
  looks_.waitFor(52);
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(watch.tell("github.com:acme/r" + std::to_string(i), {.kind = prbot::EventKind::kPushed}), 1u);
  looks_.waitFor(102);
  watch.stop(minutes(1));
  EXPECT_EQ(looks_.targets().size(), 102u);
}

TEST_F(WatchTest, AStopLetsRunWhatRunsAndBeginsNothing) {
  std::mutex gate;
  gate.lock();
  looks_.outcome = [&](const fleet::TargetKey&) -> Result<Looked> {
    std::lock_guard through(gate);
    return Looked();
  };
  auto watch = std::make_unique<Watch>(Watch::Parts{*database_.store, *forge_, machineClock_, looks_.look()},
                                       WatchLimits{.workers = 1});
  watch->begin();
  looks_.waitFor(1);
  EXPECT_EQ(watch->stop(seconds(0)), 1u);
  gate.unlock();
  EXPECT_EQ(watch->stop(minutes(5)), 0u);
  watch.reset();
  EXPECT_EQ(looks_.targets().size(), 1u);
}

}  // namespace
}  // namespace gander::server
