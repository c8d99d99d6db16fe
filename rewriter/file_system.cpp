#include "rewriter/file_system.h"

#include <fmt/format.h>

namespace gander::rewriter {

Result<std::vector<FileEntry>> MemoryFileSystem::list() const {
  std::vector<FileEntry> entries;
  for (const auto& [path, text] : files_) entries.push_back({path, FileKind::kRegular, text.size()});
  return entries;
}

Result<std::string> MemoryFileSystem::read(const std::string& path) const {
  auto found = files_.find(path);
  if (found == files_.end()) return fail(ErrorKind::kNotFound, fmt::format("no file {}", path));
  return found->second;
}

}  // namespace gander::rewriter
