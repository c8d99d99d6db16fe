// What a name binds to.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "rewriter/sql/resolver.h"

namespace gander::rewriter::sql {

std::string Resolver::shown(const ScopeEntry& entry) const {
  std::string name(slice(entry.range));
  return name.empty() ? "a subquery" : replaceAll(name, std::string(1, kHoleByte), "?");
}

Use& Resolver::addUse(const NamePiece& piece, ScopeId scope) {
  Use use;
  use.range = piece.body;
  use.quoted = piece.quoted;
  use.quote = piece.quote;
  use.name = piece.id;
  use.scope = scope;
  use.statement = here().range.begin;
  use.borrowed = piece.id < interest_.size() && interest_[piece.id] == kBorrowed;
  out_.uses.push_back(std::move(use));
  return out_.uses.back();
}

void Resolver::resolveName(const DottedName& name, ScopeId scope, Clause clause, bool lone) {
  bool matters = false;
  for (size_t i = 0; i < name.count; ++i) matters |= interesting(name.parts[i].id);
  if (scope == kNone) return;
  if (name.count == 1 && !name.star && wholeRow(name, scope, clause)) return;
  if (name.parts[name.count - 1].hole) countedColumn(name.parts[name.count - 1].body, scope);
  if (!matters) return;
  if (name.count == 1) {
    if (name.parts[0].hole) return;
    addUse(name.parts[0], scope);
    return resolveColumn(name.parts[0], scope, clause, lone, out_.uses.size() - 1);
  }
  if (resolveQualified(name, scope)) return;
  // The first part may be a column with parts of its own.
  Use probe;
  bindInScopes(name.parts[0], scope, probe);
  if (probe.state == Use::State::kBound) {
    if (interesting(name.parts[0].id)) {
      Use& use = addUse(name.parts[0], scope);
      bindInScopes(name.parts[0], scope, use);
    }
    return resolveNested(name, 1, probe.column, scope);
  }
  for (size_t i = 0; i < name.count; ++i) {
    if (!interesting(name.parts[i].id)) continue;
    Use& use = addUse(name.parts[i], scope);
    use.qualified = true;
    use.state = Use::State::kOpen;
    use.reason = fmt::format("what {} stands for is not known here", toValidUtf8(slice(name.parts[0].body)));
    bool any = false;
    for (ScopeId at = scope; at != kNone; at = out_.scopes[at].parent)
      for (const auto& entry : out_.scopes[at].entries) {
        if (!touches(entry.relation)) continue;
        const Found found = lookup(entry.relation, name.parts[i].id);
        any |= found.has == Has::kYes && carries(found.column);
        if (any && use.change.empty()) use.change = changedColumn(found.column)->change;
      }
    use.claimed = any && (name.parts[0].hole || probe.claimed);
    if (!any) {
      use.state = Use::State::kOther;
      use.reason = fmt::format("of {}, which is no table of a dataset here", toValidUtf8(slice(name.parts[0].body)));
    }
  }
}

// TO_JSON(p), row_to_json(plays): the name of a relation, where no column has it.
bool Resolver::wholeRow(const DottedName& name, ScopeId scope, Clause clause) {
  const NameId id = name.parts[0].id;
  if (id >= aliases_.size() || !aliases_[id]) return false;
  const bool afterList = clause == Clause::kGroupBy || clause == Clause::kHaving || clause == Clause::kOrderBy;
  if ((afterList || dialect_.outputsAnywhere) && outputNamed(scope, id) != kNone) return false;
  for (ScopeId at = scope; at != kNone; at = out_.scopes[at].parent) {
    const auto& entries = out_.scopes[at].entries;
    const auto own = std::find_if(entries.begin(), entries.end(), [&](const ScopeEntry& entry) {
      return entry.alias == id && !entry.hidden && out_.relations[entry.relation].kind != Relation::Kind::kElement;
    });
    if (own == entries.end()) continue;
    if (!touches(own->relation) && !interesting(id)) return false;
    // A column of that name, of an outer query too, comes before the relation.
    for (ScopeId outer = scope; outer != kNone; outer = out_.scopes[outer].parent)
      for (const auto& entry : std::vector<ScopeEntry>(out_.scopes[outer].entries))
        if (lookup(entry.relation, id).has != Has::kNo) return false;
    if (clause == Clause::kSelect && touches(own->relation))
      out_.rows.push_back({name.range, own->relation, scope, here().range.begin});
    DottedName whole = name;
    whole.star = true;  // all of it is the relation
    return resolveQualified(whole, at);
  }
  return false;
}

// $2 of Snowflake counts the columns of what is read.
void Resolver::countedColumn(ByteRange range, ScopeId scope) {
  const auto text = slice(range);
  if (dialect_.name != DialectName::kSnowflake || text.size() < 2 || text[0] != '$' || text[1] < '0' || text[1] > '9')
    return;
  for (const auto& entry : out_.scopes[scope].entries) {
    const Table* table = out_.relations[entry.relation].table;
    if (table == nullptr || table->shifts.empty()) continue;
    out_.hazards.push_back(
        {"position", range, "a column by its position, and the migration adds, removes or moves one"});
    return;
  }
}

// Whether the first parts of a name stand for a relation: its alias, or the last parts of its table's name. More parts than FROM
// writes are right where the catalog knows the same table by them: FROM plays, public.plays.x
bool Resolver::isQualifier(const DottedName& name, size_t length, const ScopeEntry& entry) const {
  if (length == 1) return entry.alias == name.parts[0].id;
  if (entry.written || entry.parts.empty()) return false;
  const size_t common = std::min(length, entry.parts.size());
  const auto tail = name.parts.begin() + static_cast<long>(length);
  if (!std::equal(entry.parts.end() - static_cast<long>(common), entry.parts.end(), tail - static_cast<long>(common),
                  [](NameId part, const NamePiece& piece) { return part == piece.id; }))
    return false;
  if (common == length) return true;
  std::vector<NamePart> parts;
  for (auto piece = name.parts.begin(); piece != tail; ++piece)
    parts.push_back({slice(piece->body), piece->quoted, piece->hole, piece->body});
  const Table* table = out_.relations[entry.relation].table;
  return table != nullptr && catalog_.find(parts, dialect_) == table;
}

// What a relation will be called where FROM gives it no alias.
NameId Resolver::labelAfter(const ScopeEntry& entry) {
  const Table* table = out_.relations[entry.relation].table;
  if (entry.written || table == nullptr || table->nowParts.empty()) return entry.alias;
  return names_.ofDeclared(table->nowParts.front());
}

// Whether a query between a name and the relation that it means will have a relation of the same name.
bool Resolver::isHidden(const ScopeEntry& entry, ScopeId from, ScopeId to) {
  const NameId label = labelAfter(entry);
  for (ScopeId at = from; at != to && at != kNone; at = out_.scopes[at].parent)
    for (const auto& other : out_.scopes[at].entries)
      if (labelAfter(other) == label) return true;
  return false;
}

bool Resolver::resolveQualified(const DottedName& name, ScopeId scope) {
  for (ScopeId at = scope; at != kNone; at = out_.scopes[at].parent) {
    for (size_t length = name.count - (name.star ? 0 : 1); length > 0; --length) {
      for (size_t index = 0; index < out_.scopes[at].entries.size(); ++index) {
        const ScopeEntry entry = out_.scopes[at].entries[index];
        if (!isQualifier(name, length, entry)) continue;
        if (length == 1 && isHidden(entry, scope, at)) {
          Use& use = addUse(name.parts[0], scope);
          use.state = Use::State::kOpen;
          use.claimed = use.qualified = true;
          use.reason = "a table of the query within gets this name";
          return true;
        }
        const Table* table = out_.relations[entry.relation].table;
        if (length == 1 && entry.labelled && table->labelMoves) {
          Use& use = addUse(name.parts[0], scope);
          use.state = Use::State::kOpen;
          use.claimed = use.qualified = true;
          use.change = table->change;
          use.reason = fmt::format("{} will not be called so any more: give it an alias", table->name);
          return true;
        }
        if (!entry.written && !entry.parts.empty()) {
          TableName qualifier;
          qualifier.relation = entry.relation;
          qualifier.qualifier = true;
          qualifier.statement = here().range.begin;
          for (size_t i = 0; i < length; ++i) {
            qualifier.parts.push_back(name.parts[i].body);
            qualifier.texts.emplace_back(slice(name.parts[i].body));
            qualifier.quoted.push_back(name.parts[i].quoted);
            qualifier.quotes.push_back(name.parts[i].quote);
          }
          out_.tables.push_back(std::move(qualifier));
        }
        if (length >= name.count) return true;
        const NamePiece& piece = name.parts[length];
        Use use;
        bindIn(piece, entry.relation, use);
        if (interesting(piece.id)) {
          Use& added = addUse(piece, scope);
          added.qualified = true;
          added.boundIn = at;
          added.entry = static_cast<uint32_t>(index);
          bindIn(piece, entry.relation, added);
        }
        if (use.state == Use::State::kBound) resolveNested(name, length + 1, use.column, scope);
        return true;
      }
    }
  }
  return false;
}

void Resolver::resolveNested(const DottedName& name, size_t from, ColumnId column, ScopeId scope) {
  for (size_t i = from; i < name.count; ++i) {
    const Found found = lookupNested(column, name.parts[i].id);
    if (interesting(name.parts[i].id)) {
      Use& use = addUse(name.parts[i], scope);
      use.qualified = true;
      use.state = found.has == Has::kYes ? Use::State::kBound : Use::State::kOther;
      use.column = found.column;
      use.reason = fmt::format("a part of {}, not a field of a dataset", toValidUtf8(slice(name.parts[i - 1].body)));
    }
    if (found.has != Has::kYes) return;
    column = found.column;
  }
}

void Resolver::bindIn(const NamePiece& piece, RelationId relation, Use& use) {
  const Found found = lookup(relation, piece.id);
  const Relation& read = out_.relations[relation];
  if (found.has == Has::kYes) {
    use.state = Use::State::kBound;
    use.column = found.column;
    return;
  }
  const bool claimed = found.has == Has::kMaybe && touches(relation);
  use.state = claimed ? Use::State::kOpen : Use::State::kOther;
  use.claimed = claimed;
  const auto what = read.kind == Relation::Kind::kTable ? toValidUtf8(slice(read.range)) : std::string("a query");
  use.reason = claimed ? fmt::format("which columns {} has is not known", what) : fmt::format("a column of {}", what);
}

// ON, and a query behind LATERAL, see what FROM has before them; in SQLite a name must be clear in all of FROM.
void Resolver::setSeen(Use& use) const {
  if (dialect_.name == DialectName::kSqlite || dialect_.name == DialectName::kTolerant) return;
  use.seen = static_cast<uint32_t>(out_.scopes[use.boundIn].entries.size());
}

// Innermost scope first. An inner table that may have the name hides what an outer one has.
// NOLINTNEXTLINE(readability-function-size): one decision a clause, in the order of the text
void Resolver::bindInScopes(const NamePiece& piece, ScopeId scope, Use& use) {
  use.lookedUp = true;
  std::string maybes;
  bool touching = false;
  bool open = false;
  size_t candidates = 0;  // that may have it
  auto note = [&](const std::string& name) { maybes += (maybes.empty() ? "" : ", ") + name; };
  for (ScopeId at = scope; at != kNone; at = out_.scopes[at].parent) {
    for (const auto& [name, column] : out_.scopes[at].merged)
      if (name == piece.id && maybes.empty() && !open) {
        use.state = Use::State::kBound;
        use.column = column;
        use.boundIn = at;
        setSeen(use);
        return;
      }
    std::vector<uint32_t> yes;
    ColumnId column = kNone;
    bool carried = false;
    open |= out_.scopes[at].open;
    for (uint32_t index = 0; index < out_.scopes[at].entries.size(); ++index) {
      const ScopeEntry entry = out_.scopes[at].entries[index];
      if (entry.hidden) continue;
      const Found found = lookup(entry.relation, piece.id);
      if (found.has == Has::kMaybe) {
        note(shown(entry));
        touching |= touches(entry.relation);
        if (++candidates == 1) use.boundIn = at, use.entry = index;
      }
      if (found.has != Has::kYes) continue;
      yes.push_back(index);
      if (column == kNone || !carried) column = found.column;
      carried |= carries(found.column);
    }
    if (yes.empty() && dialect_.outputsAnywhere && maybes.empty() && !open) {
      if (const ColumnId output = outputNamed(at, piece.id); output != kNone) {
        use.state = Use::State::kBound;
        use.column = output;
        return;
      }
    }
    if (yes.empty()) continue;
    if (candidates + yes.size() > 1) use.boundIn = use.entry = kNone;
    if (yes.size() == 1 && maybes.empty() && !open) {
      use.state = Use::State::kBound;
      use.column = column;
      use.boundIn = at;
      use.entry = yes.front();
      setSeen(use);
      return;
    }
    for (uint32_t index : yes) note(shown(out_.scopes[at].entries[index]));
    if (open) note("a part of FROM that is not understood");
    use.claimed = carried || touching;
    use.state = use.claimed ? Use::State::kOpen : Use::State::kOther;
    if (carried) use.change = changedColumn(column)->change;
    use.reason = use.claimed ? fmt::format("without a qualifier it may be a column of {}", maybes)
                             : fmt::format("a column of {}", maybes);
    return;
  }
  if (candidates != 1 || open) use.boundIn = use.entry = kNone;
  if (maybes.empty() && !open) {
    use.state = Use::State::kOpen;
    use.reason = "it is no column of what is read here";
    return;
  }
  use.claimed = touching;
  use.state = touching || open ? Use::State::kOpen : Use::State::kOther;
  use.reason = touching ? fmt::format("without a qualifier it may be a column of {}", maybes)
               : open   ? "what is read here is not understood"
                        : fmt::format("a column of {}", maybes);
}

void Resolver::resolveColumn(const NamePiece& piece, ScopeId scope, Clause clause, bool lone, size_t use) {
  bindInScopes(piece, scope, out_.uses[use]);
  out_.uses[use].afterList = clause == Clause::kGroupBy || clause == Clause::kHaving || clause == Clause::kOrderBy;
  preferOutput(piece, scope, clause, lone, out_.uses[use]);
  Use& bound = out_.uses[use];
  if (bound.state != Use::State::kBound || !carries(bound.column) || !variablesHide() ||
      std::find(variables_.begin(), variables_.end(), piece.id) == variables_.end())
    return;
  bound.change = changedColumn(bound.column)->change;
  bound.state = Use::State::kOpen;
  bound.claimed = true;
  bound.reason = "a variable or a parameter has that name too";
}

// Where an output has the name too: ORDER BY x is the output's in all dialects, other places differ.
void Resolver::preferOutput(const NamePiece& piece, ScopeId scope, Clause clause, bool lone, Use& use) {
  const ColumnId output = outputNamed(scope, piece.id);
  if (output == kNone) return;
  const Prefer prefer = clause == Clause::kGroupBy   ? dialect_.groupBy
                        : clause == Clause::kHaving  ? dialect_.having
                        : clause == Clause::kOrderBy ? dialect_.orderByExpression
                                                     : Prefer::kInput;
  const bool whole = lone || clause != Clause::kGroupBy;  // what is grouped by; not a part of it
  auto takeOutput = [&] {
    use.state = Use::State::kBound;
    use.column = output;
    use.boundIn = use.entry = kNone;
    use.claimed = false;
    use.outputFirst = clause == Clause::kOrderBy && lone;
  };
  const ColumnNode node = out_.columns[output];
  if (clause == Clause::kOrderBy && lone) return takeOutput();
  if (use.state == Use::State::kOpen && !use.claimed) return takeOutput();
  // A query's own outputs are nearer than the columns of a query around it.
  const bool around = use.state == Use::State::kBound && use.boundIn != kNone && use.boundIn != scope;
  if (clause == Clause::kGroupBy && around && dialect_.name != DialectName::kTsql) return takeOutput();
  const bool passes = node.kind == ColumnNode::Kind::kImplicit || node.kind == ColumnNode::Kind::kAlias ||
                      node.kind == ColumnNode::Kind::kStar;
  const bool same = passes && node.source != kNone && node.source == use.column;
  if (same || clause == Clause::kSelect || clause == Clause::kOther) return;
  if (prefer == Prefer::kInput) return;
  if (prefer == Prefer::kOutput && whole) return takeOutput();
  const Column* changed = use.state == Use::State::kBound ? changedColumn(use.column) : nullptr;
  if (changed == nullptr && !use.claimed && !carries(output)) return;
  use.state = Use::State::kOpen;
  use.claimed = true;
  if (changed != nullptr) use.change = changed->change;
  use.reason = fmt::format("it may be the column or the output of that name{}",
                           dialect_.name == DialectName::kTolerant ? ": the dialect is not known" : "");
}

// A column of the one relation of a scope: INSERT INTO t (x), SET x = ...
void Resolver::resolveTarget(const NamePiece& piece, ScopeId scope, bool definition) {
  if (scope == kNone || out_.scopes[scope].entries.empty() || !interesting(piece.id) || piece.hole) return;
  Use& use = addUse(piece, scope);
  use.definition = definition;
  use.qualified = true;
  use.boundIn = scope;
  use.entry = 0;
  bindIn(piece, out_.scopes[scope].entries[0].relation, use);
}

}  // namespace gander::rewriter::sql
