#include "rules/model.h"

#include <fmt/format.h>

#include <algorithm>

#include "rules/document/header.h"
#include "rules/model_entry.h"
#include "rules/yaml/reader.h"

namespace gander::rules {
namespace {

constexpr size_t kMostEntries = 5000;

bool sameSubject(const ModelEntry& a, const ModelEntry& b) {
  return a.kind == b.kind && a.pattern == b.pattern && a.argument == b.argument && a.keyword == b.keyword &&
         a.from == b.from && a.field == b.field && a.value == b.value && a.named == b.named &&
         a.reference == b.reference && a.by == b.by && a.within == b.within && a.into == b.into && a.to == b.to &&
         a.parameter == b.parameter && a.part == b.part;
}

// Before: {method: [head, tail], on: rows}   After: {method: head, on: rows}, {method: tail, on: rows}
std::vector<Node> expandNames(const Node& entry) {
  for (size_t i = 0; i < entry.entries.size(); ++i) {
    const auto& [key, position, names] = entry.entries[i];
    bool named = key == "function" || key == "method" || key == "attribute" || key == "class" || key == "static";
    if (!named || names.kind != Node::Kind::kSequence || names.items.empty()) continue;
    std::vector<Node> all;
    for (const auto& name : names.items) {
      all.push_back(entry);
      all.back().entries[i].value = name;
    }
    return all;
  }
  return {entry};
}

void addEntry(const Node& node, const EntryDefaults& defaults, Model& model, Problems& problems) {
  if (node.kind != Node::Kind::kMap || node.entries.size() != 1) {
    problems.add(node.position, fmt::format("an entry must be a map with one key: {}", choices(entryKinds())));
    return;
  }
  const auto& [kind, position, value] = node.entries.front();
  if (std::ranges::find(entryKinds(), kind) == entryKinds().end()) {
    problems.add(position, fmt::format("unknown kind of entry {}{}", inQuotes(kind),
                                       meantName(kind, entryKinds(), "; write " + choices(entryKinds()))));
    return;
  }
  for (const auto& single : expandNames(value)) {
    auto entry = readEntry(model, defaults, kind, single, problems);
    entry.position = position;
    for (const auto& other : model.entries)
      if (sameSubject(other, entry))
        problems.add(position, fmt::format("the same {} as in line {}; remove one of them", kind, other.position.line));
    model.entries.push_back(std::move(entry));
  }
}

void readObjects(MapReader& document, Model& model, Problems& problems) {
  for (const Node* item : document.list("objects")) {
    auto name = scalarText(*item, "an object", problems);
    if (!name) continue;
    if (*name == kTextObject) problems.add(item->position, "'text' can't be listed: it is any text");
    if (*name == kValueObject || *name == kPairsObject || *name == kElementObject || *name == kPartObject ||
        *name == kReturnedObject)
      problems.add(item->position,
                   fmt::format("{} can't name an object: it has a meaning under 'gives'", inQuotes(*name)));
    if (*name == "same") problems.add(item->position, "'same' can't name an object: it has a meaning under 'gives'");
    if (std::find(model.objects.begin(), model.objects.end(), *name) != model.objects.end())
      problems.add(item->position, fmt::format("object {} is listed twice", inQuotes(*name)));
    model.objects.push_back(std::move(*name));
  }
}

void readMetadata(const Node& node, Model& model, EntryDefaults& defaults, Problems& problems) {
  MapReader metadata(node, "metadata", problems);
  model.name = metadata.text("name");
  checkName(model.name, metadata.positionOf("name"), problems);
  model.language = metadata.choice("language", {"cpp", "python", "yaml", "json"}, true).value_or("");
  metadata.optionalText("about");
  defaults = readDefaults(metadata, problems);
  metadata.finish();
}

}  // namespace

bool isMessageText(std::string_view kind) {
  return kind == "prototext" || kind == "protojson" || kind == "paths" || kind == "jsonpaths";
}

bool Model::knowsClasses() const {
  return std::ranges::any_of(entries,
                             [](const ModelEntry& entry) { return entry.pattern.form == Pattern::Form::kClass; });
}

Result<Model> parseModel(std::string_view file, std::string_view text) {
  Problems problems(file);
  auto root = parseYaml(text, problems);
  if (!root) return std::unexpected(problems.error());
  Model model;
  model.file = file;
  MapReader document(*root, "a model", problems);
  readKind(document, "Model", problems);
  EntryDefaults defaults;
  if (const Node* node = document.map("metadata", true)) readMetadata(*node, model, defaults, problems);
  readObjects(document, model, problems);
  auto entries = document.list("entries", true);
  if (document.isEmptyList("entries"))
    problems.add(document.positionOf("entries"), "a model without entries says nothing; add one");
  if (entries.size() > kMostEntries) {
    problems.add(document.positionOf("entries"), fmt::format("more than {} entries; split the model", kMostEntries));
    entries.clear();
  }
  for (const Node* item : entries) addEntry(*item, defaults, model, problems);
  document.finish();
  if (!problems.empty()) return std::unexpected(problems.error());
  return model;
}

}  // namespace gander::rules
