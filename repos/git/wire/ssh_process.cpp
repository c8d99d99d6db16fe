#include "repos/git/wire/ssh_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <thread>

namespace gander::repos {
namespace {

constexpr size_t kWordsLimit = 16 << 10;
constexpr size_t kArrivedLimit = 1 << 20;

void shut(int& descriptor) {
  if (descriptor >= 0) ::close(descriptor);
  descriptor = -1;
}

// Default signals, none blocked, a group of its own, and no descriptor but the three.
int spawn(pid_t& process, std::vector<std::string> command, int socket, int errors) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, socket, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&files, socket, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, errors, STDERR_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&files, 3);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::vector<char*> arguments;
  for (auto& argument : command) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  std::string path = "PATH=/usr/bin:/bin";
  std::string language = "LC_ALL=C";  // its words are read
  std::array<char*, 3> environment = {path.data(), language.data(), nullptr};
  int error = ::posix_spawn(&process, arguments[0], &files, &attributes, arguments.data(), environment.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return error;
}

}  // namespace

Result<std::unique_ptr<SshProcess>> SshProcess::start(std::vector<std::string> command, const Deadlines& deadlines) {
  std::unique_ptr<SshProcess> started(new SshProcess(deadlines));
  std::array<int, 2> sockets{};
  std::array<int, 2> pipe{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets.data()) != 0) return failErrno(errno, "start ssh");
  started->socket_ = sockets[0];
  int theirs = sockets[1];
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) {
    shut(theirs);
    return failErrno(errno, "start ssh");
  }
  started->errors_ = pipe[0];
  auto program = command[0];
  int error = spawn(started->process_, std::move(command), theirs, pipe[1]);
  shut(theirs);
  shut(pipe[1]);
  if (error != 0) {
    started->process_ = -1;
    return fail(ErrorKind::kUnavailable,
                fmt::format("start {}: {}; install openssh-client", program, std::strerror(error)));
  }
  ::fcntl(started->errors_, F_SETFL, O_NONBLOCK);
  return started;
}

SshProcess::~SshProcess() {
  constexpr int kTurns = 100;
  shut(socket_);
  for (int turn = 0; process_ >= 0 && turn < kTurns; ++turn) {
    if (::waitpid(process_, nullptr, WNOHANG) != 0) process_ = -1;
    if (process_ >= 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  if (process_ >= 0) {
    ::kill(-process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
  shut(errors_);
}

void SshProcess::takeWords() {
  std::array<char, 4096> buffer{};
  for (;;) {
    ssize_t count = errors_ < 0 ? -1 : ::read(errors_, buffer.data(), buffer.size());
    if (count == 0) shut(errors_);
    if (count <= 0) return;
    words_.append(buffer.data(), std::min(static_cast<size_t>(count), kWordsLimit - words_.size()));
  }
}

// Waits until something may be done, and takes in what has come.
Status SshProcess::turn(bool writing) {
  constexpr int kLook = 200;  // milliseconds from one look at the clock to the next
  GANDER_CHECK(watch_.check());
  short wanted = arrived_.size() < kArrivedLimit ? POLLIN : 0;
  if (writing) wanted = static_cast<short>(wanted | POLLOUT);
  std::array<pollfd, 2> polled{{{socket_, wanted, 0}, {errors_, POLLIN, 0}}};
  if (::poll(polled.data(), polled.size(), kLook) <= 0) return {};
  if (polled[1].revents != 0) takeWords();
  if ((polled[0].revents & (POLLIN | POLLHUP | POLLERR)) == 0 || (wanted & POLLIN) == 0) return {};
  std::array<char, 1 << 16> buffer;
  ssize_t count = ::recv(socket_, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (count > 0) {
    arrived_.append(buffer.data(), static_cast<size_t>(count));
    watch_.moved();
  } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
    ended_ = true;
  }
  return {};
}

Status SshProcess::write(std::string_view bytes) {
  watch_.moved();
  while (!bytes.empty() && !ended_) {
    ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count > 0) {
      bytes.remove_prefix(static_cast<size_t>(count));
      watch_.moved();
      continue;
    }
    if (count < 0 && errno != EAGAIN && errno != EINTR) return {};  // it has ended: reading tells why
    GANDER_CHECK(turn(true));
  }
  return {};
}

Result<size_t> SshProcess::read(char* buffer, size_t size) {
  watch_.moved();
  while (arrived_.empty() && !ended_) GANDER_CHECK(turn(false));
  size_t count = std::min(size, arrived_.size());
  std::copy_n(arrived_.data(), count, buffer);
  arrived_.erase(0, count);
  return count;
}

int SshProcess::wait() {
  if (process_ < 0) return status_;
  int status = 0;
  while (::waitpid(process_, &status, WNOHANG) == 0) {
    if (!watch_.check()) ::kill(-process_, SIGKILL);
    takeWords();
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  process_ = -1;
  takeWords();
  status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return status_;
}

}  // namespace gander::repos
