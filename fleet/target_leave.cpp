// The part of a target's run that takes its leave of a pull request that lost its ground.
#include <fmt/format.h>

#include <algorithm>

#include "fleet/target_run.h"

namespace gander::fleet {

// With this a comment of gander's begins that closes a pull request.
static constexpr std::string_view kSuperseded = "Superseded: ";

// Where the base moved, its own people have done it, and the pull request is closed. Where the migration or the models did, gander may be wrong,
// and a person decides.
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
  if (state != TargetState::kBroken && target_.proposed.inputs != inputs_) {
    GANDER_CHECK(parts_.forge.say(
        forgeName_, number,
        {.body = "As the migration and gander's models are now, nothing would be edited here. What this proposed was "
                 "made from earlier ones, and may be right or wrong: it is left as it is, and a person decides. Merge "
                 "it, close it, or write `/gander skip <reason>`."}));
    return record(state, fmt::format("{}; #{} is left to a person", detail, number), log, document);
  }
  // Recorded first: then the close is known for gander's own.
  target_.superseded = number;
  target_.proposal = 0;
  target_.head.clear();
  GANDER_CHECK(record(state, detail, log, document));
  return closeSuperseded(state);
}

Status TargetRun::closeSuperseded(TargetState state) {
  // Whoever opened it again after gander's word wants it.
  GANDER_TRY(bool said, saidSuperseded(open_->number));
  if (said) return {};
  const auto why = state == TargetState::kBroken
                       ? "with the base branch as it is now the edits break the build or its tests, so they are "
                         "not proposed any more. They are proposed again when that is mended."
                       : "the base branch as it is now leaves nothing to edit: it has the new version, or no "
                         "longer reads the dataset. It is proposed again if old names come back.";
  auto closed = parts_.forge.close(forgeName_, open_->number, fmt::format("{}{}", kSuperseded, why));
  return closed ? Status() : std::unexpected(closed.error());
}

Result<bool> TargetRun::saidSuperseded(int number) const {
  GANDER_TRY(auto comments, parts_.forge.comments(forgeName_, number));
  return std::ranges::any_of(comments,
                             [](const prbot::Comment& one) { return one.own && one.body.starts_with(kSuperseded); });
}

}  // namespace gander::fleet
