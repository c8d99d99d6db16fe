#include <fmt/format.h>

#include <algorithm>

#include "base/digest.h"
#include "base/text.h"
#include "rules/dialects.h"
#include "rules/document/sections.h"

namespace gander::rules {
namespace {

std::optional<OutputPolicy> readOutputs(MapReader& map) {
  auto word = map.choice("outputs", {"keep", "follow"});
  if (!word) return std::nullopt;
  return *word == "keep" ? OutputPolicy::kKeep : OutputPolicy::kFollow;
}

SqlPolicy readPolicy(const Node& node, Problems& problems) {
  SqlPolicy policy;
  MapReader map(node, "an entry of 'sql'", problems);
  policy.paths = map.text("paths");
  checkGlob(policy.paths, map.positionOf("paths"), problems);
  std::vector<std::string> words(kDialectWords.begin(), kDialectWords.end());
  policy.dialect = map.choice("dialect", words).value_or("");
  policy.outputs = readOutputs(map);
  map.finish();
  if (map.isMap() && policy.dialect.empty() && !policy.outputs && !map.has("dialect") && !map.has("outputs"))
    problems.add(node.position, "an entry of 'sql' says 'dialect', 'outputs' or both; add one");
  return policy;
}

bool sameTable(std::string_view a, std::string_view b) { return toLowerAscii(a) == toLowerAscii(b); }

// Whether the last parts of one name are the other: lake.plays and plays.
bool mayBeTable(std::string_view a, std::string_view b) {
  auto ends = [](std::string_view longer, std::string_view shorter) {
    return longer.size() > shorter.size() && longer[longer.size() - shorter.size() - 1] == '.' &&
           sameTable(longer.substr(longer.size() - shorter.size()), shorter);
  };
  return sameTable(a, b) || ends(a, b) || ends(b, a);
}

template <typename Same>
const Reference* findOwnTable(const Migration& migration, std::string_view name, Same same) {
  for (const auto& dataset : migration.datasets)
    for (const auto& reference : dataset.references)
      if (reference.kind == ReferenceKind::kTable && (same(reference.old, name) || same(reference.now, name)))
        return &reference;
  return nullptr;
}

Schema* findSchema(std::vector<Schema>& schemas, std::string_view name) {
  auto found = std::ranges::find_if(schemas, [&](const Schema& schema) { return sameTable(schema.name, name); });
  return found == schemas.end() ? nullptr : &*found;
}

// A schema out of a file of many. The datasets' own tables are passed over; of a table that several files tell of, any of them may
// be right: it has the columns of all.
void mergeSchema(const Migration& migration, std::vector<Schema>& schemas, Schema schema) {
  if (findOwnTable(migration, schema.name, mayBeTable) != nullptr) return;
  Schema* known = findSchema(schemas, schema.name);
  if (known == nullptr) {
    schemas.push_back(std::move(schema));
    return;
  }
  known->complete = known->complete && schema.complete;
  for (auto& field : schema.fields)
    if (known->findField(field.path) == nullptr) known->fields.push_back(std::move(field));
}

class OtherSchemas {
 public:
  OtherSchemas(Section section, Migration& migration) : section_(section), migration_(migration) {}

  void read(const Node& item) {
    if (item.kind == Node::Kind::kMap && item.find("file") != nullptr && item.find("name") == nullptr &&
        item.find("fields") == nullptr) {
      readFile(item);
    } else {
      readOne(item);
    }
  }

 private:
  void readFile(const Node& item) {
    MapReader map(item, "an entry of 'schemas'", section_.problems);
    auto file = map.text("file");
    auto table = map.optionalText("table");
    map.allow("name");
    map.finish();
    if (file.empty()) return;
    if (table || !file.ends_with(".sql")) return readOne(item);
    const std::string* text = section_.reads.read(file, map.positionOf("file"), section_.problems);
    if (text == nullptr) return;
    auto schemas = parseSchemas(file, *text);
    if (!schemas) return section_.problems.addForeign(schemas.error());
    for (auto& schema : *schemas) mergeSchema(migration_, migration_.schemas, std::move(schema));
  }

  void readOne(const Node& item) {
    auto written = item;
    std::optional<std::string> table;
    std::erase_if(written.entries, [&](const Node::Entry& entry) {
      if (entry.key != "table") return false;
      table = scalarText(entry.value, "'table'", section_.problems);
      return true;
    });
    const Node* file = item.find("file");
    bool sql = file == nullptr || file->text.ends_with(".sql");
    auto schema = readSchema(written, section_);
    if (!schema) return;
    if (table) schema->name = *table;
    if (!table && (!sql || schema->name.empty())) {
      section_.problems.add(item.position,
                            sql ? "a schema of another dataset lacks the key 'name'; add its table's name"
                                : "this file does not tell by which name queries know it; add 'table'");
      return;
    }
    addOne(std::move(*schema), item.position);
  }

  void addOne(Schema schema, Position position) {
    if (const Reference* own = findOwnTable(migration_, schema.name, sameTable)) {
      section_.problems.add(position, fmt::format("table {} is the dataset's own (line {}), whose schema stands there; "
                                                  "remove this one",
                                                  inQuotes(schema.name), own->position.line));
    } else if (findSchema(migration_.schemas, schema.name) != nullptr) {
      section_.problems.add(
          position, fmt::format("the schema of table {} is given twice; remove one of them", inQuotes(schema.name)));
    } else {
      migration_.schemas.push_back(std::move(schema));
    }
  }

  Section section_;
  Migration& migration_;
};

}  // namespace

void readQueries(MapReader& document, Section section, Migration& migration) {
  migration.outputs = readOutputs(document).value_or(OutputPolicy::kContracts);
  for (const Node* item : document.list("sql")) migration.sql.push_back(readPolicy(*item, section.problems));
  OtherSchemas schemas(section, migration);
  for (const Node* item : document.list("schemas")) schemas.read(*item);
}

void addSchemas(Migration& migration, std::vector<Schema> schemas) {
  std::vector<Schema> added;
  for (auto& schema : schemas)
    if (findSchema(migration.schemas, schema.name) == nullptr) mergeSchema(migration, added, std::move(schema));
  if (added.empty()) return;
  Digest digest;
  digest.add(migration.digest);
  for (auto& schema : added) {
    digest.add(schema.name).add(schema.complete ? "complete" : "");
    for (const auto& field : schema.fields) digest.add(field.path);
    migration.schemas.push_back(std::move(schema));
  }
  migration.digest = digest.hex();
}

}  // namespace gander::rules
