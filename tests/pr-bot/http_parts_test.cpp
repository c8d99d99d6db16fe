// What the client of HTTP is put together from.
#include <gmock/gmock.h>

#include "pr-bot/http/kept_answers.h"
#include "pr-bot/http/pace.h"

namespace gander::prbot {
namespace {

using namespace std::chrono_literals;

TEST(KeptAnswersTest, TheOldestGoWhenThereAreTooManyBytes) {
  KeptAnswers kept(300);
  kept.keep("/a", {"t1", "", std::string(90, 'a')});
  kept.keep("/b", {"t2", "", std::string(90, 'b')});
  kept.keep("/c", {"t3", "next", std::string(90, 'c')});
  ASSERT_TRUE(kept.find("/a"));  // and is the newest by that
  kept.keep("/d", {"t4", "", std::string(90, 'd')});
  EXPECT_FALSE(kept.find("/b"));
  EXPECT_EQ(kept.find("/a")->tag, "t1");
  EXPECT_EQ(kept.find("/c")->link, "next");
  EXPECT_EQ(kept.find("/d")->body, std::string(90, 'd'));
}

TEST(KeptAnswersTest, ANewAnswerTakesTheOldOnesPlace) {
  KeptAnswers kept(300);
  kept.keep("/a", {"t1", "", "one"});
  kept.keep("/a", {"t2", "", "two"});
  EXPECT_EQ(kept.find("/a")->body, "two");
  kept.keep("/a", {"", "", "three"});
  EXPECT_FALSE(kept.find("/a")) << "without a tag it can't be asked for again";
  kept.keep("/b", {"t", "", std::string(400, 'b')});
  EXPECT_FALSE(kept.find("/b")) << "larger than all that is kept";
}

TEST(PaceTest, NoMinuteHoldsMoreThanItsPoints) {
  Pace pace(10);
  const Time start{1h};
  std::vector<std::pair<Time, int>> made;
  auto now = start;
  for (int i = 0; i < 60; ++i) {
    const int weight = i % 3 == 0 ? 5 : 1;
    now = pace.turn(i == 30 ? now + 3min : now, weight);
    made.emplace_back(now, weight);
  }
  for (const auto& [at, weight] : made) {
    int sum = 0;
    for (const auto& [other, points] : made)
      if (other <= at && other > at - 1min) sum += points;
    EXPECT_LE(sum, 10);
  }
  // 140 points, ten a minute: never faster, and a rest gives nothing for later.
  EXPECT_GE(now - start, 13min);
  EXPECT_LE(now - start, 2 * 14min);
}

TEST(PaceTest, WhoAsksRarelyNeverWaits) {
  Pace pace(10);
  Time now{1h};
  for (int i = 0; i < 100; ++i, now += 31s) EXPECT_EQ(pace.turn(now, 5), now);
}

}  // namespace
}  // namespace gander::prbot
