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
  Pace pace({{10, 1min}});
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

TEST(PaceTest, EachAllowanceIsKept) {
  Pace pace({{8, 1min}, {50, 1h}});
  std::vector<Time> made;
  for (Time now{1h}; made.size() < 200; made.push_back(now)) now = pace.turn(now, 1);
  for (const auto [most, window] :
       {std::pair(8, std::chrono::milliseconds(1min)), std::pair(50, std::chrono::milliseconds(1h))})
    for (size_t at = static_cast<size_t>(most); at < made.size(); ++at)
      EXPECT_GE(made[at] - made[at - static_cast<size_t>(most)], window);
  EXPECT_GE(made.back() - made.front(), 3h);
  EXPECT_LE(made.back() - made.front(), 3h + 10min) << "and nobody waits for more";
}

// Two processes that are started again and again: what a forge counts by the hour is counted over all of them.
TEST(TurnstileTest, ClientsOfOneFileSpendOfOneAllowance) {
  auto folder = TemporaryDirectory::make("turnstile");
  ASSERT_TRUE(folder);
  ManualClock clock{Time(1h)};
  class Answers final : public HttpTransport {
   public:
    Result<HttpAnswer> send(const HttpRequest&) override { return HttpAnswer{200, {}, "{}"}; }
  } transport;
  auto credentials = *makeTokenCredentials("t");
  const ApiPolicy policy{.writes = {{30, 1h}}, .turnstile = folder->path() / "forge", .patience = 2h};
  std::vector<Time> made;
  for (int at = 0; at < 90; ++at) {
    ApiClient client({transport, clock, *credentials, "forge", "http://127.0.0.1:1", {}}, policy);
    ASSERT_TRUE(client.write("POST", "/a", nullptr));
    made.push_back(clock.now());
  }
  for (size_t at = 30; at < made.size(); ++at) EXPECT_GE(made[at] - made[at - 30], 1h) << at;
  ApiClient hasty({transport, clock, *credentials, "forge", "http://127.0.0.1:1", {}},
                  {.writes = policy.writes, .turnstile = policy.turnstile});
  auto refused = hasty.write("POST", "/a", nullptr);
  ASSERT_FALSE(refused) << "an hour is not sat out";
  EXPECT_EQ(refused.error().kind, ErrorKind::kUnavailable);
}

TEST(PaceTest, WhoAsksRarelyNeverWaits) {
  Pace pace({{10, 1min}});
  Time now{1h};
  for (int i = 0; i < 100; ++i, now += 31s) EXPECT_EQ(pace.turn(now, 5), now);
}

}  // namespace
}  // namespace gander::prbot
