#include "fleet/directory_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/text.h"

namespace gander::fleet {
namespace {

using rewriter::FileEntry;
using rewriter::FileKind;

constexpr int kDepth = 256;  // folders on one path; a deeper tree is refused instead of running out of stack

Result<std::vector<std::string>> pathParts(const std::string& path) {
  auto parts = split(path, '/');
  for (const auto& part : parts)
    if (part.empty() || part == "." || part == ".." || part == ".git")
      return fail(ErrorKind::kInvalid, fmt::format("'{}' is not a path of a tree", path));
  return parts;
}

// ELOOP is what O_NOFOLLOW says of a link; with O_DIRECTORY it is ENOTDIR.
std::unexpected<Error> failOpen(int error, const std::string& doing) {
  if (error == ELOOP) return fail(ErrorKind::kInvalid, doing + ": a symbolic link, not followed");
  if (error == ENOTDIR) return fail(ErrorKind::kInvalid, doing + ": a part of the path is not a folder");
  return failErrno(error, doing);
}

// The folder that holds the last part of a path.
Result<Descriptor> openParent(int root, const std::vector<std::string>& parts, const std::string& doing) {
  Descriptor folder(::fcntl(root, F_DUPFD_CLOEXEC, 0));
  if (!folder.valid()) return failErrno(errno, doing);
  for (size_t at = 0; at + 1 < parts.size(); ++at) {
    Descriptor next(::openat(folder.value(), parts[at].c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!next.valid()) return failOpen(errno, doing);
    folder = std::move(next);
  }
  return folder;
}

Result<std::string> readAll(int file, const std::string& doing) {
  std::string text;
  std::vector<char> buffer(1 << 16);
  for (;;) {
    ssize_t count = ::read(file, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failErrno(errno, doing);
    if (count == 0) return text;
    text.append(buffer.data(), static_cast<size_t>(count));
  }
}

Status writeAll(int file, std::string_view text, const std::string& doing) {
  while (!text.empty()) {
    ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failErrno(errno, doing);
    text.remove_prefix(static_cast<size_t>(written));
  }
  if (::fsync(file) != 0) return failErrno(errno, doing);
  return {};
}

struct FolderStream {
  DIR* stream;
  explicit FolderStream(int descriptor) : stream(::fdopendir(descriptor)) {}
  FolderStream(const FolderStream&) = delete;
  FolderStream& operator=(const FolderStream&) = delete;
  ~FolderStream() {
    if (stream != nullptr) ::closedir(stream);
  }
};

Result<std::vector<std::string>> namesIn(int folder, const std::string& doing) {
  FolderStream opened(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.stream == nullptr) return failErrno(errno, doing);
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(opened.stream);
    if (entry == nullptr && errno != 0) return failErrno(errno, doing);
    if (entry == nullptr) break;
    std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(std::move(name));
  }
  std::ranges::sort(names);
  return names;
}

// One file that waits beside its target to be renamed; taken away again if it never is.
class StagedFile {
 public:
  StagedFile(std::shared_ptr<Descriptor> folder, std::string target)
      : folder_(std::move(folder)), target_(std::move(target)) {}
  StagedFile(StagedFile&& other) noexcept
      : folder_(std::move(other.folder_)),
        target_(std::move(other.target_)),
        beside_(std::exchange(other.beside_, {})),
        removes_(other.removes_) {}
  StagedFile(const StagedFile&) = delete;
  StagedFile& operator=(const StagedFile&) = delete;
  ~StagedFile() {
    if (!beside_.empty()) ::unlinkat(folder_->value(), beside_.c_str(), 0);
  }

  Status write(std::string_view text, const std::string& doing) {
    GANDER_TRY(auto there, look(doing));
    std::string name = fmt::format("{}.gander-{}", target_, ::getpid());
    Descriptor file(
        ::openat(folder_->value(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file.valid()) return failErrno(errno, doing);
    beside_ = std::move(name);
    GANDER_CHECK(writeAll(file.value(), text, doing));
    if (::fchmod(file.value(), there ? *there & 07777 : 0644) != 0) return failErrno(errno, doing);
    return {};
  }

  // The target is to go away instead.
  Status remove(const std::string& doing) {
    GANDER_TRY(auto there, look(doing));
    if (!there) return failErrno(ENOENT, doing);
    if (::faccessat(folder_->value(), ".", W_OK, AT_EACCESS) != 0) return failErrno(errno, doing);
    removes_ = true;
    return {};
  }

  bool removes() const { return removes_; }

  Status putInPlace(const std::string& doing) {
    if (removes_) {
      if (::unlinkat(folder_->value(), target_.c_str(), 0) != 0) return failErrno(errno, doing);
      return {};
    }
    if (::renameat(folder_->value(), beside_.c_str(), folder_->value(), target_.c_str()) != 0)
      return failErrno(errno, doing);
    beside_.clear();
    return {};
  }

 private:
  // The target's mode, if there is one; fails for what may not be replaced.
  Result<std::optional<mode_t>> look(const std::string& doing) const {
    struct stat there{};
    if (::fstatat(folder_->value(), target_.c_str(), &there, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno == ENOENT) return std::nullopt;
      return failErrno(errno, doing);
    }
    if (S_ISLNK(there.st_mode)) return fail(ErrorKind::kInvalid, doing + ": a symbolic link, not followed");
    if (!S_ISREG(there.st_mode)) return fail(ErrorKind::kInvalid, doing + ": not a regular file");
    if (::faccessat(folder_->value(), target_.c_str(), W_OK, AT_EACCESS) != 0) return failErrno(errno, doing);
    return there.st_mode;
  }

  std::shared_ptr<Descriptor> folder_;
  std::string target_;
  std::string beside_;  // empty where nothing waits
  bool removes_ = false;
};

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(value_, other.value_);
  return *this;
}

Descriptor::~Descriptor() {
  if (value_ >= 0) ::close(value_);
}

Result<DirectoryTree> DirectoryTree::open(const std::filesystem::path& root, std::vector<std::string> excluded) {
  Descriptor descriptor(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  auto doing = fmt::format("open tree {}", root.string());
  if (!descriptor.valid() && errno == ENOTDIR) return fail(ErrorKind::kInvalid, doing + ": not a folder");
  if (!descriptor.valid()) return failErrno(errno, doing);
  return DirectoryTree(root, std::move(descriptor), std::move(excluded));
}

Result<std::vector<FileEntry>> DirectoryTree::list() const {
  std::vector<FileEntry> entries;
  GANDER_CHECK(listInto(descriptor_.value(), "", 0, entries));
  std::ranges::sort(entries, {}, &FileEntry::path);
  return entries;
}

Status DirectoryTree::listInto(int folder, const std::string& prefix, int depth,
                               std::vector<FileEntry>& entries) const {
  auto doing = fmt::format("list {}", (root_ / prefix).string());
  if (depth > kDepth) return fail(ErrorKind::kInvalid, fmt::format("{}: more than {} folders deep", doing, kDepth));
  GANDER_TRY(auto names, namesIn(folder, doing));
  if (depth > 0 && std::ranges::binary_search(names, ".git")) {
    entries.push_back({prefix.substr(0, prefix.size() - 1), FileKind::kSubmodule, 0});
    return {};
  }
  for (const auto& name : names) {
    auto path = prefix + name;
    struct stat found{};
    if (name == ".git" || std::ranges::find(excluded_, path) != excluded_.end()) continue;
    if (::fstatat(folder, name.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno == ENOENT) continue;  // removed since it was listed
      return failErrno(errno, fmt::format("look at {}", (root_ / path).string()));
    }
    auto size = static_cast<uint64_t>(found.st_size);
    if (S_ISREG(found.st_mode)) entries.push_back({path, FileKind::kRegular, size});
    if (S_ISLNK(found.st_mode)) entries.push_back({path, FileKind::kSymlink, size});
    if (!S_ISDIR(found.st_mode)) continue;
    Descriptor inner(::openat(folder, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!inner.valid()) return failOpen(errno, fmt::format("list {}", (root_ / path).string()));
    GANDER_CHECK(listInto(inner.value(), path + "/", depth + 1, entries));
  }
  return {};
}

Result<std::string> DirectoryTree::read(const std::string& path) const {
  auto doing = fmt::format("read {}", (root_ / path).string());
  GANDER_TRY(auto parts, pathParts(path));
  GANDER_TRY(auto folder, openParent(descriptor_.value(), parts, doing));
  // O_NONBLOCK: a pipe in the place of a file must not hold us up.
  Descriptor file(::openat(folder.value(), parts.back().c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.valid()) return failOpen(errno, doing);
  struct stat found{};
  if (::fstat(file.value(), &found) != 0) return failErrno(errno, doing);
  if (!S_ISREG(found.st_mode)) return fail(ErrorKind::kInvalid, doing + ": not a regular file");
  return readAll(file.value(), doing);
}

Status DirectoryTree::replace(const std::map<std::string, std::optional<std::string>>& texts) const {
  std::map<std::vector<std::string>, std::shared_ptr<Descriptor>>
      folders;  // shared: a large rewrite must not use up descriptors
  std::vector<StagedFile> staged;
  std::vector<std::string> doings;
  for (const auto& [path, text] : texts) {
    auto doing = fmt::format("{} {}", text ? "write" : "remove", (root_ / path).string());
    GANDER_TRY(auto parts, pathParts(path));
    auto& folder = folders[{parts.begin(), parts.end() - 1}];
    if (folder == nullptr) {
      GANDER_TRY(auto opened, openParent(descriptor_.value(), parts, doing));
      folder = std::make_shared<Descriptor>(std::move(opened));
    }
    staged.emplace_back(folder, parts.back());
    GANDER_CHECK(text ? staged.back().write(*text, doing) : staged.back().remove(doing));
    doings.push_back(std::move(doing));
  }
  size_t done = 0;
  for (bool removes : {false, true})
    for (size_t at = 0; at < staged.size(); ++at) {
      if (staged[at].removes() != removes) continue;
      if (auto status = staged[at].putInPlace(doings[at]); !status)
        return std::unexpected(
            status.error().withContext(fmt::format("{} of {} files are in place", done, staged.size())));
      ++done;
    }
  return {};
}

}  // namespace gander::fleet
