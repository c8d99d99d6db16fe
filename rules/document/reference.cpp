#include <fmt/format.h>

#include <map>
#include <set>
#include <tuple>

#include "rules/document/sections.h"

namespace gander::rules {
namespace {

const std::vector<std::string> kKinds = {"table",    "uri",     "topic", "type",   "include", "package",
                                         "function", "literal", "model", "metric", "ambient"};

std::optional<ReferenceKind> kindOf(const std::string& word) {
  for (size_t i = 0; i < kKinds.size(); ++i)
    if (kKinds[i] == word) return static_cast<ReferenceKind>(i);
  return std::nullopt;
}

void checkObject(const std::string& object, Position position, Problems& problems) {
  size_t dot = object.find('.');
  bool fits =
      dot != std::string::npos && dot > 0 && dot + 1 < object.size() && object.find('.', dot + 1) == std::string::npos;
  if (!object.empty() && !fits)
    problems.add(position,
                 fmt::format("object {} must name a model and its object, as in warehouse.row", inQuotes(object)));
}

void readFunction(const Node& node, Reference& reference, Problems& problems) {
  if (node.kind == Node::Kind::kScalar) {
    problems.add(node.position, "a function needs a map with 'name' and 'object': what its value is");
    return;
  }
  MapReader map(node, "a function", problems);
  reference.old = map.text("name");
  reference.now = reference.old;
  reference.object = map.text("object");
  checkObject(reference.object, map.positionOf("object"), problems);
  reference.parameter = map.optionalNumber("parameter", 0, 63);
  map.finish();
}

// What an API always means: `ambient: otel.attributes`, or with the paths in which it does.
void readAmbient(const Node& node, Reference& reference, Problems& problems) {
  if (node.kind == Node::Kind::kScalar) {
    reference.object = scalarText(node, "an ambient", problems).value_or("");
    checkObject(reference.object, node.position, problems);
  } else {
    MapReader map(node, "an ambient", problems);
    reference.object = map.text("object");
    checkObject(reference.object, map.positionOf("object"), problems);
    for (const Node* item : map.list("paths"))
      if (auto glob = scalarText(*item, "a path", problems)) {
        checkGlob(*glob, item->position, problems);
        reference.paths.push_back(std::move(*glob));
      }
    if (map.isEmptyList("paths")) problems.add(map.positionOf("paths"), "'paths' is empty: remove it, or name some");
    map.finish();
  }
  reference.old = reference.now = reference.object;
}

// A dbt model: "plays", or "shop.plays" where its project must be said.
void checkModelName(const std::string& name, Position position, Problems& problems) {
  size_t dot = name.find('.');
  bool fits =
      name.find_first_of(" \t/\\'\"") == std::string::npos &&
      (dot == std::string::npos || (dot > 0 && dot + 1 < name.size() && name.find('.', dot + 1) == std::string::npos));
  if (!fits)
    problems.add(position, fmt::format("{} is no name of a dbt model; write model or project.model", inQuotes(name)));
}

void checkMove(const MapReader& map, const Reference& reference, Problems& problems) {
  size_t old = reference.old.rfind('.');
  size_t now = reference.now.rfind('.');
  auto project = [](const std::string& name, size_t dot) {
    return dot == std::string::npos ? "" : name.substr(0, dot);
  };
  if (project(reference.old, old) != project(reference.now, now))
    problems.add(map.positionOf("new"), fmt::format("{} is in another project than {}: gander moves no model there",
                                                    inQuotes(reference.now), inQuotes(reference.old)));
  if (reference.move && reference.old == reference.now)
    problems.add(map.positionOf("move"), "a model that keeps its name does not move");
}

bool isCodeName(ReferenceKind kind) { return kind == ReferenceKind::kType || kind == ReferenceKind::kPackage; }

// Dotted names, so that a document is the same for every language; C++'s form is the likely slip.
void checkCodeName(const std::string& name, Position position, Problems& problems) {
  if (name.find(':') != std::string::npos)
    problems.add(position,
                 fmt::format("write {} with dots; the binding knows how each language spells it", inQuotes(name)));
  else if (name.find_first_of(" \t/\\'\"") != std::string::npos)
    problems.add(position, fmt::format("{} is no name of a type or package", inQuotes(name)));
}

void readNames(const Node& node, const std::string& word, const std::string& binding, Reference& reference,
               Problems& problems) {
  bool code = isCodeName(reference.kind);
  if (code) reference.binding = binding;
  if (node.kind == Node::Kind::kMap) {
    MapReader map(node, fmt::format("a {}", word), problems);
    reference.old = map.text("old");
    reference.now = map.text("new");
    if (code)
      if (auto written = map.optionalText("binding")) reference.binding = *written;
    if (reference.kind == ReferenceKind::kModel) {
      reference.move = map.optionalFlag("move").value_or(false);
      checkModelName(reference.old, map.positionOf("old"), problems);
      checkModelName(reference.now, map.positionOf("new"), problems);
      checkMove(map, reference, problems);
    }
    map.finish();
    if (code) checkCodeName(reference.old, map.positionOf("old"), problems);
    if (code) checkCodeName(reference.now, map.positionOf("new"), problems);
    return;
  }
  reference.old = scalarText(node, fmt::format("a {}", word), problems).value_or("");
  reference.now = reference.old;
  if (code) checkCodeName(reference.old, node.position, problems);
  if (reference.kind == ReferenceKind::kModel) checkModelName(reference.old, node.position, problems);
}

std::optional<Reference> readReference(const Node& node, const std::string& binding, Problems& problems) {
  if (node.kind != Node::Kind::kMap || node.entries.size() != 1) {
    problems.add(node.position, fmt::format("a reference must be a map with one key: {}", choices(kKinds)));
    return std::nullopt;
  }
  const auto& entry = node.entries.front();
  auto kind = kindOf(entry.key);
  if (!kind) {
    problems.add(entry.position, fmt::format("unknown kind of reference {}{}", inQuotes(entry.key),
                                             meantName(entry.key, kKinds, "; write " + choices(kKinds))));
    return std::nullopt;
  }
  Reference reference;
  reference.kind = *kind;
  reference.position = entry.position;
  if (*kind == ReferenceKind::kFunction) {
    readFunction(entry.value, reference, problems);
  } else if (*kind == ReferenceKind::kAmbient) {
    readAmbient(entry.value, reference, problems);
  } else {
    readNames(entry.value, entry.key, binding, reference, problems);
  }
  if (reference.old.empty()) return std::nullopt;
  return reference;
}

}  // namespace

std::vector<Reference> readReferences(MapReader& dataset, const std::string& binding, Problems& problems) {
  std::vector<Reference> references;
  auto items = dataset.list("references", true);
  if (dataset.isEmptyList("references"))
    problems.add(dataset.positionOf("references"), "no references: say by which names code knows the dataset");
  for (const Node* item : items)
    if (auto reference = readReference(*item, binding, problems)) references.push_back(std::move(*reference));
  return references;
}

void checkReferencesOnce(const std::vector<Dataset>& datasets, Problems& problems) {
  struct First {
    const Dataset* dataset;
    const Reference* reference;
  };
  std::map<std::tuple<ReferenceKind, std::string, int>, First> seen;
  for (const auto& dataset : datasets) {
    for (const auto& reference : dataset.references) {
      auto [at, fresh] = seen.try_emplace({reference.kind, reference.old, reference.parameter.value_or(-1)},
                                          First{&dataset, &reference});
      if (fresh) continue;
      const auto& first = at->second;
      // Datasets of one file share its include and its package, if they agree on what becomes of it.
      bool shared = reference.kind == ReferenceKind::kInclude || reference.kind == ReferenceKind::kPackage;
      bool agree = shared && first.dataset != &dataset && first.reference->now == reference.now;
      if (agree) continue;
      problems.add(
          reference.position,
          fmt::format("{} {} is named already in line {}, for dataset {}; remove one of them", toString(reference.kind),
                      inQuotes(reference.old), first.reference->position.line, inQuotes(first.dataset->id)));
    }
  }
}

}  // namespace gander::rules
