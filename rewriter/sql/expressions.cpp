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

// Functions that take a part of a date: as their first argument of at least so many, or as their last one.
struct DatePartFunction {
  std::string_view name;
  bool first = false;
  size_t arguments = 2;
};
constexpr std::array kDatePartFunctions = {
    DatePartFunction{"dateadd", true, 3},
    DatePartFunction{"datediff", true, 3},
    DatePartFunction{"datediff_big", true, 3},
    DatePartFunction{"datepart", true},
    DatePartFunction{"datename", true},
    DatePartFunction{"datetrunc", true},
    DatePartFunction{"date_part", true},
    DatePartFunction{"timestampadd", true, 3},
    DatePartFunction{"timestampdiff", true, 3},
    DatePartFunction{"timediff", true, 3},
    DatePartFunction{"timeadd", true, 3},
    DatePartFunction{"date_add", true, 3},
    DatePartFunction{"date_trunc"},
    DatePartFunction{"datetime_trunc"},
    DatePartFunction{"timestamp_trunc"},
    DatePartFunction{"time_trunc"},
    DatePartFunction{"date_diff", false, 3},
    DatePartFunction{"datetime_diff", false, 3},
    DatePartFunction{"timestamp_diff", false, 3},
    DatePartFunction{"time_diff", false, 3},
    DatePartFunction{"last_day"},
    DatePartFunction{"trunc"},
};

const DatePartFunction* takesDatePart(std::string_view function) {
  const auto lower = toLowerAscii(function);
  const auto found = std::find_if(kDatePartFunctions.begin(), kDatePartFunctions.end(),
                                  [&](const DatePartFunction& one) { return one.name == lower; });
  return found == kDatePartFunctions.end() ? nullptr : &*found;
}

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
  for (size_t i = before; i < out_.uses.size(); ++i) {
    Use& use = out_.uses[i];
    if (use.state != Use::State::kBound || !carries(use.column)) continue;
    use.state = Use::State::kOpen;
    use.claimed = true;
    use.change = changedColumn(use.column)->change;
    use.reason = "in double quotes it is a name or a string: which dialect it is, is not known";
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

namespace {

// Functions to which a star is no more than rows.
bool countsRows(std::string_view function) {
  const auto lower = toLowerAscii(function);
  return lower.starts_with("count") || lower.starts_with("hash") || lower.starts_with("approx_count");
}

}  // namespace

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
  if (const auto* dated = takesDatePart(function)) {
    dateArguments(open, dated->first, dated->arguments, scope, ctes, clause);
    return close + 1;
  }
  if (is(open + 1, close, '*') && open + 2 == close && !countsRows(function)) wholeRows(token(open + 1).range(), scope);
  if (lambdaArguments(open, scope, ctes, clause)) return close + 1;
  if (isQuery(open + 1, close)) return step(open, end, scope, ctes, clause);  // ARRAY(SELECT ...), EXISTS(...)
  return open + 1;
}

// DATE_DIFF(a, b, DAY), DATEADD(day, 1, x), TIMESTAMP_TRUNC(x, WEEK(MONDAY)): the part is no column.
void Resolver::dateArguments(size_t open, bool first, size_t least, ScopeId scope, Ctes ctes, Clause clause) {
  const auto arguments = splitCommas(open + 1, token(open).match);
  const auto isPart = [&](size_t index) {
    const auto [begin, end] = arguments[index];
    return begin < end && token(begin).kind == TokenKind::kWord && isDatePart(slice(token(begin).range())) &&
           (end == begin + 1 || is(begin + 1, end, '('));
  };
  size_t part = arguments.size();
  if (arguments.size() >= least) part = first ? 0 : arguments.size() - 1;
  // Snowflake and Spark write DATE_TRUNC(day, x).
  if (part == arguments.size() - 1 && !isPart(part) && isPart(0)) part = 0;
  for (size_t i = 0; i < arguments.size(); ++i)
    if (i != part || !isPart(i)) walk(arguments[i].first, arguments[i].second, scope, ctes, clause);
}

// transform(items, i -> i.price), aggregate(items, 0, (a, i) -> a + i.price): a parameter is an element of the first argument.
bool Resolver::lambdaArguments(size_t open, ScopeId scope, Ctes ctes, Clause clause) {
  const size_t close = token(open).match;
  const auto arguments = splitCommas(open + 1, close);
  if (arguments.size() < 2) return false;
  const auto arrowOf = [&](size_t begin, size_t end) {
    const size_t arrow = is(begin, end, '(') ? behind(begin, end) : begin + 1;
    const bool lambda = is(arrow, end, kArrowSymbol) && token(arrow).end - token(arrow).begin == 2 &&
                        (is(begin, end, '(') || isNameToken(begin, end)) && arrow + 1 < end &&
                        token(arrow + 1).kind != TokenKind::kString && token(arrow + 1).kind != TokenKind::kNumber;
    return lambda ? arrow : end;
  };
  const bool any = std::any_of(arguments.begin() + 1, arguments.end(),
                               [&](const auto& one) { return arrowOf(one.first, one.second) < one.second; });
  if (!any) return false;
  const size_t before = out_.uses.size();
  walk(arguments[0].first, arguments[0].second, scope, ctes, clause);
  const auto plain = plainName(arguments[0].first, arguments[0].second);
  ColumnId array = kNone;
  if (plain && out_.uses.size() > before && out_.uses.back().range == pieceOf(*plain).body &&
      out_.uses.back().state == Use::State::kBound)
    array = out_.uses.back().column;
  for (size_t i = 1; i < arguments.size(); ++i) {
    const auto [begin, end] = arguments[i];
    const size_t arrow = arrowOf(begin, end);
    if (arrow >= end) {
      walk(begin, end, scope, ctes, clause);
      continue;
    }
    const ScopeId inner = addScope(scope);
    for (size_t at = begin; at < arrow; ++at)
      if (isNameToken(at, arrow)) addParameter(pieceOf(at), array, inner, end);
    walk(arrow + 1, end, inner, ctes, clause);
  }
  return true;
}

void Resolver::addParameter(const NamePiece& piece, ColumnId array, ScopeId scope, size_t end) {
  Relation element;
  element.kind = array == kNone ? Relation::Kind::kQuery : Relation::Kind::kElement;
  element.element = array;
  element.range = piece.body;
  const RelationId relation = addRelation(std::move(element), touchesColumn(array));
  addEntry(scope, relation, &piece, nullptr);
  out_.scopes[scope].entries.back().hidden = true;
  if (interesting(piece.id)) shadows_.emplace_back(piece.id, end);
}

// A star, or a relation's name, as a value: its fields are called as its columns.
void Resolver::wholeRows(ByteRange range, ScopeId scope) {
  for (ScopeId at = scope; at != kNone; at = out_.scopes[at].parent)
    for (const auto& entry : out_.scopes[at].entries) {
      if (!touches(entry.relation)) continue;
      out_.hazards.push_back(
          {"select-star", range, "a whole row is a value here: its fields are named anew with the columns"});
      return;
    }
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
