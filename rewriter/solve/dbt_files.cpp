#include "rewriter/solve/dbt_files.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "rewriter/solve/dbt_scribe.h"
#include "rewriter/solve/dbt_templates.h"
#include "rewriter/text/csv_header.h"

namespace gander::rewriter {

using dbt::Resource;
using dbt::ResourceKind;
using Definition = DbtRelation::Definition;

DbtFiles::DbtFiles(const Meaning& meaning, const Texts& texts, DbtRelations::SqlOf sqlOf)
    : meaning_(meaning),
      texts_(texts),
      projects_(texts),
      names_(projects_),
      sqlOf_(std::move(sqlOf)),
      relations_(meaning, texts, projects_, names_, sqlOf_) {}

bool DbtFiles::isUnread(const std::string& path) const {
  const auto* project = projects_.projectOf(path);
  if (project == nullptr || projects_.isMacroFile(path)) return false;
  auto in = [&](const std::vector<std::string>& folders) {
    return std::ranges::any_of(folders, [&](const auto& folder) { return path.starts_with(folder); });
  };
  return (in(project->testPaths) || in(project->analysisPaths)) && !in(project->modelPaths);
}

const DbtCatalog& DbtFiles::catalogOf(const std::string& path) const {
  auto& made = catalogs_[path];
  if (made == nullptr) made = std::make_unique<DbtCatalog>(relations_, projects_, names_, path);
  return *made;
}

void DbtFiles::describeMade(const std::string& path, sql::Options& options) const {
  for (const auto& one : projects_.resources()) {
    if (one->path != path || one->kind == ResourceKind::kSeed) continue;
    const auto* relation = relations_.ifDataset(*one);
    if (relation == nullptr || relation->definition != Definition::kEdited) continue;
    options.made = relation->table.columns;
    options.madeBy = catalogOf(path).expansion().expandedRange(one->body);
  }
}

std::set<std::string> DbtFiles::solvedAnyway() const {
  std::set<std::string> paths;
  for (const auto& one : projects_.resources()) {
    const auto* relation = has(one->path) ? relations_.ifDataset(*one) : nullptr;
    if (relation != nullptr && relation->definition == Definition::kEdited) paths.insert(one->path);
  }
  for (const auto& path : projects_.sqlFiles()) {
    const auto& segments = catalogOf(path).expansion().segments();
    if (std::ranges::any_of(segments, [&](const auto& one) { return !one.path.empty() && one.path != path; }))
      paths.insert(path);
  }
  return paths;
}

sql::SqlResult DbtFiles::mapBack(const std::string& path, sql::SqlResult expanded) const {
  auto mapped = rewriter::mapBack(catalogOf(path).expansion(), std::move(expanded),
                                  [&](std::string_view name) { return !changeNamed(meaning_, name).empty(); });
  auto result = std::move(mapped.result);
  mapped.result = {};
  outside_[path] = std::move(mapped);
  return result;
}

const MappedResult& DbtFiles::outsideOf(const std::string& path) const {
  static const MappedResult kNone;
  auto found = outside_.find(path);
  return found == outside_.end() ? kNone : found->second;
}

void DbtFiles::expandAll() const {
  allExpanded_ = true;
  for (const auto& path : projects_.sqlFiles())
    for (const auto* macro : catalogOf(path).expansion().macros())
      expanded_[macro->path].push_back(projects_.templateOf(macro->path).blocks[macro->block].body);
}

bool DbtFiles::isExpanded(const Span& span) const {
  if (!projects_.isMacroFile(span.file)) return false;
  if (!allExpanded_) expandAll();
  auto found = expanded_.find(span.file);
  return found != expanded_.end() &&
         std::ranges::any_of(found->second, [&](ByteRange body) { return body.contains(span.range); });
}

bool DbtFiles::readsItself(const std::string& path) const {
  bool any = false;
  for (const auto& one : projects_.resources()) {
    if (one->path != path || !relations_.askedWhileOpen(*one)) continue;
    relations_.of(*one);
    any = true;
  }
  return any;
}

const DbtRelation* DbtFiles::relationOf(const sql::Table& table) const {
  if (const auto* relation = relations_.find(table)) return relation;
  for (const auto& [path, catalog] : catalogs_)
    if (const auto* relation = catalog->relationOf(table)) return relation;
  return nullptr;
}

std::set<std::string> DbtFiles::unitsOf(const std::string& path, const sql::Statement& statement) const {
  std::set<std::string> units{fmt::format("dbt:file:{}", path)};
  for (const auto* table : statement.reads) {
    const auto* relation = relationOf(*table);
    if (relation != nullptr && relation->joins()) units.insert(relation->unit);
  }
  if (const auto* resource = projects_.resourceAt(path, static_cast<uint32_t>(statement.range.begin))) {
    const auto& own = relations_.of(*resource);
    if (own.joins()) units.insert(own.unit);
  }
  return units;
}

const std::set<std::string>& DbtFiles::unitsOfDataset(size_t dataset) const {
  if (!datasetUnits_) {
    datasetUnits_.emplace();
    for (const auto& resource : projects_.resources()) {
      const auto* relation = relations_.ifDataset(*resource);
      if (relation != nullptr && relation->joins()) (*datasetUnits_)[relation->dataset].insert(relation->unit);
    }
  }
  return (*datasetUnits_)[dataset];
}

namespace {

std::string withStem(const std::string& path, const std::string& stem) {
  size_t name = path.rfind('/') + 1;
  size_t dot = path.rfind('.');
  return path.substr(0, name) + stem + path.substr(dot);
}

// What a resource that is the dataset, and is made here, needs beside the names in its SQL.
class DefinitionSolver {
 public:
  DefinitionSolver(const DbtParts& parts, DbtScribe& scribe) : parts_(parts), scribe_(scribe) {}

  void solve(const Resource& resource) {
    const auto& relation = parts_.relations.of(resource);
    if (relation.definition != Definition::kEdited) return;
    bool file = resource.kind == ResourceKind::kModel || resource.kind == ResourceKind::kSeed;
    if (relation.physical)
      scribe_.rename(*relation.physical, relation.now, relation, "the alias of what makes it");
    else if (relation.isRenamed() && file)
      move(resource, relation);
    if (resource.kind == ResourceKind::kSeed) renameHeader(resource, relation);
    if (resource.path.ends_with(".py")) listWhole(resource, relation, "a model in Python makes it");
  }

 private:
  void move(const Resource& resource, const DbtRelation& relation) {
    auto stem = resource.version.empty() ? relation.now : fmt::format("{}_v{}", relation.now, resource.version);
    auto target = withStem(resource.path, stem);
    if (parts_.texts.find(target) != nullptr)
      return listWhole(resource, relation, fmt::format("it would have to move to {}, which is there already", target));
    FileAction action;
    action.path = target;
    action.movedFrom = resource.path;
    action.unit = relation.unit;
    scribe_.solution().files.push_back(std::move(action));
  }

  void listWhole(const Resource& resource, const DbtRelation& relation, const std::string& why) {
    scribe_.list({resource.path, {0, 0}}, relation.table.change, why, true, {relation.unit});
  }

  void renameHeader(const Resource& resource, const DbtRelation& relation) {
    auto header = csvHeader(parts_.texts.find(resource.path)->text);
    if (!header) return;
    for (const auto& column : header->columns)
      scribe_.nameColumn({column.path, {resource.path, column.range}, true}, relation, "the header of the seed");
  }

  const DbtParts& parts_;
  DbtScribe& scribe_;
};

}  // namespace

// What a query puts out changes with what it reads, also where it is a star and no name in it does.
void DbtFiles::joinUnits(const Resource& resource, Solution& solution) const {
  const auto& own = relations_.of(resource);
  if (!own.joins() || !has(resource.path)) return;
  const auto* solved = sqlOf_(resource.path);
  if (solved == nullptr) return;
  for (const auto& statement : solved->statements)
    if (resource.body.contains(statement.range)) solution.together.push_back(unitsOf(resource.path, statement));
}

void DbtFiles::solve(Solution& solution) const {
  if (projects_.empty()) return;
  DbtParts parts{meaning_, texts_, projects_, names_, relations_};
  DbtScribe scribe(meaning_, texts_, solution);
  // Every file is resolved: one may name the dataset by a variable that another one sets.
  for (const auto& path : projects_.sqlFiles()) sqlOf_(path);
  for (const auto& resource : projects_.resources()) joinUnits(*resource, solution);
  std::map<std::string, std::set<ByteRange>> done;  // what the resolver has judged, by file
  for (const auto& [path, outside] : outside_) {
    for (const auto& one : outside.edits) done[one.span.file].insert(one.span.range);
    for (const auto& one : outside.judged) done[one.span.file].insert(one.span.range);
  }
  for (const auto& path : projects_.sqlFiles())
    if (texts_.find(path)->nature == FileNature::kCode)
      solveDbtTemplate(path, parts, catalogOf(path), {sqlOf_(path), done[path]}, scribe);
  for (const auto& file : projects_.propertyFiles()) solveDbtProperties(*file, parts, scribe);
  for (const auto& project : projects_.all()) solveDbtSettings(project, parts, scribe);
  DefinitionSolver definitions(parts, scribe);
  for (const auto& resource : projects_.resources()) {
    if (resource->path.ends_with(".py")) solveDbtPython(resource->path, parts, scribe);
    definitions.solve(*resource);
  }
}

}  // namespace gander::rewriter
