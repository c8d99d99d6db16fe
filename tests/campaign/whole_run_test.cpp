// The program on forges on the network, as an operator has it: what it does there, and that its secrets are nowhere else.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/hmac.h>
#include <signal.h>

#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "base/text.h"
#include "pr-bot/http/base64.h"
#include "tests/cli/program_test.h"
#include "tests/fleet/mini_fleet.h"
#include "tests/pr-bot/fake_forge.h"

namespace gander {
namespace {

using prbot::FakeForge;
using prbot::ForgeKind;
using testing::HasSubstr;

constexpr auto kGitHubSecret = "ghp_4Zq7TdW2mXyB9LkHcV3nR8sJ";
constexpr auto kGitLabSecret = "glpat-Qn5Ye7Rt2Uw8Xz3Bv6Mk";

// Looks over and over at what every process of the machine shows of itself, while a program runs.
class ProcessWatch {
 public:
  explicit ProcessWatch(std::vector<std::string> secrets) : secrets_(std::move(secrets)) {
    thread_ = std::jthread([this](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        look();
        std::this_thread::sleep_for(std::chrono::milliseconds(3));
      }
    });
  }
  // What was seen: "cmdline of git fetch ...".
  std::set<std::string> end() {
    thread_ = {};
    return found_;
  }
  size_t seen() const { return programs_.size(); }

 private:
  static std::string read(const std::string& path) { return readFile(path, 1 << 20).value_or(""); }

  void look() {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
      const auto pid = entry.path().filename().string();
      if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
      const auto command = read("/proc/" + pid + "/cmdline");
      if (command.empty()) continue;
      programs_.insert(command.substr(0, command.find('\0')));
      // The operator hands gander one secret in its own environment; nobody else may have it.
      const bool self = command.starts_with(GANDER_PROGRAM + std::string(1, '\0'));
      check(command, "cmdline of ", command);
      if (!self) check(read("/proc/" + pid + "/environ"), "environ of ", command);
    }
  }
  void check(const std::string& text, const std::string& what, const std::string& command) {
    for (const auto& secret : secrets_)
      if (text.contains(secret)) found_.insert(what + replaceAll(command, std::string(1, '\0'), " "));
  }

  const std::vector<std::string> secrets_;
  std::set<std::string> found_;
  std::set<std::string> programs_;
  std::jthread thread_;
};

class WholeRunTest : public fleet::MiniFleet {
 protected:
  void SetUp() override {
    MiniFleet::SetUp();
    github_.token = kGitHubSecret;
    gitlab_.token = kGitLabSecret;
    environment_ = {{"PATH", "/usr/local/bin:/usr/bin:/bin"},
                    {"GANDER_STATE", (root() / "operator/state").string()},
                    {"GITLAB_TOKEN", kGitLabSecret}};
    ASSERT_TRUE(ensureDirectory(root() / "operator/secrets"));
    ASSERT_TRUE(writeFile(root() / "operator/secrets/github", std::string(kGitHubSecret) + "\n"));
    ASSERT_TRUE(writeFile(root() / "operator/forges.yaml",
                          "apiVersion: gander/v1\nkind: Forges\nforges:\n"
                          "  - {kind: github, url: \"" +
                              github_.web() +
                              "\", token: {file: secrets/github}}\n"
                              "  - {kind: gitlab, url: \"" +
                              gitlab_.web() + "\", token: {env: GITLAB_TOKEN}}\nlabels: [gander]\n"));
  }

  void host(FakeForge& forge, const std::string& folder, const std::string& name, const fleet::Files& files) {
    makeRepository(folder + "/" + name, files);
    forge.add(name);
    forge.serveGit(root() / "forge" / folder);
    forge.readBranches(name);
    targets_ += "  - {name: " + folder + "-" + name.substr(name.find('/') + 1) + ", url: \"" + forge.web() + "/" +
                name + ".git\"}\n";
  }
  std::filesystem::path migration() {
    auto file = root() / "operator/migration.yaml";
    EXPECT_TRUE(writeFile(file, migrationText() + targets_));
    return file;
  }

  ProcessOutcome gander(std::vector<std::string> words) {
    words.insert(words.begin(), GANDER_PROGRAM);
    auto outcome = runProcess({.command = words,
                               .environment = environment_,
                               .directory = root() / "operator",
                               .timeout = std::chrono::minutes(5)});
    printed_ += outcome ? outcome->output + outcome->errors : "";
    return fleet::mustHave(std::move(outcome));
  }
  std::map<std::string, std::string> states() {
    std::map<std::string, std::string> out;
    auto document = nlohmann::json::parse(gander({"status", "--json"}).output);
    for (const auto& campaign : document["campaigns"])
      for (const auto& one : campaign["targets"])
        out[one["repository"].get<std::string>() + (campaign["migration"] == "plays-v2" ? "" : " back")] = one["state"];
    return out;
  }

  // Everything that a run leaves behind, by where it is.
  std::map<std::string, std::string> leftovers() {
    std::map<std::string, std::string> all{{"what was printed", printed_}};
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root() / "operator"))
      if (entry.is_regular_file() && entry.path().parent_path().filename() != "secrets")
        all[entry.path().string()] = fleet::mustHave(readFile(entry.path()));
    for (auto* forge : {&github_, &gitlab_})
      for (const auto& request : forge->requests()) all["requests"] += request.path + "\n" + request.body + "\n";
    for (const auto* name : {"hub/acme/report", "lab/group/charts"})
      if (std::filesystem::exists(bare(name))) all[name] = git(bare(name), {"log", "--all", "-p", "--format=raw"});
    return all;
  }

  FakeForge github_{ForgeKind::kGitHub, clock_};
  FakeForge gitlab_{ForgeKind::kGitLab, clock_};
  std::map<std::string, std::string> environment_;
  std::string targets_;
  std::string printed_;
};

// Its build shows all that a repository's own code can see of the machine, and the log of it is kept.
constexpr auto kCurious = R"(build:
  - [sh, -c, "env; cat /proc/*/environ /proc/*/cmdline 2>/dev/null | tr '\\0' '\\n'; find / -xdev -type f -name '*github*' 2>/dev/null | head; exit 0"]
)";

TEST_F(WholeRunTest, OpensPullRequestsOnTwoForgesAndItsSecretsAreNowhere) {
  host(github_, "hub", "acme/report", {{"report.py", fleet::kReport}, {".gander.yaml", kCurious}});
  host(github_, "hub", "acme/locked", {{"report.py", fleet::kReport}});
  host(gitlab_, "lab", "group/charts", {{"charts.py", fleet::kReport}});
  github_.repository("acme/locked").mayWrite = false;
  github_.addUser("ada", true);
  const auto document = migration().string();
  const std::vector<std::string> secrets{kGitHubSecret, kGitLabSecret,
                                         prbot::encodeBase64(std::string("x-access-token:") + kGitHubSecret),
                                         prbot::encodeBase64(std::string("oauth2:") + kGitLabSecret)};
  ProcessWatch watch(secrets);

  auto first = gander({"run", document, "--forge", "forges.yaml"});
  EXPECT_EQ(first.exitCode, 1) << first.errors;
  EXPECT_EQ(states(), (std::map<std::string, std::string>{
                          {"hub-report", "open"}, {"hub-locked", "unreachable"}, {"lab-charts", "open"}}))
      << first.output << first.errors;
  ASSERT_EQ(github_.repository("acme/report").pulls.size(), 1u);
  const auto& pull = github_.repository("acme/report").pulls.front();
  EXPECT_EQ(pull.branch, "gander/plays-v2");
  EXPECT_THAT(pull.labels, testing::ElementsAre("gander"));
  EXPECT_THAT(pull.body, HasSubstr("user_plays_v2"));
  ASSERT_EQ(gitlab_.repository("group/charts").pulls.size(), 1u);
  EXPECT_EQ(git(bare("hub/acme/report"), {"show", "gander/plays-v2:report.py"}), fleet::kReportAfter);

  // A person asks, and is answered; nothing is done twice.
  github_.say("acme/report", 1, "ada", "/gander explain report.py:6");
  EXPECT_EQ(gander({"run", document}).exitCode, 1);
  EXPECT_THAT(pull.comments.back().body, HasSubstr("report.py:6"));
  const auto comments = pull.comments.size();
  EXPECT_EQ(gander({"run", document}).exitCode, 1);
  EXPECT_EQ(pull.comments.size(), comments);
  EXPECT_EQ(github_.repository("acme/report").pulls.size(), 1u);

  EXPECT_EQ(gander({"approve", "hub-report"}).exitCode, 0);
  EXPECT_EQ(pull.state, "merged");
  EXPECT_EQ(gander({"decline", "lab-charts", "--reason", "not ours"}).exitCode, 0);
  EXPECT_EQ(gitlab_.repository("group/charts").pulls.front().state, "closed");
  for (const auto* words : {"show hub-report --log --json", "show hub-locked --log", "show lab-charts", "status"})
    EXPECT_EQ(gander(split(words, ' ')).exitCode, 0) << words;
  // A token that is refused, and a forge that is gone: their errors are printed and stored too.
  github_.token = "another";
  auto refused = gander({"run", document});
  EXPECT_EQ(refused.exitCode, 1) << refused.errors;
  EXPECT_THAT(refused.output, HasSubstr("Bad credentials"));
  github_.token = kGitHubSecret;

  EXPECT_THAT(watch.end(), testing::IsEmpty());
  EXPECT_GT(watch.seen(), 3u);
  auto all = leftovers();
  EXPECT_THAT(all["what was printed"], HasSubstr("PATH=")) << "the build's own look around is in its log";
  size_t holdsName = 0;
  for (const auto& [where, text] : all) {
    for (const auto& secret : secrets) EXPECT_FALSE(text.contains(secret)) << where;
    holdsName += text.contains("user_plays_v1") ? 1 : 0;
  }
  EXPECT_GT(holdsName, 3u) << "what is looked for like this is found";
}

// The bot as a process: its address, and its end.
class Bot {
 public:
  Bot(const std::map<std::string, std::string>& environment, const std::filesystem::path& folder) {
    thread_ = std::jthread([this, environment, folder] {
      const std::string command =
          std::string("echo pid $$; exec ") + GANDER_PROGRAM + " serve --listen 127.0.0.1:0 --poll 0";
      auto outcome = runProcess({.command = {"/bin/sh", "-c", command},
                                 .environment = environment,
                                 .directory = folder,
                                 .timeout = std::chrono::minutes(5),
                                 .onOutput = [this](std::string_view text) {
                                   std::scoped_lock lock(mutex_);
                                   printed_ += text;
                                 }});
      std::scoped_lock lock(mutex_);
      if (outcome) printed_ = outcome->output + outcome->errors;
      ended_ = outcome ? outcome->exitCode : -1;
    });
  }
  // What stands behind `name` on a line of its output, once it is there.
  std::string told(const std::string& name) {
    for (int i = 0; i < 3000; ++i, std::this_thread::sleep_for(std::chrono::milliseconds(20))) {
      std::scoped_lock lock(mutex_);
      for (const auto& line : splitLines(printed_))
        if (line.starts_with(name) && printed_.contains(line + "\n")) return line.substr(name.size());
    }
    return "";
  }
  int end() {
    ::kill(std::stoi(told("pid ")), SIGTERM);
    thread_.join();
    return ended_;
  }
  std::string printed() {
    std::scoped_lock lock(mutex_);
    return printed_;
  }

 private:
  std::mutex mutex_;
  std::string printed_;  // under mutex_
  int ended_ = -1;
  std::jthread thread_;  // last: it uses all above
};

TEST_F(WholeRunTest, ADeliveryMakesTheBotAnswerAndItsSecretIsNowhere) {
  constexpr auto kSecret = "hook-9Xr4Tq7Lm2Wz8Kc5";
  environment_.erase("GITLAB_TOKEN");  // the shell that starts the bot would hold it, and another test may be watching
  host(github_, "hub", "acme/report", {{"report.py", fleet::kReport}});
  github_.addUser("ada", true);
  ASSERT_TRUE(writeFile(root() / "operator/secrets/hook", std::string(kSecret) + "\n"));
  ASSERT_TRUE(writeFile(root() / "operator/forges.yaml",
                        "apiVersion: gander/v1\nkind: Forges\nforges:\n  - {kind: github, url: \"" + github_.web() +
                            "\", token: {file: secrets/github}, webhook: {file: secrets/hook}}\n"));
  EXPECT_EQ(gander({"run", migration().string(), "--forge", "forges.yaml"}).exitCode, 0);
  const auto& pull = github_.repository("acme/report").pulls.at(0);

  Bot bot(environment_, root() / "operator");
  const auto address = bot.told("listening on ");
  ASSERT_FALSE(address.empty()) << bot.printed();
  httplib::Client client(address);
  auto deliver = [&](const std::string& id, const std::string& secret) {
    const auto body = nlohmann::json{{"action", "created"},
                                     {"issue", {{"number", 1}, {"pull_request", nlohmann::json::object()}}},
                                     {"comment", {{"body", "/gander explain report.py:6"}}},
                                     {"repository", {{"full_name", "acme/report"}}}}
                          .dump();
    unsigned char sum[32];
    unsigned size = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>(body.data()), body.size(), sum, &size);
    auto answer = client.Post("/webhooks",
                              {{"X-GitHub-Event", "issue_comment"},
                               {"X-GitHub-Delivery", id},
                               {"X-Hub-Signature-256", fmt::format("sha256={:02x}", fmt::join(sum, sum + size, ""))}},
                              body, "application/json");
    return answer ? answer->status : 0;
  };
  EXPECT_EQ(deliver("1", "a guess"), 401);
  github_.say("acme/report", 1, "ada", "/gander explain report.py:6");
  EXPECT_EQ(deliver("2", kSecret), 202);
  auto answered = [&] {
    auto requests = github_.requests();
    return std::ranges::any_of(requests, [](const auto& one) {
      return one.method == "POST" && one.path.ends_with("/comments") && one.body.contains("report.py:6");
    });
  };
  for (int i = 0; i < 3000 && !answered(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_TRUE(answered()) << bot.printed();
  EXPECT_EQ(bot.end(), 0) << bot.printed();
  EXPECT_THAT(pull.comments.back().body, HasSubstr("report.py:6"));
  printed_ += bot.printed();
  for (const auto& [where, text] : leftovers())
    for (const auto* secret : {kSecret, kGitHubSecret}) EXPECT_FALSE(text.contains(secret)) << where;
}

}  // namespace
}  // namespace gander
