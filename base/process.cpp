#include "base/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/text.h"

namespace gander {
namespace {

using SteadyClock = std::chrono::steady_clock;

struct Pipe {
  int read = -1;
  int write = -1;
  ~Pipe() {
    closeRead();
    closeWrite();
  }
  bool open() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    read = ends[0];
    write = ends[1];
    return true;
  }
  void closeRead() { shut(read); }
  void closeWrite() { shut(write); }
  static void shut(int& end) {
    if (end >= 0) ::close(end);
    end = -1;
  }
};

struct SpawnActions {
  posix_spawn_file_actions_t files{};
  posix_spawnattr_t attributes{};
  SpawnActions() {
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
  }
  ~SpawnActions() {
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
  }
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (auto& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

// Owns the child from the start to the wait: it is reaped on every path.
class Child {
 public:
  Child(const ProcessRequest& request) : request_(request) {}

  Status start() {
    if (request_.command.empty()) return fail(ErrorKind::kDefect, "a process without a command");
    if (!in_.open() || !out_.open() || !err_.open()) return failErrno(errno, "open a pipe");
    SpawnActions actions;
    posix_spawn_file_actions_adddup2(&actions.files, in_.read, 0);
    posix_spawn_file_actions_adddup2(&actions.files, out_.write, 1);
    posix_spawn_file_actions_adddup2(&actions.files, request_.mergeErrors ? out_.write : err_.write, 2);
    // A descriptor that some library opened without O_CLOEXEC is no business of the child.
    posix_spawn_file_actions_addclosefrom_np(&actions.files, 3);
    if (!request_.directory.empty()) posix_spawn_file_actions_addchdir_np(&actions.files, request_.directory.c_str());
    // A group of its own, so that a timeout reaches the grandchildren too; default signals, none blocked.
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&actions.attributes, &none);
    posix_spawnattr_setsigdefault(&actions.attributes, &all);
    posix_spawnattr_setpgroup(&actions.attributes, 0);
    posix_spawnattr_setflags(&actions.attributes,
                             POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    auto command = request_.command;
    std::vector<std::string> environment;
    for (const auto& [name, value] : request_.environment) environment.push_back(name + "=" + value);
    int error = posix_spawnp(&pid_, command[0].c_str(), &actions.files, &actions.attributes, pointers(command).data(),
                             pointers(environment).data());
    if (error != 0) {
      pid_ = -1;
      return fail(ErrorKind::kUnavailable, fmt::format("start {}: {}", command[0], std::strerror(error)));
    }
    in_.closeRead();
    out_.closeWrite();
    err_.closeWrite();
    ::fcntl(in_.write, F_SETFL, O_NONBLOCK);
    return {};
  }

  ~Child() {
    if (pid_ < 0) return;
    ::kill(-pid_, SIGKILL);
    int status = 0;
    ::waitpid(pid_, &status, 0);
  }

  ProcessOutcome finish() {
    auto begin = SteadyClock::now();
    ProcessOutcome outcome;
    while (out_.read >= 0 || err_.read >= 0) {
      int wait = -1;
      if (request_.timeout.count() > 0) {
        auto left =
            request_.timeout - std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - begin);
        if (left.count() <= 0) {
          outcome.timedOut = true;
          ::kill(-pid_, SIGKILL);
          break;
        }
        wait = static_cast<int>(std::min<int64_t>(left.count(), 60'000));
      }
      pump(outcome, wait);
    }
    int status = 0;
    reap(status, outcome, begin);
    outcome.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    outcome.exitCode = WIFSIGNALED(status) ? 128 + outcome.signal : WEXITSTATUS(status);
    outcome.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - begin);
    return outcome;
  }

 private:
  // A program may close its outputs and go on: the timeout holds for it too.
  void reap(int& status, ProcessOutcome& outcome, SteadyClock::time_point begin) {
    while (!outcome.timedOut && request_.timeout.count() > 0) {
      if (::waitpid(pid_, &status, WNOHANG) == pid_) {
        pid_ = -1;
        return;
      }
      if (SteadyClock::now() - begin > request_.timeout) {
        outcome.timedOut = true;
        ::kill(-pid_, SIGKILL);
        break;
      }
      ::usleep(2'000);
    }
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
  }

  void pump(ProcessOutcome& outcome, int wait) {
    std::array<pollfd, 3> polls{{{out_.read, POLLIN, 0}, {err_.read, POLLIN, 0}, {in_.write, POLLOUT, 0}}};
    if (::poll(polls.data(), polls.size(), wait) <= 0) return;
    if (polls[0].revents != 0) drain(out_, outcome.output, outcome, true);
    if (polls[1].revents != 0) drain(err_, outcome.errors, outcome, false);
    if (polls[2].revents != 0) feed();
  }

  void feed() {
    ssize_t count = fed_ < request_.input.size()
                        ? ::write(in_.write, request_.input.data() + fed_, request_.input.size() - fed_)
                        : 0;
    if (count > 0) fed_ += static_cast<size_t>(count);
    if ((count < 0 && errno != EAGAIN && errno != EINTR) || fed_ == request_.input.size()) in_.closeWrite();
  }

  void drain(Pipe& pipe, std::string& into, ProcessOutcome& outcome, bool standard) {
    std::array<char, 1 << 16> buffer;
    ssize_t count = ::read(pipe.read, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) return;
    if (count <= 0) {
      pipe.closeRead();
      return;
    }
    auto piece = std::string_view(buffer.data(), static_cast<size_t>(count));
    if (request_.outputLimit != 0) {
      uint64_t room = request_.outputLimit - std::min(request_.outputLimit, kept_);
      if (piece.size() > room) {
        piece = piece.substr(0, room);
        outcome.outputCut = true;
        if (request_.killAtOutputLimit) ::kill(-pid_, SIGKILL);
      }
      kept_ += piece.size();
    }
    into += piece;
    if (standard && request_.onOutput && !piece.empty()) request_.onOutput(piece);
  }

  const ProcessRequest& request_;
  Pipe in_, out_, err_;
  pid_t pid_ = -1;
  size_t fed_ = 0;
  uint64_t kept_ = 0;
};

}  // namespace

Result<ProcessOutcome> runProcess(const ProcessRequest& request) {
  // A child that does not read its input must not kill us.
  static const auto ignored = ::signal(SIGPIPE, SIG_IGN);
  (void)ignored;
  Child child(request);
  GANDER_CHECK(child.start());
  return child.finish();
}

Result<std::filesystem::path> findProgram(std::string_view name, std::string_view searchPath) {
  if (name.contains('/')) {
    if (::access(std::string(name).c_str(), X_OK) == 0) return std::filesystem::path(name);
    return fail(ErrorKind::kNotFound, fmt::format("no program at {}", name));
  }
  for (const auto& folder : split(searchPath, ':')) {
    auto path = std::filesystem::path(folder) / name;
    if (!folder.empty() && ::access(path.c_str(), X_OK) == 0) return path;
  }
  return fail(ErrorKind::kNotFound, fmt::format("no program '{}' in PATH ({})", name, searchPath));
}

}  // namespace gander
