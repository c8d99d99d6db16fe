#include "pr-bot/rest_forge.h"

#include <gmock/gmock.h>

#include <random>

#include "tests/pr-bot/forge_suite.h"
#include "tests/pr-bot/rest_fixture.h"
#include "tests/rounds.h"

namespace gander::prbot {
namespace {

using testing::HasSubstr;

INSTANTIATE_TYPED_TEST_SUITE_P(GitHub, ForgeSuite, RestFixtureOf<ForgeKind::kGitHub>);
INSTANTIATE_TYPED_TEST_SUITE_P(GitLab, ForgeSuite, RestFixtureOf<ForgeKind::kGitLab>);
INSTANTIATE_TYPED_TEST_SUITE_P(Gitea, ForgeSuite, RestFixtureOf<ForgeKind::kGitea>);

constexpr auto kBranch = "gander/plays-v2";

PullRequestText textOf(RestFixture& fixture) {
  fixture.push(kBranch, std::string(40, 'a'));
  return {"acme/plays", kBranch, "main", std::string(40, 'a'), "Title", "Body", false};
}

class RestForgeTest : public testing::TestWithParam<ForgeKind> {};
INSTANTIATE_TEST_SUITE_P(Forges, RestForgeTest,
                         testing::Values(ForgeKind::kGitHub, ForgeKind::kGitLab, ForgeKind::kGitea));

TEST_P(RestForgeTest, EachStateOfARepositoryIsTold) {
  RestFixture fixture(GetParam());
  auto standing = [&] { return fixture.forge().look("acme/plays")->standing; };
  fixture.plays().archived = true;
  EXPECT_EQ(standing(), Standing::kArchived);
  fixture.plays().archived = false;
  fixture.plays().disabled = true;
  EXPECT_EQ(standing(), Standing::kDisabled);
  fixture.plays().disabled = false;
  fixture.plays().empty = true;
  EXPECT_EQ(standing(), Standing::kEmpty);
  fixture.plays().empty = false;
  fixture.plays().mayWrite = false;
  EXPECT_FALSE(fixture.forge().look("acme/plays")->mayWrite);
  auto refused = fixture.forge().ensure(textOf(fixture));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kDenied) << refused.error().message;
}

TEST_P(RestForgeTest, ARepositoryThatMovedIsFoundUnderItsNewName) {
  RestFixture fixture(GetParam());
  fixture.server.add("acme/songs");
  fixture.plays().movedTo = "acme/songs";
  auto seen = fixture.forge().look("acme/plays");
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_EQ(seen->name, "acme/songs");
  EXPECT_EQ(seen->web, fixture.server.web() + "/acme/songs");
}

TEST_P(RestForgeTest, AMissingBranchIsAnErrorAndNotAskedForAgain) {
  RestFixture fixture(GetParam());
  auto made = fixture.forge().ensure({"acme/plays", "gander/none", "main", std::string(40, 'a'), "T", "B", false});
  ASSERT_FALSE(made);
  EXPECT_NE(made.error().kind, ErrorKind::kUnavailable) << made.error().message;
  EXPECT_EQ(std::ranges::count(fixture.server.requests(), "POST", &FakeRequest::method), 1);
}

TEST_P(RestForgeTest, LabelsAndPeopleAreAddedAndNeverTakenAway) {
  RestFixture fixture(GetParam());
  for (const auto* login : {"ann", "bob", "eve"}) fixture.server.addUser(login, true);
  auto text = textOf(fixture);
  text.labels = {"gander", "migration"};
  text.reviewers = {"ann", "nobody"};
  text.assignees = {"bob"};
  auto made = fixture.forge().ensure(text);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_THAT(made->problems, testing::ElementsAre(HasSubstr("nobody")));
  auto& pull = fixture.plays().pulls.front();
  EXPECT_THAT(pull.labels, testing::ElementsAre("gander", "migration"));
  EXPECT_THAT(pull.reviewers, testing::ElementsAre("ann"));
  EXPECT_THAT(pull.assignees, testing::ElementsAre("bob"));
  pull.assignees.push_back("eve");
  pull.reviewers.push_back("eve");
  text.reviewers = {"ann", "bob"};
  ASSERT_TRUE(fixture.forge().ensure(text));
  EXPECT_THAT(pull.reviewers, testing::UnorderedElementsAre("ann", "eve", "bob"));
  EXPECT_THAT(pull.assignees, testing::ElementsAre("bob", "eve"));
  const auto before = fixture.server.requests().size();
  ASSERT_TRUE(fixture.forge().ensure(text));
  for (size_t at = before; at < fixture.server.requests().size(); ++at)
    EXPECT_EQ(fixture.server.requests()[at].method, "GET");
}

TEST_P(RestForgeTest, OnlyWhoMayWriteMayCommand) {
  RestFixture fixture(GetParam());
  fixture.server.addUser("ann", true);
  fixture.server.addUser("mallory", false);
  const auto pull = *fixture.forge().ensure(textOf(fixture));
  fixture.server.say("acme/plays", pull.number, "ann", "/gander retry");
  fixture.server.say("acme/plays", pull.number, "mallory", "/gander skip");
  // Whoever copies gander's mark does not speak for it.
  ASSERT_TRUE(fixture.forge().say("acme/plays", pull.number, {.body = "Done."}));
  auto all = fixture.forge().comments("acme/plays", pull.number);
  ASSERT_TRUE(all) << all.error().message;
  ASSERT_EQ(all->size(), 3u);
  EXPECT_TRUE((*all)[0].mayWrite);
  EXPECT_FALSE((*all)[0].own);
  EXPECT_FALSE((*all)[1].mayWrite);
  EXPECT_TRUE((*all)[2].own);
}

TEST_P(RestForgeTest, ACopiedMarkSilencesNobody) {
  RestFixture fixture(GetParam());
  fixture.server.addUser("mallory", false);
  const auto first = *fixture.forge().ensure(textOf(fixture));
  ASSERT_TRUE(fixture.forge().say("acme/plays", first.number, {.body = "Done."}));
  auto& comments = fixture.plays().pulls.front().comments;
  comments.front().author = "mallory";
  ASSERT_TRUE(fixture.forge().say("acme/plays", first.number, {.body = "Done."}));
  EXPECT_EQ(comments.size(), 2u);
}

TEST_P(RestForgeTest, ALineOfTheDifferenceIsSpokenToWhereItStands) {
  RestFixture fixture(GetParam());
  const auto pull = *fixture.forge().ensure(textOf(fixture));
  for (int time = 0; time < 2; ++time)
    ASSERT_TRUE(fixture.forge().say("acme/plays", pull.number, {.body = "Narrowed.", .file = "src/a.cpp", .line = 7}));
  const auto& comments = fixture.plays().pulls.front().comments;
  ASSERT_EQ(comments.size(), 1u);
  EXPECT_EQ(comments.front().path, "src/a.cpp");
  EXPECT_EQ(comments.front().line, 7);
}

TEST_P(RestForgeTest, WhatIsNotReadyIsMergedWhenItIs) {
  RestFixture fixture(GetParam());
  fixture.plays().ready = false;
  const auto pull = *fixture.forge().ensure(textOf(fixture));
  auto now = fixture.forge().merge("acme/plays", pull.number, {.head = std::string(40, 'a')});
  ASSERT_FALSE(now);
  EXPECT_EQ(now.error().kind, ErrorKind::kConflict) << now.error().message;
  const MergeOrder order{.head = std::string(40, 'a'), .whenReady = true};
  auto early = fixture.forge().merge("acme/plays", pull.number, order);
  ASSERT_FALSE(early) << "no check has begun, and nothing was looked at";
  EXPECT_THAT(early.error().message, HasSubstr("no check of it has begun yet"));
  fixture.plays().pulls.front().status = Checks::kFailed;
  EXPECT_EQ(fixture.forge().merge("acme/plays", pull.number, order).error().kind, ErrorKind::kConflict);
  fixture.plays().pulls.front().status = Checks::kPending;
  auto later = fixture.forge().merge("acme/plays", pull.number, order);
  ASSERT_TRUE(later) << later.error().message;
  EXPECT_EQ(later->state, PullRequestState::kOpen);
  EXPECT_TRUE(fixture.plays().pulls.front().whenReady);
  ASSERT_TRUE(fixture.forge().merge("acme/plays", pull.number, {.callOff = true}));
  EXPECT_FALSE(fixture.plays().pulls.front().whenReady);
  EXPECT_TRUE(fixture.forge().merge("acme/plays", pull.number, {.callOff = true})) << "there is none any more";
  fixture.plays().pulls.front().status = Checks::kNone;
  fixture.plays().ready = true;
  auto ready = fixture.forge().merge("acme/plays", pull.number,
                                     {.head = std::string(40, 'a'), .whenReady = true, .unchecked = true});
  ASSERT_TRUE(ready) << ready.error().message;
  EXPECT_EQ(ready->state, PullRequestState::kMerged);
}

TEST_P(RestForgeTest, WhatAPersonAsksForElsewhereIsTheirs) {
  RestFixture fixture(GetParam());
  const auto ours = *fixture.forge().ensure(textOf(fixture));
  // A backport, from gander's branch.
  fixture.plays().pulls.push_back({.number = 2, .branch = kBranch, .base = "release/1", .title = "Backport"});
  auto find = [&] { return *RestFixture::must(fixture.forge().find("acme/plays", kBranch, "main")); };
  EXPECT_EQ(find().number, ours.number);
  ASSERT_TRUE(fixture.forge().ensure(textOf(fixture)));
  EXPECT_EQ(fixture.plays().pulls.back().base, "release/1");
  ASSERT_TRUE(fixture.forge().close("acme/plays", ours.number, ""));
  EXPECT_EQ(find().number, ours.number);
  EXPECT_EQ(find().state, PullRequestState::kClosed);
}

TEST_P(RestForgeTest, OfADraftTheChecksAreTold) {
  RestFixture fixture(GetParam());
  auto text = textOf(fixture);
  text.draft = true;
  ASSERT_TRUE(fixture.forge().ensure(text));
  auto checks = [&](Checks set) {
    fixture.plays().pulls.front().status = set;
    auto found = RestFixture::must(fixture.forge().find("acme/plays", kBranch, "main"));
    return found->checks;
  };
  for (auto set : {Checks::kNone, Checks::kPending, Checks::kFailed, Checks::kPassed}) EXPECT_EQ(checks(set), set);
}

TEST(GitHubForgeTest, RunsOfAppsAreChecksToo) {
  RestFixture fixture(ForgeKind::kGitHub);
  auto text = textOf(fixture);
  text.draft = true;
  ASSERT_TRUE(fixture.forge().ensure(text));
  auto checks = [&](Checks status, std::vector<std::string> runs) {
    fixture.plays().pulls.front().status = status;
    fixture.plays().pulls.front().runs = std::move(runs);
    return RestFixture::must(fixture.forge().find("acme/plays", kBranch, "main"))->checks;
  };
  EXPECT_EQ(checks(Checks::kNone, {"success", "skipped", "neutral"}), Checks::kPassed);
  EXPECT_EQ(checks(Checks::kNone, {"success", ""}), Checks::kPending);
  EXPECT_EQ(checks(Checks::kPassed, {"timed_out", ""}), Checks::kFailed);
  EXPECT_EQ(checks(Checks::kFailed, {"success"}), Checks::kFailed);
  EXPECT_EQ(checks(Checks::kPending, {"success"}), Checks::kPending);
}

// An account that writes all day: by the minute and by the hour it stays within what GitHub lets it make.
TEST(GitHubForgeTest, TheLimitsOnContentsAreKept) {
  RestFixture fixture(ForgeKind::kGitHub, {}, {.patience = std::chrono::hours(2)});
  auto text = textOf(fixture);
  ASSERT_TRUE(fixture.forge().ensure(text));
  const auto began = fixture.clock.now();
  for (int at = 0; at < 600; ++at) {
    text.title = "Title " + std::to_string(at);
    ASSERT_TRUE(fixture.forge().ensure(text)) << at;
  }
  EXPECT_GE(fixture.clock.now() - began, std::chrono::hours(1));
  EXPECT_LE(fixture.clock.now() - began, std::chrono::minutes(75)) << "no refusal was waited for";
}

// That it can fail: a client which keeps other limits is refused, and told so in GitHub's words.
TEST(GitHubForgeTest, WhoCrossesTheLimitsOnContentsIsRefused) {
  const ApiPolicy policy{.pause = std::chrono::milliseconds(0),
                         .points = 10'000,
                         .writes = {{10'000, std::chrono::minutes(1)}},
                         .patience = std::chrono::milliseconds(0)};
  RestFixture fixture(ForgeKind::kGitHub, {}, policy);
  auto text = textOf(fixture);
  int done = 0;
  for (; done < 100; ++done) {
    text.title = "Title " + std::to_string(done);
    if (auto one = fixture.forge().ensure(text); !one) {
      EXPECT_EQ(one.error().kind, ErrorKind::kUnavailable) << one.error().message;
      break;
    }
  }
  EXPECT_EQ(done, 80);
  EXPECT_GT(std::exchange(fixture.server.crossed, 0), 0);
}

TEST(GitHubForgeTest, ARepositoryWithoutDraftsSaysItInTheTitle) {
  RestFixture fixture(ForgeKind::kGitHub);
  fixture.plays().drafts = false;
  auto text = textOf(fixture);
  text.draft = true;
  auto made = fixture.forge().ensure(text);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_TRUE(made->text.draft);
  EXPECT_EQ(made->text.title, "Title");
  EXPECT_EQ(fixture.plays().pulls.front().title, "Draft: Title");
  text.draft = false;
  ASSERT_TRUE(fixture.forge().ensure(text));
  EXPECT_EQ(fixture.plays().pulls.front().title, "Title");
  text.draft = true;
  ASSERT_TRUE(fixture.forge().ensure(text));
  EXPECT_EQ(fixture.plays().pulls.front().title, "Draft: Title");
}

TEST(GiteaForgeTest, AnOldVersionTellsDraftsByTheirTitle) {
  RestFixture fixture(ForgeKind::kGitea);
  fixture.server.oldVersion = true;
  auto text = textOf(fixture);
  text.draft = true;
  auto made = fixture.forge().ensure(text);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_TRUE(made->text.draft);
  EXPECT_EQ(made->text.title, "Title");
}

// ---------------------------------------------------------------- a forge on its bad days

TEST_P(RestForgeTest, AnOpeningWhoseAnswerWasLostIsLookedFor) {
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

TEST_P(RestForgeTest, AWordWhoseAnswerWasLostIsLookedFor) {
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

TEST_P(RestForgeTest, ManyPagesThatShiftGiveEachItemOnce) {
  RestFixture fixture(GetParam());
  fixture.server.pageSize = 3;
  fixture.server.shifting = true;
  const auto pull = *fixture.forge().ensure(textOf(fixture));
  fixture.server.addUser("ann", false);
  for (int at = 0; at < 20; ++at) fixture.server.say("acme/plays", pull.number, "ann", "word " + std::to_string(at));
  auto all = fixture.forge().comments("acme/plays", pull.number);
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_EQ(all->size(), 20u);
}

// Whatever goes wrong in whatever order: in the end there is one pull request, with the text that was asked for, and each word was said once.
TEST_P(RestForgeTest, AThousandBadDays) {
  constexpr std::array kFaults{Fault::kDropBefore, Fault::kDropAfter, Fault::kErrorBefore, Fault::kErrorAfter,
                               Fault::kBusyAfter,  Fault::kTooMany,   Fault::kTooManyBare, Fault::kSecondary,
                               Fault::kTruncated,  Fault::kNoJson,    Fault::kWrongJson,   Fault::kLoop};
  const unsigned days = rounds(334);  // of each of three forges
  for (unsigned day = 1; day <= days; ++day) {
    RestFixture fixture(GetParam());
    std::mt19937 random(day);
    const unsigned badness = 5 + random() % 40;  // of a hundred requests
    fixture.server.plan = [&](const FakeRequest&) {
      return random() % 100 < badness ? kFaults[random() % kFaults.size()] : Fault::kNone;
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
    EXPECT_EQ(pull.comments.size(), close ? 3u : 2u) << "day " << day;
    std::set<std::string> said;
    for (const auto& comment : pull.comments)
      EXPECT_TRUE(said.insert(comment.body).second)
          << "day " << day << ": said twice: " << comment.path << ": " << comment.body;
    EXPECT_THAT(pull.labels, testing::ElementsAre("gander"));
  }
}

TEST_P(RestForgeTest, ASlowForgeIsNotWaitedForForever) {
  RestFixture fixture(GetParam(), {.total = std::chrono::milliseconds(200)});
  fixture.server.plan = [](const FakeRequest&) { return Fault::kSlow; };
  auto seen = fixture.forge().look("acme/plays");
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().kind, ErrorKind::kUnavailable);
}

TEST_P(RestForgeTest, NoErrorHoldsTheToken) {
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
