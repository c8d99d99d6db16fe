// A tree with some files' bytes replaced, made in the object database.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/error.h"
#include "repos/git/handles.h"

namespace gander::repos {

// `files`: path -> new bytes, or nullopt for a file that goes away. A file that is there keeps its mode, a new one is 0644. kInvalid
// for a path that breaks the rule of tree_list.h, goes through or names a symbolic link or a submodule, or needs a file to be a
// folder or the other way round, and for one that goes away and is not there.
Result<git_oid> editTree(git_repository* repository, const git_tree* base,
                         const std::map<std::string, std::optional<std::string>>& files);

}  // namespace gander::repos
