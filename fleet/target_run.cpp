#include "fleet/target_run.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.h"
#include "base/text.h"
#include "fleet/automerge.h"
#include "fleet/proposal.h"
#include "fleet/take_back.h"

namespace gander::fleet {

namespace {

RewriteDocument documentOf(const rewriter::Rewrite& rewrite) { return {.json = rewriter::toJson(rewrite, true)}; }

std::string shortened(const std::string& id) { return id.substr(0, 12); }

}  // namespace

repos::BranchName branchOf(const std::string& campaign) { return {"gander/" + campaign}; }

// Digest of all that a rewrite and its verification are made from, but the tree.
static std::string inputsDigest(const Fleet::Parts& parts, const TargetJob& job) {
  Digest digest;
  digest.add(parts.version).add(parts.sandbox ? "sandbox" : "no sandbox");
  if (job.merged) return digest.add("take back").add(job.merged->target.proposed.head).hex();
  return digest.add(job.migration.digest).add(parts.library.digest).add(parts.parser ? "parser" : "no parser").hex();
}

TargetRun::TargetRun(const Fleet::Parts& parts, const Fleet::Limits& limits, TargetJob job, Notify notify)
    : parts_(parts),
      limits_(limits),
      migration_(job.migration),
      url_(std::move(job.url)),
      worker_(std::move(job.worker)),
      notify_(std::move(notify)),
      merged_(job.merged),
      workedBase_(job.target.base),
      asked_(job.asked),
      inputs_(inputsDigest(parts, job)),
      target_(std::move(job.target)) {}

Result<TargetReport> TargetRun::go() {
  auto done = run();
  if (!done) {
    report_.problem = done.error().message;
    // A lease that was lost costs this target; a store that does not take records costs the whole run.
    bool leaseLost = recordFailed_ && done.error().kind == ErrorKind::kConflict;
    if (recordFailed_ && !leaseLost) return std::unexpected(done.error());
    if (!leaseLost) GANDER_CHECK(recordFailure(done.error()));
  }
  if (report_.problem.empty() && target_.state == TargetState::kHandedOver) report_.problem = target_.detail;
  report_.target = target_;
  return report_;
}

Status TargetRun::recordFailure(const Error& error) {
  const auto state = reached_ ? TargetState::kFailed : TargetState::kUnreachable;
  const bool outage = error.kind == ErrorKind::kUnavailable;
  report_.unavailable = outage;
  // A proposal stays one, and what is decided so, though its repository can't be reached just now.
  if (phaseOf(target_.state) == Phase::kProposed || phaseOf(target_.state) == Phase::kFinal) return {};
  // What is built and committed waits for the forge, or for a budget: the next run goes on from there.
  const bool ready = target_.state == TargetState::kCommitted || target_.state == TargetState::kPushed;
  if (ready && (outage || error.kind == ErrorKind::kExhausted)) return {};
  if (phaseOf(target_.state) == Phase::kEnded) {
    // Nor is an end lost by an outage, or told over and over.
    if (outage && target_.state != TargetState::kFailed && target_.state != TargetState::kUnreachable) return {};
    if (target_.state == state && target_.detail == error.message) return {};
    GANDER_CHECK(restart("tried again"));
  }
  target_.outage = outage;
  return record(state, error.message);
}

Status TargetRun::run() {
  if (phaseOf(target_.state) == Phase::kFinal) {
    GANDER_TRY(bool openedAgain, hearAfterwards());
    if (!openedAgain) return {};
  }
  GANDER_CHECK(look());
  GANDER_CHECK(fetch());
  GANDER_TRY(bool settled, settle());
  if (settled) return {};
  GANDER_TRY(bool ended, listen());
  if (ended) return {};
  GANDER_TRY(bool resumed, resume());
  if (resumed) return {};
  return work();
}

// A repository that can have no pull request of gander's costs no more than this look.
static Status mustBeUsable(const prbot::ForgeRepository& repository, bool listed) {
  using prbot::Standing;
  const auto& name = repository.name;
  switch (repository.standing) {
    case Standing::kArchived:
      return fail(ErrorKind::kDenied, fmt::format("{} is archived: nothing can be changed in it", name));
    case Standing::kDisabled:
      return fail(ErrorKind::kDenied, fmt::format("{} takes no pull requests: they are switched off there", name));
    case Standing::kEmpty: return fail(ErrorKind::kNotFound, fmt::format("{} is empty: it has no commit", name));
    case Standing::kActive: break;
  }
  // Its own people get the change where they take it from. Who lists the fork means the fork.
  if (repository.fork && !listed)
    return fail(
        ErrorKind::kDenied,
        fmt::format("{} is a fork that the catalog names: the change is proposed where it was forked from; list "
                    "it under the migration's 'repositories' to have it here too",
                    name));
  if (!repository.mayWrite)
    return fail(ErrorKind::kDenied,
                fmt::format("{}: gander may not write to it; give its account the right to push branches", name));
  return {};
}

Status TargetRun::look() {
  GANDER_TRY(forgeName_, parts_.forge.repositoryName(withoutCredentials(url_)));
  GANDER_TRY(auto seen, parts_.forge.look(forgeName_));
  forgeName_ = seen.name;
  forgeKind_ = seen.kind;
  forgeWeb_ = seen.web;
  const auto& listed = migration_.repositories;
  const auto found = std::ranges::find(listed, target_.key.repository, &rules::RepositoryTarget::name);
  return mustBeUsable(seen, found != listed.end());
}

Status TargetRun::fetch() {
  GANDER_TRY(repository_, parts_.mirrors.fetch(url_));
  reached_ = true;
  GANDER_TRY(baseBranch_, repository_->defaultBranch());
  GANDER_TRY(auto tip, repository_->findBranch(baseBranch_));
  if (!tip) return fail(ErrorKind::kNotFound, fmt::format("the repository has no branch {}", baseBranch_.name));
  base_ = *tip;
  return {};
}

Status TargetRun::record(TargetState state, const std::string& detail, const std::string& log,
                         const std::optional<RewriteDocument>& document) {
  auto next = target_;
  next.state = state;
  next.detail = detail;
  next.updated = parts_.clock.now();
  next.leaseUntil = next.updated + limits_.lease;
  auto written = parts_.store.record(next, worker_, log, document);
  recordFailed_ = !written;
  if (!written) return written;
  target_ = next;
  report_.unchanged = false;
  notify_(target_);
  return {};
}

Status TargetRun::restart(const std::string& why) {
  if (target_.state == TargetState::kWaiting) return {};
  auto fresh = target_;
  fresh.head.clear();
  fresh.verification.clear();
  fresh.incomplete = false;
  fresh.counts = {};
  std::swap(target_, fresh);
  auto written = record(TargetState::kWaiting, why);
  if (!written) std::swap(target_, fresh);
  return written;
}

Result<bool> TargetRun::resume() {
  bool same = target_.base == base_.hex && target_.inputs == inputs_;
  switch (phaseOf(target_.state)) {
    case Phase::kFinal: return true;
    case Phase::kProposed: return resumeProposed(same);
    case Phase::kEnded: return resumeEnded(same);
    case Phase::kWorking:
      if (same && (target_.state == TargetState::kCommitted || target_.state == TargetState::kPushed))
        return resumeCommitted();
      GANDER_CHECK(restart("taken up again"));
      return false;
  }
  return false;
}

Result<bool> TargetRun::resumeEnded(bool same) {
  bool rests = same && !anew_ && target_.state != TargetState::kUnreachable;
  if (rests && target_.state == TargetState::kFailed) {
    GANDER_TRY(rests, restsAfterFailure());
  }
  if (!rests) {
    GANDER_CHECK(restart(same ? "tried again" : "base or inputs changed"));
    return false;
  }
  report_.unchanged = true;
  // A run that died between its record and the close.
  if (target_.superseded != 0) GANDER_CHECK(closeSuperseded(target_.superseded, target_.state));
  notify_(target_);
  return true;
}

// Who asks gets another try at once. A bot that comes by itself waits longer after each failure: what a forge refuses, or a build that does not
// end, is not the better for being tried all day.
Result<bool> TargetRun::restsAfterFailure() const {
  if (limits_.retryAfter.count() == 0 || asked_ || target_.outage) return false;
  GANDER_TRY(auto details, parts_.store.details(target_.key));
  int failures = 0;
  for (auto attempt = details.attempts.rbegin(); attempt != details.attempts.rend(); ++attempt) {
    if (!attempt->ended) continue;
    if (attempt->outcome != toString(target_.state)) break;
    ++failures;
  }
  const auto wait = limits_.retryAfter * (1 << std::clamp(failures - 1, 0, 6));
  return parts_.clock.now() < target_.updated + wait;
}

Result<bool> TargetRun::resumeProposed(bool same) {
  GANDER_TRY(auto tip, branchTip());
  if (tip) {
    GANDER_TRY(auto foreign, foreignCommit(*tip));
    if (foreign && target_.state == TargetState::kOpen) {
      GANDER_CHECK(handOver(*foreign, *tip));
      return true;
    }
    // What stands on top of gander's commit, if anything, is of those whose commits don't count.
    GANDER_TRY(bool stands, holdsCommit(*tip, {target_.head}));
    if (foreign || (same && stands && target_.state == TargetState::kOpen)) {
      report_.unchanged = true;
      if (!foreign) GANDER_CHECK(keepUp());
      notify_(target_);
      return true;
    }
  }
  GANDER_CHECK(restart(same ? "the branch was changed" : "base or inputs changed"));
  return false;
}

// The mirror is a cache: where it lost the commit, the work is done again and gives the same one.
Result<bool> TargetRun::resumeCommitted() {
  if (repository_->readCommit({target_.head})) {
    GANDER_CHECK(publish());
    return true;
  }
  GANDER_CHECK(restart("taken up again"));
  return false;
}

Status TargetRun::work() {
  target_.base = base_.hex;
  target_.baseBranch = baseBranch_.name;
  target_.inputs = inputs_;
  GANDER_CHECK(record(TargetState::kFetched, fmt::format("{} at {}", baseBranch_.name, shortened(base_.hex))));
  auto folder = parts_.scratch / replaceAll(worker_, "/", "_");
  GANDER_TRY(bench_, Workbench::make(parts_, limits_, {*repository_, base_, withoutCredentials(url_)}, folder));
  if (!merged_) {
    GANDER_TRY(bool mentioned, bench_->mentions(migration_));
    if (!mentioned) return endWithout(TargetState::kNothingFound, "no old name stands in it", documentOf({}));
  }
  GANDER_CHECK(record(TargetState::kScanned, "old names stand in it"));
  GANDER_CHECK(bench_->buildBase());
  GANDER_CHECK(record(TargetState::kBaseBuilt, bench_->baseSummary(), bench_->baseLog()));
  return rewriteAndProve();
}

Result<rewriter::Rewrite> TargetRun::makeRewrite() {
  if (!merged_) return bench_->rewrite(migration_);
  if (!merged_->proposed) return fail(ErrorKind::kCorrupt, "the store has no rewrite of what was merged");
  GANDER_TRY(auto base, CommitTree::open(*repository_, {merged_->proposed->base}));
  auto merged = CommitTree::open(*repository_, {merged_->target.proposed.head});
  return takeBack({merged_->proposed->json, base, merged ? &*merged : nullptr, bench_->tree()});
}

// Whether it merges by itself, for who reads the proposal.
Result<std::string> TargetRun::mergingWord(const RewriteDocument& document) const {
  if (!migration_.automerge) return "";
  GANDER_TRY(auto missing, missingProof(document.json, target_.verification));
  return missing.empty() ? "It merges by itself once the forge's checks and reviews allow it: its proof is complete."
                         : fmt::format("It does not merge by itself, since its proof is not complete: {}.", missing);
}

Status TargetRun::rewriteAndProve() {
  GANDER_TRY(auto rewrite, makeRewrite());
  target_.counts = countsOf(rewrite);
  target_.incomplete = rewrite.incomplete;
  auto document = documentOf(rewrite);
  if (rewrite.empty())
    return rewrite.listed.empty()
               ? endWithout(TargetState::kNothingFound, "old names stand in it, none of them for the dataset", document)
               : endWithout(TargetState::kOnlyListed, summaryOf(rewrite), document);
  GANDER_TRY(auto changed, rewriter::changedFiles(rewrite, bench_->tree()));
  GANDER_CHECK(record(TargetState::kRewritten, summaryOf(rewrite)));

  GANDER_TRY(auto verification, bench_->verify(changed));
  if (!merged_) {
    GANDER_TRY(auto certificate, bench_->certify(migration_, rewrite, changed));
    rewriter::setCertificate(rewrite, std::move(certificate));
  }
  target_.counts = countsOf(rewrite);
  document = documentOf(rewrite);
  auto facts = proposalFacts({migration_, target_, rewrite, bench_->plan(), verification, {forgeKind_, forgeWeb_}});
  target_.verification = prbot::proposalVerdict(facts);
  GANDER_TRY(facts.merging, mergingWord(document));
  if (merged_)
    facts.takesBack =
        fmt::format("{}{}", forgeKind_ == prbot::ForgeKind::kGitLab ? "!" : "#", merged_->target.proposal);
  document.verificationDetail = verification.detail;
  document.log = verification.log;
  document.title = prbot::proposalTitle(facts);
  document.body = prbot::proposalBody(facts);
  auto verdict = target_.verification + (verification.detail.empty() ? "" : ": " + verification.detail);
  GANDER_CHECK(record(TargetState::kBuilt, verdict, verification.log));
  GANDER_CHECK(commit(rewrite, std::move(changed), document));
  return target_.state == TargetState::kCommitted ? publish() : Status{};
}

// Ends without a pull request; one that is open from before has lost its ground.
Status TargetRun::endWithout(TargetState state, const std::string& detail, const RewriteDocument& document,
                             const std::string& log) {
  bench_.reset();
  GANDER_TRY(bool settled, settle());
  if (settled) return {};
  if (open_) return leaveProposal(state, detail, document, log);
  target_.head.clear();
  return record(state, detail, log, document);
}

// A build takes its time, and people don't wait for it.
Status TargetRun::publish() {
  GANDER_TRY(bool settled, settle());
  if (settled) return {};
  // Before the push: a branch that waits for its pull request would cost its people a build.
  if (!open_) GANDER_CHECK(spendOpening());
  if (target_.state == TargetState::kCommitted) {
    GANDER_TRY(bool pushed, push());
    if (!pushed) return {};
  }
  return propose();
}

}  // namespace gander::fleet
