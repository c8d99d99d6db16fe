#include "repos/git/edited_tree.h"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "repos/git/failure.h"
#include "repos/git/tree_list.h"

namespace gander::repos {
namespace {

std::unexpected<Error> refuse(std::string_view path, std::string_view why) {
  return fail(ErrorKind::kInvalid, fmt::format("{} is not edited: {}", path, why));
}

// What stands at `path`; GIT_FILEMODE_UNREADABLE where nothing does.
Result<git_filemode_t> modeAt(const git_tree* base, const std::string& path) {
  TreeEntryHandle entry;
  int code = git_tree_entry_bypath(into(entry), base, path.c_str());
  if (code == GIT_ENOTFOUND) return GIT_FILEMODE_UNREADABLE;
  if (code < 0) return failGit(code, fmt::format("look for {}", path));
  return git_tree_entry_filemode(entry.get());
}

Status checkParents(const git_tree* base, const std::string& path) {
  for (size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    auto parent = path.substr(0, slash);
    GANDER_TRY(auto mode, modeAt(base, parent));
    if (mode == GIT_FILEMODE_UNREADABLE) return {};
    if (mode == GIT_FILEMODE_LINK) return refuse(path, fmt::format("{} is a symbolic link", parent));
    if (mode == GIT_FILEMODE_COMMIT) return refuse(path, fmt::format("{} is a submodule", parent));
    if (mode != GIT_FILEMODE_TREE) return refuse(path, fmt::format("{} is a file", parent));
  }
  return {};
}

// ... of a file that may be written or removed.
Result<git_filemode_t> modeOf(const git_tree* base, const std::string& path) {
  GANDER_CHECK(checkTreePath(path));
  GANDER_CHECK(checkParents(base, path));
  GANDER_TRY(auto mode, modeAt(base, path));
  switch (mode) {
    case GIT_FILEMODE_LINK: return refuse(path, "it is a symbolic link");
    case GIT_FILEMODE_COMMIT: return refuse(path, "it is a submodule");
    case GIT_FILEMODE_TREE: return refuse(path, "it is a folder");
    default: return mode;
  }
}

using Files = std::map<std::string, std::optional<std::string>>;

// Two new paths of one edit may contradict each other: `a` and `a/b`.
Status checkAgreement(const Files& files) {
  for (const auto& [path, bytes] : files) {
    for (size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
      if (files.contains(path.substr(0, slash)))
        return refuse(path, fmt::format("{} is to be a file too", path.substr(0, slash)));
    }
  }
  return {};
}

}  // namespace

Result<git_oid> editTree(git_repository* repository, const git_tree* base, const Files& files) {
  GANDER_CHECK(checkAgreement(files));
  std::vector<git_tree_update> updates;
  for (const auto& [path, bytes] : files) {
    GANDER_TRY(auto mode, modeOf(base, path));
    if (!bytes && mode == GIT_FILEMODE_UNREADABLE) return refuse(path, "it is to go away, and is not there");
    git_tree_update update{};
    update.action = bytes ? GIT_TREE_UPDATE_UPSERT : GIT_TREE_UPDATE_REMOVE;
    update.filemode = mode == GIT_FILEMODE_UNREADABLE ? GIT_FILEMODE_BLOB : mode;
    update.path = path.c_str();
    updates.push_back(update);
  }
  size_t next = 0;  // all paths are good: now write
  for (const auto& [path, bytes] : files) {
    auto& update = updates[next++];
    if (!bytes) continue;
    GANDER_GIT(git_blob_create_from_buffer(&update.id, repository, bytes->data(), bytes->size()),
               fmt::format("write {}", path));
  }
  git_oid tree{};
  GANDER_GIT(git_tree_create_updated(&tree, repository, const_cast<git_tree*>(base), updates.size(), updates.data()),
             "write the tree");
  return tree;
}

}  // namespace gander::repos
