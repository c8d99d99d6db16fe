// Looks at one target of any campaign that the store knows, by the campaign's document as it stands now. For a process that carries many
// campaigns: all of them share store, mirrors and forge, so that the forge's limits are kept over all.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "cli/environment.h"
#include "cli/joined_fleet.h"
#include "cli/options.h"
#include "server/look_workers.h"
#include "server/watch.h"

namespace gander::cli {

class CampaignLooks {
 public:
  static Result<std::unique_ptr<CampaignLooks>> make(JoinedFleet& joined, const FleetOptions& options,
                                                     const Environment& environment, const Clock& clock);

  // Safe for many threads. An error is of the campaign: its document can't be read, is another migration's now, or the store fails.
  Result<server::Looked> look(const fleet::TargetKey& target);

 private:
  struct Carried;  // a campaign with all that its fleet stands on

  CampaignLooks(JoinedFleet& joined, const FleetOptions& options, const Environment& environment, const Clock& clock)
      : joined_(joined), options_(options), environment_(environment), clock_(clock) {}
  Result<server::Looked> lookAt(const fleet::TargetKey& target);
  Result<std::shared_ptr<Carried>> carried(const std::string& campaign);
  Result<std::shared_ptr<Carried>> load(const std::string& campaign);

  JoinedFleet& joined_;
  const FleetOptions options_;
  const Environment& environment_;
  const Clock& clock_;
  std::unique_ptr<fleet::Workers> process_;
  std::optional<server::LookWorkers> workers_;

  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Carried>> carried_;  // by name
};

}  // namespace gander::cli
