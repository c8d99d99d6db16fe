// The basis of the readers: tokens, names, relations, scopes.
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
  inBrackets_.resize(tokens_.size());
  for (size_t at = tokens_.size(); at-- > 0;)
    inBrackets_[at] = tokens_[at].is('(') && at + 1 < tokens_.size() ? inBrackets_[at + 1] : static_cast<uint32_t>(at);
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
  const size_t first = inBrackets_[at];
  if (!startsQuery(first, end)) return false;
  // Deeper than queries may be nested, it is for query() to say so.
  for (size_t open = first; open > at && first - open < kDeepest; --open) {
    const size_t bound = open - 1 > at ? std::min<size_t>(token(open - 2).match, end) : end;
    const size_t next = static_cast<size_t>(token(open - 1).match) + 1;
    if (next < bound && setOperation(next, open - 1, bound) == 0 && token(next).word != Word::kORDER &&
        token(next).word != Word::kLIMIT)
      return false;
  }
  return true;
}

bool Resolver::startsQuery(size_t at, size_t end) const {
  if (at >= end) return false;
  switch (token(at).word) {
    case Word::kSELECT: return true;
    case Word::kWITH: return isNameToken(at + 1, end) || is(at + 1, end, Word::kRECURSIVE);
    case Word::kVALUES: return is(at + 1, end, '(') && !(at > 0 && token(at - 1).kind == TokenKind::kWord);
    case Word::kFROM: return at + 1 < end;
    default: return false;
  }
}

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

}  // namespace gander::rewriter::sql
