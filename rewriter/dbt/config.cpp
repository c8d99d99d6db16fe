#include "rewriter/dbt/config.h"

#include "base/text.h"

namespace gander::rewriter::dbt {
namespace {

std::optional<ConfigText> oneText(const std::vector<Referent>& found) {
  if (found.size() != 1 || found[0].kind != Referent::Kind::kText) return std::nullopt;
  return ConfigText{found[0].text, found[0].name};
}

const YamlNode* inProperties(const Resource& resource, std::string_view key) {
  const YamlNode* found = nullptr;
  for (const auto& one : resource.properties) {
    const auto* config = one.node->find("config");
    const auto* value = config == nullptr ? nullptr : config->find(key);
    if (value == nullptr && key == "alias") value = one.node->find("alias");
    if (value != nullptr) found = value;  // a version's own comes last
  }
  return found;
}

// `+key`, or `key` where no folder can be meant.
const YamlNode* keyOf(const YamlNode& level, std::string_view key) {
  if (const auto* found = level.find("+" + std::string(key))) return found;
  const auto* plain = level.find(key);
  return plain != nullptr && plain->kind != YamlNode::Kind::kMap ? plain : nullptr;
}

// models: / <project> / <folder> / <folder> / <model>: what is set deeper wins.
const YamlNode* inProject(const Project& project, const Resource& resource, std::string_view key) {
  const char* section = resource.kind == ResourceKind::kModel  ? "models"
                        : resource.kind == ResourceKind::kSeed ? "seeds"
                                                               : "snapshots";
  const auto& folders = resource.kind == ResourceKind::kModel  ? project.modelPaths
                        : resource.kind == ResourceKind::kSeed ? project.seedPaths
                                                               : project.snapshotPaths;
  const auto* level = project.settings.find(section);
  if (level == nullptr) return nullptr;
  const auto* found = keyOf(*level, key);
  level = level->find(project.name);
  std::string inside = resource.path;
  for (const auto& folder : folders)
    if (resource.path.starts_with(folder)) inside = resource.path.substr(folder.size());
  auto parts = split(inside.substr(0, inside.rfind('.')), '/');
  for (size_t i = 0; level != nullptr; ++i) {
    if (const auto* here = keyOf(*level, key)) found = here;
    level = i < parts.size() ? level->find(parts[i]) : nullptr;
  }
  return found;
}

}  // namespace

std::vector<const sql::JinjaValue*> configCalls(const Projects& projects, const Resource& resource) {
  std::vector<const sql::JinjaValue*> calls;
  if (!resource.path.ends_with(".sql")) return calls;
  projects.templateOf(resource.path).visitValues([&](const sql::JinjaValue& value) {
    bool inside = resource.body.begin <= value.range.begin && value.range.end <= resource.body.end;
    if (inside && value.isCall("config")) calls.push_back(&value);
  });
  return calls;
}

const sql::JinjaValue* findInSqlConfig(const Projects& projects, const Resource& resource, std::string_view key) {
  for (const auto* call : configCalls(projects, resource)) {
    for (const auto& one : call->named)
      if (one.name == key) return &one.value;
    for (const auto& item : call->items)
      for (const auto& one : item.named)
        if (one.name == key) return &one.value;
  }
  return nullptr;
}

std::optional<ConfigText> findConfig(const Projects& projects, const Names& names, const Resource& resource,
                                     std::string_view key) {
  if (const auto* value = findInSqlConfig(projects, resource, key)) return oneText(names.of(resource.path, *value));
  const auto* node = inProperties(resource, key);
  if (node == nullptr) node = inProject(projects.all()[resource.project], resource, key);
  if (node == nullptr || !node->isScalar()) return std::nullopt;
  return oneText(names.ofTemplate(resource.project, node->scalar));
}

}  // namespace gander::rewriter::dbt
