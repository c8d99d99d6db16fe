// JOIN: its kinds, USING and NATURAL.
#include <algorithm>

#include "rewriter/sql/resolver.h"

namespace gander::rewriter::sql {

bool Resolver::isJoinWord(size_t at) const {
  const Token& one = token(at);
  if (one.kind != TokenKind::kWord) return false;
  switch (one.word) {
    case Word::kJOIN:
    case Word::kSTRAIGHT_JOIN: return true;
    case Word::kINNER:
    case Word::kLEFT:
    case Word::kRIGHT:
    case Word::kFULL:
    case Word::kCROSS:
    case Word::kNATURAL:
    case Word::kOUTER:
    case Word::kASOF:
    case Word::kANTI:
    case Word::kSEMI: {
      // LEFT(x, 3) is a call, `anti` may be an alias.
      for (size_t i = at + 1; i < std::min(at + 6, tokens_.size()); ++i) {
        if (token(i).word == Word::kJOIN || token(i).word == Word::kAPPLY) return true;
        if (token(i).kind != TokenKind::kWord) return false;
      }
      return false;
    }
    default: return false;
  }
}

// NATURAL LEFT JOIN, LEFT SEMI JOIN, CROSS APPLY, JOIN LATERAL
Resolver::JoinKind Resolver::joinKind(size_t* at, size_t end) const {
  JoinKind kind;
  for (; *at < end; ++*at) {
    const Word word = token(*at).word;
    if (word == Word::kNATURAL) kind.natural = *at;
    kind.semi |= word == Word::kSEMI || word == Word::kANTI;
    kind.right |= word == Word::kRIGHT;
    kind.full |= word == Word::kFULL;
    if (word == Word::kJOIN || word == Word::kAPPLY || word == Word::kSTRAIGHT_JOIN) break;
  }
  ++*at;
  while (is(*at, end, Word::kLATERAL) && !is(*at + 1, end, Word::kVIEW)) ++*at;
  return kind;
}

// JOIN ... USING (x): one column of both sides.
size_t Resolver::usingColumns(size_t at, size_t end, const JoinKind& join, ScopeId scope) {
  const size_t close = std::min<size_t>(token(at + 1).match, end);
  UsingClause clause;
  clause.scope = scope;
  clause.range = {token(at).begin, close < end ? token(close).end : token(at + 1).end};
  clause.right = join.right;
  clause.full = join.full;
  clause.clear = close < end && !is(close + 1, end, Word::kAS);
  clause.statement = here().range.begin;
  const auto entries = static_cast<uint32_t>(out_.scopes[scope].entries.size());
  for (const auto& [from, to] : splitCommas(at + 2, close)) {
    const bool named = from + 1 == to && isNameToken(from, to);
    const NamePiece piece = named ? pieceOf(from) : NamePiece{};
    if (!named || piece.hole || token(from).kind == TokenKind::kHole) {
      clause.clear = false;
      if (from < to && isNameToken(from, to)) out_.scopes[scope].holes = true;
      continue;
    }
    UsingClause::Name name{.range = piece.body, .quoted = piece.quoted, .quote = piece.quote};
    for (const auto& [merged, column] : out_.scopes[scope].merged)
      if (merged == piece.id) name.leftMerged = column;
    if (name.leftMerged == kNone) name.leftEntry = sideOf(piece.id, scope, join.first, join.joined);
    name.rightEntry = sideOf(piece.id, scope, join.joined, entries);
    name.column = mergeByUsing(piece, scope);
    clause.names.push_back(name);
  }
  borrowInterest(clause);
  out_.usings.push_back(std::move(clause));
  return is(close + 1, end, Word::kAS) ? close + 3 : close + 1;
}

ColumnId Resolver::mergeByUsing(const NamePiece& piece, ScopeId scope) {
  ColumnNode node;
  node.kind = ColumnNode::Kind::kMerged;
  node.name = piece.id;
  node.byUsing = true;
  bool maybe = false;
  for (size_t i = 0; i < out_.scopes[scope].entries.size(); ++i) {
    const RelationId relation = out_.scopes[scope].entries[i].relation;
    const Found found = lookup(relation, piece.id);
    if (found.has == Has::kYes) node.merged.push_back(found.column);
    maybe |= found.has == Has::kMaybe;
  }
  auto& merged = out_.scopes[scope].merged;
  std::erase_if(merged, [&](const auto& one) { return one.first == piece.id; });
  if (maybe) node.merged.push_back(kNone);  // a side whose column is not known
  const ColumnId column = addColumn(std::move(node));
  merged.emplace_back(piece.id, column);
  if (!interesting(piece.id)) return column;
  Use& use = addUse(piece, scope);
  use.state = Use::State::kBound;
  use.column = column;
  use.inUsing = true;
  use.qualified = true;
  use.boundIn = scope;
  use.seen = static_cast<uint32_t>(out_.scopes[scope].entries.size());
  return column;
}

// The operand that has the column of a USING: the only one, or the only one that may.
uint32_t Resolver::sideOf(NameId name, ScopeId scope, uint32_t begin, uint32_t end) {
  uint32_t one = kNone;
  size_t count = 0;
  for (uint32_t i = begin; i < end; ++i) {
    const ScopeEntry entry = out_.scopes[scope].entries[i];
    if (entry.hidden || (end - begin > 1 && lookup(entry.relation, name).has == Has::kNo)) continue;
    one = i;
    ++count;
  }
  return count == 1 ? one : kNone;
}

// Where a USING may have to become ON, all that it merges must be told by its side.
void Resolver::borrowInterest(const UsingClause& clause) {
  const bool changes =
      std::ranges::any_of(clause.names, [&](const auto& name) { return changedColumn(name.column) != nullptr; });
  if (!changes) return;
  for (const auto& name : clause.names) setInterest(out_.columns[name.column].name, kBorrowed);
}

// NATURAL JOIN: a changed column may be joined by, or will be under its new name. Nothing happens where the columns of both sides
// are known and the changed ones meet nothing, or themselves.
void Resolver::naturalJoin(size_t at, ScopeId scope, size_t right) {
  const auto entries = out_.scopes[scope].entries;
  bool touching = false;
  for (const auto& entry : entries) touching |= touches(entry.relation);
  bool meets = false;
  for (size_t i = 0; touching && i < right && right < entries.size(); ++i)
    meets |= meetsByName(entries[i].relation, entries[right].relation);
  if (touching && !meets) return mergeByName(scope, right);
  out_.scopes[scope].holes = true;
  if (!touching) return;
  out_.hazards.push_back({"natural-join", token(at).range(),
                          "NATURAL JOIN joins by the names that both sides have: a renamed column may join or part"});
  Use use;
  use.range = token(at).range();
  use.state = Use::State::kOpen;
  use.claimed = true;
  use.reason = "NATURAL JOIN joins by the names that both sides have; write the columns";
  use.statement = here().range.begin;
  out_.uses.push_back(std::move(use));
}

// The names of a table's own columns; nullopt where they are not known, or not those of a table.
std::optional<std::vector<std::string>> Resolver::tableColumns(RelationId relation) const {
  const auto& one = out_.relations[relation];
  if (one.kind != Relation::Kind::kTable || one.table == nullptr || !one.table->complete) return std::nullopt;
  std::vector<std::string> names;
  for (const auto& column : one.table->columns) {
    auto first = column.path.substr(0, column.path.find('.'));
    if (std::find(names.begin(), names.end(), first) == names.end()) names.push_back(std::move(first));
  }
  return names;
}

// Whether a change adds or takes a column that two relations have in common.
bool Resolver::meetsByName(RelationId left, RelationId right) {
  const auto leftNames = tableColumns(left);
  const auto rightNames = tableColumns(right);
  if (!leftNames || !rightNames) return true;
  const auto changes = [&](RelationId from, const std::vector<std::string>& names, RelationId to) {
    for (const auto& name : names) {
      const Found own = lookup(from, names_.ofDeclared(name));
      const Column* changed = own.has == Has::kYes ? changedColumn(own.column) : nullptr;
      if (changed == nullptr) continue;
      const Found other = lookup(to, names_.ofDeclared(name));
      if (other.has != Has::kNo && (other.has == Has::kMaybe || changedColumn(other.column) != changed)) return true;
      if (!changed->now.empty() && lookup(to, names_.ofDeclared(changed->now)).has != Has::kNo) return true;
    }
    return false;
  };
  return changes(left, *leftNames, right) || changes(right, *rightNames, left);
}

// Columns of one name on both sides are one column.
void Resolver::mergeByName(ScopeId scope, size_t right) {
  const auto names = tableColumns(out_.scopes[scope].entries[right].relation);
  for (const auto& name : names.value_or(std::vector<std::string>())) {
    ColumnNode node;
    node.kind = ColumnNode::Kind::kMerged;
    node.name = names_.ofDeclared(name);
    node.byUsing = true;
    for (const auto& entry : std::vector<ScopeEntry>(out_.scopes[scope].entries)) {
      const Found found = lookup(entry.relation, node.name);
      if (found.has == Has::kYes) node.merged.push_back(found.column);
    }
    if (node.merged.size() < 2) continue;
    const NameId merged = node.name;
    const ColumnId column = addColumn(std::move(node));
    out_.scopes[scope].merged.emplace_back(merged, column);
  }
}

}  // namespace gander::rewriter::sql
