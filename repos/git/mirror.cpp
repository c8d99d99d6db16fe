#include "repos/git/mirror.h"

#include <fmt/format.h>

#include "repos/git/checkout.h"
#include "repos/git/commits.h"
#include "repos/git/failure.h"
#include "repos/git/fetch.h"
#include "repos/git/objects.h"
#include "repos/git/tree_list.h"

namespace gander::repos {

Result<BranchName> Mirror::defaultBranch() const {
  constexpr std::string_view kPrefix = "refs/heads/";
  ReferenceHandle head;
  GANDER_GIT(git_reference_lookup(into(head), repository_.get(), "HEAD"), "read the default branch");
  const char* target = git_reference_symbolic_target(head.get());
  std::string_view name = target == nullptr ? "" : target;
  if (name == kEmptyHead) return fail(ErrorKind::kNotFound, fmt::format("{} has no commit yet", remote_.url.shown));
  if (!name.starts_with(kPrefix)) {
    return fail(ErrorKind::kNotFound,
                fmt::format("{} has no default branch: its HEAD names no branch that is there", remote_.url.shown));
  }
  return BranchName{std::string(name.substr(kPrefix.size()))};
}

Result<std::optional<CommitId>> Mirror::findBranch(const BranchName& branch) const {
  GANDER_TRY(auto reference, referenceName(branch));
  GANDER_TRY(auto target, findTarget(repository_.get(), reference));
  if (!target) return std::nullopt;
  return CommitId{toHex(*target)};
}

Result<CommitInfo> Mirror::readCommit(const CommitId& id) const {
  GANDER_TRY(auto commit, loadCommit(repository_.get(), id));
  return describeCommit(commit.get());
}

Result<std::vector<TreeEntry>> Mirror::listTree(const CommitId& commit) const {
  GANDER_TRY(auto tree, loadTree(repository_.get(), commit));
  return listEntries(repository_.get(), tree.get());
}

Result<std::string> Mirror::readBlob(const std::string& id) const { return loadBlob(repository_.get(), id); }

Result<std::vector<CommitInfo>> Mirror::commitsBetween(const CommitId& base, const CommitId& tip) const {
  return walkCommits(repository_.get(), base, tip);
}

Status Mirror::checkout(const CommitId& commit, const std::filesystem::path& folder) const {
  GANDER_TRY(auto entries, listTree(commit));
  return writeTree(repository_.get(), entries, folder);
}

Result<CommitId> Mirror::commit(const NewCommit& commit) { return makeCommit(repository_.get(), commit, signing_); }

Result<PushOutcome> Mirror::push(const BranchName& branch, const CommitId& to,
                                 const std::optional<CommitId>& expected) {
  GANDER_TRY(auto reference, referenceName(branch));
  GANDER_CHECK(loadCommit(repository_.get(), to));
  GANDER_TRY(auto wanted, parseId(to.hex));
  PushOrder order{reference, wanted, std::nullopt};
  if (expected) {
    GANDER_TRY(order.expected, parseId(expected->hex));
  }
  return carryOut(order);
}

Result<PushOutcome> Mirror::removeBranch(const BranchName& branch, const CommitId& expected) {
  GANDER_TRY(auto reference, referenceName(branch));
  GANDER_TRY(auto old, parseId(expected.hex));
  return carryOut({reference, std::nullopt, old});
}

Result<TreeId> Mirror::mergedTree(const CommitId& ours, const CommitId& theirs) const {
  return mergedTreeOf(repository_.get(), ours, theirs);
}

Result<CommitId> Mirror::merge(const CommitId& ours, const CommitId& theirs, const Person& author, Time time,
                               const std::string& message) {
  return mergeCommits(repository_.get(), ours, theirs, author, time, message, signing_);
}

Result<std::string> Mirror::diff(const CommitId& from, const CommitId& to) const {
  return diffCommits(repository_.get(), from, to);
}

Result<PushOutcome> Mirror::carryOut(const PushOrder& order) {
  const auto& url = remote_.url;
  auto outcome =
      url.isLocal() ? pushToFolder(repository_.get(), url, order) : pushToServer(repository_.get(), remote_, order);
  if (!outcome) return std::unexpected(url.told(outcome.error(), "push to"));
  if (*outcome != PushOutcome::kRefused) GANDER_CHECK(follow(order));
  return outcome;
}

// The mirror's own branch goes where the remote's now stands, as a fetch would move it.
Status Mirror::follow(const PushOrder& order) {
  if (order.to) {
    ReferenceHandle moved;
    GANDER_GIT(git_reference_create(into(moved), repository_.get(), order.reference.c_str(), &*order.to, 1, nullptr),
               "follow the push");
    return {};
  }
  int code = git_reference_remove(repository_.get(), order.reference.c_str());
  if (code < 0 && code != GIT_ENOTFOUND) return failGit(code, "follow the deletion");
  return {};
}

}  // namespace gander::repos
