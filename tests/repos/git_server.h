// Loopback servers of a test: git's own daemon, and one that gives a fixed answer to each HTTP request.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace gander::repos {

// Accepts connections on a port of 127.0.0.1 and hands each to `serve`, one after another, until it goes.
class LoopbackServer {
 public:
  explicit LoopbackServer(std::function<void(int connection)> serve);
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;
  ~LoopbackServer();

  int port() const { return port_; }

 private:
  int listener_ = -1;
  int port_ = 0;
  std::thread thread_;
};

// Serves the repositories below `root` by `git daemon`, for fetch and push: git://127.0.0.1:<port>/<name>.git.
std::function<void(int)> gitDaemon(std::filesystem::path root);

// Answers every request with this status line, e.g. "401 Unauthorized".
std::function<void(int)> httpAnswer(std::string status);

}  // namespace gander::repos
