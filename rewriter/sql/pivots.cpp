// What makes a relation of another: PIVOT, UNPIVOT, MATCH_RECOGNIZE, t (a, b).
#include <algorithm>

#include "base/text.h"
#include "rewriter/sql/resolver.h"

namespace gander::rewriter::sql {

// MATCH_RECOGNIZE (PARTITION BY a ORDER BY b MEASURES c AS d PATTERN (x y+) DEFINE y AS y.e > 1): x and y are rows of the table.
RelationId Resolver::matchRecognize(size_t open, size_t end, RelationId relation, const NamePiece* alias,
                                    const DottedName* name, ScopeId scope, Ctes ctes) {
  const RelationId made = queryRelation();
  out_.relations[made].open = true;
  touches_[made] = touches(relation);
  if (!is(open, end, '(')) return made;
  const ScopeId inner = addScope(scope);
  addEntry(inner, relation, alias, name);
  const size_t close = std::min<size_t>(token(open).match, end);
  size_t pattern = open + 1;
  while (pattern < close && toLowerAscii(slice(token(pattern).range())) != "pattern") pattern = behind(pattern, close);
  for (size_t i = pattern + 1; is(pattern + 1, close, '(') && i < token(pattern + 1).match; ++i)
    if (isNameToken(i, close)) {
      ScopeEntry row = out_.scopes[inner].entries[0];
      row.alias = pieceOf(i).id;
      row.written = row.hidden = true;
      out_.scopes[inner].entries.push_back(std::move(row));
    }
  walk(open + 1, pattern, inner, ctes, Clause::kOther);
  size_t define = pattern + 1;  // DEFINE b AS x, c AS y
  while (define < close && toLowerAscii(slice(token(define).range())) != "define") define = behind(define, close);
  for (const auto& [from, to] : splitCommas(std::min(define + 1, close), close))
    walk(std::min(from + 2, to), to, inner, ctes, Clause::kOther);
  return made;
}

// t(a, b): the columns are called so, by position; what the relation calls them means nothing to its readers.
RelationId Resolver::columnAliases(size_t open, RelationId relation) {
  if (relation == kNone) return kNone;
  const Relation old = out_.relations[relation];
  const RelationId renamed = queryRelation();
  out_.relations[renamed].range = old.range;
  // Columns of a table that get no name here keep their own; they are none where as many are named as it has.
  const auto given = splitCommas(open + 1, token(open).match).size();
  const auto own = tableColumns(relation);
  const bool all = own && given >= own->size();
  out_.relations[renamed].open = old.kind == Relation::Kind::kTable && !all;
  const bool positions = old.kind == Relation::Kind::kQuery && old.stars.empty() && !old.open;
  size_t index = 0;
  for (const auto& [from, to] : splitCommas(open + 1, token(open).match)) {
    if (from >= to || !isNameToken(from, to)) continue;
    const NamePiece piece = pieceOf(from);
    ColumnNode node;
    node.kind = ColumnNode::Kind::kAlias;
    node.name = piece.id;
    node.range = piece.body;
    if (positions && index < old.outs.size()) node.source = old.outs[index];
    if (old.kind == Relation::Kind::kElement && index == 0) node.source = old.element;
    addOutput(renamed, std::move(node));
    if (interesting(piece.id)) {
      Use& use = addUse(piece, kNone);
      use.reason = "the name of an output";
    }
    ++index;
  }
  if (positions) {
    for (; index < old.outs.size(); ++index) out_.relations[renamed].outs.push_back(old.outs[index]);
    out_.relations[relation].byPosition = out_.relations[relation].outs.size() <= index;
  }
  if (old.kind == Relation::Kind::kElement) touches_[renamed] = touches(relation);
  return renamed;
}

// PIVOT (agg(x) FOR y IN (...)), UNPIVOT (v FOR n IN (a, b)): columns that take part go, the others pass.
size_t Resolver::pivot(size_t at, ScopeId scope, Ctes ctes, RelationId* relation) {
  const bool unpivot = token(at).word == Word::kUNPIVOT;
  while (!token(at).is('(')) ++at;
  const size_t close = token(at).match;
  const size_t before = out_.uses.size();
  StarSource star;
  star.relation = *relation;
  star.range = token(at).range();
  const RelationId made = queryRelation();
  const size_t of = findWord(at + 1, close, Word::kFOR);
  size_t in = findWord(at + 1, close, Word::kIN);
  if (unpivot) {
    if (is(in + 1, close, '(')) unpivotColumns(in + 1, scope, ctes);
    // The value and name columns.
    for (size_t name : {at + 1, of + 1}) {
      if (name >= close || !isNameToken(name, close)) continue;
      ColumnNode node;
      node.name = pieceOf(name).id;
      addOutput(made, std::move(node));
    }
  } else {
    walk(at + 1, in < close ? in : close, scope, ctes, Clause::kOther);
    if (in < close && is(in + 1, close, '(')) {
      const size_t end = token(in + 1).match;
      for (const auto& [from, to] : splitCommas(in + 2, end)) {
        if (isQuery(from, to) || token(from).kind == TokenKind::kHole || token(from).word == Word::kANY)
          out_.relations[made].open = true;
        const Item one = splitItem(from, to);
        if (!one.alias) continue;
        ColumnNode node;
        node.name = one.alias->id;
        addOutput(made, std::move(node));
      }
    }
  }
  for (size_t i = before; i < out_.uses.size(); ++i) star.except.push_back(out_.uses[i].name);
  out_.relations[made].stars.push_back(star);
  touches_[made] = touches(*relation);
  *relation = made;
  return std::min<size_t>(close, tokens_.size() - 1) + 1;
}

// IN (a, b AS 'x'): the names become values, unless a value is written.
void Resolver::unpivotColumns(size_t open, ScopeId scope, Ctes ctes) {
  for (const auto& [from, to] : splitCommas(open + 1, token(open).match)) {
    const size_t before = out_.uses.size();
    walk(from, to, scope, ctes, Clause::kOther);
    if (findWord(from, to, Word::kAS) == to) openSince(before, "UNPIVOT makes values of the names of its columns");
  }
}

}  // namespace gander::rewriter::sql
