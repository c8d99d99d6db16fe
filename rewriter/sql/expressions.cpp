// Of expressions only the dotted names, calls and nested queries are read.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "rewriter/sql/resolver.h"

namespace gander::rewriter::sql {
namespace {

// DATE '2024-01-01': words that make a literal of the string behind them.
bool isLiteralType(std::string_view word) {
  static constexpr std::array<std::string_view, 12> kTypes = {"date",     "time",        "timestamp", "datetime",
                                                              "interval", "timestamptz", "numeric",   "bignumeric",
                                                              "decimal",  "json",        "bytes",     "range"};
  return std::find(kTypes.begin(), kTypes.end(), toLowerAscii(word)) != kTypes.end();
}

}  // namespace

bool Resolver::isShadowed(NameId name, size_t at) const {
  return std::any_of(shadows_.begin(), shadows_.end(),
                     [&](const auto& one) { return one.first == name && at < one.second; });
}

void Resolver::walk(size_t begin, size_t end, ScopeId scope, Ctes ctes, Clause clause) {
  if (depth_ >= kDeepest) return tooDeep(begin, end, scope);
  ++depth_;
  for (size_t at = begin; at < end;) at = std::max(at + 1, step(at, end, scope, ctes, clause));
  --depth_;
}

// No name in it is decided.
void Resolver::tooDeep(size_t begin, size_t end, ScopeId scope) {
  notUnderstood();
  for (size_t at = begin; at < end; ++at) {
    if (!isNameToken(at, end)) continue;
    const NamePiece piece = pieceOf(at);
    if (!interesting(piece.id)) continue;
    Use& use = addUse(piece, scope);
    use.state = Use::State::kOpen;
    use.claimed = true;
    use.reason = "nested deeper than is read";
  }
}

size_t Resolver::step(size_t at, size_t end, ScopeId scope, Ctes ctes, Clause clause) {
  const Token& one = token(at);
  switch (one.kind) {
    case TokenKind::kWord:
    case TokenKind::kQuoted: return word(at, end, scope, ctes, clause);
    case TokenKind::kHole: {
      if (is(at + 1, end, '.') || (at + 1 < end && token(at + 1).begin == one.end)) {
        DottedName name;
        readName(at, end, false, name);
        if (name.count > 1 || name.star) {
          resolveName(name, scope, clause, false);
          if (scope != kNone) out_.scopes[scope].holes = true;
          return name.next;
        }
      }
      holeInExpression(one, scope, clause);
      return at + 1;
    }
    case TokenKind::kSymbol: break;
    default: return at + 1;
  }
  if (one.symbol == '(') {
    const size_t close = std::min<size_t>(one.match, end);
    if (isQuery(at + 1, close)) {
      const RelationId inner = query(at + 1, close, scope, ctes);
      if (inner != kNone) out_.relations[inner].byPosition = true;
      subqueries_.emplace_back(at, inner);
      return close + 1;
    }
    // (p.listener).name: a part of a record
    if (const auto plain = plainName(at + 1, close); plain && is(close + 1, end, '.') && isNameToken(close + 2, end)) {
      DottedName record;
      readName(at + 1, close, false, record);
      if (record.next == close) {
        resolveName(record, scope, clause, false);
        return path(record, at + 1, close + 1, end, scope, clause, ctes);
      }
    }
    if (is(close + 1, end, kArrowSymbol)) {  // (a, b) -> ...
      for (size_t i = at + 1; i < close; ++i)
        if (isNameToken(i, close)) shadows_.emplace_back(pieceOf(i).id, end);
      return close + 1;
    }
    return at + 1;
  }
  if (one.symbol == kCastSymbol) return skipType(at + 1, end);
  if (one.symbol == ':' || one.symbol == '.') {  // a path into a value: x:path.to, f(x).part
    size_t next = at + 1;
    if (next < end && (token(next).kind == TokenKind::kWord || token(next).kind == TokenKind::kQuoted)) ++next;
    return next;
  }
  return at + 1;
}

// Not a parameter, which is a value: @day, :day, $1. What SqlRender writes as @day is any text.
bool Resolver::mayBeName(const Token& hole) const {
  switch (text_[hole.begin]) {
    case ':': return false;
    case '$': return text_[hole.begin + 1] == '{';
    case '@': return dialect_.name == DialectName::kTolerant;
    default: return true;
  }
}

void Resolver::holeInExpression(const Token& hole, ScopeId scope, Clause clause) {
  if (scope == kNone || !mayBeName(hole)) return;
  out_.scopes[scope].holes = true;
  if (hole.end - hole.begin < 5 || text_[hole.begin] != '{') return;
  for (const auto& range : catalog_.columnsInHole(text_, hole.range())) {
    const size_t before = out_.uses.size();
    resolveName(nameInText(range, hole.begin), scope, clause, false);
    for (size_t use = before; use < out_.uses.size(); ++use) out_.uses[use].inText = true;
  }
}

// The name that ends there, with what qualifies it: all of 'p.user_name' for the range of `user_name`.
DottedName Resolver::nameInText(ByteRange last, uint32_t begin) {
  DottedName name;
  name.range = last;
  std::vector<ByteRange> parts = {last};
  while (parts.size() < DottedName::kMost && name.range.begin > begin + 1 && text_[name.range.begin - 1] == '.') {
    ByteRange part{name.range.begin - 1, name.range.begin - 1};
    while (part.begin > begin && isWordByte(text_[part.begin - 1])) --part.begin;
    if (part.size() == 0) break;
    name.range.begin = part.begin;
    parts.push_back(part);
  }
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    auto& piece = name.parts[name.count++];
    piece.body = *part;
    piece.id = names_.of(slice(*part), false);
  }
  return name;
}

// STRUCT<a INT64>, and not x::DATE < y
bool Resolver::takesTypes(const Token& word) const {
  return word.word == Word::kSTRUCT || word.word == Word::kARRAY || word.word == Word::kMAP ||
         toLowerAscii(slice(word.range())) == "range";
}

// x::numeric(10, 2), CAST(x AS STRUCT<a INT64>): the type's words are no names.
size_t Resolver::skipType(size_t at, size_t end) const {
  while (at < end) {
    const Token& one = token(at);
    if (one.kind == TokenKind::kWord || one.kind == TokenKind::kQuoted) {
      ++at;
      if (is(at, end, '.')) {
        ++at;
        continue;
      }
      if (is(at, end, '<') && takesTypes(one)) {
        int angle = 0;
        for (; at < end; ++at) {
          if (token(at).is('<')) ++angle;
          if (token(at).is('>') && --angle == 0) break;
        }
        ++at;
      }
      if (is(at, end, '(')) at = std::min<size_t>(token(at).match, end) + 1;
      while (is(at, end, '[')) at = std::min<size_t>(token(at).match, end) + 1;
    }
    break;
  }
  return at;
}

size_t Resolver::word(size_t at, size_t end, ScopeId scope, Ctes ctes, Clause clause) {
  const Token& one = token(at);
  if (one.kind == TokenKind::kWord) {
    switch (one.word) {
      case Word::kAS:  // the names of outputs
        if (is(at + 1, end, '(') && !isQuery(at + 2, end)) return std::min<size_t>(token(at + 1).match, end) + 1;
        return at + 1 < end && isNameToken(at + 1, end) ? at + 2 : at + 1;
      case Word::kOVER: return is(at + 1, end, '(') ? behindWindow(at + 1, end) : at + 2;
      case Word::kCOLLATE: return is(at + 1, end, '(') ? at + 1 : at + 2;
      case Word::kINTERVAL:
        if (at + 1 < end && (token(at + 1).kind == TokenKind::kNumber || token(at + 1).kind == TokenKind::kString ||
                             token(at + 1).kind == TokenKind::kHole))
          return at + 2 < end && token(at + 2).kind == TokenKind::kWord && isDatePart(slice(token(at + 2).range()))
                     ? at + 3
                     : at + 2;
        break;
      case Word::kSTRUCT:
      case Word::kARRAY:
      case Word::kMAP:
        if (is(at + 1, end, '<')) {
          const size_t open = skipType(at, end);
          // skipType takes the arguments for those of the type: they are values here.
          size_t arguments = at;
          while (arguments < open && !token(arguments).is('(') && !token(arguments).is('[')) ++arguments;
          return std::max(arguments, at + 1);
        }
        break;
      default: break;
    }
    if (one.word == Word::kEXISTS && is(at + 1, end, '(') && lambdaArguments(at + 1, scope, ctes, clause))
      return std::min<size_t>(token(at + 1).match, end) + 1;
    // A reserved word before a bracket may be a function: LEFT(x, 3), VALUES(x).
    if (!isNameToken(at, end)) return at + 1;
    if (at + 1 < end && token(at + 1).kind == TokenKind::kString &&
        (isLiteralType(slice(one.range())) || !interesting(pieceOf(at).id)))
      return at + 2;  // DATE '2024-01-01'
    if (at > 0 && endsValue(token(at - 1)) && token(at - 1).kind != TokenKind::kHole && isDatePart(slice(one.range())))
      return at + 1;                                                  // INTERVAL x DAY
    if (is(at + 1, end, kArgumentSymbol)) return at + 2;              // input => x
    if (is(at + 1, end, ':') && is(at + 2, end, '=')) return at + 3;  // input := x
    if (is(at + 1, end, kArrowSymbol) && at + 2 < end && token(at + 2).kind != TokenKind::kString &&
        token(at + 2).kind != TokenKind::kNumber) {
      shadows_.emplace_back(pieceOf(at).id, end);
      return at + 2;
    }
  }
  DottedName name;
  if (!readName(at, end, false, name)) return at + 1;
  const bool outer = is(name.next, end, '(') && is(name.next + 1, end, '+') && is(name.next + 2, end, ')');  // x (+)
  if (is(name.next, end, '(') && !name.star && !outer) return call(name.next, name, end, scope, ctes, clause);
  if (name.hole && scope != kNone) out_.scopes[scope].holes = true;
  const size_t before = out_.uses.size();
  if (!isShadowed(name.parts[0].id, at)) resolveName(name, scope, clause, false);
  if (one.kind == TokenKind::kQuoted && one.symbol == '"' && name.count == 1) mayBeText(before);
  return path(name, at, name.next, end, scope, clause, ctes);
}

// "x" of an unknown dialect: a name, or a string.
void Resolver::mayBeText(size_t before) {
  if (dialect_.name != DialectName::kTolerant || quotesNames()) return;
  openSince(before, "in double quotes it is a name or a string: which dialect it is, is not known");
}

// Names of changed columns, from that use on, that are not decided here.
void Resolver::openSince(size_t first, std::string_view reason) {
  for (size_t i = first; i < out_.uses.size(); ++i) {
    Use& use = out_.uses[i];
    if (use.state != Use::State::kBound || !carries(use.column)) continue;
    use.state = Use::State::kOpen;
    use.claimed = true;
    use.change = changedColumn(use.column)->change;
    use.reason = reason;
  }
}

// Whether the text has names in double quotes where no string can stand.
bool Resolver::quotesNames() {
  if (!quotesNames_) {
    quotesNames_ = false;
    for (size_t at = 0; at + 1 < tokens_.size(); ++at) {
      if (token(at).kind != TokenKind::kQuoted || token(at).symbol != '"') continue;
      const Word before = at > 0 ? token(at - 1).word : Word::kNone;
      *quotesNames_ |= token(at + 1).is('.') || (at > 0 && token(at - 1).is('.')) || before == Word::kFROM ||
                       before == Word::kJOIN || before == Word::kINTO || before == Word::kUPDATE ||
                       before == Word::kTABLE;
    }
  }
  return *quotesNames_;
}

// What goes on behind a name: items[0].price, payload:items[0].price of Snowflake. A subscript is an expression of its own.
size_t Resolver::path(const DottedName& name, size_t first, size_t next, size_t end, ScopeId scope, Clause clause,
                      Ctes ctes) {
  const bool paths = dialect_.name == DialectName::kSnowflake || dialect_.name == DialectName::kSpark;
  DottedName whole = name;
  bool text = false;  // behind a colon names are keys of a text
  while (next < end && whole.count < DottedName::kMost) {
    const bool touching = token(next).begin == token(next - 1).end;
    if (is(next, end, '[')) {
      const size_t close = std::min<size_t>(token(next).match, end);
      walk(next + 1, close, scope, ctes, clause);
      next = close + 1;
      continue;
    }
    text |= paths && touching && is(next, end, ':');
    const bool more = (is(next, end, '.') || (paths && touching && is(next, end, ':'))) && next + 1 < end &&
                      (token(next + 1).kind == TokenKind::kWord || token(next + 1).kind == TokenKind::kQuoted);
    if (!more || is(next + 2, end, '(')) break;
    NamePiece piece = pieceOf(next + 1);
    if (text) piece.id = names_.of(slice(piece.body), true);
    whole.parts[whole.count++] = piece;
    next += 2;
  }
  if (whole.count == name.count || isShadowed(name.parts[0].id, first)) return next;
  const size_t before = out_.uses.size();
  const size_t tables = out_.tables.size();
  resolveName(whole, scope, clause, false);
  // The parts before the subscript have been judged.
  const uint32_t rest = whole.parts[name.count].body.begin;
  std::erase_if(out_.uses, [&](const Use& use) { return &use >= &out_.uses[before] && use.range.begin < rest; });
  for (size_t i = before; i < out_.uses.size(); ++i) out_.uses[i].inText |= text;
  out_.tables.resize(tables);
  return next;
}

}  // namespace gander::rewriter::sql
