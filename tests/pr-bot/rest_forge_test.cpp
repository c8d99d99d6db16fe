#include "pr-bot/rest_forge.h"

#include <gmock/gmock.h>

#include "tests/pr-bot/forge_suite.h"
#include "tests/pr-bot/rest_fixture.h"

namespace gander::prbot {
namespace {

using testing::HasSubstr;

INSTANTIATE_TYPED_TEST_SUITE_P(GitHub, ForgeSuite, RestFixtureOf<ForgeKind::kGitHub>);
INSTANTIATE_TYPED_TEST_SUITE_P(GitLab, ForgeSuite, RestFixtureOf<ForgeKind::kGitLab>);
INSTANTIATE_TYPED_TEST_SUITE_P(Gitea, ForgeSuite, RestFixtureOf<ForgeKind::kGitea>);

// Before 1.22: nothing is found by its branches, and no answer tells a draft.
struct OldGiteaFixture : RestFixture {
  OldGiteaFixture() : RestFixture(ForgeKind::kGitea) { server.oldVersion = true; }
};
INSTANTIATE_TYPED_TEST_SUITE_P(GiteaOld, ForgeSuite, OldGiteaFixture);

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

TEST_P(RestForgeTest, WhatAReviewSaysIsHeard) {
  RestFixture fixture(GetParam());
  fixture.server.addUser("ann", true);
  fixture.server.addUser("mallory", false);
  const auto pull = *fixture.forge().ensure(textOf(fixture));
  fixture.server.review("acme/plays", pull.number, "ann", "/gander regenerate");
  fixture.server.review("acme/plays", pull.number, "mallory", "/gander skip");
  fixture.server.review("acme/plays", pull.number, "ann", "/gander not submitted yet", "PENDING");
  fixture.server.say("acme/plays", pull.number, "ann", "A word.");
  auto all = RestFixture::must(fixture.forge().comments("acme/plays", pull.number));
  std::map<std::string, bool> said;
  std::set<std::string> ids;
  for (const auto& one : all) {
    said[one.body] = one.mayWrite;
    ids.insert(one.id);
  }
  EXPECT_THAT(said, testing::ElementsAre(testing::Pair("/gander regenerate", true),
                                         testing::Pair("/gander skip", false), testing::Pair("A word.", false)));
  EXPECT_EQ(ids.size(), all.size());
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
  auto find = [&] { return *RestFixture::must(fixture.forge().find("acme/plays", kBranch, "main", 0)); };
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
    auto found = RestFixture::must(fixture.forge().find("acme/plays", kBranch, "main", 0));
    return found->checks;
  };
  for (auto set : {Checks::kNone, Checks::kPending, Checks::kFailed, Checks::kPassed}) EXPECT_EQ(checks(set), set);
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

TEST_P(RestForgeTest, APageThatWasFullIsNotTakenForTheLast) {
  RestFixture fixture(GetParam());
  fixture.server.bareTags = true;
  const auto pull = *fixture.forge().ensure(textOf(fixture));
  auto count = [&] { return RestFixture::must(fixture.forge().comments("acme/plays", pull.number)).size(); };
  for (int at = 0; at < 100; ++at) fixture.server.say("acme/plays", pull.number, "ann", "word " + std::to_string(at));
  EXPECT_EQ(count(), 100u);
  fixture.server.say("acme/plays", pull.number, "ann", "one more");
  EXPECT_EQ(count(), 101u);
}

TEST_P(RestForgeTest, NothingIsSaidTwiceWhereOthersWordsVanish) {
  RestFixture fixture(GetParam());
  fixture.server.pageSize = 2;
  const auto pull = *fixture.forge().ensure(textOf(fixture));
  auto& comments = fixture.plays().pulls.front().comments;
  for (int at = 0; at < 4; ++at) fixture.server.say("acme/plays", pull.number, "ann", "word " + std::to_string(at));
  ASSERT_TRUE(fixture.forge().say("acme/plays", pull.number, {.body = "Ours."}));
  // Somebody takes a word back when its page has been read, and gander's is then on that page.
  bool once = false;
  fixture.server.plan = [&](const FakeRequest& request) {
    if (request.method == "GET" && request.path.contains("page=3") && !std::exchange(once, true))
      comments.erase(comments.begin());
    return Fault::kNone;
  };
  ASSERT_TRUE(fixture.forge().say("acme/plays", pull.number, {.body = "Ours."}));
  EXPECT_EQ(std::ranges::count(comments, fixture.server.self, &FakeComment::author), 1);
}
}  // namespace
}  // namespace gander::prbot
