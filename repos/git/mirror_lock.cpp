#include "repos/git/mirror_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

namespace gander::repos {

Result<MirrorLock> MirrorLock::take(const std::filesystem::path& file, std::chrono::milliseconds patience) {
  constexpr std::chrono::milliseconds kPause{20};
  auto deadline = std::chrono::steady_clock::now() + patience;
  auto doing = fmt::format("lock {}", file.string());
  int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) return failErrno(errno, doing);
  MirrorLock lock(descriptor);
  // flock belongs to the open file, not to the process, so two threads of one process exclude each other too
  while (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) return failErrno(errno, doing);
    if (std::chrono::steady_clock::now() >= deadline) {
      return fail(ErrorKind::kUnavailable,
                  fmt::format("{}: used by another gander; try again when it has finished", doing));
    }
    std::this_thread::sleep_for(kPause);
  }
  return lock;
}

MirrorLock::~MirrorLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace gander::repos
