// The forge for one machine: bare repositories in a folder, pull requests as records.
//
//   folder/acme/plays.git  is the repository "acme/plays"
//
// The records and the merging come in as interfaces: fleet/ implements them over its store and over repos/.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "pr-bot/forge.h"

namespace gander::prbot {

// Pull requests, kept durably. Every call is one transaction.
class PullRequestRecords {
 public:
  virtual ~PullRequestRecords() = default;
  virtual Result<std::optional<PullRequest>> findNewest(const std::string& repository, const std::string& branch) = 0;
  virtual Result<std::optional<PullRequest>> find(const std::string& repository, int number) = 0;
  // Adds one under the repository's next number, which is in the answer. kConflict if one of the branch is open already.
  virtual Result<PullRequest> add(const PullRequest& pullRequest) = 0;
  // Replaces the one of that number. kNotFound if there is none.
  virtual Status update(const PullRequest& pullRequest) = 0;
  // Adds a comment, unless the pull request has one with the same body. kNotFound if there is no such pull request.
  virtual Status ensureComment(const std::string& repository, int number, const std::string& body, Time at) = 0;
  // All of a pull request, oldest first. Their ids are "1", "2" ...
  virtual Result<std::vector<Comment>> comments(const std::string& repository, int number) = 0;
};

struct MergeRequest {
  std::filesystem::path repository;  // the bare repository
  std::string base;                  // branch
  std::string branch;                // of the pull request
  std::string head;                  // commit, hex: where `branch` must stand
  std::string message;
  Time time{};
};

class BranchMerger {
 public:
  virtual ~BranchMerger() = default;
  // Merges into the repository's base branch and answers the merge commit. Where the base contains the head already, answers the
  // commit that brought it in. kConflict where the branch is not at `head` or it does not merge cleanly.
  virtual Result<std::string> merge(const MergeRequest& request) = 0;
};

struct EmbeddedForgeParts {
  std::filesystem::path folder;
  PullRequestRecords& records;
  BranchMerger& merger;
  const Clock& clock;
};

// kNotFound where the folder is not there, kInvalid where it holds no bare repository.
Result<std::unique_ptr<Forge>> makeEmbeddedForge(const EmbeddedForgeParts& parts);

}  // namespace gander::prbot
