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

#include "fleet/conversation.h"
#include "fleet/fleet.h"
#include "fleet/workbench.h"

namespace gander::fleet {

// The branch of a migration: gander/<name>.
repos::BranchName branchOf(const std::string& campaign);

// A decided target's pull request may still be spoken at: why it was closed, that its merge is to be taken back.
bool hearsStill(const Target& target, Time now);

struct TargetJob {
  const rules::Migration& migration;
  std::string url;                           // with its credentials
  Target target;                             // as claimed
  std::string worker;                        // who holds the lease
  bool asked = false;                        // somebody asks for it now, and a failure before does not hold it up
  std::optional<TargetDetails> merged = {};  // of a rollback: the target whose merge is taken back
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
  Status fetch();
  Result<bool> settle();
  Status followBase(const prbot::PullRequest& open);
  Result<bool> settleContained(const prbot::PullRequest& open);
  void noteProposed(const std::string& head);
  Result<bool> listen();
  Result<std::string> obey(const AskedCommand& asked, const std::vector<prbot::Comment>& comments);
  Result<std::string> makeAnew(const AskedCommand& asked, const std::vector<prbot::Comment>& comments);
  Result<bool> hearAfterwards();
  Result<bool> hearAfterDecline();
  Status hearAfterMerge();
  Result<std::string> explain(const prbot::Command& command) const;
  Result<std::string> askWhy(const prbot::PullRequest& closed);
  Result<bool> saidSuperseded(int number) const;
  Result<bool> resume();
  Result<bool> resumeEnded(bool same);
  Result<bool> restsAfterFailure() const;
  Result<bool> holdsCommit(const repos::CommitId& tip, const repos::CommitId& commit) const;
  Status keepUp();
  Result<bool> resumeProposed(bool same);
  Result<bool> resumeCommitted();
  Status work();
  Status rewriteAndProve();
  Result<rewriter::Rewrite> makeRewrite();
  Result<std::string> mergingWord(const RewriteDocument& document) const;
  Status chooseHead(const repos::CommitId& made, RewriteDocument& document);
  Result<std::optional<repos::CommitId>> standingHead(const repos::CommitId& tip, const repos::CommitId& made) const;
  Status chooseDraft();
  Status commit(const rewriter::Rewrite& rewrite, rewriter::ChangedFiles changed, const RewriteDocument& document);
  Status publish();
  Result<bool> push();
  Result<bool> notePushed();
  Status propose();
  Result<prbot::PullRequestText> proposedText(const RewriteDocument& document) const;
  Status leavePeoplesWork(const RewriteDocument& before, prbot::PullRequestText& text);
  Status spendOpening();
  Status mergeWhereProved();
  Result<bool> mayMerge() const;
  Status askToMerge();
  Status callOff();
  Result<std::vector<std::string>> reviewers(const std::string& json) const;
  Result<std::vector<std::string>> codeOwners(const std::string& json) const;
  Status endWithout(TargetState state, const std::string& detail, const RewriteDocument& document,
                    const std::string& log = "");
  Status leaveProposal(TargetState state, const std::string& detail, const RewriteDocument& document,
                       const std::string& log);
  Result<bool> hasItAlready() const;
  Status closeSuperseded(int number, TargetState state);
  Status handOver(const std::string& why, const repos::CommitId& tip);

  Status record(TargetState state, const std::string& detail, const std::string& log = "",
                const std::optional<RewriteDocument>& document = std::nullopt);
  Status restart(const std::string& why);
  Status refetch();
  Result<std::optional<std::string>> foreignCommit(const repos::CommitId& tip) const;
  Result<std::optional<repos::CommitId>> branchTip() const;

  const Fleet::Parts& parts_;
  const Fleet::Limits& limits_;
  const rules::Migration& migration_;
  const std::string url_;
  const std::string worker_;
  const Notify notify_;
  const std::optional<TargetDetails> merged_;
  const std::string workedBase_;  // that the last run worked on
  const bool asked_;
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
  std::optional<prbot::PullRequest> open_;  // as the forge had it when it was last asked
  bool anew_ = false;                       // somebody asked for the branch to be made anew
  bool reached_ = false;                    // the repository answered
  bool recordFailed_ = false;
};

}  // namespace gander::fleet
