// define: whether definitions are edited. definitions: where tables of a project's own kind of specification name their fields.
#include <fmt/format.h>

#include <algorithm>

#include "rules/document/sections.h"
#include "rules/spec_path.h"

namespace gander::rules {
namespace {

DefinitionPolicy readPolicy(const Node& node, Problems& problems) {
  DefinitionPolicy policy;
  MapReader map(node, "an entry of 'define'", problems);
  policy.paths = map.text("paths");
  checkGlob(policy.paths, map.positionOf("paths"), problems);
  policy.edit = map.choice("action", {"edit", "list"}, true) == "edit";
  map.finish();
  return policy;
}

bool hasDataset(const Migration& migration, const std::string& id) {
  return std::ranges::any_of(migration.datasets, [&](const Dataset& dataset) { return dataset.id == id; });
}

class SourceReader {
 public:
  SourceReader(const Node& node, std::string_view document, const Migration& migration, Problems& problems)
      : map_(node, "an entry of 'definitions'", problems),
        node_(node),
        document_(document),
        migration_(migration),
        problems_(problems) {}

  DefinitionSource read() {
    source_.position = node_.position;
    source_.paths = map_.text("paths");
    checkGlob(source_.paths, map_.positionOf("paths"), problems_);
    readDataset();
    bool path = map_.has("path");
    bool query = map_.has("query");
    if (map_.isMap() && path == query)
      problems_.add(node_.position, path ? "'path' and 'query' both say where the fields are; remove one"
                                         : "nothing says where the fields are; add 'path', or 'language' and 'query'");
    if (path) readPath();
    if (query) readQuery();
    map_.finish();
    return std::move(source_);
  }

 private:
  void readDataset() {
    source_.dataset = map_.optionalText("dataset").value_or("");
    if (!source_.dataset.empty() && !hasDataset(migration_, source_.dataset))
      problems_.add(map_.positionOf("dataset"),
                    fmt::format("no dataset {} in this migration{}", inQuotes(source_.dataset), meantDataset()));
  }

  std::string meantDataset() const {
    std::vector<std::string> ids;
    for (const auto& dataset : migration_.datasets) ids.push_back(dataset.id);
    return meantName(source_.dataset, ids);
  }

  void readPath() {
    source_.path = map_.text("path");
    auto position = map_.positionOf("path");
    auto parsed = parseSpecPath(source_.path);
    if (!parsed) {
      position.column += static_cast<uint32_t>(parsed.error().offset);
      return problems_.add(position, parsed.error().message);
    }
    if (source_.dataset.empty() && !parsed->namesTable())
      problems_.add(position,
                    "nothing says whose fields these are; write {table} where the table's name stands, or add "
                    "'dataset'");
  }

  // The query itself is checked by the engine that runs it, before anything is read.
  void readQuery() {
    source_.language = map_.choice("language", {"python", "cpp", "yaml", "json"}, true).value_or("");
    const Node* query = map_.child("query");
    if (query == nullptr || query->kind != Node::Kind::kScalar)
      return problems_.add(map_.positionOf("query"), "'query' is a text: a tree-sitter query");
    source_.query = writtenText(*query, document_);
    if (!source_.query.text.contains("@field"))
      problems_.add(query->position, "the query captures no @field: the name of a field");
    if (source_.dataset.empty() && !source_.query.text.contains("@table"))
      problems_.add(query->position, "nothing says whose fields these are; capture @table, or add 'dataset'");
  }

  MapReader map_;
  const Node& node_;
  std::string_view document_;
  const Migration& migration_;
  Problems& problems_;
  DefinitionSource source_;
};

}  // namespace

void readDefinitions(MapReader& document, std::string_view text, Section section, Migration& migration) {
  for (const Node* item : document.list("define")) migration.define.push_back(readPolicy(*item, section.problems));
  for (const Node* item : document.list("definitions"))
    migration.definitions.push_back(SourceReader(*item, text, migration, section.problems).read());
}

}  // namespace gander::rules
