// INSERT, UPDATE, DELETE, and what they return.
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
    const bool length = is(name.next, to, '(') && is(name.next + 2, to, ')') &&
                        token(name.next + 1).kind == TokenKind::kNumber;  // a key's first bytes: a(10)
    if (is(name.next, to, '(') && !length) {                              // an expression of an index
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
          token(at).word == Word::kDELAYED || token(at).word == Word::kLOCAL || token(at).word == Word::kTABLE ||
          token(at).word == Word::kROLLBACK || (token(at - 1).word == Word::kOR)))
    ++at;
  if (at < end && toLowerAscii(slice(token(at).range())) == "directory") {  // INSERT OVERWRITE DIRECTORY '/path' SELECT
    while (at < end && !isQuery(at, end)) ++at;
    insertSource(at, end, ctes);
    const RelationId written = out_.results.back();
    here().makes = Makes::kExport;
    if (written != kNone) out_.relations[written].byPosition = false;
    if (written != kNone) out_.relations[written].contract = Contract::kExport;
    return;
  }
  const ScopeId target = targetScope(&at, end, true, ctes);
  if (is(at, end, Word::kPARTITION) && is(at + 1, end, '(')) {
    columnList(at + 1, target);
    at = std::min<size_t>(token(at + 1).match, end) + 1;
  }
  bool listed = false;
  const bool byName = is(at, end, Word::kBY) && is(at + 1, end, Word::kNAME);
  if (byName) at += 2;
  if (is(at, end, '(') && !isQuery(at + 1, std::min<size_t>(token(at).match, end))) {
    columnList(at, target);
    listed = true;
    at = std::min<size_t>(token(at).match, end) + 1;
  }
  if (is(at, end, Word::kSET)) {  // MySQL: INSERT INTO t SET a = 1
    const size_t stop = findWord(at, end, Word::kON);
    assignments(at + 1, stop, target, target, ctes);
    at = stop;
    listed = true;
  }
  if (!listed && !byName && !out_.scopes[target].entries.empty()) {
    const auto& relation = out_.relations[out_.scopes[target].entries[0].relation];
    if (relation.table != nullptr && !relation.table->shifts.empty())
      out_.hazards.push_back({"position", relation.range,
                              "values go into the columns by position, and the migration adds, removes or moves one"});
  }
  insertRest(at, end, target, ctes);
  const RelationId source = out_.results.back();
  if (byName && source != kNone) {
    out_.relations[source].byPosition = false;
    out_.relations[source].contract = Contract::kTable;
  }
}

void Resolver::insertRest(size_t at, size_t end, ScopeId target, Ctes ctes) {
  size_t stop = at;
  while (
      stop < end && token(stop).word != Word::kRETURNING &&
      !(token(stop).word == Word::kON && (is(stop + 1, end, Word::kCONFLICT) || is(stop + 1, end, Word::kDUPLICATE))))
    stop = behind(stop, end);
  if (is(at, stop, Word::kOUTPUT)) {  // OUTPUT inserted.x
    const size_t source = std::min(findWord(at, stop, Word::kVALUES), findWord(at, stop, Word::kSELECT));
    returning(at, source, target, ctes);
    at = source;
  }
  insertSource(at, stop, ctes);
  const size_t back = findWord(stop, end, Word::kRETURNING);
  if (is(stop, end, Word::kON)) {
    // VALUES (...) AS new: what could not be inserted, in MySQL; PostgreSQL and SQLite call it `excluded`.
    const bool named = stop > at + 2 && is(stop - 2, stop, Word::kAS) && isNameToken(stop - 1, stop);
    if (named) addRowAlias(target, pieceOf(stop - 1).id);
    addRowAlias(target, names_.of("excluded", false));
    upsert(stop, back, target, ctes);
  }
  if (back < end) returning(back, end, target, ctes);
}

// Another name of the row that a statement changes: only with its qualifier.
void Resolver::addRowAlias(ScopeId scope, NameId alias) {
  if (out_.scopes[scope].entries.empty()) return;
  ScopeEntry entry = out_.scopes[scope].entries[0];
  entry.alias = alias;
  entry.written = entry.hidden = true;
  out_.scopes[scope].entries.push_back(std::move(entry));
}

// ON CONFLICT (a) [WHERE x] DO UPDATE SET ... [WHERE x]; ON DUPLICATE KEY UPDATE ...
void Resolver::upsert(size_t begin, size_t end, ScopeId target, Ctes ctes) {
  if (is(begin + 1, end, Word::kDUPLICATE)) {
    // MySQL: with the columns of what is selected.
    const ScopeId both = addScope(kNone);
    out_.scopes[both].entries = out_.scopes[target].entries;
    for (ScopeId scope = 0; scope < both && out_.results.back() != kNone; ++scope) {
      if (out_.scopes[scope].outputs != out_.results.back()) continue;
      const auto more = out_.scopes[scope].entries;
      out_.scopes[both].entries.insert(out_.scopes[both].entries.end(), more.begin(), more.end());
    }
    return assignments(std::min(begin + 4, end), end, target, both, ctes);
  }
  const size_t action = findWord(begin, end, Word::kDO);
  size_t at = begin + 2;
  if (is(at, action, '(')) {
    columnList(at, target);
    walk(std::min<size_t>(token(at).match, action), action, target, ctes, Clause::kOther);
  }
  const size_t set = findWord(action, end, Word::kSET);
  if (set >= end) return;
  const size_t where = findWord(set, end, Word::kWHERE);
  assignments(set + 1, where, target, target, ctes);
  walk(where, end, target, ctes, Clause::kOther);
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
  size_t fromAt = findWord(set, end, Word::kFROM);
  while (fromAt < end && token(fromAt - 1).word == Word::kDISTINCT) fromAt = findWord(fromAt + 1, end, Word::kFROM);
  const size_t where = findWord(set, end, Word::kWHERE);
  const size_t back = std::min(findWord(set, end, Word::kRETURNING), findWord(set, end, Word::kOUTPUT));
  const ScopeId scope = addScope(kNone);
  // T-SQL names its target by an alias of FROM.
  bool byAlias = false;
  const bool may = dialect_.name == DialectName::kTsql || dialect_.name == DialectName::kTolerant;
  if (may && fromAt < end && isNameToken(at, set) && at + 1 == set) {
    const size_t fromEnd = std::min({where, back, end});
    for (size_t i = fromAt + 1; i < fromEnd; i = behind(i, fromEnd))
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

// DELETE FROM t [USING list] WHERE; DELETE a FROM list; DELETE FROM a USING list (MySQL); DELETE TOP (1) FROM a FROM list (T-SQL)
void Resolver::deleteStatement(size_t begin, size_t end, Ctes ctes) {
  const size_t where = findWord(begin, end, Word::kWHERE);
  const size_t back = std::min(findWord(begin, end, Word::kRETURNING), findWord(begin, end, Word::kOUTPUT));
  size_t stop = std::min({where, back, end});
  for (size_t at = begin; at < stop; at = behind(at, stop))
    if (token(at).word == Word::kORDER || token(at).word == Word::kLIMIT) stop = at;
  size_t at = begin + 1;
  if (is(at, stop, Word::kTOP)) at = behind(at + 1, stop);
  const ScopeId scope = addScope(kNone);
  const size_t first = findWord(at, stop, Word::kFROM);
  const size_t second = findWord(std::min(first + 1, stop), stop, Word::kFROM);
  const size_t usingAt = findWord(at, stop, Word::kUSING);
  if (second < stop) {
    from(second + 1, stop, scope, ctes);
    targetsOf(first + 1, second, scope);
  } else if (first > at && first < stop) {
    from(first + 1, stop, scope, ctes);
    targetsOf(at, first, scope);
  } else if (usingAt < stop && !is(usingAt + 1, stop, '(')) {
    // Only MySQL's target is one of the tables behind USING.
    const bool apart = dialect_.name == DialectName::kPostgres || dialect_.name == DialectName::kSnowflake;
    if (apart) from(at + 1, usingAt, scope, ctes);
    from(usingAt + 1, stop, scope, ctes);
    if (!apart && !targetsOf(at + 1, usingAt, scope)) from(at + 1, usingAt, scope, ctes);
  } else {
    from(first < stop ? first + 1 : at, stop, scope, ctes);
  }
  const size_t tail = std::min({where, back, end});
  if (stop < tail) clause(stop, tail, scope, ctes);
  if (where < end) {
    size_t last = back > where ? std::min(back, end) : end;
    walk(where + 1, last, scope, ctes, Clause::kOther);
  }
  if (back < end) returning(back, where > back ? std::min(where, end) : end, scope, ctes);
}

// Names of relations that FROM or USING has: a, b.*; false where they are none.
bool Resolver::targetsOf(size_t begin, size_t end, ScopeId scope) {
  bool all = begin < end;
  for (const auto& [from, to] : splitCommas(begin, end)) {
    DottedName name;
    if (from >= to || !readName(from, to, true, name) || name.next != to) return false;
    name.star = true;  // all of it is the relation
    all &= resolveQualified(name, scope);
  }
  return all;
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
  const size_t into = findWord(begin, end, Word::kINTO);
  items(begin + 1, into, inner, ctes, result);
  touch(result);
  returned_ = result;
  if (into < end) {  // OUTPUT x INTO t (a): by position, RETURNING x INTO v: into variables
    out_.relations[result].byPosition = true;
    size_t at = into + 1;
    if (token(begin).word != Word::kOUTPUT || at >= end) return;
    const ScopeId target = targetScope(&at, end, false, ctes);
    if (is(at, end, '(')) columnList(at, target);
    return;
  }
  out_.relations[result].contract = Contract::kRows;
  if (out_.results.back() == kNone) {
    out_.results.back() = result;
    here().makes = Makes::kRows;
  }
}

}  // namespace gander::rewriter::sql
