// The part of a target's run that makes the commit, and chooses what of the branch and of the draft stays as it is.
#include <fmt/format.h>

#include "fleet/branch_commits.h"
#include "fleet/proposal.h"
#include "fleet/review_remarks.h"
#include "fleet/target_run.h"

namespace gander::fleet {

using repos::CommitId;

// The commit is made for a finding too: its diff is what `show` shows. Only a pushed commit is seen by others.
Status TargetRun::commit(const rewriter::Rewrite& rewrite, rewriter::ChangedFiles changed,
                         const RewriteDocument& document) {
  GANDER_TRY(auto parent, repository_->readCommit(base_));
  GANDER_TRY(auto made, repository_->commit({.parent = base_,
                                             .files = std::move(changed),
                                             .author = parts_.author,
                                             .time = parent.committed,
                                             .message = commitMessage(migration_, rewrite),
                                             .coAuthors = parts_.policy.coAuthors}));
  auto whole = document;
  whole.base = base_.hex;
  GANDER_TRY(whole.diff, repository_->diff(base_, made));
  bench_.reset();
  if (target_.verification == sandbox::toString(sandbox::BuildVerdict::kBroken))
    return endWithout(TargetState::kBroken, document.verificationDetail, whole, document.log);
  GANDER_CHECK(chooseHead(made, whole));
  GANDER_CHECK(chooseDraft());
  return record(TargetState::kCommitted, fmt::format("commit {}", target_.head.substr(0, 12)), "", whole);
}

// Gander's will at the opening and as long as nobody decided otherwise: whoever makes a draft ready, or what is ready a draft, has.
Status TargetRun::chooseDraft() {
  bool held = target_.incomplete || parts_.policy.draftUntilChecks;
  bool persons = false;
  if (open_) {
    GANDER_TRY(auto details, parts_.store.details(target_.key));
    bool wasIncomplete = false;
    if (details.proposed) {
      GANDER_TRY(wasIncomplete, isIncomplete(details.proposed->json));
    }
    const bool madeReady = !open_->text.draft && (target_.heldDraft || wasIncomplete);
    held = !madeReady && (target_.incomplete || (parts_.policy.draftUntilChecks && target_.heldDraft));
    persons = open_->text.draft && !target_.heldDraft;
  }
  target_.heldDraft = held;
  target_.draft = held || persons;
  return {};
}

// Which commit of the branch gives the same as `made` when it is merged. Its tip may hold more, by a bot that does not count: then it is gander's
// own below it, if the base's people have no conflict with the tip.
Result<std::optional<CommitId>> TargetRun::standingHead(const CommitId& tip, const CommitId& made) const {
  GANDER_TRY(bool same, mergesInto(*repository_, base_, tip, made));
  if (same) return tip;
  const CommitId ours{target_.proposed.head};
  if (ours.hex.empty() || ours == tip) return std::nullopt;
  GANDER_TRY(bool below, holdsCommit(tip, ours));
  if (!below) return std::nullopt;
  GANDER_TRY(same, mergesInto(*repository_, base_, ours, made));
  if (!same) return std::nullopt;
  GANDER_TRY(bool clean, mergesCleanly(*repository_, base_, tip));
  return clean ? std::optional(ours) : std::nullopt;
}

// A branch that gives the same when it is merged is left as it is, and what is said of it too: whoever looked at it need not look again.
Status TargetRun::chooseHead(const CommitId& made, RewriteDocument& document) {
  target_.head = made.hex;
  if (!open_ || anew_) return {};
  GANDER_TRY(auto tip, branchTip());
  if (!tip || *tip == made) return {};
  GANDER_TRY(auto foreign, foreignCommit(*tip));
  if (foreign) return {};
  GANDER_TRY(auto stays, standingHead(*tip, made));
  if (!stays) return {};
  target_.head = stays->hex;
  const auto& proposed = target_.proposed;
  if (proposed.inputs != inputs_ || proposed.verification != target_.verification) return {};
  GANDER_TRY(auto details, parts_.store.details(target_.key));
  if (details.proposed) document = *details.proposed;
  return {};
}

}  // namespace gander::fleet
