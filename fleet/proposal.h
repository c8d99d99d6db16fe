// What a target's rewrite is made into: counts, a commit's message, the text of its pull request, the document for `show`.
// Pure functions.
#pragma once

#include <string>

#include "fleet/store.h"
#include "pr-bot/forge.h"
#include "pr-bot/proposal_text.h"
#include "rewriter/rewrite.h"
#include "rules/migration.h"
#include "sandbox/build.h"

namespace gander::fleet {

struct ProposalInputs {
  const rules::Migration& migration;
  const Target& target;
  const rewriter::Rewrite& rewrite;
  const sandbox::BuildPlan& plan;
  const sandbox::Verification& verification;
  const prbot::CodePages pages = {};  // of the target's repository
};

TargetCounts countsOf(const rewriter::Rewrite& rewrite);
std::string summaryOf(const rewriter::Rewrite& rewrite);  // "5 edits in 2 files, 1 listed"

prbot::ProposalFacts proposalFacts(const ProposalInputs& inputs);

// Title, summary, and the trailers Gander-Migration and Gander-Rewrite.
std::string commitMessage(const rules::Migration& migration, const rewriter::Rewrite& rewrite);

// What people wrote into the open pull request since `before` was put there stays in `text`: a title of their own, and what stands around
// gander's text. False where they wrote within it: then it stays as a whole, and says nothing of what is new.
bool keepEdited(const prbot::PullRequestText& there, const RewriteDocument& before, prbot::PullRequestText& text);

}  // namespace gander::fleet
