// The fleet with everything that it stands on, made from options.
//
//   state folder: store.db, cache/ (mirrors), scratch/ (checkouts), facts/ (of C++, a folder for each repository: fleet/fact_cache.h),
//                 limits/ (whose turn it is to write to a forge),
//                 forge (the forge's folder or the document of forges, as last given)
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "cli/environment.h"
#include "cli/options.h"
#include "fleet/fleet.h"
#include "pr-bot/embedded_forge.h"
#include "pr-bot/forge_settings.h"

namespace gander::cli {

class JoinedFleet {
 public:
  // `forgeNeeded`: kInvalid where no forge is given and none is remembered.
  static Result<std::unique_ptr<JoinedFleet>> make(const FleetOptions& options, const rules::Migration& migration,
                                                   const Environment& environment, bool forgeNeeded);

  fleet::Fleet& fleet() { return *fleet_; }
  fleet::Store& store() { return *database_.store; }
  const prbot::Forge& forge() const { return *forge_; }
  const std::optional<prbot::ForgeSettings>& settings() const { return settings_; }  // nothing: no document of forges
  // One more fleet on the same store, mirrors, forge and walls, which works in its caller's thread: for a process that carries many
  // migrations. `library`: with the migration's own models; it and the workers must outlive the fleet.
  Result<std::unique_ptr<fleet::Fleet>> makeFleet(const rules::Migration& migration, const rules::Library& library,
                                                  fleet::Workers& workers);
  const std::string& note() const { return note_; }  // what is missing on this machine, for people; lines, or empty

 private:
  JoinedFleet() = default;
  static fleet::Fleet::Parts partsOf(JoinedFleet* joined, const rules::Library& library, fleet::Workers& workers);
  Status openState(const FleetOptions& options, bool forgeNeeded);
  Status openForge(const std::filesystem::path& place);
  Status openForges(const std::filesystem::path& file);
  Status makeWalls(const FleetOptions& options, const rules::Migration& migration, const Environment& environment);

  SystemClock clock_;
  rules::Library library_;
  fleet::Database database_;
  std::unique_ptr<repos::Mirrors> mirrors_;
  std::unique_ptr<prbot::BranchMerger> merger_;
  repos::Person author_{"gander", "gander@localhost"};
  fleet::ProposalPolicy policy_;
  fleet::OpeningBudgets budgets_;
  std::unique_ptr<prbot::Forge> forge_;
  std::optional<prbot::ForgeSettings> settings_;
  std::unique_ptr<sandbox::Sandbox> sandbox_;
  std::unique_ptr<fleet::Workers> workers_;
  fleet::ParserFactory parser_;
  std::filesystem::path state_;
  std::string note_;
  std::optional<fleet::Fleet> fleet_;  // last: it stands on all above
};

// The store of a state folder that is there; kNotFound, with what to do, where none is.
Result<fleet::Database> openStore(const std::filesystem::path& state);

// A target whose merge is taken back is two: the one that was merged, and its rollback.
enum class TargetWanted { kNewest, kMerged };

// The target that a person means. kNotFound, with the nearest name; kInvalid where several migrations have one of that name.
Result<fleet::TargetKey> findTarget(fleet::Store& store, const TargetName& name,
                                    TargetWanted wanted = TargetWanted::kNewest);

}  // namespace gander::cli
