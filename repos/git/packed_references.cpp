#include "repos/git/packed_references.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

#include "base/files.h"

namespace gander::repos {
namespace {

constexpr const char* kFile = "packed-refs";
constexpr const char* kLock = "packed-refs.lock";

}  // namespace

Result<PackedReferences> PackedReferences::lock(const std::filesystem::path& repository,
                                                std::chrono::milliseconds patience) {
  constexpr std::chrono::milliseconds kPause{5};
  auto deadline = std::chrono::steady_clock::now() + patience;
  auto file = repository / kLock;
  for (;;) {
    int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (descriptor >= 0) {
      ::close(descriptor);
      return PackedReferences(repository);
    }
    if (errno != EEXIST) return failErrno(errno, fmt::format("lock {}", file.string()));
    if (std::chrono::steady_clock::now() >= deadline) {
      return fail(ErrorKind::kUnavailable,
                  fmt::format("{} is in the way; if no git is at work there, remove it", file.string()));
    }
    std::this_thread::sleep_for(kPause);
  }
}

PackedReferences::~PackedReferences() {
  if (!folder_.empty()) ::unlink((folder_ / kLock).c_str());
}

Status PackedReferences::remove(const std::string& reference) {
  auto file = folder_ / kFile;
  std::error_code error;
  bool present = std::filesystem::exists(file, error);
  if (error) return failErrno(error.value(), fmt::format("look for {}", file.string()));
  if (!present) return {};
  GANDER_TRY(auto packed, readFile(file));
  auto left = withoutReference(packed, reference);
  if (left == packed) return {};
  return writeFile(file, left);
}

std::string withoutReference(std::string_view packed, std::string_view reference) {
  std::string left;
  bool dropping = false;  // the line before was the reference's; a '^' line belongs to it
  while (!packed.empty()) {
    size_t end = packed.find('\n');
    auto line = packed.substr(0, end == std::string_view::npos ? packed.size() : end + 1);
    packed.remove_prefix(line.size());
    auto text = line.ends_with('\n') ? line.substr(0, line.size() - 1) : line;
    size_t space = text.find(' ');
    bool entry = !text.starts_with('#') && !text.starts_with('^');
    if (entry) dropping = space != std::string_view::npos && text.substr(space + 1) == reference;
    if (!dropping || text.starts_with('#')) left += line;
  }
  return left;
}

}  // namespace gander::repos
