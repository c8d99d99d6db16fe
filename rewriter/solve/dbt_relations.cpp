#include "rewriter/solve/dbt_relations.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "rewriter/dbt/config.h"
#include "rewriter/scan/spellings.h"
#include "rewriter/text/csv_header.h"

namespace gander::rewriter {

using dbt::Referent;
using dbt::Resource;
using dbt::ResourceKind;
using dbt::SourceTable;

namespace {

std::string stemOf(std::string_view path) {
  auto name = path.substr(path.rfind('/') + 1);
  return std::string(name.substr(0, name.rfind('.')));
}

// "shop.plays" -> {"shop", "plays"}; "plays" -> {"", "plays"}
std::pair<std::string, std::string> modelName(const std::string& written) {
  size_t dot = written.rfind('.');
  if (dot == std::string::npos) return {"", written};
  return {written.substr(0, dot), written.substr(dot + 1)};
}

std::string nameOf(const SourceTable& source) { return fmt::format("source {}.{}", source.source, source.table); }

std::string nameOf(const Resource& resource) {
  auto version = resource.version.empty() ? "" : " v" + resource.version;
  return fmt::format("{} {}{}", toString(resource.kind), resource.name, version);
}

// The one query that a resource is; null where it is several, and which of them counts is not known.
const sql::Statement* rowsOf(const sql::SqlResult& solved, const Resource& resource) {
  const sql::Statement* rows = nullptr;
  for (const auto& statement : solved.statements) {
    if (statement.makes != sql::Makes::kRows || !resource.body.contains(statement.range)) continue;
    if (rows != nullptr) return nullptr;
    rows = &statement;
  }
  return rows;
}

}  // namespace

bool DbtRelation::changes() const {
  return std::ranges::any_of(table.columns, [](const auto& one) { return !one.change.empty(); });
}

const sql::Column* DbtRelation::changeOf(std::string_view column) const {
  for (const auto& one : table.columns)
    if (!one.change.empty() && toLowerAscii(one.path) == toLowerAscii(column)) return &one;
  return nullptr;
}

DbtRelations::DbtRelations(const Meaning& meaning, const Texts& texts, const dbt::Projects& projects,
                           const dbt::Names& names, SqlOf sqlOf)
    : meaning_(meaning),
      texts_(texts),
      projects_(projects),
      names_(names),
      sqlOf_(std::move(sqlOf)),
      catalog_(meaning) {}

const DbtRelation& DbtRelations::of(const SourceTable& source) const {
  auto found = sources_.find(&source);
  if (found == sources_.end()) found = sources_.emplace(&source, make(source)).first;
  return found->second;
}

const DbtRelation& DbtRelations::of(const Resource& resource) const {
  auto found = resources_.find(&resource);
  if (found != resources_.end()) return found->second;
  bool known = true;
  auto made = make(resource, known);
  if (known) return resources_.emplace(&resource, std::move(made)).first->second;
  // While its own file is resolved nothing is known of it, and that is not kept.
  open_.insert(&resource);
  return others_.try_emplace("open:" + made.unit, std::move(made)).first->second;
}

const DbtRelation* DbtRelations::ifDataset(const Resource& resource) const {
  DbtRelation probe;
  matchModel(resource, probe);
  return probe.isDataset() ? &of(resource) : nullptr;
}

bool DbtRelations::askedWhileOpen(const Resource& resource) const { return open_.contains(&resource); }

const DbtRelation* DbtRelations::find(const sql::Table& table) const {
  auto is = [&](const auto& one) { return &one.second.table == &table; };
  if (auto found = std::ranges::find_if(sources_, is); found != sources_.end()) return &found->second;
  if (auto found = std::ranges::find_if(resources_, is); found != resources_.end()) return &found->second;
  auto found = std::ranges::find_if(others_, is);
  return found == others_.end() ? nullptr : &found->second;
}

const sql::Table* DbtRelations::findTable(const std::vector<std::string>& name) const {
  std::vector<sql::NamePart> parts;
  for (const auto& one : name) parts.push_back({one, false, false, {}});
  return catalog_.find(parts, sql::dialectOf(sql::DialectName::kTolerant));
}

void DbtRelations::become(const sql::Table& found, DbtRelation& out) const {
  auto key = out.table.key;
  auto name = out.table.name;
  out.table = found;
  out.table.nowParts.clear();
  if (!found.dataset) {
    out.table.key = key;
    return;
  }
  out.table.name = fmt::format("{} ({})", found.name, name);
  out.dataset = found.key;
  out.reference = catalog_.referenceOf(found);
  if (out.reference == nullptr || found.atNew || out.reference->old == out.reference->now) return;
  out.now = split(out.reference->now, '.').back();
}

void DbtRelations::becomeDataset(size_t dataset, const rules::Reference& reference, bool atNew,
                                 DbtRelation& out) const {
  const auto& one = meaning_.dataset(dataset);
  out.dataset = dataset;
  out.reference = &reference;
  out.table.name = fmt::format("{} ({})", one.id, out.table.name);
  out.table.columns = columnsOf(one);
  if (atNew) {
    out.table.columns.clear();
    for (const auto& field : one.now.fields) out.table.columns.push_back({field.path, "", "", ""});
  }
  out.table.complete = !out.table.columns.empty();
  out.table.dataset = true;
  out.table.atNew = atNew;
  out.table.change = referenceId(one, reference);
  if (!atNew && reference.old != reference.now) out.now = modelName(reference.now).second;
}

DbtRelation DbtRelations::make(const SourceTable& source) const {
  DbtRelation out;
  out.unit = fmt::format("dbt:{}source:{}.{}", projects_.all()[source.project].root, source.source, source.table);
  out.table.name = nameOf(source);
  out.table.key = nextKey_++;
  matchTable(source, out);
  const auto* identifier = source.properties.node->find("identifier");
  auto physical = names_.textOf(source.project, identifier);
  if (identifier == nullptr || physical) out.table.label = physical ? physical->text : source.table;
  out.table.labelMoves = out.moves();
  return out;
}

// By its place in the warehouse, as far as that is written, or by the names that the project gives it.
void DbtRelations::matchTable(const SourceTable& source, DbtRelation& out) const {
  auto textOf = [&](const YamlNode* node) { return names_.textOf(source.project, node); };
  const auto* identifierNode = source.properties.node->find("identifier");
  const auto* schemaNode = source.sourceProperties.node->find("schema");
  const auto* databaseNode = source.sourceProperties.node->find("database");
  auto identifier = textOf(identifierNode);
  auto schema = textOf(schemaNode);
  auto database = textOf(databaseNode);
  bool known = (identifierNode == nullptr || identifier) && (schemaNode == nullptr || schema);
  auto table = identifier ? identifier->text : source.table;
  auto folder = schema ? schema->text : source.source;
  const sql::Table* whole = known && database ? findTable({database->text, folder, table}) : nullptr;
  const sql::Table* part = known ? findTable({folder, table}) : nullptr;
  if (database && whole == nullptr && part != nullptr && !part->unclear.empty()) part = nullptr;
  const sql::Table* own = findTable({source.source, source.table});
  const sql::Table* best = nullptr;
  for (const auto* found : {known ? nullptr : own, part, whole})
    if (found != nullptr) best = found;
  for (const auto* found : {own, part, whole})
    if (found != nullptr && found->unclear.empty()) best = found;
  if (best == nullptr) return;
  become(*best, out);
  if (out.moves()) settleName(source, identifier, out);
}

// Where the new name is written: in `identifier:`, else the name by which the table is called is its own.
void DbtRelations::settleName(const SourceTable& source, const std::optional<dbt::Referent>& identifier,
                              DbtRelation& out) const {
  auto old = split(out.reference->old, '.');
  auto now = split(out.reference->now, '.');
  if (!std::equal(old.begin(), old.end() - 1, now.begin(), now.end() - 1)) {
    out.table.unclear = fmt::format("{} becomes {}, in another schema: declare a source for it", out.reference->old,
                                    out.reference->now);
    return;
  }
  if (source.properties.node->find("identifier") == nullptr) return;
  if (!identifier || !identifier->name || !identifier->name->plain)
    out.table.unclear = fmt::format("the identifier of {} is computed", out.table.name);
  else if (toLowerAscii(identifier->text) != toLowerAscii(old.back()))
    out.table.unclear = fmt::format("the identifier of {} is {}, not {}", out.table.name, identifier->text, old.back());
  else
    out.physical = identifier->name;
}

DbtRelation DbtRelations::make(const Resource& resource, bool& known) const {
  DbtRelation out;
  out.unit = fmt::format("dbt:{}{}", projects_.all()[resource.project].root, nameOf(resource));
  out.table.name = nameOf(resource);
  out.table.key = nextKey_++;
  matchModel(resource, out);
  if (out.isDataset()) {
    settleDefinition(resource, out);
  } else {
    known = derive(resource, out);
  }
  auto alias = dbt::findConfig(projects_, names_, resource, "alias");
  out.table.label = alias ? alias->text : resource.name;
  out.table.labelMoves = out.moves();
  return out;
}

void DbtRelations::matchModel(const Resource& resource, DbtRelation& out) const {
  const auto& project = projects_.all()[resource.project].name;
  for (size_t dataset = 0; dataset < meaning_.migration().datasets.size(); ++dataset)
    for (const auto& reference : meaning_.dataset(dataset).references) {
      if (reference.kind != rules::ReferenceKind::kModel) continue;
      for (bool atNew : {false, true}) {
        auto [package, name] = modelName(atNew ? reference.now : reference.old);
        if (name != resource.name || (!package.empty() && package != project)) continue;
        becomeDataset(dataset, reference, atNew, out);
        if (!atNew) return;  // an old name wins over another dataset's new one
      }
    }
  if (out.isDataset()) return;
  auto alias = dbt::findConfig(projects_, names_, resource, "alias");
  auto schema = dbt::findConfig(projects_, names_, resource, "schema");
  const auto table = alias ? alias->text : resource.name;
  std::vector<std::vector<std::string>> names{{table}};
  if (schema) names.push_back({schema->text, table});
  for (const auto& name : names) {
    const auto* found = findTable(name);
    if (found == nullptr || !found->unclear.empty() || !found->dataset) continue;
    become(*found, out);
    if (!alias || !out.moves()) return;
    out.physical = alias->literal;
    if (!alias->literal) out.table.unclear = fmt::format("the alias of {} is computed", nameOf(resource));
    return;
  }
}

// A model that is the dataset and is made here: what makes it has to become the new version too, or the new one is there already.
void DbtRelations::settleDefinition(const Resource& resource, DbtRelation& out) const {
  if (out.table.atNew || !out.table.unclear.empty()) return;
  bool owner = meaning_.dataset(out.dataset).role == rules::TargetRole::kOwner;
  if (!out.now.empty() && !out.physical) {
    if (projects_.findResource(resource.project, "", out.now, resource.version) != nullptr || comesWithFiles(out.now))
      return;
    if (out.reference->kind == rules::ReferenceKind::kModel && out.reference->move) {
      out.definition = DbtRelation::Definition::kEdited;
      return;
    }
    out.table.unclear = fmt::format(
        "{} is made in this repository, and nothing says that it becomes {}: write model: {{old: {}, new: {}, move: "
        "true}}, or bring the new one",
        nameOf(resource), out.now, resource.name, out.now);
    return;
  }
  if (!out.changes() && !out.physical) return;
  const auto& shapes = meaning_.migration().shapePaths;
  bool shaped = resource.kind == ResourceKind::kSeed &&
                std::ranges::any_of(shapes, [&](const auto& glob) { return globMatches(glob, resource.path); });
  if (owner || shaped) {
    out.definition = DbtRelation::Definition::kEdited;
    return;
  }
  out.table.unclear =
      fmt::format("{} is made in this repository: role: owner lets what makes it be edited", nameOf(resource));
}

bool DbtRelations::comesWithFiles(std::string_view model) const {
  return std::ranges::any_of(meaning_.migration().files, [&](const rules::NewFile& file) {
    return stemOf(file.beside.empty() ? file.path : file.beside) == model;
  });
}

// False while its own file is being resolved.
bool DbtRelations::derive(const Resource& resource, DbtRelation& out) const {
  if (resource.kind == ResourceKind::kSeed) return deriveSeed(resource, out), true;
  if (resource.kind == ResourceKind::kSnapshot && !resource.path.ends_with(".sql"))
    return deriveSnapshot(resource, out), true;
  if (!resource.path.ends_with(".sql")) return true;
  const auto* solved = sqlOf_(resource.path);
  if (solved == nullptr) return false;
  const auto* rows = rowsOf(*solved, resource);
  if (rows == nullptr) return true;
  for (const auto& output : rows->outputs) {
    if (output.name.empty()) continue;
    sql::Column column{output.name, "", "", ""};
    if (output.now != output.name) {
      column.now = output.now;
      column.change = output.change;
    }
    out.table.columns.push_back(std::move(column));
  }
  out.table.complete = rows->outputsKnown && !rows->outputs.empty() && resource.kind == ResourceKind::kModel;
  return true;
}

void DbtRelations::deriveSeed(const Resource& resource, DbtRelation& out) const {
  const auto* source = texts_.find(resource.path);
  auto header = source == nullptr ? std::nullopt : csvHeader(source->text);
  if (!header) return;
  for (const auto& column : header->columns) out.table.columns.push_back({column.path, "", "", ""});
  out.table.complete = true;
}

// A snapshot of `relation:` has its columns, and some of its own.
void DbtRelations::deriveSnapshot(const Resource& resource, DbtRelation& out) const {
  for (const auto& one : resource.properties) {
    const auto* relation = one.node->find("relation");
    if (relation == nullptr || !relation->isScalar()) continue;
    const auto* over = of(names_.ofExpression(resource.project, relation->scalar), nullptr);
    if (over == nullptr) return;
    out.table.columns = over->table.columns;
    out.table.unclear = over->table.unclear;
  }
}

const DbtRelation* DbtRelations::ofNames(const std::vector<std::string>& names) const {
  const auto* found = findTable(names);
  if (found == nullptr || !found->dataset) return nullptr;
  auto [at, fresh] = others_.try_emplace(fmt::format("table:{}", fmt::join(names, ".")));
  if (!fresh) return &at->second;
  auto& made = at->second;
  made.unit = "dbt:" + at->first;
  made.table.name = fmt::format("table {}", fmt::join(names, "."));
  made.table.key = nextKey_++;
  become(*found, made);
  return &made;
}

bool DbtRelations::isMadeHere(std::string_view model) const {
  return std::ranges::any_of(projects_.resources(), [&](const auto& one) { return one->name == model; });
}

// The packages that refs of a model of that name say.
std::set<std::string> DbtRelations::packagesOf(std::string_view model) const {
  std::set<std::string> packages;
  for (const auto& path : projects_.sqlFiles())
    projects_.templateOf(path).visitValues([&](const sql::JinjaValue& value) {
      if (!value.isCall("ref") || value.items.size() != 2 || !value.items[0].isText()) return;
      if (value.items[1].text == model) packages.insert(value.items[0].text);
    });
  return packages;
}

const DbtRelation* DbtRelations::ofForeignModel(std::string_view package, std::string_view name) const {
  for (size_t dataset = 0; dataset < meaning_.migration().datasets.size(); ++dataset)
    for (const auto& reference : meaning_.dataset(dataset).references) {
      if (reference.kind != rules::ReferenceKind::kModel) continue;
      for (bool atNew : {false, true}) {
        auto [wanted, model] = modelName(atNew ? reference.now : reference.old);
        if (model != name || (!wanted.empty() && !package.empty() && wanted != package)) continue;
        // Without a project's name it is the one that is made here, or the only one that there is.
        bool here = isMadeHere(modelName(reference.old).second) || isMadeHere(modelName(reference.now).second);
        if (wanted.empty() && !package.empty() && here) continue;
        auto key = fmt::format("model:{}:{}:{}", dataset, atNew, reference.old);
        auto [at, fresh] = others_.try_emplace(key);
        if (!fresh) return &at->second;
        at->second.unit = fmt::format("dbt:model {}", reference.old);
        at->second.table.name = fmt::format("model {}", name);
        at->second.table.key = nextKey_++;
        becomeDataset(dataset, reference, atNew, at->second);
        if (wanted.empty() && packagesOf(name).size() > 1)
          at->second.table.unclear =
              fmt::format("several packages have a model {}: write project.{} in the migration", name, name);
        return &at->second;
      }
    }
  return nullptr;
}

// A ref to a model of another repository, or a source that no file declares.
const DbtRelation* DbtRelations::ofUndeclared(const Referent& referent) const {
  if (!referent.sourceName)
    return ofForeignModel(referent.names.size() > 1 ? referent.names[0] : "", referent.names.back());
  const auto* found = findTable(referent.names);
  if (found == nullptr || !found->dataset) return nullptr;
  auto [at, fresh] = others_.try_emplace(fmt::format("source:{}", fmt::join(referent.names, ".")));
  if (!fresh) return &at->second;
  auto& made = at->second;
  made.unit = "dbt:" + at->first;
  made.table.name = fmt::format("source {}", fmt::join(referent.names, "."));
  made.table.key = nextKey_++;
  become(*found, made);
  if (made.table.unclear.empty()) made.table.unclear = referent.why;
  return &made;
}

const DbtRelation* DbtRelations::of(const std::vector<Referent>& referents, const Resource* self) const {
  const DbtRelation* one = nullptr;
  bool several = false;
  bool matters = false;
  std::set<std::string> names;
  for (const auto& referent : referents) {
    const DbtRelation* next = nullptr;
    if (referent.kind == Referent::Kind::kSource) next = &of(*referent.source);
    if (referent.kind == Referent::Kind::kResource) next = &of(*referent.resource);
    if (referent.kind == Referent::Kind::kThis && self != nullptr) next = &of(*self);
    if (referent.isUnknown() && !referent.names.empty()) next = ofUndeclared(referent);
    several |= &referent != &referents.front() && next != one;
    matters |= next != nullptr && (next->isDataset() || next->changes());
    names.insert(next == nullptr ? referent.why : next->table.name);
    one = next;
  }
  if (!several) return one;
  if (!matters) return nullptr;
  auto key = fmt::format("several:{}", fmt::join(names, "|"));
  auto [at, fresh] = others_.try_emplace(key);
  if (!fresh) return &at->second;
  auto& made = at->second;
  for (const auto& referent : referents) {
    const DbtRelation* next = referent.source != nullptr     ? &of(*referent.source)
                              : referent.resource != nullptr ? &of(*referent.resource)
                                                             : nullptr;
    if (next != nullptr && (next->isDataset() || next->changes())) made.table = next->table;
  }
  made.unit = "dbt:" + key;
  made.table.key = nextKey_++;
  made.table.name = fmt::format("{}", fmt::join(names, " or "));
  made.table.unclear = fmt::format("it may be {}", made.table.name);
  return &made;
}

}  // namespace gander::rewriter
