// Pushes that compare and swap: a branch moves only if it stands where the caller has seen it.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "repos/git/handles.h"
#include "repos/git/remote_call.h"
#include "repos/repository.h"

namespace gander::repos {

struct PushOrder {
  std::string reference;            // full name
  std::optional<git_oid> to;        // nothing: the branch is deleted
  std::optional<git_oid> expected;  // nothing: there must be none
};

// kUpToDate where the remote already is as wanted, whatever was expected: a repeated push is not a refusal.
PushOutcome compare(const PushOrder& order, const std::optional<git_oid>& stands);

// Over the network. The old id is compared with what the server says in the negotiation of this very push and sent with the update;
// the server checks it once more, under its lock. kDenied, in the server's words, where it refuses for another reason.
Result<PushOutcome> pushToServer(git_repository* mirror, const Remote& to, const PushOrder& order);

// Into a repository of this machine. libgit2's own transport overwrites the reference unchecked, so here the objects are copied and
// the reference is moved under git's lock file, where its old value is compared. Runs no hooks. kDenied for a branch that is checked
// out there.
Result<PushOutcome> pushToFolder(git_repository* mirror, const RemoteUrl& url, const PushOrder& order);

}  // namespace gander::repos
