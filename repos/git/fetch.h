// Brings a mirror up to date with its remote.
#pragma once

#include <filesystem>

#include "base/error.h"
#include "repos/git/handles.h"
#include "repos/git/remote_call.h"

namespace gander::repos {

// What a mirror's HEAD names where the remote has no default branch.
inline constexpr const char* kEmptyHead = "refs/gander/empty";    // no commit yet
inline constexpr const char* kNoHead = "refs/gander/no-default";  // branches, but its HEAD names none of them

// The mirror's branches become the remote's: moved ones move, deleted ones go, and only missing objects are downloaded. HEAD becomes
// the remote's default branch.
Status updateMirror(git_repository* mirror, const Remote& remote);

// The mirror in `folder`, up to date, made if it is missing; one that was damaged is made afresh. The caller holds its lock.
Result<RepositoryHandle> ensureMirror(const std::filesystem::path& folder, const Remote& remote);

}  // namespace gander::repos
