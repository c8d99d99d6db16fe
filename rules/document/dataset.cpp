#include <fmt/format.h>

#include <map>

#include "rules/document/header.h"
#include "rules/document/sections.h"

namespace gander::rules {
namespace {

// What the schema is called in the new version: the new name of the reference that names the old one.
std::string newSchemaName(const Dataset& dataset) {
  for (const auto& reference : dataset.references)
    if (reference.kind != ReferenceKind::kFunction && reference.old == dataset.old.name) return reference.now;
  return dataset.old.name;
}

class DatasetReader {
 public:
  DatasetReader(const Node& node, Section section) : map_(node, "a dataset", section.problems), section_(section) {}

  Dataset read() {
    dataset_.id = map_.text("id");
    checkName(dataset_.id, map_.positionOf("id"), section_.problems);
    if (map_.choice("role", {"consumer", "owner"}) == "owner") dataset_.role = TargetRole::kOwner;
    readSchemas();
    dataset_.references = readReferences(map_, proto_ ? "protobuf" : "class", section_.problems);
    readChangeList();
    map_.finish();
    return std::move(dataset_);
  }

 private:
  void readSchemas() {
    const Node* node = map_.map("schema");
    if (node == nullptr) return;
    MapReader schema(*node, "'schema'", section_.problems);
    if (const Node* old = schema.map("old", true)) {
      proto_ = comesFromProto(*old);
      written_ = true;
      old_ = readSchema(*old, section_);
    }
    if (const Node* now = schema.map("new")) {
      newPosition_ = now->position;
      newGiven_ = true;
      new_ = readSchema(*now, section_);
    }
    schema.finish();
  }

  void readChangeList() {
    auto changes = readChanges(map_, dataset_.id, section_.problems);
    checkChangesAgree(changes, section_.problems);
    if (!changes.empty() && !written_ && !map_.has("schema"))
      section_.problems.add(map_.positionOf("changes"), "changes need the old schema; add 'schema: {old: ...}'");
    if (old_) {
      checkAgainstOld(dataset_.id, changes, *old_, section_.problems);
      if (new_) checkAgainstNew(dataset_.id, changes, *old_, *new_, newPosition_, section_.problems);
      dataset_.old = std::move(*old_);
      dataset_.now = newGiven_ && new_ ? std::move(*new_) : deriveSchema(dataset_.old, changes);
      if (!newGiven_) dataset_.now.name = newSchemaName(dataset_);
    }
    for (auto& written : changes) dataset_.changes.push_back(std::move(written.change));
    takeOldTypes();
  }

  // A retype may leave out what the old schema says anyway.
  void takeOldTypes() {
    for (auto& change : dataset_.changes)
      if (const Field* field = dataset_.old.findField(change.field);
          change.kind == ChangeKind::kRetype && change.from.empty() && field != nullptr)
        change.from = field->type;
  }

  MapReader map_;
  Section section_;
  Dataset dataset_;
  std::optional<Schema> old_;
  std::optional<Schema> new_;
  Position newPosition_;
  bool newGiven_ = false;
  bool written_ = false;
  bool proto_ = false;
};

void checkIdsOnce(const std::vector<Dataset>& datasets, const std::vector<Position>& positions, Problems& problems) {
  std::map<std::string, Position> ids;
  std::map<std::string, Position> changes;
  for (size_t i = 0; i < datasets.size(); ++i) {
    auto [first, fresh] = ids.try_emplace(datasets[i].id, positions[i]);
    if (!fresh && !datasets[i].id.empty())
      problems.add(positions[i],
                   fmt::format("dataset {} stands here a second time (first in line {}); give it another id",
                               inQuotes(datasets[i].id), first->second.line));
    for (const auto& change : datasets[i].changes) {
      auto [other, single] = changes.try_emplace(change.id, change.position);
      // Two changes of one kind and field have been reported as such.
      bool given = !change.id.ends_with("/" + change.field);
      if (!single && given && change.kind != ChangeKind::kEnumValue)
        problems.add(change.position, fmt::format("change id {} is used in line {} too; give it another",
                                                  inQuotes(change.id), other->second.line));
    }
  }
}

}  // namespace

void readDatasets(MapReader& document, Section section, Migration& migration) {
  auto items = document.list("datasets", true);
  if (document.isEmptyList("datasets"))
    section.problems.add(document.positionOf("datasets"), "no datasets; a migration is about at least one");
  std::vector<Position> positions;
  for (const Node* item : items) {
    migration.datasets.push_back(DatasetReader(*item, section).read());
    const Node* id = item->find("id");
    positions.push_back(id != nullptr ? id->position : item->position);
  }
  checkIdsOnce(migration.datasets, positions, section.problems);
  checkReferencesOnce(migration.datasets, section.problems);
}

}  // namespace gander::rules
