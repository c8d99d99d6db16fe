// FROM: which relations a scope has.
#include <algorithm>
#include <utility>

#include "base/text.h"
#include "rewriter/sql/resolver.h"

namespace gander::rewriter::sql {

size_t Resolver::conditionEnd(size_t at, size_t end) const {
  for (; at < end; at = behind(at, end)) {
    if (token(at).is(',') || isJoinWord(at)) return at;
    if (token(at).kind == TokenKind::kWord && (token(at).word == Word::kON || token(at).word == Word::kLATERAL))
      return at;
  }
  return end;
}

void Resolver::from(size_t begin, size_t end, ScopeId scope, Ctes ctes) {
  size_t at = begin;
  JoinKind kind;
  JoinKind last;  // of the operand before
  auto first = static_cast<uint32_t>(out_.scopes[scope].entries.size());
  size_t joined = kNone;  // the entry that a semi or anti join brings in: only its own condition sees it
  const auto leave = [&] {
    if (joined < out_.scopes[scope].entries.size()) out_.scopes[scope].entries[joined].hidden = true;
    joined = kNone;
  };
  while (at < end) {
    const Token& one = token(at);
    if (one.is(',')) {
      leave();
      first = static_cast<uint32_t>(out_.scopes[scope].entries.size());
      ++at;
    } else if (isJoinWord(at)) {
      leave();
      kind = joinKind(&at, end);
    } else if (one.word == Word::kON) {
      const size_t stop = conditionEnd(at + 1, end);
      walk(at + 1, stop, scope, ctes, Clause::kOther);
      at = stop;
    } else if (one.word == Word::kUSING && is(at + 1, end, '(')) {
      at = usingColumns(at, end, last, scope);
    } else if (one.word == Word::kLATERAL && is(at + 1, end, Word::kVIEW)) {
      at = lateralView(at + 2, end, scope, ctes);
    } else {
      const size_t before = out_.scopes[scope].entries.size();
      const size_t next = fromItem(at, end, scope, ctes);
      if (next > at) {
        if (kind.natural != kNone) naturalJoin(kind.natural, scope, before);
        if (kind.semi) joined = before;
        last = std::exchange(kind, {});
        last.first = first;
        last.joined = static_cast<uint32_t>(before);
        at = next;
        continue;
      }
      // Something that no rule knows: a hole in FROM.
      out_.scopes[scope].open = true;
      notUnderstood();
      const size_t stop = conditionEnd(at, end);
      unknownPart(at, stop, scope, ctes);
      at = std::max(stop, at + 1);
    }
  }
  leave();
  if (out_.scopes[scope].entries.empty() && !out_.scopes[scope].open && begin < end) out_.scopes[scope].open = true;
}

// Something that is not understood stands where it may read a CTE: the names that those put out stay.
void Resolver::mayRead(Ctes ctes) {
  for (Ctes frame = ctes; frame != nullptr; frame = frame->up)
    if (frame->relation != kNone) out_.relations[frame->relation].unseen = true;
}

// A part that no rule knows: it may read the CTEs around it, and the queries in it.
void Resolver::unknownPart(size_t begin, size_t end, ScopeId scope, Ctes ctes) {
  mayRead(ctes);
  const size_t before = out_.relations.size();
  walk(begin, end, scope, ctes, Clause::kOther);
  for (size_t i = before; i < out_.relations.size(); ++i)
    out_.relations[i].unseen |= out_.relations[i].kind == Relation::Kind::kQuery;
}

// One operand with what stands behind it; the same position where it is none.
size_t Resolver::fromItem(size_t at, size_t end, ScopeId scope, Ctes ctes) {
  while (at < end && (token(at).word == Word::kLATERAL || (token(at).word == Word::kONLY && isNameToken(at + 1, end))))
    ++at;
  if (at >= end) return at;
  const Token& one = token(at);
  if (one.is('(')) {
    const size_t close = std::min<size_t>(one.match, end);
    if (isQuery(at + 1, close)) {
      // Only with LATERAL or APPLY does it see what FROM has before it.
      const bool lateral = at > 0 && (token(at - 1).word == Word::kLATERAL || token(at - 1).word == Word::kAPPLY);
      const RelationId relation = query(at + 1, close, lateral ? scope : out_.scopes[scope].parent, ctes);
      return afterItem(close + 1, end, scope, ctes, relation, nullptr);
    }
    if (token(at + 1).kind == TokenKind::kHole && at + 2 == close) {  // ( {{ macro() }} )
      Relation made;
      made.kind = Relation::Kind::kQuery;
      made.open = true;
      holeInExpression(token(at + 1), scope, Clause::kOther);
      return afterItem(close + 1, end, scope, ctes, addRelation(std::move(made), false), nullptr);
    }
    // A join in brackets; an alias behind it would hide what is in it.
    if (depth_ >= kDeepest) {
      tooDeep(at + 1, close, scope);
      out_.scopes[scope].open = true;
      return close + 1;
    }
    ++depth_;
    from(at + 1, close, scope, ctes);
    --depth_;
    size_t next = close + 1;
    if (is(next, end, Word::kAS)) ++next;
    if (next < end && mayBeAlias(next, end)) {
      out_.scopes[scope].open = true;
      ++next;
    }
    return next;
  }
  if (one.kind == TokenKind::kString) {  // a file
    Relation file;
    file.range = one.body();
    return afterItem(at + 1, end, scope, ctes, addRelation(std::move(file), false), nullptr);
  }
  if (one.word == Word::kUNNEST && is(at + 1, end, '(')) return unnest(at + 1, end, scope, ctes);
  if (one.word == Word::kTABLE && is(at + 1, end, '(')) {
    const size_t close = std::min<size_t>(token(at + 1).match, end);
    DottedName name;
    if (readName(at + 2, close, true, name) && is(name.next, close, '(') && token(name.next).match + 1 == close)
      return afterItem(close + 1, end, scope, ctes, function(name, scope, ctes), nullptr);
    walk(at + 2, close, scope, ctes, Clause::kOther);
    Relation rows;
    rows.open = true;
    rows.kind = Relation::Kind::kQuery;
    return afterItem(close + 1, end, scope, ctes, addRelation(std::move(rows), false), nullptr);
  }
  if (one.word == Word::kVALUES) {
    const size_t stop = conditionEnd(at + 1, end);
    return afterItem(stop, end, scope, ctes, values(at, stop, scope, ctes), nullptr);
  }
  if (one.kind == TokenKind::kWord && isReserved(one.word)) return at;
  return tableItem(at, end, scope, ctes);
}

size_t Resolver::tableItem(size_t at, size_t end, ScopeId scope, Ctes ctes) {
  DottedName name;
  if (!readName(at, end, true, name)) return at;
  if (is(name.next, end, '(') && !(dialect_.name == DialectName::kTsql && is(name.next + 1, end, Word::kNOLOCK)))
    return functionItem(name, end, scope, ctes);
  // FROM plays p, p.items: an array of the row.
  if (name.count > 1) {
    for (const auto& entry : out_.scopes[scope].entries) {
      if (entry.alias != name.parts[0].id) continue;
      const RelationId row = entry.relation;
      const size_t before = out_.uses.size();
      resolveQualified(name, scope);
      Relation array;
      array.kind = Relation::Kind::kElement;
      array.range = name.range;
      Found found = lookup(row, name.parts[1].id);
      for (size_t i = 2; i < name.count && found.has == Has::kYes; ++i)
        found = lookupNested(found.column, name.parts[i].id);
      array.element = found.has == Has::kYes ? found.column : kNone;
      const RelationId relation = addRelation(std::move(array), touches(row));
      (void)before;
      return afterItem(name.next, end, scope, ctes, relation, &name);
    }
  }
  const RelationId relation = tableNamed(name, ctes);
  return afterItem(name.next, end, scope, ctes, relation, &name);
}

bool Resolver::mayBeAlias(size_t at, size_t end) const {
  const Token& one = token(at);
  if (one.kind == TokenKind::kQuoted) return true;
  if (one.kind == TokenKind::kHole) return at > 0 && token(at - 1).end != one.begin;
  if (one.word == Word::kTABLE) return is(at - 1, end, Word::kAS) || at + 1 >= end || isJoinWord(at + 1);
  if (one.word == Word::kMERGE) return !is(at + 1, end, Word::kINTO);
  if (one.kind != TokenKind::kWord || isReserved(one.word)) return false;
  switch (one.word) {
    case Word::kPIVOT:
    case Word::kUNPIVOT:
    case Word::kTABLESAMPLE:
    case Word::kMATCH_RECOGNIZE: return !is(at + 1, end, '(') && one.word != Word::kTABLESAMPLE;
    case Word::kSAMPLE: return !is(at + 1, end, '(');
    case Word::kAT:
    case Word::kBEFORE: return !is(at + 1, end, '(');
    case Word::kOPTION:
    case Word::kOPTIONS: return !is(at + 1, end, '(');
    case Word::kCLUSTER:
    case Word::kDISTRIBUTE:
    case Word::kSORT: return !is(at + 1, end, Word::kBY);
    case Word::kSTART: return !is(at + 1, end, Word::kWITH);
    case Word::kCONNECT: return !is(at + 1, end, Word::kBY);
    case Word::kUSE:
    case Word::kIGNORE: return !is(at + 1, end, Word::kINDEX);
    case Word::kANTI:
    case Word::kSEMI:
    case Word::kASOF: return !isJoinWord(at);
    case Word::kFINAL: return false;
    default: return true;
  }
}

// INDEXED BY i, NOT INDEXED
size_t Resolver::behindIndexHint(size_t at, size_t end) const {
  const bool negated = is(at, end, Word::kNOT);
  const size_t word = negated ? at + 1 : at;
  if (word >= end || toLowerAscii(slice(token(word).range())) != "indexed") return at;
  return negated ? word + 1 : is(word + 1, end, Word::kBY) ? word + 3 : at;
}

bool Resolver::isTimeTravel(size_t at, size_t end) const {
  if (!is(at + 1, end, Word::kAS) || at + 3 >= end || toLowerAscii(slice(token(at + 2).range())) != "of") return false;
  const auto word = toLowerAscii(slice(token(at).range()));
  return word == "version" || word == "timestamp";
}

// What may stand behind an operand: pivots, samples, points in time, hints, an alias, its columns.
// NOLINTNEXTLINE(readability-function-size): one decision a clause, in the order of the text
size_t Resolver::afterItem(size_t at, size_t end, ScopeId scope, Ctes ctes, RelationId relation,
                           const DottedName* name) {
  std::optional<NamePiece> alias;
  std::optional<NamePiece> offset;
  while (at < end) {
    const Token& one = token(at);
    if (one.is('@') && is(at + 1, end, '{')) {
      at = std::min<size_t>(token(at + 1).match, end) + 1;
    } else if (one.word == Word::kTABLESAMPLE || one.word == Word::kSAMPLE || one.word == Word::kMATCH_RECOGNIZE ||
               one.word == Word::kPARTITION ||
               ((one.word == Word::kAT || one.word == Word::kBEFORE) && is(at + 1, end, '('))) {
      if (one.word == Word::kSAMPLE && !is(at + 1, end, '(')) break;
      if (one.word == Word::kMATCH_RECOGNIZE) {
        relation = matchRecognize(at + 1, end, relation, alias ? &*alias : nullptr, name, scope, ctes);
        alias.reset();
        name = nullptr;
      }
      ++at;
      while (at < end && !token(at).is('(') && token(at).kind == TokenKind::kWord && !isJoinWord(at)) ++at;
      if (is(at, end, '(')) at = std::min<size_t>(token(at).match, end) + 1;
    } else if (const size_t hint = behindIndexHint(at, end); hint > at) {
      at = hint;
    } else if (isTimeTravel(at, end)) {  // VERSION AS OF 3, TIMESTAMP AS OF x
      walk(at + 3, behind(at + 3, end), scope, ctes, Clause::kOther);
      at = behind(at + 3, end);
    } else if (one.word == Word::kFOR && (is(at + 1, end, Word::kSYSTEM_TIME) ||
                                          (at + 1 < end && toLowerAscii(slice(token(at + 1).range())) == "version"))) {
      size_t stop = at + 2;
      while (stop < end && !isJoinWord(stop) && !token(stop).is(',') && token(stop).word != Word::kON &&
             token(stop).word != Word::kUSING && !(token(stop).word == Word::kAS && !is(stop + 1, end, Word::kNone)) &&
             !(stop > at + 3 && mayBeAlias(stop, end) && endsValue(token(stop - 1))))
        stop = behind(stop, end);
      walk(at + 2, stop, scope, ctes, Clause::kOther);
      at = stop;
    } else if ((one.word == Word::kPIVOT || one.word == Word::kUNPIVOT) &&
               (is(at + 1, end, '(') || is(at + 2, end, '(') || is(at + 3, end, '('))) {
      // It reads what stands before it under the name that it has so far.
      ScopeId inner = addScope(scope);
      addEntry(inner, relation, alias ? &*alias : nullptr, name);
      alias.reset();
      name = nullptr;
      at = pivot(at, inner, ctes, &relation);
    } else if (one.word == Word::kWITH && is(at + 1, end, Word::kOFFSET)) {
      at += 2;
      if (is(at, end, Word::kAS)) ++at;
      if (at < end && mayBeAlias(at, end)) offset = pieceOf(at++);
    } else if (one.word == Word::kWITH && is(at + 1, end, Word::kORDINALITY)) {
      at += 2;
    } else if (one.word == Word::kWITH && is(at + 1, end, '(')) {
      at = std::min<size_t>(token(at + 1).match, end) + 1;
    } else if (one.is('(') && dialect_.name == DialectName::kTsql && is(at + 1, end, Word::kNOLOCK)) {
      at = std::min<size_t>(one.match, end) + 1;
    } else if ((one.word == Word::kUSE || one.word == Word::kIGNORE) && is(at + 1, end, Word::kINDEX)) {
      at += 2;
      if (is(at, end, '(')) at = std::min<size_t>(token(at).match, end) + 1;
    } else if (one.word == Word::kFINAL) {
      ++at;
    } else if (one.is('*') && name != nullptr) {  // PostgreSQL's table *
      ++at;
    } else if (!alias && (one.word == Word::kAS || mayBeAlias(at, end))) {
      if (one.word == Word::kAS) ++at;
      if (at >= end || !(isNameToken(at, end) || mayBeAlias(at, end))) break;
      alias = pieceOf(at);
      ++at;
      while (at < end && token(at).begin == token(at - 1).end &&
             (token(at).kind == TokenKind::kHole || token(at).kind == TokenKind::kWord)) {
        alias->hole = true;
        ++at;
      }
      if (is(at, end, '(') && !is(at + 1, end, Word::kSELECT) && !is(at + 1, end, Word::kNOLOCK)) {
        relation = columnAliases(at, relation);
        at = std::min<size_t>(token(at).match, end) + 1;
      }
    } else {
      break;
    }
  }
  if (relation != kNone) addEntry(scope, relation, alias ? &*alias : nullptr, name);
  if (offset) {
    const RelationId position = queryRelation();
    ColumnNode node;
    node.name = offset->id;
    addOutput(position, std::move(node));
    addEntry(scope, position, &*offset, nullptr);
  }
  return at;
}

// A CTE, a table or view that the text made, or one of the catalog.
RelationId Resolver::tableNamed(const DottedName& name, Ctes ctes, bool definition) {
  if (name.count == 1 && !definition) {
    for (Ctes frame = ctes; frame != nullptr; frame = frame->up)
      if (frame->name == name.parts[0].id && frame->relation != kNone) return frame->relation;
  }
  std::vector<NamePart> parts;
  std::string key;
  for (size_t i = 0; i < name.count; ++i) {
    const auto& piece = name.parts[i];
    parts.push_back({slice(piece.body), piece.quoted, piece.hole, piece.body});
    key += (i > 0 ? "." : "") + std::string(names_.textOf(piece.id));
  }
  if (!definition) {
    auto made = made_.find(key);
    if (made != made_.end()) return made->second;
  }
  Relation relation;
  relation.range = name.range;
  relation.table = catalog_.find(parts, dialect_);
  if (relation.table != nullptr) noteInterest(*relation.table);
  // %s may be filled with the name of a CTE; {{ ref('x') }} gives a table.
  if (name.hole && relation.table == nullptr && !slice(name.range).contains("{{")) mayRead(ctes);
  const Table* table = relation.table;
  const bool touching =
      table != nullptr && (table->dataset || std::any_of(table->columns.begin(), table->columns.end(),
                                                         [](const Column& column) { return !column.change.empty(); }));
  const RelationId id = addRelation(std::move(relation), touching);
  if (!name.hole || table != nullptr) {
    TableName use;
    use.relation = id;
    use.definition = definition;
    use.hole = name.hole;
    if (name.count == 1 && table != nullptr && !table->nowParts.empty()) {
      const NameId now = names_.ofDeclared(table->nowParts.front());
      for (Ctes frame = ctes; frame != nullptr; frame = frame->up) use.captured |= frame->name == now;
    }
    use.statement = here().range.begin;
    for (size_t i = 0; i < name.count; ++i) {
      use.parts.push_back(name.parts[i].body);
      use.texts.emplace_back(slice(name.parts[i].body));
      use.quoted.push_back(name.parts[i].quoted);
      use.quotes.push_back(name.parts[i].quote);
    }
    out_.tables.push_back(std::move(use));
  }
  if (!definition) noteRead(id);
  return id;
}

void Resolver::noteRead(RelationId id) {
  const auto& relation = out_.relations[id];
  auto& statement = here();
  if (relation.table == nullptr) {
    statement.unknownReads.emplace_back(slice(relation.range));
  } else if (std::find(statement.reads.begin(), statement.reads.end(), relation.table) == statement.reads.end()) {
    statement.reads.push_back(relation.table);
  }
}

void Resolver::addEntry(ScopeId scope, RelationId relation, const NamePiece* alias, const DottedName* name) {
  ScopeEntry entry;
  entry.relation = relation;
  if (alias != nullptr) {
    entry.alias = alias->hole ? kNoName : alias->id;
    entry.written = true;
    entry.range = alias->body;
  } else if (name != nullptr && name->count > 0) {
    entry.alias = name->parts[name->count - 1].id;
    entry.range = name->range;
    const auto& read = out_.relations[relation];
    const bool table = read.kind == Relation::Kind::kTable && read.range == name->range;
    for (size_t i = 0; table && i < name->count; ++i) {
      entry.parts.push_back(name->parts[i].id);
      entry.ranges.push_back(name->parts[i].body);
    }
    entry.written = !table;  // a CTE's name does not move
    if (table && read.table != nullptr && name->parts[name->count - 1].hole && !read.table->label.empty()) {
      entry.alias = names_.of(read.table->label, false);
      entry.written = entry.labelled = true;
    }
    if (table && read.table != nullptr && !read.table->nowParts.empty()) setInterest(entry.alias, 2);
  }
  if (entry.alias != kNoName && (touches(relation) || interesting(entry.alias))) {
    if (aliases_.size() <= entry.alias) aliases_.resize(entry.alias + 1, false);
    aliases_[entry.alias] = true;
  }
  out_.scopes[scope].entries.push_back(std::move(entry));
}

}  // namespace gander::rewriter::sql
