// The lock file beside a mirror: one user at a time, among threads and processes alike.
#pragma once

#include <chrono>
#include <filesystem>
#include <utility>

#include "base/error.h"

namespace gander::repos {

class MirrorLock {
 public:
  // Waits until the lock is free, at most `patience`, then kUnavailable. The system frees it when its process dies.
  static Result<MirrorLock> take(const std::filesystem::path& file, std::chrono::milliseconds patience);

  MirrorLock(MirrorLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  MirrorLock(const MirrorLock&) = delete;
  MirrorLock& operator=(const MirrorLock&) = delete;
  ~MirrorLock();

 private:
  explicit MirrorLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

}  // namespace gander::repos
