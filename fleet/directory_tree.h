// A tree on disk, as the engines read it and as `rewrite --write` changes it.
//
// Every path is walked part by part from the root's descriptor, and no part may be a symbolic link: neither a link in the
// tree nor one that is put there while we work leads out of it.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "rewriter/file_system.h"

namespace gander::fleet {

// An open file or folder, closed when the value goes.
class Descriptor {
 public:
  explicit Descriptor(int value = -1) : value_(value) {}
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor();
  int value() const { return value_; }
  bool valid() const { return value_ >= 0; }

 private:
  int value_;
};

class DirectoryTree final : public rewriter::FileSystem {
 public:
  // `excluded`: folders relative to the root that are not part of the tree (a build folder). The root itself may be reached
  // through a symbolic link: the user named it. kNotFound, kDenied, or kInvalid where it is not a folder.
  static Result<DirectoryTree> open(const std::filesystem::path& root, std::vector<std::string> excluded = {});

  // A folder with a `.git` of its own is a submodule and not gone into. Pipes, sockets and devices are not listed. A folder
  // that can't be read fails the whole list: what is in it is not known.
  Result<std::vector<rewriter::FileEntry>> list() const override;
  Result<std::string> read(const std::string& path) const override;

  // Puts new texts in place and takes files away (nullopt), all or none: everything is checked and written beside its target
  // first, then renamed, and files are taken away at the very end. A full disk or a refused file leaves the tree as it was. Keeps
  // the mode of a file that is there; a new file's folder must exist.
  Status replace(const std::map<std::string, std::optional<std::string>>& texts) const;

  const std::filesystem::path& root() const { return root_; }

 private:
  DirectoryTree(std::filesystem::path root, Descriptor descriptor, std::vector<std::string> excluded)
      : root_(std::move(root)), descriptor_(std::move(descriptor)), excluded_(std::move(excluded)) {}
  Status listInto(int folder, const std::string& prefix, int depth, std::vector<rewriter::FileEntry>& entries) const;

  std::filesystem::path root_;
  Descriptor descriptor_;
  std::vector<std::string> excluded_;
};

}  // namespace gander::fleet
