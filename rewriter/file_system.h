// The tree that is rewritten, as the engines see it: paths and bytes, and nothing else of the world.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"

namespace gander::rewriter {

enum class FileKind { kRegular, kSymlink, kSubmodule };

struct FileEntry {
  std::string path;  // relative to the root, '/' between parts, never absolute, no "." or ".." part
  FileKind kind = FileKind::kRegular;
  uint64_t size = 0;  // bytes
};

class FileSystem {
 public:
  virtual ~FileSystem() = default;
  // Every entry of the tree but folders, sorted by path. `.git` is not part of a tree.
  virtual Result<std::vector<FileEntry>> list() const = 0;
  // The bytes of a regular file. Never follows a symbolic link, at the end or on the way.
  virtual Result<std::string> read(const std::string& path) const = 0;
};

// A tree in memory.
class MemoryFileSystem final : public FileSystem {
 public:
  explicit MemoryFileSystem(std::map<std::string, std::string> files) : files_(std::move(files)) {}
  Result<std::vector<FileEntry>> list() const override;
  Result<std::string> read(const std::string& path) const override;

 private:
  std::map<std::string, std::string> files_;
};

}  // namespace gander::rewriter
