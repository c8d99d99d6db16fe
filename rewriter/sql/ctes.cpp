// WITH: common table expressions, and statements within them.
#include <algorithm>

#include "base/text.h"
#include "rewriter/sql/resolver.h"

namespace gander::rewriter::sql {

// name [(columns)] AS [NOT MATERIALIZED] (query), ...
Ctes Resolver::withList(size_t* at, size_t end, ScopeId outer, Ctes ctes) {
  size_t next = is(*at, end, Word::kWITH) ? *at + 1 : *at;
  const bool recursive = is(next, end, Word::kRECURSIVE);
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
    const auto head = cteHead(next, end);
    if (!head) break;
    RelationId relation = recursive || dialect_.name == DialectName::kTsql
                              ? recursiveCte(*head, outer, ctes)
                              : query(head->open + 1, head->close, outer, ctes);
    if (head->columns != 0) relation = columnAliases(head->columns, relation);
    frames_.push_back({head->name.id, relation, ctes});
    ctes = &frames_.back();
    next = behindSearch(head->close + 1, end);
    if (!is(next, end, ',')) break;
    ++next;
  }
  *at = next;
  return ctes;
}

std::optional<Resolver::CteHead> Resolver::cteHead(size_t at, size_t end) {
  if (!isNameToken(at, end)) return std::nullopt;
  CteHead head;
  head.name = pieceOf(at);
  size_t as = at + 1;
  while (as < end && token(as).begin == token(as - 1).end &&
         (token(as).kind == TokenKind::kHole || token(as).kind == TokenKind::kWord))
    ++as;
  if (as > at + 1) {  // visits_{{ app }}: who reads the same text means the same
    head.name.body.end = token(as - 1).end;
    head.name.id = names_.of(slice(head.name.body), false);
  }
  if (is(as, end, '(')) {
    head.columns = as;
    as = std::min<size_t>(token(as).match, end) + 1;
  }
  if (!is(as, end, Word::kAS)) return std::nullopt;
  head.open = behindMaterialized(as + 1, end);
  if (!is(head.open, end, '(')) return std::nullopt;
  head.close = std::min<size_t>(token(head.open).match, end);
  return head;
}

// Its own name is known within it, and by its column list so are its columns.
RelationId Resolver::recursiveCte(const CteHead& head, ScopeId outer, Ctes ctes) {
  if (depth_ >= kDeepest) return query(head.open + 1, head.close, outer, ctes);
  const RelationId relation = queryRelation();
  frames_.push_back({head.name.id, relation, ctes});
  Ctes inner = &frames_.back();
  const bool named = head.columns != 0;
  if (named) {
    for (const auto& [from, to] : splitCommas(head.columns + 1, token(head.columns).match)) {
      ColumnNode node;
      node.kind = ColumnNode::Kind::kAlias;
      if (isNameToken(from, to)) node.name = pieceOf(from).id;
      addOutput(relation, std::move(node));
    }
  }
  out_.relations[relation].open = !named;
  size_t body = head.open + 1;
  ++depth_;
  if (is(body, head.close, Word::kWITH)) inner = withList(&body, head.close, outer, inner);
  const RelationId made = queryBody(body, head.close, outer, inner, named ? kNone : relation);
  --depth_;
  if (named) return made;
  Relation whole = out_.relations[made];
  whole.found.clear();
  out_.relations[relation] = whole;
  touches_[relation] = touches_[made];
  return relation;
}

size_t Resolver::behindMaterialized(size_t at, size_t end) const {
  while (at < end && (token(at).word == Word::kNOT || token(at).word == Word::kMATERIALIZED)) ++at;
  return at;
}

// SEARCH ... and CYCLE ... of recursive queries
size_t Resolver::behindSearch(size_t at, size_t end) const {
  while (at < end && token(at).kind == TokenKind::kWord &&
         (token(at).word == Word::kSEARCH || toLowerAscii(slice(token(at).range())) == "cycle"))
    at = cteListEnd(at, end);
  return at;
}

// The comma, or what a list of CTEs stands before.
size_t Resolver::cteListEnd(size_t at, size_t end) const {
  while (at < end && !token(at).is(',') && token(at).word != Word::kSELECT && !token(at).is('(')) ++at;
  return at;
}

// Where the CTEs of a list see each other whatever their order: one that comes later is not known yet, but no table either. Where
// that is not sure, a name is taken for the table's, but no table may get it.
Ctes Resolver::namesAhead(size_t at, size_t end, Ctes ctes, bool sure) {
  while (isNameToken(at, end)) {
    const size_t open = behindMaterialized(findWord(at, end, Word::kAS) + 1, end);
    if (!is(open, end, '(')) break;
    Relation later;
    later.kind = Relation::Kind::kQuery;
    later.open = true;
    frames_.push_back({pieceOf(at).id, sure ? addRelation(std::move(later), true) : kNone, ctes});
    ctes = &frames_.back();
    at = cteListEnd(behind(open, end), end);
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
