#include "tests/repos/git_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace gander::repos {

LoopbackServer::LoopbackServer(std::function<void(int)> serve) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (listener_ < 0 || ::bind(listener_, generic, size) != 0 || ::listen(listener_, 8) != 0)
    throw std::runtime_error("no loopback server");
  ::getsockname(listener_, generic, &size);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([listener = listener_, serve = std::move(serve)] {
    for (;;) {
      int connection = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
      if (connection < 0) return;
      serve(connection);
      ::close(connection);
    }
  });
}

LoopbackServer::~LoopbackServer() {
  ::shutdown(listener_, SHUT_RDWR);
  thread_.join();
  ::close(listener_);
}

std::function<void(int)> gitDaemon(std::filesystem::path root) {
  return [root = std::move(root)](int connection) {
    auto base = "--base-path=" + root.string();
    std::array<const char*, 8> arguments = {
        "git", "daemon", "--inetd", "--export-all", "--enable=receive-pack", base.c_str(), root.c_str(), nullptr};
    std::array<const char*, 5> environment = {"PATH=/usr/bin:/bin", "HOME=/nonexistent", "GIT_CONFIG_GLOBAL=/dev/null",
                                              "GIT_CONFIG_NOSYSTEM=1", nullptr};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, connection, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, connection, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", 1 /* O_WRONLY */, 0);
    pid_t child = 0;
    int failed = ::posix_spawnp(&child, "git", &actions, nullptr, const_cast<char**>(arguments.data()),
                                const_cast<char**>(environment.data()));
    posix_spawn_file_actions_destroy(&actions);
    if (failed == 0) ::waitpid(child, nullptr, 0);
  };
}

std::function<void(int)> httpAnswer(std::string status) {
  return [status = std::move(status)](int connection) {
    std::array<char, 4096> request{};
    if (::read(connection, request.data(), request.size()) <= 0) return;
    auto answer = "HTTP/1.1 " + status +
                  "\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    ssize_t sent = ::write(connection, answer.data(), answer.size());
    static_cast<void>(sent);  // a client that has gone needs no answer
  };
}

}  // namespace gander::repos
