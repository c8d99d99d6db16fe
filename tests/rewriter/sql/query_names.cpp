#include <algorithm>
#include <array>
#include <cctype>

#include "tests/rewriter/sql/query_writer.h"

namespace gander::rewriter::sql::generated {
namespace {

bool isRelation(const Named& named) { return named.kind == Named::Kind::kTable || named.kind == Named::Kind::kAlias; }

std::string otherCase(std::string_view name, bool up) {
  std::string out(name);
  for (size_t i = 0; i < out.size(); ++i) {
    const auto c = static_cast<unsigned char>(out[i]);
    out[i] = static_cast<char>(up || i == 0 ? std::toupper(c) : std::tolower(c));
  }
  return out;
}

std::string lowerCase(std::string_view name) {
  std::string out(name);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

}  // namespace

size_t QueryWriter::addNamed(Named named) {
  if (named.now.empty()) named.now = named.name;
  text_.named.push_back(std::move(named));
  return text_.named.size() - 1;
}

size_t QueryWriter::addOutput(std::string name, Type type) {
  return addNamed({.kind = Named::Kind::kOutput, .name = std::move(name), .type = type});
}

size_t QueryWriter::addMark() {
  text_.marks.push_back(0);
  return text_.marks.size() - 1;
}

size_t QueryWriter::addScope(const Place& around) {
  text_.scopes.push_back({.parent = around.scope,
                          .parentClause = around.clause,
                          .parentRelations = around.relations,
                          .parentReach = std::min(around.relations, around.reach)});
  return text_.scopes.size() - 1;
}

// Each use of a relation has names of its own, so that a table that is read twice can be told apart.
Relation QueryWriter::use(size_t label, const std::vector<size_t>& columns) {
  const auto again = [&](size_t id) {
    Named named = text_.named[id];
    named.given = named.itemEnd = kNone;
    named.through = id;
    return addNamed(std::move(named));
  };
  Relation relation{.label = again(label)};
  for (const size_t column : columns) relation.columns.push_back(again(column));
  return relation;
}

std::string QueryWriter::nameOf(size_t named) const { return text_.named[named].name; }

std::string QueryWriter::keyOf(size_t named) const {
  const Named& it = text_.named[named];
  if (!it.referable) return {};
  return declaredKey(isRelation(it) ? flavor_.tables : flavor_.columns, it.name);
}

Keys QueryWriter::keys() const {
  return {.of = [this](size_t named) { return keyOf(named); },
          .ofOutput =
              [this](size_t named) {
                const Named& it = text_.named[named];
                const bool bare = it.given != kNone || it.through != kNone;
                return bare && !flavor_.bareOutputsAreNames ? std::string() : keyOf(named);
              }};
}

bool QueryWriter::moves(size_t named) const {
  const Named& it = text_.named[named];
  if (it.through != kNone) return moves(it.through);
  if (it.given != kNone) return moves(text_.tokens[it.given].means.front());
  return it.name != it.now;
}

Fragment QueryWriter::spelled(Token token) {
  const Named& named = text_.named[token.means.front()];
  const NameCase how = isRelation(named) ? flavor_.tables : flavor_.columns;
  const size_t style = choices_.below(8);
  std::string written = named.name;
  token.quoted = needsQuotes(how, written) || style == 5;
  if (how == NameCase::kUpper && !token.quoted) written = lowerCase(written);
  const bool free = how == NameCase::kInsensitive || (how != NameCase::kExact && !token.quoted);
  if (free && style > 5) written = otherCase(written, style == 6);
  const char quote = token.quoted ? choices_.of(flavor_.quotes) : 0;
  text_.tokens.push_back(std::move(token));
  Fragment out;
  if (quote != 0) out.say(std::string(1, quote));
  out.pieces.push_back({.text = std::move(written), .token = text_.tokens.size() - 1});
  if (quote != 0) out.say(std::string(1, closingQuote(quote)));
  return out;
}

Fragment QueryWriter::define(size_t named) { return spelled({.role = Token::Role::kDefinition, .means = {named}}); }

// Without quotes: SQLite takes w and "w" for two windows.
Fragment QueryWriter::window(size_t named) {
  text_.tokens.push_back({.role = Token::Role::kDefinition, .means = {named}});
  Fragment out;
  out.pieces.push_back({.text = nameOf(named), .token = text_.tokens.size() - 1});
  return out;
}

Fragment QueryWriter::list(const std::vector<Fragment>& parts) const {
  Fragment out;
  for (const Fragment& part : parts) {
    if (&part != &parts.front()) out.say(", ");
    out.add(part);
  }
  return out;
}

// The names that make trouble: those of the schema, before and after, and two that are nobody's.
std::string QueryWriter::poolName() {
  std::vector<std::string> names = {declaredIn(flavor_, "x"), declaredIn(flavor_, "n")};
  for (const SchemaTable& table : schema_.tables) {
    for (const SchemaColumn& column : table.columns) {
      names.push_back(column.name);
      if (column.now != column.name) names.push_back(column.now);
    }
    names.push_back(table.name);
  }
  return choices_.of(names);
}

std::string QueryWriter::freshName(std::initializer_list<std::string_view> plain,
                                   const std::vector<std::string>& taken) {
  const auto isTaken = [&](const std::string& name) {
    return std::find(taken.begin(), taken.end(), declaredKey(flavor_.columns, name)) != taken.end();
  };
  std::string name = choices_.oneIn(3) ? poolName() : declaredIn(flavor_, choices_.of(plain));
  for (size_t i = 1; isTaken(name); ++i) name = declaredIn(flavor_, "c" + std::to_string(i));
  return name;
}

// A column of one relation: without a qualifier where only it can be meant.
std::optional<Fragment> QueryWriter::reference(size_t relation, size_t scope, size_t column, const Place& place,
                                               size_t* token) {
  const Keys keys = this->keys();
  const Token probe{.means = {column}, .scope = place.scope, .relations = place.relations, .clause = place.clause};
  const Found found = findColumn(text_, probe, keyOf(column), keys);
  const bool bareFits = !found.several && !found.unclear &&
                        std::find(found.named.begin(), found.named.end(), column) != found.named.end();
  const Relation* its = relation == kNone ? nullptr : &text_.scopes[scope].relations[relation];
  const auto same = [&](size_t other) { return keyOf(other) == keyOf(column); };
  const bool qualifiedFits = its != nullptr && findRelation(text_, probe, keyOf(its->label), keys) == its &&
                             std::count_if(its->columns.begin(), its->columns.end(), same) == 1;
  if (bareFits && (!qualifiedFits || choices_.below(2) == 0)) {
    Token name = probe;
    name.means = found.named;
    Fragment out = spelled(std::move(name));
    if (token != nullptr) *token = text_.tokens.size() - 1;
    return out;
  }
  if (!qualifiedFits) return std::nullopt;
  return qualified(*its, column, place, token);
}

Fragment QueryWriter::qualified(const Relation& relation, size_t column, const Place& place, size_t* token) {
  const size_t label = relation.label;
  Fragment out;
  const bool stored = text_.named[label].kind == Named::Kind::kTable;
  const bool inSchema = stored && !flavor_.schema.empty() && choices_.below(8) == 7;
  if (inSchema) out.say(std::string(flavor_.schema) + ".");
  out.add(spelled({.role = Token::Role::kQualifier,
                   .means = {label},
                   .scope = place.scope,
                   .relations = place.relations,
                   .inSchema = inSchema}));
  const size_t qualifier = text_.tokens.size() - 1;
  out.say(".").add(spelled({.means = {column},
                            .scope = place.scope,
                            .relations = place.relations,
                            .clause = place.clause,
                            .qualifier = qualifier}));
  if (token != nullptr) *token = text_.tokens.size() - 1;
  return out;
}

// Any column of that type that can be meant here, sooner one that moves; absent: there is none.
std::optional<Fragment> QueryWriter::column(std::optional<Type> type, const Place& place, size_t* named,
                                            size_t* token) {
  struct Candidate {
    size_t scope;
    size_t relation;
    size_t column;
  };
  std::vector<Candidate> all;
  std::vector<Candidate> moving;
  const auto add = [&](size_t scope, size_t relation, size_t id) {
    if (!text_.named[id].referable || (type && text_.named[id].type != *type)) return;
    all.push_back({scope, relation, id});
    if (moves(id)) moving.push_back(all.back());
  };
  size_t reach = place.reach;
  for (size_t at = place.scope; at != kNone; at = place.own ? kNone : text_.scopes[at].parent) {
    const Scope& scope = text_.scopes[at];
    for (size_t i = 0; i < scope.relations.size() && i < reach; ++i) {
      for (const size_t id : scope.relations[i].columns) add(at, i, id);
    }
    reach = scope.parentReach;
  }
  if (place.clause == Clause::kInputFirst && choices_.oneIn(5)) {
    for (const size_t id : text_.scopes[place.scope].outputs) {
      if (text_.named[id].simple) add(place.scope, kNone, id);
    }
  }
  for (size_t tries = 0; tries < 4 && !all.empty(); ++tries) {
    const Candidate& chosen = choices_.of(!moving.empty() && choices_.below(3) < 2 ? moving : all);
    auto written = reference(chosen.relation, chosen.scope, chosen.column, place, token);
    if (!written) continue;
    if (named != nullptr) *named = chosen.column;
    return written;
  }
  return std::nullopt;
}

}  // namespace gander::rewriter::sql::generated
