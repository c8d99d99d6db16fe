// The items of a SELECT list and what they put out.
#include <algorithm>
#include <tuple>

#include "rewriter/sql/resolver.h"

namespace gander::rewriter::sql {

bool Resolver::endsValue(const Token& one) const {
  switch (one.kind) {
    case TokenKind::kWord:
      return !isReserved(one.word) || one.word == Word::kEND || one.word == Word::kNULL || one.word == Word::kTRUE ||
             one.word == Word::kFALSE;
    case TokenKind::kQuoted:
    case TokenKind::kString:
    case TokenKind::kNumber:
    case TokenKind::kHole: return true;
    case TokenKind::kSymbol: return one.symbol == ')' || one.symbol == ']';
    case TokenKind::kEnd: return false;
  }
  return false;
}

// `x`, `t.x`, `expression AS x`, `expression x`, and of T-SQL `x = expression`.
Item Resolver::splitItem(size_t begin, size_t end) const {
  auto* self = const_cast<Resolver*>(this);
  Item item{begin, end, std::nullopt, false};
  if (end < begin + 2) return item;
  const Token& last = token(end - 1);
  const bool name = last.kind == TokenKind::kWord || last.kind == TokenKind::kQuoted || last.kind == TokenKind::kString;
  // AS user_{{ x }}
  size_t as = end;
  for (size_t at = begin; at < end; at = behind(at, end))
    if (at > begin && token(at).word == Word::kAS) as = at;
  if (as + 1 < end) {
    item.end = as;
    if (as + 2 == end && last.kind != TokenKind::kHole && name)
      item.alias = self->pieceOf(end - 1);
    else
      item.unknownAlias = true;
    return item;
  }
  if (dialect_.name == DialectName::kTsql && token(begin + 1).is('=') && isNameToken(begin, end)) {
    item.alias = self->pieceOf(begin);
    item.begin = begin + 2;
    return item;
  }
  const Token& before = token(end - 2);
  const bool follows = endsValue(before) && before.end != last.begin &&
                       !(before.kind == TokenKind::kWord && before.word == Word::kINTERVAL);
  if (last.kind == TokenKind::kHole && follows && before.kind != TokenKind::kHole && endsValue(before)) {
    item.end = end - 1;
    item.unknownAlias = true;
    return item;
  }
  const bool plain =
      name && last.kind != TokenKind::kString && (last.kind == TokenKind::kQuoted || !isReserved(last.word));
  if (plain && follows && !(before.kind == TokenKind::kWord && token(end - 2).word == Word::kCOLLATE)) {
    // INTERVAL 1 DAY, AT TIME ZONE x end in a word that is no alias.
    const bool unit = end >= begin + 3 && token(end - 3).word == Word::kINTERVAL;
    if (!unit) {
      item.end = end - 1;
      item.alias = self->pieceOf(end - 1);
    }
  }
  return item;
}

// The last token of a name that is all there is: `x`, `t.x`, `a.b.c`; nullopt else.
std::optional<size_t> Resolver::plainName(size_t begin, size_t end) const {
  if (is(begin, end, '(')) {  // (p.listener).name
    const size_t close = token(begin).match;
    if (close + 2 >= end || !token(close + 1).is('.') || !plainName(begin + 1, close)) return std::nullopt;
    begin = close + 2;
  }
  if (begin >= end || !isNameToken(begin, end)) return std::nullopt;
  size_t at = begin;
  while (true) {
    if (at + 1 == end) return token(at).kind == TokenKind::kHole ? std::nullopt : std::optional(at);
    if (is(at + 1, end, '[')) {
      const size_t close = token(at + 1).match;
      if (close + 2 >= end || !token(close + 1).is('.')) return std::nullopt;
      at = close + 2;
      continue;
    }
    if (!is(at + 1, end, '.') || at + 2 >= end) return std::nullopt;
    const auto kind = token(at + 2).kind;
    if (kind != TokenKind::kWord && kind != TokenKind::kQuoted && kind != TokenKind::kHole) return std::nullopt;
    at += 2;
  }
}

void Resolver::items(size_t begin, size_t end, ScopeId scope, Ctes ctes, RelationId out) {
  for (const auto& [from, to] : splitCommas(begin, end))
    if (from < to) item(from, to, scope, ctes, out);
  // A column of a query around may be put out, too.
  for (ColumnId column : out_.relations[out].outs)
    if (column != kNone && carries(column)) touch(out);
}

void Resolver::item(size_t begin, size_t end, ScopeId scope, Ctes ctes, RelationId out) {
  const Item one = splitItem(begin, end);
  if (starItem(one, scope, ctes, out)) return;
  if (holeStar(one, scope, out)) return;
  // A macro may put out any number of columns.
  const Token& first = token(one.begin);
  if (one.end == one.begin + 1 && first.kind == TokenKind::kHole && !one.alias && mayBeName(first))
    out_.relations[out].open = true;
  const size_t before = out_.uses.size();
  walk(one.begin, one.end, scope, ctes, Clause::kSelect);
  if (one.unknownAlias) {
    out_.relations[out].open = true;
    addOutput(out, {});
    return;
  }
  if (!one.alias) return implicitOutput(one, out, before);
  ColumnNode node;
  node.kind = ColumnNode::Kind::kAlias;
  node.name = one.alias->id;
  node.range = one.alias->body;
  const auto plain = plainName(one.begin, one.end);
  if (plain && out_.uses.size() > before && out_.uses.back().range == pieceOf(*plain).body &&
      out_.uses.back().state == Use::State::kBound)
    node.source = out_.uses.back().column;
  if (interesting(node.name)) {
    Use& use = addUse(*one.alias, scope);
    use.reason = "the name of an output";
  }
  addOutput(out, std::move(node));
}

// Behind ELSE of a CASE that is all there is.
std::optional<size_t> Resolver::elseOf(size_t begin, size_t end) const {
  if (token(begin).word != Word::kCASE || token(end - 1).word != Word::kEND) return std::nullopt;
  std::optional<size_t> found;
  int depth = 0;
  for (size_t at = begin; at < end; at = behind(at, end)) {
    if (token(at).word == Word::kCASE) ++depth;
    if (token(at).word == Word::kEND && --depth == 0 && at + 1 < end) return std::nullopt;
    if (token(at).word == Word::kELSE && depth == 1) found = at + 1;
  }
  return found;
}

// The token of the name that an output without AS is called by; in brackets it is none the less. Some dialects look through
// casts, and PostgreSQL through more: CASE ... ELSE x END, x COLLATE y, x[1] (FigureColname of its parser).
std::optional<size_t> Resolver::nameGiver(size_t begin, size_t end) const {
  while (begin < end) {
    if (auto plain = plainName(begin, end)) return plain;
    const auto within = aroundNameGiver(begin, end);
    if (!within) break;
    std::tie(begin, end) = *within;
  }
  return std::nullopt;
}

// The part of an expression that names all of it.
std::optional<std::pair<size_t, size_t>> Resolver::aroundNameGiver(size_t begin, size_t end) const {
  using Part = std::pair<size_t, size_t>;
  if (is(begin, end, '(') && token(begin).match + 1 == end && !isQuery(begin + 1, end - 1))
    return Part{begin + 1, end - 1};
  if (!dialect_.castKeepsName) return std::nullopt;
  size_t last = end;  // the last cast, or subscript
  for (size_t at = begin; at < end; at = behind(at, end))
    if (token(at).is(kCastSymbol) || (token(at).is('[') && token(at).match + 1 == end)) last = at;
  if (last < end && token(last).is(kCastSymbol))
    return skipType(last + 1, end) == end ? std::optional(Part{begin, last}) : std::nullopt;
  if (token(begin).word == Word::kCAST && is(begin + 1, end, '(') && token(begin + 1).match + 1 == end)
    return Part{begin + 2, findWord(begin + 2, end - 1, Word::kAS)};
  if (dialect_.name != DialectName::kPostgres) return std::nullopt;
  if (last < end) return Part{begin, last};
  if (end > begin + 2 && token(end - 2).word == Word::kCOLLATE) return Part{begin, end - 2};
  if (const auto other = elseOf(begin, end)) return Part{*other, end - 1};
  return std::nullopt;
}

void Resolver::implicitOutput(const Item& item, RelationId out, size_t usesBefore) {
  ColumnNode node;
  if (const auto giver = nameGiver(item.begin, item.end)) {
    const NamePiece piece = pieceOf(*giver);
    node.name = piece.id;
    node.range = piece.body;
    node.end = token(item.end - 1).end;
    const auto use = std::find_if(out_.uses.begin() + static_cast<long>(usesBefore), out_.uses.end(),
                                  [&](const Use& one) { return one.range == piece.body; });
    if (use != out_.uses.end() && use->state == Use::State::kBound) {
      node.kind = ColumnNode::Kind::kImplicit;
      node.source = use->column;
    }
  } else if (dialect_.name == DialectName::kPostgres && is(item.begin, item.end, '(')) {
    // A scalar subquery is called after its one output.
    const auto inner = std::find_if(subqueries_.rbegin(), subqueries_.rend(),
                                    [&](const auto& one) { return one.first == item.begin; });
    const bool whole = token(item.begin).match + 1 == item.end && inner != subqueries_.rend() && inner->second != kNone;
    if (whole && out_.relations[inner->second].outs.size() == 1 && out_.relations[inner->second].outs[0] != kNone) {
      node.kind = ColumnNode::Kind::kStar;
      node.source = out_.relations[inner->second].outs[0];
      node.name = out_.columns[node.source].name;
      if (touches(inner->second)) touch(out);
    }
  }
  addOutput(out, std::move(node));
}

// {{ dbt_utils.star(ref('t')) }}: its columns, as if they were written.
bool Resolver::holeStar(const Item& item, ScopeId scope, RelationId out) {
  if (item.end != item.begin + 1 || token(item.begin).kind != TokenKind::kHole || item.alias || item.unknownAlias)
    return false;
  const auto found = catalog_.starInHole(text_, token(item.begin).range());
  if (!found || found->of == nullptr) return false;
  holeInExpression(token(item.begin), scope, Clause::kSelect);
  addHoleStar(*found, item.begin, out);
  return true;
}

void Resolver::addHoleStar(const HoleStar& found, size_t at, RelationId out) {
  noteInterest(*found.of);
  Relation table;
  table.range = token(at).range();
  table.table = found.of;
  const bool touching = std::any_of(found.of->columns.begin(), found.of->columns.end(),
                                    [](const Column& column) { return !column.change.empty(); });
  StarSource star;
  star.relation = addRelation(std::move(table), touching);
  star.range = token(at).range();
  for (const auto& name : found.except) star.except.push_back(names_.of(name, false));
  if (touching) touch(out);
  out_.relations[out].stars.push_back(std::move(star));
}

// `*`, `t.*`, `s.field.*`, with EXCEPT, EXCLUDE, REPLACE, RENAME behind it.
bool Resolver::starItem(const Item& item, ScopeId scope, Ctes ctes, RelationId out) {
  size_t at = item.begin;
  StarSource star;
  std::vector<RelationId> sources;
  const size_t end = item.alias ? item.end + 1 : item.end;
  if (is(at, end, '*')) {
    ++at;
    if (at < end && token(at).kind != TokenKind::kWord) return false;
    for (const auto& entry : out_.scopes[scope].entries)
      if (!entry.hidden) sources.push_back(entry.relation);
    if (sources.empty() || out_.scopes[scope].open) out_.relations[out].open = true;
    out_.scopes[scope].starred = true;
  } else {
    DottedName name;
    if (!isNameToken(at, end) || !readName(at, end, false, name) || !name.star) return false;
    resolveQualified(name, scope);
    at = name.next;
    for (ScopeId s = scope; s != kNone && sources.empty() && star.structure == kNone; s = out_.scopes[s].parent)
      for (const auto& entry : out_.scopes[s].entries) {
        if (!isQualifier(name, name.count, entry)) continue;
        sources.push_back(entry.relation);
        break;
      }
    if (sources.empty() && !name.hole) star.structure = columnOf(name, scope);
    if (sources.empty() && star.structure == kNone) out_.relations[out].open = true;
  }
  star.range = token(at - 1).range();
  starModifiers(at, end, starScope(scope, sources), ctes, out, star);
  for (RelationId source : sources) {
    if (touches(source)) touch(out);
    star.relation = source;
    out_.relations[out].stars.push_back(star);
  }
  if (star.structure != kNone) out_.relations[out].stars.push_back(star);
  return true;
}

// A column that a star leaves out: never with a qualifier.
void Resolver::exceptColumn(const DottedName& name, ScopeId scope, const StarSource& star) {
  const size_t before = out_.uses.size();
  const NamePiece& last = name.parts[name.count - 1];
  if (star.structure == kNone) {
    resolveName(name, scope, Clause::kSelect, false);
  } else if (interesting(last.id)) {
    const Found field = lookupNested(star.structure, last.id);
    Use& use = addUse(last, scope);
    use.state = field.has == Has::kYes ? Use::State::kBound : Use::State::kOther;
    use.column = field.column;
    use.reason = "a field of a struct, which does not change";
  }
  for (size_t i = before; i < out_.uses.size(); ++i) out_.uses[i].qualified = true;
}

// The scope of EXCEPT and REPLACE behind a star: what the star puts out.
ScopeId Resolver::starScope(ScopeId scope, const std::vector<RelationId>& sources) {
  if (sources.empty()) return scope;
  const ScopeId inner = addScope(scope);
  for (const auto& entry : std::vector<ScopeEntry>(out_.scopes[scope].entries))
    if (std::find(sources.begin(), sources.end(), entry.relation) != sources.end())
      out_.scopes[inner].entries.push_back(entry);
  // `a.*` puts out what `a` has, whatever it is joined by.
  if (out_.scopes[inner].entries.size() > 1) out_.scopes[inner].merged = out_.scopes[scope].merged;
  out_.scopes[inner].open = out_.scopes[scope].open;
  return inner;
}

void Resolver::starModifiers(size_t at, size_t end, ScopeId scope, Ctes ctes, RelationId out, StarSource& star) {
  while (at < end) {
    const Word word = token(at).word;
    const bool list = is(at + 1, end, '(');
    const size_t close = list ? token(at + 1).match : at + 1;
    if (word == Word::kEXCEPT || word == Word::kEXCLUDE) {
      for (const auto& [from, to] : list ? splitCommas(at + 2, close)
                                         : std::vector<std::pair<size_t, size_t>>{{at + 1, std::min(at + 2, end)}}) {
        if (from >= to) continue;
        if (token(from).kind == TokenKind::kHole || !isNameToken(from, to)) {
          out_.relations[out].open = true;
          if (token(from).kind == TokenKind::kHole) holeInExpression(token(from), scope, Clause::kSelect);
          continue;
        }
        DottedName name;
        readName(from, to, false, name);
        star.except.push_back(name.parts[name.count - 1].id);
        exceptColumn(name, scope, star);
      }
    } else if ((word == Word::kREPLACE || word == Word::kRENAME) && list) {
      for (const auto& [from, to] : splitCommas(at + 2, close)) {
        if (from >= to) continue;
        const Item one = splitItem(from, to);
        const size_t before = out_.uses.size();
        walk(one.begin, one.end, scope, ctes, Clause::kSelect);
        if (!one.alias) continue;
        star.except.push_back(word == Word::kRENAME && isNameToken(from, to) ? pieceOf(from).id : one.alias->id);
        ColumnNode node;
        node.name = one.alias->id;
        node.range = one.alias->body;
        node.kind = ColumnNode::Kind::kAlias;
        // REPLACE (x AS old): `old` must be a column of the star, so it moves with it.
        if (word == Word::kREPLACE && interesting(node.name)) {
          addUse(*one.alias, scope);
          bindInScopes(*one.alias, scope, out_.uses.back());
          if (out_.uses.back().state == Use::State::kBound) {
            node.kind = ColumnNode::Kind::kStar;
            node.source = out_.uses.back().column;
          }
        } else if (word == Word::kRENAME && out_.uses.size() > before && out_.uses.back().state == Use::State::kBound) {
          node.source = out_.uses.back().column;
        }
        addOutput(out, std::move(node));
      }
    } else if (word == Word::kILIKE || word == Word::kLIKE) {
      out_.relations[out].open = true;
    } else {
      break;
    }
    at = list ? close + 1 : at + 2;
  }
}

}  // namespace gander::rewriter::sql
