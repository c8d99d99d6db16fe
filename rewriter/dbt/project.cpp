#include "rewriter/dbt/project.h"

#include <algorithm>

#include "base/text.h"

namespace gander::rewriter::dbt {
namespace {

bool isUnder(std::string_view path, std::string_view folder) { return path.starts_with(folder); }

}  // namespace

std::string_view toString(ResourceKind kind) {
  switch (kind) {
    case ResourceKind::kModel: return "model";
    case ResourceKind::kSeed: return "seed";
    case ResourceKind::kSnapshot: return "snapshot";
  }
  return "model";
}

const Project* Projects::projectOf(std::string_view path) const {
  static constexpr std::string_view kOthers[] = {"dbt_packages/", "dbt_modules/", "target/"};
  const Project* best = nullptr;
  for (const auto& project : projects_)
    if (isUnder(path, project.root) && (best == nullptr || best->root.size() < project.root.size())) best = &project;
  if (best == nullptr) return sharerOf(path);
  auto inside = path.substr(best->root.size());
  bool others = std::ranges::any_of(kOthers, [&](auto folder) { return inside.starts_with(folder); });
  return others ? nullptr : best;
}

// A folder beside the projects ("../../sources") is the first one's that takes it in; the others use that one's.
const Project* Projects::sharerOf(std::string_view path) const {
  for (const auto& project : projects_)
    for (const auto* folders : project.folders())
      for (const auto& folder : *folders)
        if (!folder.empty() && !folder.starts_with(project.root) && path.starts_with(folder)) return &project;
  return nullptr;
}

const Resource* Projects::resourceAt(std::string_view path, uint32_t offset) const {
  auto [begin, end] = byPath_.equal_range(path);
  for (auto at = begin; at != end; ++at)
    if (at->second->body.begin <= offset && offset <= at->second->body.end) return at->second;
  return nullptr;
}

// The only one that fits of those in one project; two of a name are told apart by settings that nobody here knows.
static const Resource* onlyOne(const std::vector<const Resource*>& found, std::string_view version) {
  const Resource* one = nullptr;
  for (const auto* resource : found) {
    bool fits = version.empty() ? resource->latest : resource->version == version;
    if (!fits) continue;
    if (one != nullptr) return nullptr;
    one = resource;
  }
  return one;
}

const Resource* Projects::findResource(size_t project, std::string_view package, std::string_view name,
                                       std::string_view version) const {
  auto in = [&](size_t wanted) {
    std::vector<const Resource*> found;
    auto [begin, end] = byName_.equal_range(name);
    for (auto at = begin; at != end; ++at)
      if (at->second->project == wanted) found.push_back(at->second);
    return found;
  };
  const auto& from = projects_[project];
  if (package.empty() || package == from.name) {
    auto own = in(project);
    if (!own.empty() || !package.empty()) return onlyOne(own, version);
  }
  for (size_t other = 0; other < projects_.size(); ++other) {
    bool meant = package.empty() ? from.packages.contains(projects_[other].name)
                                 : package == projects_[other].name && from.packages.contains(projects_[other].name);
    if (!meant || other == project) continue;
    if (auto found = in(other); !found.empty()) return onlyOne(found, version);
  }
  return nullptr;
}

const SourceTable* Projects::findSource(size_t project, std::string_view source, std::string_view table) const {
  auto found = sourcesByName_.find({std::string(source), std::string(table)});
  if (found == sourcesByName_.end()) return nullptr;
  const SourceTable* other = nullptr;
  for (const auto* one : found->second) {
    if (one->project == project) return one;
    if (projects_[project].packages.contains(projects_[one->project].name)) other = one;
  }
  return other;
}

const Macro* Projects::findMacro(size_t project, std::string_view callee) const {
  size_t dot = callee.rfind('.');
  auto package = dot == std::string_view::npos ? std::string_view() : callee.substr(0, dot);
  auto name = dot == std::string_view::npos ? callee : callee.substr(dot + 1);
  auto [begin, end] = macrosByName_.equal_range(name);
  const Macro* other = nullptr;
  for (auto at = begin; at != end; ++at) {
    const auto& macro = macros_[at->second];
    if (!package.empty() && package != projects_[macro.project].name) continue;
    if (macro.project == project) return &macro;
    if (projects_[project].packages.contains(projects_[macro.project].name)) other = &macro;
  }
  return other;
}

const YamlNode* Projects::findVariable(size_t project, std::string_view name) const {
  const auto* all = projects_[project].settings.find("vars");
  if (all == nullptr) return nullptr;
  const auto* own = all->find(projects_[project].name);
  if (own != nullptr)
    if (const auto* value = own->find(name)) return value;
  return all->find(name);
}

const std::string& Projects::textOf(const std::string& path) const {
  static const std::string kNone;
  const auto* source = texts_.find(path);
  return source == nullptr ? kNone : source->text;
}

const sql::Template& Projects::templateOf(const std::string& path) const {
  auto& made = templates_[path];
  if (made == nullptr) made = std::make_unique<sql::Template>(sql::readTemplate(textOf(path)));
  return *made;
}

}  // namespace gander::rewriter::dbt
