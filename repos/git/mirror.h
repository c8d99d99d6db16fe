// A repository of the cache, held under its lock for as long as it lives.
#pragma once

#include "repos/git/handles.h"
#include "repos/git/mirror_lock.h"
#include "repos/git/push.h"
#include "repos/git/remote_call.h"
#include "repos/repository.h"

namespace gander::repos {

class Mirror final : public Repository {
 public:
  Mirror(MirrorLock lock, RepositoryHandle repository, Remote remote, std::optional<Signing> signing)
      : lock_(std::move(lock)),
        remote_(std::move(remote)),
        signing_(std::move(signing)),
        repository_(std::move(repository)) {}

  Result<BranchName> defaultBranch() const override;
  Result<std::optional<CommitId>> findBranch(const BranchName& branch) const override;
  Result<CommitInfo> readCommit(const CommitId& commit) const override;
  Result<std::vector<TreeEntry>> listTree(const CommitId& commit) const override;
  Result<std::string> readBlob(const std::string& id) const override;
  Result<std::vector<CommitInfo>> commitsBetween(const CommitId& base, const CommitId& tip) const override;
  Status checkout(const CommitId& commit, const std::filesystem::path& folder) const override;
  Result<CommitId> commit(const NewCommit& commit) override;
  Result<PushOutcome> push(const BranchName& branch, const CommitId& to,
                           const std::optional<CommitId>& expected) override;
  Result<PushOutcome> removeBranch(const BranchName& branch, const CommitId& expected) override;
  Result<TreeId> mergedTree(const CommitId& ours, const CommitId& theirs) const override;
  Result<CommitId> merge(const CommitId& ours, const CommitId& theirs, const Person& author, Time time,
                         const std::string& message) override;
  Result<std::string> diff(const CommitId& from, const CommitId& to) const override;

 private:
  Result<PushOutcome> carryOut(const PushOrder& order);
  Status follow(const PushOrder& order);

  // let go of in reverse order: the lock last
  MirrorLock lock_;
  Remote remote_;
  std::optional<Signing> signing_;
  RepositoryHandle repository_;
};

}  // namespace gander::repos
