// MERGE, COPY, LOAD DATA.
#include <algorithm>

#include "base/text.h"
#include "rewriter/sql/resolver.h"

namespace gander::rewriter::sql {

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
void Resolver::mergeAction(size_t begin, size_t end, ScopeId target, ScopeId both, Ctes ctes) {
  const size_t then = findWord(begin, end, Word::kTHEN);
  ScopeId scope = both;
  if (is(begin, then, Word::kNOT)) {  // a row of one side only
    const bool ofTarget = is(begin + 2, then, Word::kBY) && toLowerAscii(slice(token(begin + 3).range())) == "source";
    scope = addScope(kNone);
    out_.scopes[scope] = out_.scopes[both];
    auto& entries = out_.scopes[scope].entries;
    const auto own = static_cast<long>(std::min(out_.scopes[target].entries.size(), entries.size()));
    ofTarget ? entries.erase(entries.begin() + own, entries.end())
             : entries.erase(entries.begin(), entries.begin() + own);
  }
  walk(begin, then, scope, ctes, Clause::kOther);
  size_t at = then + 1;
  if (is(at, end, Word::kUPDATE)) {
    const size_t set = findWord(at, end, Word::kSET);
    if (is(set + 1, end, '*')) return starAction(set + 1, both);
    assignments(std::min(set + 1, end), end, target, scope, ctes);
  } else if (is(at, end, Word::kINSERT)) {
    ++at;
    if (is(at, end, '*')) return starAction(at, both);
    if (is(at, end, '(')) {
      columnList(at, target);
      at = std::min<size_t>(token(at).match, end) + 1;
    }
    walk(at, end, scope, ctes, Clause::kOther);
  }
}

// UPDATE SET *, INSERT *: columns of both sides meet by their names.
void Resolver::starAction(size_t at, ScopeId scope) {
  bool touching = false;
  for (const auto& entry : out_.scopes[scope].entries) touching |= touches(entry.relation);
  if (touching)
    out_.hazards.push_back({"select-star", token(at).range(),
                            "all columns of both sides meet here by their names, and the migration changes some"});
}

// COPY t (a, b) FROM ...; COPY (query) TO ...; COPY INTO @stage FROM (query); COPY INTO t (a) FROM @stage
void Resolver::copyStatement(size_t begin, size_t end) {
  size_t at = begin + 1;
  const bool into = is(at, end, Word::kINTO);
  const bool away =
      into && at + 1 < end && (token(at + 1).kind == TokenKind::kHole || token(at + 1).kind == TokenKind::kString);
  const size_t from = into ? findWord(at, end, Word::kFROM) + 1 : at;
  if (!away && !is(at, end, '(')) {
    const ScopeId target = targetScope(&at, end, false);
    if (is(at, end, '(')) columnList(at, target);
  }
  if (!is(from, end, '(') || !isQuery(from + 1, end)) {
    DottedName name;
    if (away && from < end && readName(from, end, true, name)) exportTable(name);
    return;
  }
  const RelationId result = query(from + 1, std::min<size_t>(token(from).match, end), kNone, nullptr);
  out_.results.back() = result;
  here().makes = into && !away ? Makes::kInsert : Makes::kExport;
  if (result == kNone) return;
  if (here().makes == Makes::kExport) out_.relations[result].contract = Contract::kExport;
  if (here().makes == Makes::kInsert) out_.relations[result].byPosition = true;
}

// A whole table goes out under its columns' names.
void Resolver::exportTable(const DottedName& name) {
  const RelationId relation = tableNamed(name, nullptr);
  const RelationId result = queryRelation();
  StarSource star;
  star.relation = relation;
  star.range = name.range;
  out_.relations[result].stars.push_back(star);
  out_.relations[result].contract = Contract::kExport;
  touches_[result] = touches(relation);
  out_.results.back() = result;
  here().makes = Makes::kExport;
}

// LOAD DATA INFILE '...' INTO TABLE t ... (a, b, @c) SET d = @c
void Resolver::loadStatement(size_t begin, size_t end) {
  size_t at = findWord(begin, end, Word::kINTO) + 1;
  if (at >= end) return;
  const ScopeId target = targetScope(&at, end, false);
  const size_t set = findWord(at, end, Word::kSET);
  for (size_t i = at; i < set; i = behind(i, set))
    if (token(i).is('(')) columnList(i, target);
  if (set < end) assignments(set + 1, end, target, target, nullptr);
}

}  // namespace gander::rewriter::sql
