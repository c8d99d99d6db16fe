#include "repos/git/checkout.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

#include "base/files.h"
#include "base/text.h"
#include "repos/git/objects.h"

namespace gander::repos {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  int get() const { return value_; }

 private:
  int value_;
};

// The folder `path` below `root`, made where it is missing; a symbolic link on the way is an error, never followed.
Result<Descriptor> openFolder(int root, std::string_view path) {
  Descriptor folder(::openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0) return failErrno(errno, "open the checkout's folder");
  if (path.empty()) return folder;
  for (const auto& part : split(path, '/')) {
    if (::mkdirat(folder.get(), part.c_str(), 0755) != 0 && errno != EEXIST)
      return failErrno(errno, fmt::format("make folder {}", path));
    Descriptor next(::openat(folder.get(), part.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (next.get() < 0) return failErrno(errno, fmt::format("open folder {}", path));
    folder = std::move(next);
  }
  return folder;
}

std::pair<std::string, std::string> splitPath(const std::string& path) {
  size_t slash = path.rfind('/');
  if (slash == std::string::npos) return {"", path};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

Status writeBytes(int file, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failErrno(errno, fmt::format("write {}", path));
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

Status writeEntryFile(git_repository* repository, int root, const TreeEntry& entry) {
  auto [parent, name] = splitPath(entry.path);
  GANDER_TRY(auto folder, openFolder(root, parent));
  GANDER_TRY(auto bytes, loadBlob(repository, entry.id));
  mode_t mode = entry.kind == EntryKind::kExecutable ? 0755 : 0644;
  Descriptor file(::openat(folder.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
  if (file.get() < 0) return failErrno(errno, fmt::format("make {}", entry.path));
  GANDER_CHECK(writeBytes(file.get(), bytes, entry.path));
  if (::fchmod(file.get(), mode) != 0) return failErrno(errno, fmt::format("set the mode of {}", entry.path));
  return {};
}

Status writeLink(git_repository* repository, int root, const TreeEntry& entry) {
  GANDER_TRY(auto target, loadBlob(repository, entry.id));
  if (!staysInside(entry.path, target)) return {};
  auto [parent, name] = splitPath(entry.path);
  GANDER_TRY(auto folder, openFolder(root, parent));
  if (::symlinkat(target.c_str(), folder.get(), name.c_str()) != 0)
    return failErrno(errno, fmt::format("make link {}", entry.path));
  return {};
}

}  // namespace

bool staysInside(std::string_view path, std::string_view target) {
  constexpr size_t kTargetLimit = 4095;
  if (target.empty() || target.size() > kTargetLimit || target.starts_with('/') ||
      target.find('\0') != std::string_view::npos)
    return false;
  size_t depth = split(path, '/').size() - 1;  // folders above the link
  bool below = false;                          // a named part has been seen
  for (const auto& part : split(target, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      below = true;
      continue;
    }
    if (below || depth == 0) return false;
    --depth;
  }
  return true;
}

Status writeTree(git_repository* repository, const std::vector<TreeEntry>& entries,
                 const std::filesystem::path& folder) {
  GANDER_CHECK(ensureDirectory(folder));
  std::error_code error;
  bool empty = std::filesystem::is_empty(folder, error);
  if (error) return failErrno(error.value(), fmt::format("look into {}", folder.string()));
  if (!empty) return fail(ErrorKind::kConflict, fmt::format("{} is not empty", folder.string()));
  Descriptor root(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (root.get() < 0) return failErrno(errno, fmt::format("open {}", folder.string()));
  for (const auto& entry : entries) {
    if (entry.kind == EntryKind::kSubmodule) GANDER_CHECK(openFolder(root.get(), entry.path));
    if (entry.kind == EntryKind::kFile || entry.kind == EntryKind::kExecutable)
      GANDER_CHECK(writeEntryFile(repository, root.get(), entry));
  }
  // links last: while files are written there is none that could lead them astray
  for (const auto& entry : entries) {
    if (entry.kind == EntryKind::kSymlink) GANDER_CHECK(writeLink(repository, root.get(), entry));
  }
  return {};
}

}  // namespace gander::repos
