// One call to a remote: libgit2's remote with what carries its bytes, for the time of a fetch or a push only.
#pragma once

#include <optional>
#include <string_view>

#include "base/error.h"
#include "repos/git/handles.h"
#include "repos/git/remote_url.h"
#include "repos/git/wire/connection.h"
#include "repos/remote_access.h"

namespace gander::repos {

// Where a mirror comes from.
struct Remote {
  RemoteUrl url;
  RemoteAccess access;
};

// The payload of libgit2's callbacks; it outlives the remote that it makes.
class RemoteCall {
 public:
  explicit RemoteCall(const Remote& remote) : remote_(remote) {}
  RemoteCall(const RemoteCall&) = delete;
  RemoteCall& operator=(const RemoteCall&) = delete;

  // Known to libgit2 for the time of a call only, so that no address lands in the mirror's settings.
  Result<RemoteHandle> makeRemote(git_repository* mirror) const;
  void setCallbacks(git_remote_callbacks& callbacks);

  // The error of a failed call: the connection's own, if that has failed, else what libgit2 says.
  std::unexpected<Error> fail(int code, std::string_view doing) const;

  // For the connection: notes its first error; what libgit2 is to get.
  int note(const Error& error);
  std::unique_ptr<Connection> connect() const;

 private:
  static int onTransport(git_transport** out, git_remote* owner, void* payload);

  const Remote& remote_;
  std::optional<Error> error_;
};

}  // namespace gander::repos
