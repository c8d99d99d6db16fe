#include "rewriter/sql/plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "rewriter/sql/planner.h"

namespace gander::rewriter::sql {

SqlResult Planner::plan() {
  out_.hazards = std::move(reading_.hazards);
  findClashes();
  keepOutputs();
  settleUsing();
  renameMade();
  settleCollisions();
  for (const auto& table : reading_.tables) planTable(table);
  planRows();
  for (const auto* clause : ons_) planUsing(*clause);
  for (size_t i = 0; i < reading_.uses.size(); ++i) planUse(reading_.uses[i]);
  for (const auto& edit : out_.edits) edited_.push_back(edit.range);
  std::ranges::sort(edited_);
  for (ColumnId column = 0; column < reading_.columns.size(); ++column) planKept(column);
  describeStatements();
  return std::move(out_);
}

// The name that a column will go by; empty: the one that it has.
std::string Planner::newName(ColumnId column) const {
  for (int steps = 0; column != kNone && steps < 1000; ++steps) {
    const auto& one = node(column);
    if (auto made = made_.find(column); made != made_.end()) return made->second->now;
    switch (one.kind) {
      case Kind::kBase: return one.column == nullptr || one.unclear ? "" : one.column->now;
      case Kind::kImplicit:
        if (keeps(column)) return "";
        column = one.source;
        break;
      case Kind::kStar: column = one.source; break;
      case Kind::kMerged: {
        if (one.merged.empty()) return "";
        if (!one.byUsing) {
          column = one.merged.front();
          break;
        }
        const auto parted = parted_.find(column);
        if (parted == parted_.end()) return newNameOfUsing(one);
        column = parted->second.side.column;
        break;
      }
      case Kind::kAlias:
      case Kind::kValue: return "";
    }
  }
  return "";
}

// One name if both sides take it, else none.
std::string Planner::newNameOfUsing(const ColumnNode& one) const {
  std::optional<std::string> name;
  for (ColumnId side : one.merged) {
    auto next = side == kNone ? "" : newName(side);
    if (name && *name != next) return "";
    name = std::move(next);
  }
  return name.value_or("");
}

// The change that reaches a column's name: of a table, or of the relation that this text makes.
const Column* Planner::changedColumn(ColumnId column) const {
  for (ColumnId at = column; at != kNone && !made_.empty();) {
    if (auto made = made_.find(at); made != made_.end()) return made->second;
    const auto& one = node(at);
    const bool merged = one.kind == Kind::kMerged && !one.byUsing && !one.merged.empty();
    if (one.kind != Kind::kImplicit && one.kind != Kind::kStar && !merged) break;
    at = merged ? one.merged.front() : one.source;
  }
  return resolver_.changedColumn(column);
}

// Changed columns that a relation puts out, by the names that they have now.
std::set<NameId> Planner::changedNames(RelationId relation, int depth) {
  std::set<NameId> names;
  if (depth > 50) return names;
  const Relation one = reading_.relations[relation];
  if (one.table != nullptr)
    for (const auto& column : one.table->columns)
      if (!column.change.empty() && !column.path.contains('.')) {
        names.insert(resolver_.names().of(column.path, false));
        names.insert(resolver_.names().of(column.path, true));
      }
  if (one.kind == Relation::Kind::kElement && one.element != kNone) {
    const ColumnId value = resolver_.valueOf(one.element);
    const Table* table = value == kNone ? nullptr : reading_.relations[node(value).relation].table;
    const auto prefix = value == kNone ? std::string() : node(value).path + ".";
    for (size_t i = 0; table != nullptr && i < table->columns.size(); ++i)
      if (!table->columns[i].change.empty() && table->columns[i].path.starts_with(prefix))
        names.insert(resolver_.names().of(std::string_view(table->columns[i].path).substr(prefix.size()), false));
  }
  for (ColumnId out : one.outs)
    if (out != kNone && changedColumn(out) != nullptr) names.insert(node(out).name);
  for (const auto& star : one.stars) {
    for (const auto& [name, field] : fieldsOf(star.structure))
      if (!field->change.empty() && std::find(star.except.begin(), star.except.end(), name) == star.except.end())
        names.insert(name);
    if (star.relation == kNone) continue;
    for (NameId name : changedNames(star.relation, depth + 1))
      if (std::find(star.except.begin(), star.except.end(), name) == star.except.end()) names.insert(name);
  }
  return names;
}

// What is nested in a column, one level deep.
std::vector<std::pair<NameId, const Column*>> Planner::fieldsOf(ColumnId column) {
  std::vector<std::pair<NameId, const Column*>> fields;
  const ColumnId value = column == kNone ? kNone : resolver_.valueOf(column);
  const Table* table = value == kNone ? nullptr : reading_.relations[node(value).relation].table;
  for (size_t i = 0; table != nullptr && i < table->columns.size(); ++i) {
    const auto& one = table->columns[i];
    const auto prefix = node(value).path + ".";
    if (!one.path.starts_with(prefix) || one.path.find('.', prefix.size()) != std::string::npos) continue;
    fields.emplace_back(resolver_.names().ofDeclared(std::string_view(one.path).substr(prefix.size())), &one);
  }
  return fields;
}

std::string Planner::shown(ByteRange range) const {
  return toValidUtf8(replaceAll(slice(range), std::string(1, kHoleByte), "?"));
}

void Planner::keep(ColumnId column) {
  if (keep_.size() <= column) keep_.resize(reading_.columns.size() + 1, false);
  keep_[column] = true;
}

size_t Planner::statementOf(uint32_t offset) const {
  if (begins_.size() != reading_.statements.size()) {
    begins_.clear();
    for (const auto& statement : reading_.statements) begins_.emplace_back(statement.range.begin, statement.range.end);
    std::ranges::sort(begins_);
  }
  // The innermost is the last that begins before.
  auto one = std::ranges::upper_bound(begins_, offset, {}, &std::pair<uint32_t, uint32_t>::first);
  while (one != begins_.begin())
    if (offset < (--one)->second) return last_ = one->first;
  return last_;
}

SqlResult planEdits(std::string_view text, const Dialect& dialect, const Options& options, Resolver& resolver,
                    Reading& reading, const std::set<uint32_t>& kept) {
  return Planner(text, dialect, options, resolver, reading, kept).plan();
}

}  // namespace gander::rewriter::sql
