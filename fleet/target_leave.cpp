// The part of a target's run that takes its leave of a pull request that lost its ground.
#include <fmt/format.h>

#include <algorithm>

#include "fleet/branch_commits.h"
#include "fleet/target_run.h"

namespace gander::fleet {

// With this a comment of gander's begins that closes a pull request.
static constexpr std::string_view kSuperseded = "Superseded: ";

// Whether merging what was proposed would change nothing any more, whatever made gander think so.
Result<bool> TargetRun::hasItAlready() const {
  const repos::CommitId head{target_.proposed.head};
  if (head.hex.empty() || !repository_->readCommit(head)) return false;
  return mergesInto(*repository_, base_, head, base_);
}

// Where the base moved, its own people have done it, and the pull request is closed. Where the migration, the models or gander itself did,
// gander may be wrong, and a person decides.
Status TargetRun::leaveProposal(TargetState state, const std::string& detail, const RewriteDocument& document,
                                const std::string& log) {
  GANDER_CHECK(refetch());
  GANDER_TRY(auto tip, branchTip());
  if (tip) {
    GANDER_TRY(auto foreign, foreignCommit(*tip));
    if (foreign) return handOver(*foreign, *tip);
  }
  GANDER_CHECK(callOff());
  const auto number = open_->number;
  GANDER_TRY(bool already, hasItAlready());
  if (!already && target_.proposed.inputs != inputs_) {
    const auto now = state == TargetState::kBroken ? "the edits would be others here, and break the build or its tests"
                                                   : "nothing would be edited here";
    GANDER_CHECK(parts_.forge.say(
        forgeName_, number,
        {.body = fmt::format("As the migration and gander with its models are now, {}. What this proposed was made "
                             "from earlier ones, and may be right or wrong: it is left as it is, and a person decides. "
                             "Merge it, close it, or write `/gander skip <reason>`.",
                             now)}));
    return record(state, fmt::format("{}; #{} is left to a person", detail, number), log, document);
  }
  // Recorded first: then the close is known for gander's own.
  target_.superseded = number;
  target_.proposal = 0;
  target_.head.clear();
  target_.proposed.head.clear();
  GANDER_CHECK(record(state, detail, log, document));
  return closeSuperseded(number, state);
}

static std::string_view whySuperseded(TargetState state) {
  switch (state) {
    case TargetState::kBroken:
      return "with the base branch as it is now the edits break the build or its tests, so they are not proposed any "
             "more. They are proposed again when that is mended.";
    case TargetState::kOnlyListed:
      return "the base branch as it is now leaves nothing that gander can edit. Old names still stand in it, and "
             "whether they are the dataset's gander can't tell: `gander show` lists them. It is proposed again if "
             "there is something to edit.";
    default:
      return "the base branch as it is now leaves nothing to edit: it has the new version, or no longer reads the "
             "dataset. It is proposed again if old names come back.";
  }
}

// Closed with a word, which is said afterwards: a close or its word that a forge's fault took away is made up for at the next look.
Status TargetRun::closeSuperseded(int number, TargetState state) {
  // Whoever opened it again after gander's word wants it.
  GANDER_TRY(bool said, saidSuperseded(number));
  if (said) return {};
  auto closed = parts_.forge.close(forgeName_, number, fmt::format("{}{}", kSuperseded, whySuperseded(state)));
  return closed ? Status() : std::unexpected(closed.error());
}

Result<bool> TargetRun::saidSuperseded(int number) const {
  GANDER_TRY(auto comments, parts_.forge.comments(forgeName_, number));
  return std::ranges::any_of(comments,
                             [](const prbot::Comment& one) { return one.own && one.body.starts_with(kSuperseded); });
}

}  // namespace gander::fleet
