#include <algorithm>

#include "tests/rewriter/sql/query_writer.h"

namespace gander::rewriter::sql::generated {

// Names of CTEs are often those of tables, and now and then the dataset's new one.
Fragment QueryWriter::with(const Wish& wish, size_t& pushed) {
  const bool recursive = flavor_.recursive && choices_.oneIn(4);
  const size_t count = 1 + choices_.below(2);
  std::vector<std::string> names = {"u", "recent", "ranked"};
  for (const SchemaTable& table : schema_.tables) names.push_back(table.name);
  if (choices_.oneIn(12)) names.push_back(schema_.tables.front().now);
  std::vector<size_t> labels;
  for (size_t i = 0; i < count; ++i) {
    const size_t at = choices_.below(names.size());
    labels.push_back(addNamed({.kind = Named::Kind::kAlias, .name = declaredIn(flavor_, names[at])}));
    names.erase(names.begin() + static_cast<ptrdiff_t>(at));
    std::erase_if(names, [&](const std::string& name) { return name == nameOf(labels.back()); });
  }
  const bool hides = recursive || !flavor_.ownNameIsTable;
  if (hides) hidden_.insert(hidden_.end(), labels.begin(), labels.end());
  Fragment out;
  out.say(recursive && flavor_.recursiveWord ? "WITH RECURSIVE " : "WITH ");
  for (size_t i = 0; i < count; ++i) {
    if (i > 0) out.say(", ");
    out.add(commonTable(labels[i], wish, recursive && choices_.below(2) == 0));
    ++pushed;
    if (hides) std::erase(hidden_, labels[i]);
  }
  return out.say(" ");
}

// Pushes it, so that what follows sees it.
Fragment QueryWriter::commonTable(size_t label, const Wish& wish, bool recursive) {
  Fragment head = define(label);
  if (recursive) {
    const WrittenQuery made = recursion(label, head);
    return head.say(" AS (").add(made.text).say(")");
  }
  const WrittenQuery made = query({.around = wish.around, .depth = wish.depth - 1});
  std::vector<size_t> columns = made.outputs;
  if (choices_.oneIn(5)) columns = columnList(head, columns);
  ctes_.push_back({label, columns});
  return head.say(" AS (").add(made.text).say(")");
}

// A start, and steps that read what was there before: r (n, v) AS (SELECT 1, a FROM t UNION ALL SELECT n + 1, v FROM r ...).
WrittenQuery QueryWriter::recursion(size_t label, Fragment& head) {
  Wish wish{.types = {Type::kText}};
  Select first{.scope = addScope({})};
  WrittenQuery out;
  const Fragment source = stored(first.scope);
  const size_t count = addOutput(declaredIn(flavor_, "n"), Type::kInteger);
  const Fragment number = Fragment().say("1 AS ").add(define(count));
  first.items.push_back({number, count});
  const Item value = bareItem(first, wish, Type::kText);
  first.items.push_back(value);
  out.outputs = {count, value.output};
  text_.scopes[first.scope].outputs = out.outputs;
  std::vector<size_t> columns = out.outputs;
  if (choices_.below(2) == 0) columns = columnList(head, columns);
  ctes_.push_back({label, columns});
  out.text.say("SELECT ").add(list({number, value.text})).say(" FROM ").add(source);

  const size_t scope = addScope({});
  Fragment own = tableName(scope, label, false);
  text_.scopes[scope].relations.push_back(use(label, columns));
  if (choices_.oneIn(3)) own.say(", ").add(stored(scope));
  const auto read = [&](size_t at) {
    const Relation& relation = text_.scopes[scope].relations.front();
    auto name = reference(0, scope, relation.columns[at], {.scope = scope}, nullptr);
    return name ? *name : qualified(relation, relation.columns[at], {.scope = scope});
  };
  const Fragment step = read(0).say(" + 1");
  const Fragment same = read(1);
  const Fragment last = read(0);
  out.text.say(choices_.below(2) == 0 ? " UNION ALL SELECT " : " UNION SELECT ");
  out.text.add(list({step, same})).say(" FROM ").add(own).say(" WHERE ").add(last).say(" < 3");
  return out;
}

}  // namespace gander::rewriter::sql::generated
