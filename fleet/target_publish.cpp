// The part of a target's run that others see: the branch and the pull request.
#include <fmt/format.h>

#include <algorithm>

#include "fleet/review_remarks.h"
#include "fleet/target_run.h"
#include "pr-bot/codeowners.h"

namespace gander::fleet {

using repos::CommitId;
using repos::PushOutcome;

namespace {
constexpr size_t kMostReviewers = 3;
}  // namespace

Result<std::optional<CommitId>> TargetRun::branchTip() const {
  return repository_->findBranch(branchOf(target_.key.campaign));
}

Result<std::optional<std::string>> TargetRun::findForeignCommit(const CommitId& tip) const {
  GANDER_TRY(auto commits, repository_->commitsBetween(base_, tip));
  auto ours = [&](const repos::Person& person) {
    return person.name == parts_.author.name && person.email == parts_.author.email;
  };
  for (const auto& commit : commits)
    if (!ours(commit.author) || !ours(commit.committer))
      return fmt::format("{} committed {} to the branch: it is left to people now",
                         ours(commit.author) ? commit.committer.name : commit.author.name, commit.id.hex.substr(0, 12));
  return std::nullopt;
}

// False where the branch was handed over.
Result<bool> TargetRun::push() {
  CommitId head{target_.head};
  // Between the look and the push somebody may push; then the push is refused, and the second look sees whose commit it is.
  for (int round = 0; round < 2; ++round) {
    GANDER_TRY(auto tip, branchTip());
    if (tip && *tip != head) {
      GANDER_TRY(auto foreign, findForeignCommit(*tip));
      if (foreign && !handedBack_) {
        GANDER_CHECK(handOver(*foreign));
        return false;
      }
    }
    GANDER_TRY(auto outcome, repository_->push(branchOf(target_.key.campaign), head, tip));
    if (outcome != PushOutcome::kRefused) {
      GANDER_CHECK(record(TargetState::kPushed, branchOf(target_.key.campaign).name));
      return true;
    }
    repository_.reset();
    GANDER_TRY(repository_, parts_.mirrors.fetch(url_));
  }
  return fail(ErrorKind::kConflict,
              fmt::format("push {}: the branch keeps moving", branchOf(target_.key.campaign).name));
}

// Whom the base's CODEOWNERS names for what is edited, where the forge does not ask them itself.
Result<std::vector<std::string>> TargetRun::reviewers(const std::string& json) const {
  if (!forgeKind_ || prbot::asksOwnersItself(*forgeKind_)) return std::vector<std::string>();
  GANDER_TRY(auto entries, repository_->listTree(base_));
  for (const auto& path : prbot::codeOwnersPaths(*forgeKind_)) {
    auto entry = std::ranges::find(entries, path, &repos::TreeEntry::path);
    if (entry == entries.end() || entry->kind == repos::EntryKind::kSymlink || entry->size >= prbot::kCodeOwnersBytes)
      continue;
    GANDER_TRY(auto text, repository_->readBlob(entry->id));
    GANDER_TRY(auto files, editedFiles(json));
    return prbot::chooseReviewers(prbot::CodeOwners::parse(text, *forgeKind_), files, parts_.author.name,
                                  kMostReviewers);
  }
  return std::vector<std::string>();
}

Status TargetRun::propose() {
  GANDER_TRY(auto details, parts_.store.details(target_.key));
  if (!details.document) return fail(ErrorKind::kCorrupt, "the store has no text for the pull request");
  prbot::PullRequestText text{forgeName_,
                              branchOf(target_.key.campaign).name,
                              target_.baseBranch,
                              target_.head,
                              details.document->title,
                              details.document->body,
                              target_.incomplete,
                              parts_.labels};
  GANDER_TRY(text.reviewers, reviewers(details.document->json));
  GANDER_TRY(auto opened, parts_.forge.ensure(text));
  target_.proposal = opened.number;
  GANDER_TRY(auto remarks, reviewRemarks(details.document->json));
  for (const auto& remark : remarks) GANDER_CHECK(parts_.forge.say(forgeName_, opened.number, remark));
  return record(TargetState::kOpen, fmt::format("#{}, {}", opened.number, target_.verification));
}

// Recorded first, then said: a comment is lost rather than written twice.
Status TargetRun::handOver(const std::string& why) {
  GANDER_CHECK(record(TargetState::kHandedOver, why));
  if (target_.proposal == 0) return {};
  return parts_.forge.say(
      forgeName_, target_.proposal,
      {.body = "There are commits of a person on this branch, so gander leaves it alone from now on. "
               "`gander approve` merges it as it is; `/gander regenerate` hands it back, and what was committed to it "
               "is lost."});
}

}  // namespace gander::fleet
