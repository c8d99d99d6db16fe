// A GitHub App: what it signs, what it buys, and when it buys it again.
#include <gmock/gmock.h>

#include <random>

#include "base/files.h"
#include "pr-bot/forge_settings.h"
#include "pr-bot/forges.h"
#include "tests/pr-bot/rest_fixture.h"

namespace gander::prbot {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

constexpr auto kId = "12";

class AppCredentialsTest : public testing::Test {
 protected:
  AppCredentialsTest() { server_.app = &app_; }

  std::unique_ptr<Credentials> credentials(const AppKey& key) {
    return RestFixture::must(makeAppCredentials(key, server_.web() + "/api/v3", *transport_, clock_));
  }
  std::unique_ptr<Forge> client(Credentials& credentials) {
    server_.add("acme/plays");
    return RestFixture::must(makeRestForge({*transport_, clock_, credentials, ForgeKind::kGitHub, server_.web()}));
  }
  long asked(const std::string& path) const {
    return std::ranges::count_if(server_.requests(), [&](const auto& one) { return one.path.contains(path); });
  }
  // One answer of the token's end point is that, and all others are as they are.
  void spoilOnce(Fault fault) {
    server_.plan = [fault, done = false](const FakeRequest& request) mutable {
      return request.path.contains("access_tokens") && !std::exchange(done, true) ? fault : Fault::kNone;
    };
  }

  ManualClock clock_{Time(std::chrono::seconds(1'790'000'000))};
  FakeApp app_{kId, appKeys().open, clock_};
  FakeForge server_{ForgeKind::kGitHub, clock_};
  std::unique_ptr<HttpTransport> transport_ = RestFixture::must(makeCurlTransport());
  const AppKey key_{kId, std::to_string(FakeApp::kInstallation), appKeys().secret};
};

TEST_F(AppCredentialsTest, WhatItSignsIsTakenForTenMinutesAndNotLonger) {
  const auto jwt = "Bearer " + RestFixture::must(signedJwt(kId, appKeys().secret, clock_.now()));
  EXPECT_EQ(app_.problemOf(jwt), "");
  clock_.advance(8min);
  EXPECT_EQ(app_.problemOf(jwt), "");
  clock_.advance(2min);
  EXPECT_THAT(app_.problemOf(jwt), HasSubstr("'exp'"));
  // The fake is strict: another App's key, another id, and a clock that is far ahead.
  const auto now = clock_.now();
  EXPECT_THAT(app_.problemOf("Bearer " + *signedJwt(kId, otherKeys().secret, now)), HasSubstr("could not be decoded"));
  EXPECT_THAT(app_.problemOf("Bearer " + *signedJwt("13", appKeys().secret, now)), HasSubstr("'iss'"));
  EXPECT_THAT(app_.problemOf("Bearer " + *signedJwt(kId, appKeys().secret, now + 5min)), HasSubstr("'iat'"));
  EXPECT_EQ(app_.problemOf("Bearer " + *signedJwt(kId, appKeys().secret, now + 50s)), "") << "clocks differ";
}

TEST_F(AppCredentialsTest, ATokenIsBoughtAgainBeforeItEnds) {
  auto one = credentials(key_);
  auto forge = client(*one);
  ASSERT_TRUE(forge->look("acme/plays"));
  ASSERT_TRUE(forge->look("acme/plays"));
  EXPECT_EQ(app_.issued, 1u);
  for (int hour = 0; hour < 12; ++hour) {
    clock_.advance(20min);
    ASSERT_TRUE(forge->look("acme/plays"));
  }
  EXPECT_GE(app_.issued, 4u);
  EXPECT_LE(app_.issued, 7u);
  // None of them was ever refused, and one that has ended is.
  EXPECT_EQ(asked("access_tokens"), static_cast<long>(app_.issued));
  const auto ended = "Bearer " + app_.last;
  EXPECT_TRUE(app_.lets(ended));
  clock_.advance(61min);
  EXPECT_FALSE(app_.lets(ended));
}

TEST_F(AppCredentialsTest, ATokenThatIsTakenBackIsBoughtAgain) {
  auto one = credentials(key_);
  auto forge = client(*one);
  ASSERT_TRUE(forge->look("acme/plays"));
  app_.takeBack();
  ASSERT_TRUE(forge->look("acme/plays"));
  EXPECT_EQ(app_.issued, 2u);
}

TEST_F(AppCredentialsTest, ItsAccountIsItsSlug) {
  EXPECT_EQ(RestFixture::must(credentials(key_)->account()), "gander-mover[bot]");
  // What it says itself is its own.
  server_.self = "gander-mover[bot]";
  server_.addUser(server_.self, true);
  auto one = credentials(key_);
  auto forge = client(*one);
  server_.repository("acme/plays").branches["gander/x"] = std::string(40, 'a');
  auto pull = forge->ensure({"acme/plays", "gander/x", "main", std::string(40, 'a'), "Title", "Body"});
  ASSERT_TRUE(pull) << pull.error().message;
  ASSERT_TRUE(forge->say("acme/plays", pull->number, {.body = "A word."}));
  auto said = RestFixture::must(forge->comments("acme/plays", pull->number));
  ASSERT_EQ(said.size(), 1u);
  EXPECT_TRUE(said.front().own);
  EXPECT_EQ(asked("/api/v3/user"), 0) << "which no App may ask";
}

TEST_F(AppCredentialsTest, ItsOnlyInstallationNeedsNoName) {
  auto one = credentials({kId, "", appKeys().secret});
  EXPECT_TRUE(one->headers());
  EXPECT_EQ(app_.issued, 1u);
}

TEST_F(AppCredentialsTest, ALimitIsWaitedForAndNotTakenForARefusal) {
  for (const auto fault : {Fault::kSecondary, Fault::kTooMany, Fault::kTooManyBare}) {
    auto one = credentials(key_);
    auto forge = client(*one);
    spoilOnce(fault);
    const auto before = clock_.now();
    auto seen = forge->look("acme/plays");
    ASSERT_TRUE(seen) << seen.error().message;
    EXPECT_GE(clock_.now() - before, 7s);
  }
  server_.plan = [](const FakeRequest&) { return Fault::kSecondary; };
  auto limited = credentials(key_)->headers();
  ASSERT_FALSE(limited);
  EXPECT_EQ(limited.error().kind, ErrorKind::kUnavailable) << limited.error().message;
  EXPECT_THAT(limited.error().message, Not(HasSubstr("does not know")));
  EXPECT_THAT(limited.error().message, HasSubstr("limits"));
}

TEST_F(AppCredentialsTest, WhoIsNotKnownIsTold) {
  for (const auto& key : {AppKey{kId, "345", otherKeys().secret}, AppKey{kId, "1", appKeys().secret},
                          AppKey{"13", "345", appKeys().secret}}) {
    auto refused = credentials(key)->headers();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::kDenied);
    EXPECT_THAT(refused.error().message, HasSubstr("does not know this App"));
  }
}

TEST_F(AppCredentialsTest, NoErrorHoldsTheKeyOrAToken) {
  std::string said;
  const auto note = [&](const Error& error) { said += error.message + "\n"; };
  for (const auto fault :
       {Fault::kDropBefore, Fault::kErrorBefore, Fault::kErrorAfter, Fault::kNoJson, Fault::kWrongJson,
        Fault::kTruncated, Fault::kLoop, Fault::kTooManyBare, Fault::kSecondary}) {
    server_.plan = [&](const FakeRequest&) { return fault; };
    auto one = credentials(key_);
    auto refused = client(*one)->look("acme/plays");
    ASSERT_FALSE(refused);
    note(refused.error());
  }
  server_.plan = nullptr;
  auto one = credentials(key_);
  auto forge = client(*one);
  ASSERT_TRUE(forge->look("acme/plays"));
  server_.app = nullptr;  // its token lets nobody in any more, and another one is given
  note(forge->look("acme/plays").error());
  auto broken = makeAppCredentials({kId, "345", appKeys().secret.substr(0, 400)}, server_.web(), *transport_, clock_);
  ASSERT_FALSE(broken);
  note(broken.error());
  EXPECT_GT(said.size(), 500u);
  EXPECT_THAT(said, Not(HasSubstr("ghs_")));
  EXPECT_THAT(said, Not(HasSubstr("PRIVATE KEY")));
  for (size_t at = 30; at + 40 < appKeys().secret.size(); at += 40)
    EXPECT_FALSE(said.contains(appKeys().secret.substr(at, 20)));
  EXPECT_THAT(said, Not(HasSubstr("eyJ"))) << "a JWT begins so";
}

// As an operator has it: from the document of forges, on Enterprise Server.
TEST_F(AppCredentialsTest, ADocumentNamesAnApp) {
  auto folder = RestFixture::must(TemporaryDirectory::make("app"));
  ASSERT_TRUE(writeFile(folder.path() / "app.pem", appKeys().secret));
  ASSERT_TRUE(writeFile(folder.path() / "forges.yaml",
                        "apiVersion: gander/v1\nkind: Forges\nforges:\n  - {kind: github, url: \"" + server_.web() +
                            "\", app: {id: \"12\", installation: \"345\", key: {file: app.pem}}}\n"));
  server_.add("acme/plays");
  auto settings = RestFixture::must(
      parseForgeSettings(folder.path() / "forges.yaml", RestFixture::must(readFile(folder.path() / "forges.yaml"))));
  auto forges = RestFixture::must(makeForges(settings, {.clock = clock_, .environment = {}, .embedded = {}}));
  const auto name = RestFixture::must(forges.forge->repositoryName(server_.web() + "/acme/plays.git"));
  auto seen = forges.forge->look(name);
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_EQ(app_.issued, 1u);
  // git is let in by the same token.
  auto login = RestFixture::must(forges.logins->find(server_.web().substr(7), false));
  ASSERT_TRUE(login);
  EXPECT_EQ(login->user, "x-access-token");
}

}  // namespace
}  // namespace gander::prbot
