// The one place where libgit2's error codes become errors of ours.
#pragma once

#include <string_view>

#include "base/error.h"

namespace gander::repos {

// The error for `code`, which a libgit2 call of this thread has just returned: `doing: what libgit2 says`. Must be called
// before the next call of libgit2.
std::unexpected<Error> failGit(int code, std::string_view doing);

// Clears what libgit2 and the system have said of earlier failures.
void forgetFailure();

// Starts libgit2 once for the process, deaf to the settings of the machine and of the user: what gander does to a repository
// must not depend on who runs it.
void ensureGitStarted();

}  // namespace gander::repos

// GANDER_GIT(git_commit_lookup(...), "read commit"): returns the error of a failed call to the caller. Some calls fail without a word,
// so the words of an earlier one are cleared first.
#define GANDER_GIT(call, doing)                                                 \
  do {                                                                          \
    ::gander::repos::forgetFailure();                                           \
    int gander_code = (call);                                                   \
    if (gander_code < 0) return ::gander::repos::failGit(gander_code, (doing)); \
  } while (false)
