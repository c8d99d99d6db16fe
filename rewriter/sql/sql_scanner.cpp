#include "rewriter/sql/sql_scanner.h"

#include <algorithm>
#include <cctype>
#include <map>

namespace gander::rewriter {
namespace {

using Words = std::set<std::string_view>;

// Words that end a table's place: none of them is a table or an alias.
const Words kReserved = {
    "SELECT",   "FROM",    "WHERE",    "JOIN",      "ON",        "USING",         "GROUP",   "ORDER",       "HAVING",
    "LIMIT",    "UNION",   "EXCEPT",   "MINUS",     "INTERSECT", "VALUES",        "SET",     "WITH",        "AS",
    "LEFT",     "RIGHT",   "FULL",     "INNER",     "OUTER",     "CROSS",         "NATURAL", "WINDOW",      "FETCH",
    "OFFSET",   "FOR",     "WHEN",     "RETURNING", "THEN",      "ELSE",          "END",     "CASE",        "AND",
    "OR",       "NULL",    "IS",       "IN",        "LIKE",      "BETWEEN",       "BY",      "INTO",        "UPDATE",
    "DELETE",   "INSERT",  "QUALIFY",  "PIVOT",     "UNPIVOT",   "STDIN",         "STDOUT",  "TABLESAMPLE", "ADD",
    "RENAME",   "DROP",    "ALTER",    "PROGRAM",   "PARTITION", "STRAIGHT_JOIN", "ANTI",    "SEMI",        "ASOF",
    "DISTINCT", "CASCADE", "RESTRICT", "TO",        "DEFAULT",   "MATERIALIZED",  "CLUSTER", "DISTRIBUTE",  "SORT",
    "LATERAL",  "CLONE",   "INHERITS", "OWNER",     "OPTIONS"};

// Words between a keyword and its table: UPDATE ONLY x, DROP TABLE IF EXISTS x.
const Words kModifiers = {"ONLY", "LATERAL", "IF", "NOT", "EXISTS", "IGNORE", "LOW_PRIORITY", "CONCURRENTLY", "TABLE"};

// Functions with FROM among their arguments.
const Words kFromFunctions = {"EXTRACT", "SUBSTRING", "TRIM", "OVERLAY", "POSITION", "LTRIM", "RTRIM", "BTRIM"};

bool isName(const SqlToken* token) {
  if (token == nullptr) return false;
  if (token->kind == TokenKind::kWord) return !kReserved.contains(token->text);
  return token->kind == TokenKind::kQuoted || token->kind == TokenKind::kHole;
}

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return result;
}

}  // namespace

std::vector<SeenStatement> SqlScanner::run() {
  statements_.emplace_back();
  contexts_ = {{.outermost = true}};
  while (at_ < tokens_.size()) {
    if (tokens_[at_].is(";")) {
      ++at_;
      startStatement();
      continue;
    }
    const size_t before = at_;
    step();
    if (at_ == before) ++at_;
  }
  statement().end = tokens_.size();
  return std::move(statements_);
}

void SqlScanner::startStatement() {
  statement().end = at_ - 1;
  statements_.emplace_back();
  statement().begin = at_;
  contexts_ = {{.outermost = true}};
  definition_ = false;
}

bool SqlScanner::atStatementStart() const {
  return at_ == statement().begin || previousIs("BEGIN") || previousIs("EXPLAIN");
}

// Looks at one token; whoever needs more of them moves on further.
void SqlScanner::step() {
  const SqlToken& token = tokens_[at_];
  if (token.kind == TokenKind::kWord && atStatementStart()) statement().verb = token.text;
  if (token.is("(")) return open();
  if (token.is(")")) return close();
  if (token.is(",")) return comma();
  if (here().wantsTable && takeTable()) return;
  if (here().with && takeCte()) return;
  const bool name =
      token.kind == TokenKind::kWord || token.kind == TokenKind::kQuoted || token.kind == TokenKind::kHole;
  if (name && nextIs(".")) return takeDotted();
  if (token.kind == TokenKind::kWord && !previousIs(".")) word();
}

void SqlScanner::open() {
  Context inner;
  Context& outer = here();
  inner.plainFrom = at_ > 0 && kFromFunctions.contains(tokens_[at_ - 1].text);
  if (outer.wantsTable) {
    outer.wantsTable = false;
    inner = {.wantsTable = true, .inFrom = true, .group = true, .outermost = outer.outermost};
  }
  contexts_.push_back(std::move(inner));
  ++at_;
}

void SqlScanner::close() {
  ++at_;
  if (contexts_.size() == 1) return;
  const Context closed = std::move(contexts_.back());
  contexts_.pop_back();
  if (!closed.makes.empty()) here().ctes.insert(closed.makes);
  if (closed.group) takeAlias();
}

void SqlScanner::comma() {
  ++at_;
  if (here().inFrom) here().wantsTable = true;
}

void SqlScanner::word() {
  if (const Handler handler = handlerFor(tokens_[at_].text)) (this->*handler)();
}

void SqlScanner::wantTable(bool list) {
  here().wantsTable = true;
  here().inFrom = list;
}

// In table position. False: this token is no table, and is looked at as any other.
bool SqlScanner::takeTable() {
  const SqlToken& token = tokens_[at_];
  if (token.kind == TokenKind::kWord && kModifiers.contains(token.text) && (isName(peek(1)) || nextIs("("))) {
    if (token.is("TABLE") && nextIs("(")) {  // TABLE(f(x))
      here().wantsTable = false;
      statement().derived = statement().derived || here().outermost;
    }
    return ++at_, true;
  }
  here().wantsTable = false;
  if (!isName(&token)) {
    if (token.kind == TokenKind::kString) statement().derived = true;
    return false;
  }
  TableUse use = takeName(true);
  const bool function = here().inFrom && at_ < tokens_.size() && tokens_[at_].is("(");
  if (function || isCte(use)) {
    statement().derived = statement().derived || here().outermost;
    if (!function) takeAlias();
    return true;
  }
  addTable(std::move(use));
  return true;
}

void SqlScanner::addTable(TableUse use) {
  const bool outermost = here().outermost && here().inFrom;
  // `FROM plays p, p.items`: an array of the row, where p is another name of a table before.
  if (use.parts.size() > 1 && statement().hidden.contains(upper(use.parts[0].second))) {
    statement().derived = statement().derived || outermost;
    return;
  }
  use.definition = std::exchange(definition_, false);
  SeenTable table{.use = std::move(use), .outermost = outermost};
  table.alias = takeAlias();
  statement().tables.push_back(std::move(table));
}

// [AS] alias, with or without a list of columns.
std::string SqlScanner::takeAlias() {
  const bool as = at_ < tokens_.size() && tokens_[at_].is("AS");
  const SqlToken* name = peek(as ? 1 : 0);
  const bool alias = isName(name) && name->kind != TokenKind::kHole;
  if (!alias || (as && nextIs("SELECT"))) return "";
  if (!as && !here().inFrom && !verbIs("UPDATE") && !verbIs("MERGE") && !verbIs("INSERT")) return "";
  const std::string text = upper(name->text);
  statement().hidden.insert(text);
  at_ += as ? 2 : 1;
  return text;
}

// name [(columns)] AS [[NOT] MATERIALIZED] (  ->  the body's context.
bool SqlScanner::takeCte() {
  const SqlToken* name = peek(0);
  if (name->is("RECURSIVE")) {
    here().recursive = true;
    return ++at_, true;
  }
  size_t next = 1;
  if (nextIs("(")) {
    while (peek(next) != nullptr && !peek(next)->is(")")) ++next;
    ++next;
  }
  if (!isName(name) || !nextIs("AS", next)) {
    here().with = false;
    return false;
  }
  ++next;
  while (nextIs("NOT", next) || nextIs("MATERIALIZED", next)) ++next;
  if (!nextIs("(", next)) return false;
  const std::string text = upper(name->text);
  statement().hidden.insert(text);
  if (here().recursive) here().ctes.insert(text);
  contexts_.push_back({.makes = text});
  at_ += next + 1;
  return true;
}

// One part of a name, with what stands right against it: user_{{ x }}, and in table position my-project.
void SqlScanner::addPart(TableUse& use, bool dashes) {
  const SqlToken& first = tokens_[at_];
  ByteRange range = first.body;
  use.hole = use.hole || first.kind == TokenKind::kHole || first.text.find(kHoleByte) != std::string::npos;
  use.range.end = first.range.end;
  ++at_;
  while (first.kind != TokenKind::kQuoted && at_ < tokens_.size() && tokens_[at_].range.begin == use.range.end) {
    const SqlToken& token = tokens_[at_];
    const bool dash =
        dashes && token.is("-") && peek(1) != nullptr && peek(1)->range.begin == token.range.end && isName(peek(1));
    const bool more =
        token.kind == TokenKind::kWord || token.kind == TokenKind::kHole || token.kind == TokenKind::kNumber;
    if (!dash && !more) break;
    use.hole = use.hole || token.kind == TokenKind::kHole;
    use.range.end = range.end = token.range.end;
    ++at_;
  }
  use.parts.emplace_back(range, std::string(text_.substr(range.begin, range.size())));
}

TableUse SqlScanner::takeName(bool dashes) {
  TableUse use;
  use.range = tokens_[at_].range;
  const bool whole = tokens_[at_].quote == '`';
  addPart(use, dashes);
  while (at_ + 1 < tokens_.size() && tokens_[at_].is(".") && tokens_[at_ + 1].kind != TokenKind::kSymbol &&
         tokens_[at_ + 1].kind != TokenKind::kString) {
    ++at_;
    addPart(use, dashes);
  }
  if (use.parts.size() > 1 || tokens_[at_ - 1].kind != TokenKind::kQuoted) return use;
  use.range = use.parts[0].first;
  if (!whole) return use;
  // `a.b.c`
  const std::string text = std::exchange(use.parts, {})[0].second;
  for (size_t from = 0; from <= text.size();) {
    const size_t dot = std::min(text.find('.', from), text.size());
    const auto begin = use.range.begin + static_cast<uint32_t>(from);
    use.parts.push_back({{begin, begin + static_cast<uint32_t>(dot - from)}, text.substr(from, dot - from)});
    from = dot + 1;
  }
  return use;
}

// A name with dots outside table position: its last part is a column, or a function.
void SqlScanner::takeDotted() {
  const bool comment = verbIs("COMMENT") && previousIs("COLUMN");
  TableUse use = takeName(false);
  const bool star = at_ + 1 < tokens_.size() && tokens_[at_].is(".") && tokens_[at_ + 1].is("*");
  if (at_ < tokens_.size() && tokens_[at_].is("(")) return;
  if (!star) {
    if (use.parts.size() < 2) return;
    use.parts.pop_back();
    // Quotes of the last part that is left don't matter for a range of several, and are left out for one.
    use.range.end = use.parts.back().first.end;
    use.range.begin = use.parts.size() == 1 ? use.parts[0].first.begin : use.range.begin;
  }
  use.qualifier = true;
  if (comment)
    statement().tables.push_back({.use = std::move(use)});
  else
    statement().dotted.push_back(std::move(use));
}

bool SqlScanner::isCte(const TableUse& use) const {
  if (use.parts.size() != 1) return false;
  const std::string name = upper(use.parts[0].second);
  return std::any_of(contexts_.begin(), contexts_.end(),
                     [&](const Context& context) { return context.ctes.contains(name); });
}

}  // namespace gander::rewriter
