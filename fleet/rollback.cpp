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
  return state_->takeBack(migration, seeds.front(), observer);
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
                                            Observer* observer) {
  GANDER_TRY(auto merged, parts.store.details({migration.name, seed.repository}));
  const auto& target = merged.target;
  if (target.state != TargetState::kMerged && target.state != TargetState::kReverted)
    return fail(ErrorKind::kConflict,
                fmt::format("{} is '{}': only what is merged is taken back", seed.repository, toString(target.state)));
  const auto rollback = rollbackOf(migration);
  std::error_code error;
  const auto document = std::filesystem::absolute(migration.file, error).lexically_normal().string();
  GANDER_CHECK(parts.store.ensureCampaign({rollback.name, rollback.title, migration.owner, document, {}}, {seed},
                                          parts.clock.now()));
  return carry(rollback, seed, observer);
}

// The answer has the command's mark: a run that dies before it goes on with the same rollback.
Status Fleet::State::answerRollback(const rules::Migration& migration, const TargetSeed& seed, TargetReport& merged,
                                    Observer* observer) {
  GANDER_TRY(auto back, takeBack(migration, seed, observer));
  const auto& target = back.target;
  auto outcome =
      target.proposal > 0
          ? fmt::format("It is taken back by #{}: {}.", target.proposal, toString(target.state))
          : fmt::format("It could not be taken back: {}.", back.problem.empty() ? target.detail : back.problem);
  auto name = parts.forge.repositoryName(withoutCredentials(seed.url));
  auto said =
      name ? parts.forge.say(*name, merged.target.proposal,
                             {.body = fmt::format("{}\n\n{}", prbot::escapeMarkdown(outcome), merged.askedRollback)})
           : Status(std::unexpected(name.error()));
  if (!said) merged.problem = said.error().message;
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
    merged->detail = fmt::format("taken back by #{}", target.proposal);
    merged->updated = parts.clock.now();
    done = parts.store.record(*merged, worker, "", std::nullopt);
  }
  GANDER_CHECK(parts.store.release(key, worker, parts.clock.now()));
  return done;
}

}  // namespace gander::fleet
