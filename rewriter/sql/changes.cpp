// INSERT, UPDATE, DELETE, MERGE, COPY.
#include <algorithm>

#include "base/text.h"
#include "rewriter/sql/resolver.h"

namespace gander::rewriter::sql {

// The relation that a statement writes to, as a scope of its own.
ScopeId Resolver::targetScope(size_t* at, size_t end, bool alias, Ctes ctes) {
  const ScopeId scope = addScope(kNone);
  while (*at < end && (token(*at).word == Word::kONLY || token(*at).word == Word::kTABLE ||
                       token(*at).word == Word::kFROM || token(*at).word == Word::kINTO))
    ++*at;
  DottedName name;
  if (!readName(*at, end, true, name)) {
    if (is(*at, end, '#') && readName(*at + 1, end, true, name)) {  // a temporary table of T-SQL
      *at = name.next;
      const RelationId made = queryRelation();
      out_.relations[made].open = true;
      addEntry(scope, made, nullptr, nullptr);
      return scope;
    }
    out_.scopes[scope].open = true;
    return scope;
  }
  *at = name.next;
  const RelationId relation = tableNamed(name, ctes);
  std::optional<NamePiece> written;
  if (alias) {
    const bool as = is(*at, end, Word::kAS);
    if (as) ++*at;
    if (*at < end && isNameToken(*at, end) && (as || mayBeAlias(*at, end)) && token(*at).kind != TokenKind::kHole &&
        token(*at).word != Word::kVALUES && token(*at).word != Word::kOUTPUT) {
      written = pieceOf(*at);
      ++*at;
    }
  }
  addEntry(scope, relation, written ? &*written : nullptr, &name);
  return scope;
}

void Resolver::columnList(size_t open, ScopeId scope, bool definition) {
  for (const auto& [from, to] : splitCommas(open + 1, token(open).match)) {
    if (from >= to || !isNameToken(from, to)) continue;
    DottedName name;
    readName(from, to, false, name);
    if (name.next < to && is(name.next, to, '(')) {  // an expression of an index
      walk(from, to, scope, nullptr, Clause::kOther);
      continue;
    }
    resolveTarget(name.parts[name.count - 1], scope, definition);
    if (name.next < to) walk(name.next, to, scope, nullptr, Clause::kOther);
  }
}

void Resolver::insertStatement(size_t begin, size_t end, Ctes ctes) {
  here().makes = Makes::kInsert;
  size_t at = begin + 1;
  while (at < end && token(at).kind == TokenKind::kWord &&
         (token(at).word == Word::kINTO || token(at).word == Word::kOVERWRITE || token(at).word == Word::kIGNORE ||
          token(at).word == Word::kOR || token(at).word == Word::kREPLACE || token(at).word == Word::kLOW_PRIORITY ||
          token(at).word == Word::kDELAYED || token(at).word == Word::kTABLE || token(at).word == Word::kROLLBACK ||
          (token(at - 1).word == Word::kOR)))
    ++at;
  const ScopeId target = targetScope(&at, end, true, ctes);
  if (is(at, end, Word::kPARTITION) && is(at + 1, end, '(')) {
    columnList(at + 1, target);
    at = std::min<size_t>(token(at + 1).match, end) + 1;
  }
  bool listed = false;
  if (is(at, end, Word::kBY) && is(at + 1, end, Word::kNAME)) at += 2;
  if (is(at, end, '(') && !isQuery(at + 1, std::min<size_t>(token(at).match, end))) {
    columnList(at, target);
    listed = true;
    at = std::min<size_t>(token(at).match, end) + 1;
  }
  if (!listed && !out_.scopes[target].entries.empty()) {
    const auto& relation = out_.relations[out_.scopes[target].entries[0].relation];
    if (relation.table != nullptr && !relation.table->shifts.empty())
      out_.hazards.push_back({"position", relation.range,
                              "values go into the columns by position, and the migration adds, removes or moves one"});
  }
  insertRest(at, end, target, ctes);
}

void Resolver::insertRest(size_t at, size_t end, ScopeId target, Ctes ctes) {
  size_t stop = at;
  while (
      stop < end && token(stop).word != Word::kRETURNING &&
      !(token(stop).word == Word::kON && (is(stop + 1, end, Word::kCONFLICT) || is(stop + 1, end, Word::kDUPLICATE))))
    stop = behind(stop, end);
  while (at < stop && token(at).word == Word::kOUTPUT) {  // OUTPUT inserted.x
    const size_t source = std::min(
        {findWord(at, stop, Word::kVALUES), findWord(at, stop, Word::kSELECT), findWord(at, stop, Word::kINTO)});
    returning(at, source, target, ctes);
    at = source;
    if (is(at, stop, Word::kINTO)) at = std::min(findWord(at, stop, Word::kVALUES), findWord(at, stop, Word::kSELECT));
  }
  insertSource(at, stop, ctes);
  at = stop;
  if (is(at, end, Word::kON)) {
    const size_t back = findWord(at, end, Word::kRETURNING);
    if (!out_.scopes[target].entries.empty()) {
      ScopeEntry excluded = out_.scopes[target].entries[0];
      excluded.alias = names_.of("excluded", false);
      excluded.written = true;
      excluded.hidden = true;
      out_.scopes[target].entries.push_back(excluded);
    }
    if (is(at + 2, back, '(')) {
      columnList(at + 2, target);
    }
    const size_t set = findWord(at, back, Word::kSET);
    if (is(at + 1, back, Word::kDUPLICATE)) {
      assignments(std::min(at + 4, back), back, target, target, ctes);
    } else if (set < back) {
      const size_t where = findWord(set, back, Word::kWHERE);
      assignments(set + 1, where, target, target, ctes);
      walk(where, back, target, ctes, Clause::kOther);
    }
    at = back;
  }
  if (at < end) returning(at, end, target, ctes);
}

void Resolver::insertSource(size_t at, size_t end, Ctes ctes) {
  if (at >= end) return;
  if (token(at).is('(') || isQuery(at, end)) {
    size_t from = at;
    if (token(at).is('(') && token(at).match + 1 >= end && isQuery(at + 1, std::min<size_t>(token(at).match, end))) {
      from = at + 1;
      end = std::min<size_t>(token(at).match, end);
    }
    const RelationId source = query(from, end, kNone, ctes);
    if (source != kNone) out_.relations[source].byPosition = true;
    out_.results.back() = source;
    return;
  }
  if (token(at).kind == TokenKind::kHole || token(at).word == Word::kVALUES || token(at).word == Word::kSET) {
    const ScopeId scope = addScope(kNone);
    walk(at, end, scope, ctes, Clause::kOther);
  }
}

void Resolver::assignments(size_t begin, size_t end, ScopeId target, ScopeId scope, Ctes ctes) {
  for (const auto& [from, to] : splitCommas(begin, end)) {
    if (from >= to) continue;
    size_t value = from;
    if (token(from).is('(')) {  // (a, b) = (SELECT ...)
      columnList(from, target);
      value = std::min<size_t>(token(from).match, to) + 1;
    } else {
      DottedName name;
      if (!readName(from, to, false, name)) continue;
      value = name.next;
      if (name.count == 1)
        resolveTarget(name.parts[0], target, false);
      else
        resolveName(name, scope, Clause::kOther, false);
    }
    walk(value, to, scope, ctes, Clause::kOther);
  }
}

// UPDATE t [AS a] SET ... [FROM ...] [WHERE ...]; UPDATE a JOIN b ON ... SET ...; UPDATE a SET ... FROM t a
void Resolver::updateStatement(size_t begin, size_t end, Ctes ctes) {
  size_t at = begin + 1;
  while (at < end &&
         (token(at).word == Word::kIGNORE || token(at).word == Word::kLOW_PRIORITY || token(at).word == Word::kTOP))
    at = token(at).word == Word::kTOP ? behind(at + 1, end) : at + 1;
  if (is(at, end, Word::kOR)) at += 2;
  const size_t set = findWord(at, end, Word::kSET);
  const size_t fromAt = findWord(set, end, Word::kFROM);
  const size_t where = findWord(set, end, Word::kWHERE);
  const size_t back = std::min(findWord(set, end, Word::kRETURNING), findWord(set, end, Word::kOUTPUT));
  const ScopeId scope = addScope(kNone);
  // T-SQL names its target by an alias of FROM.
  bool byAlias = false;
  if (fromAt < end && isNameToken(at, set) && at + 1 == set) {
    const size_t fromEnd = std::min({where, back, end});
    for (size_t i = fromAt + 1; i < fromEnd; ++i)
      byAlias |= (token(i).kind == TokenKind::kWord || token(i).kind == TokenKind::kQuoted) && i > fromAt + 1 &&
                 pieceOf(i).id == pieceOf(at).id && mayBeAlias(i, fromEnd) &&
                 (is(i - 1, fromEnd, Word::kAS) || endsValue(token(i - 1)));
  }
  if (!byAlias) from(at, set, scope, ctes);
  ScopeId target = scope;
  if (fromAt < end)
    from(fromAt + 1, std::min({where > fromAt ? where : end, back > fromAt ? back : end, end}), scope, ctes);
  if (byAlias) {
    target = addScope(kNone);
    for (const auto& entry : out_.scopes[scope].entries)
      if (entry.alias == pieceOf(at).id) {
        const ScopeEntry copy = entry;
        out_.scopes[target].entries.push_back(copy);
        break;
      }
  }
  const size_t stop = std::min({fromAt, where, back, end});
  // A name that is assigned is the first relation's, but where several are joined.
  const bool joined = !byAlias && fromAt >= end && out_.scopes[scope].entries.size() > 1;
  if (joined) {
    for (const auto& [first, last] : splitCommas(set + 1, stop)) walk(first, last, scope, ctes, Clause::kOther);
  } else if (set < stop) {
    assignments(set + 1, stop, target, scope, ctes);
  }
  if (where < end) walk(where + 1, back > where ? std::min(back, end) : end, scope, ctes, Clause::kOther);
  if (back < end)
    returning(back, std::min({fromAt > back ? fromAt : end, where > back ? where : end, end}), scope, ctes);
}

// DELETE FROM t [USING ...] WHERE; DELETE a FROM t a JOIN ...
void Resolver::deleteStatement(size_t begin, size_t end, Ctes ctes) {
  const size_t fromAt = findWord(begin, end, Word::kFROM);
  const size_t where = findWord(begin, end, Word::kWHERE);
  const size_t back = std::min(findWord(begin, end, Word::kRETURNING), findWord(begin, end, Word::kOUTPUT));
  const size_t usingAt = findWord(begin, end, Word::kUSING);
  const ScopeId scope = addScope(kNone);
  const size_t stop = std::min({where, back, end});
  const size_t list = fromAt < stop ? fromAt + 1 : begin + 1;
  const bool list2 = usingAt < stop && usingAt > list && !is(usingAt + 1, end, '(');
  size_t tail = list;
  for (; tail < stop; tail = behind(tail, stop))
    if (token(tail).word == Word::kORDER || token(tail).word == Word::kLIMIT) break;
  from(list, list2 ? usingAt : tail, scope, ctes);
  if (list2) from(usingAt + 1, stop, scope, ctes);
  if (tail < stop) clause(tail, stop, scope, ctes);
  if (where < end) {
    size_t last = back > where ? std::min(back, end) : end;
    walk(where + 1, last, scope, ctes, Clause::kOther);
  }
  if (back < end) returning(back, where > back ? std::min(where, end) : end, scope, ctes);
}

// RETURNING items, OUTPUT inserted.x
void Resolver::returning(size_t begin, size_t end, ScopeId scope, Ctes ctes) {
  if (begin >= end || out_.scopes[scope].entries.empty()) return;
  const ScopeId inner = addScope(scope);
  for (std::string_view name : {"inserted", "deleted", "new", "old"}) {
    ScopeEntry entry = out_.scopes[scope].entries[0];
    entry.alias = names_.of(name, false);
    entry.written = entry.hidden = true;
    out_.scopes[inner].entries.push_back(entry);
  }
  for (const auto& entry : std::vector<ScopeEntry>(out_.scopes[scope].entries))
    out_.scopes[inner].entries.push_back(entry);
  const RelationId result = queryRelation();
  items(begin + 1, end, inner, ctes, result);
  out_.relations[result].contract = Contract::kRows;
  touch(result);
  if (out_.results.back() == kNone) {
    out_.results.back() = result;
    here().makes = Makes::kRows;
  }
}

void Resolver::mergeStatement(size_t begin, size_t end, Ctes ctes) {
  size_t at = begin + 1;
  const ScopeId target = targetScope(&at, end, true, ctes);
  if (is(at, end, Word::kWITH) && is(at + 1, end, '(')) at = std::min<size_t>(token(at + 1).match, end) + 1;
  const size_t usingAt = findWord(at, end, Word::kUSING);
  const size_t on = findWord(usingAt, end, Word::kON);
  const ScopeId scope = addScope(kNone);
  for (const auto& entry : std::vector<ScopeEntry>(out_.scopes[target].entries))
    out_.scopes[scope].entries.push_back(entry);
  from(usingAt + 1, on, scope, ctes);
  size_t when = on;
  while (when < end && token(when).word != Word::kWHEN) when = behind(when, end);
  walk(on + 1, when, scope, ctes, Clause::kOther);
  while (when < end) {
    size_t next = when + 1;
    int cases = 0;
    for (; next < end; next = behind(next, end)) {
      if (token(next).word == Word::kCASE) ++cases;
      if (token(next).word == Word::kEND && cases > 0) --cases;
      if (token(next).word == Word::kWHEN && cases == 0) break;
      if (token(next).word == Word::kOUTPUT && cases == 0) break;
    }
    mergeAction(when + 1, next, target, scope, ctes);
    if (next < end && token(next).word == Word::kOUTPUT) return returning(next, end, target, ctes);
    when = next;
  }
}

// MATCHED [AND x] THEN UPDATE SET ... | INSERT (...) VALUES (...) | DELETE
void Resolver::mergeAction(size_t begin, size_t end, ScopeId target, ScopeId scope, Ctes ctes) {
  const size_t then = findWord(begin, end, Word::kTHEN);
  walk(begin, then, scope, ctes, Clause::kOther);
  size_t at = then + 1;
  if (is(at, end, Word::kUPDATE)) {
    const size_t set = findWord(at, end, Word::kSET);
    if (set + 1 < end && token(set + 1).is('*')) return;
    assignments(std::min(set + 1, end), end, target, scope, ctes);
  } else if (is(at, end, Word::kINSERT)) {
    ++at;
    if (is(at, end, '(')) {
      columnList(at, target);
      at = std::min<size_t>(token(at).match, end) + 1;
    }
    walk(at, end, scope, ctes, Clause::kOther);
  }
}

// COPY t (a, b) FROM ...; COPY (query) TO ...
void Resolver::copyStatement(size_t begin, size_t end) {
  size_t at = begin + 1;
  if (is(at, end, '(')) {
    const size_t close = std::min<size_t>(token(at).match, end);
    const RelationId result = query(at + 1, close, kNone, nullptr);
    out_.results.back() = result;
    here().makes = Makes::kExport;
    if (result != kNone) out_.relations[result].contract = Contract::kExport;
    return;
  }
  const ScopeId target = targetScope(&at, end, false);
  if (is(at, end, '(')) columnList(at, target);
}

}  // namespace gander::rewriter::sql
