// What a bot stands on, as a test has it: a real store, forges as a document names them (none of them is asked), a clock that stands still,
// looks that are counted instead of done, and the log.
#pragma once

#include <gmock/gmock.h>
#include <spdlog/logger.h>

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/files.h"
#include "pr-bot/forges.h"
#include "server/bot.h"

namespace gander::server {

// Everything that is logged while it lives.
class CaughtLog {
 public:
  CaughtLog();
  ~CaughtLog();
  CaughtLog(const CaughtLog&) = delete;
  CaughtLog& operator=(const CaughtLog&) = delete;
  std::string text() const;
  // Lines that hold it.
  size_t count(const std::string& what) const;

 private:
  std::shared_ptr<spdlog::logger> before_;
};

// Stands for the fleet: notes which target it was asked to look at, in their order.
class NotedLooks {
 public:
  Look look();
  std::vector<std::string> targets() const;  // "campaign repository"
  void clear();
  // Until so many looks have begun.
  void waitFor(size_t count) const;

  std::function<Result<Looked>(const fleet::TargetKey&)> outcome;  // called without a lock; empty: nothing new

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable begun_;
  std::vector<std::string> targets_;
};

class ServingTest : public testing::Test {
 protected:
  ServingTest();

  // A campaign with those repositories, by URL; a target's name is the last two parts of it.
  void addCampaign(const std::string& name, const std::vector<std::string>& urls);
  void setState(const fleet::TargetKey& key, fleet::TargetState state, const std::string& base = "");
  Watch::Parts parts() { return {*database_.store, *forge_, clock_, looks_.look()}; }
  std::vector<Sender> senders();

  CaughtLog log_;
  TemporaryDirectory folder_;
  fleet::Database database_;
  ManualClock clock_{Time(std::chrono::seconds(1'790'000'000))};
  SystemClock machineClock_;
  prbot::ForgeSettings settings_;
  std::unique_ptr<prbot::Forge> forge_;
  NotedLooks looks_;
};

// Of https://github.com, https://gitlab.example.com and https://gitea.example.com, and of a second GitHub at https://git.example.com.
inline constexpr auto kGitHubSecret = "github-hush";
inline constexpr auto kGitLabSecret = "gitlab-hush";
inline constexpr auto kGiteaSecret = "gitea-hush";
inline constexpr auto kSecondSecret = "second-hush";

struct Delivery {
  prbot::HttpHeaders headers;
  std::string body;
};
// A push to `branch`, as each forge sends it; no two are the same.
Delivery githubPush(const std::string& repository, const std::string& branch = "main",
                    const std::string& secret = kGitHubSecret);
Delivery gitlabPush(const std::string& repository, const std::string& secret = kGitLabSecret);
Delivery giteaPush(const std::string& repository, const std::string& secret = kGiteaSecret);
// An event of GitHub's.
Delivery githubEvent(const std::string& event, const std::string& body, const std::string& secret = kGitHubSecret);

template <typename T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

}  // namespace gander::server
