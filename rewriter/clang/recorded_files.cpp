#include "rewriter/clang/recorded_files.h"

#include <link.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

#include <algorithm>
#include <chrono>

namespace gander::rewriter {

using llvm::Twine;
using llvm::vfs::Status;

static uint64_t nanoseconds(llvm::sys::TimePoint<> time) {
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count());
}

static Input describe(const std::string& path, const Status& status, InputKind kind) {
  Input input{.path = path, .kind = kind};
  if (kind == InputKind::kRead) input.size = status.getSize();
  if (kind != InputKind::kPresent && kind != InputKind::kFolder)
    input.modified = nanoseconds(status.getLastModificationTime());
  return input;
}

std::string RecordedFiles::absolute(const Twine& path) const {
  llvm::SmallString<256> full;
  path.toVector(full);
  (void)makeAbsolute(
      full);  // fails only where there is no current folder; the path is then noted as it is, and never holds
  return full.str().str();
}

void RecordedFiles::record(const Twine& path, const llvm::ErrorOr<Status>& status, InputKind file) {
  const auto full = absolute(path);
  auto& known = seen_[full];
  if (known.kind == InputKind::kRead && !known.path.empty()) return;
  if (!status) {
    known = {.path = full, .kind = InputKind::kAbsent};
  } else {
    known = describe(full, *status, status->isDirectory() ? InputKind::kFolder : file);
  }
}

llvm::ErrorOr<Status> RecordedFiles::status(const Twine& path) {
  auto status = ProxyFileSystem::status(path);
  record(path, status, InputKind::kPresent);
  return status;
}

llvm::ErrorOr<std::unique_ptr<llvm::vfs::File>> RecordedFiles::openFileForRead(const Twine& path) {
  auto file = ProxyFileSystem::openFileForRead(path);
  record(path, file ? (*file)->status() : llvm::ErrorOr<Status>(file.getError()), InputKind::kRead);
  return file;
}

llvm::vfs::directory_iterator RecordedFiles::dir_begin(const Twine& folder, std::error_code& error) {
  const auto status = this->status(folder);
  const auto full = absolute(folder);
  if (status) listings_[full] = describe(full, *status, InputKind::kListing);
  return ProxyFileSystem::dir_begin(folder, error);
}

std::error_code RecordedFiles::getRealPath(const Twine& path, llvm::SmallVectorImpl<char>& output) {
  const auto error = ProxyFileSystem::getRealPath(path, output);
  const auto full = absolute(path);
  Input input{.path = full, .kind = InputKind::kLink};
  if (!error) input.target.assign(output.begin(), output.end());
  links_[full] = std::move(input);
  return error;
}

// An engine of another version makes other facts: its files are inputs like the sources.
static std::map<std::string, Input> programs() {
  std::map<std::string, Input> found;
  auto add = [&](const std::string& path) {
    llvm::sys::fs::file_status status;
    if (path.empty() || path[0] != '/' || llvm::sys::fs::status(path, status)) return;
    found[path] = {.path = path,
                   .kind = InputKind::kProgram,
                   .size = status.getSize(),
                   .modified = nanoseconds(status.getLastModificationTime())};
  };
  add(llvm::sys::fs::getMainExecutable(nullptr, nullptr));
  ::dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* data) {
        if (info->dlpi_name != nullptr) (*static_cast<decltype(add)*>(data))(info->dlpi_name);
        return 0;
      },
      &add);
  return found;
}

std::vector<Input> RecordedFiles::inputs() const {
  std::vector<Input> all;
  for (const auto& group : {seen_, listings_, links_, programs()})
    for (const auto& [path, input] : group) all.push_back(input);
  std::ranges::sort(all, {}, [](const Input& input) { return std::tie(input.path, input.kind); });
  return all;
}

}  // namespace gander::rewriter
