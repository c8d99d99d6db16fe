// JOIN ... USING of a column whose sides part.
#include "rewriter/sql/planner.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace gander::rewriter::sql {

bool Planner::sideMoves(ColumnId column) const {
  return std::ranges::any_of(node(column).merged,
                             [&](ColumnId side) { return side != kNone && !newName(side).empty(); });
}

// A column that JOIN ... USING names has one name on both sides.
void Planner::settleUsing() {
  for (ColumnId column = 0; column < reading_.columns.size(); ++column) {
    if (!node(column).byUsing || !sideMoves(column) || !newNameOfUsing(node(column)).empty()) continue;
    for (ColumnId side : std::vector<ColumnId>(node(column).merged))
      if (side != kNone) require(side);
    if (sideMoves(column)) split_.insert(column);
  }
  for (const auto& clause : reading_.usings) partUsing(clause);
}

// JOIN users u USING (user_name)  ->  JOIN users u ON p.listener_name = u.user_name, and `user_name` -> p.listener_name
void Planner::partUsing(const UsingClause& clause) {
  const bool parts = std::ranges::any_of(clause.names, [&](const auto& name) { return split_.contains(name.column); });
  if (!parts || !mayPart(clause)) return;
  const auto changes = [&](const auto& name) { return resolver_.changedColumn(name.column) != nullptr; };
  const ColumnId first = std::ranges::find_if(clause.names, changes)->column;
  ons_.push_back(&clause);
  for (const auto& name : clause.names) {
    parted_[name.column] = {*valueOf(clause, name), changes(name) ? name.column : first};
    split_.erase(name.column);
  }
}

bool Planner::mayPart(const UsingClause& clause) {
  const auto text = slice(clause.range);
  const bool plain = text.find_first_of("{}#@$") == std::string_view::npos && !text.contains("--") &&
                     !text.contains("/*") && !text.contains(kHoleByte);
  if (!clause.clear || clause.full || !plain || !isSeen(clause)) return false;
  return std::ranges::all_of(clause.names, [&](const auto& name) {
    const auto left = leftOf(clause, name);
    const auto right = sideOf(clause, name.rightEntry, name);
    const auto value = valueOf(clause, name);
    return left && right && value && mayQualify(name, *value);
  });
}

// Whether all that may name what the clause merges is read, and nothing puts it out unnamed.
bool Planner::isSeen(const UsingClause& clause) const {
  if (reading_.scopes[clause.scope].starred) return false;
  for (ScopeId scope = 0; scope < reading_.scopes.size(); ++scope)
    if ((reading_.scopes[scope].holes || reading_.scopes[scope].open) && isWithin(scope, clause.scope)) return false;
  return true;
}

bool Planner::isWithin(ScopeId scope, ScopeId around) const {
  while (scope != kNone && scope != around) scope = reading_.scopes[scope].parent;
  return scope == around;
}

// Whether each name that means what is merged can be written with the side that has its value.
bool Planner::mayQualify(const UsingClause::Name& name, const Side& side) {
  const NameId id = node(name.column).name;
  for (const Use& use : reading_.uses) {
    if (use.name != id || use.inUsing || use.scope == kNone) continue;
    if (use.column != name.column) {
      const bool may = use.lookedUp && use.state == Use::State::kOpen && isWithin(use.scope, side.scope);
      if (may || meansMerged(use, name.column)) return false;
    } else if (use.qualified || use.inText || qualifierOf(side.scope, side.entry, use.scope).empty()) {
      return false;
    }
  }
  return true;
}

// ORDER BY id: SQLite knows an output by that name only with AS, which it may get here. Until then it is what is merged, and this
// output is a side of that.
bool Planner::meansMerged(const Use& use, ColumnId merged) const {
  const bool bare = dialect_.outputsAnywhere || dialect_.name == DialectName::kTolerant;
  if (!bare || !isOutput(use) || node(use.column).kind != Kind::kImplicit) return false;
  const auto& sides = node(merged).merged;
  return std::ranges::find(sides, node(use.column).source) != sides.end();
}

std::optional<Planner::Side> Planner::sideOf(const UsingClause& clause, uint32_t entry, const UsingClause::Name& name) {
  if (entry == kNone || qualifierOf(clause.scope, entry, clause.scope).empty()) return std::nullopt;
  const RelationId relation = reading_.scopes[clause.scope].entries[entry].relation;
  const Found found = resolver_.lookup(relation, node(name.column).name);
  if (found.has == Has::kYes) return Side{clause.scope, entry, found.column};
  if (found.has == Has::kNo || resolver_.touches(relation)) return std::nullopt;
  return Side{clause.scope, entry, kNone};
}

std::optional<Planner::Side> Planner::leftOf(const UsingClause& clause, const UsingClause::Name& name, int depth) {
  if (name.leftMerged == kNone) return sideOf(clause, name.leftEntry, name);
  for (const auto& before : reading_.usings)
    for (const auto& one : before.names)
      if (one.column == name.leftMerged && depth < 100) return valueOf(before, one, depth + 1);
  return std::nullopt;
}

std::optional<Planner::Side> Planner::valueOf(const UsingClause& clause, const UsingClause::Name& name, int depth) {
  if (clause.full) return std::nullopt;
  return clause.right ? sideOf(clause, name.rightEntry, name) : leftOf(clause, name, depth);
}

bool Planner::splits(ColumnId column) const {
  return node(column).byUsing && newName(column).empty() && sideMoves(column);
}

// The clause is written anew name by name: `USING (a`, `, b)`.
void Planner::planUsing(const UsingClause& clause) {
  const bool lower = text_[clause.range.begin] == 'u';
  uint32_t begin = clause.range.begin;
  for (const auto& name : clause.names) {
    const bool last = &name == &clause.names.back();
    const uint32_t quote = name.quoted ? 1 : 0;
    std::string word = lower ? "on " : "ON ";
    if (begin != clause.range.begin) {
      const auto gap = text_.substr(begin, name.range.begin - quote - begin);
      const auto comma = gap.find(',');
      word = gap.contains('\n') ? std::string(gap.substr(comma + 1)) : " ";
      word += lower ? "and " : "AND ";
    }
    SqlEdit edit;
    edit.range = {begin, last ? clause.range.end : name.range.end + quote};
    edit.now =
        word + onSide(*leftOf(clause, name), name) + " = " + onSide(*sideOf(clause, name.rightEntry, name), name);
    const ColumnId cause = parted_.at(name.column).cause;
    edit.change = resolver_.changedColumn(cause)->change;
    edit.statement = clause.statement;
    edit.evidence = whyParted(name.range, cause);
    begin = edit.range.end;
    out_.edits.push_back(std::move(edit));
  }
}

std::string Planner::onSide(const Side& side, const UsingClause::Name& name) {
  const auto qualifier = qualifierOf(side.scope, side.entry, side.scope);
  const auto now = side.column == kNone ? "" : newName(side.column);
  if (now.empty()) return qualifier + asWritten(name.range);
  const Column* changed = resolver_.changedColumn(side.column);
  return qualifier + writeName(dialect_, now, slice(name.range), lastPart(changed->path), false, name.quote);
}

std::vector<Step> Planner::whyParted(ByteRange name, ColumnId column) const {
  std::vector<Step> steps;
  const ColumnId value = resolver_.changedBase(column);
  if (value != kNone) {
    const auto& relation = reading_.relations[node(value).relation];
    if (relation.table != nullptr) steps.push_back({relation.range, fmt::format("reads {}", relation.table->name)});
  }
  steps.push_back({name, "USING joins by one name, which only one side keeps: the join is written with ON"});
  return steps;
}

// A name of what USING merged, with the side that it comes from.
void Planner::planParted(const Use& use) {
  if (use.inUsing) return;
  const auto& [side, cause] = parted_.at(use.column);
  const Column& changed = *resolver_.changedColumn(cause);
  const auto now = newName(use.column);
  const uint32_t quote = use.quoted ? 1 : 0;
  SqlEdit edit;
  edit.range = {use.range.begin - quote, now.empty() ? use.range.begin - quote : use.range.end + quote};
  edit.now = qualifierOf(side.scope, side.entry, use.scope);
  if (!now.empty()) edit.now += writeName(dialect_, now, slice(use.range), lastPart(changed.path), false, use.quote);
  edit.change = changed.change;
  edit.statement = use.statement;
  edit.evidence = whyParted(use.range, cause);
  out_.edits.push_back(std::move(edit));
  if (use.takesName && !now.empty())
    insertAlias(use.range, use.range.end + quote, use.quoted, use.quote, changed, use.statement);
}

}  // namespace gander::rewriter::sql
