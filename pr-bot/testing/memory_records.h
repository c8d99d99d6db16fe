// Pull requests kept in memory, for tests. Passes tests/pr-bot/records_suite.h, as the store's do.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "pr-bot/embedded_forge.h"

namespace gander::prbot {

class MemoryRecords final : public PullRequestRecords {
 public:
  struct Said {
    std::string repository;
    int number = 0;
    std::string body;
    auto operator<=>(const Said&) const = default;
  };

  Result<std::optional<PullRequest>> findNewest(const std::string& repository, const std::string& branch) override {
    std::optional<PullRequest> newest;
    for (const auto& one : all_)
      if (one.text.repository == repository && one.text.branch == branch) newest = one;
    return newest;
  }

  Result<std::optional<PullRequest>> find(const std::string& repository, int number) override {
    for (const auto& one : all_)
      if (one.text.repository == repository && one.number == number) return one;
    return std::nullopt;
  }

  Result<PullRequest> add(const PullRequest& pullRequest) override {
    auto added = pullRequest;
    added.number = 1;
    for (const auto& one : all_) {
      if (one.text.repository != pullRequest.text.repository) continue;
      added.number = std::max(added.number, one.number + 1);
      if (one.text.branch == pullRequest.text.branch && one.state == PullRequestState::kOpen)
        return fail(ErrorKind::kConflict,
                    fmt::format("{} has an open pull request for {}", one.text.repository, one.text.branch));
    }
    all_.push_back(added);
    return added;
  }

  Status update(const PullRequest& pullRequest) override {
    for (auto& one : all_) {
      if (one.text.repository != pullRequest.text.repository || one.number != pullRequest.number) continue;
      one = pullRequest;
      return {};
    }
    return fail(ErrorKind::kNotFound, fmt::format("no pull request #{}", pullRequest.number));
  }

  Status ensureComment(const std::string& repository, int number, const std::string& body, Time) override {
    GANDER_TRY(auto pullRequest, find(repository, number));
    if (!pullRequest) return fail(ErrorKind::kNotFound, fmt::format("no pull request #{}", number));
    Said comment{repository, number, body};
    if (std::ranges::find(comments_, comment) == comments_.end()) comments_.push_back(comment);
    return {};
  }

  Result<std::vector<Comment>> comments(const std::string& repository, int number) override {
    std::vector<Comment> out;
    for (const auto& one : comments_)
      if (one.repository == repository && one.number == number)
        out.push_back({.id = std::to_string(out.size() + 1),
                       .author = "gander",
                       .own = true,
                       .mayWrite = true,
                       .body = one.body});
    return out;
  }

  const std::vector<PullRequest>& all() const { return all_; }
  const std::vector<Said>& said() const { return comments_; }

 private:
  std::vector<PullRequest> all_;  // oldest first
  std::vector<Said> comments_;
};

}  // namespace gander::prbot
