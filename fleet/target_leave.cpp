// The part of a target's run that takes its leave of a pull request: one that lost its ground, and one that gander has closed before.
#include <fmt/format.h>

#include <algorithm>

#include "fleet/target_run.h"

namespace gander::fleet {

// With this a comment of gander's begins that closes a pull request: not a person's answer.
static constexpr std::string_view kSuperseded = "Superseded: ";

// A forge on the network remembers no reason, but what was said.
Result<bool> TargetRun::closedByGander(const prbot::PullRequest& closed) const {
  if (closed.reason.starts_with(kSuperseded)) return true;
  GANDER_TRY(auto comments, parts_.forge.comments(forgeName_, closed.number, ""));
  return std::ranges::any_of(comments,
                             [](const prbot::Comment& one) { return one.own && one.body.starts_with(kSuperseded); });
}

// Where it is the base that moved, the base's own people have done it, and the pull request is closed. Where it is the migration or the models,
// gander may be wrong, and a person decides.
Status TargetRun::leaveProposal(TargetState state, const std::string& detail, const RewriteDocument& document,
                                const std::string& log) {
  const auto number = open_->number;
  const bool broken = state == TargetState::kBroken;
  if (!broken && target_.proposedInputs != inputs_) {
    target_.proposal = number;
    GANDER_CHECK(record(state, fmt::format("{}; #{} is left to a person", detail, number), log, document));
    return parts_.forge.say(
        forgeName_, number,
        {.body = "As the migration and gander's models are now, nothing would be edited here. What this proposed was "
                 "made from earlier ones, and may be right or wrong: it is left as it is, and a person decides. Merge "
                 "it, close it, or write `/gander skip <reason>`."});
  }
  const auto why = broken ? "with the base branch as it is now the edits break the build or its tests, so they are "
                            "not proposed any more. They are proposed again when that is mended."
                          : "the base branch as it is now leaves nothing to edit: it has the new version, or no "
                            "longer reads the dataset. It is proposed again if old names come back.";
  GANDER_CHECK(parts_.forge.close(forgeName_, number, fmt::format("{}{}", kSuperseded, why)));
  target_.head.clear();
  return record(state, detail, log, document);
}

}  // namespace gander::fleet
