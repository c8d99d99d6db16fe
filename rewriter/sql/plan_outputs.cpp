// Outputs of queries: which keep their names, and those that the text makes under a new one.
#include "rewriter/sql/planner.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace gander::rewriter::sql {

bool Planner::contractKeeps(Contract contract) const {
  if (contract == Contract::kNone) return false;
  if (options_.outputs == Outputs::kKeep) return true;
  if (contract == Contract::kRows && options_.rowsFollow) return false;
  return options_.outputs != Outputs::kFollow;
}

void Planner::keepOutputs() {
  keep_.assign(reading_.columns.size(), false);
  const auto relations = static_cast<RelationId>(reading_.relations.size());
  if (options_.outputs == Outputs::kKeep)
    for (RelationId relation = 0; relation < relations; ++relation)
      if (!reading_.relations[relation].byPosition)
        for (ColumnId out : reading_.relations[relation].outs) require(out);
  for (RelationId relation = 0; relation < relations; ++relation) {
    const auto& one = reading_.relations[relation];
    if ((contractKeeps(one.contract) || one.fields || one.unseen) && resolver_.touches(relation)) requireAll(relation);
  }
  for (const auto& row : reading_.rows) requireAll(row.relation);
  for (ColumnId column = 0; !kept_.empty() && column < reading_.columns.size(); ++column)
    if (node(column).kind == Kind::kImplicit && kept_.contains(node(column).end)) require(column);
  for (auto& use : reading_.uses) keepForOpen(use);
  for (const auto& scope : std::deque<Scope>(reading_.scopes.begin(), reading_.scopes.end())) {
    if (!scope.holes && !scope.open) continue;
    for (const auto& entry : scope.entries)
      if (reading_.relations[entry.relation].kind == Relation::Kind::kQuery && resolver_.touches(entry.relation))
        requireAll(entry.relation);
  }
}

// A name that may be an output of a query here or something else: the output keeps its name, and so does this.
void Planner::keepForOpen(Use& use) {
  if (use.state != Use::State::kOpen || !use.claimed || use.qualified || use.scope == kNone) return;
  std::vector<ColumnId> outputs;
  for (ScopeId scope = use.scope; scope != kNone; scope = reading_.scopes[scope].parent)
    for (const auto& entry : std::vector<ScopeEntry>(reading_.scopes[scope].entries)) {
      if (entry.hidden) continue;
      const Found found = resolver_.lookup(entry.relation, use.name);
      if (found.has == Has::kMaybe && resolver_.touches(entry.relation)) return;
      if (found.has != Has::kYes || resolver_.changedColumn(found.column) == nullptr) continue;
      if (node(found.column).kind != Kind::kImplicit) return;
      outputs.push_back(found.column);
    }
  if (outputs.empty()) return;
  for (ColumnId output : outputs) keep(output);
  use.state = Use::State::kOther;
  use.reason = "an output of a query, which keeps its name, or a name of something else";
}

void Planner::requireAll(RelationId relation) {
  for (NameId name : changedNames(relation)) {
    const Found found = resolver_.lookup(relation, name);
    if (found.has == Has::kYes) require(found.column);
  }
}

// Who reads the fields of a row is not followed: none may where they are named anew, but for those who get the result.
void Planner::planRows() {
  if (reading_.rows.empty()) return;
  const auto read = readRelations();
  for (const auto& row : reading_.rows) {
    if (!rowMoves(row)) continue;
    const auto& scope = reading_.scopes[row.scope];
    if (scope.parent == kNone && !read.contains(scope.outputs)) {
      out_.hazards.push_back(
          {"select-star", row.range, "a whole row is a value here: its fields are named anew with the columns"});
      continue;
    }
    out_.judged.push_back({row.range, true, true, "",
                           "a whole row is a value here: who reads its fields by name is not followed", row.statement});
  }
}

// Whether a field of it will be named anew.
bool Planner::rowMoves(const RowValue& row) {
  for (NameId name : changedNames(row.relation)) {
    const Found found = resolver_.lookup(row.relation, name);
    if (found.has != Has::kYes) continue;
    const Column* changed = changedColumn(found.column);
    if (!newName(found.column).empty() || (changed != nullptr && changed->now.empty())) return true;
  }
  return false;
}

// Queries that others read, by FROM, a star or a set operation.
std::set<RelationId> Planner::readRelations() const {
  std::vector<RelationId> open;
  for (const auto& scope : reading_.scopes)
    for (const auto& entry : scope.entries) open.push_back(entry.relation);
  std::set<RelationId> read;
  while (!open.empty()) {
    const RelationId next = open.back();
    open.pop_back();
    if (!read.insert(next).second) continue;
    for (ColumnId out : reading_.relations[next].outs) {
      if (out == kNone || node(out).kind != Kind::kMerged) continue;
      for (ColumnId branch : node(out).merged)
        if (branch != kNone && node(branch).relation != kNone) open.push_back(node(branch).relation);
    }
  }
  return read;
}

// The name must stay for those who read this output.
void Planner::require(ColumnId column) {
  for (int steps = 0; column != kNone && steps < 1000; ++steps) {
    const auto& one = node(column);
    if (one.kind == Kind::kImplicit) {
      if (resolver_.changedColumn(column) != nullptr) keep(column);
      return;
    }
    if (one.kind == Kind::kMerged && !one.byUsing) {
      if (one.merged.empty()) return;
      column = one.merged.front();
      continue;
    }
    if (one.kind == Kind::kMerged) {
      for (ColumnId side : std::vector<ColumnId>(one.merged))
        if (side != kNone) require(side);
      return;
    }
    if (one.kind != Kind::kStar) return;
    column = one.source;
  }
}

// Before: SELECT a.who AS user_name, track FROM a       (makes a table whose user_name and track are renamed)
// After:  SELECT a.who AS listener_name, track AS song FROM a
void Planner::renameMade() {
  for (size_t i = 0; i < reading_.statements.size() && !options_.made.empty(); ++i) {
    const auto& statement = reading_.statements[i];
    if (reading_.results[i] == kNone || statement.makes != Makes::kRows) continue;
    if (!options_.madeBy.contains(statement.range)) continue;
    for (const auto& column : options_.made)
      if (!column.change.empty()) renameOutput(reading_.results[i], column, statement);
  }
}

void Planner::renameOutput(RelationId result, const Column& column, const Statement& statement) {
  const Found found = resolver_.lookup(result, resolver_.names().ofDeclared(column.path));
  auto listHere = [&](std::string reason) {
    const auto range = found.has == Has::kYes ? node(found.column).range : ByteRange{};
    const ByteRange verb{statement.range.begin, statement.range.begin + static_cast<uint32_t>(statement.verb.size())};
    out_.judged.push_back(
        {range.size() > 0 ? range : verb, true, true, column.change, std::move(reason), statement.range.begin});
  };
  if (found.has == Has::kNo) return;
  if (column.now.empty()) return listHere(column.reason);
  ColumnId at = found.column;
  while (found.has == Has::kYes && at != kNone &&
         (node(at).kind == Kind::kStar || (node(at).kind == Kind::kMerged && !node(at).byUsing)))
    at = node(at).kind == Kind::kStar ? node(at).source : node(at).merged.empty() ? kNone : node(at).merged.front();
  const bool named = found.has == Has::kYes && at != kNone;
  if (named && node(at).kind == Kind::kImplicit && newName(node(at).source) == column.now) {
    keep_[at] = false;
  } else if (named && (node(at).kind == Kind::kImplicit || node(at).kind == Kind::kAlias)) {
    made_[at] = &column;
    if (keeps(at)) keep_[at] = false;
  } else if (!named || newName(at) != column.now) {
    listHere(fmt::format("it makes {}, which becomes {}: where that is put out is not clear", column.path, column.now));
  }
}

// ` AS old` behind an output that keeps its name although its column has a new one.
void Planner::planKept(ColumnId column) {
  const auto& one = node(column);
  if (auto made = made_.find(column); made != made_.end()) return planMade(one, *made->second);
  if (one.kind != Kind::kImplicit || !keeps(column) || newName(one.source).empty()) return;
  if (one.range.begin > one.range.end) return;
  const Column* changed = resolver_.changedColumn(column);
  if (!isEdited(one.range) || changed == nullptr) return;
  const bool quoted = one.range.begin > 0 && std::string_view("\"`[").contains(text_[one.range.begin - 1]) &&
                      one.range.end < text_.size() && std::string_view("\"`]").contains(text_[one.range.end]);
  insertAlias(one.range, one.end, quoted, quoted ? text_[one.range.begin - 1] : '\0', *changed,
              statementOf(one.range.begin));
}

// The name of an output of the relation that the text makes.
void Planner::planMade(const ColumnNode& one, const Column& column) {
  const bool quoted = one.range.begin > 0 && std::string_view("\"`[").contains(text_[one.range.begin - 1]) &&
                      one.range.end < text_.size() && std::string_view("\"`]").contains(text_[one.range.end]);
  SqlEdit edit;
  edit.range = one.kind == Kind::kAlias ? one.range : ByteRange{one.end, one.end};
  const char quote = quoted ? text_[one.range.begin - 1] : '\0';
  edit.now = writeName(dialect_, column.now, slice(one.range), column.path, quoted, quote);
  if (one.kind == Kind::kImplicit)
    edit.now = quoted ? fmt::format(" AS {}{}{}", quote, edit.now, quote == '[' ? ']' : quote) : " AS " + edit.now;
  edit.change = column.change;
  edit.statement = statementOf(one.range.begin);
  edit.evidence.push_back({one.range, fmt::format("puts out {} of the relation that the text makes", column.path)});
  out_.edits.push_back(std::move(edit));
}

bool Planner::isMadeAlias(ByteRange range) const {
  return std::ranges::any_of(made_, [&](const auto& made) {
    return node(made.first).kind == Kind::kAlias && node(made.first).range == range;
  });
}

void Planner::insertAlias(ByteRange name, uint32_t at, bool quoted, char quote, const Column& changed,
                          size_t statement) {
  SqlEdit edit;
  edit.range = {at, at};
  edit.now = " AS ";
  if (quoted) edit.now += quote;
  edit.now += dialect_.declaredCase ? lastPart(changed.path) : slice(name);
  if (quoted) edit.now += quote == '[' ? ']' : quote;
  edit.change = changed.change;
  edit.statement = statement;
  edit.evidence.push_back({name, "the output keeps its name for those who read it"});
  out_.edits.push_back(std::move(edit));
}

bool Planner::isEdited(ByteRange range) const {
  const auto behind = std::ranges::lower_bound(edited_, ByteRange{range.end, range.end});
  return behind != edited_.begin() && behind[-1].overlaps(range);
}

}  // namespace gander::rewriter::sql
