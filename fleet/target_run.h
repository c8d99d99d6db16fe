// One target, carried from where it stands to an end: one worker's attempt under a lease.
//
//   settle    the forge may know a decision that the store does not (a merge or a close while no worker looked)
//   listen    commands of people at its pull request
//   resume    same base, same inputs: an ended or proposed target is left alone, a committed one goes on to its push
//   work      else afresh: fetched -> scanned -> base built -> rewritten -> built -> committed
//   publish   committed -> pushed -> open
//
// Before `committed` nothing is seen outside and the steps are functions of base and inputs, so they are simply done again after
// a death. From `committed` on head, title and text are in the store, and push and pull request are repeated until they stand.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "fleet/fleet.h"
#include "fleet/workbench.h"
#include "pr-bot/commands.h"

namespace gander::fleet {

// The branch of a migration: gander/<name>.
repos::BranchName branchOf(const std::string& campaign);

// Digest of all that a rewrite and its verification are made from, but the tree.
std::string inputsDigest(const Fleet::Parts& parts, const rules::Migration& migration);

struct TargetJob {
  const rules::Migration& migration;
  std::string url;     // with its credentials
  Target target;       // as claimed
  std::string worker;  // who holds the lease
};

class TargetRun {
 public:
  using Notify = std::function<void(const Target& target)>;
  TargetRun(const Fleet::Parts& parts, const Fleet::Limits& limits, TargetJob job, Notify notify);

  // An error only where the store fails: everything else is in the report.
  Result<TargetReport> go();

 private:
  Status run();
  Status recordFailure(const Error& error);
  Status look();
  Result<bool> settle();
  Result<bool> settleContained(const prbot::PullRequest& open);
  Result<bool> listen();
  Result<std::string> obey(const prbot::Command& command, const std::string& author);
  Status hearWhy();
  Result<std::string> askWhy(const prbot::PullRequest& closed);
  Result<bool> resume();
  Result<bool> resumeProposed(bool same);
  Result<bool> resumeCommitted();
  Status work();
  Status rewriteAndProve();
  Status commit(const rewriter::Rewrite& rewrite, rewriter::ChangedFiles changed, const RewriteDocument& document);
  Status publish();
  Result<bool> push();
  Status propose();
  Result<std::vector<std::string>> reviewers(const std::string& json) const;
  Status endWithout(TargetState state, const std::string& detail, const RewriteDocument& document,
                    const std::string& log = "");
  Status handOver(const std::string& why);

  Status record(TargetState state, const std::string& detail, const std::string& log = "",
                const std::optional<RewriteDocument>& document = std::nullopt);
  Status restart(const std::string& why);
  // A sentence naming a commit on the branch that is not gander's, if there is one.
  Result<std::optional<std::string>> findForeignCommit(const repos::CommitId& tip) const;
  Result<std::optional<repos::CommitId>> branchTip() const;

  const Fleet::Parts& parts_;
  const Fleet::Limits& limits_;
  const rules::Migration& migration_;
  const std::string url_;
  const std::string worker_;
  const Notify notify_;
  const std::string inputs_;

  Target target_;
  TargetReport report_;
  std::unique_ptr<repos::Repository> repository_;
  std::string forgeName_;
  std::optional<prbot::ForgeKind> forgeKind_;
  std::string forgeWeb_;  // the repository's page there
  repos::BranchName baseBranch_;
  repos::CommitId base_;
  std::unique_ptr<Workbench> bench_;
  bool handedBack_ = false;  // somebody who may write gave the branch back, with their commits on it
  bool reached_ = false;     // the repository answered
  bool recordFailed_ = false;
};

}  // namespace gander::fleet
