// What is GitHub's alone.
#include <gmock/gmock.h>

#include "tests/pr-bot/rest_fixture.h"

namespace gander::prbot {
namespace {

TEST(GitHubForgeTest, RunsOfAppsAreChecksToo) {
  RestFixture fixture(ForgeKind::kGitHub);
  auto text = textOf(fixture);
  text.draft = true;
  ASSERT_TRUE(fixture.forge().ensure(text));
  auto checks = [&](Checks status, std::vector<std::string> runs) {
    fixture.plays().pulls.front().status = status;
    fixture.plays().pulls.front().runs = std::move(runs);
    return RestFixture::must(fixture.forge().find("acme/plays", kBranch, "main", 0))->checks;
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

TEST(GitHubForgeTest, ARunOfALaterPageCounts) {
  RestFixture fixture(ForgeKind::kGitHub);
  auto text = textOf(fixture);
  text.draft = true;
  ASSERT_TRUE(fixture.forge().ensure(text));
  auto& runs = fixture.plays().pulls.front().runs = std::vector<std::string>(250, "success");
  auto checks = [&] { return RestFixture::must(fixture.forge().find("acme/plays", kBranch, "main", 0))->checks; };
  EXPECT_EQ(checks(), Checks::kPassed);
  runs.back() = "failure";
  EXPECT_EQ(checks(), Checks::kFailed);
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
}  // namespace
}  // namespace gander::prbot
