#include "fleet/branch_commits.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace gander::fleet {
namespace {

using repos::CommitId;
using repos::CommitInfo;

// The tree of the merge that git makes by itself; nothing where it makes none.
Result<std::optional<repos::TreeId>> mergedTree(repos::Repository& repository, const CommitId& ours,
                                                const CommitId& theirs) {
  auto merged = repository.merge(ours, theirs, {"gander", "gander@localhost"}, Time(), "merge\n");
  if (!merged) {
    if (merged.error().kind == ErrorKind::kConflict) return std::nullopt;
    return std::unexpected(merged.error());
  }
  GANDER_TRY(auto commit, repository.readCommit(*merged));
  return commit.tree;
}

// The second parent is the base's own, and the tree holds nothing that the parents don't.
Result<bool> isUpdateFromBase(repos::Repository& repository, const CommitId& base, const CommitInfo& commit) {
  if (commit.parents.size() != 2) return false;
  GANDER_TRY(auto missing, repository.commitsBetween(base, commit.parents[1]));
  if (!missing.empty()) return false;
  GANDER_TRY(auto tree, mergedTree(repository, commit.parents[0], commit.parents[1]));
  return tree == commit.tree;
}

}  // namespace

Result<std::optional<std::string>> findForeignCommit(repos::Repository& repository, const CommitId& base,
                                                     const CommitId& tip, const BranchPeople& people) {
  const auto self = [&](const repos::Person& person) {
    return person.name == people.self.name && person.email == people.self.email;
  };
  const auto ignored = [&](const repos::Person& person) {
    return std::ranges::any_of(people.ignored,
                               [&](const auto& email) { return toLowerAscii(email) == toLowerAscii(person.email); });
  };
  GANDER_TRY(auto commits, repository.commitsBetween(base, tip));
  for (const auto& commit : commits) {
    // Forges commit what is made in them: of who does not count, it does not matter through whom it came.
    if (ignored(commit.author)) continue;
    const bool own = self(commit.author);
    if (own && (self(commit.committer) || ignored(commit.committer))) continue;
    GANDER_TRY(bool update, isUpdateFromBase(repository, base, commit));
    if (update) continue;
    return fmt::format("{} committed {} to the branch: it is left to people now",
                       own ? commit.committer.name : commit.author.name, commit.id.hex.substr(0, 12));
  }
  return std::nullopt;
}

Result<bool> mergesInto(repos::Repository& repository, const CommitId& base, const CommitId& branch,
                        const CommitId& wanted) {
  GANDER_TRY(auto commit, repository.readCommit(wanted));
  GANDER_TRY(auto tree, mergedTree(repository, base, branch));
  return tree == commit.tree;
}

}  // namespace gander::fleet
