#include <algorithm>

#include "tests/rewriter/sql/query_writer.h"

namespace gander::rewriter::sql::generated {

// Columns to be written: not the first one, which is unique.
std::vector<size_t> QueryWriter::someColumns(const Readable& table) {
  std::vector<size_t> columns(table.columns.begin() + 1, table.columns.end());
  std::partition(columns.begin(), columns.end(), [&](size_t column) { return moves(column); });
  columns.resize(1 + choices_.below(columns.size()));
  return columns;
}

Fragment QueryWriter::targets(const std::vector<size_t>& columns) {
  std::vector<Fragment> names;
  for (const size_t column : columns) names.push_back(spelled({.role = Token::Role::kTarget, .means = {column}}));
  return list(names);
}

// The table that is written, with its alias, as the first relation of the scope.
Fragment QueryWriter::written(size_t scope, const Readable& table) {
  Fragment out = tableName(scope, table.label, choices_.oneIn(8));
  size_t label = table.label;
  if (flavor_.aliasedTargets && choices_.oneIn(3)) {
    label = addAlias(scope, "");
    out.say(" AS ").add(define(label));
  }
  text_.scopes[scope].relations.push_back(use(label, table.columns));
  return out;
}

Fragment QueryWriter::returning(size_t scope) {
  const bool aliased = text_.named[text_.scopes[scope].relations.front().label].kind == Named::Kind::kAlias;
  if (!flavor_.returning || (aliased && !flavor_.returningAliases) || !choices_.oneIn(4)) return {};
  Select made{.scope = scope};
  const Wish wish{.top = true};
  std::vector<Fragment> items;
  const size_t count = 1 + choices_.below(2);
  for (size_t i = 0; i < count; ++i) {
    made.items.push_back(bareItem(made, wish, std::nullopt));
    items.push_back(made.items.back().text);
    text_.outputs.push_back({made.items.back().output});
  }
  return Fragment().say(" RETURNING ").add(list(items));
}

Fragment QueryWriter::assignments(const Readable& table, const Place& place) {
  const std::vector<size_t> columns = someColumns(table);
  const auto type = [&](size_t column) { return text_.named[column].type; };
  if (flavor_.updateRows && columns.size() > 1 && choices_.oneIn(4)) {
    std::vector<Fragment> values;
    for (const size_t column : columns) values.push_back(expression(type(column), place, 0));
    return Fragment().say("(").add(targets(columns)).say(") = (").add(list(values)).say(")");
  }
  std::vector<Fragment> changes;
  for (const size_t column : columns) {
    changes.push_back(targets({column}).say(" = ").add(expression(type(column), place, 1)));
  }
  return list(changes);
}

// A derived table with one row for each k: (SELECT a AS k, MAX(b) AS v FROM t GROUP BY 1) AS s.
Fragment QueryWriter::groupedSource(size_t scope, Type key, Type value) {
  const size_t inner = addScope({});
  const Fragment source = stored(inner);
  const Place place{.scope = inner, .own = true};
  size_t column = kNone;
  const auto by = this->column(key, place, &column);
  if (!by) return Fragment();
  const size_t k = addOutput(freshName({"k"}, {}), key);
  const size_t v = addOutput(freshName({"v"}, {keyOf(k)}), value);
  Fragment out;
  out.say("(SELECT ").add(*by).say(" AS ").add(define(k)).say(", ").add(aggregate(value, place)).say(" AS ");
  out.add(define(v)).say(" FROM ").add(source).say(" GROUP BY ");
  text_.scopes[inner].outputs = {k, v};
  const auto again = reference(0, inner, column, {.scope = inner, .clause = flavor_.groupBy}, nullptr);
  out.add(again ? *again : Fragment().say("1"));
  const size_t alias = addAlias(scope, "");
  text_.scopes[scope].relations.push_back(use(alias, {k, v}));
  return out.say(") AS ").add(define(alias));
}

Fragment QueryWriter::update() {
  text_.writes = true;
  const Readable table = choices_.below(3) < 2 ? tables_.front() : choices_.of(tables_);
  const size_t scope = addScope({});
  Fragment head;
  head.say("UPDATE ").add(written(scope, table)).say(" SET ");
  Fragment source;
  Fragment match;
  if (flavor_.updateFrom && choices_.oneIn(3)) {
    source = groupedSource(scope, Type::kInteger, Type::kText);
    if (!source.pieces.empty()) {
      const Relation& relation = text_.scopes[scope].relations.back();
      const auto own = reference(0, scope, text_.scopes[scope].relations[0].columns[0], {.scope = scope}, nullptr);
      const auto key = reference(1, scope, relation.columns[0], {.scope = scope}, nullptr);
      if (!own || !key) {
        text_.scopes[scope].relations.pop_back();
        return head.add(targets({table.columns.back()})).say(" = NULL");
      }
      match.add(*key).say(" = ").add(*own);
    }
  }
  head.add(assignments(table, {.scope = scope}));
  if (!source.pieces.empty()) {
    head.say(" FROM ").add(source).say(" WHERE ").add(match);
    if (choices_.below(2) == 1) head.say(" AND ").add(condition({.scope = scope}, 1));
    return head;
  }
  if (choices_.below(2) == 1) head.say(" WHERE ").add(condition({.scope = scope}, 1));
  return head.add(returning(scope));
}

Fragment QueryWriter::erase() {
  text_.writes = true;
  const Readable table = choices_.below(3) < 2 ? tables_.front() : choices_.of(tables_);
  const size_t scope = addScope({});
  Fragment out;
  out.say("DELETE FROM ").add(written(scope, table));
  if (flavor_.deleteUsing && choices_.oneIn(3)) out.say(" USING ").add(stored(scope));
  const bool one = text_.scopes[scope].relations.size() == 1;
  out.say(" WHERE ").add(condition({.scope = scope}, 2));
  return one ? out.add(returning(scope)) : out;
}

Fragment QueryWriter::merge() {
  const Readable table = choices_.below(3) < 2 ? tables_.front() : choices_.of(tables_);
  const size_t scope = addScope({});
  Fragment out;
  out.say("MERGE INTO ").add(written(scope, table)).say(" USING ");
  const Fragment source = groupedSource(scope, Type::kInteger, Type::kText);
  if (source.pieces.empty()) return update();
  text_.writes = true;
  const Place both{.scope = scope};
  const auto& relations = text_.scopes[scope].relations;
  const auto key = reference(1, scope, relations[1].columns[0], both, nullptr);
  const auto own = reference(0, scope, relations[0].columns[0], both, nullptr);
  if (!key || !own) return update();
  out.add(source).say(" ON ").add(*own).say(" = ").add(*key);
  out.say(" WHEN MATCHED THEN UPDATE SET ").add(assignments(table, both));
  if (choices_.below(2) == 0) return out;
  const std::vector<size_t> columns = someColumns(table);
  std::vector<Fragment> values;
  for (const size_t column : columns) {
    const bool number = text_.named[column].type == Type::kInteger;
    values.push_back(
        qualified(text_.scopes[scope].relations[1], text_.scopes[scope].relations[1].columns[number ? 0 : 1], both));
  }
  return out.say(" WHEN NOT MATCHED THEN INSERT (").add(targets(columns)).say(") VALUES (").add(list(values)).say(")");
}

}  // namespace gander::rewriter::sql::generated
