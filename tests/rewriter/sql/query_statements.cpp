#include <algorithm>

#include "tests/rewriter/sql/query_generator.h"
#include "tests/rewriter/sql/query_writer.h"

namespace gander::rewriter::sql::generated {

QueryWriter::QueryWriter(Choices& choices, const Schema& schema, const Flavor& flavor)
    : choices_(choices), schema_(schema), flavor_(flavor) {
  for (const SchemaTable& table : schema.tables) {
    Readable readable{.label = addNamed({.kind = Named::Kind::kTable, .name = table.name, .now = table.now})};
    for (const SchemaColumn& column : table.columns) {
      readable.columns.push_back(
          addNamed({.kind = Named::Kind::kColumn, .name = column.name, .now = column.now, .type = column.type}));
    }
    tables_.push_back(std::move(readable));
  }
}

GeneratedText QueryWriter::run() {
  flatten(statement());
  return std::move(text_);
}

Fragment QueryWriter::statement() {
  switch (choices_.below(12)) {
    case 7: return insert();
    case 8: return update();
    case 9: return erase();
    case 10: return flavor_.merge ? merge() : readStatement();
    case 11: return makeStatement();
    default: return readStatement();
  }
}

Fragment QueryWriter::readStatement() {
  const WrittenQuery made = query({.top = true, .depth = 1 + choices_.below(3)});
  for (size_t i = 0; i < made.outputs.size(); ++i) text_.outputs.push_back({made.outputs[i], made.byStar[i]});
  text_.ordered = made.ordered;
  return made.text;
}

// A view or a table from a query, and then a query that may read it.
Fragment QueryWriter::makeStatement() {
  const size_t label = addNamed({.kind = Named::Kind::kAlias, .name = declaredIn(flavor_, "made")});
  const WrittenQuery made = query({.depth = 1 + choices_.below(2)});
  for (size_t i = 0; i < made.outputs.size(); ++i) text_.madeOutputs.push_back({made.outputs[i], made.byStar[i]});
  Fragment out;
  const bool view = choices_.below(2) == 0;
  out.say(view ? "CREATE VIEW " : "CREATE TABLE ").add(define(label));
  std::vector<size_t> columns = made.outputs;
  if (view && choices_.oneIn(5)) {
    columns = columnList(out, columns);
    text_.madeOutputs.clear();
  }
  out.say(" AS ").add(made.text);
  text_.made = nameOf(label);
  ctes_.push_back({label, columns});
  if (choices_.below(2) == 0) return out;
  return out.say(";\n").add(readStatement());
}

Fragment QueryWriter::insert() {
  text_.writes = true;
  const Readable table = choices_.below(3) < 2 ? tables_.front() : choices_.of(tables_);
  const size_t scope = addScope({});
  if (flavor_.onConflict && choices_.oneIn(4)) return conflict(scope, table);
  Fragment out;
  out.say("INSERT INTO ").add(tableName(scope, table.label, choices_.oneIn(8)));
  text_.scopes[scope].relations.push_back(use(table.label, table.columns));
  std::vector<size_t> columns = someColumns(table);
  Wish wish{.namesMatter = false, .depth = 1 + choices_.below(2)};
  out.say(" (").add(targets(columns)).say(") ");
  for (const size_t column : columns) wish.types.push_back(text_.named[column].type);
  if (choices_.below(4) > 0) {
    out.add(query(wish).text);
  } else {
    std::vector<Fragment> values;
    for (const Type type : wish.types) values.push_back(expression(type, {.scope = addScope({})}, 1));
    out.say("VALUES (").add(list(values)).say(")");
  }
  return out.add(returning(scope));
}

// Rows for the unique column, and what is done where it has them already.
Fragment QueryWriter::conflict(size_t scope, const Readable& table) {
  Fragment out;
  out.say("INSERT INTO ").add(tableName(scope, table.label, false));
  Relation stored = use(table.label, table.columns);
  if (choices_.below(2) == 1) {
    const size_t alias = addAlias(scope, "excluded");
    out.say(" AS ").add(define(alias));
    stored = use(alias, table.columns);
  }
  text_.scopes[scope].relations.push_back(stored);
  std::vector<size_t> columns = someColumns(table);
  columns.insert(columns.begin(), table.columns.front());
  out.say(" (").add(targets(columns)).say(") VALUES ");
  for (const std::string_view id : {"(1, ", "(7, "}) {
    std::vector<Fragment> values;
    for (size_t i = 1; i < columns.size(); ++i) values.push_back(literal(text_.named[columns[i]].type));
    out.say(id == "(7, " ? ", (7, " : id).add(list(values)).say(")");
  }
  const size_t excluded = addNamed({.kind = Named::Kind::kAlias, .name = "excluded"});
  text_.scopes[scope].relations.push_back(use(excluded, table.columns));
  out.say(" ON CONFLICT (").add(targets({table.columns.front()})).say(") DO UPDATE SET ");
  std::vector<Fragment> changes;
  for (size_t i = 1; i < columns.size(); ++i) {
    changes.push_back(
        targets({columns[i]}).say(" = ").add(expression(text_.named[columns[i]].type, {.scope = scope}, 1)));
  }
  out.add(list(changes));
  return out;
}

// Comments hold the names, too.
std::string QueryWriter::gap() {
  const SchemaTable& dataset = schema_.tables.front();
  const std::string name = choices_.of(dataset.columns).name;
  switch (choices_.below(5)) {
    case 0: return "\n";
    case 1: return "/* " + name + " */ ";
    case 2: return "-- " + dataset.name + "." + name + " it's\n";
    case 3: return flavor_.hashComments ? "# " + name + "\n" : "\n  ";
    default: return flavor_.nestedComments ? "/* a /* b */ " + name + " */ " : "/* " + dataset.name + " */\n";
  }
}

void QueryWriter::flatten(const Fragment& text) {
  std::string& out = text_.text;
  for (const Piece& piece : text.pieces) {
    const auto begin = static_cast<uint32_t>(out.size());
    if (piece.mark != kNone) text_.marks[piece.mark] = begin;
    out += piece.text;
    if (piece.token != kNone) text_.tokens[piece.token].range = {begin, static_cast<uint32_t>(out.size())};
    if (piece.token == kNone && piece.text.ends_with(' ') && choices_.oneIn(30)) out += gap();
  }
}

GeneratedText generate(Choices& choices, const Schema& schema, const Flavor& flavor) {
  return QueryWriter(choices, schema, flavor).run();
}

}  // namespace gander::rewriter::sql::generated
