// Relations that are no tables: functions, UNNEST, LATERAL VIEW.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "rewriter/sql/resolver.h"

namespace gander::rewriter::sql {
namespace {

// Functions whose columns are these; those of any other are not known.
struct FunctionColumns {
  std::string_view name;
  std::string_view columns;
};
constexpr std::array kFunctions = {
    FunctionColumns{"flatten", "seq key path index value this"},
    FunctionColumns{"split_to_table", "seq index value"},
    FunctionColumns{"generate_series", "generate_series"},
    FunctionColumns{"string_split", "value ordinal"},
    FunctionColumns{"json_each", "key value type atom id parent fullkey path json root"},
    FunctionColumns{"json_tree", "key value type atom id parent fullkey path json root"},
    FunctionColumns{"jsonb_each", "key value"},
    FunctionColumns{"jsonb_array_elements", "value"},
    FunctionColumns{"json_array_elements", "value"},
    FunctionColumns{"jsonb_array_elements_text", "value"},
    FunctionColumns{"explode", "col"},
    FunctionColumns{"posexplode", "pos col"},
    FunctionColumns{"sequence", ""},
    FunctionColumns{"regexp_split_to_table", "regexp_split_to_table"},
};

}  // namespace

size_t Resolver::functionItem(const DottedName& name, size_t end, ScopeId scope, Ctes ctes) {
  const size_t close = std::min<size_t>(token(name.next).match, end);
  const RelationId relation = function(name, scope, ctes);
  size_t next = close + 1;
  if (is(next, end, Word::kWITH) && is(next + 1, end, '(')) {  // OPENJSON(x) WITH (a int, b int)
    declaredColumns(next + 2, token(next + 1).match, relation);
    out_.relations[relation].open = false;
    next = std::min<size_t>(token(next + 1).match, end) + 1;
  }
  return afterItem(next, end, scope, ctes, relation, nullptr);
}

// The rows that a call gives.
RelationId Resolver::function(const DottedName& name, ScopeId scope, Ctes ctes) {
  const size_t close = token(name.next).match;
  // JSON_TABLE(x, '$' COLUMNS (a int)), XMLTABLE('x' PASSING y COLUMNS a int)
  const size_t columns = findWord(name.next + 1, close, Word::kCOLUMNS);
  const size_t before = out_.uses.size();
  walk(name.next + 1, columns, scope, ctes, Clause::kOther);
  Relation made;
  made.kind = Relation::Kind::kQuery;
  made.range = name.range;
  const auto called = toLowerAscii(slice(name.parts[name.count - 1].body));
  const auto known = std::find_if(kFunctions.begin(), kFunctions.end(),
                                  [&](const FunctionColumns& one) { return one.name == called; });
  made.open = known == kFunctions.end() && columns >= close;
  const RelationId relation = addRelation(std::move(made), false);
  if (columns < close) {
    const bool list = is(columns + 1, close, '(');
    declaredColumns(columns + (list ? 2 : 1), list ? token(columns + 1).match : close, relation);
  }
  if (known == kFunctions.end()) return relation;
  // What FLATTEN takes apart: FLATTEN(input => x), FLATTEN(x)
  const size_t input = name.next + 1 + (is(name.next + 2, close, kArgumentSymbol) ? 2 : 0);
  const auto plain = plainName(input, std::min(findSymbol(input, close, ','), close));
  ColumnId array = kNone;
  for (size_t i = before; plain && i < out_.uses.size(); ++i)
    if (out_.uses[i].range == pieceOf(*plain).body && out_.uses[i].state == Use::State::kBound)
      array = out_.uses[i].column;
  for (const auto& column : split(known->columns, ' ')) {
    ColumnNode node;
    node.name = names_.of(column, false);
    if (called == "flatten" && column == "value" && array != kNone) {
      node.kind = ColumnNode::Kind::kAlias;
      node.source = array;
    }
    addOutput(relation, std::move(node));
  }
  if (touchesColumn(array)) touch(relation);
  return relation;
}

// a int, b text PATH '$.b', NESTED PATH '$.c' COLUMNS (d int)
void Resolver::declaredColumns(size_t begin, size_t end, RelationId relation) {
  for (const auto& [from, to] : splitCommas(begin, end)) {
    const size_t nested = findWord(from, to, Word::kCOLUMNS);
    if (nested < to && is(nested + 1, to, '(')) {
      declaredColumns(nested + 2, token(nested + 1).match, relation);
    } else if (isNameToken(from, to)) {
      ColumnNode node;
      node.name = pieceOf(from).id;
      addOutput(relation, std::move(node));
    }
  }
}

// Whether what a column holds may have a change in it.
bool Resolver::touchesColumn(ColumnId column) const {
  const ColumnId value = column == kNone ? kNone : valueOf(column);
  return value != kNone && touches(out_.columns[value].relation);
}

// [1, 2], SPLIT(x, ','): elements that are no structs.
bool Resolver::givesScalars(size_t begin, size_t end) const {
  static constexpr std::array<std::string_view, 10> kScalars = {"split",
                                                                "generate_array",
                                                                "generate_date_array",
                                                                "generate_timestamp_array",
                                                                "string_to_array",
                                                                "regexp_extract_all",
                                                                "json_value_array",
                                                                "json_extract_string_array",
                                                                "regexp_split_to_array",
                                                                "sequence"};
  if (is(begin + 1, end, '(') && token(begin + 1).match + 1 == end)
    return std::find(kScalars.begin(), kScalars.end(), toLowerAscii(slice(token(begin).range()))) != kScalars.end();
  const size_t open = token(begin).word == Word::kARRAY ? begin + 1 : begin;
  if (!is(open, end, '[') || token(open).match + 1 != end) return false;
  for (size_t at = open + 1; at + 1 < end; ++at)
    if (token(at).kind != TokenKind::kNumber && token(at).kind != TokenKind::kString && !token(at).is(',') &&
        !token(at).is('-'))
      return false;
  return true;
}

// UNNEST(x): its rows are what is in x.
size_t Resolver::unnest(size_t at, size_t end, ScopeId scope, Ctes ctes) {
  const size_t close = std::min<size_t>(token(at).match, end);
  const size_t before = out_.uses.size();
  walk(at + 1, close, scope, ctes, Clause::kOther);
  Relation array;
  array.kind = Relation::Kind::kElement;
  array.range = token(at).range();
  bool touching = false;
  const auto plain = plainName(at + 1, close);
  if (plain && out_.uses.size() > before && out_.uses.back().range == pieceOf(*plain).body &&
      out_.uses.back().state == Use::State::kBound) {
    array.element = out_.uses.back().column;
  } else if (DottedName name; plain && readName(at + 1, close, false, name) && name.next == close) {
    array.element = columnOf(name, scope);  // its own name does not change, what is in it may
    if (array.element != kNone && valueOf(array.element) == kNone) array.element = kNone;
  }
  if (array.element != kNone) {
    touching = touchesColumn(array.element);
  } else {
    array.kind = Relation::Kind::kQuery;
    array.open = !givesScalars(at + 1, close);
    for (size_t i = before; i < out_.uses.size(); ++i)
      touching |= out_.uses[i].state == Use::State::kOpen && out_.uses[i].claimed;
  }
  const bool scalars = array.kind == Relation::Kind::kQuery && !array.open;
  const RelationId relation = addRelation(std::move(array), touching);
  const size_t entry = out_.scopes[scope].entries.size();
  const size_t next = afterItem(close + 1, end, scope, ctes, relation, nullptr);
  if (scalars && entry < out_.scopes[scope].entries.size() && out_.relations[relation].outs.empty()) {
    ColumnNode node;  // the alias is the element
    node.name = out_.scopes[scope].entries[entry].alias;
    addOutput(relation, std::move(node));
  }
  return next;
}

// LATERAL VIEW [OUTER] explode(x) t [AS a, b]
size_t Resolver::lateralView(size_t at, size_t end, ScopeId scope, Ctes ctes) {
  while (at < end && token(at).word == Word::kOUTER) ++at;
  DottedName function;
  if (!readName(at, end, false, function) || !is(function.next, end, '(')) return at + 1;
  const size_t open = function.next;
  const size_t close = std::min<size_t>(token(open).match, end);
  const size_t before = out_.uses.size();
  walk(open + 1, close, scope, ctes, Clause::kOther);
  ColumnId array = kNone;
  if (const auto plain = plainName(open + 1, close))
    if (out_.uses.size() > before && out_.uses.back().range == pieceOf(*plain).body &&
        out_.uses.back().state == Use::State::kBound)
      array = out_.uses.back().column;
  const RelationId relation = queryRelation();
  std::optional<NamePiece> alias;
  at = close + 1;
  if (at < end && mayBeAlias(at, end)) alias = pieceOf(at++);
  bool named = false;
  if (is(at, end, Word::kAS)) {
    ++at;
    while (isNameToken(at, end)) {
      ColumnNode node;
      node.kind = ColumnNode::Kind::kAlias;
      node.name = pieceOf(at).id;
      node.source = is(at + 1, end, ',') ? kNone : array;  // posexplode puts the position first
      addOutput(relation, std::move(node));
      named = true;
      ++at;
      if (!is(at, end, ',') || !isNameToken(at + 1, end)) break;
      ++at;
    }
  }
  out_.relations[relation].open = !named;
  addEntry(scope, relation, alias ? &*alias : nullptr, nullptr);
  return at;
}

}  // namespace gander::rewriter::sql
