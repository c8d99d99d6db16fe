// Whom a forge asks for a review, of those who could be asked.
#include <gmock/gmock.h>

#include "tests/pr-bot/rest_fixture.h"

namespace gander::prbot {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ReviewersTest : public testing::TestWithParam<ForgeKind> {
 protected:
  ReviewersTest() {
    for (const auto* login : {"ann", "bob", "eve"}) fixture_.server.addUser(login, true);
    fixture_.push(kBranch, std::string(40, 'a'));
  }
  PullRequestText text(std::vector<std::string> reviewers, size_t most) {
    return {.repository = "acme/plays",
            .branch = kBranch,
            .base = "main",
            .head = std::string(40, 'a'),
            .title = "Title",
            .body = "Body",
            .reviewers = std::move(reviewers),
            .askAtMost = most};
  }
  PullRequest ensure(const PullRequestText& text) { return RestFixture::must(fixture_.forge().ensure(text)); }
  const std::vector<std::string>& asked() { return fixture_.plays().pulls.front().reviewers; }

  RestFixture fixture_{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Forges, ReviewersTest,
                         testing::Values(ForgeKind::kGitHub, ForgeKind::kGitLab, ForgeKind::kGitea));

TEST_P(ReviewersTest, NoMoreAreAskedThanMay) {
  EXPECT_THAT(ensure(text({"ann", "bob", "eve"}, 2)).problems, testing::IsEmpty());
  EXPECT_THAT(asked(), ElementsAre("ann", "bob"));
  ensure(text({"ann", "bob", "eve"}, 2));
  EXPECT_THAT(asked(), ElementsAre("ann", "bob")) << "who is asked already counts";
  ensure(text({"ann", "bob", "eve"}, 3));
  EXPECT_THAT(asked(), ElementsAre("ann", "bob", "eve"));
}

// Who opens a pull request can't review it, and whoever is not known takes nobody's place.
TEST_P(ReviewersTest, WhoCannotBeAskedTakesNobodysPlace) {
  const auto pull = ensure(text({fixture_.server.self, "nobody", "ann", "bob", "eve"}, 2));
  EXPECT_THAT(asked(), ElementsAre("ann", "bob"));
  EXPECT_THAT(pull.problems, ElementsAre(HasSubstr("nobody"))) << "the account itself is no problem";
  EXPECT_THAT(ensure(text({"eve"}, 0)).problems, testing::IsEmpty());
  EXPECT_THAT(asked(), ElementsAre("ann", "bob"));
}

TEST(GitLabReviewersTest, GroupsTakeNobodysPlace) {
  RestFixture fixture(ForgeKind::kGitLab);
  for (const auto* login : {"ann", "bob"}) fixture.server.addUser(login, true);
  fixture.push(kBranch, std::string(40, 'a'));
  // A group of the first level looks like a login.
  auto pull = RestFixture::must(fixture.forge().ensure({.repository = "acme/plays",
                                                        .branch = kBranch,
                                                        .base = "main",
                                                        .head = std::string(40, 'a'),
                                                        .title = "Title",
                                                        .reviewers = {"data/team", "data", "data/other", "ann", "bob"},
                                                        .askAtMost = 2}));
  EXPECT_THAT(fixture.plays().pulls.front().reviewers, ElementsAre("ann", "bob"));
  EXPECT_EQ(pull.problems.size(), 3u);
}

}  // namespace
}  // namespace gander::prbot
