// Merges taken back: each as a target of a campaign of its own, so that it is built, proposed, watched and decided like any other.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "fleet/fleet_state.h"
#include "fleet/take_back.h"
#include "fleet/targets.h"
#include "pr-bot/markdown.h"

namespace gander::fleet {

Result<TargetReport> Fleet::rollback(const rules::Migration& migration, const std::string& repository,
                                     Observer* observer) {
  GANDER_TRY(auto list, findTargets(migration));
  GANDER_TRY(auto seeds, chooseTargets(list.targets, {repository}));
  GANDER_CHECK(state_->sweepScratch());
  return state_->takeBack(migration, seeds.front(), observer, true);
}

Result<TargetList> Fleet::State::targetsOf(const rules::Migration& migration) {
  GANDER_TRY(auto list, findTargets(migration));
  if (!takenBack(migration.name)) return list;
  GANDER_TRY(auto known, parts.store.targets(migration.name));
  std::erase_if(list.targets, [&](const TargetSeed& seed) {
    return std::ranges::none_of(known, [&](const Target& one) { return one.key.repository == seed.repository; });
  });
  list.problems.clear();
  return list;
}

Result<TargetReport> Fleet::State::takeBack(const rules::Migration& migration, const TargetSeed& seed,
                                            Observer* observer, bool asked) {
  GANDER_TRY(auto merged, parts.store.details({migration.name, seed.repository}));
  const auto& target = merged.target;
  if (target.state != TargetState::kMerged && target.state != TargetState::kReverted)
    return fail(ErrorKind::kConflict,
                fmt::format("{} is '{}': only what is merged is taken back", seed.repository, toString(target.state)));
  if (takenBack(migration.name))
    return fail(ErrorKind::kConflict,
                fmt::format("{} is a rollback itself: run the migration anew, under another name", migration.name));
  const auto rollback = rollbackOf(migration);
  std::error_code error;
  const auto document = std::filesystem::absolute(migration.file, error).lexically_normal().string();
  GANDER_CHECK(parts.store.ensureCampaign({rollback.name, rollback.title, migration.owner, document, {}}, {seed},
                                          parts.clock.now()));
  return carry(rollback, seed, observer, asked);
}

// The answer has the command's mark. Where the rollback can't go on yet the command stays open, and the next look goes on with it.
Status Fleet::State::answerRollback(const rules::Migration& migration, const TargetSeed& seed, TargetReport& merged,
                                    Observer* observer) {
  GANDER_TRY(auto back, takeBack(migration, seed, observer, true));
  const auto& target = back.target;
  if (target.proposal == 0 && (back.unavailable || phaseOf(target.state) == Phase::kWorking)) {
    merged.unavailable = true;
    return {};
  }
  auto outcome =
      target.proposal > 0
          ? fmt::format("It is taken back by pull request {}: {}.", target.proposal, toString(target.state))
          : fmt::format("It could not be taken back: {}.", back.problem.empty() ? target.detail : back.problem);
  auto name = parts.forge.repositoryName(withoutCredentials(seed.url));
  auto said =
      name ? parts.forge.say(*name, merged.target.proposal,
                             {.body = fmt::format("{}\n\n{}", prbot::escapeMarkdown(outcome), merged.askedRollback)})
           : Status(std::unexpected(name.error()));
  if (!said) merged.problem = said.error().message;
  return {};
}

// What was taken back, and what is being taken back, is seen to with the target whose merge it is of.
Status Fleet::State::goOnWithRollback(const rules::Migration& migration, const TargetSeed& seed, TargetReport& report,
                                      Observer* observer) {
  if (report.target.state != TargetState::kMerged || takenBack(migration.name)) return {};
  if (!report.askedRollback.empty()) return answerRollback(migration, seed, report, observer);
  auto rollback = parts.store.details({rollbackCampaign(migration.name), seed.repository});
  if (!rollback) return rollback.error().kind == ErrorKind::kNotFound ? Status() : std::unexpected(rollback.error());
  if (rollback->target.state == TargetState::kDeclined) return {};
  GANDER_CHECK(takeBack(migration, seed, observer, false));
  GANDER_TRY(auto now, parts.store.details({migration.name, seed.repository}));
  report.target = now.target;
  return {};
}

Status Fleet::State::noteReverted(const Target& target) {
  const auto of = takenBack(target.key.campaign);
  if (!of || target.state != TargetState::kMerged) return {};
  const TargetKey key{*of, target.key.repository};
  const auto worker = parts.workers.newName();
  GANDER_TRY(auto merged, claim(key, worker));
  if (!merged) return {};  // whoever is at it does no more with it, and the next run notes it
  Status done;
  if (merged->state == TargetState::kMerged) {
    merged->state = TargetState::kReverted;
    merged->detail = fmt::format("taken back by pull request {}", target.proposal);
    merged->updated = parts.clock.now();
    done = parts.store.record(*merged, worker, "", std::nullopt);
  }
  GANDER_CHECK(parts.store.release(key, worker, parts.clock.now()));
  return done;
}

}  // namespace gander::fleet
