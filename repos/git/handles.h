// libgit2's handles, each owned from the line where it is born.
#pragma once

#include <git2.h>

#include <memory>

namespace gander::repos {

template <auto kFree>
struct FreedBy {
  template <typename T>
  void operator()(T* handle) const {
    kFree(handle);
  }
};

template <typename T, auto kFree>
using Handle = std::unique_ptr<T, FreedBy<kFree>>;

using RepositoryHandle = Handle<git_repository, git_repository_free>;
using RemoteHandle = Handle<git_remote, git_remote_free>;
using ReferenceHandle = Handle<git_reference, git_reference_free>;
using ReferenceIterator = Handle<git_reference_iterator, git_reference_iterator_free>;
using TransactionHandle = Handle<git_transaction, git_transaction_free>;
using CommitHandle = Handle<git_commit, git_commit_free>;
using TreeHandle = Handle<git_tree, git_tree_free>;
using TreeEntryHandle = Handle<git_tree_entry, git_tree_entry_free>;
using BlobHandle = Handle<git_blob, git_blob_free>;
using SignatureHandle = Handle<git_signature, git_signature_free>;
using OdbHandle = Handle<git_odb, git_odb_free>;
using WalkHandle = Handle<git_revwalk, git_revwalk_free>;
using IndexHandle = Handle<git_index, git_index_free>;
using IndexConflicts = Handle<git_index_conflict_iterator, git_index_conflict_iterator_free>;
using DiffHandle = Handle<git_diff, git_diff_free>;
using PackBuilder = Handle<git_packbuilder, git_packbuilder_free>;

// A text that libgit2 has allocated.
struct Buffer {
  git_buf value = {nullptr, 0, 0};
  Buffer() = default;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() { git_buf_dispose(&value); }
};

// git_commit_lookup(into(commit), ...): the handle owns what the call has made when the call's full expression ends.
template <typename H>
class Into {
 public:
  explicit Into(H& handle) : handle_(handle) {}
  Into(const Into&) = delete;
  Into& operator=(const Into&) = delete;
  ~Into() { handle_.reset(made_); }
  operator typename H::pointer*() { return &made_; }

 private:
  H& handle_;
  typename H::pointer made_ = nullptr;
};

template <typename H>
Into<H> into(H& handle) {
  return Into<H>(handle);
}

}  // namespace gander::repos
