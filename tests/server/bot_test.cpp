#include "server/bot.h"

#include <httplib.h>

#include <thread>

#include "tests/server/serving.h"

namespace gander::server {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// A bot on the loopback, and the forges that send to it.
class BotTest : public ServingTest {
 protected:
  void SetUp() override {
    addCampaign("plays-v2", {"https://github.com/acme/plays", "https://git.example.com/acme/shows",
                             "https://gitlab.example.com/acme/users", "https://gitea.example.com/acme/songs"});
    start({.listen = {"127.0.0.1", 0}, .watch = {.workers = 0}});
    bot_->watch().step();
    looks_.clear();
  }
  void start(const Bot::Limits& limits) { bot_ = must(Bot::start(parts(), senders(), limits)); }

  httplib::Client client() const {
    httplib::Client client("127.0.0.1", bot_->listening().port);
    client.set_read_timeout(std::chrono::minutes(2));
    return client;
  }
  // "202 accepted", "401 not signed": the status, and the one word of the answer.
  std::string send(const Delivery& delivery) const {
    httplib::Headers headers(delivery.headers.begin(), delivery.headers.end());
    auto result = client().Post("/webhooks", headers, delivery.body, "application/json");
    if (!result) return httplib::to_string(result.error());
    const auto json = nlohmann::json::parse(result->body);
    return std::to_string(result->status) + " " + json.front().get<std::string>();
  }
  std::vector<std::string> lookedAt() {
    clock_.advance(seconds(2));
    bot_->watch().step();
    auto targets = looks_.targets();
    looks_.clear();
    return targets;
  }

  std::unique_ptr<Bot> bot_;
};

TEST_F(BotTest, ADeliveryOfEachForgeMakesItsTargetBeLookedAt) {
  addCampaign("other", {"https://github.com/acme/other"});
  EXPECT_EQ(send(githubPush("acme/plays")), "202 accepted");
  EXPECT_THAT(lookedAt(), ElementsAre("plays-v2 acme/plays"));
  EXPECT_EQ(send(gitlabPush("acme/users")), "202 accepted");
  EXPECT_THAT(lookedAt(), ElementsAre("plays-v2 acme/users"));
  EXPECT_EQ(send(giteaPush("acme/songs")), "202 accepted");
  EXPECT_THAT(lookedAt(), ElementsAre("plays-v2 acme/songs"));
  EXPECT_THAT(lookedAt(), IsEmpty());
}

TEST_F(BotTest, ACommentAtThePullRequestIsLookedAt) {
  EXPECT_EQ(send(githubEvent("issue_comment",
                             R"({"action": "created", "issue": {"number": 7, "pull_request": {}},
                                 "repository": {"full_name": "acme/plays"}})")),
            "202 accepted");
  EXPECT_THAT(lookedAt(), ElementsAre("plays-v2 acme/plays"));
}

TEST_F(BotTest, WhatNobodySignedIsRefused) {
  EXPECT_EQ(send(githubPush("acme/plays", "main", "wrong")), "401 not signed");
  EXPECT_EQ(send(gitlabPush("acme/users", "wrong")), "401 not signed");
  EXPECT_EQ(send(giteaPush("acme/songs", "wrong")), "401 not signed");
  EXPECT_EQ(send({{}, "{}"}), "401 not signed");
  EXPECT_EQ(send({{{"X-GitHub-Event", "push"}}, "not even JSON"}), "401 not signed");
  auto changed = githubPush("acme/other");
  changed.body = githubPush("acme/plays").body;
  EXPECT_EQ(send(changed), "401 not signed");
  EXPECT_THAT(lookedAt(), IsEmpty());
  EXPECT_EQ(log_.count("POST /webhooks: 401"), 6u) << log_.text();
}

TEST_F(BotTest, OneForgesSecretSpeaksOfNoOthersRepositories) {
  addCampaign("other", {"https://git.example.com/acme/only-there"});
  clock_.advance(seconds(10));
  bot_->watch().step();
  looks_.clear();
  EXPECT_EQ(send(githubPush("acme/only-there")), "200 ignored");
  EXPECT_THAT(lookedAt(), IsEmpty());
  EXPECT_EQ(send(githubPush("acme/only-there", "main", kSecondSecret)), "202 accepted");
  EXPECT_THAT(lookedAt(), ElementsAre("other acme/only-there"));
  EXPECT_EQ(send(githubPush("acme/plays", "main", "old-hush")), "202 accepted") << "a secret that is being replaced";
}

TEST_F(BotTest, AReplayIsKnown) {
  const auto delivery = githubPush("acme/plays");
  EXPECT_EQ(send(delivery), "202 accepted");
  EXPECT_EQ(lookedAt().size(), 1u);
  EXPECT_EQ(send(delivery), "200 known");
  EXPECT_THAT(lookedAt(), IsEmpty());
  EXPECT_EQ(log_.count("POST /webhooks: 200 a webhook that was received before"), 1u) << log_.text();
}

TEST_F(BotTest, WhatIsNoneOfGandersIsIgnored) {
  EXPECT_EQ(send(githubEvent("star", R"({"repository": {"full_name": "acme/plays"}})")), "200 ignored");
  EXPECT_EQ(send(githubEvent("ping", R"({"zen": "Keep it logically awesome."})")), "200 ignored");
  EXPECT_EQ(send(githubPush("acme/elsewhere")), "200 ignored");
  EXPECT_EQ(send(githubEvent("push", "[]")), "400 malformed");
  EXPECT_EQ(send(githubEvent("pull_request", R"({"action": "opened"})")), "400 malformed");
  EXPECT_THAT(lookedAt(), IsEmpty());
}

TEST_F(BotTest, WhatIsTooLargeIsRefused) {
  start({.listen = {"127.0.0.1", 0}, .watch = {.workers = 0}, .http = {.body = 1000}});
  EXPECT_EQ(send(githubPush(std::string(1000, 'a'))), "413 too large");
}

TEST_F(BotTest, ManyDeliveriesAtOnceAreOneLook) {
  std::vector<std::jthread> threads;
  std::atomic<int> accepted = 0;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      for (int n = 0; n < 10; ++n)
        if (send(githubPush("acme/plays")) == "202 accepted") ++accepted;
    });
  threads.clear();
  EXPECT_EQ(accepted, 80);
  EXPECT_THAT(lookedAt(), ElementsAre("plays-v2 acme/plays"));
}

TEST_F(BotTest, HealthIsThatTheStoreCanBeRead) {
  EXPECT_EQ(client().Get("/healthz")->status, 200);
  clock_.advance(std::chrono::hours(1));
  EXPECT_EQ(client().Get("/healthz")->status, 503);
  bot_->watch().step();
  EXPECT_EQ(client().Get("/healthz")->status, 200);
  EXPECT_EQ(client().Get("/")->status, 404);
  EXPECT_EQ(client().Get("/webhooks")->status, 404);
}

TEST_F(BotTest, AStopWhileBusyTakesNothingMore) {
  std::mutex gate;
  gate.lock();
  looks_.outcome = [&](const fleet::TargetKey&) -> Result<Looked> {
    std::lock_guard through(gate);
    return Looked();
  };
  start({.listen = {"127.0.0.1", 0}, .watch = {.workers = 1}});
  looks_.waitFor(1);
  EXPECT_EQ(bot_->stop(seconds(0)), 1u);
  EXPECT_FALSE(client().Get("/healthz"));
  gate.unlock();
  EXPECT_EQ(bot_->stop(std::chrono::minutes(5)), 0u);
  bot_.reset();
  EXPECT_EQ(looks_.targets().size(), 1u);
}

TEST_F(BotTest, WithoutSecretsItOnlyPolls) {
  bot_ = must(Bot::start(parts(), {}, {.listen = {"127.0.0.1", 0}, .watch = {.workers = 0}}));
  EXPECT_EQ(send(githubPush("acme/plays")), "401 not signed");
  bot_->watch().step();
  EXPECT_EQ(looks_.targets().size(), 4u);
  auto blind = Bot::start(parts(), {}, {.listen = {"127.0.0.1", 0}, .watch = {.workers = 0, .poll = seconds(0)}});
  ASSERT_FALSE(blind);
  EXPECT_EQ(blind.error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(blind.error().message, HasSubstr("give --poll"));
}

TEST_F(BotTest, NoSecretAndNoBodyReachesTheLogOrAnAnswer) {
  const auto pushed = gitlabPush("acme/users");
  send(pushed);
  send(pushed);
  send(gitlabPush("acme/users", "wrong-hush"));
  send(githubPush("acme/plays", "main", "wrong-hush"));
  send(githubEvent("push", R"({"secret-of-a-body": "hush"})"));
  send({{{"X-GitHub-Event", "hush"}, {"Authorization", "Bearer hush"}}, "hush"});
  client().Post("/webhooks?token=hush", "hush", "text/plain");
  EXPECT_GE(log_.count("/webhooks: "), 5u);
  EXPECT_THAT(log_.text(), Not(HasSubstr("hush")));
  EXPECT_THAT(log_.text(), Not(HasSubstr("sha256=")));
}

}  // namespace
}  // namespace gander::server
