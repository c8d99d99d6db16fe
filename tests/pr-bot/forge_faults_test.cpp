// Forges on their bad days.
#include <gmock/gmock.h>

#include <array>
#include <random>
#include <set>

#include "tests/pr-bot/rest_fixture.h"
#include "tests/rounds.h"

namespace gander::prbot {
namespace {

using testing::HasSubstr;

class ForgeFaultsTest : public testing::TestWithParam<ForgeKind> {};
INSTANTIATE_TEST_SUITE_P(Forges, ForgeFaultsTest,
                         testing::Values(ForgeKind::kGitHub, ForgeKind::kGitLab, ForgeKind::kGitea));

TEST_P(ForgeFaultsTest, AnOpeningWhoseAnswerWasLostIsLookedFor) {
  for (const auto fault :
       {Fault::kDropAfter, Fault::kErrorAfter, Fault::kBusyAfter, Fault::kTruncated, Fault::kNoJson}) {
    RestFixture fixture(GetParam());
    bool once = false;
    fixture.server.plan = [&](const FakeRequest& request) {
      return request.method == "POST" && !std::exchange(once, true) ? fault : Fault::kNone;
    };
    auto made = fixture.forge().ensure(textOf(fixture));
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(fixture.plays().pulls.size(), 1u);
    EXPECT_EQ(std::ranges::count(fixture.server.requests(), "POST", &FakeRequest::method), 1) << "it was looked for";
  }
}

TEST_P(ForgeFaultsTest, AWordWhoseAnswerWasLostIsLookedFor) {
  for (const auto fault : {Fault::kDropAfter, Fault::kErrorAfter, Fault::kBusyAfter, Fault::kTruncated}) {
    RestFixture fixture(GetParam());
    const auto pull = *fixture.forge().ensure(textOf(fixture));
    bool once = false;
    fixture.server.plan = [&](const FakeRequest& request) {
      return request.method == "POST" && !std::exchange(once, true) ? fault : Fault::kNone;
    };
    ASSERT_TRUE(fixture.forge().say("acme/plays", pull.number, {.body = "A word."}));
    EXPECT_EQ(fixture.plays().pulls.front().comments.size(), 1u);
  }
}

TEST(GiteaFaultsTest, ALabelWhoseIdCannotBeReadIsLookedFor) {
  RestFixture fixture(ForgeKind::kGitea);
  fixture.server.plan = [done = false](const FakeRequest& request) mutable {
    const bool made = request.method == "POST" && request.path == "/api/v1/repos/acme/plays/labels";
    return made && !std::exchange(done, true) ? Fault::kWrongJson : Fault::kNone;
  };
  // Labels are added to what is open.
  auto text = textOf(fixture);
  ASSERT_TRUE(fixture.forge().ensure(text));
  text.labels = {"gander"};
  auto made = fixture.forge().ensure(text);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_THAT(fixture.plays().pulls.front().labels, testing::ElementsAre("gander"));
  EXPECT_EQ(fixture.plays().labels.size(), 1u);
}

// Somebody deletes what they have said, while it is read.
void takeBackAWord(RestFixture& fixture) {
  if (fixture.plays().pulls.empty()) return;
  auto& comments = fixture.plays().pulls.front().comments;
  const auto found = std::ranges::find(comments, "ann", &FakeComment::author);
  if (found != comments.end()) comments.erase(found);
}

// Whatever goes wrong in whatever order: in the end there is one pull request, with the text that was asked for, and each word was said once.
TEST_P(ForgeFaultsTest, AThousandBadDays) {
  constexpr std::array kFaults{Fault::kDropBefore, Fault::kDropAfter, Fault::kErrorBefore, Fault::kErrorAfter,
                               Fault::kBusyAfter,  Fault::kTooMany,   Fault::kTooManyBare, Fault::kSecondary,
                               Fault::kTruncated,  Fault::kNoJson,    Fault::kWrongJson,   Fault::kLoop};
  const unsigned days = rounds(334);  // of each of three forges
  for (unsigned day = 1; day <= days; ++day) {
    // A drip takes real time: on each tenth day.
    const bool slow = day % 10 == 0;
    RestFixture fixture(GetParam(), {.total = slow ? std::chrono::milliseconds(150) : std::chrono::seconds(60)});
    std::mt19937 random(day);
    const unsigned badness = 5 + random() % 40;  // of a hundred requests
    fixture.server.pageSize = 2 + random() % 4;
    fixture.server.plan = [&](const FakeRequest& request) {
      if (request.path.contains("&page=") && random() % 2 == 0) takeBackAWord(fixture);
      if (random() % 100 >= badness) return Fault::kNone;
      if (slow && random() % 12 == 0) return random() % 2 == 0 ? Fault::kSlow : Fault::kSlowAfter;
      return kFaults[random() % kFaults.size()];
    };
    auto text = textOf(fixture);
    text.labels = {"gander"};
    auto untilDone = [&](auto&& act) {
      std::string last;
      for (int attempt = 0; attempt < 200; ++attempt) {
        auto done = act();
        if (done) return true;
        EXPECT_EQ(done.error().kind, ErrorKind::kUnavailable) << "day " << day << ": " << done.error().message;
        last = done.error().message;
        fixture.clock.advance(std::chrono::minutes(5));  // the next run of the campaign
      }
      ADD_FAILURE() << last << " with " << badness << " of 100 requests bad";
      return false;
    };
    ASSERT_TRUE(untilDone([&] { return fixture.forge().ensure(text); })) << "day " << day;
    for (int at = 0; at < 8; ++at) fixture.server.say("acme/plays", 1, "ann", "word " + std::to_string(at));
    ASSERT_TRUE(untilDone(
        [&] { return fixture.forge().say("acme/plays", 1, {.body = "Look here.", .file = "a.cpp", .line = 3}); }));
    ASSERT_TRUE(untilDone([&] { return fixture.forge().say("acme/plays", 1, {.body = "A word."}); })) << "day " << day;
    text.title = "Another";
    ASSERT_TRUE(untilDone([&] { return fixture.forge().ensure(text); })) << "day " << day;
    const bool close = random() % 2 == 0;
    ASSERT_TRUE(untilDone([&] {
      return close ? fixture.forge().close("acme/plays", 1, "Not now.")
                   : fixture.forge().merge("acme/plays", 1, {.head = std::string(40, 'a')});
    })) << "day "
        << day;
    ASSERT_EQ(fixture.plays().pulls.size(), 1u) << "day " << day;
    const auto& pull = fixture.plays().pulls.front();
    EXPECT_EQ(pull.state, close ? "closed" : "merged") << "day " << day;
    EXPECT_EQ(pull.title, "Another") << "day " << day;
    EXPECT_EQ(std::ranges::count(pull.comments, fixture.server.self, &FakeComment::author), close ? 3 : 2)
        << "day " << day;
    std::set<std::string> said;
    for (const auto& comment : pull.comments)
      EXPECT_TRUE(said.insert(comment.body).second)
          << "day " << day << ": said twice: " << comment.path << ": " << comment.body;
    EXPECT_THAT(pull.labels, testing::ElementsAre("gander"));
  }
}

TEST_P(ForgeFaultsTest, ASlowForgeIsNotWaitedForForever) {
  RestFixture fixture(GetParam(), {.total = std::chrono::milliseconds(200)});
  fixture.server.plan = [](const FakeRequest&) { return Fault::kSlow; };
  auto seen = fixture.forge().look("acme/plays");
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().kind, ErrorKind::kUnavailable);
}

TEST_P(ForgeFaultsTest, NoErrorHoldsTheToken) {
  for (const auto fault :
       {Fault::kDropBefore, Fault::kErrorBefore, Fault::kNoJson, Fault::kLoop, Fault::kTooManyBare}) {
    RestFixture fixture(GetParam());
    fixture.server.plan = [&](const FakeRequest&) { return fault; };
    auto seen = fixture.forge().look("acme/plays");
    ASSERT_FALSE(seen);
    EXPECT_THAT(seen.error().message, testing::Not(HasSubstr(fixture.server.token)));
  }
  RestFixture fixture(GetParam());
  fixture.server.token = "another";
  auto seen = fixture.forge().look("acme/plays");
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().kind, ErrorKind::kDenied);
  EXPECT_THAT(seen.error().message, testing::Not(HasSubstr("secret-token")));
}

}  // namespace
}  // namespace gander::prbot
