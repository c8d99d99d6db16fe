#include "fleet/commit_tree.h"

#include <fmt/format.h>

namespace gander::fleet {

Result<CommitTree> CommitTree::open(const repos::Repository& repository, const repos::CommitId& commit) {
  GANDER_TRY(auto listed, repository.listTree(commit));
  std::map<std::string, repos::TreeEntry> entries;
  for (auto& entry : listed) {
    auto path = entry.path;
    entries.emplace(std::move(path), std::move(entry));
  }
  return CommitTree(repository, std::move(entries));
}

Result<std::vector<rewriter::FileEntry>> CommitTree::list() const {
  auto kindOf = [](repos::EntryKind kind) {
    switch (kind) {
      case repos::EntryKind::kSymlink: return rewriter::FileKind::kSymlink;
      case repos::EntryKind::kSubmodule: return rewriter::FileKind::kSubmodule;
      case repos::EntryKind::kFile:
      case repos::EntryKind::kExecutable: break;
    }
    return rewriter::FileKind::kRegular;
  };
  std::vector<rewriter::FileEntry> files;
  for (const auto& [path, entry] : entries_) files.push_back({path, kindOf(entry.kind), entry.size});
  return files;
}

Result<std::string> CommitTree::read(const std::string& path) const {
  auto found = entries_.find(path);
  if (found == entries_.end()) return fail(ErrorKind::kNotFound, fmt::format("{}: the commit has no such file", path));
  if (found->second.kind == repos::EntryKind::kSymlink || found->second.kind == repos::EntryKind::kSubmodule)
    return fail(ErrorKind::kInvalid, fmt::format("{}: this is no regular file", path));
  return repository_->readBlob(found->second.id);
}

}  // namespace gander::fleet
