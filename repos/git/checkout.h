// Writes a commit's files into a folder by hand: no filters, no hooks, no attributes of the repository have a say.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "repos/git/handles.h"
#include "repos/repository.h"

namespace gander::repos {

// Whether a symbolic link at `path` (relative to the tree's root) with this target stays inside the tree, whatever the tree's
// other links are: ".." may only lead, since behind a part that is itself a link it would mean another folder.
bool staysInside(std::string_view path, std::string_view target);

// Makes `folder` if it is missing; kConflict if it is not empty. Modes are 0644 and 0755, submodules become empty folders. After
// an error the folder holds a part of the files, for the caller to remove.
Status writeTree(git_repository* repository, const std::vector<TreeEntry>& entries,
                 const std::filesystem::path& folder);

}  // namespace gander::repos
