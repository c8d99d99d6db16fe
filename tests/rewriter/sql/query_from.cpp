#include <algorithm>
#include <array>

#include "tests/rewriter/sql/query_writer.h"

namespace gander::rewriter::sql::generated {

// Relations first, then how they are joined: lookups in a condition must know all names of the FROM.
std::vector<QueryWriter::Joined> QueryWriter::from(size_t scope, const Place& around, size_t depth) {
  const size_t count = depth == 0 ? 1 : 1 + choices_.below(depth > 1 ? 3 : 2);
  std::vector<Joined> out;
  for (size_t i = 0; i < count; ++i) {
    const bool lateral = i > 0 && depth > 0 && flavor_.lateral && choices_.oneIn(6);
    out.push_back({lateral ? derived(scope, around, depth - 1, true) : relation(scope, around, depth), false, lateral});
  }
  const bool commas = flavor_.commaJoins && choices_.oneIn(4);
  for (size_t i = 1; i < count; ++i) {
    if (commas) {
      out[i].text = Fragment().say(", ").add(out[i].text);
    } else {
      join(scope, i, out[i]);
    }
  }
  return out;
}

// The conditions come last: where names fall back to outputs, these must be known.
Fragment QueryWriter::joined(size_t scope, const std::vector<Joined>& parts, size_t depth) {
  Fragment out;
  const bool all = flavor_.name == DialectName::kSqlite;  // there, ambiguity is looked for in all of FROM
  for (size_t i = 0; i < parts.size(); ++i) {
    out.add(parts[i].text);
    if (!parts[i].needsCondition) continue;
    const Place place{.scope = scope, .clause = flavor_.where, .relations = all ? kNone : i + 1, .reach = i + 1};
    out.say(" ON ").add(condition(place, std::min<size_t>(depth, 1)));
  }
  return out;
}

Fragment QueryWriter::relation(size_t scope, const Place& around, size_t depth) {
  if (depth > 0 && choices_.oneIn(4)) return derived(scope, around, depth - 1, false);
  return stored(scope);
}

// A dialect in which the CTEs of a WITH see each other hides a table of such a name from the first one on.
bool QueryWriter::isHidden(size_t label) const {
  return std::any_of(hidden_.begin(), hidden_.end(), [&](size_t hidden) { return keyOf(hidden) == keyOf(label); });
}

// CTEs and views that are seen, the nearest first, then the tables that no CTE hides; the dataset is the first of them.
std::vector<Readable> QueryWriter::readable() const {
  std::vector<Readable> found;
  const auto isTaken = [&](size_t label) {
    return isHidden(label) ||
           std::any_of(found.begin(), found.end(), [&](const Readable& it) { return keyOf(it.label) == keyOf(label); });
  };
  for (const Readable& table : tables_) {
    const bool shadowed = std::any_of(ctes_.begin(), ctes_.end(),
                                      [&](const Readable& cte) { return keyOf(cte.label) == keyOf(table.label); });
    if (!shadowed && !isTaken(table.label)) found.push_back(table);
  }
  for (auto cte = ctes_.rbegin(); cte != ctes_.rend(); ++cte) {
    const bool nearer = std::any_of(ctes_.rbegin(), cte,
                                    [&](const Readable& other) { return keyOf(other.label) == keyOf(cte->label); });
    if (!nearer && !isHidden(cte->label)) found.push_back(*cte);
  }
  return found;
}

Fragment QueryWriter::tableName(size_t scope, size_t label, bool inSchema) {
  Token token{.role = Token::Role::kRelation, .means = {label}, .scope = scope, .inSchema = inSchema};
  for (const Readable& cte : ctes_) token.ctes.push_back(cte.label);
  token.ctes.insert(token.ctes.end(), hidden_.begin(), hidden_.end());
  Fragment out;
  if (inSchema) out.say(std::string(flavor_.schema) + ".");
  return out.add(spelled(std::move(token)));
}

// A name that no relation of the scope has: sometimes one of a table or column.
size_t QueryWriter::addAlias(size_t scope, const std::string& key) {
  std::vector<std::string> names;
  if (choices_.oneIn(5)) names.push_back(poolName());
  for (const std::string_view plain : {"p", "q", "r", "s", "t"}) names.push_back(declaredIn(flavor_, plain));
  const size_t first = choices_.oneIn(6) ? choices_.below(names.size()) : 0;
  const auto isFree = [&](const std::string& name) {
    const std::string wanted = declaredKey(flavor_.tables, name);
    const auto& relations = text_.scopes[scope].relations;
    return wanted != key && std::none_of(relations.begin(), relations.end(),
                                         [&](const Relation& it) { return keyOf(it.label) == wanted; });
  };
  std::rotate(names.begin(), names.begin() + static_cast<ptrdiff_t>(first), names.end());
  const auto found = std::find_if(names.begin(), names.end(), isFree);
  return addNamed({.kind = Named::Kind::kAlias, .name = *found});
}

// (a, b) behind an alias: the columns have these names from here on.
std::vector<size_t> QueryWriter::columnList(Fragment& text, const std::vector<size_t>& columns) {
  std::vector<size_t> renamed;
  std::vector<Fragment> names;
  std::vector<std::string> taken;
  for (const size_t column : columns) {
    const std::string name = freshName({"a", "b", "d"}, taken);
    taken.push_back(declaredKey(flavor_.columns, name));
    renamed.push_back(addOutput(name, text_.named[column].type));
    names.push_back(define(renamed.back()));
  }
  text.say(" (").add(list(names)).say(")");
  return renamed;
}

Fragment QueryWriter::stored(size_t scope) {
  const auto known = readable();
  auto& relations = text_.scopes[scope].relations;
  const bool inSchema = !flavor_.schema.empty() && (known.empty() || choices_.oneIn(8));
  const Readable table =
      inSchema ? choices_.of(tables_) : known[choices_.below(2) == 0 ? 0 : choices_.below(known.size())];
  const std::string key = keyOf(table.label);
  Fragment out = tableName(scope, table.label, inSchema);
  const bool taken =
      std::any_of(relations.begin(), relations.end(), [&](const Relation& it) { return keyOf(it.label) == key; });
  if (!taken && choices_.below(2) == 0) {
    relations.push_back(use(table.label, table.columns));
    return out;
  }
  const size_t alias = addAlias(scope, "");
  out.say(choices_.below(2) == 0 ? " AS " : " ").add(define(alias));
  std::vector<size_t> columns = table.columns;
  if (flavor_.tableColumnLists && choices_.oneIn(12)) columns = columnList(out, columns);
  text_.scopes[scope].relations.push_back(use(alias, columns));
  return out;
}

Fragment QueryWriter::derived(size_t scope, const Place& around, size_t depth, bool lateral) {
  Place outer = around;
  if (lateral) outer = {.scope = scope, .relations = text_.scopes[scope].relations.size()};
  const WrittenQuery inner = query({.around = outer, .depth = depth});
  const size_t alias = addAlias(scope, "");
  Fragment out;
  out.say(lateral ? "LATERAL (" : "(").add(inner.text).say(") AS ").add(define(alias));
  std::vector<size_t> columns = inner.outputs;
  if (flavor_.derivedColumnLists && choices_.oneIn(5)) columns = columnList(out, columns);
  text_.scopes[scope].relations.push_back(use(alias, columns));
  return out;
}

void QueryWriter::join(size_t scope, size_t at, Joined& right) {
  if (choices_.oneIn(8)) {
    right.text = Fragment().say(" CROSS JOIN ").add(right.text);
    return;
  }
  const bool plain = !right.lateral && at == 1 && text_.scopes[scope].relations.size() == 2;
  if (plain && choices_.oneIn(10) && natural(scope, at)) {
    right.text = Fragment().say(" NATURAL JOIN ").add(right.text);
    return;
  }
  const bool left = choices_.oneIn(3);
  Fragment text;
  text.say(left ? " LEFT JOIN " : choices_.below(2) == 0 ? " JOIN " : " INNER JOIN ").add(right.text);
  if (!right.lateral && flavor_.usingJoins && choices_.oneIn(3)) {
    if (auto names = usingList(scope, at)) {
      right.text = text.add(*names);
      return;
    }
  }
  right.text = text;
  right.needsCondition = true;
}

// USING with a name that both sides have once.
std::optional<Fragment> QueryWriter::usingList(size_t scope, size_t at) {
  const Keys keys = this->keys();
  std::vector<std::vector<size_t>> possible;
  for (const size_t column : text_.scopes[scope].relations[at].columns) {
    if (!text_.named[column].referable) continue;
    const Token probe{.scope = scope, .relations = at};
    Found left = findColumn(text_, probe, keyOf(column), keys);
    const auto& relations = text_.scopes[scope].relations;
    const auto count = [&](const Relation& relation, const auto& fits) {
      return std::count_if(relation.columns.begin(), relation.columns.end(), fits);
    };
    const bool once = count(relations[at], [&](size_t other) { return keyOf(other) == keyOf(column); }) == 1;
    if (left.named.empty() || left.several || !once) continue;
    const bool here = std::any_of(
        relations.begin(), relations.begin() + static_cast<ptrdiff_t>(at),
        [&](const Relation& it) { return count(it, [&](size_t other) { return other == left.named.front(); }) > 0; });
    if (!here || text_.named[left.named.front()].type != text_.named[column].type) continue;
    left.named.push_back(column);
    possible.push_back(left.named);
  }
  if (possible.empty()) return std::nullopt;
  const std::vector<size_t> chosen = choices_.of(possible);
  auto& merged = text_.scopes[scope].merged;
  std::erase_if(merged, [&](const std::vector<size_t>& group) { return group.front() == chosen.front(); });
  merged.push_back(chosen);
  Fragment out;
  out.say(" USING (");
  return out.add(spelled({.role = Token::Role::kMerged, .means = chosen, .scope = scope, .relations = at})).say(")");
}

// Whether the two relations can be joined so; if they can, what they have in common becomes one.
bool QueryWriter::natural(size_t scope, size_t at) {
  if (!flavor_.naturalJoins) return false;
  auto& relations = text_.scopes[scope].relations;
  std::vector<std::vector<size_t>> common;
  for (const size_t left : relations[at - 1].columns) {
    for (const size_t right : relations[at].columns) {
      if (keyOf(left) != keyOf(right)) continue;
      if (keyOf(left).empty() || text_.named[left].type != text_.named[right].type) return false;
      common.push_back({left, right});
    }
  }
  if (common.empty()) return false;
  text_.scopes[scope].merged = common;
  text_.naturalJoin = true;
  return true;
}

}  // namespace gander::rewriter::sql::generated
