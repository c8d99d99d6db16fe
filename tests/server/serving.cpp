#include "tests/server/serving.h"

#include <fmt/format.h>
#include <openssl/hmac.h>
#include <spdlog/sinks/ringbuffer_sink.h>
#include <spdlog/spdlog.h>

#include <array>
#include <atomic>

#include "base/text.h"

namespace gander::server {
namespace {

constexpr size_t kKeptLines = 10'000;

constexpr auto kSettings = R"(apiVersion: gander/v1
kind: Forges
forges:
  - {kind: github, url: "https://github.com", token: {env: TOKEN}, webhook: [{env: OLD}, {env: GITHUB_HOOK}]}
  - {kind: github, url: "https://git.example.com", token: {env: TOKEN}, webhook: {env: SECOND_HOOK}}
  - {kind: gitlab, url: "https://gitlab.example.com", token: {env: TOKEN}, webhook: {env: GITLAB_HOOK}}
  - {kind: gitea, url: "https://gitea.example.com", token: {env: TOKEN}, webhook: {env: GITEA_HOOK}}
)";

std::optional<std::string> variable(const std::string& name) {
  static const std::map<std::string, std::string> kVariables{
      {"TOKEN", "token-hush"},        {"OLD", "old-hush"},
      {"GITHUB_HOOK", kGitHubSecret}, {"SECOND_HOOK", kSecondSecret},
      {"GITLAB_HOOK", kGitLabSecret}, {"GITEA_HOOK", kGiteaSecret}};
  const auto found = kVariables.find(name);
  return found == kVariables.end() ? std::nullopt : std::optional(found->second);
}

std::string hexHmac(const std::string& key, const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
       text.size(), out.data(), &size);
  std::string hex;
  for (unsigned i = 0; i < size; ++i) hex += fmt::format("{:02x}", out[i]);
  return hex;
}

std::string nextId() {
  static std::atomic<int> count = 0;
  return std::to_string(++count);
}

std::string pushBody(const char* owner, const char* nameKey, const std::string& repository, const std::string& branch) {
  return fmt::format(R"({{"ref": "refs/heads/{}", "{}": {{"{}": "{}"}}, "n": {}}})", branch, owner, nameKey, repository,
                     nextId());
}

}  // namespace

CaughtLog::CaughtLog() : before_(spdlog::default_logger()) {
  spdlog::set_default_logger(
      std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ringbuffer_sink_mt>(kKeptLines)));
}

CaughtLog::~CaughtLog() { spdlog::set_default_logger(before_); }

std::string CaughtLog::text() const {
  auto& sink = dynamic_cast<spdlog::sinks::ringbuffer_sink_mt&>(*spdlog::default_logger()->sinks().at(0));
  std::string text;
  for (const auto& line : sink.last_formatted()) text += line;
  return text;
}

size_t CaughtLog::count(const std::string& what) const {
  size_t count = 0;
  for (const auto& line : splitLines(text())) count += line.contains(what) ? 1 : 0;
  return count;
}

Look NotedLooks::look() {
  return [this](const fleet::TargetKey& key) -> Result<Looked> {
    {
      std::lock_guard lock(mutex_);
      targets_.push_back(key.campaign + " " + key.repository);
    }
    begun_.notify_all();
    return outcome ? outcome(key) : Looked();
  };
}

std::vector<std::string> NotedLooks::targets() const {
  std::lock_guard lock(mutex_);
  return targets_;
}

void NotedLooks::clear() {
  std::lock_guard lock(mutex_);
  targets_.clear();
}

void NotedLooks::waitFor(size_t count) const {
  std::unique_lock lock(mutex_);
  begun_.wait(lock, [&] { return targets_.size() >= count; });
}

ServingTest::ServingTest()
    : folder_(must(TemporaryDirectory::make("serving"))),
      database_(
          must(fleet::openSqliteStore(folder_.path() / "store.db", {.busyTimeout = std::chrono::milliseconds(50)}))),
      settings_(must(prbot::parseForgeSettings("/etc/gander/forges.yaml", kSettings))),
      forge_(must(prbot::makeForges(settings_, {machineClock_, variable, {}})).forge) {}

void ServingTest::addCampaign(const std::string& name, const std::vector<std::string>& urls) {
  std::vector<fleet::TargetSeed> seeds;
  for (const auto& url : urls) {
    const auto parts = split(url, '/');
    seeds.push_back({parts[parts.size() - 2] + "/" + parts.back(), url, ""});
  }
  ASSERT_TRUE(database_.store->ensureCampaign({.name = name}, seeds, clock_.now()));
}

void ServingTest::setState(const fleet::TargetKey& key, fleet::TargetState state, const std::string& base) {
  auto target = must(database_.store->claim({key, "w", clock_.now(), clock_.now() + std::chrono::hours(1), {}}));
  ASSERT_TRUE(target);
  target->state = state;
  target->baseBranch = base;
  target->proposal = 1;
  ASSERT_TRUE(database_.store->record(*target, "w", "", std::nullopt));
  ASSERT_TRUE(database_.store->release(key, "w", clock_.now()));
}

std::vector<Sender> ServingTest::senders() { return must(makeSenders(settings_, variable, clock_)); }

Delivery githubEvent(const std::string& event, const std::string& body, const std::string& secret) {
  return {{{"X-GitHub-Event", event},
           {"X-GitHub-Delivery", nextId()},
           {"X-Hub-Signature-256", "sha256=" + hexHmac(secret, body)}},
          body};
}

Delivery githubPush(const std::string& repository, const std::string& branch, const std::string& secret) {
  return githubEvent("push", pushBody("repository", "full_name", repository, branch), secret);
}

Delivery gitlabPush(const std::string& repository, const std::string& secret) {
  return {{{"X-Gitlab-Event", "Push Hook"}, {"X-Gitlab-Token", secret}},
          pushBody("project", "path_with_namespace", repository, "main")};
}

Delivery giteaPush(const std::string& repository, const std::string& secret) {
  auto delivery = githubPush(repository, "main", secret);
  delivery.headers["X-Gitea-Event"] = "push";
  delivery.headers["X-Gitea-Signature"] = hexHmac(secret, delivery.body);
  return delivery;
}

}  // namespace gander::server
