// A forge on which people speak and decide, and a target's life on it.
#pragma once

#include "tests/fleet/mini_fleet.h"

namespace gander::fleet {

inline prbot::Comment from(const std::string& id, const std::string& author, const std::string& body,
                           bool mayWrite = true) {
  return {.id = id, .author = author, .own = author == "gander", .mayWrite = mayWrite, .body = body};
}

// The embedded forge, where people speak too.
class Visited final : public prbot::Forge {
 public:
  explicit Visited(prbot::Forge& forge) : forge_(forge) {}
  Result<std::string> repositoryName(const std::string& url) const override { return forge_.repositoryName(url); }
  Result<prbot::ForgeRepository> look(const std::string& repository) override {
    if (unseen) return fail(ErrorKind::kUnavailable, "the forge is down");
    GANDER_TRY(auto seen, forge_.look(repository));
    seen.standing = standing;
    seen.mayWrite = mayWrite;
    seen.fork = fork;
    seen.kind = kind;
    return seen;
  }
  Result<std::optional<prbot::PullRequest>> find(const std::string& repository, const std::string& branch,
                                                 const std::string& base, int number) override {
    GANDER_TRY(auto found, forge_.find(repository, branch, base, number));
    if (found) found->checks = checks;
    if (found && onFind) onFind(*found);
    if (found && forgetful) found->reason.clear();
    return found;
  }
  Result<prbot::PullRequest> ensure(const prbot::PullRequestText& text) override {
    asked.push_back(text);
    if (onEnsure) onEnsure(text);
    if (down) return fail(ErrorKind::kUnavailable, "the forge is down");
    return forge_.ensure(text);
  }
  Result<prbot::PullRequest> merge(const std::string& repository, int number, const prbot::MergeOrder& order) override {
    orders.push_back(order);
    if (refusal) return std::unexpected(*refusal);
    if (order.whenReady && !ready) {
      GANDER_TRY(auto waits, forge_.find(repository, "gander/plays-v2", "main", 0));
      return *waits;
    }
    return forge_.merge(repository, number, order);
  }
  Result<prbot::PullRequest> close(const std::string& repository, int number, const std::string& reason) override {
    GANDER_TRY(auto closed, forge_.close(repository, number, reason));
    if (!reason.empty()) GANDER_CHECK(forge_.say(repository, number, {.body = reason}));
    return closed;
  }
  Status say(const std::string& repository, int number, const prbot::Remark& remark) override {
    said.push_back(remark.body);
    if (onSay) GANDER_CHECK(onSay());
    return forge_.say(repository, number, remark);
  }
  Result<std::vector<prbot::Comment>> comments(const std::string& repository, int number) override {
    GANDER_TRY(auto all, forge_.comments(repository, number));
    if (number != 1) return all;
    all.insert(all.begin(), people.begin(), people.begin() + early);
    all.insert(all.end(), people.begin() + early, people.end());
    return all;
  }

  std::vector<prbot::Comment> people;  // at the first pull request
  ptrdiff_t early = 0;                 // so many of them before all that gander said
  std::vector<std::string> said;
  std::vector<prbot::PullRequestText> asked;
  prbot::Standing standing = prbot::Standing::kActive;
  std::optional<prbot::ForgeKind> kind;
  std::vector<prbot::MergeOrder> orders;
  std::function<void(prbot::PullRequest&)> onFind;  // what people did to it there
  std::function<Status()> onSay;
  std::function<void(const prbot::PullRequestText&)> onEnsure;
  prbot::Checks checks = prbot::Checks::kNone;
  bool mayWrite = true;
  bool fork = false;
  bool down = false;
  bool unseen = false;           // ... altogether
  std::optional<Error> refusal;  // of each merge
  bool ready = true;             // what is to be merged when it is ready is
  bool forgetful = false;        // keeps no reason of a close, as forges on the network

 private:
  prbot::Forge& forge_;
};

class LifeTest : public MiniFleet {
 protected:
  void SetUp() override {
    MiniFleet::SetUp();
    makeRepository("acme/report", {{"report.py", kReport}});
    openForge(*database_.pullRequests);
    visited_.emplace(*forge_);
  }
  Target run() { return run(migrationFor({"acme/report"})); }
  Target run(const rules::Migration& migration) {
    auto fleet = makeFleet(*database_.store, *visited_);
    auto report = mustHave(fleet.run(migration, {}));
    problem_ = report.targets.at(0).problem;
    return report.targets.at(0).target;
  }
  std::optional<Visited> visited_;
  std::string problem_;
};

}  // namespace gander::fleet
