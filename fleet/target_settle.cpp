// The part of a target's run that sees what others decided: which pull request it is, where it goes, what became of it.
#include <fmt/format.h>

#include "fleet/target_run.h"
#include "pr-bot/markdown.h"

namespace gander::fleet {

using repos::CommitId;

// What the forge knows and the store does not: a decision made while nobody looked, or one that a dying worker did not record.
Result<bool> TargetRun::settle() {
  open_.reset();
  GANDER_TRY(auto found,
             parts_.forge.find(forgeName_, branchOf(target_.key.campaign).name, baseBranch_.name, target_.proposal));
  if (!found) return false;
  if (found->state == prbot::PullRequestState::kOpen) {
    open_ = *found;
    target_.proposal = found->number;
    GANDER_CHECK(followBase(*found));
    return settleContained(*found);
  }
  if (found->state == prbot::PullRequestState::kMerged) {
    target_.proposal = found->number;
    noteProposed(found->text.head);
    GANDER_CHECK(record(TargetState::kMerged, fmt::format("merged as {}", found->merged.substr(0, 12))));
    return true;
  }
  if (found->number == target_.superseded) return false;
  target_.proposal = found->number;
  GANDER_TRY(auto reason, askWhy(*found));
  GANDER_CHECK(record(TargetState::kDeclined, reason));
  return true;
}

// A pull request goes where people send it: who changes its base has it made from there. A default branch that is another one since leaves it
// where it is, for whoever made it so may want it here or there.
Status TargetRun::followBase(const prbot::PullRequest& open) {
  if (open.text.base == baseBranch_.name) return {};
  const auto usual = baseBranch_.name;
  baseBranch_ = {open.text.base};
  GANDER_TRY(auto tip, repository_->findBranch(baseBranch_));
  if (!tip)
    return fail(ErrorKind::kNotFound,
                fmt::format("#{} goes into {}, and the repository has no such branch", open.number, open.text.base));
  base_ = *tip;
  return parts_.forge.say(
      forgeName_, open.number,
      {.body = fmt::format("This goes into {}, so gander keeps it up with that branch. The repository's default branch "
                           "is {}: to have it there, change the base of this pull request.",
                           prbot::codeSpan(open.text.base), prbot::codeSpan(usual))});
}

// The base holds the head already: a merge that was cut short before it was written down, or one that was made by hand.
Result<bool> TargetRun::settleContained(const prbot::PullRequest& open) {
  GANDER_TRY(bool contained, holdsCommit(base_, {open.text.head}));
  if (!contained) return false;
  // A branch that somebody set back holds nothing of what was proposed, and neither does the base.
  const bool sent = target_.state == TargetState::kCommitted || target_.state == TargetState::kPushed;
  const auto& ours = sent ? target_.head : target_.proposed.head;
  if (!ours.empty()) {
    GANDER_TRY(contained, holdsCommit(base_, {ours}));
  }
  if (!contained) return false;
  repository_.reset();  // the forge merges through the mirror, which one at a time may use
  auto merged = parts_.forge.merge(forgeName_, open.number, {.head = open.text.head});
  if (!merged) {
    if (merged.error().kind != ErrorKind::kConflict) return std::unexpected(merged.error());
    GANDER_TRY(auto now, parts_.forge.find(forgeName_, open.text.branch, baseBranch_.name, open.number));
    const bool same = now && now->state == prbot::PullRequestState::kOpen && now->text.head == open.text.head;
    // Somebody was faster: the next look sees what they did.
    if (!same) return std::unexpected(merged.error());
    auto closed =
        parts_.forge.close(forgeName_, open.number, "The base branch holds this already: it was merged by hand.");
    if (!closed) return std::unexpected(closed.error());
  }
  noteProposed(open.text.head);
  GANDER_CHECK(
      record(TargetState::kMerged, fmt::format("merged as {}", (merged ? merged->merged : base_.hex).substr(0, 12))));
  return true;
}

// What came to the forge is what is proposed, though a run died, or the forge's answer was lost, before it was written down.
void TargetRun::noteProposed(const std::string& head) {
  const bool sent = target_.state == TargetState::kCommitted || target_.state == TargetState::kPushed;
  if (sent && head == target_.head)
    target_.proposed = {target_.base, target_.head, target_.inputs, target_.verification, parts_.clock.now()};
}

Result<bool> TargetRun::holdsCommit(const CommitId& tip, const CommitId& commit) const {
  if (tip == commit) return true;
  if (!repository_->readCommit(commit)) return false;
  GANDER_TRY(auto missing, repository_->commitsBetween(tip, commit));
  return missing.empty();
}

}  // namespace gander::fleet
