#include "rewriter/definitions/definitions.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "rewriter/definitions/proto_definitions.h"
#include "rewriter/definitions/scribe.h"
#include "rewriter/definitions/specifications.h"
#include "rewriter/scan/spellings.h"

namespace gander::rewriter {
namespace {

using rules::ReferenceKind;

bool holdsName(const std::string& text, const std::string& name, size_t* where) {
  for (size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
    if (!isOccurrence(text, at, at + name.size())) continue;
    *where = at;
    return true;
  }
  return false;
}

// The last of the schema migrations that have run and name a table.
std::optional<Span> lastMigrationOf(const std::string& table, const Texts& texts) {
  std::optional<Span> last;
  size_t where = 0;
  for (const auto& [path, source] : texts.all()) {
    const bool runs = path.ends_with(".sql") || path.ends_with(".py");
    if (source.nature != FileNature::kHistory || !runs || !holdsName(source.text, table, &where)) continue;
    const auto at = static_cast<uint32_t>(where);
    last = Span{path, {at, at}};
  }
  return last;
}

// A repository that made the table by schema migrations needs one more: those that have run are history.
void tellSchemaMigrations(const DefinitionParts& parts, size_t index, DefinitionScribe& scribe) {
  const auto& dataset = parts.meaning.dataset(index);
  const auto rename = std::ranges::find(dataset.changes, rules::ChangeKind::kRename, &rules::Change::kind);
  if (rename == dataset.changes.end()) return;
  for (const auto& reference : dataset.references) {
    if (reference.kind != ReferenceKind::kTable) continue;
    auto last = lastMigrationOf(lastPart(reference.old), parts.texts);
    if (!last) continue;
    scribe.hazard("schema-migration", *last,
                  fmt::format("{0} is made by schema migrations that have run, and they are never edited; write a new "
                              "one, such as: ALTER TABLE {0} RENAME COLUMN {1} TO {2}",
                              reference.old, rename->field, rename->to));
  }
}

// Whether any definition of a dataset is edited in this tree, or would be, if it could.
bool isDefinedHere(const rules::Migration& migration, size_t index, const Solution& solution, size_t first) {
  if (migration.datasets[index].role == rules::TargetRole::kOwner) return true;
  auto unit = unitOfTypes(migration.datasets[index]);
  return std::any_of(solution.demands.begin() + static_cast<long>(first), solution.demands.end(),
                     [&](const Demand& demand) {
                       return (demand.stance == Stance::kReplace || demand.blocks) && demand.units.contains(unit) &&
                              editsDefinition(migration, index, demand.span.file);
                     });
}

// The definition and all that is demanded for its dataset: a tree that has both is moved whole or not at all.
void joinUnits(const rules::Dataset& dataset, Solution& solution) {
  std::set<std::string> changes;
  for (const auto& change : dataset.changes) changes.insert(change.id);
  for (const auto& reference : dataset.references) changes.insert(referenceId(dataset, reference));
  std::set<std::string> units{unitOfTypes(dataset)};
  for (const auto& demand : solution.demands)
    if (changes.contains(demand.change) && demand.stance != Stance::kKeep && demand.stance != Stance::kProse)
      units.insert(demand.units.begin(), demand.units.end());
  solution.together.push_back(std::move(units));
}

}  // namespace

void solveDefinitions(const DefinitionParts& parts, Solution& solution) {
  const size_t first = solution.demands.size();
  solveProtoDefinitions(parts, solution);
  solveSpecifications(parts, solution);
  DefinitionScribe scribe(parts, solution);
  const auto& migration = parts.meaning.migration();
  for (size_t index = 0; index < migration.datasets.size(); ++index) {
    if (!isDefinedHere(migration, index, solution, first)) continue;
    joinUnits(migration.datasets[index], solution);
    tellSchemaMigrations(parts, index, scribe);
  }
}

}  // namespace gander::rewriter
