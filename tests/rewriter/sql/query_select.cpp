#include <algorithm>

#include "tests/rewriter/sql/query_writer.h"

namespace gander::rewriter::sql::generated {

WrittenQuery QueryWriter::query(const Wish& wish) {
  size_t pushed = 0;
  Fragment head;
  const bool may = wish.depth > 0 && (wish.top || flavor_.withInside);
  if (may && choices_.oneIn(wish.top ? 3 : 8)) head = with(wish, pushed);
  WrittenQuery out = body(wish);
  ctes_.resize(ctes_.size() - pushed);
  out.text = head.add(out.text);
  return out;
}

WrittenQuery QueryWriter::body(const Wish& wish) {
  Select made;
  WrittenQuery out = select(wish, made);
  const bool operation = !wish.oneValue && wish.depth > 0 && choices_.oneIn(6);
  if (operation) setOperation(out, wish);
  const bool ordered = wish.top ? choices_.below(2) == 1 : wish.depth > 0 && flavor_.limit && choices_.oneIn(10);
  if (ordered && !wish.oneValue) order(out, operation ? nullptr : &made);
  return out;
}

WrittenQuery QueryWriter::select(const Wish& wish, Select& made) {
  made = {.scope = addScope(wish.around), .depth = wish.depth == 0 ? 0 : wish.depth - 1};
  const auto relations = from(made.scope, wish.around, wish.depth);
  made.grouped = !wish.oneValue && choices_.oneIn(5);
  if (made.grouped) chooseKeys(made);
  writeItems(made, wish);
  made.distinct = !made.grouped && !wish.oneValue && choices_.oneIn(8);
  WrittenQuery out;
  std::vector<Fragment> items;
  for (const Item& item : made.items) {
    if (!item.text.pieces.empty()) items.push_back(item.text);
    out.outputs.push_back(item.output);
    out.byStar.push_back(item.byStar);
  }
  text_.scopes[made.scope].outputs = out.outputs;
  out.text.say(made.distinct ? "SELECT DISTINCT " : "SELECT ").add(list(items)).say(" FROM ");
  out.text.add(joined(made.scope, relations, made.depth));
  const Place place{.scope = made.scope, .clause = flavor_.where};
  if (choices_.below(2) == 1) out.text.say(" WHERE ").add(condition(place, made.depth));
  if (made.grouped) out.text.add(groupBy(made)).add(having(made));
  if (!made.windows.empty()) out.text.say(" WINDOW ").add(list(made.windows));
  if (flavor_.qualify && !made.grouped && !wish.oneValue && choices_.oneIn(6)) {
    const Place own{.scope = made.scope, .clause = flavor_.having, .own = true};
    out.text.say(" QUALIFY RANK() OVER (").add(windowBody(own)).say(") = 1");
  }
  return out;
}

// Columns of its relations that can be called by one name in the select list and in GROUP BY.
void QueryWriter::chooseKeys(Select& made) {
  const Scope& scope = text_.scopes[made.scope];
  std::vector<Key> possible;
  for (size_t i = 0; i < scope.relations.size(); ++i) {
    for (const size_t column : scope.relations[i].columns) {
      const bool merged = std::any_of(scope.merged.begin(), scope.merged.end(), [&](const std::vector<size_t>& group) {
        return std::find(group.begin(), group.end(), column) != group.end();
      });
      if (text_.named[column].referable && !merged) possible.push_back({i, column});
    }
  }
  std::partition(possible.begin(), possible.end(), [&](const Key& key) { return moves(key.column); });
  const size_t count = 1 + choices_.below(2);
  for (size_t i = 0; i < count && !possible.empty(); ++i) {
    const size_t at = choices_.below(possible.size());
    made.keys.push_back(possible[at]);
    possible.erase(possible.begin() + static_cast<ptrdiff_t>(at));
  }
}

// Each key by its column, by the name of an output that shows it, or by its position.
Fragment QueryWriter::groupBy(Select& made) {
  std::vector<Fragment> terms;
  const bool rollup = flavor_.groupingSets && choices_.oneIn(6);
  const Place place{.scope = made.scope, .clause = flavor_.groupBy};
  const Keys keys = this->keys();
  for (size_t key = 0; key < made.keys.size(); ++key) {
    const auto shown =
        std::find_if(made.items.begin(), made.items.end(), [&](const Item& it) { return it.key == key; });
    if (shown != made.items.end() && !rollup && choices_.oneIn(5)) {
      terms.push_back(Fragment().say(std::to_string(shown - made.items.begin() + 1)));
      continue;
    }
    if (shown != made.items.end() && text_.named[shown->output].referable && choices_.oneIn(4)) {
      const Token name{.means = {shown->output}, .scope = made.scope, .clause = flavor_.groupBy};
      const Found found = findColumn(text_, name, keyOf(shown->output), keys);
      if (!found.several && !found.unclear && found.named == std::vector{shown->output}) {
        terms.push_back(spelled(name));
        continue;
      }
    }
    auto term = reference(made.keys[key].relation, made.scope, made.keys[key].column, place, nullptr);
    if (term) terms.push_back(*term);
  }
  if (terms.empty()) return {};
  if (rollup) return Fragment().say(" GROUP BY ROLLUP (").add(list(terms)).say(")");
  return Fragment().say(" GROUP BY ").add(list(terms));
}

Fragment QueryWriter::having(const Select& made) {
  if (made.keys.empty() || !choices_.oneIn(3)) return {};
  const Place place{.scope = made.scope, .clause = flavor_.having, .own = true};
  const Type type = choices_.below(2) == 0 ? Type::kInteger : Type::kText;
  return Fragment().say(" HAVING ").add(aggregate(type, place)).say(" >= ").add(literal(type));
}

void QueryWriter::setOperation(WrittenQuery& query, const Wish& wish) {
  Wish other = wish;
  other.namesMatter = other.top = false;
  other.types.clear();
  for (const size_t output : query.outputs) other.types.push_back(text_.named[output].type);
  const size_t count = 1 + (choices_.oneIn(4) ? 1 : 0);
  for (size_t i = 0; i < count; ++i) {
    Select made;
    const WrittenQuery next = select(other, made);
    const std::string words[] = {"UNION ALL", std::string(flavor_.distinctUnion), std::string(flavor_.distinctExcept),
                                 std::string(flavor_.distinctIntersect)};
    query.text.say(" " + choices_.of(words) + " ").add(next.text);
  }
}

// By position, or by the name of the output.
Fragment QueryWriter::orderTerm(const WrittenQuery& query, size_t scope, size_t position) {
  const size_t output = query.outputs[position];
  const Keys keys = this->keys();
  const Token name{.means = {output}, .scope = scope, .clause = Clause::kOutputFirst};
  if (text_.named[output].referable && choices_.below(2) == 1) {
    const Found found = findColumn(text_, name, keyOf(output), keys);
    if (!found.several && found.named == std::vector{output}) return spelled(name);
  }
  return Fragment().say(std::to_string(position + 1));
}

std::optional<Fragment> QueryWriter::orderByInput(size_t scope) {
  if (choices_.below(2) == 0) {
    return column(std::nullopt, {.scope = scope, .clause = Clause::kOutputFirst, .own = true});
  }
  const auto text = column(Type::kText, {.scope = scope, .clause = flavor_.orderByExpression, .own = true});
  if (!text) return std::nullopt;
  return Fragment().say("UPPER(").add(*text).say(")");
}

// In one order: by all outputs, at the end.
void QueryWriter::order(WrittenQuery& query, const Select* made) {
  std::vector<Fragment> terms;
  size_t scope = made != nullptr ? made->scope : kNone;
  if (made == nullptr) {
    scope = addScope({});
    text_.scopes[scope].outputs = query.outputs;
  } else if (!made->distinct && !made->grouped && choices_.oneIn(3)) {
    if (auto term = orderByInput(scope)) terms.push_back(*term);
  }
  for (size_t i = 0; i < query.outputs.size(); ++i) {
    // Beside a star all goes by position: a name may mean two columns after the change.
    const bool named = made != nullptr && std::none_of(made->items.begin(), made->items.end(),
                                                       [](const Item& item) { return item.byStar; });
    terms.push_back(named ? orderTerm(query, scope, i) : Fragment().say(std::to_string(i + 1)));
    if (choices_.oneIn(4)) terms.back().say(" DESC");
  }
  query.text.say(" ORDER BY ").add(list(terms));
  query.ordered = true;
  if (flavor_.limit && choices_.oneIn(3)) query.text.say(" LIMIT " + std::to_string(1 + choices_.below(4)));
}

}  // namespace gander::rewriter::sql::generated
