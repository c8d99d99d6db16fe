// WITH: common table expressions, and statements within them.
#include <algorithm>

#include "rewriter/sql/resolver.h"

namespace gander::rewriter::sql {

// name [(columns)] AS [NOT MATERIALIZED] (query), ...
// NOLINTNEXTLINE(readability-function-size): one decision a clause, in the order of the text
Ctes Resolver::withList(size_t* at, size_t end, ScopeId outer, Ctes ctes) {
  size_t next = is(*at, end, Word::kWITH) ? *at + 1 : *at;
  bool recursive = is(next, end, Word::kRECURSIVE);
  if (recursive) ++next;
  const bool sure = recursive || dialect_.name == DialectName::kSqlite;
  if (sure || dialect_.name == DialectName::kSnowflake || dialect_.name == DialectName::kTsql ||
      dialect_.name == DialectName::kTolerant)
    ctes = namesAhead(next, end, ctes, sure);
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

// Where the CTEs of a list see each other whatever their order: one that comes later is not known yet, but no table either. Where
// that is not sure, a name is taken for the table's, but no table may get it.
Ctes Resolver::namesAhead(size_t at, size_t end, Ctes ctes, bool sure) {
  while (isNameToken(at, end)) {
    const size_t as = findWord(at, end, Word::kAS);
    size_t open = as + 1;
    while (open < end && (token(open).word == Word::kNOT || token(open).word == Word::kMATERIALIZED)) ++open;
    if (!is(open, end, '(')) break;
    Relation later;
    later.kind = Relation::Kind::kQuery;
    later.open = true;
    frames_.push_back({pieceOf(at).id, sure ? addRelation(std::move(later), true) : kNone, ctes});
    ctes = &frames_.back();
    at = behind(open, end);
    while (at < end && !token(at).is(',') && token(at).word != Word::kSELECT && !token(at).is('(')) ++at;
    if (!is(at, end, ',')) break;
    ++at;
  }
  return ctes;
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

}  // namespace gander::rewriter::sql
