// A small fleet for tests: bare repositories made by the git program, a real store, real mirrors, the real rewriter. Python only,
// so that it needs no Clang.
#pragma once

#include <gmock/gmock.h>

#include <map>
#include <optional>
#include <stdexcept>

#include "base/files.h"
#include "base/process.h"
#include "fleet/fleet.h"

namespace gander::fleet {

using Files = std::map<std::string, std::string>;

inline constexpr auto kReport = R"(import warehouse


def listeners():
    names = []
    for row in warehouse.open("user_plays_v1").rows():
        names.append(row["user_name"])
    return names
)";
inline constexpr auto kReportAfter = R"(import warehouse


def listeners():
    names = []
    for row in warehouse.open("user_plays_v2").rows():
        names.append(row["listener_name"])
    return names
)";

// The value; an error ends the test.
template <typename T>
T mustHave(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

// Workers whose life a test decides: all but the living ones are gone.
class TestWorkers final : public Workers {
 public:
  std::string newName() override {
    auto name = "test/" + process + "/1/" + std::to_string(++count_);
    return name;
  }
  bool isGone(const std::string& worker) const override {
    return worker.starts_with("test/") && !worker.starts_with("test/" + process + "/");
  }
  std::string process = "1";  // another name: the process was started again

 private:
  std::atomic<int> count_ = 0;
};

class Recorder final : public Observer {
 public:
  void onTarget(const std::string& repository, TargetState state, const std::string& detail) override {
    states[repository].push_back(state);
    details[repository].push_back(detail);
  }
  std::map<std::string, std::vector<TargetState>> states;
  std::map<std::string, std::vector<std::string>> details;
};

class MiniFleet : public testing::Test {
 protected:
  void SetUp() override;

  std::filesystem::path root() const { return folder_->path(); }
  std::filesystem::path bare(const std::string& name) const { return root() / "forge" / (name + ".git"); }
  // git in `folder`; fails the test where git fails.
  std::string git(const std::filesystem::path& folder, const std::vector<std::string>& arguments);
  // A bare repository whose `main` has the files in one commit.
  void makeRepository(const std::string& name, const Files& files);
  // A commit by a person on a branch of a bare repository; pushed. Returns it.
  std::string commitTo(const std::string& name, const std::string& branch, const Files& files);
  std::string tip(const std::string& name, const std::string& branch) {
    return git(bare(name), {"rev-parse", "--verify", "refs/heads/" + branch}).substr(0, 40);
  }
  std::string show(const std::string& name, const std::string& what) { return git(bare(name), {"show", what}); }

  static std::string migrationText();  // up to its list of repositories
  // The migration, for those repositories.
  rules::Migration migrationFor(const std::vector<std::string>& repositories);

  // A fleet like one in a fresh process: same store, same mirrors' folder.
  Fleet makeFleet() { return makeFleet(*database_.store, *forge_); }
  Fleet makeFleet(Store& store, prbot::Forge& forge) { return makeFleet(store, forge, *mirrors_, 2); }
  Fleet makeFleet(Store& store, prbot::Forge& forge, repos::Mirrors& mirrors, unsigned workers);
  void openForge(prbot::PullRequestRecords& records);

  Target target(const std::string& name) { return mustHave(database_.store->details({"plays-v2", name})).target; }
  std::optional<prbot::PullRequest> pullRequest(const std::string& name) {
    return mustHave(database_.pullRequests->findNewest(name, "gander/plays-v2"));
  }

  std::optional<TemporaryDirectory> folder_;
  Database database_;
  std::unique_ptr<repos::Mirrors> mirrors_;
  std::unique_ptr<prbot::BranchMerger> merger_;
  std::unique_ptr<prbot::Forge> forge_;
  std::unique_ptr<sandbox::Sandbox> sandbox_;  // null: none
  ProposalPolicy policy_;
  OpeningBudgets budgets_;
  rules::Library library_;
  TestWorkers workers_;
  ManualClock clock_{Time(std::chrono::seconds(1'790'000'000))};
};

}  // namespace gander::fleet
