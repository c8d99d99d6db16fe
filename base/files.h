// Files of the machine: whole reads, atomic writes, temporary folders. Errors name the path and the cause.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"

namespace gander {

// Whether `path`, as it is written, is the folder or leads below it; both without symbolic links on their way.
bool isWithin(const std::filesystem::path& folder, const std::filesystem::path& path);

Result<std::string> readFile(const std::filesystem::path& path);
// A regular file of at most so many bytes; kExhausted if it has more, kInvalid if it is something else.
Result<std::string> readFile(const std::filesystem::path& path, uint64_t limit);

// Writes beside the target and renames over it, so that a reader or a crash sees the old text or the new one whole. A full
// disk leaves the old text. Keeps the mode of a file that is there. Follows no symbolic link at `path` itself.
Status writeFile(const std::filesystem::path& path, std::string_view text);

Status ensureDirectory(const std::filesystem::path& path);
Status removeTree(const std::filesystem::path& path);  // may be done by many at a time

// A fresh folder, private to the user, removed with its contents when the value goes.
class TemporaryDirectory {
 public:
  static Result<TemporaryDirectory> make(std::string_view prefix);
  TemporaryDirectory(TemporaryDirectory&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TemporaryDirectory& operator=(TemporaryDirectory&& other) noexcept;
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory();

  const std::filesystem::path& path() const { return path_; }

 private:
  explicit TemporaryDirectory(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

}  // namespace gander
