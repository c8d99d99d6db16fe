// Queries that begin with FROM: BigQuery's pipes, and Hive's.
#include <algorithm>

#include "rewriter/sql/resolver.h"

namespace gander::rewriter::sql {

// FROM t [JOIN ...] |> stage |> stage, and Hive's FROM t SELECT ...
RelationId Resolver::piped(size_t begin, size_t end, ScopeId outer, Ctes ctes) {
  size_t stage = begin + 1;
  while (stage < end && !token(stage).is(kPipeSymbol) && token(stage).word != Word::kSELECT &&
         token(stage).word != Word::kINSERT && !startsClause(token(stage), token(stage + 1)))
    stage = behind(stage, end);
  const ScopeId scope = addScope(outer);
  from(begin + 1, stage, scope, ctes);
  RelationId result = queryRelation();
  for (const auto& entry : out_.scopes[scope].entries) {
    if (touches(entry.relation)) touch(result);
    StarSource star;
    star.relation = entry.relation;
    out_.relations[result].stars.push_back(star);
  }
  if (stage < end && token(stage).word == Word::kSELECT) {
    const RelationId out = queryRelation();
    size_t list = stage + 1;
    size_t stop = list;
    while (stop < end && !startsClause(token(stop), token(stop + 1))) stop = behind(stop, end);
    items(list, stop, scope, ctes, out);
    touches_[out] = touches_[result];
    out_.scopes[scope].outputs = out;
    clause(stop, end, scope, ctes);
    return out;
  }
  if (is(stage, end, Word::kINSERT)) {
    insertBranches(stage, end, scope, ctes);
    return queryRelation();
  }
  return stages(stage, end, outer, ctes, scope, result);
}

// Hive: FROM t INSERT OVERWRITE TABLE a SELECT x INSERT INTO b SELECT y WHERE z
void Resolver::insertBranches(size_t at, size_t end, ScopeId scope, Ctes ctes) {
  here().makes = Makes::kInsert;
  while (is(at, end, Word::kINSERT)) {
    const size_t next = findWord(at + 1, end, Word::kINSERT);
    const size_t select = findWord(at, next, Word::kSELECT);
    size_t target = at + 1;
    while (target < select && (token(target).word == Word::kINTO || token(target).word == Word::kOVERWRITE ||
                               token(target).word == Word::kTABLE))
      ++target;
    targetScope(&target, select, false, ctes);
    const RelationId out = queryRelation();
    out_.relations[out].byPosition = true;
    size_t stop = std::min(select + 1, next);
    while (stop < next && !startsClause(token(stop), token(stop + 1))) stop = behind(stop, next);
    const ScopeId branch = addScope(kNone);
    out_.scopes[branch] = out_.scopes[scope];
    items(select + 1, stop, branch, ctes, out);
    out_.scopes[branch].outputs = out;
    clause(stop, next, branch, ctes);
    at = next;
  }
}

// |> WHERE x |> SELECT y
RelationId Resolver::stages(size_t at, size_t end, ScopeId outer, Ctes ctes, ScopeId scope, RelationId result) {
  while (is(at, end, kPipeSymbol)) {
    size_t stop = at + 1;
    while (stop < end && !token(stop).is(kPipeSymbol)) stop = behind(stop, end);
    const RelationId before = result;
    pipeStage(at + 1, stop, scope, ctes, &result);
    if (result != before) {
      touches_[result] = touches_[result] || touches_[before];
      scope = addScope(outer);
      addEntry(scope, result, nullptr, nullptr);
    }
    at = stop;
  }
  if (at < end) clause(at, end, scope, ctes);
  return result;
}

void Resolver::pipeStage(size_t begin, size_t end, ScopeId scope, Ctes ctes, RelationId* result) {
  if (begin >= end) return;
  const Word word = token(begin).word;
  if (word == Word::kSELECT || word == Word::kAGGREGATE || word == Word::kEXTEND) {
    const RelationId out = queryRelation();
    const size_t group = word == Word::kAGGREGATE ? findWord(begin, end, Word::kGROUP) : end;
    if (group < end) items(group + 2, end, scope, ctes, out);
    items(begin + 1 + (is(begin + 1, end, Word::kDISTINCT) ? 1 : 0), group, scope, ctes, out);
    if (word == Word::kEXTEND)
      for (const auto& entry : out_.scopes[scope].entries)
        out_.relations[out].stars.push_back({entry.relation, kNone, {}, {}});
    *result = out;
  } else if (word == Word::kJOIN || isJoinWord(begin)) {
    const size_t before = out_.scopes[scope].entries.size();
    from(begin, end, scope, ctes);
    for (size_t i = before; i < out_.scopes[scope].entries.size(); ++i)
      out_.relations[*result].stars.push_back({out_.scopes[scope].entries[i].relation, kNone, {}, {}});
  } else if (word == Word::kAS && isNameToken(begin + 1, end)) {
    const NamePiece alias = pieceOf(begin + 1);
    for (auto& entry : out_.scopes[scope].entries) {
      entry.alias = alias.id;
      entry.written = true;
      entry.range = alias.body;
    }
  } else if (word == Word::kORDER) {
    orderBy(begin + 2, end, scope, ctes, Clause::kOther);
  } else if (word == Word::kWHERE || word == Word::kLIMIT) {
    walk(begin + 1, end, scope, ctes, Clause::kOther);
  } else {
    // DROP, RENAME, SET and others: what they leave is not followed.
    walk(begin + 1, end, scope, ctes, Clause::kOther);
    const RelationId out = queryRelation();
    out_.relations[out].open = true;
    touch(out);
    *result = out;
  }
}

}  // namespace gander::rewriter::sql
