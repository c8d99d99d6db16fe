// Names that would mean something else, or two things, under a new name.
#include "rewriter/sql/planner.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace gander::rewriter::sql {

// An output that is renamed onward must not meet its new name at its readers.
void Planner::settleCollisions() {
  for (int round = 0; round < 8; ++round) {
    bool changed = false;
    for (RelationId relation = 0; relation < reading_.relations.size(); ++relation) {
      changed |= keepColliding(relation);
    }
    const size_t uses = reading_.uses.size();
    for (size_t i = 0; i < uses; ++i) {
      const Use use = reading_.uses[i];
      if (use.state != Use::State::kBound || use.column == kNone || node(use.column).kind == Kind::kBase) continue;
      if (parted_.contains(use.column)) continue;
      const auto now = newName(use.column);
      if (now.empty()) continue;
      const bool meets = (!use.qualified || use.inUsing) && collides(use, now);
      if (!meets && !isTwice(use, resolver_.names().ofDeclared(now))) continue;
      const size_t before = std::count(keep_.begin(), keep_.end(), true);
      require(use.column);
      changed |= before != static_cast<size_t>(std::count(keep_.begin(), keep_.end(), true));
    }
    if (!changed) return;
  }
}

// Keeps the outputs whose new name another one of their relation has; whether there is one.
bool Planner::keepColliding(RelationId relation) {
  bool changed = false;
  std::optional<std::unordered_map<NameId, size_t>> names;  // what the outputs will be called
  const auto outs = reading_.relations[relation].outs;
  for (ColumnId out : outs) {
    if (out == kNone || node(out).kind != Kind::kImplicit || keeps(out)) continue;
    const auto now = newName(out);
    if (now.empty()) continue;
    if (!names) names = namesToBe(outs);
    const NameId name = resolver_.names().ofDeclared(now);
    if ((*names)[name] < 2 && !starMayHave(relation, name)) continue;
    keep(out);
    --(*names)[name];
    ++(*names)[node(out).name];
    changed = true;
  }
  return changed;
}

std::unordered_map<NameId, size_t> Planner::namesToBe(const std::vector<ColumnId>& outs) {
  std::unordered_map<NameId, size_t> names;
  for (ColumnId out : outs) {
    if (out == kNone) continue;
    const auto now = newName(out);
    ++names[now.empty() ? node(out).name : resolver_.names().ofDeclared(now)];
  }
  return names;
}

// Whether a star of the relation puts out such a name, or may.
bool Planner::starMayHave(RelationId relation, NameId name) {
  for (const auto& star : std::vector<StarSource>(reading_.relations[relation].stars)) {
    if (star.relation == kNone) continue;
    // A star over what is not known may have the new name.
    const bool unknown = !resolver_.touches(star.relation) && resolver_.lookup(star.relation, name).has == Has::kMaybe;
    if (unknown || hasName(star.relation, name)) return true;
  }
  return false;
}

// Whether a relation will have a column of that name.
bool Planner::hasName(RelationId relation, NameId name) {
  const Found found = resolver_.lookup(relation, name);
  if (found.has == Has::kYes && newName(found.column).empty()) return true;
  if (!resolver_.touches(relation)) return false;
  for (NameId old : changedNames(relation)) {
    const Found moved = resolver_.lookup(relation, old);
    if (moved.has != Has::kYes) continue;
    const auto next = newName(moved.column);
    if (!next.empty() && resolver_.names().ofDeclared(next) == name) return true;
  }
  return false;
}

// Whether an unqualified name would bind to something else, or to two things, once it is `now`.
bool Planner::collides(const Use& use, const std::string& now) {
  const NameId name = resolver_.names().ofDeclared(now);
  if (use.afterList && use.scope != kNone) {
    const RelationId outputs = reading_.scopes[use.scope].outputs;
    if (outputs != kNone)
      for (ColumnId out : std::vector<ColumnId>(reading_.relations[outputs].outs))
        if (out != kNone && out != use.column && node(out).source != use.column && node(out).name == name &&
            newName(out).empty())
          return true;
  }
  // Where all clauses may see outputs, what FROM has comes before them.
  if (dialect_.outputsAnywhere && isOutput(use) && !use.outputFirst)
    for (const auto& entry : std::vector<ScopeEntry>(reading_.scopes[use.scope].entries))
      if (!entry.hidden && hasName(entry.relation, name)) return true;
  if (use.boundIn == kNone) return false;
  for (ScopeId scope = use.scope; scope != kNone; scope = reading_.scopes[scope].parent) {
    const auto entries = reading_.scopes[scope].entries;
    if (scope != use.boundIn && outputMayHide(use, scope, name)) return true;
    for (uint32_t index = 0; index < seenIn(use, scope, entries.size()); ++index) {
      if (entries[index].hidden || isOwn(use, scope, index)) continue;
      if (hasName(entries[index].relation, name)) return true;
      if (byUsing(use) && resolver_.lookup(entries[index].relation, name).has == Has::kMaybe) return true;
    }
    if (scope == use.boundIn) break;
  }
  return false;
}

// Whether a name that is bound further out would be that of an output, where all clauses may see those.
bool Planner::outputMayHide(const Use& use, ScopeId scope, NameId name) {
  const bool may =
      dialect_.outputsAnywhere || dialect_.name == DialectName::kSnowflake || dialect_.name == DialectName::kTolerant;
  const RelationId outputs = reading_.scopes[scope].outputs;
  if (!may || outputs == kNone) return false;
  // An output that is this very column hides nothing.
  size_t own = 0;
  for (ColumnId out : reading_.relations[outputs].outs)
    own += out != kNone && node(out).kind == Kind::kImplicit && node(out).source == use.column && !keeps(out) ? 1 : 0;
  return countNamed(outputs, name) > own;
}

size_t Planner::seenIn(const Use& use, ScopeId scope, size_t entries) {
  return scope == use.boundIn ? std::min<size_t>(entries, use.seen) : entries;
}

// Whether an entry is what a name is bound to, or one side of what USING made one.
bool Planner::isOwn(const Use& use, ScopeId scope, uint32_t index) {
  if (scope != use.boundIn) return false;
  if (use.entry != kNone || !byUsing(use)) return index == use.entry;
  const Found side = resolver_.lookup(reading_.scopes[scope].entries[index].relation, node(use.column).name);
  const auto& sides = node(use.column).merged;
  return side.has == Has::kYes && std::find(sides.begin(), sides.end(), side.column) != sides.end();
}

// How many columns of that name a relation will have, or may have.
size_t Planner::countNamed(RelationId relation, NameId name) {
  const Relation one = reading_.relations[relation];
  if (one.kind != Relation::Kind::kQuery) {
    const bool maybe = one.kind == Relation::Kind::kTable && resolver_.lookup(relation, name).has == Has::kMaybe;
    return maybe || hasName(relation, name) ? 1 : 0;
  }
  size_t count = 0;
  for (ColumnId out : one.outs) {
    if (out == kNone) continue;
    const auto next = newName(out);
    count += (next.empty() ? node(out).name : resolver_.names().ofDeclared(next)) == name ? 1 : 0;
  }
  for (const auto& star : one.stars)
    if (star.relation != kNone && std::find(star.except.begin(), star.except.end(), name) == star.except.end())
      count += countNamed(star.relation, name);
  return count;
}

// Whether a name is bound to an output of the query that it stands in.
bool Planner::isOutput(const Use& use) const {
  if (use.boundIn != kNone || use.scope == kNone || use.column == kNone) return false;
  const RelationId outputs = reading_.scopes[use.scope].outputs;
  return outputs != kNone && node(use.column).relation == outputs;
}

// Whether the query that a name is a column of will have two such columns.
bool Planner::isTwice(const Use& use, NameId name) {
  const bool output = isOutput(use);
  if (use.column == kNone || (!output && (use.boundIn == kNone || use.entry == kNone))) return false;
  const RelationId relation =
      output ? reading_.scopes[use.scope].outputs : reading_.scopes[use.boundIn].entries[use.entry].relation;
  return resolver_.touches(relation) && countNamed(relation, name) > 1 &&
         countBefore(relation, use.name, name == use.name) < 2;
}

// ... and has as the text stands, or may have.
size_t Planner::countBefore(RelationId relation, NameId name, bool may) {
  const Relation one = reading_.relations[relation];
  if (one.kind != Relation::Kind::kQuery) {
    const Has has = resolver_.lookup(relation, name).has;
    return has == Has::kYes || (may && has == Has::kMaybe) ? 1 : 0;
  }
  size_t count = 0;
  for (ColumnId out : one.outs) count += out != kNone && node(out).name == name ? 1 : 0;
  for (const auto& star : one.stars)
    if (star.relation != kNone && std::find(star.except.begin(), star.except.end(), name) == star.except.end())
      count += countBefore(star.relation, name, may);
  return count;
}

// Relations of one FROM that will have one name.
void Planner::findClashes() {
  for (const auto& scope : reading_.scopes)
    for (size_t i = 0; i < scope.entries.size(); ++i)
      for (size_t j = 0; j < scope.entries.size(); ++j) {
        const auto& moving = scope.entries[i];
        const auto& other = scope.entries[j];
        if (i == j || moving.hidden || other.hidden || moving.alias == other.alias) continue;
        const NameId label = resolver_.labelAfter(moving);
        if (label != moving.alias && label == resolver_.labelAfter(other)) clashes_.insert(moving.relation);
      }
}

// The new name of a column that stands here already as the name of something else.
void Planner::planCaptured(const Use& use) {
  if (isTwice(use, use.name))
    return list(use, "", fmt::format("what it is read from gets two columns {}", shown(use.range)));
  if ((use.qualified && !use.inUsing) || use.outputFirst || use.scope == kNone) return;
  for (ScopeId scope = use.scope; scope != kNone; scope = reading_.scopes[scope].parent) {
    const auto entries = reading_.scopes[scope].entries;
    for (uint32_t index = 0; index < seenIn(use, scope, entries.size()); ++index) {
      const RelationId relation = entries[index].relation;
      if (entries[index].hidden || !resolver_.touches(relation) || isOwn(use, scope, index)) continue;
      const Table* table = reading_.relations[relation].table;
      // A table that keeps its name may be the new one already.
      const bool stored = reading_.relations[relation].kind != Relation::Kind::kQuery;
      if (stored && use.state != Use::State::kBound && (table == nullptr || table->nowParts.empty())) continue;
      for (NameId old : changedNames(relation)) {
        const Found moved = resolver_.lookup(relation, old);
        if (moved.has != Has::kYes) continue;
        const auto now = newName(moved.column);
        if (now.empty() || resolver_.names().ofDeclared(now) != use.name) continue;
        return qualifyCaptured(use, *resolver_.changedColumn(moved.column), now);
      }
    }
    if (scope == use.boundIn || isOutput(use)) return;
  }
}

// Whether an output of its query has the name too, where one may be meant.
bool Planner::mayBeOutput(const Use& use) const {
  if (use.scope == kNone || !(use.afterList || dialect_.outputsAnywhere)) return false;
  const RelationId outputs = reading_.scopes[use.scope].outputs;
  return outputs != kNone && std::ranges::any_of(reading_.relations[outputs].outs, [&](ColumnId out) {
           return out != kNone && node(out).name == use.name;
         });
}

void Planner::qualifyCaptured(const Use& use, const Column& changed, const std::string& now) {
  // Of what is only likely to be a column it would make one.
  const auto qualifier = use.state != Use::State::kBound && mayBeOutput(use) ? "" : qualifierOf(use);
  if (qualifier.empty() || use.inText || use.inUsing)
    return list(
        use, changed.change,
        fmt::format("the dataset's column {} becomes {} too: which one this is would not be clear", changed.path, now));
  SqlEdit edit;
  edit.range = {use.quoted ? use.range.begin - 1 : use.range.begin, use.quoted ? use.range.begin - 1 : use.range.begin};
  edit.now = qualifier;
  edit.change = changed.change;
  edit.statement = use.statement;
  edit.evidence.push_back(
      {use.range, fmt::format("the dataset's column {} becomes {} too: the qualifier keeps this name what it is",
                              changed.path, now)});
  out_.edits.push_back(std::move(edit));
}

// "p." of the relation that a name is bound to; empty where it has no name, or one that means something else here.
std::string Planner::qualifierOf(const Use& use) {
  return use.boundIn == kNone || use.entry == kNone ? "" : qualifierOf(use.boundIn, use.entry, use.scope);
}

// ... as a query within, `from`, may write it.
std::string Planner::qualifierOf(ScopeId scope, uint32_t index, ScopeId from) {
  const auto entry = reading_.scopes[scope].entries[index];
  if (entry.alias == kNoName || entry.range.size() == 0) return "";
  if (resolver_.isHidden(entry, from, scope) || clashes_.contains(entry.relation)) return "";
  const Table* table = reading_.relations[entry.relation].table;
  if (entry.labelled) return table->labelMoves ? "" : writeName(dialect_, table->label, "", "", false, 0) + ".";
  if (!entry.written && table != nullptr && !table->nowParts.empty())
    return writeName(dialect_, table->nowParts.front(), "", "", false, 0) + ".";
  return asWritten(entry.written || entry.ranges.empty() ? entry.range : entry.ranges.back()) + ".";
}

// With the quotes that stand around it.
std::string Planner::asWritten(ByteRange name) const {
  const bool quoted = name.begin > 0 && dialect_.nameQuotes.contains(text_[name.begin - 1]) &&
                      name.end < text_.size() && std::string_view("\"`]").contains(text_[name.end]);
  return std::string(slice(quoted ? ByteRange{name.begin - 1, name.end + 1} : name));
}

}  // namespace gander::rewriter::sql
