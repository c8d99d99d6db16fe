#include <array>

#include "tests/rewriter/sql/query_writer.h"

namespace gander::rewriter::sql::generated {

// Strings hold the names, too: as text they mean nothing.
Fragment QueryWriter::literal(Type type) {
  if (type == Type::kInteger) return Fragment().say(std::to_string(choices_.below(4)));
  const SchemaTable& dataset = schema_.tables.front();
  switch (choices_.below(6)) {
    case 0: return Fragment().say("'a'");
    case 1: return Fragment().say("'b'");
    case 2: return Fragment().say("'" + choices_.of(dataset.columns).name + "'");
    case 3: return Fragment().say("'it''s " + choices_.of(dataset.columns).name + " of " + dataset.name + "'");
    case 4:
      if (flavor_.dollarQuotes) return Fragment().say("$q$" + choices_.of(dataset.columns).name + "'$q$");
      return Fragment().say("'" + dataset.name + "." + choices_.of(dataset.columns).name + "'");
    default: return Fragment().say("'-- " + choices_.of(dataset.columns).name + "'");
  }
}

Fragment QueryWriter::expression(Type type, const Place& place, size_t depth) {
  const size_t kind = depth == 0 ? choices_.below(2) : choices_.below(8);
  if (kind == 1) return literal(type);
  if (kind == 0 || kind > 6) {
    auto found = column(type, place);
    return found ? *found : literal(type);
  }
  if (kind == 2) return choice(type, place, depth - 1);
  if (kind == 3 && !place.own) return oneValue(type, place, depth - 1);
  if (kind == 4) return Fragment().say("(").add(expression(type, place, depth - 1)).say(")");
  return type == Type::kInteger ? integer(place, depth - 1) : words(place, depth - 1);
}

Fragment QueryWriter::integer(const Place& place, size_t depth) {
  const auto part = [&](Type type) { return expression(type, place, depth); };
  const std::string type(flavor_.integerType);
  switch (choices_.below(5)) {
    case 0: return part(Type::kInteger).say(" + ").add(part(Type::kInteger));
    case 1: return Fragment().say("ABS(").add(part(Type::kInteger)).say(")");
    case 2:
      return Fragment().say(flavor_.name == DialectName::kTsql ? "LEN(" : "LENGTH(").add(part(Type::kText)).say(")");
    case 3: return Fragment().say("CAST(").add(part(Type::kInteger)).say(" AS " + type + ")");
    default: return Fragment().say("(").add(part(Type::kInteger)).say(" - ").add(part(Type::kInteger)).say(")");
  }
}

Fragment QueryWriter::words(const Place& place, size_t depth) {
  const auto part = [&](Type type) { return expression(type, place, depth); };
  switch (choices_.below(6)) {
    case 0: return Fragment().say("UPPER(").add(part(Type::kText)).say(")");
    case 1:
      if (flavor_.concatOperator) return part(Type::kText).say(" || ").add(part(Type::kText));
      return Fragment().say("CONCAT(").add(part(Type::kText)).say(", ").add(part(Type::kText)).say(")");
    case 2: {
      const Type from = choices_.below(2) == 0 ? Type::kInteger : Type::kText;
      return Fragment().say("CAST(").add(part(from)).say(" AS " + std::string(flavor_.textType) + ")");
    }
    case 3:
      if (!flavor_.substringFrom) return Fragment().say("LOWER(").add(part(Type::kText)).say(")");
      return Fragment().say("SUBSTRING(").add(part(Type::kText)).say(" FROM 1 FOR 2)");
    case 4:
      if (!flavor_.substringFrom) return Fragment().say("TRIM(").add(part(Type::kText)).say(")");
      return Fragment().say("TRIM(BOTH 'a' FROM ").add(part(Type::kText)).say(")");
    default: return Fragment().say("LOWER(").add(part(Type::kText)).say(")");
  }
}

Fragment QueryWriter::choice(Type type, const Place& place, size_t depth) {
  const auto part = [&] { return expression(type, place, depth); };
  if (choices_.below(2) == 0) return Fragment().say("COALESCE(").add(part()).say(", ").add(part()).say(")");
  Fragment out;
  out.say("CASE WHEN ").add(condition(place, depth)).say(" THEN ").add(part());
  if (choices_.oneIn(3)) out.say(" WHEN ").add(condition(place, 0)).say(" THEN ").add(part());
  return out.say(" ELSE ").add(part()).say(" END");
}

Fragment QueryWriter::condition(const Place& place, size_t depth) {
  const size_t kind = depth == 0 ? 0 : choices_.below(8);
  const size_t less = depth == 0 ? 0 : depth - 1;
  switch (kind) {
    case 1: return condition(place, less).say(" AND ").add(condition(place, less));
    case 2: return Fragment().say("(").add(condition(place, less)).say(" OR ").add(condition(place, less)).say(")");
    case 3: return Fragment().say("NOT (").add(condition(place, less)).say(")");
    case 4: return place.own ? comparison(place, less) : membership(place, less);
    case 5: return place.own ? comparison(place, less) : existence(place, less);
    case 6: return place.own || !flavor_.rowValues ? comparison(place, less) : rowMembership(place, less);
    default: return comparison(place, less);
  }
}

Fragment QueryWriter::comparison(const Place& place, size_t depth) {
  const Type type = choices_.below(2) == 0 ? Type::kText : Type::kInteger;
  auto left = column(type, place);
  Fragment out = left ? *left : literal(type);
  switch (choices_.below(7)) {
    case 1: return out.say(" IS NOT NULL");
    case 2: return out.say(" <= ").add(expression(type, place, depth));
    case 3: return out.say(" BETWEEN ").add(literal(type)).say(" AND ").add(expression(type, place, 0));
    case 4:
      if (type == Type::kText) return out.say(" LIKE 'a%'");
      return out.say(" IN (").add(literal(type)).say(", ").add(literal(type)).say(")");
    case 5:
      if (!flavor_.distinctFrom) return out.say(" IS NULL");
      return out.say(" IS NOT DISTINCT FROM ").add(expression(type, place, 0));
    case 6: return out.say(" <> ").add(expression(type, place, depth));
    default: return out.say(" = ").add(expression(type, place, depth));
  }
}

Fragment QueryWriter::membership(const Place& place, size_t depth) {
  const Type type = choices_.below(2) == 0 ? Type::kText : Type::kInteger;
  auto left = column(type, place);
  Fragment out = left ? *left : literal(type);
  const WrittenQuery inner = query({.around = place, .types = {type}, .namesMatter = false, .depth = depth});
  return out.say(choices_.oneIn(4) ? " NOT IN (" : " IN (").add(inner.text).say(")");
}

Fragment QueryWriter::rowMembership(const Place& place, size_t depth) {
  const Fragment text = expression(Type::kText, place, 0);
  const Fragment number = expression(Type::kInteger, place, 0);
  const WrittenQuery inner =
      query({.around = place, .types = {Type::kText, Type::kInteger}, .namesMatter = false, .depth = depth});
  return Fragment().say("(").add(list({text, number})).say(") IN (").add(inner.text).say(")");
}

Fragment QueryWriter::existence(const Place& place, size_t depth) {
  const WrittenQuery inner = query({.around = place, .namesMatter = false, .depth = depth});
  return Fragment().say(choices_.oneIn(4) ? "NOT EXISTS (" : "EXISTS (").add(inner.text).say(")");
}

Fragment QueryWriter::oneValue(Type type, const Place& place, size_t depth) {
  const WrittenQuery inner =
      query({.around = place, .types = {type}, .namesMatter = false, .oneValue = true, .depth = depth});
  return Fragment().say("(").add(inner.text).say(")");
}

// Its argument is of the query itself: an aggregate over names of a query around would be that query's.
Fragment QueryWriter::aggregate(Type type, const Place& place) {
  Place own = place;
  own.own = true;
  const auto argument = [&](Type wanted) {
    auto found = column(wanted, own);
    return found ? *found : literal(wanted);
  };
  Fragment out;
  const size_t kind = type == Type::kText ? 4 : choices_.below(5);
  switch (kind) {
    case 0: out.say("COUNT(*)"); break;
    case 1: out.say("COUNT(").add(argument(Type::kText)).say(")"); break;
    case 2: out.say("COUNT(DISTINCT ").add(argument(Type::kInteger)).say(")"); break;
    case 3: out.say("SUM(").add(argument(Type::kInteger)).say(")"); break;
    default: out.say("MAX(").add(argument(type)).say(")");
  }
  if (flavor_.filter && choices_.oneIn(6)) out.say(" FILTER (WHERE ").add(comparison(own, 0)).say(")");
  return out;
}

}  // namespace gander::rewriter::sql::generated
