// FROM: which relations a scope has.
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

size_t Resolver::conditionEnd(size_t at, size_t end) const {
  for (; at < end; at = behind(at, end)) {
    if (token(at).is(',') || isJoinWord(at)) return at;
    if (token(at).kind == TokenKind::kWord && (token(at).word == Word::kON || token(at).word == Word::kLATERAL))
      return at;
  }
  return end;
}

void Resolver::from(size_t begin, size_t end, ScopeId scope, Ctes ctes) {
  size_t at = begin;
  JoinKind kind;
  size_t joined = kNone;  // the entry that a semi or anti join brings in: only its own condition sees it
  const auto leave = [&] {
    if (joined < out_.scopes[scope].entries.size()) out_.scopes[scope].entries[joined].hidden = true;
    joined = kNone;
  };
  while (at < end) {
    const Token& one = token(at);
    if (one.is(',')) {
      leave();
      ++at;
    } else if (isJoinWord(at)) {
      leave();
      kind = joinKind(&at, end);
    } else if (one.word == Word::kON) {
      const size_t stop = conditionEnd(at + 1, end);
      walk(at + 1, stop, scope, ctes, Clause::kOther);
      at = stop;
    } else if (one.word == Word::kUSING && is(at + 1, end, '(')) {
      usingColumns(at + 1, scope);
      at = std::min<size_t>(token(at + 1).match, end) + 1;
      if (is(at, end, Word::kAS)) at += 2;
    } else if (one.word == Word::kLATERAL && is(at + 1, end, Word::kVIEW)) {
      at = lateralView(at + 2, end, scope, ctes);
    } else {
      const size_t before = out_.scopes[scope].entries.size();
      const size_t next = fromItem(at, end, scope, ctes);
      if (next > at) {
        if (kind.natural != kNone) naturalJoin(kind.natural, scope, before);
        if (kind.semi) joined = before;
        kind = {};
        at = next;
        continue;
      }
      // Something that no rule knows: a hole in FROM.
      out_.scopes[scope].open = true;
      notUnderstood();
      mayRead(ctes);
      const size_t stop = conditionEnd(at, end);
      walk(at, stop, scope, ctes, Clause::kOther);
      at = std::max(stop, at + 1);
    }
  }
  leave();
  if (out_.scopes[scope].entries.empty() && !out_.scopes[scope].open && begin < end) out_.scopes[scope].open = true;
}

// Something that is not understood stands where it may read a CTE: the names that those put out stay.
void Resolver::mayRead(Ctes ctes) {
  for (Ctes frame = ctes; frame != nullptr; frame = frame->up) out_.relations[frame->relation].unseen = true;
}

// NATURAL LEFT JOIN, LEFT SEMI JOIN, CROSS APPLY, JOIN LATERAL
Resolver::JoinKind Resolver::joinKind(size_t* at, size_t end) const {
  JoinKind kind;
  for (; *at < end; ++*at) {
    const Word word = token(*at).word;
    if (word == Word::kNATURAL) kind.natural = *at;
    kind.semi |= word == Word::kSEMI || word == Word::kANTI;
    if (word == Word::kJOIN || word == Word::kAPPLY || word == Word::kSTRAIGHT_JOIN) break;
  }
  ++*at;
  while (is(*at, end, Word::kLATERAL) && !is(*at + 1, end, Word::kVIEW)) ++*at;
  return kind;
}

// One operand with what stands behind it; the same position where it is none.
size_t Resolver::fromItem(size_t at, size_t end, ScopeId scope, Ctes ctes) {
  while (at < end && (token(at).word == Word::kLATERAL || (token(at).word == Word::kONLY && isNameToken(at + 1, end))))
    ++at;
  if (at >= end) return at;
  const Token& one = token(at);
  if (one.is('(')) {
    const size_t close = std::min<size_t>(one.match, end);
    if (isQuery(at + 1, close)) {
      // Only with LATERAL or APPLY does it see what FROM has before it.
      const bool lateral = at > 0 && (token(at - 1).word == Word::kLATERAL || token(at - 1).word == Word::kAPPLY);
      const RelationId relation = query(at + 1, close, lateral ? scope : out_.scopes[scope].parent, ctes);
      return afterItem(close + 1, end, scope, ctes, relation, nullptr);
    }
    if (token(at + 1).kind == TokenKind::kHole && at + 2 == close) {  // ( {{ macro() }} )
      Relation made;
      made.kind = Relation::Kind::kQuery;
      made.open = true;
      holeInExpression(token(at + 1), scope, Clause::kOther);
      return afterItem(close + 1, end, scope, ctes, addRelation(std::move(made), false), nullptr);
    }
    // A join in brackets; an alias behind it would hide what is in it.
    from(at + 1, close, scope, ctes);
    size_t next = close + 1;
    if (is(next, end, Word::kAS)) ++next;
    if (next < end && mayBeAlias(next, end)) {
      out_.scopes[scope].open = true;
      ++next;
    }
    return next;
  }
  if (one.kind == TokenKind::kString) {  // a file
    Relation file;
    file.range = one.body();
    return afterItem(at + 1, end, scope, ctes, addRelation(std::move(file), false), nullptr);
  }
  if (one.word == Word::kUNNEST && is(at + 1, end, '(')) return unnest(at + 1, end, scope, ctes);
  if (one.word == Word::kTABLE && is(at + 1, end, '(')) {
    const size_t close = std::min<size_t>(token(at + 1).match, end);
    DottedName name;
    if (readName(at + 2, close, true, name) && is(name.next, close, '(') && token(name.next).match + 1 == close)
      return afterItem(close + 1, end, scope, ctes, function(name, scope, ctes), nullptr);
    walk(at + 2, close, scope, ctes, Clause::kOther);
    Relation rows;
    rows.open = true;
    rows.kind = Relation::Kind::kQuery;
    return afterItem(close + 1, end, scope, ctes, addRelation(std::move(rows), false), nullptr);
  }
  if (one.word == Word::kVALUES) {
    const size_t stop = conditionEnd(at + 1, end);
    return afterItem(stop, end, scope, ctes, values(at, stop, scope, ctes), nullptr);
  }
  if (one.kind == TokenKind::kWord && isReserved(one.word)) return at;
  return tableItem(at, end, scope, ctes);
}

size_t Resolver::tableItem(size_t at, size_t end, ScopeId scope, Ctes ctes) {
  DottedName name;
  if (!readName(at, end, true, name)) return at;
  if (is(name.next, end, '(') && !(dialect_.name == DialectName::kTsql && is(name.next + 1, end, Word::kNOLOCK)))
    return functionItem(name, end, scope, ctes);
  // FROM plays p, p.items: an array of the row.
  if (name.count > 1) {
    for (const auto& entry : out_.scopes[scope].entries) {
      if (entry.alias != name.parts[0].id) continue;
      const RelationId row = entry.relation;
      const size_t before = out_.uses.size();
      resolveQualified(name, scope);
      Relation array;
      array.kind = Relation::Kind::kElement;
      array.range = name.range;
      Found found = lookup(row, name.parts[1].id);
      for (size_t i = 2; i < name.count && found.has == Has::kYes; ++i)
        found = lookupNested(found.column, name.parts[i].id);
      array.element = found.has == Has::kYes ? found.column : kNone;
      const RelationId relation = addRelation(std::move(array), touches(row));
      (void)before;
      return afterItem(name.next, end, scope, ctes, relation, &name);
    }
  }
  const RelationId relation = tableNamed(name, ctes);
  return afterItem(name.next, end, scope, ctes, relation, &name);
}

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

bool Resolver::mayBeAlias(size_t at, size_t end) const {
  const Token& one = token(at);
  if (one.kind == TokenKind::kQuoted) return true;
  if (one.kind == TokenKind::kHole) return at > 0 && token(at - 1).end != one.begin;
  if (one.word == Word::kTABLE) return is(at - 1, end, Word::kAS) || at + 1 >= end || isJoinWord(at + 1);
  if (one.word == Word::kMERGE) return !is(at + 1, end, Word::kINTO);
  if (one.kind != TokenKind::kWord || isReserved(one.word)) return false;
  switch (one.word) {
    case Word::kPIVOT:
    case Word::kUNPIVOT:
    case Word::kTABLESAMPLE:
    case Word::kMATCH_RECOGNIZE: return !is(at + 1, end, '(') && one.word != Word::kTABLESAMPLE;
    case Word::kSAMPLE: return !is(at + 1, end, '(');
    case Word::kAT:
    case Word::kBEFORE: return !is(at + 1, end, '(');
    case Word::kOPTION:
    case Word::kOPTIONS: return !is(at + 1, end, '(');
    case Word::kCLUSTER:
    case Word::kDISTRIBUTE:
    case Word::kSORT: return !is(at + 1, end, Word::kBY);
    case Word::kSTART: return !is(at + 1, end, Word::kWITH);
    case Word::kCONNECT: return !is(at + 1, end, Word::kBY);
    case Word::kUSE:
    case Word::kIGNORE: return !is(at + 1, end, Word::kINDEX);
    case Word::kANTI:
    case Word::kSEMI:
    case Word::kASOF: return !isJoinWord(at);
    case Word::kFINAL: return false;
    default: return true;
  }
}

// INDEXED BY i, NOT INDEXED
size_t Resolver::behindIndexHint(size_t at, size_t end) const {
  const bool negated = is(at, end, Word::kNOT);
  const size_t word = negated ? at + 1 : at;
  if (word >= end || toLowerAscii(slice(token(word).range())) != "indexed") return at;
  return negated ? word + 1 : is(word + 1, end, Word::kBY) ? word + 3 : at;
}

bool Resolver::isTimeTravel(size_t at, size_t end) const {
  if (!is(at + 1, end, Word::kAS) || at + 3 >= end || toLowerAscii(slice(token(at + 2).range())) != "of") return false;
  const auto word = toLowerAscii(slice(token(at).range()));
  return word == "version" || word == "timestamp";
}

// What may stand behind an operand: pivots, samples, points in time, hints, an alias, its columns.
// NOLINTNEXTLINE(readability-function-size): one decision a clause, in the order of the text
size_t Resolver::afterItem(size_t at, size_t end, ScopeId scope, Ctes ctes, RelationId relation,
                           const DottedName* name) {
  std::optional<NamePiece> alias;
  std::optional<NamePiece> offset;
  while (at < end) {
    const Token& one = token(at);
    if (one.is('@') && is(at + 1, end, '{')) {
      at = std::min<size_t>(token(at + 1).match, end) + 1;
    } else if (one.word == Word::kTABLESAMPLE || one.word == Word::kSAMPLE || one.word == Word::kMATCH_RECOGNIZE ||
               one.word == Word::kPARTITION ||
               ((one.word == Word::kAT || one.word == Word::kBEFORE) && is(at + 1, end, '('))) {
      if (one.word == Word::kSAMPLE && !is(at + 1, end, '(')) break;
      if (one.word == Word::kMATCH_RECOGNIZE) {
        relation = matchRecognize(at + 1, end, relation, alias ? &*alias : nullptr, name, scope, ctes);
        alias.reset();
        name = nullptr;
      }
      ++at;
      while (at < end && !token(at).is('(') && token(at).kind == TokenKind::kWord && !isJoinWord(at)) ++at;
      if (is(at, end, '(')) at = std::min<size_t>(token(at).match, end) + 1;
    } else if (const size_t hint = behindIndexHint(at, end); hint > at) {
      at = hint;
    } else if (isTimeTravel(at, end)) {  // VERSION AS OF 3, TIMESTAMP AS OF x
      walk(at + 3, behind(at + 3, end), scope, ctes, Clause::kOther);
      at = behind(at + 3, end);
    } else if (one.word == Word::kFOR && (is(at + 1, end, Word::kSYSTEM_TIME) ||
                                          (at + 1 < end && toLowerAscii(slice(token(at + 1).range())) == "version"))) {
      size_t stop = at + 2;
      while (stop < end && !isJoinWord(stop) && !token(stop).is(',') && token(stop).word != Word::kON &&
             token(stop).word != Word::kUSING && !(token(stop).word == Word::kAS && !is(stop + 1, end, Word::kNone)) &&
             !(stop > at + 3 && mayBeAlias(stop, end) && endsValue(token(stop - 1))))
        stop = behind(stop, end);
      walk(at + 2, stop, scope, ctes, Clause::kOther);
      at = stop;
    } else if ((one.word == Word::kPIVOT || one.word == Word::kUNPIVOT) &&
               (is(at + 1, end, '(') || is(at + 2, end, '(') || is(at + 3, end, '('))) {
      // It reads what stands before it under the name that it has so far.
      ScopeId inner = addScope(scope);
      addEntry(inner, relation, alias ? &*alias : nullptr, name);
      alias.reset();
      name = nullptr;
      at = pivot(at, inner, ctes, &relation);
    } else if (one.word == Word::kWITH && is(at + 1, end, Word::kOFFSET)) {
      at += 2;
      if (is(at, end, Word::kAS)) ++at;
      if (at < end && mayBeAlias(at, end)) offset = pieceOf(at++);
    } else if (one.word == Word::kWITH && is(at + 1, end, Word::kORDINALITY)) {
      at += 2;
    } else if (one.word == Word::kWITH && is(at + 1, end, '(')) {
      at = std::min<size_t>(token(at + 1).match, end) + 1;
    } else if (one.is('(') && dialect_.name == DialectName::kTsql && is(at + 1, end, Word::kNOLOCK)) {
      at = std::min<size_t>(one.match, end) + 1;
    } else if ((one.word == Word::kUSE || one.word == Word::kIGNORE) && is(at + 1, end, Word::kINDEX)) {
      at += 2;
      if (is(at, end, '(')) at = std::min<size_t>(token(at).match, end) + 1;
    } else if (one.word == Word::kFINAL) {
      ++at;
    } else if (one.is('*') && name != nullptr) {  // PostgreSQL's table *
      ++at;
    } else if (!alias && (one.word == Word::kAS || mayBeAlias(at, end))) {
      if (one.word == Word::kAS) ++at;
      if (at >= end || !(isNameToken(at, end) || mayBeAlias(at, end))) break;
      alias = pieceOf(at);
      ++at;
      while (at < end && token(at).begin == token(at - 1).end &&
             (token(at).kind == TokenKind::kHole || token(at).kind == TokenKind::kWord)) {
        alias->hole = true;
        ++at;
      }
      if (is(at, end, '(') && !is(at + 1, end, Word::kSELECT) && !is(at + 1, end, Word::kNOLOCK)) {
        relation = columnAliases(at, relation);
        at = std::min<size_t>(token(at).match, end) + 1;
      }
    } else {
      break;
    }
  }
  if (relation != kNone) addEntry(scope, relation, alias ? &*alias : nullptr, name);
  if (offset) {
    const RelationId position = queryRelation();
    ColumnNode node;
    node.name = offset->id;
    addOutput(position, std::move(node));
    addEntry(scope, position, &*offset, nullptr);
  }
  return at;
}

// MATCH_RECOGNIZE (PARTITION BY a ORDER BY b MEASURES c AS d PATTERN (x y+) DEFINE y AS y.e > 1): x and y are rows of the table.
RelationId Resolver::matchRecognize(size_t open, size_t end, RelationId relation, const NamePiece* alias,
                                    const DottedName* name, ScopeId scope, Ctes ctes) {
  const RelationId made = queryRelation();
  out_.relations[made].open = true;
  touches_[made] = touches(relation);
  if (!is(open, end, '(')) return made;
  const ScopeId inner = addScope(scope);
  addEntry(inner, relation, alias, name);
  const size_t close = std::min<size_t>(token(open).match, end);
  size_t pattern = open + 1;
  while (pattern < close && toLowerAscii(slice(token(pattern).range())) != "pattern") pattern = behind(pattern, close);
  for (size_t i = pattern + 1; is(pattern + 1, close, '(') && i < token(pattern + 1).match; ++i)
    if (isNameToken(i, close)) {
      ScopeEntry row = out_.scopes[inner].entries[0];
      row.alias = pieceOf(i).id;
      row.written = row.hidden = true;
      out_.scopes[inner].entries.push_back(std::move(row));
    }
  walk(open + 1, pattern, inner, ctes, Clause::kOther);
  size_t define = pattern + 1;  // DEFINE b AS x, c AS y
  while (define < close && toLowerAscii(slice(token(define).range())) != "define") define = behind(define, close);
  for (const auto& [from, to] : splitCommas(std::min(define + 1, close), close))
    walk(std::min(from + 2, to), to, inner, ctes, Clause::kOther);
  return made;
}

// t(a, b): the columns are called so, by position; what the relation calls them means nothing to its readers.
RelationId Resolver::columnAliases(size_t open, RelationId relation) {
  if (relation == kNone) return kNone;
  const Relation old = out_.relations[relation];
  const RelationId renamed = queryRelation();
  out_.relations[renamed].range = old.range;
  // Columns of a table that get no name here keep their own; they are none where as many are named as it has.
  const auto given = splitCommas(open + 1, token(open).match).size();
  const bool all = old.table != nullptr && old.table->complete && given >= indexOf(*old.table).columns.size();
  out_.relations[renamed].open = old.kind == Relation::Kind::kTable && !all;
  const bool positions = old.kind == Relation::Kind::kQuery && old.stars.empty() && !old.open;
  size_t index = 0;
  for (const auto& [from, to] : splitCommas(open + 1, token(open).match)) {
    if (from >= to || !isNameToken(from, to)) continue;
    const NamePiece piece = pieceOf(from);
    ColumnNode node;
    node.kind = ColumnNode::Kind::kAlias;
    node.name = piece.id;
    node.range = piece.body;
    if (positions && index < old.outs.size()) node.source = old.outs[index];
    if (old.kind == Relation::Kind::kElement && index == 0) node.source = old.element;
    addOutput(renamed, std::move(node));
    if (interesting(piece.id)) {
      Use& use = addUse(piece, kNone);
      use.reason = "the name of an output";
    }
    ++index;
  }
  if (positions) {
    for (; index < old.outs.size(); ++index) out_.relations[renamed].outs.push_back(old.outs[index]);
    out_.relations[relation].byPosition = out_.relations[relation].outs.size() <= index;
  }
  if (old.kind == Relation::Kind::kElement) touches_[renamed] = touches(relation);
  return renamed;
}

// PIVOT (agg(x) FOR y IN (...)), UNPIVOT (v FOR n IN (a, b)): columns that take part go, the others pass.
size_t Resolver::pivot(size_t at, ScopeId scope, Ctes ctes, RelationId* relation) {
  const bool unpivot = token(at).word == Word::kUNPIVOT;
  while (!token(at).is('(')) ++at;
  const size_t close = token(at).match;
  const size_t before = out_.uses.size();
  StarSource star;
  star.relation = *relation;
  star.range = token(at).range();
  const RelationId made = queryRelation();
  const size_t of = findWord(at + 1, close, Word::kFOR);
  size_t in = findWord(at + 1, close, Word::kIN);
  if (unpivot) {
    if (is(in + 1, close, '(')) unpivotColumns(in + 1, scope, ctes);
    // The value and name columns.
    for (size_t name : {at + 1, of + 1}) {
      if (name >= close || !isNameToken(name, close)) continue;
      ColumnNode node;
      node.name = pieceOf(name).id;
      addOutput(made, std::move(node));
    }
  } else {
    walk(at + 1, in < close ? in : close, scope, ctes, Clause::kOther);
    if (in < close && is(in + 1, close, '(')) {
      const size_t end = token(in + 1).match;
      for (const auto& [from, to] : splitCommas(in + 2, end)) {
        if (isQuery(from, to) || token(from).kind == TokenKind::kHole || token(from).word == Word::kANY)
          out_.relations[made].open = true;
        const Item one = splitItem(from, to);
        if (!one.alias) continue;
        ColumnNode node;
        node.name = one.alias->id;
        addOutput(made, std::move(node));
      }
    }
  }
  for (size_t i = before; i < out_.uses.size(); ++i) star.except.push_back(out_.uses[i].name);
  out_.relations[made].stars.push_back(star);
  touches_[made] = touches(*relation);
  *relation = made;
  return std::min<size_t>(close, tokens_.size() - 1) + 1;
}

// IN (a, b AS 'x'): the names become values, unless a value is written.
void Resolver::unpivotColumns(size_t open, ScopeId scope, Ctes ctes) {
  for (const auto& [from, to] : splitCommas(open + 1, token(open).match)) {
    const size_t before = out_.uses.size();
    walk(from, to, scope, ctes, Clause::kOther);
    if (findWord(from, to, Word::kAS) < to) continue;
    for (size_t i = before; i < out_.uses.size(); ++i) {
      auto& use = out_.uses[i];
      if (use.state != Use::State::kBound || !carries(use.column)) continue;
      use.state = Use::State::kOpen;
      use.claimed = true;
      use.change = changedColumn(use.column)->change;
      use.reason = "UNPIVOT makes values of the names of its columns";
    }
  }
}

// JOIN ... USING (x): one column of both sides.
void Resolver::usingColumns(size_t open, ScopeId scope) {
  for (const auto& [from, to] : splitCommas(open + 1, token(open).match)) {
    if (from >= to || !isNameToken(from, to)) {
      continue;
    }
    const NamePiece piece = pieceOf(from);
    if (piece.hole || token(from).kind == TokenKind::kHole) {
      out_.scopes[scope].holes = true;
      continue;
    }
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
    if (!interesting(piece.id)) continue;
    Use& use = addUse(piece, scope);
    use.state = Use::State::kBound;
    use.column = column;
    use.inUsing = true;
    use.qualified = true;
    use.boundIn = scope;
    use.seen = static_cast<uint32_t>(out_.scopes[scope].entries.size());
  }
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

// A CTE, a table or view that the text made, or one of the catalog.
RelationId Resolver::tableNamed(const DottedName& name, Ctes ctes, bool definition) {
  if (name.count == 1 && !definition) {
    for (Ctes frame = ctes; frame != nullptr; frame = frame->up)
      if (frame->name == name.parts[0].id) return frame->relation;
  }
  std::vector<NamePart> parts;
  std::string key;
  for (size_t i = 0; i < name.count; ++i) {
    const auto& piece = name.parts[i];
    parts.push_back({slice(piece.body), piece.quoted, piece.hole, piece.body});
    key += (i > 0 ? "." : "") + std::string(names_.textOf(piece.id));
  }
  if (!definition) {
    auto made = made_.find(key);
    if (made != made_.end()) return made->second;
  }
  Relation relation;
  relation.range = name.range;
  relation.table = catalog_.find(parts, dialect_);
  if (relation.table != nullptr) noteInterest(*relation.table);
  // %s may be filled with the name of a CTE; {{ ref('x') }} gives a table.
  if (name.hole && relation.table == nullptr && !slice(name.range).contains("{{")) mayRead(ctes);
  const Table* table = relation.table;
  const bool touching =
      table != nullptr && (table->dataset || std::any_of(table->columns.begin(), table->columns.end(),
                                                         [](const Column& column) { return !column.change.empty(); }));
  const RelationId id = addRelation(std::move(relation), touching);
  if (!name.hole || table != nullptr) {
    TableName use;
    use.relation = id;
    use.definition = definition;
    use.hole = name.hole;
    if (name.count == 1 && table != nullptr && !table->nowParts.empty()) {
      const NameId now = names_.ofDeclared(table->nowParts.front());
      for (Ctes frame = ctes; frame != nullptr; frame = frame->up) use.captured |= frame->name == now;
    }
    use.statement = here().range.begin;
    for (size_t i = 0; i < name.count; ++i) {
      use.parts.push_back(name.parts[i].body);
      use.texts.emplace_back(slice(name.parts[i].body));
      use.quoted.push_back(name.parts[i].quoted);
      use.quotes.push_back(name.parts[i].quote);
    }
    out_.tables.push_back(std::move(use));
  }
  if (!definition) noteRead(id);
  return id;
}

void Resolver::noteRead(RelationId id) {
  const auto& relation = out_.relations[id];
  auto& statement = here();
  if (relation.table == nullptr) {
    statement.unknownReads.emplace_back(slice(relation.range));
  } else if (std::find(statement.reads.begin(), statement.reads.end(), relation.table) == statement.reads.end()) {
    statement.reads.push_back(relation.table);
  }
}

void Resolver::addEntry(ScopeId scope, RelationId relation, const NamePiece* alias, const DottedName* name) {
  ScopeEntry entry;
  entry.relation = relation;
  if (alias != nullptr) {
    entry.alias = alias->hole ? kNoName : alias->id;
    entry.written = true;
    entry.range = alias->body;
  } else if (name != nullptr && name->count > 0) {
    entry.alias = name->parts[name->count - 1].id;
    entry.range = name->range;
    const auto& read = out_.relations[relation];
    const bool table = read.kind == Relation::Kind::kTable && read.range == name->range;
    for (size_t i = 0; table && i < name->count; ++i) {
      entry.parts.push_back(name->parts[i].id);
      entry.ranges.push_back(name->parts[i].body);
    }
    entry.written = !table;  // a CTE's name does not move
    if (table && read.table != nullptr && !read.table->nowParts.empty()) setInterest(entry.alias, 2);
  }
  out_.scopes[scope].entries.push_back(std::move(entry));
}

}  // namespace gander::rewriter::sql
