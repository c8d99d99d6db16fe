// What the client of HTTP is put together from.
#include <gmock/gmock.h>

#include "base/files.h"
#include "pr-bot/http/api_client.h"
#include "pr-bot/http/credentials.h"
#include "pr-bot/http/kept_answers.h"
#include "pr-bot/http/pace.h"
#include "pr-bot/http/turnstile.h"

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

TEST(TurnstileTest, TellsTheNextOneWhenTheLastWriteWas) {
  auto folder = TemporaryDirectory::make("turnstile");
  ASSERT_TRUE(folder);
  const auto file = folder->path() / "github.com";
  {
    auto first = Turnstile::enter(file);
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_EQ(first->last(), Time());
    first->leave(Time(5s), Time(9s));
  }
  auto second = Turnstile::enter(file);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->last(), Time(5s));
  EXPECT_EQ(second->until(), Time(9s));
  EXPECT_FALSE(Turnstile::enter(folder->path() / "none" / "file"));
}

// Two processes, as it were: what the one did and was told, the other heeds, and so does one that is started again.
TEST(TurnstileTest, ClientsOfOneFileWriteInSeries) {
  auto folder = TemporaryDirectory::make("turnstile");
  ASSERT_TRUE(folder);
  ManualClock clock{Time(1h)};
  class Answers final : public HttpTransport {
   public:
    Result<HttpAnswer> send(const HttpRequest&) override { return answer; }
    HttpAnswer answer{200, {}, "{}"};
  } transport;
  auto credentials = *makeTokenCredentials("t");
  const ApiPolicy policy{.turnstile = folder->path() / "forge"};
  const ApiParts parts{transport, clock, *credentials, "forge", "http://127.0.0.1:1", {}};
  ApiClient one(parts, policy);
  ApiClient other(parts, policy);
  ASSERT_TRUE(one.write("POST", "/a", nullptr));
  ASSERT_TRUE(other.write("POST", "/b", nullptr));
  EXPECT_EQ(clock.now(), Time(1h + 1s));
  transport.answer = {403, {}, R"({"message": "was submitted too quickly"})"};
  EXPECT_FALSE(one.write("POST", "/c", nullptr)) << "an hour is not sat out";
  transport.answer = {200, {}, "{}"};
  ApiClient later(parts, policy);
  auto refused = later.write("POST", "/d", nullptr);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kUnavailable);
  clock.advance(61min);
  EXPECT_TRUE(later.write("POST", "/d", nullptr));
}

TEST(PaceTest, WhoAsksRarelyNeverWaits) {
  Pace pace(10);
  Time now{1h};
  for (int i = 0; i < 100; ++i, now += 31s) EXPECT_EQ(pace.turn(now, 5), now);
}

}  // namespace
}  // namespace gander::prbot
