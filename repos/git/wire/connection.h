// A conversation with a git server, below libgit2's idea of it: what the program git does over https and over ssh.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "repos/git/remote_url.h"
#include "repos/remote_access.h"

namespace gander::repos {

enum class Service { kFetch, kPush };  // git-upload-pack, git-receive-pack

inline std::string_view programOf(Service service) {
  return service == Service::kFetch ? "git-upload-pack" : "git-receive-pack";
}

class WireStream {
 public:
  virtual ~WireStream() = default;
  virtual Status write(std::string_view bytes) = 0;
  // Waits for at least one byte; 0 at the end.
  virtual Result<size_t> read(char* buffer, size_t size) = 0;
};

class Connection {
 public:
  virtual ~Connection() = default;
  // Over https each call is one request; over ssh all are the one conversation. `listing`: the branches, else the exchange of objects.
  virtual Result<std::unique_ptr<WireStream>> open(Service service, bool listing) = 0;
};

// `url` and `access` outlive it.
std::unique_ptr<Connection> connectOverHttp(const RemoteUrl& url, const RemoteAccess& access);
std::unique_ptr<Connection> connectOverSsh(const RemoteUrl& url, const RemoteAccess& access);

// When an exchange is over time.
class Watch {
 public:
  explicit Watch(const Deadlines& deadlines)
      : silence_(deadlines.silence), whole_(deadlines.whole), end_(Clock::now() + whole_), moved_(Clock::now()) {}
  void moved() { moved_ = Clock::now(); }
  Status check() const;

 private:
  using Clock = std::chrono::steady_clock;
  const std::chrono::milliseconds silence_;
  const std::chrono::milliseconds whole_;
  const Clock::time_point end_;
  Clock::time_point moved_;
};

// The first line of what a server has said, fit to be shown.
std::string firstLine(std::string_view words);

}  // namespace gander::repos
