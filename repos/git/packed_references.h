// The file packed-refs of a repository that others work in: edited under git's own lock.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <utility>

#include "base/error.h"

namespace gander::repos {

class PackedReferences {
 public:
  // Waits for git's lock file, at most `patience`, then kUnavailable.
  static Result<PackedReferences> lock(const std::filesystem::path& repository, std::chrono::milliseconds patience);

  PackedReferences(PackedReferences&& other) noexcept : folder_(std::exchange(other.folder_, {})) {}
  PackedReferences(const PackedReferences&) = delete;
  PackedReferences& operator=(const PackedReferences&) = delete;
  ~PackedReferences();

  // Takes a reference out of the file, if it stands there; the lock is held on.
  Status remove(const std::string& reference);

 private:
  explicit PackedReferences(std::filesystem::path folder) : folder_(std::move(folder)) {}
  std::filesystem::path folder_;  // empty: moved from
};

// Before: "<id> refs/heads/a\n<id> refs/tags/b\n^<id>\n"   After, without refs/tags/b: "<id> refs/heads/a\n"
std::string withoutReference(std::string_view packed, std::string_view reference);

}  // namespace gander::repos
