// Writes packs into a repository, so that a full disk is an error and not the end of the process.
//
// libgit2's indexer writes through a memory map of a file that it has made longer by touching its last page only: where the
// disk has no room for the pages before, the kernel ends the process with SIGBUS. Fed in pieces of at most a page, each page is
// touched by a plain write before it is mapped, and the write fails in time.
#pragma once

#include <cstddef>
#include <string>

#include "repos/git/handles.h"

namespace gander::repos {

class PackWriter {
 public:
  // As libgit2 does: 0, or a negative code with git_error_last() set.
  int open(git_repository* repository, git_indexer_progress_cb progress, void* payload);
  int append(const void* data, size_t size, git_indexer_progress* stats);
  int commit(git_indexer_progress* stats);

 private:
  std::string folder_;
  IndexerHandle indexer_;
};

// From here on the packs that a fetch brings into `repository` are written by a PackWriter. The repository must outlive all use
// of its object database.
int writePacksCarefully(git_repository* repository);

}  // namespace gander::repos
