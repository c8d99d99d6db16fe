#include "fleet/targets.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "catalog/catalog.h"
#include "fleet/take_back.h"
#include "rewriter/rewrite.h"

namespace gander::fleet {
namespace {

Status addTarget(TargetList& list, const std::string& file, TargetSeed seed) {
  for (const auto& known : list.targets) {
    if (known.url == seed.url) return {};
    if (known.repository == seed.repository)
      return fail(ErrorKind::kInvalid,
                  fmt::format("{}: two repositories are called '{}': {} and {}; give one of them another name", file,
                              seed.repository, withoutCredentials(known.url), withoutCredentials(seed.url)));
  }
  list.targets.push_back(std::move(seed));
  return {};
}

Result<catalog::Catalog> loadCatalog(const rules::Migration& migration) {
  return catalog::Catalog::load(std::filesystem::path(migration.file).parent_path() / migration.catalog->folder);
}

Status addConsumers(TargetList& list, const rules::Migration& migration) {
  const auto& wanted = *migration.catalog;
  GANDER_TRY(auto catalog, loadCatalog(migration));
  std::set<std::string> datasets;
  if (!wanted.dataset.empty())
    datasets.insert(wanted.dataset);
  else
    for (const auto& dataset : migration.datasets) datasets.insert(dataset.id);
  std::set<std::string> problems;
  for (const auto& dataset : datasets) {
    GANDER_TRY(auto consumers, catalog.consumersOf(dataset));
    for (auto& consumer : consumers) {
      if (consumer.url.empty())
        problems.insert(consumer.problem);
      else
        GANDER_CHECK(addTarget(list, migration.file, {consumer.name, consumer.url, consumer.owner}));
    }
  }
  list.problems.assign(problems.begin(), problems.end());
  return {};
}

}  // namespace

Result<rules::Migration> loadMigration(const std::filesystem::path& path) {
  GANDER_TRY(auto migration, rules::loadMigration(path));
  GANDER_CHECK(rewriter::checkMigration(migration));
  if (!migration.catalog) return migration;
  GANDER_TRY(auto catalog, loadCatalog(migration));
  rules::addSchemas(migration, catalog.schemas());
  return migration;
}

Result<rules::Migration> loadCampaign(const Campaign& campaign) {
  if (campaign.document.empty())
    return fail(ErrorKind::kNotFound,
                fmt::format("the document of {} is not known: `gander run` it once more", campaign.name));
  GANDER_TRY(auto migration, loadMigration(campaign.document));
  return takenBack(campaign.name) ? rollbackOf(migration) : migration;
}

Result<TargetList> findTargets(const rules::Migration& migration) {
  TargetList list;
  for (const auto& repository : migration.repositories)
    GANDER_CHECK(addTarget(list, migration.file, {repository.name, repository.url, ""}));
  if (migration.catalog) GANDER_CHECK(addConsumers(list, migration));
  if (list.targets.empty() && list.problems.empty())
    return fail(
        ErrorKind::kInvalid,
        fmt::format(
            "{}: the migration has no targets; name repositories, or a catalog that knows consumers of its datasets",
            migration.file));
  std::ranges::sort(list.targets);
  return list;
}

Result<std::vector<TargetSeed>> chooseTargets(const std::vector<TargetSeed>& targets,
                                              const std::vector<std::string>& only) {
  if (only.empty()) return targets;
  std::set<TargetSeed> chosen;
  for (const auto& wanted : only) {
    auto found = std::ranges::find_if(targets, [&](const auto& seed) {
      return seed.repository == wanted || seed.url == wanted || withoutCredentials(seed.url) == wanted;
    });
    if (found == targets.end()) {
      std::vector<std::string> names;
      for (const auto& seed : targets) names.push_back(seed.repository);
      auto near = nearest(wanted, names);
      return fail(ErrorKind::kNotFound, fmt::format("'{}' is no target of the migration{}", withoutCredentials(wanted),
                                                    near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
    }
    chosen.insert(*found);
  }
  return std::vector<TargetSeed>(chosen.begin(), chosen.end());
}

}  // namespace gander::fleet
