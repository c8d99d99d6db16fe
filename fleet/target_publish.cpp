// The part of a target's run that others see: the branch and the pull request.
#include <fmt/format.h>

#include <algorithm>

#include "fleet/automerge.h"
#include "fleet/branch_commits.h"
#include "fleet/proposal.h"
#include "fleet/review_remarks.h"
#include "fleet/target_run.h"
#include "pr-bot/codeowners.h"
#include "pr-bot/joined_forges.h"

namespace gander::fleet {

using repos::CommitId;
using repos::PushOutcome;

namespace {

// A forge that has begun no check by then has none.
constexpr std::chrono::minutes kNoChecks{30};

// Of the catalog's owner, "group:default/data" or "user:ada": the login or team of that name, for forges that ask such for a review.
std::vector<std::string> reviewersOfOwner(const std::string& owner, const std::string& organisation,
                                          prbot::ForgeKind forge) {
  const auto name = owner.substr(owner.find_last_of(":/") + 1);
  if (name.empty()) return {};
  if (owner.starts_with("user:")) return {name};
  // GitLab asks single people only.
  if (forge == prbot::ForgeKind::kGitLab) return {};
  return {organisation + "/" + name};
}

}  // namespace

Result<std::optional<CommitId>> TargetRun::branchTip() const {
  return repository_->findBranch(branchOf(target_.key.campaign));
}

Result<std::optional<std::string>> TargetRun::foreignCommit(const CommitId& tip) const {
  std::vector<CommitId> bases{base_};
  // What gander itself put there is nobody else's, under whatever name it commits by now.
  for (const auto& known : {target_.proposed.base, workedBase_, target_.proposed.head, target_.head})
    if (!known.empty()) bases.push_back({known});
  return findForeignCommit(*repository_, bases, tip, {parts_.author, parts_.policy.ignoredAuthors});
}

Status TargetRun::refetch() {
  repository_.reset();
  GANDER_TRY(repository_, parts_.mirrors.fetch(url_));
  return {};
}

// False where the branch was handed over.
Result<bool> TargetRun::push() {
  CommitId head{target_.head};
  // Between the look and the push somebody may push; then the push is refused, and the second look sees whose commit it is.
  for (int round = 0; round < 2; ++round) {
    GANDER_TRY(auto tip, branchTip());
    if (tip && *tip != head) {
      GANDER_TRY(auto foreign, foreignCommit(*tip));
      if (foreign && tip->hex != target_.handedBack) {
        GANDER_CHECK(handOver(*foreign, *tip));
        return false;
      }
      // Commits that don't count stay on top of what stands below them, unless somebody asked for it to be made anew.
      GANDER_TRY(bool stands, holdsCommit(*tip, head));
      if (stands && !foreign && !anew_) return notePushed();
      GANDER_CHECK(callOff());
    }
    GANDER_TRY(auto outcome, repository_->push(branchOf(target_.key.campaign), head, tip));
    if (outcome != PushOutcome::kRefused) return notePushed();
    GANDER_CHECK(refetch());
  }
  return fail(ErrorKind::kConflict,
              fmt::format("push {}: the branch keeps moving", branchOf(target_.key.campaign).name));
}

Result<bool> TargetRun::notePushed() {
  GANDER_CHECK(record(TargetState::kPushed, branchOf(target_.key.campaign).name));
  return true;
}

// Whom the base's CODEOWNERS names for what is edited.
Result<std::vector<std::string>> TargetRun::codeOwners(const std::string& json) const {
  GANDER_TRY(auto entries, repository_->listTree(base_));
  for (const auto& path : prbot::codeOwnersPaths(*forgeKind_)) {
    auto entry = std::ranges::find(entries, path, &repos::TreeEntry::path);
    if (entry == entries.end() || entry->kind == repos::EntryKind::kSymlink || entry->size >= prbot::kCodeOwnersBytes)
      continue;
    GANDER_TRY(auto text, repository_->readBlob(entry->id));
    GANDER_TRY(auto files, editedFiles(json));
    return prbot::orderReviewers(prbot::CodeOwners::parse(text, *forgeKind_), files);
  }
  return std::vector<std::string>();
}

// Code owners, where the forge does not ask them itself; where nobody owns it, the catalog's owner.
Result<std::vector<std::string>> TargetRun::reviewers(const std::string& json) const {
  if (!forgeKind_ || parts_.policy.reviewers == 0) return std::vector<std::string>();
  GANDER_TRY(auto owners, codeOwners(json));
  if (owners.empty()) return reviewersOfOwner(target_.owner, prbot::placeOfName(forgeName_).owner, *forgeKind_);
  return prbot::asksOwnersItself(*forgeKind_) ? std::vector<std::string>() : owners;
}

Status TargetRun::spendOpening() {
  const auto place = prbot::placeOfName(forgeName_);
  const auto budget = parts_.budgets.find(place.host);
  if (budget == parts_.budgets.end()) return {};
  return parts_.store.spend({target_.key, place.host, place.owner, place.path, budget->second, parts_.clock.now()});
}

Result<prbot::PullRequestText> TargetRun::proposedText(const RewriteDocument& document) const {
  prbot::PullRequestText text{.repository = forgeName_,
                              .branch = branchOf(target_.key.campaign).name,
                              .base = target_.baseBranch,
                              .head = target_.head,
                              .title = document.title,
                              .body = document.body,
                              .draft = target_.draft,
                              .labels = parts_.policy.labels,
                              .assignees = parts_.policy.assignees,
                              .askAtMost = parts_.policy.reviewers,
                              .number = open_ ? open_->number : 0};
  GANDER_TRY(text.reviewers, reviewers(document.json));
  return text;
}

// What people did to an open pull request stays: words of theirs, and a label or a reviewer that is gone was taken away or has answered. Only they
// are asked whose files are new in it.
Status TargetRun::leavePeoplesWork(const RewriteDocument& before, prbot::PullRequestText& text) {
  text.labels.clear();
  text.assignees.clear();
  GANDER_TRY(auto asked, reviewers(before.json));
  std::erase_if(text.reviewers, [&](const auto& one) { return std::ranges::find(asked, one) != asked.end(); });
  if (keepEdited(open_->text, before, text)) return {};
  return parts_.forge.say(
      forgeName_, open_->number,
      {.body = "Somebody edited the text of this pull request, so gander leaves it as it is from now on. What it would "
               "say of the edits as they are now is in `gander show`."});
}

Status TargetRun::propose() {
  GANDER_TRY(auto details, parts_.store.details(target_.key));
  if (!details.document) return fail(ErrorKind::kCorrupt, "the store has no text for the pull request");
  GANDER_TRY(auto text, proposedText(*details.document));
  const bool stands = open_ && !target_.proposed.head.empty() && details.proposed;
  if (stands) GANDER_CHECK(leavePeoplesWork(*details.proposed, text));
  auto ensured = parts_.forge.ensure(text);
  if (!ensured && ensured.error().kind == ErrorKind::kConflict) {
    // Somebody decided since it was looked at.
    GANDER_TRY(bool settled, settle());
    if (settled) return {};
  }
  if (!ensured) return std::unexpected(ensured.error());
  const auto& opened = *ensured;
  target_.proposal = opened.number;
  auto proposed = target_.proposed;
  const bool moved = proposed.head != target_.head;
  // What was said at lines of a head that stays is there already.
  if (!open_ || moved || proposed.inputs != inputs_) {
    GANDER_TRY(auto remarks, reviewRemarks(details.document->json));
    for (const auto& remark : remarks) GANDER_CHECK(parts_.forge.say(forgeName_, opened.number, remark));
  }
  target_.proposed = {details.document->base, target_.head, target_.inputs, target_.verification,
                      moved || !open_ ? parts_.clock.now() : proposed.since};
  target_.handedBack.clear();
  if (moved) target_.merging = MergeAsk::kNone;
  // Open again, by gander or by somebody: who closes it now decides.
  if (opened.number == target_.superseded) target_.superseded = 0;
  open_ = opened;
  auto detail = fmt::format("#{}, {}", opened.number, target_.verification);
  for (const auto& problem : opened.problems) detail += "; " + problem;
  GANDER_CHECK(record(TargetState::kOpen, detail));
  return mergeWhereProved();
}

// Asked for as often as somebody looks, until the forge takes the order: it may not be ready for one yet. What stands in the way is a person's
// to see, and costs the proposal nothing.
Status TargetRun::mergeWhereProved() {
  if (target_.state != TargetState::kOpen) return {};
  GANDER_TRY(bool proved, mayMerge());
  if (proved) return target_.merging == MergeAsk::kTaken ? Status() : askToMerge();
  if (target_.merging == MergeAsk::kNone) return {};
  GANDER_CHECK(callOff());
  return record(TargetState::kOpen, target_.detail);
}

// Of the head alone that was proved: what an ignored author adds to the branch is not.
Result<bool> TargetRun::mayMerge() const {
  if (!migration_.automerge || target_.draft) return false;
  if (open_ && open_->text.head != target_.proposed.head) return false;
  GANDER_TRY(auto details, parts_.store.details(target_.key));
  if (!details.proposed) return false;
  GANDER_TRY(auto missing, missingProof(details.proposed->json, target_.proposed.verification));
  return missing.empty();
}

Status TargetRun::askToMerge() {
  constexpr std::string_view kNotYet = "; not merged by itself yet: ";
  auto detail = target_.detail.substr(0, target_.detail.find(kNotYet));
  if (target_.merging == MergeAsk::kNone) {
    target_.merging = MergeAsk::kAsked;
    GANDER_CHECK(record(TargetState::kOpen, target_.detail));
  }
  repository_.reset();  // the embedded forge merges through the mirror, which one at a time may use
  const bool unchecked = target_.proposed.since + kNoChecks <= parts_.clock.now();
  auto merged = parts_.forge.merge(forgeName_, target_.proposal,
                                   {.head = target_.proposed.head, .whenReady = true, .unchecked = unchecked});
  if (merged && merged->state == prbot::PullRequestState::kMerged)
    return record(TargetState::kMerged, fmt::format("merged as {}", merged->merged.substr(0, 12)));
  if (merged) target_.merging = MergeAsk::kTaken;
  if (!merged) detail += std::string(kNotYet) + merged.error().message;
  return detail == target_.detail && !merged ? Status() : record(TargetState::kOpen, detail);
}

// An order to merge does not outlive what it was given for: a forge would merge whatever comes to the branch.
Status TargetRun::callOff() {
  if (target_.merging == MergeAsk::kNone) return {};
  GANDER_TRY(auto pull, parts_.forge.merge(forgeName_, target_.proposal, {.callOff = true}));
  target_.merging = MergeAsk::kNone;
  return pull.state == prbot::PullRequestState::kMerged
             ? std::unexpected(Error{ErrorKind::kConflict, "the forge has just merged it"})
             : Status();
}

// What was held as a draft for the forge's checks alone is one no more when they are done; what may merge by itself is asked for again.
Status TargetRun::keepUp() {
  using prbot::Checks;
  if (!open_) return {};
  if (!target_.heldDraft || target_.incomplete) return mergeWhereProved();
  const bool done = open_->checks == Checks::kPassed ||
                    (open_->checks == Checks::kNone && target_.proposed.since + kNoChecks <= parts_.clock.now());
  if (!done) return {};
  target_.draft = target_.heldDraft = false;
  return propose();
}

// Said first, for it is said once: the commit that it names is the one that may be given back. In all of its digits, for gander looks for them.
Status TargetRun::handOver(const std::string& why, const CommitId& tip) {
  GANDER_CHECK(callOff());
  if (target_.proposal != 0)
    GANDER_CHECK(parts_.forge.say(
        forgeName_, target_.proposal,
        {.body = fmt::format("There are commits of a person on this branch, up to {}, so gander leaves it alone from "
                             "now on. `gander approve` merges it as it is; `/gander regenerate` hands it back, and "
                             "what was committed to it is lost.",
                             tip.hex)}));
  return record(TargetState::kHandedOver, why);
}

}  // namespace gander::fleet
