#include "fleet/branch_commits.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace gander::fleet {
namespace {

using repos::CommitId;
using repos::CommitInfo;

// Whether git makes just that tree by itself of merging the two.
Result<bool> mergesTo(const repos::Repository& repository, const CommitId& ours, const CommitId& theirs,
                      const repos::TreeId& wanted) {
  auto tree = repository.mergedTree(ours, theirs);
  if (!tree && tree.error().kind == ErrorKind::kConflict) return false;
  if (!tree) return std::unexpected(tree.error());
  return *tree == wanted;
}

// Those that none of the bases has, newest first.
Result<std::vector<CommitInfo>> commitsBeyond(const repos::Repository& repository, const std::vector<CommitId>& bases,
                                              const CommitId& tip) {
  std::optional<std::vector<CommitInfo>> beyond;
  for (const auto& base : bases) {
    if (!repository.readCommit(base)) continue;
    GANDER_TRY(auto more, repository.commitsBetween(base, tip));
    if (!beyond) {
      beyond = std::move(more);
      continue;
    }
    std::erase_if(
        *beyond, [&](const CommitInfo& one) { return std::ranges::find(more, one.id, &CommitInfo::id) == more.end(); });
  }
  return beyond.value_or(std::vector<CommitInfo>());
}

// The second parent is a base's own, and the tree holds nothing that the parents don't.
Result<bool> isUpdateFromBase(const repos::Repository& repository, const std::vector<CommitId>& bases,
                              const CommitInfo& commit) {
  if (commit.parents.size() != 2) return false;
  GANDER_TRY(auto missing, commitsBeyond(repository, bases, commit.parents[1]));
  if (!missing.empty()) return false;
  return mergesTo(repository, commit.parents[0], commit.parents[1], commit.tree);
}

// Forges commit what is made in them: GitHub under this address.
constexpr std::string_view kForgeCommitter = "noreply@github.com";

}  // namespace

Result<std::optional<std::string>> findForeignCommit(const repos::Repository& repository,
                                                     const std::vector<CommitId>& bases, const CommitId& tip,
                                                     const BranchPeople& people) {
  const auto self = [&](const repos::Person& person) {
    return person.name == people.self.name && person.email == people.self.email;
  };
  const auto ignored = [&](const repos::Person& person) {
    return std::ranges::any_of(people.ignored,
                               [&](const auto& email) { return toLowerAscii(email) == toLowerAscii(person.email); });
  };
  GANDER_TRY(auto commits, commitsBeyond(repository, bases, tip));
  for (const auto& commit : commits) {
    // Who amends a commit has committed to the branch, whoever its author is.
    const bool own = self(commit.author) || ignored(commit.author);
    const bool through = self(commit.committer) || ignored(commit.committer) ||
                         (ignored(commit.author) && commit.committer.email == kForgeCommitter);
    if (own && through) continue;
    GANDER_TRY(bool update, isUpdateFromBase(repository, bases, commit));
    if (update) continue;
    return fmt::format("{} committed {} to the branch: it is left to people now",
                       own ? commit.committer.name : commit.author.name, commit.id.hex.substr(0, 12));
  }
  return std::nullopt;
}

Result<bool> mergesInto(const repos::Repository& repository, const CommitId& base, const CommitId& branch,
                        const CommitId& wanted) {
  GANDER_TRY(auto commit, repository.readCommit(wanted));
  return mergesTo(repository, base, branch, commit.tree);
}

Result<bool> mergesCleanly(const repos::Repository& repository, const CommitId& base, const CommitId& branch) {
  auto tree = repository.mergedTree(base, branch);
  if (tree) return true;
  return tree.error().kind == ErrorKind::kConflict ? Result<bool>(false) : std::unexpected(tree.error());
}

}  // namespace gander::fleet
