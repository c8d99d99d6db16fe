// dbt_project.yml: configurations for all the models of a folder.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "rewriter/dbt/columns.h"
#include "rewriter/solve/dbt_templates.h"

namespace gander::rewriter {

using dbt::ResourceKind;

namespace {

class SettingsSolver {
 public:
  SettingsSolver(const dbt::Project& project, const DbtParts& parts, DbtScribe& scribe)
      : project_(project), parts_(parts), scribe_(scribe) {
    index_ = static_cast<size_t>(&project - parts.projects.all().data());
  }

  void solve() {
    section("models", ResourceKind::kModel, project_.modelPaths);
    section("seeds", ResourceKind::kSeed, project_.seedPaths);
    section("snapshots", ResourceKind::kSnapshot, project_.snapshotPaths);
  }

 private:
  using Resources = std::vector<const dbt::Resource*>;

  void section(const char* key, ResourceKind kind, const std::vector<std::string>& folders) {
    const auto* top = project_.settings.find(key);
    if (top == nullptr) return;
    Resources all;
    for (const auto& one : parts_.projects.resources())
      if (one->project == index_ && one->kind == kind) all.push_back(one.get());
    level(*top, all, folders, "");
  }

  // A map of configurations and of folders below it; `below` is the path from the folder of all models.
  void level(const YamlNode& node, const Resources& resources, const std::vector<std::string>& folders,
             const std::string& below) {
    for (const auto& entry : node.entries) {
      const auto& key = entry.key.value;
      bool folder = entry.value.kind == YamlNode::Kind::kMap && !key.starts_with('+') &&
                    dbt::roleOfConfig(key) != dbt::ConfigRole::kOutputs;
      if (!folder) {
        judge(entry, resources);
        continue;
      }
      auto path = below.empty() && key == project_.name ? below : below + key;
      Resources inside;
      for (const auto* one : resources)
        for (const auto& root : folders)
          if (one->path.starts_with(root + path + "/") || one->path.starts_with(root + path + ".") ||
              (path.empty() && one->path.starts_with(root)))
            inside.push_back(one);
      level(entry.value, inside, folders, path.empty() ? path : path + "/");
      judgeName(entry.key, inside);
    }
  }

  // The last level is a resource's own name.
  void judgeName(const Scalar& key, const Resources& inside) {
    for (const auto* one : inside) {
      if (one->name != key.value) continue;
      const auto& relation = parts_.relations.of(*one);
      if (relation.isRenamed() && relation.definition == DbtRelation::Definition::kEdited)
        scribe_.rename({key.value, key.span, key.offsets.empty()}, relation.now, relation, "its configuration");
    }
  }

  void judge(const YamlNode::Entry& entry, const Resources& resources) {
    if (dbt::roleOfConfig(entry.key.value) != dbt::ConfigRole::kOutputs) return;
    bool keys = entry.key.value.ends_with("column_types");
    judgeValue(entry.value, resources, entry.key.value, keys);
  }

  void judgeValue(const YamlNode& value, const Resources& resources, const std::string& key, bool keys) {
    for (const auto& item : value.items) judgeValue(item, resources, key, false);
    for (const auto& entry : value.entries) {
      if (keys) judgeColumn(entry.key, resources, key);
      if (!keys) judgeValue(entry.value, resources, key, false);
    }
    if (value.isScalar()) judgeColumn(value.scalar, resources, key);
  }

  // The name of a column of every resource that the configuration is for: they must agree.
  void judgeColumn(const Scalar& scalar, const Resources& resources, const std::string& key) {
    if (scribe_.changeNamed(scalar.value).empty()) return;
    auto what = fmt::format("{} of dbt_project.yml", key);
    Resources changed;
    for (const auto* one : resources)
      if (parts_.relations.of(*one).changeOf(scalar.value) != nullptr) changed.push_back(one);
    if (changed.empty()) return scribe_.keep(scalar.span, fmt::format("{}, for models that keep the name", what));
    if (changed.size() == 1 && resources.size() == 1)
      return scribe_.nameColumn({scalar.value, scalar.span, scalar.offsets.empty()}, parts_.relations.of(*changed[0]),
                                what);
    scribe_.list(
        scalar.span, scribe_.changeNamed(scalar.value),
        fmt::format("{}: {} of {} models that it is for change the name", what, changed.size(), resources.size()), true,
        {parts_.relations.of(*changed[0]).unit});
  }

  const dbt::Project& project_;
  const DbtParts& parts_;
  DbtScribe& scribe_;
  size_t index_ = 0;
};

}  // namespace

void solveDbtSettings(const dbt::Project& project, const DbtParts& parts, DbtScribe& scribe) {
  SettingsSolver(project, parts, scribe).solve();
}

}  // namespace gander::rewriter
