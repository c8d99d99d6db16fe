// Rows of APIs that tell the names of columns by functions of their own, or not at all.
#include <gtest/gtest.h>

#include "tests/rewriter/clang/model_rewriting.h"

namespace gander::rewriter::testing {
namespace {

const char* const kDatabase = R"(#pragma once
struct Statement { int number(int column); };
struct Database { Statement prepare(const char* text); Statement named(const char* name, const char* text); };
)";
const char* const kNames = "const char* column_name(Statement statement, int column);\n";

const char* const kModel = R"(apiVersion: gander/v1
kind: Model
metadata: {name: own-database, language: cpp, dialect: sqlite, holes: question}
entries:
  - text: {function: "Database::prepare", argument: 0, kind: sql, names_by: [column_name]}
  - text: {function: "Database::named", argument: 1, kind: sql, named: 0, names_by: none}
)";

void expectRows(const std::string& marked, bool asksForNames) {
  const CppFiles others{{"database.h", asksForNames ? std::string(kDatabase) + kNames : kDatabase}};
  expectMarkedCpp("#include \"database.h\"\n" + marked, others, playsMigration(), kModel);
}

TEST(NamelessRowsTest, WhereNobodyAsksForNames) {
  expectRows(R"(
int show(Database& db) {
  return db.prepare("SELECT p.[[user_name->listener_name]], u.user_name FROM [[user_plays_v1->user_plays_v2]] p JOIN users u ON u.id = 3").number(1);
}
)",
             false);
}

TEST(NamelessRowsTest, WhereAFunctionTellsThem) {
  expectRows(R"(
int show(Database& db) {
  return db.prepare("SELECT p.[[user_name->listener_name AS user_name]] FROM [[user_plays_v1->user_plays_v2]] p").number(0);
}
)",
             true);
}

TEST(NamelessRowsTest, AnApiWithoutNames) {
  expectRows(R"(
void show(Database& db) {
  db.named("all", "SELECT p.[[user_name->listener_name]] FROM [[user_plays_v1->user_plays_v2]] p");
  db.named("other", "SELECT user_name FROM users");
}
)",
             true);
}

}  // namespace
}  // namespace gander::rewriter::testing
