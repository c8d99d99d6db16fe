// Functions, procedures and triggers: bodies, variables, and the rows that a trigger sees.
#include <algorithm>

#include "base/text.h"
#include "rewriter/sql/resolver.h"

namespace gander::rewriter::sql {

// Where a variable or a parameter is not told from a column of its name: MySQL takes the variable, PL/pgSQL neither.
bool Resolver::variablesHide() const {
  return dialect_.name == DialectName::kMysql || dialect_.name == DialectName::kPostgres ||
         dialect_.name == DialectName::kTolerant;
}

// (IN a int, b text DEFAULT 'x')
void Resolver::parameters(size_t open) {
  for (const auto& [from, to] : splitCommas(open + 1, token(open).match)) {
    size_t at = from;
    while (at + 1 < to && isMode(slice(token(at).range()))) ++at;
    if (at + 1 < to && isNameToken(at, to)) variables_.push_back(pieceOf(at).id);
  }
}

bool Resolver::isMode(std::string_view word) {
  const auto lower = toLowerAscii(word);
  return lower == "in" || lower == "out" || lower == "inout" || lower == "variadic";
}

// DECLARE a, b int; and behind PL/pgSQL's DECLARE `c text := 'x'`. The types of tables and columns: t%ROWTYPE, t.c%TYPE.
void Resolver::declaration(size_t begin, size_t end) {
  size_t at = is(begin, end, Word::kDECLARE) ? begin + 1 : begin;
  if (findWord(at, std::min(at + 4, end), Word::kCURSOR) < std::min(at + 4, end)) return;
  while (isNameToken(at, end)) {
    variables_.push_back(pieceOf(at).id);
    if (!is(at + 1, end, ',')) break;
    at += 2;
  }
  for (size_t i = at + 1; i + 1 < end; ++i) {
    if (!token(i).is('%')) continue;
    const auto kind = toLowerAscii(slice(token(i + 1).range()));
    size_t first = i;
    while (first > at + 1 && token(first - 1).end == token(first).begin) --first;
    DottedName name;
    if (kind == "rowtype" && readName(first, i, true, name)) tableNamed(name, nullptr);
    if (kind == "type") ownedColumn(first, i);
  }
}

// Its body is a text, a query, or statements behind BEGIN.
void Resolver::createRoutine(size_t begin, size_t end) {
  const size_t open = std::min(findSymbol(begin, end, '('), findWord(begin, end, Word::kAS));
  if (is(open, end, '(')) parameters(open);
  bool foreign = false;
  for (size_t at = begin; at + 1 < end; ++at) {
    const auto next = toLowerAscii(slice(token(at + 1).range()));
    if (token(at).word == Word::kLANGUAGE)
      foreign |= next != "sql" && next != "plpgsql" && next != "'plpgsql'" && next != "'sql'";
    DottedName name;
    if (toLowerAscii(slice(token(at).range())) == "setof" && readName(at + 1, end, true, name) && !isType(next))
      tableNamed(name, nullptr);
  }
  for (size_t at = begin + 1; at < end; ++at) {
    const Word before = token(at - 1).word;
    if (token(at).kind == TokenKind::kString && (before == Word::kAS || before == Word::kDO) && !foreign)
      textBody(at, token(at).symbol == '$');
    const bool lead = before == Word::kAS || before == Word::kRETURN || before == Word::kBEGIN;
    if (!lead || token(at).word == Word::kBEGIN) continue;
    if (token(at).is('(')) {
      const ScopeId scope = addScope(kNone);
      return walk(at, std::min<size_t>(token(at).match + 1, end), scope, nullptr, Clause::kOther);
    }
    if (token(at).kind == TokenKind::kWord && token(at).word != Word::kNone) return segment(at, end);
  }
}

// Types that SETOF has and that are no tables.
bool Resolver::isType(std::string_view lower) {
  return lower == "record" || lower == "text" || lower == "integer" || lower == "int" || lower == "bigint" ||
         lower == "json" || lower == "jsonb" || lower == "uuid";
}

// UPDATE OF a ON t [WHEN x] BEGIN ... END; FOR EACH ROW SET NEW.a = 1. Its statements see the rows NEW and OLD.
void Resolver::createTrigger(size_t begin, size_t trigger, size_t end) {
  const size_t on = findWord(begin, end, Word::kON);
  if (on >= end) return;
  size_t at = on + 1;
  const ScopeId scope = targetScope(&at, end, false);
  const bool tsql = dialect_.name == DialectName::kTsql;
  for (std::string_view row : {"new", "old"}) addRowAlias(scope, names_.of(row, false));
  for (std::string_view rows : {"inserted", "deleted"})
    if (tsql && !out_.scopes[scope].entries.empty())
      made_[std::string(names_.textOf(names_.of(rows, false)))] = out_.scopes[scope].entries[0].relation;
  for (size_t i = trigger + 2; i < on; ++i)  // UPDATE OF a, b
    if (isNameToken(i, on) && interesting(pieceOf(i).id)) resolveTarget(pieceOf(i), scope, false);
  const size_t block = std::min({findWord(at, end, Word::kBEGIN), findWord(at, end, Word::kAS)});
  const size_t row = findWord(at, end, Word::kROW);
  const size_t when = findWord(at, end, Word::kWHEN);
  const size_t body = block < end ? block + 1 : row + 1;
  if (when < body) walk(when + 1, std::min(block, end), scope, nullptr, Clause::kOther);
  outside_ = addScope(kNone);  // only the rows: the table's own columns are not seen
  for (const auto& entry : std::vector<ScopeEntry>(out_.scopes[scope].entries))
    if (entry.hidden) out_.scopes[outside_].entries.push_back(entry);
  if (body < end && !is(body, end, Word::kEXECUTE)) segment(body, end);
}

// A text that is a script: the body of a function, the argument of EXECUTE IMMEDIATE. Not one with escapes, where it would have
// to be decoded first.
void Resolver::textBody(size_t at, bool always) {
  const Token& one = token(at);
  const auto inside = slice(one.body());
  const bool escapes = one.symbol != '$' && (inside.contains('\\') || inside.contains("''") || inside.contains("\"\""));
  if (escapes || !(always || looksLikeSql(inside))) return;
  Body body{one.body(), {}};
  for (NameId variable : variables_) body.variables.emplace_back(names_.textOf(variable));
  out_.bodies.push_back(std::move(body));
}

}  // namespace gander::rewriter::sql
