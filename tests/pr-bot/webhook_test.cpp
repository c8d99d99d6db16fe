#include "pr-bot/webhook.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <random>

namespace gander::prbot {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr auto kSecret = "It's a Secret to Everybody";
constexpr auto kSigned = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr auto kToken = "a-plain-token";
constexpr int64_t kThen = 1614265330;

std::string hexHmac(const std::string& key, const std::string& body) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(body.data()),
       body.size(), out, &size);
  std::string hex;
  for (unsigned i = 0; i < size; ++i) hex += fmt::format("{:02x}", out[i]);
  return hex;
}

class WebhooksTest : public testing::Test {
 protected:
  std::unique_ptr<Webhooks> make(const WebhookLimits& limits = {}) {
    auto made = Webhooks::make({{ForgeKind::kGitHub, "old"},
                                {ForgeKind::kGitHub, kSecret},
                                {ForgeKind::kGitea, kSecret},
                                {ForgeKind::kGitLab, kSigned},
                                {ForgeKind::kGitLab, kToken}},
                               clock, limits);
    EXPECT_TRUE(made) << made.error().message;
    return std::move(*made);
  }
  static HttpHeaders github(const std::string& event, const std::string& body, const std::string& id = "1") {
    return {{"X-GitHub-Event", event},
            {"X-GitHub-Delivery", id},
            {"X-Hub-Signature-256", "sha256=" + hexHmac(kSecret, body)}};
  }
  static HttpHeaders gitea(const std::string& event, const std::string& body) {
    auto all = github(event, body);
    all["X-Gitea-Event"] = event;
    all["X-Gitea-Signature"] = hexHmac(kSecret, body);
    return all;
  }
  static HttpHeaders gitlab(const std::string& event) {
    return {{"X-Gitlab-Event", event}, {"X-Gitlab-Token", kToken}};
  }

  // "opened acme/plays #7 gander/x", "nothing", or "error: kind".
  static std::string told(const Result<std::optional<ForgeEvent>>& event) {
    if (!event) return fmt::format("error: {}", toString(event.error().kind));
    if (!*event) return "nothing";
    return fmt::format("{} {} #{} {}", toString((*event)->kind), (*event)->repository, (*event)->number,
                       (*event)->branch);
  }
  std::string receive(const HttpHeaders& headers, const std::string& body) {
    return told(webhooks->receive(headers, body));
  }

  ManualClock clock{Time(std::chrono::seconds(kThen))};
  std::unique_ptr<Webhooks> webhooks = make();
};

const std::string kPush = R"({"ref": "refs/heads/a/b", "repository": {"full_name": "acme/plays"}})";
const auto kPushed = "pushed acme/plays #0 a/b";

// ---------------------------------------------------------------- who sent it

TEST_F(WebhooksTest, GitHubsOwnExampleOfASignatureHolds) {
  const HttpHeaders headers{
      {"x-github-event", "push"},
      {"x-hub-signature-256", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"}};
  auto event = webhooks->receive(headers, "Hello, World!");
  ASSERT_FALSE(event);
  EXPECT_EQ(event.error().kind, ErrorKind::kInvalid) << "signed, and no JSON: " << event.error().message;
  EXPECT_EQ(receive(headers, "Hello, World?"), "error: denied");
}

TEST_F(WebhooksTest, TheExampleOfSignedIdsHolds) {
  const HttpHeaders headers{{"X-Gitlab-Event", "Push Hook"},
                            {"webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"},
                            {"webhook-timestamp", std::to_string(kThen)},
                            {"webhook-signature", "v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="}};
  const std::string body = R"({"test": 2432232314})";
  EXPECT_EQ(receive(headers, body), "nothing") << "signed, and a push to nowhere";
  for (const auto& [name, value] :
       {std::pair("webhook-id", "msg_other"), std::pair("webhook-timestamp", "1614265331"),
        std::pair("webhook-signature", "v1,g0hM9SsE"), std::pair("webhook-signature", "")}) {
    auto wrong = headers;
    wrong[name] = value;
    EXPECT_EQ(receive(wrong, body), "error: denied") << name;
  }
  clock.advance(std::chrono::minutes(5));
  EXPECT_EQ(receive(headers, body), "nothing");
  clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(receive(headers, body), "error: denied");
  ManualClock early(Time(std::chrono::seconds(kThen - 301)));
  webhooks = *Webhooks::make({{ForgeKind::kGitLab, kSigned}}, early);
  EXPECT_EQ(receive(headers, body), "error: denied") << "from the future";
}

TEST_F(WebhooksTest, NamesOfHeadersComeInAnyCase) {
  for (const bool upper : {false, true}) {
    HttpHeaders headers;
    for (const auto& [given, value] : github("push", kPush)) {
      auto name = given;
      for (auto& c : name) c = static_cast<char>(upper ? std::toupper(c) : std::tolower(c));
      headers[name] = value;
    }
    webhooks = make();
    EXPECT_EQ(receive(headers, kPush), kPushed);
  }
}

TEST_F(WebhooksTest, WhatIsNotSignedIsRefused) {
  EXPECT_EQ(receive({}, kPush), "error: denied");
  EXPECT_EQ(receive({{"X-GitHub-Event", "push"}}, kPush), "error: denied");
  for (const auto& given :
       std::vector<std::string>{"", "sha256=", "sha1=0", "sha256=" + std::string(64, '0'), hexHmac(kSecret, kPush),
                                "sha256=" + hexHmac(kSecret, kPush) + "0", "sha256=" + hexHmac("", kPush)}) {
    auto headers = github("push", kPush);
    headers["X-Hub-Signature-256"] = given;
    EXPECT_EQ(receive(headers, kPush), "error: denied") << given;
  }
  for (const auto* given : {"", "a-plain-toke", "a-plain-token ", kSigned}) {
    auto headers = gitlab("Push Hook");
    headers["X-Gitlab-Token"] = given;
    EXPECT_EQ(receive(headers, kPush), "error: denied") << given;
  }
  // GitHub's signature is none of Gitea's, and a secret of one forge is none of another's.
  auto headers = gitea("push", kPush);
  headers["X-Gitea-Signature"] = "";
  EXPECT_EQ(receive(headers, kPush), "error: denied");
  headers = gitlab("Push Hook");
  headers["X-Gitlab-Token"] = kSecret;
  EXPECT_EQ(receive(headers, kPush), "error: denied");
  EXPECT_EQ(receive(github("push", kPush), kPush), kPushed);
}

TEST_F(WebhooksTest, SecretsThatAreNoneAreRefused) {
  for (const auto* secret : {"", "whsec_", "whsec_a", "whsec_?!?="})
    EXPECT_FALSE(Webhooks::make({{ForgeKind::kGitLab, secret}}, clock)) << secret;
  EXPECT_TRUE(Webhooks::make({{ForgeKind::kGitHub, "whsec_a"}}, clock)) << "GitHub's may be any words";
  auto none = *Webhooks::make({}, clock);
  EXPECT_EQ(told(none->receive(github("push", kPush), kPush)), "error: denied");
}

TEST_F(WebhooksTest, NoErrorHoldsASecret) {
  for (const auto& headers : {github("push", "x"), gitlab("Push Hook")}) {
    auto refused = webhooks->receive(headers, "y");
    ASSERT_FALSE(refused);
    for (const auto* secret : {kSecret, kToken, kSigned}) EXPECT_THAT(refused.error().message, Not(HasSubstr(secret)));
  }
}

// ---------------------------------------------------------------- once

TEST_F(WebhooksTest, ADeliveryIsReceivedOnce) {
  EXPECT_EQ(receive(github("push", kPush, "1"), kPush), kPushed);
  EXPECT_EQ(receive(github("push", kPush, "1"), kPush), "error: conflict");
  EXPECT_EQ(receive(github("push", kPush, "2"), kPush), "error: conflict") << "the id is not signed";
  const auto other = R"({"ref": "refs/heads/c", "repository": {"full_name": "acme/plays"}})";
  EXPECT_EQ(receive(github("push", other, "1"), other), "error: conflict");
  EXPECT_EQ(receive(github("push", other, "3"), other), "pushed acme/plays #0 c");
}

TEST_F(WebhooksTest, TheOldestAreForgottenAndNoMoreIsKept) {
  webhooks = make({.remembered = 10});
  auto body = [](int i) {
    return fmt::format(R"({{"ref": "refs/heads/b{}", "repository": {{"full_name": "a/b"}}}})", i);
  };
  for (int i = 0; i < 30; ++i)
    EXPECT_THAT(receive(github("push", body(i), std::to_string(i)), body(i)), HasSubstr("pushed"));
  EXPECT_EQ(receive(github("push", body(29), "29"), body(29)), "error: conflict");
  EXPECT_EQ(receive(github("push", body(20), "20"), body(20)), "error: conflict");
  EXPECT_THAT(receive(github("push", body(3), "3"), body(3)), HasSubstr("pushed"));
}

TEST_F(WebhooksTest, WhatIsTooLargeIsNotRead) {
  webhooks = make({.body = kPush.size()});
  EXPECT_EQ(receive(github("push", kPush), kPush), kPushed);
  const auto large = kPush + " ";
  EXPECT_EQ(receive(github("push", large, "2"), large), "error: exhausted");
}

// ---------------------------------------------------------------- what it says

TEST_F(WebhooksTest, GitHubsEvents) {
  const std::string repository = R"("repository": {"full_name": "acme/plays"})";
  const std::string pull = R"("pull_request": {"number": 7, "merged": false, "head": {"ref": "gander/x"}})";
  const std::string merged = R"("pull_request": {"number": 7, "merged": true, "head": {"ref": "gander/x"}})";
  const std::string check =
      R"("action": "completed", "check_suite": {"head_branch": "gander/x", "pull_requests": [{"number": 7}]})";
  int id = 0;
  for (const auto& [event, members, expected] : std::vector<std::tuple<std::string, std::string, std::string>>{
           {"pull_request", R"("action": "opened", )" + pull, "opened acme/plays #7 gander/x"},
           {"pull_request", R"("action": "reopened", )" + pull, "opened acme/plays #7 gander/x"},
           {"pull_request", R"("action": "synchronize", )" + pull, "updated acme/plays #7 gander/x"},
           {"pull_request", R"("action": "closed", )" + pull, "closed acme/plays #7 gander/x"},
           {"pull_request", R"("action": "closed", )" + merged, "merged acme/plays #7 gander/x"},
           {"pull_request", R"("action": "assigned", )" + pull, "nothing"},
           {"pull_request", R"("action": "opened")", "error: invalid"},
           {"pull_request", R"("action": "opened", "pull_request": {"number": -7})", "error: invalid"},
           {"pull_request", R"("action": "opened", "pull_request": {"number": 99999999999})", "error: invalid"},
           {"pull_request", R"("action": 7, "pull_request": [])", "nothing"},
           {"push", R"("ref": "refs/tags/v1")", "nothing"},
           {"push", R"("ref": "refs/heads/a\u0000b")", "error: invalid"},
           {"issue_comment", R"("action": "created", "issue": {"number": 7, "pull_request": {}})",
            "commented acme/plays #7 "},
           {"issue_comment", R"("action": "created", "issue": {"number": 7})", "nothing"},
           {"issue_comment", R"("action": "deleted", "issue": {"number": 7, "pull_request": {}})", "nothing"},
           {"pull_request_review_comment", R"("action": "created", )" + pull, "commented acme/plays #7 gander/x"},
           {"pull_request_review", R"("action": "submitted", )" + pull, "commented acme/plays #7 gander/x"},
           {"check_suite", check, "checked acme/plays #7 gander/x"},
           {"check_suite", R"("action": "requested")", "nothing"},
           {"check_run",
            R"("action": "completed", "check_run": {"check_suite": {"head_branch": "b"}, "pull_requests": []})",
            "checked acme/plays #0 b"},
           {"status", R"("state": "success", "branches": [{"name": "b"}])", "checked acme/plays #0 b"},
           {"status", R"("state": "pending", "branches": [{"name": "b"}])", "nothing"},
           {"ping", R"("zen": "Keep it logically awesome.")", "nothing"},
           {"star", R"("action": "created")", "nothing"}}) {
    // A further member, so that no two bodies are one.
    const auto body = fmt::format("{{{}, {}, \"n\": {}}}", members, repository, ++id);
    EXPECT_EQ(receive(github(event, body, std::to_string(id)), body), expected) << event << " " << body;
  }
  EXPECT_EQ(receive(github("push", "[]", "x"), "[]"), "error: invalid");
  const std::string form = "payload=%7B%7D";
  EXPECT_EQ(receive(github("push", form, "y"), form), "error: invalid");
  const std::string deep(1'000'000, '[');
  EXPECT_EQ(receive(github("push", deep, "z"), deep), "error: invalid");
}

TEST_F(WebhooksTest, GiteasEventsAreGiteas) {
  const std::string body =
      R"({"action": "synchronized", "number": 3, "pull_request": {"number": 3, "head": {"ref": "gander/x"}}, "repository": {"full_name": "acme/plays"}})";
  auto event = webhooks->receive(gitea("pull_request", body), body);
  ASSERT_TRUE(event && *event);
  EXPECT_EQ((*event)->forge, ForgeKind::kGitea);
  EXPECT_EQ((*event)->kind, EventKind::kUpdated);
  const std::string comment =
      R"({"action": "created", "is_pull": true, "issue": {"number": 3}, "repository": {"full_name": "acme/plays"}})";
  auto headers = gitea("issue_comment", comment);
  headers["X-GitHub-Delivery"] = "2";
  EXPECT_EQ(receive(headers, comment), "commented acme/plays #3 ");
}

TEST_F(WebhooksTest, GitLabsEvents) {
  int id = 0;
  for (
      const auto& [event, members, expected] : std::vector<std::tuple<std::string, std::string, std::string>>{
          {"Merge Request Hook", R"("object_attributes": {"action": "open", "iid": 7, "id": 99, "source_branch": "b"})",
           "opened g/s/plays #7 b"},
          {"Merge Request Hook",
           R"("object_attributes": {"action": "update", "iid": 7, "source_branch": "b", "oldrev": "0a"})",
           "updated g/s/plays #7 b"},
          {"Merge Request Hook", R"("object_attributes": {"action": "update", "iid": 7, "source_branch": "b"})",
           "nothing"},
          {"Merge Request Hook", R"("object_attributes": {"action": "close", "iid": 7, "source_branch": "b"})",
           "closed g/s/plays #7 b"},
          {"Merge Request Hook", R"("object_attributes": {"action": "merge", "iid": 7, "source_branch": "b"})",
           "merged g/s/plays #7 b"},
          {"Merge Request Hook", R"("object_attributes": {"action": "approved", "iid": 7, "source_branch": "b"})",
           "nothing"},
          {"Push Hook", R"("ref": "refs/heads/b")", "pushed g/s/plays #0 b"},
          {"Tag Push Hook", R"("ref": "refs/tags/b")", "nothing"},
          {"Note Hook",
           R"("object_attributes": {"noteable_type": "MergeRequest"}, "merge_request": {"iid": 7, "source_branch": "b"})",
           "commented g/s/plays #7 b"},
          {"Note Hook", R"("object_attributes": {"noteable_type": "Issue"}, "issue": {"iid": 7})", "nothing"},
          {"Pipeline Hook", R"("object_attributes": {"status": "failed", "ref": "b"}, "merge_request": {"iid": 7})",
           "checked g/s/plays #7 b"},
          {"Pipeline Hook", R"("object_attributes": {"status": "running", "ref": "b"})", "nothing"},
          {"System Hook", R"("event_name": "push")", "nothing"}}) {
    const auto body =
        fmt::format(R"({{{}, "project": {{"path_with_namespace": "g/s/plays"}}, "n": {}}})", members, ++id);
    EXPECT_EQ(receive(gitlab(event), body), expected) << event << " " << body;
  }
}

// Whatever somebody with the secret sends, and however it is spoiled: an answer, and never a repository that was not named.
TEST_F(WebhooksTest, SpoiledBodiesAreAnswered) {
  const std::string body =
      R"({"action": "closed", "pull_request": {"number": 7, "merged": true, "head": {"ref": "gander/x"}}, "repository": {"full_name": "acme/plays"}})";
  std::mt19937 random(3);
  for (int round = 0; round < 3000; ++round) {
    auto spoiled = body;
    for (unsigned n = 1 + random() % 4; n > 0; --n) spoiled[random() % spoiled.size()] = static_cast<char>(random());
    auto event = webhooks->receive(github("pull_request", spoiled, std::to_string(round)), spoiled);
    if (event && *event) {
      EXPECT_GT((*event)->number, 0);
      EXPECT_FALSE((*event)->repository.empty());
    }
  }
}

}  // namespace
}  // namespace gander::prbot
