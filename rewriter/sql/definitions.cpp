// CREATE, ALTER and the other statements that name tables and columns without reading them.
#include <algorithm>

#include "base/text.h"
#include "rewriter/sql/resolver.h"

namespace gander::rewriter::sql {

void Resolver::createStatement(size_t begin, size_t end) {
  bool view = false;
  for (size_t at = begin + 1; at < end && at < begin + 12; ++at) {
    switch (token(at).word) {
      case Word::kVIEW: view = true; [[fallthrough]];
      case Word::kTABLE: {
        if (is(at + 1, end, Word::kFUNCTION)) return createRoutine(begin, end);
        size_t name = at + 1;
        const bool ifNotExists = is(name, end, Word::kIF);
        if (ifNotExists) name += 3;
        return createRelation(name, end, view, ifNotExists);
      }
      case Word::kINDEX: return createIndex(at, end);
      case Word::kFUNCTION:
      case Word::kPROCEDURE:
      case Word::kPROC:
      case Word::kTRIGGER: return createRoutine(begin, end);
      case Word::kPOLICY:
      case Word::kRULE: {
        const size_t on = findWord(at, end, Word::kON);
        size_t next = on + 1;
        const ScopeId scope = targetScope(&next, end, false);
        return walk(next, end, scope, nullptr, Clause::kOther);
      }
      default: break;
    }
  }
}

void Resolver::createRelation(size_t at, size_t end, bool view, bool ifNotExists) {
  DottedName name;
  if (is(at, end, '#')) ++at;
  if (!readName(at, end, true, name)) return;
  at = name.next;
  auto& statement = here();
  statement.makes = view ? Makes::kView : Makes::kTable;
  std::string key;
  for (size_t i = 0; i < name.count; ++i) {
    statement.made.push_back({slice(name.parts[i].body), name.parts[i].quoted, name.parts[i].hole, name.parts[i].body});
    key += (i > 0 ? "." : "") + std::string(names_.textOf(name.parts[i].id));
  }
  const RelationId definition = tableNamed(name, nullptr, true);
  const ScopeId scope = addScope(kNone);
  addEntry(scope, definition, nullptr, &name);
  const bool ours = out_.relations[definition].table != nullptr && out_.relations[definition].table->dataset;
  if (ours && ifNotExists) runtimeDdl(name, definition);
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
        const RelationId source = tableNamed(other, nullptr);
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
  if (list != 0 && !ours && !name.hole) made_[key] = columns;
}

// An old database keeps the old table: IF NOT EXISTS makes the new one beside it, without its rows.
void Resolver::runtimeDdl(const DottedName& name, RelationId) {
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
      if (readName(from + 1, to, true, other)) tableNamed(other, nullptr);
      out_.relations[made].open = true;
      continue;
    }
    if (!isNameToken(from, to) && first.kind != TokenKind::kWord) continue;
    const NamePiece piece = pieceOf(from);
    ColumnNode node;
    node.name = piece.id;
    addOutput(made, std::move(node));
    resolveTarget(piece, scope, true);
    for (size_t at = from + 1; at < to; at = behind(at, to))
      if (token(at).word == Word::kREFERENCES || token(at).word == Word::kCHECK) {
        tableConstraint(at, to, scope);
        break;
      }
  }
}

void Resolver::tableConstraint(size_t begin, size_t end, ScopeId scope) {
  for (size_t at = begin; at < end; at = behind(at, end)) {
    if (token(at).word == Word::kREFERENCES) {
      ++at;
      const ScopeId other = targetScope(&at, end, false);
      if (is(at, end, '(')) columnList(at, other);
      if (at >= end) return;
    } else if (token(at).is('(')) {
      walk(at + 1, std::min<size_t>(token(at).match, end), scope, nullptr, Clause::kOther);
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

// A function, procedure or trigger: its body is a text, a query, or statements behind BEGIN.
void Resolver::createRoutine(size_t begin, size_t end) {
  const size_t trigger = findWord(begin, std::min(begin + 6, end), Word::kTRIGGER);
  const size_t on = trigger < std::min(begin + 6, end) ? findWord(begin, end, Word::kON) : end;
  if (on < end) {
    size_t at = on + 1;
    const ScopeId scope = targetScope(&at, end, false);
    for (std::string_view row : {"new", "old"}) {
      if (out_.scopes[scope].entries.empty()) break;
      ScopeEntry entry = out_.scopes[scope].entries[0];
      entry.alias = names_.of(row, false);
      entry.written = entry.hidden = true;
      out_.scopes[scope].entries.push_back(entry);
    }
    // UPDATE OF a, b ON t
    for (size_t i = begin; i < on; ++i)
      if (isNameToken(i, on) && slice(token(i - 1).range()) != "TRIGGER" && interesting(pieceOf(i).id))
        resolveTarget(pieceOf(i), scope, false);
    const size_t block = findWord(at, end, Word::kBEGIN);
    const size_t when = findWord(at, end, Word::kWHEN);
    if (when < block) walk(when + 1, block, scope, nullptr, Clause::kOther);
    if (block + 1 < end) statement(block + 1, end);
    return;
  }
  bool javascript = false;
  for (size_t at = begin; at < end; ++at)
    if (token(at).word == Word::kLANGUAGE && at + 1 < end) {
      const auto language = toLowerAscii(slice(token(at + 1).range()));
      javascript |= language != "sql" && language != "plpgsql" && language != "'plpgsql'" && language != "'sql'";
    }
  for (size_t at = begin + 1; at < end; ++at) {
    const Word before = token(at - 1).word;
    if (token(at).kind == TokenKind::kString && (before == Word::kAS || before == Word::kDO) && !javascript)
      textBody(at, token(at).symbol == '$');
    const bool lead = before == Word::kAS || before == Word::kRETURN || before == Word::kBEGIN;
    if (!lead) continue;
    if (token(at).word == Word::kBEGIN) continue;
    if (isQuery(at, end) || token(at).kind == TokenKind::kWord) {
      if (token(at).word == Word::kNone) continue;
      const size_t outer = out_.statements.size();
      statement(at, end);
      (void)outer;
      return;
    }
    if (token(at).is('(')) {
      const ScopeId scope = addScope(kNone);
      walk(at, std::min<size_t>(token(at).match + 1, end), scope, nullptr, Clause::kOther);
      return;
    }
  }
}

// ALTER TABLE [IF EXISTS] t action, action
void Resolver::alterStatement(size_t begin, size_t end) {
  size_t at = begin + 1;
  while (at < end && (token(at).word == Word::kMATERIALIZED || token(at).word == Word::kEXTERNAL ||
                      token(at).word == Word::kFOREIGN))
    ++at;
  if (!is(at, end, Word::kTABLE) && !is(at, end, Word::kVIEW)) return;
  const bool view = is(at, end, Word::kVIEW);
  ++at;
  if (is(at, end, Word::kIF)) at += 2;
  const ScopeId scope = targetScope(&at, end, false);
  if (view && is(at, end, Word::kAS)) {
    const RelationId result = query(at + 1, end, kNone, nullptr);
    here().makes = Makes::kView;
    out_.results.back() = result;
    if (result != kNone) out_.relations[result].contract = Contract::kView;
    return;
  }
  for (const auto& [from, to] : splitCommas(at, end))
    if (from < to) alterAction(from, to, scope);
}

void Resolver::alterAction(size_t begin, size_t end, ScopeId scope) {
  size_t at = begin;
  const Word action = token(at).word;
  const bool adds = action == Word::kADD;
  ++at;
  while (at < end && (token(at).word == Word::kCOLUMN || token(at).word == Word::kIF || token(at).word == Word::kNOT ||
                      token(at).word == Word::kEXISTS))
    ++at;
  if (at >= end) return;
  const bool constraint = token(at).word == Word::kCONSTRAINT || token(at).word == Word::kPRIMARY ||
                          token(at).word == Word::kFOREIGN || token(at).word == Word::kCHECK ||
                          token(at).word == Word::kUNIQUE || token(at).word == Word::kINDEX ||
                          token(at).word == Word::kKEY;
  if (adds && constraint) return tableConstraint(at, end, scope);
  if (action != Word::kRENAME && action != Word::kDROP && action != Word::kALTER && action != Word::kMODIFY &&
      action != Word::kCHANGE && !adds)
    return;
  if (constraint || !isNameToken(at, end)) return;
  const NamePiece piece = pieceOf(at);
  const size_t before = out_.uses.size();
  resolveTarget(piece, scope, true);
  if (out_.uses.size() == before) return;
  auto& use = out_.uses.back();
  if (use.state != Use::State::kBound) return;
  // RENAME COLUMN old TO new is the migration itself.
  const size_t to = findWord(at, end, Word::kTO);
  const Column* changed = changedColumn(use.column);
  if (action == Word::kRENAME && to + 1 < end && changed != nullptr &&
      pieceOf(to + 1).id == names_.of(changed->now, false)) {
    use.state = Use::State::kOther;
    use.reason = "renames the column: the change itself";
  } else if (adds) {
    use.state = Use::State::kOpen;
    use.claimed = true;
    use.change = changed == nullptr ? "" : changed->change;
    use.reason = "adds the column to the dataset: a person decides";
  }
}

// DROP TABLE a, b; TRUNCATE t; DESCRIBE t: nothing but names of tables.
void Resolver::tableList(size_t begin, size_t end) {
  size_t at = begin;
  bool table = false;
  while (at < end && token(at).kind == TokenKind::kWord) {
    const Word word = token(at).word;
    const bool skip = word == Word::kTABLE || word == Word::kVIEW || word == Word::kMATERIALIZED || word == Word::kIF ||
                      word == Word::kEXISTS || word == Word::kTEMPORARY || word == Word::kONLY ||
                      word == Word::kEXTERNAL || word == Word::kANALYZE || word == Word::kFULL ||
                      word == Word::kSNAPSHOT || word == Word::kTEMP || word == Word::kNOT;
    if (!skip) break;
    table |= word == Word::kTABLE || word == Word::kVIEW;
    ++at;
  }
  const Word verb = token(begin - 1).word;
  if (!table && verb == Word::kDROP) return;  // an index, a function
  for (const auto& [from, to] : splitCommas(at, end)) {
    size_t next = from;
    if (from >= to || !isNameToken(from, to)) continue;
    const ScopeId scope = targetScope(&next, to, false);
    if (is(next, to, '(')) columnList(next, scope);
    if (is(next, to, Word::kPARTITION)) walk(next, to, scope, nullptr, Clause::kOther);
  }
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
  if (name.count < 2) return;
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
