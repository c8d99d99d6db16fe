// The parts of a migration document, each read by its own file. All of them report what is wrong and go on.
//
//   datasets -> schema (written_schema.cpp, rules/schemas), references (reference.cpp), changes (change.cpp, treatment.cpp, change_checks.cpp)
//   outputs, sql, schemas -> queries.cpp
//   define, definitions -> definitions.cpp
//   rules -> rules.cpp
//   files, prose, shapes, incomplete, automerge, repositories, catalog, models -> rollout.cpp
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/document/reads.h"
#include "rules/migration.h"
#include "rules/yaml/reader.h"

namespace gander::rules {

struct Section {
  DocumentReads& reads;
  Problems& problems;
};

void readDatasets(MapReader& document, Section section, Migration& migration);
void readQueries(MapReader& document, Section section, Migration& migration);
// `text` is the whole document's.
void readDefinitions(MapReader& document, std::string_view text, Section section, Migration& migration);
void readRules(MapReader& document, std::string_view text, Section section, Migration& migration);
void readRollout(MapReader& document, Section section, Migration& migration);

// A glob speaks of paths from the root of a repository.
void checkGlob(const std::string& glob, Position position, Problems& problems);

// {file: , name: } or {name: , fields: {...}, enums: {...}}. Nothing comes back where the schema has mistakes.
std::optional<Schema> readSchema(const Node& node, Section section);
bool comesFromProto(const Node& schema);

// `binding` is what a type or package gets where it names none.
std::vector<Reference> readReferences(MapReader& dataset, const std::string& binding, Problems& problems);
// References that stand twice, in one dataset or in several.
void checkReferencesOnce(const std::vector<Dataset>& datasets, Problems& problems);

// A change, with the places of its parts for later checks.
struct WrittenChange {
  Change change;
  Position field;
  Position from;
  Position to;
};
std::vector<WrittenChange> readChanges(MapReader& dataset, const std::string& datasetId, Problems& problems);

// `convert`, `default`, `action` of a change: what is to be done in code.
void readTreatment(MapReader& map, Change& change, Problems& problems);

// Changes that contradict each other: a field changed twice.
void checkChangesAgree(const std::vector<WrittenChange>& changes, Problems& problems);
// Changes against the old schema: names that it lacks, targets that are taken.
void checkAgainstOld(const std::string& dataset, const std::vector<WrittenChange>& changes, const Schema& old,
                     Problems& problems);
// Changes against a new schema that the document gives.
void checkAgainstNew(const std::string& dataset, const std::vector<WrittenChange>& changes, const Schema& old,
                     const Schema& now, Position schema, Problems& problems);

// The path that a field of the old schema has after the changes; renames of what it stands in count too.
std::string newPath(const std::string& path, const std::vector<WrittenChange>& changes);
// The new schema where the document gives none: the old one with the changes made.
Schema deriveSchema(const Schema& old, const std::vector<WrittenChange>& changes);

}  // namespace gander::rules
