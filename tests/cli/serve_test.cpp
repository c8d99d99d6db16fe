#include "program_test.h"

namespace gander::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// The bot over a campaign of one small repository.
class ServeTest : public ProgramTest {
 protected:
  void SetUp() override {
    auto made = start({kSource / "tools/make-fleet", at("fleet"), "fleet/etl-config"});
    ASSERT_EQ(made.exitCode, 0) << made.errors;
    environment_["GANDER_STATE"] = at("state");
    put("forges.yaml",
        "apiVersion: gander/v1\nkind: Forges\nforges:\n"
        "  - {kind: embedded, folder: fleet/forge}\n"
        "  - {kind: github, url: \"https://github.com\", token: {env: TOKEN}, webhook: {env: HOOK}}\n");
    environment_["TOKEN"] = "token-hush";
    environment_["HOOK"] = "hook-hush";
  }

  // Runs `gander serve` until `line` stands in its log, then ends it by the signal.
  ProcessOutcome serveUntil(const std::string& line, const std::string& signal, const std::string& flags = "") {
    put("serve.sh",
        program_ + " serve --listen 127.0.0.1:0 " + flags + " 2>log & pid=$!\n" +               //
            "until grep -q '" + line + "' log; do kill -0 $pid || break; sleep 0.05; done\n" +  //
            "kill -s " + signal + " $pid; wait $pid; status=$?; cat log >&2; exit $status\n");
    return start({"sh", "serve.sh"});
  }
};

TEST_F(ServeTest, WatchesTheCampaignsThatHaveRunAndEndsWhenItIsTold) {
  ASSERT_EQ(gander({"run", at("fleet/migration.yaml"), "--forge", at("forges.yaml")}).exitCode, 0);
  for (const auto* signal : {"TERM", "INT"}) {
    auto served = serveUntil("the campaign is watched; targets: 1", signal);
    EXPECT_EQ(served.exitCode, 0) << served.errors;
    EXPECT_THAT(served.output, StartsWith("listening on http://127.0.0.1:"));
    EXPECT_THAT(served.errors, HasSubstr("webhooks of github.com are taken"));
    EXPECT_THAT(served.errors, Not(HasSubstr("hush")));
  }
}

TEST_F(ServeTest, ADocumentThatCanNotBeReadIsToldAndTheBotGoesOn) {
  ASSERT_EQ(gander({"run", at("fleet/migration.yaml"), "--forge", at("forges.yaml")}).exitCode, 0);
  put("fleet/migration.yaml", "kind: Nonsense\n");
  auto served = serveUntil("migration.yaml:1:7", "TERM");
  EXPECT_EQ(served.exitCode, 0) << served.errors;
  EXPECT_THAT(served.errors, HasSubstr("stopping"));
}

TEST_F(ServeTest, ADocumentOfAnotherMigrationBeginsNoCampaign) {
  ASSERT_EQ(gander({"run", at("fleet/migration.yaml"), "--forge", at("forges.yaml")}).exitCode, 0);
  auto text = readFile(at("fleet/migration.yaml")).value();
  text.replace(text.find("user-plays-v2"), 13, "user-plays-v3");
  put("fleet/migration.yaml", text);
  auto served = serveUntil("is now the document of user-plays-v3", "TERM");
  EXPECT_EQ(served.exitCode, 0) << served.errors;
  EXPECT_THAT(gander({"status"}).output, Not(HasSubstr("user-plays-v3")));
}

TEST_F(ServeTest, WithoutAWebhooksSecretItOnlyPolls) {
  auto served = serveUntil("so gander only polls", "TERM", "--forge " + at("fleet/forge").string());
  EXPECT_EQ(served.exitCode, 0) << served.errors;
  auto blind = gander({"serve", "--listen", "127.0.0.1:0", "--poll", "0", "--forge", at("fleet/forge")});
  EXPECT_EQ(blind.exitCode, 2);
  EXPECT_THAT(blind.errors, HasSubstr("give --poll"));
}

TEST_F(ServeTest, WhatIsMistypedIsSaid) {
  auto listen = gander({"serve", "--listen", "8080"});
  EXPECT_EQ(listen.exitCode, 2);
  EXPECT_THAT(listen.errors, HasSubstr("write it as 127.0.0.1:8080"));
  EXPECT_EQ(gander({"serve", "--poll", "soon"}).exitCode, 2);
  EXPECT_THAT(gander({"serve"}).errors, HasSubstr("give --forge"));
  environment_.erase("HOOK");
  auto unset = gander({"serve", "--forge", at("forges.yaml")});
  EXPECT_EQ(unset.exitCode, 2);
  EXPECT_THAT(unset.errors, HasSubstr("https://github.com: the environment variable HOOK is not set"));
}

}  // namespace
}  // namespace gander::cli
