// A commit's tree as a flat list, and the rule for the paths in it.
#pragma once

#include <string_view>
#include <vector>

#include "base/error.h"
#include "repos/git/handles.h"
#include "repos/repository.h"

namespace gander::repos {

// kInvalid for a path that is empty, absolute or longer than the system takes, or has a part that is empty, "." or "..", or
// ".git" in any case.
Status checkTreePath(std::string_view path);

// Every entry but folders, sorted by the bytes of its path. Trees come from strangers: kInvalid where a path breaks the rule or
// stands twice, kExhausted where a tree unfolds to more than a million entries.
Result<std::vector<TreeEntry>> listEntries(git_repository* repository, const git_tree* root);

}  // namespace gander::repos
