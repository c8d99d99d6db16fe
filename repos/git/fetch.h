// Brings a mirror up to date with its remote.
#pragma once

#include <filesystem>

#include "base/error.h"
#include "repos/git/handles.h"
#include "repos/git/remote_url.h"

namespace gander::repos {

// What a mirror's HEAD names where the remote has no default branch.
inline constexpr const char* kEmptyHead = "refs/gander/empty";    // no commit yet
inline constexpr const char* kNoHead = "refs/gander/no-default";  // branches, but its HEAD names none of them

// A remote that is known to libgit2 for the time of a call only, so that no address lands in the mirror's settings.
Result<RemoteHandle> makeRemote(git_repository* mirror, const RemoteUrl& url);

// The mirror's branches become the remote's: moved ones move, deleted ones go, and only missing objects are downloaded. HEAD becomes
// the remote's default branch.
Status updateMirror(git_repository* mirror, const RemoteUrl& url);

// The mirror in `folder`, up to date, made if it is missing; one that was damaged is made afresh. The caller holds its lock.
Result<RepositoryHandle> ensureMirror(const std::filesystem::path& folder, const RemoteUrl& url);

}  // namespace gander::repos
