// What is Gitea's and Forgejo's alone, and its old versions'.
#include <gmock/gmock.h>

#include "tests/pr-bot/rest_fixture.h"

namespace gander::prbot {
namespace {

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

// Of a repository with thousands of others before and after it, both versions.
class GiteaSearchTest : public testing::TestWithParam<bool> {
 protected:
  GiteaSearchTest() { fixture_.server.oldVersion = GetParam(); }
  void addOthers(int count, const std::string& state) {
    auto& pulls = fixture_.plays().pulls;
    for (int at = 0; at < count; ++at)
      pulls.push_back({.number = static_cast<int>(pulls.size()) + 1,
                       .branch = "feature",
                       .base = "main",
                       .title = "Another",
                       .state = state,
                       .author = "ann"});
  }
  void addOurs(const std::string& state) {
    addOthers(1, state);
    auto& ours = fixture_.plays().pulls.back();
    ours.branch = kBranch;
    ours.author = "";
  }
  std::optional<PullRequest> find() {
    return RestFixture::must(fixture_.forge().find("acme/plays", kBranch, "main", 0));
  }
  RestFixture fixture_{ForgeKind::kGitea};
};
INSTANTIATE_TEST_SUITE_P(GiteaVersions, GiteaSearchTest, testing::Bool());

TEST_P(GiteaSearchTest, NeverReadsAllThatARepositoryEverHad) {
  fixture_.server.addUser("ann", true);
  addOthers(6000, "closed");
  EXPECT_FALSE(find());
  addOurs("closed");
  addOthers(6000, "closed");
  EXPECT_EQ(find()->number, 6001);
  EXPECT_EQ(find()->state, PullRequestState::kClosed);
  addOurs("merged");
  addOthers(200, "open");
  EXPECT_EQ(find()->number, 12002) << "the newest of several";
  EXPECT_EQ(find()->state, PullRequestState::kMerged);
  addOurs("open");
  addOthers(200, "open");
  EXPECT_EQ(find()->state, PullRequestState::kOpen);
  EXPECT_LT(fixture_.server.requests().size(), 100u);
}

TEST_P(GiteaSearchTest, AnOpenOneIsFoundWhileOthersVanish) {
  fixture_.server.addUser("ann", true);
  fixture_.server.pageSize = 3;
  addOthers(3, "open");
  addOurs("closed");  // what is found by the branches may be this
  addOurs("open");
  addOthers(3, "open");
  // The newest is closed when its page has been read.
  fixture_.server.plan = [&](const FakeRequest& request) {
    if (request.path.contains("state=open") && request.path.contains("page=2"))
      fixture_.plays().pulls.back().state = "closed";
    return Fault::kNone;
  };
  const auto found = find();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->state, PullRequestState::kOpen);
}
}  // namespace
}  // namespace gander::prbot
