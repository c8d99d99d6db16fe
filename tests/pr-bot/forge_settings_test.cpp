#include "pr-bot/forge_settings.h"

#include <gmock/gmock.h>

#include "base/files.h"
#include "pr-bot/git_address.h"
#include "pr-bot/http/credentials.h"
#include "pr-bot/http/url.h"
#include "pr-bot/joined_forges.h"
#include "tests/pr-bot/rest_fixture.h"

namespace gander::prbot {
namespace {

using testing::HasSubstr;

constexpr auto kHead = "apiVersion: gander/v1\nkind: Forges\nforges:\n";

std::string mistakesOf(const std::string& forges) {
  auto parsed = parseForgeSettings("/etc/gander/forges.yaml", kHead + forges);
  return parsed ? "" : parsed.error().message;
}

TEST(ForgeSettingsTest, ReadsWhatTheHeaderShows) {
  auto parsed = parseForgeSettings("/etc/gander/forges.yaml",
                                   std::string(kHead) +
                                       R"(  - {kind: github, url: "https://github.com/", token: {env: GITHUB_TOKEN}}
  - kind: github
    url: https://git.example.com
    app: {id: "12", installation: "345", key: {file: secrets/app.pem}}
    certificates: ca.pem
    perOwner: 5
    openPerOwner: 7
  - {kind: embedded, folder: ../forge}
author: {name: bot, email: bot@example.com, signingKey: id_ed25519, coAuthors: ["Ada <ada@example.com>"]}
ignoreAuthors: [format@example.com]
labels: [gander, data]
assignees: [eve]
reviewers: 2
draftUntilChecks: true
)");
  ASSERT_TRUE(parsed) << parsed.error().message;
  ASSERT_EQ(parsed->forges.size(), 3u);
  EXPECT_EQ(parsed->forges[0].url, "https://github.com");
  EXPECT_EQ(parsed->forges[0].token->environment, "GITHUB_TOKEN");
  EXPECT_EQ(parsed->forges[1].app->key.file, "/etc/gander/secrets/app.pem");
  EXPECT_EQ(parsed->forges[1].certificates, "/etc/gander/ca.pem");
  EXPECT_EQ(parsed->forges[1].perOwner, 5);
  EXPECT_EQ(parsed->forges[2].folder, "/etc/forge");
  EXPECT_EQ(parsed->authorName, "bot");
  EXPECT_EQ(parsed->signingKey, "/etc/gander/id_ed25519");
  EXPECT_THAT(parsed->labels, testing::ElementsAre("gander", "data"));
  EXPECT_EQ(parsed->forges[0].perHour, 60);
  EXPECT_EQ(parsed->forges[0].openPerRepository, 10);
  EXPECT_EQ(parsed->forges[1].openPerOwner, 7);
  EXPECT_EQ(parsed->forges[2].perHour, 0) << "on one machine nobody is flooded";
  EXPECT_THAT(parsed->coAuthors, testing::ElementsAre("Ada <ada@example.com>"));
  EXPECT_THAT(parsed->ignoredAuthors, testing::ElementsAre("format@example.com"));
  EXPECT_THAT(parsed->assignees, testing::ElementsAre("eve"));
  EXPECT_EQ(parsed->reviewers, 2);
  EXPECT_TRUE(parsed->draftUntilChecks);
}

TEST(ForgeSettingsTest, WhatIsSaidOfPullRequestsIsChecked) {
  const std::string forge = "  - {kind: gitlab, url: \"https://x.org\", token: {env: T}}\n";
  EXPECT_THAT(mistakesOf(forge + "assignees: [\"@eve\"]\n"), HasSubstr("5:13: a login, without the @"));
  EXPECT_THAT(mistakesOf(forge + "ignoreAuthors: [formatter]\n"), HasSubstr("5:17: an author is told by the e-mail"));
  EXPECT_THAT(mistakesOf(forge + "author: {name: a, email: a@b, coAuthors: [Ada]}\n"),
              HasSubstr("write it as \"Ada <ada@example.com>\""));
  EXPECT_THAT(mistakesOf(forge + "reviewers: 16\n"), HasSubstr("5:12: "));
}

TEST(RepositoryPlaceTest, IsReadFromTheNameAmongJoinedForges) {
  auto place = placeOfName("github.com:acme/plays");
  EXPECT_EQ(place.host + "|" + place.owner + "|" + place.path, "github.com|acme|acme/plays");
  place = placeOfName("127.0.0.1:3000:group/sub/plays");
  EXPECT_EQ(place.host + "|" + place.owner + "|" + place.path, "127.0.0.1:3000|group/sub|group/sub/plays");
  place = placeOfName("acme/plays");
  EXPECT_EQ(place.host + "|" + place.owner + "|" + place.path, "|acme|acme/plays");
  place = placeOfName("plays");
  EXPECT_EQ(place.host + "|" + place.owner + "|" + place.path, "||plays");
}

TEST(ForgeSettingsTest, MistakesHaveTheirPlaceAndACure) {
  EXPECT_THAT(mistakesOf("  - {kind: gihub, url: \"https://x.org\", token: {env: T}}\n"),
              HasSubstr("forges.yaml:4:12: "));
  EXPECT_THAT(mistakesOf("  - {kind: github, url: \"https://x.org\"}\n"),
              HasSubstr("nothing says who gander is there"));
  EXPECT_THAT(mistakesOf("  - {kind: gitlab, url: \"https://x.org\", app: {id: \"1\", key: {env: K}}}\n"),
              HasSubstr("only GitHub has Apps"));
  EXPECT_THAT(mistakesOf("  - {kind: gitea, url: \"http://x.org\", token: {env: T}}\n"),
              HasSubstr("in clear over http://"));
  EXPECT_EQ(mistakesOf("  - {kind: gitea, url: \"http://127.0.0.1:3000\", token: {env: T}}\n"), "");
  EXPECT_THAT(mistakesOf("  - {kind: gitea, url: \"https://x.org\", token: {env: T}}\n"
                         "  - {kind: gitea, url: \"https://x.org\", token: {env: U}}\n"),
              HasSubstr("forges.yaml:5:24: https://x.org stands here twice"));
  EXPECT_THAT(mistakesOf("  []\n"), HasSubstr("no forge is named"));
}

TEST(ForgeSettingsTest, ASecretThatStandsInTheDocumentIsRefusedAndNotShown) {
  const auto said = mistakesOf("  - {kind: gitlab, url: \"https://x.org\", token: glpat-abcdefgh}\n");
  EXPECT_THAT(said, HasSubstr("does not stand in a document"));
  EXPECT_THAT(said, testing::Not(HasSubstr("glpat")));
}

TEST(ForgeSettingsTest, AWebhookHasOneSecretOrSeveral) {
  auto parsed = parseForgeSettings(
      "/etc/gander/forges.yaml",
      std::string(kHead) + R"(  - {kind: github, url: "https://github.com", token: {env: T}, webhook: {env: HOOK}}
  - kind: gitlab
    url: https://gitlab.example.com
    token: {env: T}
    webhook: [{file: new.txt}, {env: OLD}]
  - {kind: gitea, url: "https://x.org", token: {env: T}}
)");
  ASSERT_TRUE(parsed) << parsed.error().message;
  ASSERT_EQ(parsed->forges[0].webhooks.size(), 1u);
  EXPECT_EQ(parsed->forges[0].webhooks[0].environment, "HOOK");
  ASSERT_EQ(parsed->forges[1].webhooks.size(), 2u);
  EXPECT_EQ(parsed->forges[1].webhooks[0].file, "/etc/gander/new.txt");
  EXPECT_EQ(parsed->forges[1].webhooks[1].environment, "OLD");
  EXPECT_TRUE(parsed->forges[2].webhooks.empty());
}

TEST(ForgeSettingsTest, AWebhooksSecretIsNamedAndNeverShown) {
  auto with = [](const std::string& webhook) {
    return mistakesOf("  - {kind: gitea, url: \"https://x.org\", token: {env: T}, webhook: " + webhook + "}\n");
  };
  for (const auto* webhook : {"hush-hush", "[hush-hush]", "[{env: A}, hush-hush]"}) {
    EXPECT_THAT(with(webhook), HasSubstr("'webhook' does not stand in a document")) << webhook;
    EXPECT_THAT(with(webhook), testing::Not(HasSubstr("hush"))) << webhook;
  }
  EXPECT_THAT(with("[]"), HasSubstr("'webhook' names no secret"));
  EXPECT_THAT(with("{env: A, file: b}"), HasSubstr("by one of them"));
  EXPECT_THAT(mistakesOf("  - {kind: embedded, folder: ../forge, webhook: {env: A}}\n"), HasSubstr("webhook"));
}

TEST(ForgeSettingsTest, SecretsAreReadWhereTheyAre) {
  auto environment = [](const std::string& name) {
    return name == "SET"     ? std::optional<std::string>("hush\n")
           : name == "EMPTY" ? std::optional<std::string>("")
                             : std::nullopt;
  };
  EXPECT_EQ(*readSecret({"SET", {}}, environment), "hush");
  EXPECT_EQ(readSecret({"EMPTY", {}}, environment).error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(readSecret({"UNSET", {}}, environment).error().kind, ErrorKind::kNotFound);
  auto folder = RestFixture::must(TemporaryDirectory::make("secret"));
  ASSERT_TRUE(writeFile(folder.path() / "token", "quiet\r\n"));
  EXPECT_EQ(*readSecret({"", folder.path() / "token"}, environment), "quiet");
}

TEST(GitAddressTest, EveryWayToWriteOne) {
  auto name = [](const char* url, const char* web = "https://git.example.com") {
    auto found = nameOnForge(url, web, 2);
    return found ? *found : "-";
  };
  for (const auto* url :
       {"https://git.example.com/acme/plays", "https://git.example.com/acme/plays.git/",
        "https://GIT.example.com:443/acme/plays.git", "https://user:pass@git.example.com/acme/plays.git",
        "git@git.example.com:acme/plays.git", "ssh://git@git.example.com:2222/acme/plays.git"})
    EXPECT_EQ(name(url), "acme/plays") << url;
  for (const auto* url : {"https://evil.com/git.example.com/acme/plays", "https://git.example.com.evil.com/acme/plays",
                          "https://git.example.com/acme", "https://git.example.com/acme/plays/more",
                          "https://git.example.com/acme/..", "https://git.example.com/acme/pl%2Fays",
                          "/srv/git/acme/plays", "file:///srv/acme/plays", "https://git.example.com:8443/acme/plays"})
    EXPECT_EQ(name(url), "-") << url;
  EXPECT_EQ(name("https://git.example.com/forge/acme/plays", "https://git.example.com/forge"), "acme/plays");
  EXPECT_EQ(name("https://git.example.com/acme/plays", "https://git.example.com/forge"), "-");
  EXPECT_EQ(*nameOnForge("https://gitlab.com/a/b/c.git", "https://gitlab.com", 21), "a/b/c");
}

TEST(UrlTest, PartsOfAnAddress) {
  auto url = parseUrl("HTTPS://Example.com:8443/a/b?c=d#e");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "example.com");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->target, "/a/b?c=d");
  EXPECT_FALSE(parseUrl("https://example.com:port/"));
  EXPECT_FALSE(parseUrl("ftp://example.com/"));
  EXPECT_FALSE(parseUrl("https://"));
  EXPECT_FALSE(parseUrl("https://a b/"));
  auto secret = parseUrl("https://user:hush@example.com/");
  ASSERT_FALSE(secret);
  EXPECT_THAT(secret.error().message, testing::Not(HasSubstr("hush")));
  EXPECT_EQ(urlEscaped("a/b c-ü"), "a%2Fb%20c-%C3%BC");
}

TEST(JoinedForgesTest, EachRepositoryIsOfItsForge) {
  RestFixture github(ForgeKind::kGitHub);
  RestFixture gitea(ForgeKind::kGitea);
  auto one = RestFixture::must(
      makeRestForge({*github.transport, github.clock, *github.credentials, ForgeKind::kGitHub, github.server.web()}));
  auto two = RestFixture::must(
      makeRestForge({*gitea.transport, gitea.clock, *gitea.credentials, ForgeKind::kGitea, gitea.server.web()}));
  std::vector<NamedForge> forges;
  forges.push_back({parseGitAddress(github.server.web() + "/")->host, nullptr, std::move(one)});
  forges.push_back({parseGitAddress(gitea.server.web() + "/")->host, nullptr, std::move(two)});
  auto joined = joinForges(std::move(forges));
  auto name = joined->repositoryName(gitea.cloneUrl());
  ASSERT_TRUE(name) << name.error().message;
  EXPECT_THAT(*name, testing::EndsWith(":acme/plays"));
  EXPECT_EQ(joined->look(*name)->name, *name);
  gitea.push("gander/x", std::string(40, 'a'));
  auto pull = joined->ensure({*name, "gander/x", "main", std::string(40, 'a'), "T", "B", false});
  ASSERT_TRUE(pull) << pull.error().message;
  EXPECT_EQ(pull->text.repository, *name);
  EXPECT_EQ(gitea.plays().pulls.size(), 1u);
  EXPECT_TRUE(github.plays().pulls.empty());
  auto strange = joined->repositoryName("https://elsewhere.org/a/b");
  ASSERT_FALSE(strange);
  EXPECT_EQ(strange.error().kind, ErrorKind::kNotFound);
}

}  // namespace
}  // namespace gander::prbot
