#include "rewriter/definitions/definitions.h"

#include <fmt/format.h>

#include <algorithm>

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

// A repository that made the table by schema migrations needs one more: those that have run are history.
void tellSchemaMigrations(const DefinitionParts& parts, size_t index, DefinitionScribe& scribe) {
  const auto& dataset = parts.meaning.dataset(index);
  std::string renames;
  for (const auto& reference : dataset.references) {
    if (reference.kind != ReferenceKind::kTable) continue;
    for (const auto& change : dataset.changes)
      if (change.kind == rules::ChangeKind::kRename && renames.empty())
        renames = fmt::format("ALTER TABLE {} RENAME COLUMN {} TO {}", reference.old, change.field, change.to);
    const std::pair<const std::string, SourceText>* last = nullptr;
    size_t where = 0;
    for (const auto& file : parts.texts.all())
      if (file.second.nature == FileNature::kHistory && (file.first.ends_with(".sql") || file.first.ends_with(".py")) &&
          holdsName(file.second.text, lastPart(reference.old), &where))
        last = &file;
    if (last == nullptr || renames.empty()) continue;
    holdsName(last->second.text, lastPart(reference.old), &where);
    auto begin = static_cast<uint32_t>(where);
    scribe.hazard(
        "schema-migration", {last->first, {begin, begin}},
        fmt::format("{} is made by schema migrations that have run, and they are never edited; write a new one, "
                    "such as: {}",
                    reference.old, renames));
  }
}

// Whether any definition of a dataset is edited in this tree.
bool isDefinedHere(const rules::Migration& migration, size_t index, const Solution& solution, size_t first) {
  if (migration.datasets[index].role == rules::TargetRole::kOwner) return true;
  auto unit = unitOfTypes(migration.datasets[index]);
  return std::any_of(solution.demands.begin() + static_cast<long>(first), solution.demands.end(),
                     [&](const Demand& demand) {
                       return demand.stance == Stance::kReplace && demand.units.contains(unit) &&
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
