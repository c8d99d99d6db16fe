// Queries that an API of the project's own puts together as printf does, before it runs them.
#include <gtest/gtest.h>

#include "tests/rewriter/clang/model_rewriting.h"

namespace gander::rewriter::testing {
namespace {

const char* const kDatabase = R"(#pragma once
struct Database { bool query(const char* format, ...); };
bool report(const char* format, ...);
const char* tableOf(int kind);
)";

const char* const kModel = R"(apiVersion: gander/v1
kind: Model
metadata: {name: own-database, language: cpp, dialect: mysql}
entries:
  - text: {function: "Database::query", argument: 0, kind: sql, fills: percent}
)";

void expectQueries(const std::string& marked) {
  expectMarkedCpp("#include \"database.h\"\n" + marked, {{"database.h", kDatabase}}, playsMigration(), kModel);
}

TEST(FilledQueriesTest, AnArgumentIsTheTable) {
  expectQueries(R"(
void show(Database& db, int id) {
  const char* table = "[[user_plays_v1->user_plays_v2]]";
  db.query("UPDATE %s SET [[user_name->listener_name]] = '%s' WHERE id = %d", table, "user_name", id);
  db.query("UPDATE %s SET user_name = '%s', track_ms = %d", "users", "user_plays_v1", id);
  report("UPDATE %s SET user_name = '%s'", table, "user_name");
}
)");
}

TEST(FilledQueriesTest, AnArgumentIsAColumn) {
  expectQueries(R"(
void show(Database& db, bool byName) {
  const char* column = byName ? "[[user_name->listener_name]]" : "[[track_ms->duration_ms]]";
  db.query("DELETE FROM [[user_plays_v1->user_plays_v2]] WHERE %s = %u AND %s = '%s'", column, 3u, column, "track_ms");
  db.query("DELETE FROM users WHERE %s = 3", "user_name");
}
)");
}

TEST(FilledQueriesTest, OneTextOfTwoTablesIsListed) {
  expectQueries(R"(
void show(Database& db, bool plays) {
  db.query("UPDATE %s SET {{user_name}} = 'x'", plays ? "{{user_plays_v1}}" : "users");
}
)");
}

// Whose column it is nothing tells.
TEST(FilledQueriesTest, ATableThatIsNotKnownKeepsItsColumns) {
  expectQueries(R"(
void show(Database& db, int kind) {
  db.query("UPDATE %s SET user_name = 'x'", tableOf(kind));
}
)");
}

// What is read of `play` hangs on calls of store, and those lead here again; the number is no name, whatever it is.
TEST(FilledQueriesTest, ValuesAreNotAskedFor) {
  expectQueries(R"(
struct Play { int day; const char* name; };
void store(Database& db, Play& play, int depth) {
  if (play.day < 3) play.day = depth;
  db.query("UPDATE [[user_plays_v1->user_plays_v2]] SET [[user_name->listener_name]] = '%s' WHERE day = %d", play.name, play.day);
  if (depth > 0) store(db, play, depth - 1);
}
)");
}

// What `column` is hangs on calls that lead here again; the rest of the query does not.
TEST(FilledQueriesTest, AFunctionThatOnlyCallsItself) {
  expectQueries(R"(
void clear(Database& db, const char* column, int depth) {
  db.query("UPDATE [[user_plays_v1->user_plays_v2]] SET [[user_name->listener_name]] = 'x' WHERE %s = 3", column);
  if (depth > 0) clear(db, column, depth - 1);
}
)");
}

const char* const kRows = R"(#pragma once
#include <memory>
struct Rows { bool next(); const char* operator[](int at) const; const char* at(const char* name) const; };
struct Database { Rows* query(const char* format, ...); };
void give(std::unique_ptr<Rows> rows);
)";

const char* const kRowsModel = R"(apiVersion: gander/v1
kind: Model
metadata: {name: own-database, language: cpp, dialect: mysql}
objects: [rows]
entries:
  - text: {function: "Database::query", argument: 0, kind: sql, fills: percent, gives: rows}
  - flow: {function: ["Rows::next", "Rows::operator[]"], from: receiver, gives: value}
  - use: {function: "Rows::at", from: receiver, field: 0}
)";

// Rows that are read by position need no name of their own, whoever owns them.
TEST(FilledQueriesTest, AHolderOfRows) {
  expectMarkedCpp(R"(#include "rows.h"
int count(Database& db, const char* day) {
  std::unique_ptr<Rows> first(db.query("SELECT [[user_name->listener_name]] FROM [[user_plays_v1->user_plays_v2]] WHERE day = '%s'", day));
  if (first) return 1;
  first.reset(db.query("SELECT [[track_ms->duration_ms]] FROM [[user_plays_v1->user_plays_v2]] WHERE day = '%s'", day));
  return first->next() && (*first)[0] != nullptr;
}
void pass(Database& db) {
  std::unique_ptr<Rows> rows;
  rows.reset(db.query("SELECT [[user_name->listener_name AS user_name]] FROM [[user_plays_v1->user_plays_v2]]"));
  give(std::move(rows));
}
)",
                  {{"rows.h", kRows}}, playsMigration(), kRowsModel);
}

// The same holder, and another table's rows in it later: the name that is read of either stays, and so does the query's.
TEST(FilledQueriesTest, AHolderThatIsFilledAnew) {
  expectMarkedCpp(R"(#include "rows.h"
const char* show(Database& db, bool more) {
  std::unique_ptr<Rows> rows(db.query("SELECT [[user_name->listener_name AS user_name]] FROM [[user_plays_v1->user_plays_v2]]"));
  const char* name = rows->at("user_name");
  if (!more) return name;
  rows.reset(db.query("SELECT user_name FROM users"));
  return rows->at("user_name");
}
)",
                  {{"rows.h", kRows}}, playsMigration(), kRowsModel);
}

}  // namespace
}  // namespace gander::rewriter::testing
