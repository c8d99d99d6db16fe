#include "cli/campaign_looks.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "cli/installation.h"
#include "fleet/targets.h"

namespace gander::cli {

struct CampaignLooks::Carried {
  rules::Migration migration;
  rules::Library library;
  std::set<std::string> targets;  // their names
  std::unique_ptr<fleet::Fleet> fleet;
  Time read{};
};

// A document is read again after this time: for a round over a thousand targets not a thousand times.
static constexpr std::chrono::seconds kFresh{10};

Result<std::unique_ptr<CampaignLooks>> CampaignLooks::make(JoinedFleet& joined, const FleetOptions& options,
                                                           const Environment& environment, const Clock& clock) {
  std::unique_ptr<CampaignLooks> looks(new CampaignLooks(joined, options, environment, clock));
  GANDER_TRY(looks->process_, fleet::makeProcessWorkers());
  looks->workers_.emplace(*looks->process_);
  return looks;
}

Result<server::Looked> CampaignLooks::look(const fleet::TargetKey& target) {
  auto looked = lookAt(target);
  workers_->lookEnded();
  return looked;
}

Result<server::Looked> CampaignLooks::lookAt(const fleet::TargetKey& target) {
  GANDER_TRY(auto campaign, carried(target.campaign));
  if (!campaign->targets.contains(target.repository))
    return server::Looked{.news = "it is no target of the migration any more: `gander decline` closes its proposal"};
  GANDER_TRY(auto report, campaign->fleet->run(campaign->migration, {target.repository}));
  const auto& one = report.targets.at(0);
  const auto& holder = one.target.leaseOwner;
  if (one.unchanged && one.problem.empty()) return server::Looked();
  return server::Looked{
      .again = one.unavailable || (!holder.empty() && !workers_->isOwn(holder)),
      .news = fmt::format("{}: {}", toString(one.target.state), one.problem.empty() ? one.target.detail : one.problem)};
}

Result<std::shared_ptr<CampaignLooks::Carried>> CampaignLooks::carried(const std::string& campaign) {
  std::lock_guard lock(mutex_);
  auto& kept = carried_[campaign];
  if (kept && clock_.now() - kept->read < kFresh) return kept;
  kept.reset();
  GANDER_TRY(kept, load(campaign));
  return kept;
}

Result<std::shared_ptr<CampaignLooks::Carried>> CampaignLooks::load(const std::string& campaign) {
  GANDER_TRY(auto status, joined_.store().campaigns());
  const auto known = std::ranges::find(status, campaign, &fleet::Campaign::name);
  if (known == status.end()) return fail(ErrorKind::kInvalid, "it is no campaign any more");
  auto out = std::make_shared<Carried>();
  out->read = clock_.now();
  auto migration = fleet::loadCampaign(*known);
  // A document that is gone is the operator's to put back, as one with a mistake is to be mended.
  if (!migration) return fail(ErrorKind::kInvalid, migration.error().message);
  out->migration = std::move(*migration);
  // A run would begin another campaign.
  if (out->migration.name != campaign)
    return fail(ErrorKind::kInvalid,
                fmt::format("{} is now the document of {}: `gander run` that, or put this one back", known->document,
                            out->migration.name));
  GANDER_TRY(const auto list, fleet::findTargets(out->migration));
  for (const auto& one : list.targets) out->targets.insert(one.repository);
  GANDER_TRY(out->library, loadLibrary(environment_, options_.rules, out->migration));
  GANDER_TRY(out->fleet, joined_.makeFleet(out->migration, out->library, *workers_));
  return out;
}

}  // namespace gander::cli
