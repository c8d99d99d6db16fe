// Object ids between libgit2 and the face, and the lookups that several files need.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "repos/git/handles.h"
#include "repos/repository.h"

namespace gander::repos {

// kInvalid unless `hex` is 40 hex digits.
Result<git_oid> parseId(std::string_view hex);
std::string toHex(const git_oid& id);

// kNotFound where the repository has no such commit.
Result<CommitHandle> loadCommit(git_repository* repository, const CommitId& id);
Result<TreeHandle> loadTree(git_repository* repository, const CommitId& commit);
Result<std::string> loadBlob(git_repository* repository, const std::string& id);

// "refs/heads/<name>"; kInvalid for a name that git refuses.
Result<std::string> referenceName(const BranchName& branch);
// Where a direct reference points; nothing where there is none. kConflict for a symbolic one.
Result<std::optional<git_oid>> findTarget(git_repository* repository, const std::string& reference);

}  // namespace gander::repos
