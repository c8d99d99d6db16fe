// ALTER, and the statements that name tables and columns without reading them.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "rewriter/sql/resolver.h"

namespace gander::rewriter::sql {

// ALTER TABLE [IF EXISTS] t action, action
void Resolver::alterStatement(size_t begin, size_t end) {
  size_t at = begin + 1;
  while (at < end && (token(at).word == Word::kMATERIALIZED || token(at).word == Word::kEXTERNAL ||
                      token(at).word == Word::kFOREIGN))
    ++at;
  if (is(at, end, Word::kSEQUENCE)) {  // ... OWNED BY t.c
    while (at < end && !is(at, end, Word::kBY)) ++at;
    return ownedColumn(at + 1, end);
  }
  if (!is(at, end, Word::kTABLE) && !is(at, end, Word::kVIEW)) return;
  const bool view = is(at, end, Word::kVIEW);
  ++at;
  if (is(at, end, Word::kIF)) at += 2;
  const size_t tables = out_.tables.size();
  const ScopeId scope = targetScope(&at, end, false);
  if (view && is(at, end, Word::kAS)) {
    const RelationId result = query(at + 1, end, kNone, nullptr);
    here().makes = Makes::kView;
    out_.results.back() = result;
    if (result != kNone) out_.relations[result].contract = Contract::kView;
    return;
  }
  bool itself = false;
  for (const auto& [from, to] : splitCommas(at, end))
    if (from < to) itself |= alterAction(from, to, scope);
  for (size_t i = tables; itself && i < out_.tables.size(); ++i)
    out_.tables[i].unclear = "the statement makes the migration's change itself: a person decides";
}

namespace {

bool isConstraint(Word word) {
  return word == Word::kCONSTRAINT || word == Word::kPRIMARY || word == Word::kFOREIGN || word == Word::kCHECK ||
         word == Word::kUNIQUE || word == Word::kINDEX || word == Word::kKEY;
}

bool takesColumn(Word action) {
  return action == Word::kRENAME || action == Word::kDROP || action == Word::kALTER || action == Word::kMODIFY ||
         action == Word::kCHANGE || action == Word::kADD;
}

}  // namespace

// Whether it is the change that the migration makes.
bool Resolver::alterAction(size_t begin, size_t end, ScopeId scope) {
  size_t at = begin;
  const Word action = token(at).word;
  const bool adds = action == Word::kADD;
  if (action == Word::kRENAME && is(at + 1, end, Word::kTO)) return renamesTable(at + 2, end, scope);
  ++at;
  while (at < end && (token(at).word == Word::kCOLUMN || token(at).word == Word::kIF || token(at).word == Word::kNOT ||
                      token(at).word == Word::kEXISTS))
    ++at;
  if (at >= end) return false;
  if (is(at, end, Word::kPARTITION) || action == Word::kCLUSTER || action == Word::kPARTITION ||
      is(at, end, Word::kBY)) {
    walk(at, end, scope, nullptr, Clause::kOther);
    return false;
  }
  const bool constraint = isConstraint(token(at).word);
  if (adds && constraint) tableConstraint(at, end, scope);
  if (!takesColumn(action) || constraint || !isNameToken(at, end)) return false;
  const size_t before = out_.uses.size();
  resolveTarget(pieceOf(at), scope, true);
  if (out_.uses.size() == before) return false;
  auto& use = out_.uses.back();
  if (use.state != Use::State::kBound) return false;
  const size_t to = findWord(at, end, Word::kTO);
  const Column* changed = changedColumn(use.column);
  const bool itself = action == Word::kRENAME && to + 1 < end && changed != nullptr &&
                      pieceOf(to + 1).id == names_.of(changed->now, false);
  if (!itself && !adds) return false;
  use.state = Use::State::kOpen;
  use.claimed = true;
  use.change = changed == nullptr ? "" : changed->change;
  use.reason = itself ? "renames the column: the change itself, which a person makes or drops"
                      : "adds the column to the dataset: a person decides";
  return itself;
}

// RENAME TO the name that the dataset will have.
bool Resolver::renamesTable(size_t at, size_t end, ScopeId scope) {
  DottedName name;
  if (!readName(at, end, true, name) || out_.scopes[scope].entries.empty()) return false;
  const Table* table = out_.relations[out_.scopes[scope].entries[0].relation].table;
  return table != nullptr && !table->nowParts.empty() &&
         name.parts[name.count - 1].id == names_.of(table->nowParts.front(), false);
}

namespace {

// Words between a verb and the table: DESCRIBE TABLE EXTENDED t, MSCK REPAIR TABLE t, SHOW FULL COLUMNS FROM t.
bool standsBeforeTable(Word word, std::string_view text) {
  static constexpr std::array<std::string_view, 9> kWords = {
      "tables", "extended", "formatted", "repair", "partitions", "concurrently", "fields", "indexes", "keys"};
  switch (word) {
    case Word::kTABLE:
    case Word::kVIEW:
    case Word::kMATERIALIZED:
    case Word::kIF:
    case Word::kEXISTS:
    case Word::kTEMPORARY:
    case Word::kONLY:
    case Word::kEXTERNAL:
    case Word::kANALYZE:
    case Word::kFULL:
    case Word::kSNAPSHOT:
    case Word::kTEMP:
    case Word::kNOT:
    case Word::kCREATE:
    case Word::kCOLUMNS:
    case Word::kINDEX:
    case Word::kFROM:
    case Word::kIN: return true;
    default: return std::find(kWords.begin(), kWords.end(), toLowerAscii(text)) != kWords.end();
  }
}

}  // namespace

// DROP TABLE a, b; TRUNCATE t; DESCRIBE t; RENAME TABLE a TO b: nothing but names of tables, and of columns behind them.
void Resolver::tableList(size_t begin, size_t end) {
  size_t at = begin;
  bool table = false;
  while (at < end && token(at).kind == TokenKind::kWord &&
         standsBeforeTable(token(at).word, slice(token(at).range()))) {
    table |= token(at).word == Word::kTABLE || token(at).word == Word::kVIEW;
    ++at;
  }
  const Word verb = token(begin - 1).word;
  if (!table && verb == Word::kDROP) return;  // an index, a function
  const size_t as = findWord(at, end, Word::kAS);
  if (verb == Word::kCACHE && as < end && isQuery(as + 1, end)) return createRelation(at, end, {});
  const size_t columns = findWord(at, end, Word::kCOLUMNS);  // ANALYZE TABLE t COMPUTE STATISTICS FOR COLUMNS a, b
  for (const auto& [from, to] : splitCommas(at, columns)) {
    size_t next = from;
    if (from >= to || !isNameToken(from, to)) continue;
    const ScopeId scope = targetScope(&next, to, false);
    if (is(next, to, '(')) columnList(next, scope);
    if (is(next, to, Word::kPARTITION)) walk(next, to, scope, nullptr, Clause::kOther);
    if (columns < end) walk(columns + 1, end, scope, nullptr, Clause::kOther);
    if (verb == Word::kRENAME && is(next, to, Word::kTO) && renamesTable(next + 1, to, scope))
      out_.tables.back().unclear = "the statement makes the migration's change itself: a person decides";
  }
}

// SHOW COLUMNS FROM t, SHOW CREATE TABLE t, SHOW PARTITIONS t; not SHOW TABLES FROM a database.
void Resolver::showStatement(size_t begin, size_t end) {
  size_t at = begin + 1;
  const bool full = is(at, end, Word::kFULL);
  const auto what = at + full < end ? toLowerAscii(slice(token(at + full).range())) : std::string();
  const bool ofTable = what == "columns" || what == "fields" || what == "index" || what == "indexes" ||
                       what == "keys" || what == "partitions" ||
                       (what == "create" && (is(at + 1, end, Word::kTABLE) || is(at + 1, end, Word::kVIEW)));
  if (ofTable) tableList(at, end);
}

// COMMENT ON COLUMN t.c IS '...'; COMMENT ON TABLE t IS '...'
void Resolver::commentStatement(size_t begin, size_t end) {
  const size_t column = findWord(begin, end, Word::kCOLUMN);
  const size_t table = std::min(findWord(begin, end, Word::kTABLE), findWord(begin, end, Word::kVIEW));
  const size_t at = std::min(column, table) + 1;
  DottedName name;
  if (at >= end || !readName(at, end, true, name)) return;
  if (column > table) {
    tableNamed(name, nullptr);
    return;
  }
  ownedColumn(at, end);
}

// A column behind its table: t.c, s.t.c
void Resolver::ownedColumn(size_t at, size_t end) {
  DottedName name;
  if (at >= end || !readName(at, end, true, name) || name.count < 2) return;
  DottedName of = name;
  --of.count;
  of.range.end = of.parts[of.count - 1].body.end;
  const RelationId relation = tableNamed(of, nullptr);
  const ScopeId scope = addScope(kNone);
  addEntry(scope, relation, nullptr, &of);
  resolveTarget(name.parts[name.count - 1], scope, false);
}

// GRANT SELECT (a, b) ON [TABLE] t TO r
void Resolver::grantStatement(size_t begin, size_t end) {
  const size_t on = findWord(begin, end, Word::kON);
  size_t at = on + 1;
  if (at >= end || token(at).word == Word::kSCHEMA || token(at).word == Word::kFUNCTION ||
      token(at).word == Word::kSEQUENCE || token(at).word == Word::kDATABASE)
    return;
  const ScopeId scope = targetScope(&at, end, false);
  for (size_t i = begin; i < on; i = behind(i, on))
    if (token(i).is('(')) columnList(i, scope);
  while (is(at, end, ',')) {
    ++at;
    targetScope(&at, end, false);
  }
}

// PRAGMA table_info(t), PRAGMA table_info('t')
void Resolver::pragmaStatement(size_t begin, size_t end) {
  DottedName pragma;
  if (!readName(begin + 1, end, false, pragma)) return;
  const auto name = toLowerAscii(slice(pragma.parts[pragma.count - 1].body));
  if (name != "table_info" && name != "table_xinfo" && name != "index_list" && name != "foreign_key_list") return;
  size_t at = pragma.next;
  if (is(at, end, '(') || is(at, end, '=')) ++at;
  if (at >= end) return;
  DottedName table;
  if (token(at).kind == TokenKind::kString) {
    table.parts[0] = pieceOf(at);
    table.count = 1;
    table.range = token(at).body();
    tableNamed(table, nullptr);
  } else if (readName(at, end, true, table)) {
    tableNamed(table, nullptr);
  }
}

}  // namespace gander::rewriter::sql
