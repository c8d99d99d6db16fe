// The tree of a commit as the engines see it: read from the object database, no checkout.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "repos/repository.h"
#include "rewriter/file_system.h"

namespace gander::fleet {

class CommitTree final : public rewriter::FileSystem {
 public:
  // The repository must outlive the tree.
  static Result<CommitTree> open(const repos::Repository& repository, const repos::CommitId& commit);

  Result<std::vector<rewriter::FileEntry>> list() const override;
  Result<std::string> read(const std::string& path) const override;

 private:
  CommitTree(const repos::Repository& repository, std::map<std::string, repos::TreeEntry> entries)
      : repository_(&repository), entries_(std::move(entries)) {}

  const repos::Repository* repository_;
  std::map<std::string, repos::TreeEntry> entries_;
};

}  // namespace gander::fleet
