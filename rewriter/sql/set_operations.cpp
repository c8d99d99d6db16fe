// UNION and its kin, by position and by name.
#include <algorithm>

#include "rewriter/sql/resolver.h"

namespace gander::rewriter::sql {

// How many tokens the operator of a set operation has here, or 0.
size_t Resolver::setOperation(size_t at, size_t begin, size_t end) const {
  const Token& one = token(at);
  // {{ dbt.except() }} between two queries
  if (one.kind == TokenKind::kHole && at > begin && is(at + 1, end, Word::kSELECT) && endsValue(token(at - 1)))
    return 1;
  if (one.kind != TokenKind::kWord) return 0;
  const Word word = one.word;
  if (word != Word::kUNION && word != Word::kINTERSECT && word != Word::kEXCEPT && word != Word::kMINUS) return 0;
  if (word == Word::kEXCEPT && at > begin && (token(at - 1).is('*')) && is(at + 1, end, '(') && !isQuery(at + 2, end))
    return 0;
  size_t next = at + 1;
  while (next < end && token(next).kind == TokenKind::kWord &&
         (token(next).word == Word::kALL || token(next).word == Word::kDISTINCT || token(next).word == Word::kBY ||
          token(next).word == Word::kNAME || token(next).word == Word::kCORRESPONDING))
    ++next;
  if (word == Word::kMINUS && next < end && token(next).word != Word::kSELECT && !token(next).is('(')) return 0;
  return next - at;
}

// NOLINTNEXTLINE(readability-function-size): one decision a clause, in the order of the text
RelationId Resolver::queryBody(size_t begin, size_t end, ScopeId outer, Ctes ctes, RelationId recursive) {
  const size_t pipe = findSymbol(begin, end, kPipeSymbol);
  if (pipe < end && !is(begin, end, Word::kFROM)) {  // SELECT ... |> WHERE
    const RelationId left = queryBody(begin, pipe, outer, ctes);
    const ScopeId scope = addScope(outer);
    addEntry(scope, left, nullptr, nullptr);
    return stages(pipe, end, outer, ctes, scope, left);
  }
  std::vector<std::pair<size_t, size_t>> branches;
  bool byName = false;
  std::vector<size_t> matched;  // the columns that BY NAME ON has
  size_t from = begin;
  for (size_t at = begin; at < end; at = behind(at, end)) {
    const size_t size = setOperation(at, begin, end);
    if (size == 0) continue;
    for (size_t i = at; i < at + size; ++i)
      byName |= token(i).word == Word::kNAME || token(i).word == Word::kCORRESPONDING;
    size_t stop = at;  // FULL OUTER UNION ALL BY NAME
    while (stop > from + 1 && isSide(token(stop - 1).word)) --stop;
    branches.emplace_back(from, stop);
    from = at + size;
    if (byName && (is(from, end, Word::kON) || is(from, end, Word::kBY)) && is(from + 1, end, '(')) {
      matched.push_back(from + 1);
      from = std::min<size_t>(token(from + 1).match, end) + 1;
    }
    at = from - 1;
  }
  branches.emplace_back(from, end);
  if (is(begin, end, Word::kFROM) && branches.size() == 1) return piped(begin, end, outer, ctes);
  if (branches.size() == 1) return operand(begin, end, outer, ctes);
  // The clauses behind the last branch are those of the whole.
  size_t tail = end;
  const auto last = branches.back();
  for (size_t at = last.first; at < last.second; at = behind(at, last.second)) {
    const Word word = token(at).word;
    if ((word == Word::kORDER && is(at + 1, end, Word::kBY)) || word == Word::kLIMIT || word == Word::kFETCH) {
      tail = at;
      break;
    }
  }
  branches.back().second = tail;
  std::vector<RelationId> relations;
  for (const auto& [first, stop] : branches) {
    if (first >= stop) continue;
    relations.push_back(operand(first, stop, outer, ctes));
    if (relations.size() == 1 && recursive != kNone) {
      out_.relations[recursive].outs = out_.relations[relations[0]].outs;
      out_.relations[recursive].stars = out_.relations[relations[0]].stars;
      out_.relations[recursive].open = out_.relations[relations[0]].open;
      out_.relations[recursive].found.clear();
      touches_[recursive] = touches_[relations[0]];
    }
  }
  const RelationId whole = combine(relations, byName);
  if (tail < end || !matched.empty()) {
    const ScopeId scope = addScope(outer);
    addEntry(scope, whole, nullptr, nullptr);
    out_.scopes[scope].outputs = whole;
    for (size_t open : matched) orderBy(open + 1, token(open).match, scope, ctes, Clause::kOrderBy);
    clause(tail, end, scope, ctes);
  }
  return whole;
}

bool Resolver::isSide(Word word) {
  return word == Word::kFULL || word == Word::kLEFT || word == Word::kINNER || word == Word::kOUTER;
}

// Names come from the first branch, columns meet by position.
RelationId Resolver::combine(const std::vector<RelationId>& branches, bool byName) {
  if (branches.empty()) return queryRelation();
  const RelationId whole = queryRelation();
  bool positions = true;
  bool touching = false;
  for (RelationId branch : branches) {
    positions &= out_.relations[branch].stars.empty() && !out_.relations[branch].open;
    touching |= touches(branch);
  }
  touches_[whole] = touching;
  if (positions && byName) return combineByName(branches, whole);
  if (!positions) {
    // Stars: a column passes if the first branch has it; where others have other names is not told.
    StarSource first;
    first.relation = branches[0];
    out_.relations[whole].stars.push_back(first);
    for (RelationId branch : branches) {
      out_.relations[branch].open |= false;
      if (branch != branches[0] && byName) out_.relations[whole].stars.push_back({branch, kNone, {}, {}});
    }
    return whole;
  }
  const auto firstOuts = out_.relations[branches[0]].outs;
  for (size_t i = 0; i < firstOuts.size(); ++i) {
    if (firstOuts[i] == kNone) continue;
    ColumnNode node;
    node.kind = ColumnNode::Kind::kMerged;
    node.name = out_.columns[firstOuts[i]].name;
    for (RelationId branch : branches)
      if (i < out_.relations[branch].outs.size()) node.merged.push_back(out_.relations[branch].outs[i]);
    addOutput(whole, std::move(node));
  }
  for (size_t i = 1; i < branches.size(); ++i) out_.relations[branches[i]].byPosition = true;
  return whole;
}

// UNION BY NAME: columns of one name meet, in the order of their first.
RelationId Resolver::combineByName(const std::vector<RelationId>& branches, RelationId whole) {
  for (RelationId branch : branches)
    for (ColumnId column : std::vector<ColumnId>(out_.relations[branch].outs)) {
      if (column == kNone) continue;
      const NameId name = out_.columns[column].name;
      const auto& outs = out_.relations[whole].outs;
      const auto same = std::find_if(outs.begin(), outs.end(),
                                     [&](ColumnId one) { return name != kNoName && out_.columns[one].name == name; });
      if (same != outs.end()) {
        out_.columns[*same].merged.push_back(column);
        continue;
      }
      ColumnNode node;
      node.kind = ColumnNode::Kind::kMerged;
      node.byUsing = true;
      node.name = name;
      node.merged.push_back(column);
      addOutput(whole, std::move(node));
    }
  return whole;
}

}  // namespace gander::rewriter::sql
