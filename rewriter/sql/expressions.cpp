// Of expressions only the dotted names, calls and nested queries are read.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "rewriter/sql/resolver.h"

namespace gander::rewriter::sql {
namespace {

// Parts of dates: bare words in arguments, which are no columns there.
constexpr std::array<std::string_view, 32> kDateParts = {
    "day",     "days",    "month",     "months",    "year",        "years",       "week",       "weeks",
    "hour",    "hours",   "minute",    "minutes",   "second",      "seconds",     "quarter",    "quarters",
    "isoweek", "isoyear", "dayofweek", "dayofyear", "millisecond", "microsecond", "nanosecond", "date",
    "time",    "epoch",   "dow",       "doy",       "decade",      "century",     "dd",         "mm"};

bool isDatePart(std::string_view word) {
  const auto lower = toLowerAscii(word);
  return std::find(kDateParts.begin(), kDateParts.end(), lower) != kDateParts.end();
}

// DATE_DIFF(a, b, DAY), TIMESTAMP_TRUNC(x, MONTH), DATEADD(day, 1, x), LAST_DAY(x, MONTH).
bool takesDatePart(std::string_view function) {
  const auto lower = toLowerAscii(function);
  return lower.starts_with("date") || lower.starts_with("time") || lower == "last_day" || lower == "trunc" ||
         lower == "parse_date" || lower.starts_with("generate_");
}

}  // namespace

bool Resolver::isShadowed(NameId name, size_t at) const {
  return std::any_of(shadows_.begin(), shadows_.end(),
                     [&](const auto& one) { return one.first == name && at < one.second; });
}

void Resolver::walk(size_t begin, size_t end, ScopeId scope, Ctes ctes, Clause clause) {
  for (size_t at = begin; at < end;) at = std::max(at + 1, step(at, end, scope, ctes, clause));
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
    NamePiece piece;
    piece.body = range;
    piece.id = names_.of(slice(range), false);
    if (!interesting(piece.id)) continue;
    addUse(piece, scope).inText = true;
    resolveColumn(piece, scope, clause, false, out_.uses.size() - 1);
  }
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
      if (is(at, end, '<')) {
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
      case Word::kAS: return at + 1 < end && isNameToken(at + 1, end) ? at + 2 : at + 1;
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
    // A reserved word before a bracket may be a function: LEFT(x, 3), VALUES(x).
    if (isReserved(one.word)) return at + 1;
    if (at + 1 < end && token(at + 1).kind == TokenKind::kString) return at + 2;  // DATE '2024-01-01'
    if (is(at + 1, end, kArgumentSymbol)) return at + 2;                          // input => x
    if (is(at + 1, end, ':') && is(at + 2, end, '=')) return at + 3;              // input := x
    if (is(at + 1, end, kArrowSymbol) && at + 2 < end && token(at + 2).kind != TokenKind::kString &&
        token(at + 2).kind != TokenKind::kNumber) {
      shadows_.emplace_back(pieceOf(at).id, end);
      return at + 2;
    }
  }
  DottedName name;
  if (!readName(at, end, false, name)) return at + 1;
  if (is(name.next, end, '(') && !name.star) return call(name.next, name, end, scope, ctes, clause);
  if (name.hole && scope != kNone) out_.scopes[scope].holes = true;
  if (!isShadowed(name.parts[0].id, at)) resolveName(name, scope, clause, false);
  // items[0].price: the subscript is an expression of its own, and the path goes on behind it.
  if (is(name.next, end, '[')) {
    const size_t close = std::min<size_t>(token(name.next).match, end);
    walk(name.next + 1, close, scope, ctes, clause);
    if (is(close + 1, end, '.') && isNameToken(close + 2, end)) {
      DottedName rest;
      readName(close + 2, end, false, rest);
      DottedName whole = name;
      for (size_t i = 0; i < rest.count && whole.count < DottedName::kMost; ++i)
        whole.parts[whole.count++] = rest.parts[i];
      const size_t before = out_.uses.size();
      const size_t tables = out_.tables.size();
      if (!isShadowed(name.parts[0].id, at)) resolveName(whole, scope, clause, false);
      // The parts before the subscript have been judged.
      for (size_t i = before; i < out_.uses.size();)
        out_.uses[i].range.begin < rest.range.begin ? void(out_.uses.erase(out_.uses.begin() + static_cast<long>(i)))
                                                    : void(++i);
      out_.tables.resize(tables);
      return rest.next;
    }
    return close + 1;
  }
  return name.next;
}

// A call: its name is no column. Arguments are read by the caller's loop, but for those of functions with a syntax of their own.
size_t Resolver::call(size_t open, const DottedName& name, size_t end, ScopeId scope, Ctes ctes, Clause clause) {
  const NamePiece& last = name.parts[name.count - 1];
  if (name.count == 1 && interesting(last.id)) {
    Use& use = addUse(last, scope);
    use.reason = "the name of a function";
  }
  const size_t close = std::min<size_t>(token(open).match, end);
  const auto function = slice(last.body);
  const Word known = last.quoted ? Word::kNone : sql::findWord(function);
  if (known == Word::kCAST || known == Word::kTRY_CAST || known == Word::kSAFE_CAST) {
    const size_t as = findWord(open + 1, close, Word::kAS);
    walk(open + 1, as, scope, ctes, clause);
    return close + 1;
  }
  if (known == Word::kCONVERT && dialect_.name == DialectName::kTsql) {
    const auto arguments = splitCommas(open + 1, close);
    for (size_t i = 1; i < arguments.size(); ++i) walk(arguments[i].first, arguments[i].second, scope, ctes, clause);
    return close + 1;
  }
  if (known == Word::kEXTRACT) {
    const size_t of = findWord(open + 1, close, Word::kFROM);
    walk(of < close ? of + 1 : open + 1, close, scope, ctes, clause);
    return close + 1;
  }
  if (known == Word::kSTRUCT) {
    structArguments(open, scope, ctes);
    return close + 1;
  }
  if (takesDatePart(function)) {
    for (const auto& [begin, stop] : splitCommas(open + 1, close)) {
      if (stop == begin + 1 && token(begin).kind == TokenKind::kWord && isDatePart(slice(token(begin).range())))
        continue;
      // WEEK(MONDAY)
      if (stop > begin + 1 && is(begin + 1, stop, '(') && toLowerAscii(slice(token(begin).range())) == "week") continue;
      walk(begin, stop, scope, ctes, clause);
    }
    return close + 1;
  }
  if (isQuery(open + 1, close)) return step(open, end, scope, ctes, clause);  // ARRAY(SELECT ...), EXISTS(...)
  return open + 1;
}

// STRUCT(x, y AS z): an argument without a name gives the field its own.
void Resolver::structArguments(size_t open, ScopeId scope, Ctes ctes) {
  for (const auto& [begin, stop] : splitCommas(open + 1, token(open).match)) {
    const Item item = splitItem(begin, stop);
    const size_t before = out_.uses.size();
    walk(item.begin, item.end, scope, ctes, Clause::kSelect);
    const auto plain = plainName(item.begin, item.end);
    if (plain && !item.alias && !item.unknownAlias && out_.uses.size() > before &&
        out_.uses.back().range == pieceOf(*plain).body)
      out_.uses.back().takesName = true;
  }
}

}  // namespace gander::rewriter::sql
