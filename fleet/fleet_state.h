// What a fleet holds, and the pieces that its operations share. Private to fleet/.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "fleet/fleet.h"
#include "fleet/targets.h"

namespace gander::fleet {

struct Fleet::State {
  Fleet::Parts parts;
  Fleet::Limits limits;
  std::mutex told;  // an observer hears one thing at a time

  State(Fleet::Parts p, const Fleet::Limits& l) : parts(std::move(p)), limits(l) {}

  void tell(Observer* observer, const std::string& repository, TargetState state, const std::string& detail);

  // nullopt while another holds the target.
  Result<std::optional<Target>> claim(const TargetKey& key, const std::string& worker);
  // Claims the target and carries it as far as it goes.
  // `asked`: by somebody, now.
  Result<TargetReport> carry(const rules::Migration& migration, const TargetSeed& seed, Observer* observer,
                             bool asked = false);
  Result<TargetReport> carryClaimed(const rules::Migration& migration, const std::string& url, Target target,
                                    const std::string& worker, Observer* observer, bool asked = false);
  // The migration's targets; of a rollback those that somebody has asked for.
  Result<TargetList> targetsOf(const rules::Migration& migration);
  // The rollback of the target's merge, taken up or gone on with. kConflict where it is not merged.
  Result<TargetReport> takeBack(const rules::Migration& migration, const TargetSeed& seed, Observer* observer,
                                bool asked);
  Status goOnWithRollback(const rules::Migration& migration, const TargetSeed& seed, TargetReport& report,
                          Observer* observer);
  Status answerRollback(const rules::Migration& migration, const TargetSeed& seed, TargetReport& merged,
                        Observer* observer);
  // Where a rollback is merged, what it took back is reverted.
  Status noteReverted(const Target& target);
  // Folders that workers left behind who are dead.
  Status sweepScratch();
};

// Runs `one` for each index below `count`, `workers` at a time (0: in the caller's thread), until one returns an error.
Status forEachIndex(unsigned workers, size_t count, const std::function<Status(size_t)>& one);

}  // namespace gander::fleet
