// Queries: WITH, set operations, SELECT, VALUES, and BigQuery's pipes.
#include <algorithm>

#include "rewriter/sql/resolver.h"

namespace gander::rewriter::sql {

Resolver::Resolver(std::string_view text, const std::vector<Token>& tokens, const Dialect& dialect,
                   const Catalog& catalog, const std::vector<std::string>& variables)
    : text_(text), tokens_(tokens), dialect_(dialect), catalog_(catalog), names_(dialect) {
  for (const auto& name : catalog.names()) {
    setInterest(names_.of(name, false), 1);
    setInterest(names_.of(name, true), 1);
  }
  for (const auto& variable : variables) variables_.push_back(names_.of(variable, false));
}

Reading& Resolver::run() {
  script(0, tokens_.size() - 1);
  return out_;
}

bool Resolver::isNameToken(size_t at, size_t end) const {
  if (at >= end) return false;
  const Token& one = token(at);
  if (one.kind == TokenKind::kQuoted || one.kind == TokenKind::kHole) return true;
  if (one.kind != TokenKind::kWord) return false;
  return !isReserved(one.word) || ((one.word == Word::kTABLE || one.word == Word::kMERGE) && is(at + 1, end, '.'));
}

size_t Resolver::behind(size_t at, size_t end) const {
  const Token& one = token(at);
  if (one.kind == TokenKind::kSymbol && one.match > at) return std::min<size_t>(one.match + 1, end);
  return at + 1;
}

size_t Resolver::findSymbol(size_t begin, size_t end, char symbol) const {
  for (size_t at = begin; at < end; at = behind(at, end))
    if (token(at).is(symbol)) return at;
  return end;
}

size_t Resolver::findWord(size_t begin, size_t end, Word word) const {
  for (size_t at = begin; at < end; at = behind(at, end))
    if (token(at).word == word) return at;
  return end;
}

std::vector<std::pair<size_t, size_t>> Resolver::splitCommas(size_t begin, size_t end) const {
  std::vector<std::pair<size_t, size_t>> parts;
  size_t from = begin;
  int angle = 0;  // STRUCT<a INT64, b STRING>
  for (size_t at = begin; at < end; at = behind(at, end)) {
    const Token& one = token(at);
    if (one.is('<') && at > begin &&
        (token(at - 1).word == Word::kSTRUCT || token(at - 1).word == Word::kARRAY || token(at - 1).word == Word::kMAP))
      ++angle;
    if (one.is('>') && angle > 0) --angle;
    if (angle > 0 || !one.is(',')) continue;
    parts.emplace_back(from, at);
    from = at + 1;
  }
  parts.emplace_back(from, end);
  return parts;
}

NamePiece Resolver::pieceOf(size_t at) {
  const Token& one = token(at);
  NamePiece piece;
  piece.quoted = one.kind == TokenKind::kQuoted || one.kind == TokenKind::kString;
  piece.quote = piece.quoted ? one.symbol : '\0';
  piece.hole = one.kind == TokenKind::kHole;
  piece.body = piece.quoted ? one.body() : one.range();
  piece.id = names_.of(slice(piece.body), piece.quoted);
  return piece;
}

RelationId Resolver::addRelation(Relation relation, bool touching) {
  out_.relations.push_back(std::move(relation));
  touches_.push_back(touching);
  return static_cast<RelationId>(out_.relations.size() - 1);
}

RelationId Resolver::queryRelation() {
  Relation relation;
  relation.kind = Relation::Kind::kQuery;
  return addRelation(std::move(relation), false);
}

ScopeId Resolver::addScope(ScopeId parent) {
  Scope scope;
  scope.parent = parent == kNone ? outside_ : parent;
  out_.scopes.push_back(std::move(scope));
  return static_cast<ScopeId>(out_.scopes.size() - 1);
}

ColumnId Resolver::addColumn(ColumnNode node) {
  out_.columns.push_back(std::move(node));
  return static_cast<ColumnId>(out_.columns.size() - 1);
}

ColumnId Resolver::addOutput(RelationId relation, ColumnNode node) {
  node.relation = relation;
  const ColumnId column = addColumn(std::move(node));
  out_.relations[relation].outs.push_back(column);
  return column;
}

// SELECT, WITH, VALUES, FROM, or such in brackets that an operator joins.
bool Resolver::isQuery(size_t at, size_t end) const {
  if (at >= end) return false;
  const Token& one = token(at);
  if (one.is('(')) {
    if (!isQuery(at + 1, std::min<size_t>(one.match, end))) return false;
    const size_t next = one.match + 1;
    return next >= end || setOperation(next, at, end) > 0 || token(next).word == Word::kORDER ||
           token(next).word == Word::kLIMIT;
  }
  switch (one.word) {
    case Word::kSELECT: return true;
    case Word::kWITH: return isNameToken(at + 1, end) || is(at + 1, end, Word::kRECURSIVE);
    case Word::kVALUES: return is(at + 1, end, '(') && !(at > 0 && token(at - 1).kind == TokenKind::kWord);
    case Word::kFROM: return at + 1 < end;
    default: return false;
  }
}

// How many tokens the operator of a set operation has here, or 0.
size_t Resolver::setOperation(size_t at, size_t begin, size_t end) const {
  const Token& one = token(at);
  // {{ dbt.except() }} between two queries
  if (one.kind == TokenKind::kHole && at > begin && is(at + 1, end, Word::kSELECT) && endsValue(token(at - 1)))
    return 1;
  if (one.kind != TokenKind::kWord) return 0;
  const Word word = one.word;
  if (word != Word::kUNION && word != Word::kINTERSECT && word != Word::kEXCEPT && word != Word::kMINUS) return 0;
  if (word == Word::kEXCEPT && at > begin && (token(at - 1).is('*')) && is(at + 1, end, '(') && !isQuery(at + 2, end))
    return 0;
  size_t next = at + 1;
  while (next < end && token(next).kind == TokenKind::kWord &&
         (token(next).word == Word::kALL || token(next).word == Word::kDISTINCT || token(next).word == Word::kBY ||
          token(next).word == Word::kNAME || token(next).word == Word::kCORRESPONDING))
    ++next;
  if (word == Word::kMINUS && next < end && token(next).word != Word::kSELECT && !token(next).is('(')) return 0;
  return next - at;
}

RelationId Resolver::query(size_t begin, size_t end, ScopeId outer, Ctes ctes) {
  if (depth_ >= kDeepest) {
    notUnderstood();
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

// name [(columns)] AS [NOT MATERIALIZED] (query), ...
// NOLINTNEXTLINE(readability-function-size): one decision a clause, in the order of the text
Ctes Resolver::withList(size_t* at, size_t end, ScopeId outer, Ctes ctes) {
  size_t next = is(*at, end, Word::kWITH) ? *at + 1 : *at;
  bool recursive = is(next, end, Word::kRECURSIVE);
  if (recursive) ++next;
  if (recursive || dialect_.name == DialectName::kSqlite) ctes = namesAhead(next, end, ctes);
  while (next < end) {
    if (token(next).is(',')) {
      ++next;
      continue;
    }
    if (token(next).kind == TokenKind::kHole && !is(next + 1, end, Word::kAS)) {  // CTEs that a macro makes
      holeInExpression(token(next), outer, Clause::kOther);
      ++next;
      continue;
    }
    if (!isNameToken(next, end)) break;
    NamePiece name = pieceOf(next);
    size_t columns = 0;
    size_t as = next + 1;
    while (as < end && token(as).begin == token(as - 1).end &&
           (token(as).kind == TokenKind::kHole || token(as).kind == TokenKind::kWord))
      ++as;
    if (as > next + 1) {  // visits_{{ app }}: who reads the same text means the same
      name.body.end = token(as - 1).end;
      name.id = names_.of(slice(name.body), false);
    }
    if (is(as, end, '(')) {
      columns = as;
      as = std::min<size_t>(token(as).match, end) + 1;
    }
    if (!is(as, end, Word::kAS)) break;
    size_t open = as + 1;
    while (open < end && (token(open).word == Word::kNOT || token(open).word == Word::kMATERIALIZED)) ++open;
    if (!is(open, end, '(')) break;
    const size_t close = std::min<size_t>(token(open).match, end);
    RelationId relation = kNone;
    if (recursive || dialect_.name == DialectName::kTsql) {
      relation = queryRelation();
      frames_.push_back({name.id, relation, ctes});
      const Ctes self = &frames_.back();
      if (columns != 0) {
        for (const auto& [from, to] : splitCommas(columns + 1, token(columns).match)) {
          ColumnNode node;
          node.kind = ColumnNode::Kind::kAlias;
          if (isNameToken(from, to)) node.name = pieceOf(from).id;
          addOutput(relation, std::move(node));
        }
      }
      out_.relations[relation].open = columns == 0;
      size_t body = open + 1;
      Ctes inner = self;
      if (is(body, close, Word::kWITH)) inner = withList(&body, close, outer, self);
      ++depth_;
      const RelationId made = queryBody(body, close, outer, inner, columns == 0 ? relation : kNone);
      --depth_;
      if (columns != 0) {
        relation = made;
      } else {
        Relation whole = out_.relations[made];
        whole.found.clear();
        out_.relations[relation] = whole;
        touches_[relation] = touches_[made];
      }
    } else {
      relation = query(open + 1, close, outer, ctes);
    }
    if (columns != 0) relation = columnAliases(columns, relation);
    frames_.push_back({name.id, relation, ctes});
    ctes = &frames_.back();
    next = close + 1;
    // SEARCH and CYCLE clauses of recursive queries
    while (next < end && token(next).kind == TokenKind::kWord &&
           (token(next).word == Word::kSEARCH || slice(token(next).range()).size() == 5) &&
           !isReserved(token(next).word) && token(next).word != Word::kMERGE) {
      while (next < end && !token(next).is(',') && token(next).word != Word::kSELECT && !token(next).is('(')) ++next;
      break;
    }
    if (!is(next, end, ',')) break;
    ++next;
  }
  *at = next;
  return ctes;
}

// Where the CTEs of a list see each other whatever their order: one that comes later is not known yet, but no table either.
Ctes Resolver::namesAhead(size_t at, size_t end, Ctes ctes) {
  while (isNameToken(at, end)) {
    const size_t as = findWord(at, end, Word::kAS);
    size_t open = as + 1;
    while (open < end && (token(open).word == Word::kNOT || token(open).word == Word::kMATERIALIZED)) ++open;
    if (!is(open, end, '(')) break;
    Relation later;
    later.kind = Relation::Kind::kQuery;
    later.open = true;
    frames_.push_back({pieceOf(at).id, addRelation(std::move(later), true), ctes});
    ctes = &frames_.back();
    at = behind(open, end);
    while (at < end && !token(at).is(',') && token(at).word != Word::kSELECT && !token(at).is('(')) ++at;
    if (!is(at, end, ',')) break;
    ++at;
  }
  return ctes;
}

// NOLINTNEXTLINE(readability-function-size): one decision a clause, in the order of the text
RelationId Resolver::queryBody(size_t begin, size_t end, ScopeId outer, Ctes ctes, RelationId recursive) {
  const size_t pipe = findSymbol(begin, end, kPipeSymbol);
  if (pipe < end && !is(begin, end, Word::kFROM)) {  // SELECT ... |> WHERE
    const RelationId left = queryBody(begin, pipe, outer, ctes);
    const ScopeId scope = addScope(outer);
    addEntry(scope, left, nullptr, nullptr);
    return stages(pipe, end, outer, ctes, scope, left);
  }
  std::vector<std::pair<size_t, size_t>> branches;
  bool byName = false;
  std::vector<size_t> matched;  // the columns that BY NAME ON has
  size_t from = begin;
  for (size_t at = begin; at < end; at = behind(at, end)) {
    const size_t size = setOperation(at, begin, end);
    if (size == 0) continue;
    for (size_t i = at; i < at + size; ++i)
      byName |= token(i).word == Word::kNAME || token(i).word == Word::kCORRESPONDING;
    size_t stop = at;  // FULL OUTER UNION ALL BY NAME
    while (stop > from + 1 && isSide(token(stop - 1).word)) --stop;
    branches.emplace_back(from, stop);
    from = at + size;
    if (byName && (is(from, end, Word::kON) || is(from, end, Word::kBY)) && is(from + 1, end, '(')) {
      matched.push_back(from + 1);
      from = std::min<size_t>(token(from + 1).match, end) + 1;
    }
    at = from - 1;
  }
  branches.emplace_back(from, end);
  if (is(begin, end, Word::kFROM) && branches.size() == 1) return piped(begin, end, outer, ctes);
  if (branches.size() == 1) return operand(begin, end, outer, ctes);
  // The clauses behind the last branch are those of the whole.
  size_t tail = end;
  const auto last = branches.back();
  for (size_t at = last.first; at < last.second; at = behind(at, last.second)) {
    const Word word = token(at).word;
    if ((word == Word::kORDER && is(at + 1, end, Word::kBY)) || word == Word::kLIMIT || word == Word::kFETCH) {
      tail = at;
      break;
    }
  }
  branches.back().second = tail;
  std::vector<RelationId> relations;
  for (const auto& [first, stop] : branches) {
    if (first >= stop) continue;
    relations.push_back(operand(first, stop, outer, ctes));
    if (relations.size() == 1 && recursive != kNone) {
      out_.relations[recursive].outs = out_.relations[relations[0]].outs;
      out_.relations[recursive].stars = out_.relations[relations[0]].stars;
      out_.relations[recursive].open = out_.relations[relations[0]].open;
      out_.relations[recursive].found.clear();
      touches_[recursive] = touches_[relations[0]];
    }
  }
  const RelationId whole = combine(relations, byName);
  if (tail < end || !matched.empty()) {
    const ScopeId scope = addScope(outer);
    addEntry(scope, whole, nullptr, nullptr);
    out_.scopes[scope].outputs = whole;
    for (size_t open : matched) orderBy(open + 1, token(open).match, scope, ctes, Clause::kOrderBy);
    clause(tail, end, scope, ctes);
  }
  return whole;
}

bool Resolver::isSide(Word word) {
  return word == Word::kFULL || word == Word::kLEFT || word == Word::kINNER || word == Word::kOUTER;
}

// Names come from the first branch, columns meet by position.
RelationId Resolver::combine(const std::vector<RelationId>& branches, bool byName) {
  if (branches.empty()) return queryRelation();
  const RelationId whole = queryRelation();
  bool positions = true;
  bool touching = false;
  for (RelationId branch : branches) {
    positions &= out_.relations[branch].stars.empty() && !out_.relations[branch].open;
    touching |= touches(branch);
  }
  touches_[whole] = touching;
  if (positions && byName) return combineByName(branches, whole);
  if (!positions) {
    // Stars: a column passes if the first branch has it; where others have other names is not told.
    StarSource first;
    first.relation = branches[0];
    out_.relations[whole].stars.push_back(first);
    for (RelationId branch : branches) {
      out_.relations[branch].open |= false;
      if (branch != branches[0] && byName) out_.relations[whole].stars.push_back({branch, kNone, {}, {}});
    }
    return whole;
  }
  const auto firstOuts = out_.relations[branches[0]].outs;
  for (size_t i = 0; i < firstOuts.size(); ++i) {
    if (firstOuts[i] == kNone) continue;
    ColumnNode node;
    node.kind = ColumnNode::Kind::kMerged;
    node.name = out_.columns[firstOuts[i]].name;
    for (RelationId branch : branches)
      if (i < out_.relations[branch].outs.size()) node.merged.push_back(out_.relations[branch].outs[i]);
    addOutput(whole, std::move(node));
  }
  for (size_t i = 1; i < branches.size(); ++i) out_.relations[branches[i]].byPosition = true;
  return whole;
}

// UNION BY NAME: columns of one name meet, in the order of their first.
RelationId Resolver::combineByName(const std::vector<RelationId>& branches, RelationId whole) {
  for (RelationId branch : branches)
    for (ColumnId column : std::vector<ColumnId>(out_.relations[branch].outs)) {
      if (column == kNone) continue;
      const NameId name = out_.columns[column].name;
      const auto& outs = out_.relations[whole].outs;
      const auto same = std::find_if(outs.begin(), outs.end(),
                                     [&](ColumnId one) { return name != kNoName && out_.columns[one].name == name; });
      if (same != outs.end()) {
        out_.columns[*same].merged.push_back(column);
        continue;
      }
      ColumnNode node;
      node.kind = ColumnNode::Kind::kMerged;
      node.byUsing = true;
      node.name = name;
      node.merged.push_back(column);
      addOutput(whole, std::move(node));
    }
  return whole;
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
  const RelationId hole = queryRelation();
  out_.relations[hole].open = true;
  const ScopeId scope = addScope(outer);
  out_.scopes[scope].open = true;
  mayRead(ctes);
  walk(begin, end, scope, ctes, Clause::kOther);
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

// WITH x AS (DELETE ... RETURNING y): a statement in a statement, of which RETURNING is what it puts out.
RelationId Resolver::changing(size_t begin, size_t end, Ctes ctes) {
  const RelationId result = out_.results.back();
  const Makes makes = here().makes;
  out_.results.back() = returned_ = kNone;
  dispatch(begin, end, ctes);
  out_.results.back() = result;
  here().makes = makes;
  if (returned_ == kNone) return queryRelation();
  out_.relations[returned_].contract = Contract::kNone;
  return returned_;
}

RelationId Resolver::values(size_t begin, size_t end, ScopeId outer, Ctes ctes) {
  const RelationId relation = queryRelation();
  walk(begin + 1, end, outer == kNone ? addScope(kNone) : outer, ctes, Clause::kOther);
  if (is(begin + 1, end, '('))
    for (const auto& [from, to] : splitCommas(begin + 2, token(begin + 1).match))
      if (from < to) addOutput(relation, {});
  return relation;
}

namespace {

bool startsClause(const Token& one, const Token& next) {
  switch (one.word) {
    case Word::kWHERE:
    case Word::kHAVING:
    case Word::kQUALIFY:
    case Word::kWINDOW:
    case Word::kLIMIT:
    case Word::kFETCH:
    case Word::kPREWHERE: return true;
    case Word::kGROUP:
    case Word::kORDER:
    case Word::kCLUSTER:
    case Word::kDISTRIBUTE:
    case Word::kSORT:
    case Word::kCONNECT: return next.word == Word::kBY;
    case Word::kSTART: return next.word == Word::kWITH;
    case Word::kOFFSET: return next.kind == TokenKind::kNumber || next.kind == TokenKind::kHole;
    case Word::kOPTION: return next.is('(');
    case Word::kFOR: return next.word == Word::kUPDATE || (next.kind == TokenKind::kWord && next.word == Word::kNone);
    default: return false;
  }
}

}  // namespace

// One query without set operations. FROM is read first, whatever stands before it.
// NOLINTNEXTLINE(readability-function-size): one decision a clause, in the order of the text
RelationId Resolver::select(size_t begin, size_t end, ScopeId outer, Ctes ctes) {
  size_t list = begin + 1;
  size_t listEnd = end;
  size_t fromBegin = end;
  size_t fromEnd = end;
  std::vector<size_t> clauses;
  for (size_t at = list; at < end; at = behind(at, end)) {
    const Token& one = token(at);
    if (one.kind != TokenKind::kWord || one.word == Word::kNone) continue;
    const bool afterDot = token(at - 1).is('.');
    if (afterDot) continue;
    if (one.word == Word::kFROM) {
      if (token(at - 1).word == Word::kDISTINCT && at > list + 1) continue;  // IS DISTINCT FROM
      if (fromBegin != end) continue;
      listEnd = std::min(listEnd, at);
      fromBegin = at + 1;
    } else if (one.word == Word::kINTO && fromBegin == end) {
      listEnd = std::min(listEnd, at);
      clauses.push_back(at);
    } else if (startsClause(one, token(at + 1)) &&
               !(one.word == Word::kFOR && fromEnd == end && (is(at + 1, end, Word::kSYSTEM_TIME)))) {
      listEnd = std::min(listEnd, at);
      if (fromBegin != end && fromEnd == end) fromEnd = at;
      clauses.push_back(at);
    }
  }
  const ScopeId scope = addScope(outer);
  const RelationId out = queryRelation();
  if (fromBegin < end) from(fromBegin, fromEnd, scope, ctes);
  if (fromBegin < end && fromBegin == fromEnd) {  // FROM and nothing that is understood
    out_.scopes[scope].open = true;
    mayRead(ctes);
  }
  for (const auto& entry : out_.scopes[scope].entries)
    if (touches(entry.relation)) touch(out);
  if (out_.scopes[scope].open && outer == kNone) touches_[out] = touches_[out] || false;
  bool value = false;
  // SELECT DISTINCT, TOP n, AS STRUCT
  while (list < listEnd && token(list).kind == TokenKind::kWord) {
    const Word word = token(list).word;
    if (word == Word::kDISTINCT || word == Word::kALL) {
      ++list;
      if (is(list, listEnd, Word::kON) && is(list + 1, listEnd, '(')) {
        walk(list + 2, token(list + 1).match, scope, ctes, Clause::kGroupBy);
        list = std::min<size_t>(token(list + 1).match, listEnd) + 1;
      }
    } else if (word == Word::kTOP && list + 1 < listEnd &&
               (token(list + 1).kind == TokenKind::kNumber || token(list + 1).is('(') ||
                token(list + 1).kind == TokenKind::kHole)) {
      list = behind(list + 1, listEnd);
      if (list < listEnd && token(list).kind == TokenKind::kWord && slice(token(list).range()).size() == 7 &&
          is(list, listEnd, Word::kNone))
        ++list;  // PERCENT
    } else if (word == Word::kAS && (is(list + 1, listEnd, Word::kSTRUCT) || is(list + 1, listEnd, Word::kVALUE))) {
      out_.relations[out].fields = is(list + 1, listEnd, Word::kSTRUCT);
      value = is(list + 1, listEnd, Word::kVALUE);
      list += 2;
    } else {
      break;
    }
  }
  items(list, listEnd, scope, ctes, out);
  for (ColumnId column : out_.relations[out].outs) {
    if (!value || column == kNone) continue;
    out_.columns[column].kind = ColumnNode::Kind::kAlias;  // SELECT AS VALUE: no name comes out
    out_.columns[column].name = kNoName;
  }
  out_.scopes[scope].outputs = out;
  for (size_t i = 0; i < clauses.size(); ++i)
    clause(clauses[i], i + 1 < clauses.size() ? clauses[i + 1] : end, scope, ctes);
  return out;
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

// FROM t [JOIN ...] |> stage |> stage, and Hive's FROM t SELECT ...
RelationId Resolver::piped(size_t begin, size_t end, ScopeId outer, Ctes ctes) {
  size_t stage = begin + 1;
  while (stage < end && !token(stage).is(kPipeSymbol) && token(stage).word != Word::kSELECT &&
         token(stage).word != Word::kINSERT && !startsClause(token(stage), token(stage + 1)))
    stage = behind(stage, end);
  const ScopeId scope = addScope(outer);
  from(begin + 1, stage, scope, ctes);
  RelationId result = queryRelation();
  for (const auto& entry : out_.scopes[scope].entries) {
    if (touches(entry.relation)) touch(result);
    StarSource star;
    star.relation = entry.relation;
    out_.relations[result].stars.push_back(star);
  }
  if (stage < end && token(stage).word == Word::kSELECT) {
    const RelationId out = queryRelation();
    size_t list = stage + 1;
    size_t stop = list;
    while (stop < end && !startsClause(token(stop), token(stop + 1))) stop = behind(stop, end);
    items(list, stop, scope, ctes, out);
    touches_[out] = touches_[result];
    out_.scopes[scope].outputs = out;
    clause(stop, end, scope, ctes);
    return out;
  }
  if (is(stage, end, Word::kINSERT)) {
    insertBranches(stage, end, scope, ctes);
    return queryRelation();
  }
  return stages(stage, end, outer, ctes, scope, result);
}

// Hive: FROM t INSERT OVERWRITE TABLE a SELECT x INSERT INTO b SELECT y WHERE z
void Resolver::insertBranches(size_t at, size_t end, ScopeId scope, Ctes ctes) {
  here().makes = Makes::kInsert;
  while (is(at, end, Word::kINSERT)) {
    const size_t next = findWord(at + 1, end, Word::kINSERT);
    const size_t select = findWord(at, next, Word::kSELECT);
    size_t target = at + 1;
    while (target < select && (token(target).word == Word::kINTO || token(target).word == Word::kOVERWRITE ||
                               token(target).word == Word::kTABLE))
      ++target;
    targetScope(&target, select, false, ctes);
    const RelationId out = queryRelation();
    out_.relations[out].byPosition = true;
    size_t stop = std::min(select + 1, next);
    while (stop < next && !startsClause(token(stop), token(stop + 1))) stop = behind(stop, next);
    const ScopeId branch = addScope(kNone);
    out_.scopes[branch] = out_.scopes[scope];
    items(select + 1, stop, branch, ctes, out);
    out_.scopes[branch].outputs = out;
    clause(stop, next, branch, ctes);
    at = next;
  }
}

// |> WHERE x |> SELECT y
RelationId Resolver::stages(size_t at, size_t end, ScopeId outer, Ctes ctes, ScopeId scope, RelationId result) {
  while (is(at, end, kPipeSymbol)) {
    size_t stop = at + 1;
    while (stop < end && !token(stop).is(kPipeSymbol)) stop = behind(stop, end);
    const RelationId before = result;
    pipeStage(at + 1, stop, scope, ctes, &result);
    if (result != before) {
      touches_[result] = touches_[result] || touches_[before];
      scope = addScope(outer);
      addEntry(scope, result, nullptr, nullptr);
    }
    at = stop;
  }
  if (at < end) clause(at, end, scope, ctes);
  return result;
}

void Resolver::pipeStage(size_t begin, size_t end, ScopeId scope, Ctes ctes, RelationId* result) {
  if (begin >= end) return;
  const Word word = token(begin).word;
  if (word == Word::kSELECT || word == Word::kAGGREGATE || word == Word::kEXTEND) {
    const RelationId out = queryRelation();
    const size_t group = word == Word::kAGGREGATE ? findWord(begin, end, Word::kGROUP) : end;
    if (group < end) items(group + 2, end, scope, ctes, out);
    items(begin + 1 + (is(begin + 1, end, Word::kDISTINCT) ? 1 : 0), group, scope, ctes, out);
    if (word == Word::kEXTEND)
      for (const auto& entry : out_.scopes[scope].entries)
        out_.relations[out].stars.push_back({entry.relation, kNone, {}, {}});
    *result = out;
  } else if (word == Word::kJOIN || isJoinWord(begin)) {
    const size_t before = out_.scopes[scope].entries.size();
    from(begin, end, scope, ctes);
    for (size_t i = before; i < out_.scopes[scope].entries.size(); ++i)
      out_.relations[*result].stars.push_back({out_.scopes[scope].entries[i].relation, kNone, {}, {}});
  } else if (word == Word::kAS && isNameToken(begin + 1, end)) {
    const NamePiece alias = pieceOf(begin + 1);
    for (auto& entry : out_.scopes[scope].entries) {
      entry.alias = alias.id;
      entry.written = true;
      entry.range = alias.body;
    }
  } else if (word == Word::kORDER) {
    orderBy(begin + 2, end, scope, ctes, Clause::kOther);
  } else if (word == Word::kWHERE || word == Word::kLIMIT) {
    walk(begin + 1, end, scope, ctes, Clause::kOther);
  } else {
    // DROP, RENAME, SET and others: what they leave is not followed.
    walk(begin + 1, end, scope, ctes, Clause::kOther);
    const RelationId out = queryRelation();
    out_.relations[out].open = true;
    touch(out);
    *result = out;
  }
}

}  // namespace gander::rewriter::sql
