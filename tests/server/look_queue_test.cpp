#include "server/look_queue.h"

#include <gmock/gmock.h>

namespace gander::server {
namespace {

Time at(int second) { return Time(std::chrono::seconds(second)); }
Wanted wanted(const std::string& campaign, const std::string& repository) {
  return {{campaign, repository}, repository};
}
std::string taken(LookQueue& queue, int second) {
  const auto one = queue.take(at(second));
  return one ? one->key.campaign + " " + one->key.repository : "-";
}

TEST(LookQueueTest, ATargetWaitsOnceHoweverOftenItIsAskedFor) {
  LookQueue queue;
  for (int i = 0; i < 1000; ++i) queue.ask(wanted("a", "plays"), Asked::kByEvent, at(5 + i));
  EXPECT_EQ(queue.waiting(), 1u);
  EXPECT_EQ(*queue.next(), at(5));
  EXPECT_EQ(taken(queue, 4), "-");
  EXPECT_EQ(taken(queue, 5), "a plays");
  queue.done(wanted("a", "plays"));
  EXPECT_EQ(taken(queue, 10'000), "-");
  EXPECT_FALSE(queue.next());
}

TEST(LookQueueTest, WhatIsAskedForDuringALookIsLookedAtAfterwards) {
  LookQueue queue;
  queue.ask(wanted("a", "plays"), Asked::kByEvent, at(0));
  EXPECT_EQ(taken(queue, 0), "a plays");
  queue.ask(wanted("a", "plays"), Asked::kByEvent, at(1));
  EXPECT_EQ(taken(queue, 5), "-");
  EXPECT_FALSE(queue.next());
  queue.done(wanted("a", "plays"));
  EXPECT_EQ(taken(queue, 5), "a plays");
}

TEST(LookQueueTest, EventsGoBeforeRounds) {
  LookQueue queue;
  queue.ask(wanted("a", "early"), Asked::kByRound, at(0));
  queue.ask(wanted("a", "both"), Asked::kByRound, at(1));
  queue.ask(wanted("a", "event"), Asked::kByEvent, at(2));
  queue.ask(wanted("a", "both"), Asked::kByEvent, at(3));
  EXPECT_EQ(taken(queue, 4), "a both");
  EXPECT_EQ(taken(queue, 4), "a event");
  EXPECT_EQ(taken(queue, 4), "a early");
}

TEST(LookQueueTest, OfARepositoryOneTargetAtATime) {
  LookQueue queue;
  queue.ask(wanted("a", "plays"), Asked::kByRound, at(0));
  queue.ask(wanted("b", "plays"), Asked::kByRound, at(0));
  queue.ask(wanted("b", "users"), Asked::kByRound, at(0));
  EXPECT_EQ(taken(queue, 0), "a plays");
  EXPECT_EQ(taken(queue, 0), "b users");
  EXPECT_EQ(taken(queue, 0), "-");
  queue.done(wanted("a", "plays"));
  EXPECT_EQ(taken(queue, 0), "b plays");
}

}  // namespace
}  // namespace gander::server
