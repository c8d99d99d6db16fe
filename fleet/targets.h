// Which repositories a migration goes to: its own list, and the consumers that the catalog knows; and what else the catalog tells.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "fleet/store.h"
#include "rules/migration.h"

namespace gander::fleet {

// A migration from a file of the machine, with the schemas of its catalog's datasets.
Result<rules::Migration> loadMigration(const std::filesystem::path& path);

struct TargetList {
  std::vector<TargetSeed> targets;    // sorted by repository; URLs as git takes them
  std::vector<std::string> problems;  // consumers of the catalog without a URL, a sentence each
};

// A repository that the list and the catalog name with one URL is one target, under the list's name. kInvalid where one name
// has two URLs, or the migration names no repository at all.
// The migration of a campaign that the store knows, from the document that it was last run with; of a rollback, the rollback.
Result<rules::Migration> loadCampaign(const Campaign& campaign);

Result<TargetList> findTargets(const rules::Migration& migration);

// Those of the targets that `only` names, by name or URL; all where it is empty. kNotFound for what is none of them.
Result<std::vector<TargetSeed>> chooseTargets(const std::vector<TargetSeed>& targets,
                                              const std::vector<std::string>& only);

}  // namespace gander::fleet
