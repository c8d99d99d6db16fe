// Repositories of this machine.
#pragma once

#include <filesystem>

#include "base/error.h"
#include "repos/git/handles.h"

namespace gander::repos {

// kNotFound where there is no folder or no repository in it, kInvalid for a file, kDenied where it can't be read: told apart before
// libgit2's transport is asked, which has one sentence for all.
Result<RepositoryHandle> openLocal(const std::filesystem::path& folder);

}  // namespace gander::repos
