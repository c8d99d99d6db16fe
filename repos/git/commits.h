// Commits: read, made from edits, merged, compared; all inside the object database.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "repos/git/handles.h"
#include "repos/repository.h"

namespace gander::repos {

Result<CommitInfo> describeCommit(git_commit* commit);
Result<std::vector<CommitInfo>> walkCommits(git_repository* repository, const CommitId& base, const CommitId& tip);
Result<CommitId> makeCommit(git_repository* repository, const NewCommit& commit, const std::optional<Signing>& signing);
Result<TreeId> mergedTreeOf(git_repository* repository, const CommitId& ours, const CommitId& theirs);
Result<CommitId> mergeCommits(git_repository* repository, const CommitId& ours, const CommitId& theirs,
                              const Person& author, Time time, const std::string& message,
                              const std::optional<Signing>& signing);
Result<std::string> diffCommits(git_repository* repository, const CommitId& from, const CommitId& to);

}  // namespace gander::repos
