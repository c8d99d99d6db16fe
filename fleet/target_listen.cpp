// The part of a target's run that listens: to people's commands at its pull request, and to their reasons.
#include <fmt/format.h>

#include <algorithm>

#include "fleet/conversation.h"
#include "fleet/target_run.h"

namespace gander::fleet {

using prbot::CommandKind;

namespace {

constexpr std::string_view kNoReason = "closed without a reason";
constexpr std::chrono::days kHears{30};  // for nobody comes back to an old one

std::string answered(const AskedCommand& asked, const std::string& outcome) {
  return fmt::format("{}\n\n{}", prbot::answerTo(asked.command, outcome), asked.mark);
}

}  // namespace

// True where a command ended the target. What is asked is done first and answered then: a run that dies between the two does it again, which
// changes nothing.
Result<bool> TargetRun::listen() {
  if (!open_) return false;
  GANDER_TRY(auto comments, parts_.forge.comments(forgeName_, target_.proposal));
  for (const auto& asked : openCommands(comments)) {
    std::string outcome;
    if (!asked.command.mistaken) {
      GANDER_TRY(outcome, obey(asked, comments));
    }
    GANDER_CHECK(parts_.forge.say(forgeName_, target_.proposal, {.body = answered(asked, outcome)}));
    if (phaseOf(target_.state) == Phase::kFinal) return true;
  }
  return false;
}

// A person's commits are given back by a person, who was told of the newest of them before: what came since is not.
Result<std::string> TargetRun::makeAnew(const AskedCommand& asked, const std::vector<prbot::Comment>& comments) {
  if (target_.state == TargetState::kHandedOver) {
    GANDER_TRY(auto tip, branchTip());
    if (tip && asked.command.kind == CommandKind::kRetry)
      return "commits of a person are on the branch: /gander regenerate hands it back, and they are lost";
    const auto told = std::find_if(comments.begin(), comments.end(), [&](const prbot::Comment& one) {
      return one.own && tip && one.body.contains(tip->hex);
    });
    if (tip && (told == comments.end() || told - comments.begin() > asked.place)) {
      GANDER_TRY(auto foreign, foreignCommit(*tip));
      GANDER_CHECK(handOver(foreign.value_or(target_.detail), *tip));
      return "commits came to the branch since they were last told here: look at them, and ask again";
    }
    target_.handedBack = tip ? tip->hex : "";
  }
  anew_ = true;
  GANDER_CHECK(restart(fmt::format("{} asked for it", asked.author)));
  return "it is made anew from the base branch as it is now";
}

Result<std::string> TargetRun::obey(const AskedCommand& asked, const std::vector<prbot::Comment>& comments) {
  const auto& command = asked.command;
  switch (command.kind) {
    case CommandKind::kRetry:
    case CommandKind::kRegenerate: return makeAnew(asked, comments);
    case CommandKind::kSkip:
    case CommandKind::kDeclined:
      GANDER_CHECK(parts_.forge.close(forgeName_, target_.proposal, ""));
      GANDER_CHECK(record(TargetState::kDeclined, reasonOf(command)));
      return "it is closed and remembered, and gander does not open it again by itself";
    case CommandKind::kExplain: return explain(command);
    case CommandKind::kRollback: return "this pull request is not merged; /gander skip <reason> closes it";
    case CommandKind::kHelp: break;
  }
  return "";
}

// Of a pull request that somebody closed: why, as far as anybody has said; who has not is asked once.
Result<std::string> TargetRun::askWhy(const prbot::PullRequest& closed) {
  if (!closed.reason.empty()) return closed.reason;
  GANDER_TRY(auto comments, parts_.forge.comments(forgeName_, closed.number));
  if (auto reason = declineReason(comments); !reason.empty()) return reason;
  GANDER_CHECK(parts_.forge.say(
      forgeName_, closed.number,
      {.body = "This was closed, and gander does not open it again by itself. A word of why helps the next "
               "migration: `/gander declined wrong-edit`, `not-now`, `not-ours` or `done-otherwise`."}));
  return std::string(kNoReason);
}

Result<std::string> TargetRun::explain(const prbot::Command& command) const {
  GANDER_TRY(auto details, parts_.store.details(target_.key));
  const auto& document = details.proposed ? details.proposed : details.document;
  if (!document) return "there is no rewrite of it in the store";
  return explainLine(document->json, command.file, command.line);
}

bool hearsStill(const Target& target, Time now) {
  const bool speaks = target.state == TargetState::kMerged || target.state == TargetState::kDeclined;
  return speaks && target.proposal != 0 && target.updated + kHears >= now;
}

// True where it was opened again, and is to be worked on.
Result<bool> TargetRun::hearAfterwards() {
  report_.unchanged = true;
  notify_(target_);
  if (!hearsStill(target_, parts_.clock.now())) return false;
  GANDER_CHECK(look());
  if (target_.state == TargetState::kDeclined) return hearAfterDecline();
  GANDER_CHECK(hearAfterMerge());
  return false;
}

// The rollback itself is another target's run.
Status TargetRun::hearAfterMerge() {
  GANDER_TRY(auto comments, parts_.forge.comments(forgeName_, target_.proposal));
  for (const auto& asked : openCommands(comments)) {
    const auto& command = asked.command;
    if (command.kind == CommandKind::kRollback && !command.mistaken && !merged_) {
      report_.askedRollback = asked.mark;
      continue;
    }
    std::string outcome = merged_ ? "it is merged already" : "it is merged already; /gander rollback takes it back";
    if (command.kind == CommandKind::kExplain && !command.mistaken) {
      GANDER_TRY(outcome, explain(command));
    }
    GANDER_CHECK(parts_.forge.say(forgeName_, target_.proposal, {.body = answered(asked, outcome)}));
  }
  return {};
}

// A person's close is undone by a person. Whoever was asked why may have answered since.
Result<bool> TargetRun::hearAfterDecline() {
  GANDER_TRY(auto found,
             parts_.forge.find(forgeName_, branchOf(target_.key.campaign).name, target_.baseBranch, target_.proposal));
  if (found && found->state == prbot::PullRequestState::kOpen) {
    GANDER_CHECK(restart(fmt::format("#{} was opened again", found->number)));
    return true;
  }
  GANDER_TRY(auto comments, parts_.forge.comments(forgeName_, target_.proposal));
  const bool wanted = target_.detail == kNoReason;
  for (const auto& asked : openCommands(comments)) {
    const auto kind = asked.command.kind;
    const bool tells = kind == CommandKind::kDeclined || kind == CommandKind::kSkip;
    std::string outcome = !tells   ? "it is closed; open it again, and gander goes on with it"
                          : wanted ? "it is remembered"
                                   : "a reason was given before, and is remembered";
    if (asked.command.mistaken) outcome.clear();
    GANDER_CHECK(parts_.forge.say(forgeName_, target_.proposal, {.body = answered(asked, outcome)}));
  }
  const auto reason = declineReason(comments);
  if (reason.empty() || !wanted) return false;
  GANDER_CHECK(record(TargetState::kDeclined, reason));
  return false;
}

}  // namespace gander::fleet
