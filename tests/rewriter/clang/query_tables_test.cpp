// Programs that keep all of their queries in a table, and run them out of it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/rewriter/clang/model_rewriting.h"

namespace gander::rewriter::testing {
namespace {

const char* const kDatabase = R"(#pragma once
#include <array>
struct Database { bool prepare(unsigned index, const char* text); };
void report(const char* text);
struct Statement { unsigned index; const char* text; };
)";

const char* const kModel = R"(apiVersion: gander/v1
kind: Model
metadata: {name: own-database, language: cpp, dialect: mysql, holes: question}
entries:
  - text: {function: "Database::prepare", argument: 1, kind: sql}
)";

void expectStatements(const std::string& marked) {
  expectMarkedCpp("#include \"database.h\"\n" + marked, {{"database.h", kDatabase}}, playsMigration(), kModel);
}

// As many as a program has, and more than are followed where texts multiply.
std::string others(const std::string& format) {
  std::string lines;
  for (int index = 0; index < 100; ++index) lines += fmt::format(fmt::runtime(format), index);
  return lines;
}

TEST(QueryTablesTest, ALongTableInALoop) {
  expectStatements(
      R"(
const Statement kStatements[] = {
)" + others("  {{{0}, \"DELETE FROM other_{0} WHERE user_name = ?\"}},\n") +
      R"(  {100, "SELECT day FROM [[user_plays_v1->user_plays_v2]] WHERE [[user_name->listener_name]] = ?"},
  {101, "SELECT day FROM users WHERE user_name = ?"},
};
void prepareAll(Database& db) {
  const char* user_name = "user_name is no column of that name";
  for (const Statement& one : kStatements) db.prepare(one.index, one.text);
  report(user_name);
}
)");
}

TEST(QueryTablesTest, ManyCallsOfOneFunction) {
  expectStatements(
      R"(
void prepareOne(Database& db, unsigned index, const char* text) { db.prepare(index, text); }
void prepareAll(Database& db) {
)" + others("  prepareOne(db, {0}, \"DELETE FROM other_{0} WHERE user_name = ?\");\n") +
      R"(  prepareOne(db, 100, "UPDATE [[user_plays_v1->user_plays_v2]] SET [[user_name->listener_name]] = ?");
}
)");
}

TEST(QueryTablesTest, ATableThatIsGoneThroughByPointers) {
  expectStatements(
      R"(
std::array<Statement, 102> statements = {{
)" + others("  {{{0}, \"DELETE FROM other_{0} WHERE user_name = ?\"}},\n") +
      R"(  {100, "SELECT day FROM [[user_plays_v1->user_plays_v2]] WHERE [[user_name->listener_name]] = ?"},
  {101, "SELECT day FROM users WHERE user_name = ?"},
}};
void prepareSome(Database& db, const Statement* begin, const Statement* end) {
  for (const Statement* one = begin; one != end; ++one) db.prepare(one->index, one->text);
}
void prepareAll(Database& db) { prepareSome(db, statements.begin(), statements.end()); }
)");
}

// The text that a macro makes of its argument goes on in the query.
TEST(QueryTablesTest, MacrosPutStatementsTogether) {
  expectStatements(R"(
#define COMMON(join, ...) "SELECT p.day, p.[[user_name->listener_name]] AS name FROM [[user_plays_v1->user_plays_v2]] p " join #__VA_ARGS__ " ORDER BY p.day"
#define OF_USERS(...) COMMON("JOIN users u ON u.user_name = p.day ", WHERE u.user_name IS NULL __VA_ARGS__)
#define ALL(...) COMMON("", __VA_ARGS__)
const Statement kStatements[] = {
  {1, OF_USERS(AND p.[[user_name->listener_name]] = ?)},
  {2, ALL()},
  {3, ALL(WHERE p.[[user_name->listener_name]] = ? AND p.day > ?)},
};
void prepareAll(Database& db) {
  for (const Statement& one : kStatements) db.prepare(one.index, one.text);
}
)");
}

// Nothing says that these are queries, but one would not read them to people.
TEST(QueryTablesTest, PartsOfATextThatNobodyRuns) {
  const std::string source = R"(
#define COLUMNS "day, " "user_name, track"
#define PLAYS "SELECT " COLUMNS " FROM user_plays_v1"
#define USERS "SELECT day, " "user_name, track" " FROM users"
#define HINT "no such " "user_name, " "sorry"
#define DIRECT "SELECT day, " "user_name, track" " FROM user_plays_v1"
)";
  const auto got = rewriteWithModels({{"main.cpp", source}});
  EXPECT_EQ(verdictsIn(got.rewrite, "main.cpp"),
            (std::vector<std::string>{"2 prose user_name", "3 listed user_plays_v1", "4 unreached user_name",
                                      "5 prose user_name", "6 listed user_name", "6 listed user_plays_v1"}));
}

}  // namespace
}  // namespace gander::rewriter::testing
