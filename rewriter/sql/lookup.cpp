// What a relation has, and what the catalog says of it.
#include <algorithm>

#include "base/text.h"
#include "rewriter/sql/resolver.h"

namespace gander::rewriter::sql {
namespace {

constexpr ColumnId kMaybeColumn = kNone - 1;
constexpr uint8_t kNamesColumn = 1;

bool isMixedCase(std::string_view name) {
  bool upper = std::any_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  bool lower = std::any_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  return upper && lower;
}

}  // namespace

void Resolver::setInterest(NameId name, uint8_t bit) {
  if (interest_.size() <= name) interest_.resize(std::max<size_t>(name + 1, interest_.size() * 2), 0);
  interest_[name] |= bit;
}

void Resolver::noteInterest(const Table& table) {
  for (const auto& column : table.columns) {
    if (column.change.empty()) continue;
    for (const auto& part : split(column.path, '.')) {
      setInterest(names_.of(part, false), kNamesColumn);
      setInterest(names_.of(part, true), kNamesColumn);
    }
    if (!column.now.empty()) setInterest(names_.ofDeclared(column.now), kNamesColumn);
  }
  if (table.nowParts.empty()) return;
  for (const auto& part : split(table.name, '.')) setInterest(names_.of(part, false), kNamesColumn);
}

// A path's own name is exact where it mixes cases, and what an unquoted name says where it does not.
const Resolver::TableIndex& Resolver::indexOf(const Table& table) {
  auto [at, fresh] = indexes_.try_emplace(&table);
  if (!fresh) return at->second;
  auto& index = at->second;
  const bool exact = dialect_.fold == Fold::kLower || dialect_.fold == Fold::kUpper;
  for (const auto& column : table.columns) {
    const auto dot = column.path.find('.');
    const auto first = std::string_view(column.path).substr(0, dot);
    const bool mixed = exact && isMixedCase(first);
    const NameId id = names_.of(first, mixed);
    auto& slot = index.columns[id];
    if (dot == std::string::npos) slot = &column;
    if (mixed) {
      index.columns.try_emplace(names_.of(first, false), dot == std::string::npos ? &column : nullptr);
      index.loose[names_.of(first, false)] = true;
    }
  }
  noteInterest(table);
  return index;
}

Found Resolver::lookup(RelationId relation, NameId name) {
  for (const auto& [known, column] : out_.relations[relation].found)
    if (known == name) {
      if (column == kMaybeColumn) return {Has::kMaybe, kNone};
      return {column == kNone ? Has::kNo : Has::kYes, column};
    }
  out_.relations[relation].found.emplace_back(name, kMaybeColumn);  // what reads itself is not known
  Found found = lookupFresh(relation, name);
  const ColumnId column = found.has == Has::kYes ? found.column : found.has == Has::kMaybe ? kMaybeColumn : kNone;
  for (auto& [known, kept] : out_.relations[relation].found)
    if (known == name) kept = column;
  return found;
}

Found Resolver::lookupFresh(RelationId relation, NameId name) {
  switch (out_.relations[relation].kind) {
    case Relation::Kind::kTable: return lookupTable(relation, name);
    case Relation::Kind::kQuery: return lookupQuery(relation, name);
    case Relation::Kind::kElement: return lookupNested(out_.relations[relation].element, name);
  }
  return {};
}

Found Resolver::lookupTable(RelationId relation, NameId name) {
  const Table* table = out_.relations[relation].table;
  if (table == nullptr) return {Has::kMaybe, kNone};
  const auto& index = indexOf(*table);
  auto at = index.columns.find(name);
  if (at == index.columns.end()) return {table->complete ? Has::kNo : Has::kMaybe, kNone};
  ColumnNode node;
  node.kind = ColumnNode::Kind::kBase;
  node.name = name;
  node.relation = relation;
  node.column = at->second;
  node.unclear = index.loose.contains(name);
  if (at->second != nullptr) {
    node.path = at->second->path;
  } else {
    for (const auto& column : table->columns) {
      auto first = column.path.substr(0, column.path.find('.'));
      if (names_.of(first, false) == name || names_.of(first, true) == name) node.path = first;
    }
  }
  return {Has::kYes, addColumn(std::move(node))};
}

Found Resolver::lookupQuery(RelationId relation, NameId name) {
  for (ColumnId out : out_.relations[relation].outs)
    if (out != kNone && out_.columns[out].name == name) return {Has::kYes, out};
  bool maybe = out_.relations[relation].open;
  const size_t stars = out_.relations[relation].stars.size();
  for (size_t i = 0; i < stars; ++i) {
    const StarSource star = out_.relations[relation].stars[i];
    if (std::find(star.except.begin(), star.except.end(), name) != star.except.end()) continue;
    const Found found = star.structure != kNone ? lookupNested(star.structure, name) : lookup(star.relation, name);
    if (found.has == Has::kMaybe) maybe = true;
    if (found.has != Has::kYes) continue;
    ColumnNode node;
    node.kind = ColumnNode::Kind::kStar;
    node.name = name;
    node.source = found.column;
    node.relation = relation;
    node.range = star.range;
    return {Has::kYes, addColumn(std::move(node))};
  }
  return {maybe ? Has::kMaybe : Has::kNo, kNone};
}

// A part of what a column holds.
Found Resolver::lookupNested(ColumnId column, NameId name) {
  const ColumnId value = column == kNone ? kNone : valueOf(column);
  if (value == kNone) return {Has::kMaybe, kNone};
  const ColumnNode base = out_.columns[value];
  const Table* table = out_.relations[base.relation].table;
  const std::string prefix = base.path + ".";
  bool known = false;
  ColumnNode node;
  node.kind = ColumnNode::Kind::kBase;
  node.name = name;
  node.relation = base.relation;
  node.path = prefix + std::string(names_.textOf(name));
  for (const auto& one : table->columns) {
    if (!one.path.starts_with(prefix)) continue;
    known = true;
    auto part = one.path.substr(prefix.size());
    const bool whole = !part.contains('.');
    part = part.substr(0, part.find('.'));
    if (names_.of(part, false) != name && names_.of(part, true) != name) continue;
    node.path = prefix + part;
    if (whole) node.column = &one;
    return {Has::kYes, addColumn(std::move(node))};
  }
  return {known && table->complete ? Has::kNo : Has::kMaybe, kNone};
}

// The base column whose value a column has, through outputs that only pass it on.
ColumnId Resolver::valueOf(ColumnId column) const {
  for (int steps = 0; column != kNone && steps < 1000; ++steps) {
    const auto& node = out_.columns[column];
    if (node.kind == ColumnNode::Kind::kBase) return column;
    column = node.kind == ColumnNode::Kind::kMerged && !node.merged.empty() ? node.merged.front() : node.source;
  }
  return kNone;
}

// The catalog's column whose change reaches a column's name.
const Column* Resolver::changedColumn(ColumnId column) const {
  const ColumnId base = changedBase(column);
  return base == kNone ? nullptr : out_.columns[base].column;
}

ColumnId Resolver::changedBase(ColumnId column) const {
  for (int steps = 0; column != kNone && steps < 1000; ++steps) {
    const auto& node = out_.columns[column];
    if (node.kind == ColumnNode::Kind::kBase)
      return node.column != nullptr && !node.column->change.empty() ? column : kNone;
    if (node.kind == ColumnNode::Kind::kMerged) {
      for (ColumnId one : node.merged)
        if (const ColumnId base = changedBase(one); base != kNone) return base;
      return kNone;
    }
    if (node.kind == ColumnNode::Kind::kAlias || node.kind == ColumnNode::Kind::kValue) return kNone;
    column = node.source;
  }
  return kNone;
}

bool Resolver::carries(ColumnId column) const { return changedColumn(column) != nullptr; }

// What a query puts out under a name, by a star too.
ColumnId Resolver::outputNamed(ScopeId scope, NameId name) {
  const RelationId outputs = out_.scopes[scope].outputs;
  if (outputs == kNone) return kNone;
  for (ColumnId out : out_.relations[outputs].outs)
    if (out != kNone && out_.columns[out].name == name) return out;
  if (out_.relations[outputs].stars.empty() || !dialect_.starOutputs) return kNone;
  const Found found = lookup(outputs, name);
  return found.has == Has::kYes ? found.column : kNone;
}

// The column that the parts of a name lead to: p.listener, listener, s.plays.listener.address.
ColumnId Resolver::columnOf(const DottedName& name, ScopeId scope) {
  if (name.hole || name.count == 0) return kNone;
  for (ScopeId at = scope; at != kNone; at = out_.scopes[at].parent)
    for (const auto& entry : std::vector<ScopeEntry>(out_.scopes[at].entries))
      for (size_t length = name.count - 1; length > 0; --length) {
        if (!isQualifier(name, length, entry)) continue;
        ColumnId column = lookup(entry.relation, name.parts[length].id).column;
        for (size_t i = length + 1; i < name.count && column != kNone; ++i)
          column = lookupNested(column, name.parts[i].id).column;
        return column;
      }
  Use probe;
  bindInScopes(name.parts[0], scope, probe);
  ColumnId column = probe.state == Use::State::kBound ? probe.column : kNone;
  for (size_t i = 1; i < name.count && column != kNone; ++i) column = lookupNested(column, name.parts[i].id).column;
  return column;
}

}  // namespace gander::rewriter::sql
