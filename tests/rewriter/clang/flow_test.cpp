#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "rewriter/facts/dump.h"
#include "tests/rewriter/clang/parse.h"

namespace gander::rewriter::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// The facts of the functions of main.cpp, without symbols: those of `name`, or all.
std::string factsOf(const std::string& source, const std::string& name) {
  CppTree tree({{"main.cpp", source}});
  const auto unit = tree.withFlow().parse();
  EXPECT_THAT(unit.gaps, IsEmpty());
  std::string text;
  for (const auto& function : unit.functions) {
    if (function.name != name && function.symbol != name) continue;
    auto dumped = dump(function);
    text += dumped.substr(dumped.find('\n') + 1);
  }
  text = std::regex_replace(text, std::regex(" <[^\n]*@[^\n]*>"), "");
  return std::regex_replace(text, std::regex("(^|\n)  "), "$1");
}

constexpr auto kRow = R"(
#include <map>
#include <string>
#include <vector>
struct Row { std::string operator[](const std::string& name) const; std::string at(const char*) const; };
struct Table { const Row* begin() const; const Row* end() const; };
Table open(const std::string& name);
void fill(Table& table);
void show(const Row& row);
)";

// As PRIu64 of the system's headers. Its own piece names the header, so nobody edits it.
TEST(FlowTest, ReadsLiteralsAroundAMacroOfAnothersHeader) {
  CppTree tree({{"wide.pb.h", "#define WIDE \"lu\"\n"}, {"main.cpp", R"(#include "wide.pb.h"
const char* f() { return "WHERE id = %" WIDE " AND day = 1"; }
const char* g() { return WIDE; })"}});
  const auto unit = tree.withFlow().parse();
  std::string facts;
  for (const auto& function : unit.functions) facts += dump(function);
  EXPECT_THAT(facts, HasSubstr(R"("WHERE id = %" "lu" " AND day = 1")"));
  for (const auto& function : unit.functions)
    for (const auto& fact : function.facts)
      if (fact.text.size() == 1) EXPECT_NE(fact.text[0].value, "lu");
}

TEST(FlowTest, FollowsRowsThroughALoop) {
  EXPECT_EQ(factsOf(std::string(kRow) + R"(
std::string f() {
  auto table = open("user_plays_v1");
  std::string last;
  for (const auto& row : table) last = row["user_name"];
  return last;
})",
                    "f"),
            R"(%1 = const "user_plays_v1"
%2 = call open _ %1
%3 = const ""
%4 = element %2
%5 = const "user_name"
%6 = index Row::operator[] %4 %5
%7 = phi %3 %6
return %7
)");
}

TEST(FlowTest, JoinsWhatBranchesAssign) {
  EXPECT_EQ(factsOf(std::string(kRow) + R"(
Table f(bool old) {
  const char* name = "user_plays_v2";
  if (old) name = "user_plays_v1";
  return open(old ? name : "none");
})",
                    "f"),
            R"(%1 = param 0 old
%2 = const "user_plays_v2"
%3 = const "user_plays_v1"
%4 = phi %3 %2
%5 = const "none"
%6 = phi %4 %5
%7 = call open _ %6
return %7
)");
}

TEST(FlowTest, WhatAnotherFunctionMayChangeIsChanged) {
  EXPECT_EQ(factsOf(std::string(kRow) + R"(
Table f() {
  auto table = open("a");
  fill(table);
  return table;
})",
                    "f"),
            R"(%1 = const "a"
%2 = call open _ %1
%3 = call fill _ %2
%4 = changed %2 %3
return %4
)");
}

TEST(FlowTest, AStreamIsTheTextThatIsPutIntoIt) {
  EXPECT_EQ(factsOf(R"(
#include <sstream>
std::string f(int limit) {
  std::ostringstream out;
  out << "SELECT " << limit << std::endl;
  out << "x";
  return out.str();
})",
                    "f"),
            R"(%1 = param 0 limit
%2 = const ""
%3 = const "SELECT "
%4 = concat %2 %3
%5 = concat %4 %1
%6 = const "x"
%7 = concat %5 %6
%8 = copy %7
return %8
)");
}

TEST(FlowTest, AStreamForPeopleIsNoText) {
  EXPECT_EQ(factsOf(R"(
#include <ostream>
void f(std::ostream& out) { out << "x"; }
)",
                    "f"),
            R"(%1 = param 0 out
%2 = const "x"
%3 = call std::operator<< _ %1 %2
)");
}

TEST(FlowTest, AnArrayMayBeWrittenByWhatItIsGivenTo) {
  EXPECT_EQ(factsOf(R"(
#include <cstdio>
const char* show(const char*);
const char* f(int x) {
  char text[20];
  std::snprintf(text, sizeof text, "%d", x);
  show(text);
  return show(text);
})",
                    "f"),
            R"(%1 = param 0 x
%2 = unknown
%3 = copy %2
%4 = const
%5 = const "%d"
%6 = call snprintf _ %3 %4 %5 %1
%7 = changed %3 %6
%8 = call show _ %7
%9 = call show _ %7
return %9
)");
}

TEST(FlowTest, AMethodLeavesItsObjectAndAConstReferenceToo) {
  EXPECT_EQ(factsOf(std::string(kRow) + R"(
Row f(Row row) {
  row.at("x");
  show(row);
  return row;
})",
                    "f"),
            R"(%1 = param 0 row
%2 = const "x"
%3 = call Row::at %1 %2
%4 = call show _ %1
return %1
)");
}

TEST(FlowTest, PutsTextTogether) {
  EXPECT_EQ(factsOf(R"(
#include <string>
std::string f(std::string column) {
  std::string sql = "SELECT " + column;
  sql += " FROM ";
  sql.append("t");
  return sql;
})",
                    "f"),
            R"(%1 = param 0 column
%2 = const "SELECT "
%3 = concat %2 %1
%4 = const " FROM "
%5 = concat %3 %4
%6 = const "t"
%7 = concat %5 %6
return %7
)");
}

TEST(FlowTest, EachLinkOfAChainChangesTheText) {
  EXPECT_EQ(factsOf(R"(
#include <string>
std::string f() {
  std::string sql = "a";
  sql.append("b").append("c").assign("d").append("e");
  (sql += "f") += "g";
  return sql;
})",
                    "f"),
            R"(%1 = const "a"
%2 = const "b"
%3 = concat %1 %2
%4 = const "c"
%5 = concat %3 %4
%6 = const "d"
%7 = const "e"
%8 = concat %6 %7
%9 = const "f"
%10 = concat %8 %9
%11 = const "g"
%12 = concat %10 %11
return %12
)");
}

TEST(FlowTest, EachLinkOfAChainIsLoweredOnce) {
  std::string chain = "b";
  std::string stream = "in";
  for (int i = 0; i < 25; ++i) chain += ".add(1).last(2)", stream += " >> x";
  CppTree tree({{"other.pb.h", "struct B { B& add(int); B& last(int); }; struct S {}; S& operator>>(S&, int&);\n"},
                {"main.cpp", "#include \"other.pb.h\"\nvoid f(B& b, S& in, int x) { " + chain + "; " + chain +
                                 " = b; (" + stream + ") >> x; }\n"}});
  const auto unit = tree.withFlow().parse();
  ASSERT_THAT(unit.functions, SizeIs(1));
  size_t calls = 0;
  for (const auto& fact : unit.functions[0].facts) calls += fact.op == Op::kCall ? 1 : 0;
  EXPECT_EQ(calls, 50u + 50u + 26u);
}

TEST(FlowTest, ReadsAndWritesMembersSubscriptsAndGlobals) {
  EXPECT_EQ(factsOf(R"(
#include <map>
#include <string>
static const char* const kTable = "plays";
struct Job { std::string table; std::map<std::string, std::string> options; };
void f(Job& job) {
  job.table = kTable;
  job.options["name"] = job.table;
})",
                    "f"),
            R"(%1 = param 0 job
%2 = global kTable
write member table %1 %2
%3 = member options %1
%4 = const "name"
%5 = member table %1
write index std::map::operator[] %3 %4 %5
)");
}

TEST(FlowTest, InitialisersOfGlobalsStandInTheFile) {
  EXPECT_EQ(factsOf("const char* const kTable = \"user\" \"_plays\";\n", "<file>main.cpp"),
            "%1 = const \"user\" \"_plays\"\nwrite global kTable %1\n");
}

TEST(FlowTest, ALambdaReadsWhatItCaptures) {
  const std::string source = std::string(kRow) + R"(
std::string f(Row row, std::string text) {
  auto g = [row, &text](const char* name) { text = row[name]; };
  g("user_name");
  return text;
})";
  EXPECT_EQ(factsOf(source, "f"), R"(%1 = param 0 row
%2 = param 1 text
write global text %2
write global row %1
%3 = global f::(lambda)::operator()
%4 = const "user_name"
%5 = call f::(lambda)::operator() %3 %4
%6 = global text
return %6
)");
  EXPECT_EQ(factsOf(source, "operator()"), R"(%1 = param 0 this
%2 = param 1 name
%3 = global row
%4 = index Row::operator[] %3 %2
write global text %4
)");
}

TEST(FlowTest, AMapsInitialiserHasKeysAndAnAggregatesHasMembers) {
  EXPECT_EQ(factsOf(R"(
#include <map>
#include <string>
struct Job { const char* table; int size; };
void f() {
  std::map<std::string, std::string> names{{"user_name", "a"}};
  Job job{"plays", 3};
})",
                    "f"),
            R"(%1 = const "user_name"
%2 = const "a"
%3 = record %1 %2
%4 = record
%5 = const "plays"
write member table %4 %5
%6 = const
write member size %4 %6
)");
}

TEST(FlowTest, ReferencesWriteWhatTheyAreBoundTo) {
  EXPECT_EQ(factsOf(R"(
struct Row { int user_name; };
int f(Row row) {
  int x = 1;
  int& y = x;
  y = 2;
  int& name = row.user_name;
  name = 3;
  return x;
})",
                    "f"),
            R"(%1 = param 0 row
%2 = const
%3 = const
%4 = member user_name %1
%5 = const
write member user_name %1 %5
return %3
)");
}

TEST(FlowTest, AHandlerKnowsNothingThatTheBlockAssigned) {
  EXPECT_THAT(factsOf(R"(
void run();
const char* f() {
  const char* name = "a";
  const char* other = "b";
  try { name = "c"; run(); } catch (...) { return name; }
  return other;
})",
                      "f"),
              HasSubstr("unknown %1\nreturn"));
}

TEST(FlowTest, ASwitchJoinsItsCases) {
  EXPECT_EQ(factsOf(R"(
const char* f(int kind) {
  const char* name = "none";
  switch (kind) {
    case 1: name = "one"; break;
    case 2: name = "two";
    case 3: return name;
  }
  return name;
})",
                    "f"),
            R"(%1 = param 0 kind
%2 = const "none"
%3 = const "one"
%4 = const "two"
%5 = phi %4 %2
return %5
%6 = phi %3 %2
return %6
)");
}

TEST(FlowTest, EachInstantiationIsAFunctionOfItsOwn) {
  CppTree tree({{"main.cpp", std::string(kRow) + R"(
struct Other { int operator[](const char*) const; };
template <class R> auto name(const R& row) { return row["user_name"]; }
auto f(Row a, Other b) { return name(a).size() + name(b); }
)"}});
  const auto unit = tree.withFlow().parse();
  std::vector<const Function*> instances;
  for (const auto& function : unit.functions) {
    if (function.name == "name") instances.push_back(&function);
  }
  ASSERT_THAT(instances, SizeIs(2));
  EXPECT_EQ(instances[0]->span, instances[1]->span);
  EXPECT_NE(instances[0]->symbol, instances[1]->symbol);
}

TEST(FlowTest, MapsEachByteOfALiteralToItsPlace) {
  const std::string source = "const char* a = \"x\\tuser\\x5fname\" u8\"\\u00e9\" R\"sql(a\\b)sql\";\n";
  CppTree tree({{"main.cpp", source}});
  const auto unit = tree.withFlow().parse();
  ASSERT_THAT(unit.functions, SizeIs(1));
  const auto& pieces = unit.functions[0].facts[0].text;
  ASSERT_THAT(pieces, SizeIs(3));
  EXPECT_EQ(pieces[0].value, "x\tuser_name");
  EXPECT_EQ(source.substr(pieces[0].offsetOf(6), 4), "\\x5f");
  EXPECT_EQ(source.substr(pieces[0].offsetOf(7), 4), "name");
  EXPECT_EQ(pieces[0].offsetOf(pieces[0].value.size()), pieces[0].span.range.end);
  EXPECT_EQ(pieces[1].value, "\xC3\xA9");
  EXPECT_EQ(pieces[1].offsetOf(1), pieces[1].span.range.begin);
  EXPECT_TRUE(pieces[2].raw);
  EXPECT_EQ(tree.textAt(pieces[2].span), "a\\b");
  EXPECT_THAT(pieces[2].offsets, IsEmpty());
}

TEST(FlowTest, FollowsARowOfLibpqxx) {
  const auto facts = factsOf(R"(
#include <pqxx/pqxx>
#include <iostream>
int f(pqxx::connection& connection) {
  pqxx::work work(connection);
  pqxx::result plays = work.exec("SELECT user_name FROM user_plays_v1");
  int total = 0;
  for (const pqxx::row& row : plays) {
    std::cout << row["user_name"].c_str() << row.at("track").as<std::string>();
    total += row["track_ms"].as<int>();
  }
  for (auto it = plays.begin(); it != plays.end(); ++it) it["user_name"];
  return total + plays[0]["played_at"].as<int>();
})",
                             "f");
  EXPECT_THAT(facts, HasSubstr("call pqxx::transaction_base::exec"));
  EXPECT_THAT(facts, HasSubstr("= element "));
  EXPECT_THAT(facts, HasSubstr("index pqxx::row::operator[]"));
  EXPECT_THAT(facts, HasSubstr("call pqxx::row::at"));
  EXPECT_THAT(facts, HasSubstr("call pqxx::field::as"));
  EXPECT_THAT(facts, HasSubstr("index pqxx::result::operator[]"));
  EXPECT_THAT(facts, Not(HasSubstr("write global std::cout")));
}

TEST(FlowTest, AFunctionWithoutACallIsAValue) {
  EXPECT_EQ(factsOf(R"(
void each(void (*)(int));
void print(int);
void f() { each(print); each(&print); })",
                    "f"),
            R"(%1 = global print
%2 = call each _ %1
%3 = global print
%4 = copy %3
%5 = call each _ %4
)");
}

}  // namespace
}  // namespace gander::rewriter::testing
