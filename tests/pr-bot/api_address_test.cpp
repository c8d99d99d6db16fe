// Where the requests of each forge go.
#include <gmock/gmock.h>

#include "tests/pr-bot/rest_fixture.h"

namespace gander::prbot {
namespace {

using testing::ElementsAre;

// Remembers what it was asked, and answers as a GitHub whose pull request waits to be merged.
class Recorder final : public HttpTransport {
 public:
  Result<HttpAnswer> send(const HttpRequest& request) override {
    asked.push_back(request.method + " " + request.url);
    if (request.url.ends_with("/access_tokens"))
      return HttpAnswer{201, {}, R"({"token": "ghs_1", "expires_at": "2036-01-01T00:00:00Z"})"};
    return HttpAnswer{200, {}, R"({
      "full_name": "acme/plays", "default_branch": "main", "size": 9, "login": "gander-bot", "node_id": "PR_1",
      "number": 1, "state": "open", "title": "T", "auto_merge": {"merge_method": "merge"},
      "head": {"ref": "gander/x", "sha": "aa"}, "base": {"ref": "main"},
      "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"})"};
  }
  std::vector<std::string> asked;
};

TEST(ApiAddressTest, EachForgeHasItsOwn) {
  EXPECT_EQ(apiOf(ForgeKind::kGitHub, "https://github.com"), "https://api.github.com");
  EXPECT_EQ(apiOf(ForgeKind::kGitHub, "https://GitHub.com"), "https://api.github.com");
  EXPECT_EQ(apiOf(ForgeKind::kGitHub, "https://git.example.com"), "https://git.example.com/api");
  EXPECT_EQ(apiOf(ForgeKind::kGitLab, "https://example.com/gitlab"), "https://example.com/gitlab/api/v4");
  EXPECT_EQ(apiOf(ForgeKind::kGitea, "https://example.com:3000"), "https://example.com:3000/api/v1");
}

// REST and GraphQL stand beside each other in the cloud, and in folders of their own on Enterprise Server.
TEST(ApiAddressTest, GitHubsRestAndGraphQl) {
  ManualClock clock{Time(std::chrono::seconds(1'790'000'000))};
  auto credentials = RestFixture::must(makeTokenCredentials("t"));
  auto asked = [&](const std::string& web) {
    Recorder recorder;
    auto forge = RestFixture::must(makeRestForge({recorder, clock, *credentials, ForgeKind::kGitHub, web}));
    EXPECT_TRUE(forge->look("acme/plays"));
    EXPECT_TRUE(forge->merge("acme/plays", 1, {.callOff = true}));
    recorder.asked.resize(4);  // it is looked at once more
    return recorder.asked;
  };
  EXPECT_THAT(
      asked("https://github.com"),
      ElementsAre("GET https://api.github.com/repos/acme/plays", "GET https://api.github.com/repos/acme/plays/pulls/1",
                  "GET https://api.github.com/repos/acme/plays/pulls/1", "POST https://api.github.com/graphql"));
  EXPECT_THAT(asked("https://git.example.com/"),
              ElementsAre("GET https://git.example.com/api/v3/repos/acme/plays",
                          "GET https://git.example.com/api/v3/repos/acme/plays/pulls/1",
                          "GET https://git.example.com/api/v3/repos/acme/plays/pulls/1",
                          "POST https://git.example.com/api/graphql"));
}

TEST(ApiAddressTest, AnAppAsksTheRestToo) {
  ManualClock clock{Time(std::chrono::seconds(1'790'000'000))};
  for (const std::string rest : {"https://api.github.com", "https://git.example.com/api/v3"}) {
    EXPECT_EQ(restOf(rest.ends_with("/v3") ? "https://git.example.com/api" : rest), rest);
    Recorder recorder;
    auto credentials = RestFixture::must(makeAppCredentials({"12", "345", appKeys().secret}, rest, recorder, clock));
    ASSERT_TRUE(credentials->headers());
    EXPECT_THAT(recorder.asked, ElementsAre("POST " + rest + "/app/installations/345/access_tokens"));
  }
}

}  // namespace
}  // namespace gander::prbot
