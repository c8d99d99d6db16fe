// What a name binds to.
#include <fmt/format.h>

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

// What `t.x`, `x` and `x.part` name; kNone where it is not known. Nothing is noted of it.
ColumnId Resolver::columnOf(const DottedName& name, ScopeId scope) {
  if (name.hole || name.count == 0) return kNone;
  size_t next = 1;
  ColumnId column = kNone;
  for (ScopeId at = scope; at != kNone && next == 1 && name.count > 1; at = out_.scopes[at].parent)
    for (const auto& entry : out_.scopes[at].entries)
      if (entry.alias == name.parts[0].id) {
        column = lookup(entry.relation, name.parts[1].id).column;
        next = 2;
        break;
      }
  if (next == 1) {
    Use probe;
    bindInScopes(name.parts[0], scope, probe);
    if (probe.state == Use::State::kBound) column = probe.column;
  }
  for (; next < name.count && column != kNone; ++next) column = lookupNested(column, name.parts[next].id).column;
  return column;
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
  for (int steps = 0; column != kNone && steps < 1000; ++steps) {
    const auto& node = out_.columns[column];
    if (node.kind == ColumnNode::Kind::kBase)
      return node.column != nullptr && !node.column->change.empty() ? node.column : nullptr;
    if (node.kind == ColumnNode::Kind::kMerged) {
      for (ColumnId one : node.merged)
        if (const Column* changed = changedColumn(one)) return changed;
      return nullptr;
    }
    if (node.kind == ColumnNode::Kind::kAlias || node.kind == ColumnNode::Kind::kValue) return nullptr;
    column = node.source;
  }
  return nullptr;
}

bool Resolver::carries(ColumnId column) const { return changedColumn(column) != nullptr; }

std::string Resolver::shown(const ScopeEntry& entry) const {
  std::string name(slice(entry.range));
  return name.empty() ? "a subquery" : replaceAll(name, std::string(1, kHoleByte), "?");
}

ColumnId Resolver::outputNamed(ScopeId scope, NameId name) const {
  const RelationId outputs = out_.scopes[scope].outputs;
  if (outputs == kNone) return kNone;
  for (ColumnId out : out_.relations[outputs].outs)
    if (out != kNone && out_.columns[out].name == name) return out;
  return kNone;
}

// Reads `a.b.c`, `a`.b, `a.b.c` in one pair of quotes, user_{{ x }}.
bool Resolver::readName(size_t at, size_t end, bool table, DottedName& out) {
  if (!isNameToken(at, end)) return false;
  out = DottedName{};
  out.range = token(at).range();
  while (true) {
    NamePiece piece = pieceOf(at);
    size_t next = at + 1;
    // What stands right against a part belongs to it: user_{{ x }}, and in table position my-project.
    while (next < end && !piece.quoted && token(next).begin == token(next - 1).end &&
           token(next).begin != token(next).end) {
      const Token& more = token(next);
      const bool joins = more.kind == TokenKind::kHole ||
                         ((more.kind == TokenKind::kWord || more.kind == TokenKind::kNumber) && (piece.hole || table));
      const bool dash = table && dialect_.dashedTables && more.is('-') && next + 1 < end &&
                        token(next + 1).begin == more.end &&
                        (token(next + 1).kind == TokenKind::kWord || token(next + 1).kind == TokenKind::kNumber ||
                         token(next + 1).kind == TokenKind::kHole);
      const bool star = table && piece.hole == false && more.is('*');
      if (!joins && !dash && !star) break;
      piece.hole |= more.kind == TokenKind::kHole;
      piece.body.end = more.end;
      ++next;
    }
    if (next > at + 1) piece.id = names_.of(slice(piece.body), false);
    out.hole |= piece.hole;
    if (out.count < DottedName::kMost) out.parts[out.count++] = piece;
    out.next = next;
    out.range.end = token(next - 1).end;
    if (!is(next, end, '.') || next + 1 >= end) break;
    const Token& behindDot = token(next + 1);
    if (behindDot.is('*')) {
      out.star = true;
      out.next = next + 2;
      break;
    }
    const bool more = behindDot.kind == TokenKind::kWord || behindDot.kind == TokenKind::kQuoted ||
                      behindDot.kind == TokenKind::kHole || (behindDot.is('.') && table);
    if (!more) break;
    at = next + 1;
    if (behindDot.is('.')) {  // db..table
      if (!isNameToken(next + 2, end)) break;
      at = next + 2;
    }
  }
  if (table) splitWhole(out);
  return true;
}

void Resolver::splitWhole(DottedName& name) {
  if (!dialect_.wholeName || name.parts[0].quote != '`') return;
  DottedName split = name;
  split.count = 0;
  for (size_t i = 0; i < name.count; ++i) {
    const NamePiece piece = name.parts[i];
    uint32_t from = piece.body.begin;
    for (uint32_t at = from; at <= piece.body.end && split.count < DottedName::kMost; ++at) {
      if (at < piece.body.end && (text_[at] != '.' || piece.quote != '`')) continue;
      NamePiece part = piece;
      part.body = {from, at};
      part.hole = slice(part.body).find(kHoleByte) != std::string_view::npos || slice(part.body).contains("{{") ||
                  slice(part.body).contains("${");
      part.id = names_.of(slice(part.body), true);
      split.hole |= part.hole;
      split.parts[split.count++] = part;
      from = at + 1;
    }
  }
  name = split;
}

Use& Resolver::addUse(const NamePiece& piece, ScopeId scope) {
  Use use;
  use.range = piece.body;
  use.quoted = piece.quoted;
  use.quote = piece.quote;
  use.name = piece.id;
  use.scope = scope;
  use.statement = here().range.begin;
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

// Whether the first parts of a name stand for a relation: its alias, or the last parts of its table's name. More parts than FROM
// writes are right where the catalog knows the same table by them: FROM plays, public.plays.x
// TO_JSON(p), row_to_json(plays): the name of a relation, where no column has it.
bool Resolver::wholeRow(const DottedName& name, ScopeId scope, Clause clause) {
  const NameId id = name.parts[0].id;
  if (outputNamed(scope, id) != kNone) return false;
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
    if (clause == Clause::kSelect && touches(own->relation)) wholeRows(name.range, scope);
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

// The column that the parts of a name lead to: p.listener, listener, s.plays.listener.address.
ColumnId Resolver::columnOfPath(const DottedName& name, ScopeId scope) {
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
      if (name == piece.id) {
        use.state = Use::State::kBound;
        use.column = column;
        use.boundIn = at;
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
    use.outputFirst = (clause == Clause::kOrderBy && lone) || (prefer == Prefer::kOutput && whole);
  };
  const auto& node = out_.columns[output];
  if (clause == Clause::kOrderBy && lone) return takeOutput();
  if (use.state == Use::State::kOpen && !use.claimed) return takeOutput();
  // A query's own outputs are nearer than the columns of a query around it.
  const bool around = use.state == Use::State::kBound && use.boundIn != kNone && use.boundIn != scope;
  if (clause == Clause::kGroupBy && around && dialect_.name != DialectName::kTsql) return takeOutput();
  const bool same = (node.kind == ColumnNode::Kind::kImplicit || node.kind == ColumnNode::Kind::kAlias) &&
                    node.source != kNone && node.source == use.column;
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
