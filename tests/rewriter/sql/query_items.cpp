#include <algorithm>

#include "tests/rewriter/sql/query_writer.h"

namespace gander::rewriter::sql::generated {

bool QueryWriter::isTaken(const Select& select, const std::string& key) const {
  return std::any_of(select.items.begin(), select.items.end(),
                     [&](const Item& item) { return keyOf(item.output) == key; });
}

// An item without AS: the token gives the output its name.
QueryWriter::Item QueryWriter::unnamedItem(Fragment text, size_t token, Type type) {
  const size_t column = text_.tokens[token].means.front();
  const size_t mark = addMark();
  text.pieces.push_back({.mark = mark});
  const size_t output =
      addNamed({.kind = Named::Kind::kOutput, .name = nameOf(column), .given = token, .itemEnd = mark, .type = type});
  return {std::move(text), output};
}

QueryWriter::Item QueryWriter::namedItem(Select& select, Fragment text, Type type, bool simple) {
  std::vector<std::string> taken;
  for (const Item& item : select.items) taken.push_back(keyOf(item.output));
  const size_t output = addOutput(freshName({"x", "n"}, taken), type);
  text_.named[output].simple = simple;
  const bool word = nameOf(output).size() > 2 || choices_.below(2) == 0;  // short names are no keywords
  text.say(word ? " AS " : " ").add(define(output));
  return {std::move(text), output};
}

// With a name, or, where that does no harm, without one. A text that some dialect calls by a column in it must not come here.
QueryWriter::Item QueryWriter::anyItem(Select& select, const Wish& wish, Fragment text, Type type) {
  const bool needed = wish.namesMatter && !wish.top;
  if (needed || choices_.below(6) < (wish.namesMatter ? 5U : 1U))
    return namedItem(select, std::move(text), type, false);
  const size_t output = addOutput("", type);
  text_.named[output].referable = false;
  return {std::move(text), output};
}

QueryWriter::Item QueryWriter::bareItem(Select& select, const Wish& wish, std::optional<Type> type) {
  const Place place{.scope = select.scope};
  size_t column = kNone;
  size_t token = kNone;
  auto text = this->column(type, place, &column, &token);
  if (!text) return namedItem(select, literal(type.value_or(Type::kText)), type.value_or(Type::kText), true);
  const Type its = text_.named[column].type;
  const bool clash = wish.namesMatter && isTaken(select, keyOf(column));
  if (clash || choices_.oneIn(4)) {
    Item item = namedItem(select, std::move(*text), its, true);
    text_.named[item.output].value = column;
    return item;
  }
  return unnamedItem(std::move(*text), token, its);
}

QueryWriter::Item QueryWriter::item(Select& select, const Wish& wish, std::optional<Type> type) {
  const Place place{.scope = select.scope};
  if (wish.oneValue) {
    const Type wanted = type.value_or(Type::kText);
    return anyItem(select, wish, aggregate(wanted, place), wanted);
  }
  if (select.grouped) return groupedItem(select, wish, type);
  const size_t kind = choices_.below(10);
  if (kind < 5) return bareItem(select, wish, type);
  if (kind == 5 && !type) return windowItem(select, wish);
  if (kind == 6 && !type && flavor_.castKeepsName) {
    if (auto kept = keptNameItem(select)) return *kept;
  }
  const Type wanted = type ? *type : choices_.below(2) == 0 ? Type::kText : Type::kInteger;
  const size_t before = text_.scopes.size();
  Fragment text = expression(wanted, place, select.depth);
  if (choices_.oneIn(5) && wanted == Type::kInteger) return anyItem(select, wish, std::move(text.say(" + 0")), wanted);
  return namedItem(select, std::move(text), wanted, text_.scopes.size() == before);
}

QueryWriter::Item QueryWriter::groupedItem(Select& select, const Wish& wish, std::optional<Type> type) {
  std::vector<size_t> fitting;
  for (size_t i = 0; i < select.keys.size(); ++i) {
    if (!type || text_.named[select.keys[i].column].type == *type) fitting.push_back(i);
  }
  const Place place{.scope = select.scope};
  if (!fitting.empty() && choices_.below(3) < 2) {
    const size_t key = choices_.of(fitting);
    const size_t column = select.keys[key].column;
    size_t token = kNone;
    if (auto text = reference(select.keys[key].relation, select.scope, column, place, &token)) {
      const bool clash = wish.namesMatter && isTaken(select, keyOf(column));
      const Type its = text_.named[column].type;
      Item item = clash || choices_.oneIn(3) ? namedItem(select, std::move(*text), its, true)
                                             : unnamedItem(std::move(*text), token, its);
      item.key = key;
      return item;
    }
  }
  const Type wanted = type ? *type : choices_.below(2) == 0 ? Type::kInteger : Type::kText;
  return anyItem(select, wish, aggregate(wanted, place), wanted);
}

// What some dialects call by the name of a column within, though it is more than that column.
std::optional<QueryWriter::Item> QueryWriter::keptNameItem(Select& select) {
  const Place place{.scope = select.scope};
  size_t column = kNone;
  size_t token = kNone;
  const size_t kind = choices_.below(flavor_.moreKeepName ? 5 : 1);
  if (kind == 4) {
    const WrittenQuery inner = query({.around = place, .types = {Type::kText}});
    if (!text_.named[inner.outputs.front()].referable || isTaken(select, keyOf(inner.outputs.front()))) {
      return std::nullopt;
    }
    const size_t mark = addMark();
    Fragment text = Fragment().say("(").add(inner.text).say(" ORDER BY 1 LIMIT 1)");
    text.pieces.push_back({.mark = mark});
    Named named = text_.named[inner.outputs.front()];
    named.given = kNone;
    named.through = inner.outputs.front();
    named.itemEnd = mark;
    named.simple = false;
    return Item{std::move(text), addNamed(std::move(named))};
  }
  const auto written = this->column(Type::kText, place, &column, &token);
  if (!written || isTaken(select, keyOf(column))) return std::nullopt;
  const std::string type(flavor_.textType);
  Fragment text;
  if (kind == 0) text.say("CAST(").add(*written).say(" AS " + type + ")");
  if (kind == 1) text.add(*written).say("::" + type);
  if (kind == 2) text.say("(").add(*written).say(")");
  if (kind == 3) text.say("CASE WHEN ").add(condition(place, 0)).say(" THEN 'a' ELSE ").add(*written).say(" END");
  return unnamedItem(std::move(text), token, Type::kText);
}

Fragment QueryWriter::windowBody(const Place& place) {
  const auto some = [&] {
    auto found = column(std::nullopt, place);
    return found ? *found : Fragment().say("1 + 1");
  };
  switch (choices_.below(3)) {
    case 0: return Fragment().say("PARTITION BY ").add(some());
    case 1: return Fragment().say("ORDER BY ").add(some()).say(" DESC");
    default: return Fragment().say("PARTITION BY ").add(some()).say(" ORDER BY ").add(some());
  }
}

// Functions whose values do not depend on the order of equals.
QueryWriter::Item QueryWriter::windowItem(Select& select, const Wish& wish) {
  const Place place{.scope = select.scope, .own = true};
  const auto argument = column(Type::kInteger, place);
  Fragment text;
  switch (choices_.below(3)) {
    case 0: text.say("COUNT(*) OVER "); break;
    case 1: text.say("SUM(").add(argument ? *argument : literal(Type::kInteger)).say(") OVER "); break;
    default: text.say("MAX(").add(argument ? *argument : literal(Type::kInteger)).say(") OVER ");
  }
  if (flavor_.namedWindows && select.windows.empty() && choices_.oneIn(3)) {
    const std::string pool = poolName();
    const bool plain = needsQuotes(flavor_.columns, pool) || !choices_.oneIn(3);
    const size_t name = addNamed({.kind = Named::Kind::kAlias, .name = plain ? declaredIn(flavor_, "w") : pool});
    text.add(window(name));
    select.windows.push_back(window(name).say(" AS (").add(windowBody(place)).say(")"));
  } else {
    text.say("(").add(windowBody(place)).say(")");
  }
  return anyItem(select, wish, std::move(text), Type::kInteger);
}

// All columns of FROM, or of one relation of it.
bool QueryWriter::star(Select& select, const Wish& wish) {
  const Scope& scope = text_.scopes[select.scope];
  if (!wish.types.empty() || wish.oneValue || select.grouped || !scope.merged.empty()) return false;
  const bool all = choices_.below(2) == 0;
  const size_t one = choices_.below(scope.relations.size());
  std::vector<size_t> columns;
  for (size_t i = 0; i < scope.relations.size(); ++i) {
    if (all || i == one)
      columns.insert(columns.end(), scope.relations[i].columns.begin(), scope.relations[i].columns.end());
  }
  std::vector<std::string> keys;
  for (const size_t column : columns) keys.push_back(keyOf(column));
  std::sort(keys.begin(), keys.end());
  const bool twice = std::adjacent_find(keys.begin(), keys.end()) != keys.end();
  if (wish.namesMatter && !wish.top && twice) return false;
  Fragment text;
  if (!all) {
    const size_t label = scope.relations[one].label;
    text.add(spelled({.role = Token::Role::kQualifier, .means = {label}, .scope = select.scope})).say(".");
  }
  text.say("*");
  for (const size_t column : columns) {
    Named named = text_.named[column];
    named.kind = Named::Kind::kOutput;
    named.given = named.itemEnd = kNone;
    named.through = column;
    const size_t output = addNamed(std::move(named));
    select.items.push_back({select.items.empty() ? text : Fragment(), output, kNone, true});
  }
  return true;
}

void QueryWriter::writeItems(Select& select, const Wish& wish) {
  if (choices_.oneIn(6) && star(select, wish) && choices_.below(2) == 0) return;
  if (!wish.types.empty()) {
    for (const Type type : wish.types) select.items.push_back(item(select, wish, type));
    return;
  }
  const size_t count = (select.items.empty() ? 1 : 0) + choices_.below(3);
  for (size_t i = 0; i < count; ++i) select.items.push_back(item(select, wish, std::nullopt));
}

}  // namespace gander::rewriter::sql::generated
