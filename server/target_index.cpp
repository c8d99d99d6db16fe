#include "server/target_index.h"

#include "base/text.h"
#include "fleet/fleet.h"
#include "fleet/target_run.h"

namespace gander::server {

Result<TargetIndex> TargetIndex::read(fleet::Store& store, const prbot::Forge& forge, Time now) {
  GANDER_TRY(auto campaigns, fleet::readStatus(store, ""));
  TargetIndex index;
  for (const auto& [campaign, targets] : campaigns) {
    index.campaigns_[campaign.name] = targets.size();
    for (const auto& target : targets) {
      // One that is of no forge is looked at in the rounds: what is wrong with it is then told as of any target.
      const auto name = toLowerAscii(forge.repositoryName(target.url).value_or(target.url));
      index.repositories_[name].push_back(
          {.wanted = {target.key, name},
           .base = target.baseBranch,
           .own = fleet::branchOf(campaign.name).name,
           .final = fleet::phaseOf(target.state) == fleet::Phase::kFinal && !fleet::hearsStill(target, now)});
    }
  }
  return index;
}

std::vector<Wanted> TargetIndex::concernedBy(const std::string& repository, const prbot::ForgeEvent& event) const {
  std::vector<Wanted> out;
  const auto found = repositories_.find(toLowerAscii(repository));
  if (found == repositories_.end()) return out;
  for (const auto& entry : found->second)
    if (event.branch.empty() || entry.base.empty() || event.branch == entry.base || event.branch == entry.own)
      out.push_back(entry.wanted);
  return out;
}

std::vector<Wanted> TargetIndex::unfinished() const {
  std::vector<Wanted> out;
  for (const auto& [name, entries] : repositories_)
    for (const auto& entry : entries)
      if (!entry.final) out.push_back(entry.wanted);
  return out;
}

}  // namespace gander::server
