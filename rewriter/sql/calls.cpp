// Calls, and the functions with a syntax of their own.
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

}  // namespace

bool isDatePart(std::string_view word) {
  const auto lower = toLowerAscii(word);
  return std::find(kDateParts.begin(), kDateParts.end(), lower) != kDateParts.end();
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
  if (is(open + 1, close, '*') && open + 2 == close && !countsRows(function)) {
    wholeRows(token(open + 1).range(), scope);
    if (scope != kNone) out_.scopes[scope].starred = true;
  }
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
  // DATE_TRUNC('day', minute): the part is a text, and this a column.
  const auto [begin, end] = arguments[0];
  if (end == begin + 1 && token(begin).kind == TokenKind::kString && isDatePart(slice(token(begin).body())))
    part = arguments.size();
  // Snowflake and Spark write DATE_TRUNC(day, x).
  if (part + 1 == arguments.size() && !isPart(part) && isPart(0)) part = 0;
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
    for (const auto& entry : out_.scopes[at].entries)
      if (touches(entry.relation)) out_.rows.push_back({range, entry.relation, scope, here().range.begin});
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
