// One query: SELECT with its clauses, VALUES, TABLE.
#include <algorithm>

#include "base/text.h"
#include "rewriter/sql/resolver.h"

namespace gander::rewriter::sql {

RelationId Resolver::query(size_t begin, size_t end, ScopeId outer, Ctes ctes) {
  if (depth_ >= kDeepest) {
    tooDeep(begin, end, outer);
    const RelationId hole = queryRelation();
    out_.relations[hole].open = true;
    return hole;
  }
  ++depth_;
  size_t at = begin;
  if (is(at, end, Word::kWITH)) ctes = withList(&at, end, outer, ctes);
  const RelationId relation = queryBody(at, end, outer, ctes);
  --depth_;
  return relation;
}

RelationId Resolver::operand(size_t begin, size_t end, ScopeId outer, Ctes ctes) {
  if (begin >= end) return queryRelation();
  const Token& one = token(begin);
  if (one.is('(')) {
    const size_t close = std::min<size_t>(one.match, end);
    if (close + 1 >= end || token(close + 1).word == Word::kORDER || token(close + 1).word == Word::kLIMIT ||
        token(close + 1).word == Word::kFETCH) {
      const RelationId inner = query(begin + 1, close, outer, ctes);
      if (close + 1 < end) {
        const ScopeId scope = addScope(outer);
        addEntry(scope, inner, nullptr, nullptr);
        out_.scopes[scope].outputs = inner;
        clause(close + 1, end, scope, ctes);
      }
      return inner;
    }
  }
  if (one.word == Word::kSELECT) return select(begin, end, outer, ctes);
  if (one.word == Word::kWITH) return query(begin, end, outer, ctes);
  if (one.word == Word::kVALUES) return values(begin, end, outer, ctes);
  if (one.word == Word::kFROM) return piped(begin, end, outer, ctes);
  if (one.word == Word::kTABLE) {
    DottedName name;
    if (readName(begin + 1, end, true, name)) return wholeTable(name, ctes);
  }
  if (one.word == Word::kINSERT || one.word == Word::kUPDATE || one.word == Word::kDELETE || one.word == Word::kMERGE)
    return changing(begin, end, ctes);
  // A macro that makes the query.
  HoleQuery made;
  if (one.kind == TokenKind::kHole && begin + 1 == end) made = catalog_.queryInHole(text_, one.range());
  const RelationId hole = queryRelation();
  if (made.of != nullptr) {
    addHoleStar({made.of, {}}, begin, hole);
    walk(begin, end, addScope(outer), ctes, Clause::kOther);
    return hole;
  }
  out_.relations[hole].open = true;
  if (!made.reads) return hole;
  const ScopeId scope = addScope(outer);
  out_.scopes[scope].open = true;
  unknownPart(begin, end, scope, ctes);
  if (one.kind != TokenKind::kHole) notUnderstood();
  touch(hole);
  return hole;
}

// TABLE t: all of its columns.
RelationId Resolver::wholeTable(const DottedName& name, Ctes ctes) {
  StarSource star;
  star.relation = tableNamed(name, ctes);
  star.range = name.range;
  const RelationId whole = queryRelation();
  out_.relations[whole].stars.push_back(star);
  touches_[whole] = touches(star.relation);
  return whole;
}

RelationId Resolver::values(size_t begin, size_t end, ScopeId outer, Ctes ctes) {
  const RelationId relation = queryRelation();
  walk(begin + 1, end, outer == kNone ? addScope(kNone) : outer, ctes, Clause::kOther);
  if (is(begin + 1, end, '('))
    for (const auto& [from, to] : splitCommas(begin + 2, token(begin + 1).match))
      if (from < to) addOutput(relation, {});
  return relation;
}

// Where the list, FROM and the clauses of one query stand.
Resolver::SelectParts Resolver::selectParts(size_t begin, size_t end) const {
  SelectParts parts{.list = begin + 1, .listEnd = end, .fromBegin = end, .fromEnd = end};
  for (size_t at = parts.list; at < end; at = behind(at, end)) {
    const Token& one = token(at);
    if (one.kind != TokenKind::kWord || one.word == Word::kNone || token(at - 1).is('.')) continue;
    const bool from = parts.fromBegin != end;
    if (one.word == Word::kFROM) {
      const bool distinct = token(at - 1).word == Word::kDISTINCT && at > parts.list + 1;  // IS DISTINCT FROM
      if (distinct || from) continue;
      parts.fromBegin = at + 1;
    } else if (one.word == Word::kINTO && !from) {
      parts.clauses.push_back(at);
    } else if (startsClause(one, token(at + 1)) &&
               !(one.word == Word::kFOR && parts.fromEnd == end && is(at + 1, end, Word::kSYSTEM_TIME))) {
      if (from && parts.fromEnd == end) parts.fromEnd = at;
      parts.clauses.push_back(at);
    } else {
      continue;
    }
    parts.listEnd = std::min(parts.listEnd, at);
  }
  return parts;
}

// One query without set operations. FROM is read first, whatever stands before it.
RelationId Resolver::select(size_t begin, size_t end, ScopeId outer, Ctes ctes) {
  const SelectParts parts = selectParts(begin, end);
  const ScopeId scope = addScope(outer);
  const RelationId out = queryRelation();
  if (parts.fromBegin < end) from(parts.fromBegin, parts.fromEnd, scope, ctes);
  if (parts.fromBegin < end && parts.fromBegin == parts.fromEnd) {  // FROM and nothing that is understood
    out_.scopes[scope].open = true;
    mayRead(ctes);
  }
  for (const auto& entry : out_.scopes[scope].entries)
    if (touches(entry.relation)) touch(out);
  const auto [list, value] = selectQuantifiers(parts.list, parts.listEnd, scope, ctes, out);
  items(list, parts.listEnd, scope, ctes, out);
  for (ColumnId column : out_.relations[out].outs) {
    if (!value || column == kNone) continue;
    out_.columns[column].kind = ColumnNode::Kind::kAlias;  // SELECT AS VALUE: no name comes out
    out_.columns[column].name = kNoName;
  }
  out_.scopes[scope].outputs = out;
  for (size_t i = 0; i < parts.clauses.size(); ++i)
    clause(parts.clauses[i], i + 1 < parts.clauses.size() ? parts.clauses[i + 1] : end, scope, ctes);
  return out;
}

// DISTINCT, DISTINCT ON (...), TOP n PERCENT, AS STRUCT: where the list begins behind them, and whether it is a value (AS VALUE).
std::pair<size_t, bool> Resolver::selectQuantifiers(size_t at, size_t end, ScopeId scope, Ctes ctes, RelationId out) {
  bool value = false;
  while (at < end && token(at).kind == TokenKind::kWord) {
    const Word word = token(at).word;
    if (word == Word::kDISTINCT || word == Word::kALL) {
      ++at;
      if (is(at, end, Word::kON) && is(at + 1, end, '(')) {
        walk(at + 2, token(at + 1).match, scope, ctes, Clause::kGroupBy);
        at = std::min<size_t>(token(at + 1).match, end) + 1;
      }
    } else if (word == Word::kTOP && at + 1 < end &&
               (token(at + 1).kind == TokenKind::kNumber || token(at + 1).is('(') ||
                token(at + 1).kind == TokenKind::kHole)) {
      at = behind(at + 1, end);
      if (at < end && toLowerAscii(slice(token(at).range())) == "percent") ++at;
    } else if (word == Word::kAS && (is(at + 1, end, Word::kSTRUCT) || is(at + 1, end, Word::kVALUE))) {
      out_.relations[out].fields = is(at + 1, end, Word::kSTRUCT);
      value = is(at + 1, end, Word::kVALUE);
      at += 2;
    } else {
      break;
    }
  }
  return {at, value};
}

// The clauses behind FROM, each to the next.
void Resolver::clause(size_t begin, size_t end, ScopeId scope, Ctes ctes) {
  size_t at = begin;
  while (at < end) {
    size_t stop = at + 1;
    while (stop < end && !(startsClause(token(stop), token(stop + 1)) && !token(stop - 1).is('.')))
      stop = behind(stop, end);
    switch (token(at).word) {
      case Word::kORDER:
      case Word::kSORT: orderBy(at + 2, stop, scope, ctes, Clause::kOrderBy); break;
      case Word::kGROUP: orderBy(at + 2, stop, scope, ctes, Clause::kGroupBy); break;
      case Word::kCLUSTER:
      case Word::kDISTRIBUTE: orderBy(at + 2, stop, scope, ctes, Clause::kOther); break;
      case Word::kHAVING:
      case Word::kQUALIFY: walk(at + 1, stop, scope, ctes, Clause::kHaving); break;
      case Word::kWINDOW: namedWindows(at + 1, stop, scope, ctes); break;
      case Word::kINTO: break;  // SELECT ... INTO: the caller's
      case Word::kFOR: break;
      case Word::kOPTION: break;
      default: walk(at + 1, stop, scope, ctes, Clause::kOther);
    }
    at = stop;
  }
}

// w AS (PARTITION BY x), v AS w: the windows' names are no columns.
void Resolver::namedWindows(size_t begin, size_t end, ScopeId scope, Ctes ctes) {
  for (const auto& [from, to] : splitCommas(begin, end)) {
    const size_t open = findWord(from, to, Word::kAS) + 1;
    if (is(open, to, '(')) walk(behindWindow(open, to), to, scope, ctes, Clause::kOther);
  }
}

// Behind the name of the window that another one starts from: OVER (w ORDER BY x).
size_t Resolver::behindWindow(size_t open, size_t end) const {
  const size_t next = open + 1;
  const bool name = isNameToken(next, end) && token(next).kind != TokenKind::kHole;
  return name && !is(next + 1, end, '.') ? next + 1 : next;
}

// A name that stands alone may be an output's.
void Resolver::orderBy(size_t begin, size_t end, ScopeId scope, Ctes ctes, Clause kind) {
  for (const auto& [from, to] : splitCommas(begin, end)) {
    if (from >= to) continue;
    size_t stop = to;
    while (stop > from + 1 && token(stop - 1).kind == TokenKind::kWord &&
           (token(stop - 1).word == Word::kASC || token(stop - 1).word == Word::kDESC ||
            token(stop - 1).word == Word::kFIRST || token(stop - 1).word == Word::kLAST ||
            token(stop - 1).word == Word::kNULLS))
      --stop;
    DottedName name;
    if (stop == from + 1 && token(from).kind != TokenKind::kHole && readName(from, stop, false, name)) {
      resolveName(name, scope, kind, true);
    } else {
      walk(from, to, scope, ctes, kind);
    }
  }
}

}  // namespace gander::rewriter::sql
