#include "pr-bot/http/api_client.h"

#include <gmock/gmock.h>

#include <deque>

#include "pr-bot/http/limits.h"

namespace gander::prbot {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;

const Time kNow{seconds(1'790'000'000)};

// Answers as it was told, and remembers what it was asked, and when.
class Script final : public HttpTransport {
 public:
  explicit Script(const Clock& clock) : clock_(clock) {}
  Result<HttpAnswer> send(const HttpRequest& request) override {
    asked.push_back(request);
    times.push_back(clock_.now());
    if (answers.empty()) return HttpAnswer{200, {}, "{}"};
    auto answer = answers.front();
    answers.pop_front();
    if (answer.status == 0) return fail(ErrorKind::kUnavailable, "connection lost");
    return answer;
  }
  std::deque<HttpAnswer> answers;
  std::vector<HttpRequest> asked;
  std::vector<Time> times;

 private:
  const Clock& clock_;
};

class Anybody final : public Credentials {
 public:
  Result<HttpHeaders> headers() override { return HttpHeaders{{"authorization", "Bearer t" + std::to_string(token)}}; }
  bool refused() override { return ++token < 3; }
  int token = 1;
};

struct ApiClientTest : testing::Test {
  ManualClock clock{kNow};
  Script script{clock};
  Anybody credentials;
  ApiClient client{{script, clock, credentials, "forge", "https://api.example.com", {}}};
};

TEST_F(ApiClientTest, WritesAreASecondApart) {
  for (int at = 0; at < 3; ++at) ASSERT_TRUE(client.write("POST", "/x", {{"a", at}}));
  EXPECT_GE(script.times[1] - script.times[0], seconds(1));
  EXPECT_GE(script.times[2] - script.times[1], seconds(1));
  const auto before = clock.now();
  ASSERT_TRUE(client.get("/x"));
  EXPECT_EQ(clock.now(), before);
}

TEST_F(ApiClientTest, ALostWriteIsNotRepeated) {
  script.answers = {{0, {}, ""}, {500, {}, ""}};
  for (int at = 0; at < 2; ++at) {
    auto done = client.write("POST", "/x", {{"a", 1}});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::kUnavailable);
  }
  EXPECT_EQ(script.asked.size(), 2u);
}

TEST_F(ApiClientTest, AWriteThatIsAnsweredWithAFaultIsNotRepeatedWhateverTheFaultSays) {
  for (const int status : {500, 502, 503, 504}) {
    script.answers = {{status, {{"retry-after", "30"}}, R"({"message": "rate limit of the proxy"})"}};
    const auto before = clock.now();
    const auto asked = script.asked.size();
    auto done = client.write("POST", "/x", {{"a", 1}});
    ASSERT_FALSE(done) << status;
    EXPECT_EQ(done.error().kind, ErrorKind::kUnavailable);
    EXPECT_EQ(script.asked.size(), asked + 1) << status;
    // Who looks whether it was done waits for as long as it says.
    ASSERT_TRUE(client.get("/x"));
    EXPECT_EQ(clock.now() - before >= seconds(30), status == 503) << status;
  }
}

TEST_F(ApiClientTest, AReadIsRepeated) {
  script.answers = {{0, {}, ""}, {502, {}, "<html>"}, {200, {}, "{\"a\": 1"}, {200, {}, "{\"a\": 2}"}};
  auto answer = client.get("/x");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body["a"], 2);
}

TEST_F(ApiClientTest, WhatTheLimitsRefuseIsAskedAgainWhenTheySay) {
  script.answers = {{429, {{"retry-after", "30"}}, ""}, {201, {}, "{}"}};
  ASSERT_TRUE(client.write("POST", "/x", {{"a", 1}}));
  EXPECT_EQ(script.times[1] - script.times[0], seconds(30));
  script.answers = {
      {403,
       {{"x-ratelimit-remaining", "0"},
        {"x-ratelimit-reset", std::to_string((clock.now() + minutes(5)).time_since_epoch() / seconds(1))}},
       ""}};
  const auto before = clock.now();
  ASSERT_TRUE(client.get("/x"));
  EXPECT_EQ(clock.now() - before, minutes(5));
}

TEST_F(ApiClientTest, WithoutAWordItIsAMinuteThatDoubles) {
  script.answers = {{429, {}, ""}, {429, {}, ""}, {200, {}, "{}"}};
  ASSERT_TRUE(client.get("/x"));
  EXPECT_EQ(script.times[1] - script.times[0], minutes(1));
  EXPECT_EQ(script.times[2] - script.times[1], minutes(2));
}

TEST_F(ApiClientTest, SubmittedTooQuicklyIsAnHourForAllThatComes) {
  script.answers = {{403, {}, R"({"message": "was submitted too quickly"})"}};
  auto refused = client.write("POST", "/x", {{"a", 1}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("wait until"));
  ASSERT_FALSE(client.get("/y"));
  EXPECT_EQ(script.asked.size(), 1u);
  clock.advance(hours(1));
  EXPECT_TRUE(client.get("/y"));
}

TEST_F(ApiClientTest, WhereNothingRemainsNothingIsAskedUntilTheReset) {
  script.answers = {{200,
                     {{"x-ratelimit-remaining", "0"},
                      {"x-ratelimit-reset", std::to_string((kNow + minutes(2)).time_since_epoch() / seconds(1))}},
                     "{}"}};
  ASSERT_TRUE(client.get("/x"));
  ASSERT_TRUE(client.get("/y"));
  EXPECT_EQ(script.times[1], kNow + minutes(2));
}

TEST_F(ApiClientTest, A403WithoutAnySignIsADenial) {
  script.answers = {
      {403, {{"x-ratelimit-remaining", "4999"}}, R"({"message": "Resource not accessible by integration"})"}};
  auto answer = client.get("/x");
  ASSERT_TRUE(answer);
  EXPECT_EQ(client.errorOf("look", *answer).kind, ErrorKind::kDenied);
  EXPECT_EQ(client.errorOf("look", *answer).message, "forge: look: status 403: Resource not accessible by integration");
}

TEST_F(ApiClientTest, TheBreakerOpensAndTriesOne) {
  for (int at = 0; at < 6; ++at) script.answers.push_back({503, {}, ""});
  ASSERT_FALSE(client.get("/x"));
  ASSERT_FALSE(client.get("/x"));
  const auto asked = script.asked.size();
  auto closed = client.get("/x");
  ASSERT_FALSE(closed);
  EXPECT_THAT(closed.error().message, HasSubstr("no proper answer"));
  EXPECT_EQ(script.asked.size(), asked);
  clock.advance(minutes(3));
  script.answers.clear();
  EXPECT_TRUE(client.get("/x"));
  EXPECT_TRUE(client.get("/x"));
}

TEST_F(ApiClientTest, AnAnswerThatStillHoldsIsNotSentAgain) {
  script.answers = {
      {200, {{"etag", "\"1\""}}, R"({"a": 1})"}, {304, {}, ""}, {200, {{"etag", "\"2\""}}, R"({"a": 2})"}};
  ASSERT_TRUE(client.get("/x"));
  auto again = client.get("/x");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->status, 200);
  EXPECT_EQ(again->body["a"], 1);
  EXPECT_EQ(script.asked[1].headers.at("if-none-match"), "\"1\"");
  EXPECT_EQ(client.get("/x")->body["a"], 2);
}

TEST_F(ApiClientTest, PagesAreFollowedAsTheyAreWritten) {
  script.answers = {
      {200, {{"link", "<https://api.example.com/repositories/7/x?page=2>; rel=\"next\""}}, R"([{"id": 1}, {"id": 2}])"},
      {200, {{"link", "<https://api.example.com/x?page=1>; rel=\"first\""}}, R"([{"id": 2}, {"id": 3}])"}};
  script.answers.insert(script.answers.end(), {script.answers[0], script.answers[1]});  // they are read again
  auto items = client.list("/x");
  ASSERT_TRUE(items) << items.error().message;
  EXPECT_EQ(items->size(), 3u);
  EXPECT_EQ(script.asked[1].url, "https://api.example.com/repositories/7/x?page=2");
}

TEST_F(ApiClientTest, WhereSomethingVanishesBetweenPagesNothingIsMissed) {
  const HttpHeaders next{{"link", "<https://api.example.com/x?page=2>; rel=\"next\""}};
  script.answers = {{200, next, R"([{"id": 1}, {"id": 2}])"}, {200, {}, R"([{"id": 4}])"},  // 1 went, and 3 moved up
                    {200, next, R"([{"id": 2}, {"id": 3}])"}, {200, {}, R"([{"id": 4}])"},
                    {200, next, R"([{"id": 2}, {"id": 3}])"}, {200, {}, R"([{"id": 4}])"}};
  auto items = client.list("/x");
  ASSERT_TRUE(items) << items.error().message;
  EXPECT_EQ(items->size(), 4u);
  EXPECT_EQ(script.asked.size(), 6u);
}

TEST_F(ApiClientTest, AListMayBeAMemberAndItsFirstPagesEnough) {
  const HttpHeaders next{{"link", "<https://api.example.com/x?page=2>; rel=\"next\""}};
  script.answers = {{200, next, R"({"runs": [{"id": 1}], "count": 2})"}, {200, {}, R"({"runs": [{"id": 2}]})"}};
  EXPECT_EQ(client.list("/x", {.member = "runs", .first = 1})->size(), 1u);
  EXPECT_EQ(script.asked.size(), 1u);
  EXPECT_FALSE(client.list("/x")) << "no list";
}

TEST_F(ApiClientTest, PagesWithoutAnEndAndOfAnotherHostAreRefused) {
  script.answers = {{200, {{"link", "<https://api.example.com/x>; rel=\"next\""}}, "[]"}};
  EXPECT_FALSE(client.list("/x"));
  script.answers = {{200, {{"link", "<https://evil.example.com/x>; rel=\"next\""}}, "[]"}};
  const auto asked = script.asked.size();
  EXPECT_FALSE(client.list("/y"));
  for (size_t at = asked; at < script.asked.size(); ++at)
    EXPECT_THAT(script.asked[at].url, HasSubstr("api.example.com"));
}

TEST_F(ApiClientTest, ARedirectIsFollowedOnTheSameHostOnly) {
  script.answers = {{307, {{"location", "/moved"}}, ""}, {201, {}, "{}"}};
  ASSERT_TRUE(client.write("POST", "/x", {{"a", 1}}));
  EXPECT_EQ(script.asked[1].url, "https://api.example.com/moved");
  EXPECT_EQ(script.asked[1].method, "POST");
  EXPECT_EQ(script.asked[1].body, R"({"a":1})");
  script.answers = {{302, {{"location", "https://evil.example.com/"}}, ""}};
  EXPECT_FALSE(client.write("POST", "/x", {{"a", 1}}));
  EXPECT_EQ(script.asked.size(), 3u);
}

TEST_F(ApiClientTest, CredentialsAreRenewedOnce) {
  script.answers = {{401, {}, "{}"}, {200, {}, "{}"}};
  EXPECT_EQ(client.get("/x")->status, 200);
  EXPECT_EQ(script.asked[1].headers.at("authorization"), "Bearer t2");
  script.answers = {{401, {}, "{}"}, {401, {}, "{}"}};
  EXPECT_EQ(client.get("/y")->status, 401);
}

TEST(LimitsTest, RetryAfterIsSecondsOrADate) {
  EXPECT_EQ(parseRetryAfter("120", kNow), kNow + minutes(2));
  EXPECT_EQ(parseRetryAfter("0", kNow), kNow + seconds(1));
  EXPECT_EQ(parseRetryAfter("Mon, 21 Sep 2026 14:14:20 GMT", kNow), kNow + seconds(60));
  EXPECT_EQ(parseRetryAfter("Mon, 21 Sep 1926 14:14:20 GMT", kNow), kNow + seconds(1));
  EXPECT_EQ(parseRetryAfter("soon", kNow), std::nullopt);
  EXPECT_EQ(parseRetryAfter("", kNow), std::nullopt);
  EXPECT_LE(*parseRetryAfter("99999999999", kNow), kNow + hours(24 * 7));
}

TEST(JsonReadTest, TimesOfEveryForge) {
  EXPECT_EQ(*timeAt({{"t", "2026-09-21T14:13:20Z"}}, "t"), kNow);
  EXPECT_EQ(*timeAt({{"t", "2026-09-21T14:13:20.123Z"}}, "t"), kNow);
  EXPECT_EQ(*timeAt({{"t", "2026-09-21T16:13:20+02:00"}}, "t"), kNow);
  EXPECT_FALSE(timeAt({{"t", "yesterday"}}, "t"));
  EXPECT_FALSE(timeAt({{"t", nullptr}}, "t"));
}

}  // namespace
}  // namespace gander::prbot
