// CREATE, ALTER and the other statements that name tables and columns without reading them.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "rewriter/sql/resolver.h"

namespace gander::rewriter::sql {

void Resolver::createStatement(size_t begin, size_t end) {
  variables_.clear();
  outside_ = kNone;
  Created made;
  for (size_t at = begin + 1; at < end && at < begin + 12; ++at) {
    switch (token(at).word) {
      case Word::kTEMP:
      case Word::kTEMPORARY: made.temporary = true; break;
      case Word::kVIEW: made.view = true; [[fallthrough]];
      case Word::kTABLE: {
        if (is(at + 1, end, Word::kFUNCTION)) return createRoutine(begin, end);
        size_t name = at + 1;
        made.ifNotExists = is(name, end, Word::kIF);
        if (made.ifNotExists) name += 3;
        return createRelation(name, end, made);
      }
      case Word::kINDEX: return createIndex(at, end);
      case Word::kTRIGGER: return createTrigger(begin, at, end);
      case Word::kFUNCTION:
      case Word::kPROCEDURE:
      case Word::kPROC: return createRoutine(begin, end);
      case Word::kSTATISTICS: return createStatistics(at, end);
      case Word::kPOLICY:
      case Word::kRULE: {
        const size_t on = findWord(at, end, Word::kON);
        size_t next = on + 1;
        const ScopeId scope = targetScope(&next, end, false);
        return walk(next, end, scope, nullptr, Clause::kOther);
      }
      case Word::kAS: return createOther(at, end);
      default: break;
    }
  }
  createOther(begin, end);
}

// A model, a task or what else is made: AS query, AS statement.
void Resolver::createOther(size_t begin, size_t end) {
  for (size_t at = findWord(begin, end, Word::kAS) + 1; at < end; at = findWord(at, end, Word::kAS) + 1) {
    if (isQuery(at, end)) {
      const RelationId result = query(at, end, kNone, nullptr);
      out_.results.back() = result;
      here().makes = Makes::kTable;
      if (result != kNone) out_.relations[result].contract = Contract::kTable;
      return;
    }
    const Word word = token(at).word;
    if (word == Word::kINSERT || word == Word::kUPDATE || word == Word::kDELETE || word == Word::kMERGE ||
        word == Word::kCOPY || word == Word::kCALL || word == Word::kBEGIN)
      return dispatch(at, end, nullptr);
  }
}

// STATISTICS s [(kind)] ON a, b FROM t
void Resolver::createStatistics(size_t begin, size_t end) {
  const size_t on = findWord(begin, end, Word::kON);
  const size_t of = findWord(on, end, Word::kFROM);
  size_t at = of + 1;
  if (at >= end) return;
  const ScopeId scope = targetScope(&at, end, false);
  walk(on + 1, of, scope, nullptr, Clause::kOther);
}

// NOLINTNEXTLINE(readability-function-size): one decision a clause, in the order of the text
void Resolver::createRelation(size_t at, size_t end, const Created& how) {
  DottedName name;
  if (is(at, end, '#')) ++at;
  if (!readName(at, end, true, name)) return;
  at = name.next;
  const bool view = how.view;
  auto& statement = here();
  statement.makes = view ? Makes::kView : Makes::kTable;
  std::string key;
  for (size_t i = 0; i < name.count; ++i) {
    statement.made.push_back({slice(name.parts[i].body), name.parts[i].quoted, name.parts[i].hole, name.parts[i].body});
    key += (i > 0 ? "." : "") + std::string(names_.textOf(name.parts[i].id));
  }
  // A temporary one hides the dataset of that name, for the rest of the text.
  const RelationId definition = how.temporary ? queryRelation() : tableNamed(name, nullptr, true);
  const ScopeId scope = addScope(kNone);
  addEntry(scope, definition, nullptr, &name);
  const bool ours = out_.relations[definition].table != nullptr && out_.relations[definition].table->dataset;
  if (ours && how.ifNotExists) runtimeDdl(name);
  size_t query = at;
  while (query < end &&
         !(token(query).word == Word::kAS && (isQuery(query + 1, end) || is(query + 1, end, '(') ||
                                              (query + 1 < end && token(query + 1).kind == TokenKind::kHole))))
    query = behind(query, end);
  const size_t list = is(at, end, '(') ? at : 0;
  const RelationId columns = queryRelation();
  if (list != 0 && query >= end) tableDefinition(list, scope, columns);
  for (size_t i = list != 0 ? token(list).match + 1 : at; i < query; i = behind(i, query)) {
    const Word word = token(i).word;
    if (is(i + 1, query, Word::kBY) && is(i + 2, query, '(') && word == Word::kNone)
      tableKeys(i + 2, scope);  // PARTITIONED BY, CLUSTERED BY, SORTED BY of Hive
    if ((word == Word::kPARTITION || word == Word::kCLUSTER || word == Word::kDISTRIBUTE || word == Word::kORDER) &&
        is(i + 1, query, Word::kBY)) {
      size_t stop = i + 2;
      while (stop < query && token(stop).word != Word::kOPTIONS && token(stop).word != Word::kCLUSTER &&
             token(stop).word != Word::kPARTITION)
        stop = behind(stop, query);
      walk(i + 2, stop, scope, nullptr, Clause::kOther);
    }
    if (word == Word::kLIKE || word == Word::kCLONE || word == Word::kCOPY || slice(token(i).range()) == "OF") {
      DottedName other;
      if (readName(i + 1, query, true, other)) {
        const RelationId source = word == Word::kNone ? tableNamed(other, nullptr) : likeTable(other);
        if (!ours) made_[key] = source;
      }
    }
  }
  if (query < end) {
    size_t from = query + 1;
    size_t to = end;
    if (is(from, end, '(') && token(from).match + 1 >= end) {
      to = std::min<size_t>(token(from).match, end);
      ++from;
    }
    RelationId result = this->query(from, to, kNone, nullptr);
    out_.results.back() = result;
    if (result != kNone && list != 0) {
      out_.relations[result].byPosition = true;
      result = columnAliases(list, result);
    } else if (result != kNone) {
      out_.relations[result].contract = view ? Contract::kView : Contract::kTable;
    }
    if (!ours && !name.hole) made_[key] = result;
    return;
  }
  if (list == 0 || ours || name.hole) return;
  made_[key] = columns;
  out_.results.back() = columns;
}

// An old database keeps the old table: IF NOT EXISTS makes the new one beside it, without its rows.
void Resolver::runtimeDdl(const DottedName& name) {
  out_.hazards.push_back(
      {"runtime-ddl", name.range,
       "IF NOT EXISTS: a database that has the old table keeps it, and gets an empty new one beside it"});
}

// (name type constraints, ..., PRIMARY KEY (name), ...)
void Resolver::tableDefinition(size_t open, ScopeId scope, RelationId made) {
  for (const auto& [from, to] : splitCommas(open + 1, token(open).match)) {
    if (from >= to) continue;
    const Token& first = token(from);
    const Word word = first.word;
    const bool constraint = first.kind == TokenKind::kWord &&
                            (word == Word::kPRIMARY || word == Word::kFOREIGN || word == Word::kCONSTRAINT ||
                             word == Word::kCHECK || word == Word::kEXCLUDE ||
                             ((word == Word::kUNIQUE || word == Word::kKEY || word == Word::kINDEX) &&
                              (is(from + 1, to, '(') || is(from + 2, to, '(') || is(from + 1, to, Word::kKEY))));
    if (constraint) {
      tableConstraint(from, to, scope);
      continue;
    }
    if (word == Word::kLIKE) {
      DottedName other;
      if (!readName(from + 1, to, true, other)) continue;
      const RelationId source = likeTable(other);
      out_.relations[made].stars.push_back({source, kNone, {}, other.range});
      out_.relations[made].contract = Contract::kTable;
      if (touches(source)) touch(made);
      continue;
    }
    if (!isNameToken(from, to) && first.kind != TokenKind::kWord) continue;
    const NamePiece piece = pieceOf(from);
    ColumnNode node;
    node.name = piece.id;
    addOutput(made, std::move(node));
    resolveTarget(piece, scope, true);
    const RelationId table = out_.scopes[scope].entries.empty() ? kNone : out_.scopes[scope].entries[0].relation;
    if (table != kNone && touches(table)) fieldTypes(from + 1, to, lookup(table, piece.id).column, scope);
    for (size_t at = from + 1; at < to; at = behind(at, to)) {
      const Word next = token(at).word;
      if (next == Word::kREFERENCES || next == Word::kCHECK) {
        tableConstraint(at, to, scope);
        break;
      }
      const bool computed = next == Word::kAS || next == Word::kDEFAULT;
      if (computed && is(at + 1, to, '('))
        walk(at + 2, std::min<size_t>(token(at + 1).match, to), scope, nullptr, Clause::kOther);
    }
  }
}

// STRUCT<a INT64, b STRING>, ARRAY<STRUCT<a: INT>>: the fields of a column that is declared.
void Resolver::fieldTypes(size_t begin, size_t end, ColumnId column, ScopeId scope) {
  size_t open = begin;
  while (open < end && !token(open).is('<') && token(open).kind == TokenKind::kWord) ++open;
  if (column == kNone || !is(open, end, '<')) return;
  size_t close = open;
  for (int angle = 0; close < end; ++close) {
    if (token(close).is('<')) ++angle;
    if (token(close).is('>') && --angle == 0) break;
  }
  if (token(open - 1).word != Word::kSTRUCT) return fieldTypes(open + 1, close, column, scope);
  int angle = 0;
  for (size_t at = open + 1; at < close; ++at) {
    if (token(at).is('<')) ++angle;
    if (token(at).is('>')) --angle;
    const bool first = at == open + 1 || (angle == 0 && token(at - 1).is(','));
    if (!first || !isNameToken(at, close)) continue;
    const NamePiece piece = pieceOf(at);
    const Found field = lookupNested(column, piece.id);
    if (field.has != Has::kYes) continue;
    if (interesting(piece.id)) {
      Use& use = addUse(piece, scope);
      use.state = Use::State::kBound;
      use.qualified = use.definition = true;
      use.column = field.column;
    }
    fieldTypes(is(at + 1, close, ':') ? at + 2 : at + 1, close, field.column, scope);
  }
}

// A table that is made with the columns of another: who reads it finds them under their new names.
RelationId Resolver::likeTable(const DottedName& name) {
  StarSource star;
  star.relation = tableNamed(name, nullptr);
  star.range = name.range;
  const RelationId made = queryRelation();
  out_.relations[made].stars.push_back(star);
  out_.relations[made].contract = Contract::kTable;
  touches_[made] = touches(star.relation);
  out_.results.back() = made;
  return made;
}

// (a, b(10), year(c), d string): columns that keys, partitions and buckets are made of; Hive declares some here.
void Resolver::tableKeys(size_t open, ScopeId scope) {
  for (const auto& [from, to] : splitCommas(open + 1, token(open).match)) {
    DottedName name;
    if (!readName(from, to, false, name)) continue;
    const bool type = name.next < to && token(name.next).kind == TokenKind::kWord;
    if (name.count == 1 && (name.next >= to || type))
      resolveTarget(name.parts[0], scope, type);
    else
      walk(from, to, scope, nullptr, Clause::kOther);
  }
}

void Resolver::tableConstraint(size_t begin, size_t end, ScopeId scope) {
  bool condition = false;  // CHECK (x), not a list of columns
  for (size_t at = begin; at < end; at = behind(at, end)) {
    condition |= token(at).word == Word::kCHECK || token(at).word == Word::kEXCLUDE;
    if (token(at).word == Word::kREFERENCES) {
      ++at;
      const ScopeId other = targetScope(&at, end, false);
      if (is(at, end, '(')) columnList(at, other);
      if (at >= end) return;
    } else if (token(at).is('(')) {
      condition ? walk(at + 1, std::min<size_t>(token(at).match, end), scope, nullptr, Clause::kOther)
                : columnList(at, scope);
    }
  }
}

// INDEX name ON t [USING m] (a, lower(b)) [WHERE x]
void Resolver::createIndex(size_t begin, size_t end) {
  const size_t on = findWord(begin, end, Word::kON);
  size_t at = on + 1;
  if (at >= end) return;
  const ScopeId scope = targetScope(&at, end, false);
  walk(at, end, scope, nullptr, Clause::kOther);
}

// ALTER TABLE [IF EXISTS] t action, action
void Resolver::alterStatement(size_t begin, size_t end) {
  size_t at = begin + 1;
  while (at < end && (token(at).word == Word::kMATERIALIZED || token(at).word == Word::kEXTERNAL ||
                      token(at).word == Word::kFOREIGN))
    ++at;
  if (is(at, end, Word::kSEQUENCE)) {  // ... OWNED BY t.c
    while (at < end && !is(at, end, Word::kBY)) ++at;
    return columnOf(at + 1, end);
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
  columnOf(at, end);
}

// A column behind its table: t.c, s.t.c
void Resolver::columnOf(size_t at, size_t end) {
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
