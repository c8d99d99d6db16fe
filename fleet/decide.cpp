// Approve and decline: a person's decision on a proposal.
#include <fmt/format.h>

#include "base/text.h"
#include "fleet/fleet_state.h"
#include "fleet/target_run.h"
#include "fleet/targets.h"

namespace gander::fleet {
namespace {

// Gives the lease back on every path; who asks for the error of it calls end().
class HeldTarget {
 public:
  HeldTarget(Store& store, const Clock& clock, Target target, std::string worker)
      : target(std::move(target)), worker(std::move(worker)), store_(store), clock_(clock) {}
  // After a failure the failure is told, and the lease ends with its time or its process.
  ~HeldTarget() { (void)end(); }
  HeldTarget(const HeldTarget&) = delete;
  HeldTarget& operator=(const HeldTarget&) = delete;

  Status end() { return std::exchange(ended_, true) ? Status{} : store_.release(target.key, worker, clock_.now()); }
  Status record(TargetState state, const std::string& detail) {
    target.state = state;
    target.detail = detail;
    target.updated = clock_.now();
    return store_.record(target, worker, "", std::nullopt);
  }

  Target target;
  const std::string worker;

 private:
  Store& store_;
  const Clock& clock_;
  bool ended_ = false;
};

Result<std::unique_ptr<HeldTarget>> hold(
    Fleet::Parts& parts, const TargetKey& key,
    const std::function<Result<std::optional<Target>>(const std::string&)>& claim) {
  auto worker = parts.workers.newName();
  GANDER_TRY(auto claimed, claim(worker));
  if (!claimed)
    return fail(ErrorKind::kUnavailable,
                fmt::format("another worker is at {}; try again when it is done", key.repository));
  return std::make_unique<HeldTarget>(parts.store, parts.clock, std::move(*claimed), worker);
}

Status mustBeProposed(const Target& target) {
  bool proposed = phaseOf(target.state) == Phase::kProposed && target.proposal > 0;
  if (proposed) return {};
  return fail(ErrorKind::kConflict,
              fmt::format("{} has no proposal to approve: it is '{}'", target.key.repository, toString(target.state)));
}

struct Branches {
  std::string base;                     // commit of the default branch
  std::optional<repos::CommitId> head;  // of gander's branch
};

// The mirror is free again when this returns: the forge merges through it.
Result<Branches> lookAtBranches(repos::Mirrors& mirrors, const std::string& url, const std::string& campaign) {
  GANDER_TRY(auto repository, mirrors.fetch(url));
  GANDER_TRY(auto branch, repository->defaultBranch());
  GANDER_TRY(auto base, repository->findBranch(branch));
  GANDER_TRY(auto head, repository->findBranch(branchOf(campaign)));
  return Branches{base ? base->hex : "", head};
}

// A repository may have been renamed since its address was written down.
Result<std::string> todaysName(prbot::Forge& forge, const std::string& url) {
  GANDER_TRY(auto name, forge.repositoryName(url));
  GANDER_TRY(auto seen, forge.look(name));
  return seen.name;
}

bool isClosed(prbot::Forge& forge, const std::string& name, const Target& target) {
  auto now = forge.find(name, branchOf(target.key.campaign).name, target.baseBranch, target.proposal);
  return now && *now && (*now)->state == prbot::PullRequestState::kClosed;
}

Result<ApproveReport> reportOf(HeldTarget& held, Approval outcome, const std::string& merged = "") {
  GANDER_CHECK(held.end());
  return ApproveReport{outcome, held.target, merged};
}

}  // namespace

Result<ApproveReport> Fleet::approve(const rules::Migration& migration, const std::string& repository,
                                     Observer* observer) {
  auto& state = *state_;
  auto& parts = state.parts;
  TargetKey key{migration.name, repository};
  GANDER_TRY(auto held, hold(parts, key, [&](const std::string& worker) { return state.claim(key, worker); }));
  GANDER_CHECK(mustBeProposed(held->target));
  // The migration's URL may carry credentials, which the store does not keep.
  GANDER_TRY(auto list, findTargets(migration));
  GANDER_TRY(auto seeds, chooseTargets(list.targets, {repository}));
  const auto& url = seeds.front().url;
  GANDER_TRY(auto name, todaysName(parts.forge, withoutCredentials(url)));
  GANDER_TRY(auto branches, lookAtBranches(parts.mirrors, url, key.campaign));
  bool open = held->target.state == TargetState::kOpen;
  bool moved = !branches.head || (open && branches.head->hex != held->target.head);
  if (!moved) {
    auto merged = parts.forge.merge(name, held->target.proposal, {.head = branches.head->hex});
    if (merged) {
      GANDER_CHECK(held->record(TargetState::kMerged, fmt::format("merged as {}", merged->merged.substr(0, 12))));
      GANDER_CHECK(state.noteReverted(held->target));
      state.tell(observer, repository, held->target.state, held->target.detail);
      return reportOf(*held, Approval::kMerged, merged->merged);
    }
    if (merged.error().kind != ErrorKind::kConflict) return std::unexpected(merged.error());
    if (!open)
      return fail(ErrorKind::kConflict, fmt::format("{}: {}; the branch is a person's, so merge {} into it by hand",
                                                    repository, merged.error().message, held->target.baseBranch));
  }
  // Nothing is merged that was not proposed: made again from the base as it is now, or left to whoever committed to the branch.
  GANDER_TRY(auto report, state.carryClaimed(migration, url, held->target, held->worker, observer));
  held->target = report.target;
  if (report.target.state == TargetState::kMerged) return reportOf(*held, Approval::kMerged);
  if (report.target.state == TargetState::kHandedOver) return reportOf(*held, Approval::kHandedOver);
  if (!report.problem.empty()) return fail(ErrorKind::kConflict, fmt::format("{}: {}", repository, report.problem));
  return reportOf(*held, Approval::kRegenerated);
}

Result<Target> Fleet::decline(const std::string& campaign, const std::string& repository, const std::string& reason) {
  auto& parts = state_->parts;
  if (reason.find_first_not_of(" \t\r\n") == std::string::npos)
    return fail(ErrorKind::kInvalid, "a reason is needed: it is remembered, and shown to whoever asks why");
  TargetKey key{campaign, repository};
  GANDER_TRY(auto held, hold(parts, key, [&](const std::string& worker) { return state_->claim(key, worker); }));
  if (phaseOf(held->target.state) == Phase::kFinal)
    return fail(ErrorKind::kConflict,
                fmt::format("{} is decided already: it is '{}'", repository, toString(held->target.state)));
  Status said;
  if (held->target.proposal > 0) {
    GANDER_TRY(auto name, todaysName(parts.forge, held->target.url));
    auto closed = parts.forge.close(name, held->target.proposal, reason);
    if (!closed) said = std::unexpected(closed.error().withContext("it is closed, but its reason was not said there"));
    // What is closed is decided, though the word of why did not come through.
    if (!closed && !isClosed(parts.forge, name, held->target)) return std::unexpected(closed.error());
  }
  GANDER_CHECK(held->record(TargetState::kDeclined, reason));
  GANDER_CHECK(held->end());
  GANDER_CHECK(said);
  return held->target;
}

}  // namespace gander::fleet
