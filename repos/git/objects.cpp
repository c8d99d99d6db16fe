#include "repos/git/objects.h"

#include <fmt/format.h>

#include <array>

#include "repos/git/failure.h"

namespace gander::repos {

Result<git_oid> parseId(std::string_view hex) {
  git_oid id{};
  if (hex.size() != GIT_OID_HEXSZ || git_oid_fromstrn(&id, hex.data(), hex.size()) < 0) {
    return fail(ErrorKind::kInvalid, fmt::format("'{}' is no object id: 40 hex digits are expected", hex));
  }
  return id;
}

std::string toHex(const git_oid& id) {
  std::array<char, GIT_OID_HEXSZ + 1> hex{};
  return git_oid_tostr(hex.data(), hex.size(), &id);
}

Result<CommitHandle> loadCommit(git_repository* repository, const CommitId& id) {
  GANDER_TRY(auto oid, parseId(id.hex));
  CommitHandle commit;
  GANDER_GIT(git_commit_lookup(into(commit), repository, &oid), fmt::format("read commit {}", id.hex));
  return commit;
}

Result<TreeHandle> loadTree(git_repository* repository, const CommitId& id) {
  GANDER_TRY(auto commit, loadCommit(repository, id));
  TreeHandle tree;
  GANDER_GIT(git_commit_tree(into(tree), commit.get()), fmt::format("read the tree of commit {}", id.hex));
  return tree;
}

Result<std::string> loadBlob(git_repository* repository, const std::string& id) {
  GANDER_TRY(auto oid, parseId(id));
  BlobHandle blob;
  GANDER_GIT(git_blob_lookup(into(blob), repository, &oid), fmt::format("read file object {}", id));
  return std::string(static_cast<const char*>(git_blob_rawcontent(blob.get())), git_blob_rawsize(blob.get()));
}

Result<std::string> referenceName(const BranchName& branch) {
  auto name = "refs/heads/" + branch.name;
  int valid = 0;
  GANDER_GIT(git_reference_name_is_valid(&valid, name.c_str()), "check a branch name");
  bool cut = branch.name.find('\0') != std::string::npos;
  if (valid == 0 || cut) return fail(ErrorKind::kInvalid, fmt::format("'{}' is no name for a branch", branch.name));
  return name;
}

Result<std::optional<git_oid>> findTarget(git_repository* repository, const std::string& reference) {
  ReferenceHandle found;
  int code = git_reference_lookup(into(found), repository, reference.c_str());
  if (code == GIT_ENOTFOUND) return std::nullopt;
  if (code < 0) return failGit(code, fmt::format("read {}", reference));
  const git_oid* target = git_reference_target(found.get());
  if (target == nullptr) return fail(ErrorKind::kConflict, fmt::format("{} stands for another reference", reference));
  return *target;
}

}  // namespace gander::repos
