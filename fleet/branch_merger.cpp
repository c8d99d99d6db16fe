#include <fmt/format.h>

#include <algorithm>

#include "fleet/fleet.h"

namespace gander::fleet {
namespace {

using repos::CommitId;

class MirrorMerger final : public prbot::BranchMerger {
 public:
  MirrorMerger(repos::Mirrors& mirrors, repos::Person author) : mirrors_(mirrors), author_(std::move(author)) {}

  Result<std::string> merge(const prbot::MergeRequest& request) override {
    // The base may move between the look and the push; a few times that is somebody else's push, not a defect.
    for (int round = 0; round < 3; ++round) {
      GANDER_TRY(auto merged, mergeOnce(request));
      if (merged) return merged->hex;
    }
    return fail(ErrorKind::kConflict, fmt::format("merge into {}: the branch keeps moving; try again", request.base));
  }

 private:
  // nullopt where the base moved before the push.
  Result<std::optional<CommitId>> mergeOnce(const prbot::MergeRequest& request) {
    GANDER_TRY(auto repository, mirrors_.fetch(request.repository.string()));
    GANDER_TRY(auto base, repository->findBranch({request.base}));
    if (!base) return fail(ErrorKind::kNotFound, fmt::format("the repository has no branch {}", request.base));
    CommitId head{request.head};
    GANDER_TRY(auto contained, findMergeOf(*repository, *base, head));
    if (contained) return contained;
    GANDER_TRY(auto tip, repository->findBranch({request.branch}));
    if (!tip || *tip != head)
      return fail(ErrorKind::kConflict,
                  fmt::format("the branch {} is not at {} any more", request.branch, request.head.substr(0, 12)));
    GANDER_TRY(auto merged, repository->merge(*base, head, author_, request.time, request.message));
    GANDER_TRY(auto pushed, repository->push({request.base}, merged, base));
    if (pushed == repos::PushOutcome::kRefused) return std::nullopt;
    return merged;
  }

  // The commit that brought `head` into the base: the merge that has it as a parent, else the head itself (a fast forward).
  // Nullopt where the base does not contain it.
  static Result<std::optional<CommitId>> findMergeOf(const repos::Repository& repository, const CommitId& base,
                                                     const CommitId& head) {
    GANDER_TRY(auto missing, repository.commitsBetween(base, head));
    if (!missing.empty()) return std::nullopt;
    GANDER_TRY(auto since, repository.commitsBetween(head, base));
    for (const auto& commit : since)
      if (std::ranges::find(commit.parents, head) != commit.parents.end() && commit.parents.size() > 1)
        return commit.id;
    return head;
  }

  repos::Mirrors& mirrors_;
  const repos::Person author_;
};

}  // namespace

std::unique_ptr<prbot::BranchMerger> makeBranchMerger(repos::Mirrors& mirrors, const repos::Person& author) {
  return std::make_unique<MirrorMerger>(mirrors, author);
}

}  // namespace gander::fleet
