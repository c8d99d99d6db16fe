#include "base/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

namespace gander {
namespace {

struct Descriptor {
  int value = -1;
  ~Descriptor() {
    if (value >= 0) ::close(value);
  }
};

Status writeAll(int descriptor, std::string_view text, const std::string& doing) {
  while (!text.empty()) {
    ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return failErrno(errno, doing);
    }
    text.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

}  // namespace

bool isWithin(const std::filesystem::path& folder, const std::filesystem::path& path) {
  const auto relative = path.lexically_normal().lexically_relative(folder.lexically_normal());
  return !relative.empty() && *relative.begin() != "..";
}

static Result<std::string> readAll(int file, uint64_t limit, const std::string& doing) {
  std::string text;
  std::vector<char> buffer(1 << 16);
  for (;;) {
    ssize_t count = ::read(file, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failErrno(errno, doing);
    if (count == 0) return text;
    text.append(buffer.data(), static_cast<size_t>(count));
    if (text.size() > limit) return fail(ErrorKind::kExhausted, fmt::format("{}: more than {} bytes", doing, limit));
  }
}

Result<std::string> readFile(const std::filesystem::path& path) {
  auto doing = fmt::format("read {}", path.string());
  Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.value < 0) return failErrno(errno, doing);
  return readAll(file.value, UINT64_MAX, doing);
}

Result<std::string> readFile(const std::filesystem::path& path, uint64_t limit) {
  auto doing = fmt::format("read {}", path.string());
  // A pipe that nobody writes to must not hold up who asks what it is.
  Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (file.value < 0) return failErrno(errno, doing);
  struct stat found{};
  if (::fstat(file.value, &found) != 0) return failErrno(errno, doing);
  if (!S_ISREG(found.st_mode)) return fail(ErrorKind::kInvalid, doing + ": not a regular file");
  return readAll(file.value, limit, doing);
}

Status writeFile(const std::filesystem::path& path, std::string_view text) {
  auto doing = fmt::format("write {}", path.string());
  struct stat there{};
  bool exists = ::lstat(path.c_str(), &there) == 0;
  if (exists && !S_ISREG(there.st_mode)) return fail(ErrorKind::kInvalid, doing + ": not a regular file");
  std::string beside = path.string() + ".gander-XXXXXX";
  Descriptor file{::mkostemp(beside.data(), O_CLOEXEC)};
  if (file.value < 0) return failErrno(errno, doing);
  auto status = writeAll(file.value, text, doing);
  if (status && ::fchmod(file.value, exists ? there.st_mode & 07777 : 0644) != 0) status = failErrno(errno, doing);
  if (status && ::fsync(file.value) != 0) status = failErrno(errno, doing);
  if (status && ::rename(beside.c_str(), path.c_str()) != 0) status = failErrno(errno, doing);
  if (!status) ::unlink(beside.c_str());
  return status;
}

Status ensureDirectory(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return failErrno(error.value(), fmt::format("make folder {}", path.string()));
  return {};
}

Status removeTree(const std::filesystem::path& path) {
  std::error_code error;
  // Somebody else may be removing it too: what is gone meanwhile is no error, and what is left is looked for again.
  do std::filesystem::remove_all(path, error);
  while (error == std::errc::no_such_file_or_directory);
  if (error) return failErrno(error.value(), fmt::format("remove {}", path.string()));
  return {};
}

Result<TemporaryDirectory> TemporaryDirectory::make(std::string_view prefix) {
  std::error_code error;
  auto parent = std::filesystem::temp_directory_path(error);
  if (error) return failErrno(error.value(), "find the folder for temporary files");
  auto name = (parent / fmt::format("{}-XXXXXX", prefix)).string();
  if (::mkdtemp(name.data()) == nullptr) return failErrno(errno, fmt::format("make folder {}", name));
  return TemporaryDirectory(name);
}

TemporaryDirectory& TemporaryDirectory::operator=(TemporaryDirectory&& other) noexcept {
  std::swap(path_, other.path_);
  return *this;
}

TemporaryDirectory::~TemporaryDirectory() {
  if (path_.empty()) return;
  std::error_code ignored;  // a destructor has nobody to tell; the folder is in the temporary files' place
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace gander
