// The one place where libgit2's error codes become errors of ours.
#pragma once

#include <string_view>

#include "base/error.h"

namespace gander::repos {

// The error for `code`, which a libgit2 call of this thread has just returned: `doing: what libgit2 says`. Must be called
// before the next call of libgit2.
std::unexpected<Error> failGit(int code, std::string_view doing);

// Starts libgit2 once for the process, deaf to the settings of the machine and of the user: what gander does to a repository
// must not depend on who runs it.
void ensureGitStarted();

}  // namespace gander::repos

// GANDER_GIT(git_commit_lookup(...), "read commit"): returns the error of a failed call to the caller.
#define GANDER_GIT(call, doing)                                                                             \
  do {                                                                                                      \
    if (int gander_code = (call); gander_code < 0) return ::gander::repos::failGit(gander_code, (doing)); \
  } while (false)
