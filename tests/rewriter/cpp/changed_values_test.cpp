// Hazards of what a changed field decides elsewhere: an order or a hash, what stands under its number, what a computed name finds.
#include <gmock/gmock.h>

#include "tests/rewriter/cpp/cpp_tree.h"

namespace gander::rewriter {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr auto kOld = R"(syntax = "proto3";
package warehouse.v1;
message Song { string title = 1; }
message Listener { int32 duration = 2; string user_name = 1; int32 plays = 3; }
message UserPlay {
  string user_name = 1;
  int32 duration = 2;
  int32 plays = 3;
  Song song = 4;
}
)";

constexpr auto kIncludes = R"(#include <algorithm>
#include <functional>
#include <google/protobuf/descriptor.h>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>
using warehouse::v1::Listener;
using warehouse::v1::UserPlay;
)";
constexpr int kFirst = 13;  // the first line behind them, and behind the include of plays.pb.h

ProtoCase caseOf(const std::string& changes, const std::string& now) {
  ProtoCase schema;
  schema.old = kOld;
  schema.now = now;
  schema.changes = changes;
  schema.newName = "warehouse.v1.UserPlay";
  return schema;
}

std::string with(const std::string& old, const std::string& now) {
  std::string text = kOld;
  return text.replace(text.rfind(old), old.size(), now);
}

// "12 name" of each hazard of that name, in the lines of the code below the includes.
std::vector<std::string> linesOf(const Rewrite& rewrite, const std::string& name) {
  std::vector<std::string> lines;
  for (const auto& hazard : rewrite.hazards)
    if (hazard.name == name) lines.push_back(std::to_string(static_cast<int>(hazard.position.line) - kFirst + 1));
  return lines;
}

Rewrite hazardsIn(const ProtoCase& schema, const std::string& code, const Tree& others = {}) {
  return rewriteProto(schema, kIncludes + code, others).rewrite;
}

const char* const kUnit = "      - {kind: unit, field: duration, from: s, to: ms, convert: factor}\n";

TEST(ChangedValuesTest, ValuesThatOrderOrAreHashedAreTold) {
  auto got = hazardsIn(caseOf(kUnit, kOld), R"(
bool a(const UserPlay& p, const UserPlay& q) { return p.duration() < q.duration(); }
int b(const UserPlay& p) { std::map<int, int> seen; return seen[p.duration()]; }
bool c(const UserPlay& p, const std::set<int>& known) { return known.count(p.duration()) > 0; }
size_t d(const UserPlay& p) { return std::hash<int>{}(p.duration()); }
bool e(const UserPlay& p, const UserPlay& q) { return std::tie(p.user_name()) < std::tie(q.user_name()) || q.duration() >= p.duration(); }
int f(const UserPlay& p) { std::unordered_map<int, int> seen; return static_cast<int>(seen.count(p.duration())); }
)");
  EXPECT_THAT(linesOf(got, "hash-or-order"), ElementsAre("2", "2", "3", "4", "5", "6", "6", "7"));
}

TEST(ChangedValuesTest, OtherValuesOfThatNameAreNot) {
  auto got = hazardsIn(caseOf(kUnit, kOld), R"(
bool a(const Listener& p, const Listener& q) { return p.duration() < q.duration(); }
bool b(const UserPlay& p, const Listener& q) { return p.duration() < q.duration() || p.duration() < 10; }
int c(const Listener& p) { std::map<int, int> seen; return seen[p.duration()]; }
int d(const UserPlay& p) { std::map<int, int> seen; return seen[p.plays()] += p.duration(); }
bool e(const UserPlay& p, const UserPlay& q) { return p.plays() < q.plays() || p.duration() == q.duration(); }
)");
  EXPECT_THAT(linesOf(got, "hash-or-order"), IsEmpty());
}

TEST(ChangedValuesTest, ARenameChangesNoOrder) {
  auto got = hazardsIn(caseOf("      - {kind: rename, field: duration, to: length}\n", with("duration", "length")), R"(
bool a(const UserPlay& p, const UserPlay& q) { return p.duration() < q.duration(); }
)");
  EXPECT_THAT(got.hazards, IsEmpty());
  EXPECT_EQ(got.edits.size(), 2u);
}

TEST(ChangedValuesTest, AProjectionOrders) {
  const std::string migration = R"yaml(apiVersion: gander/v1
kind: Migration
metadata: {name: plays-class, title: A wider duration, owner: "group:default/plays"}
datasets:
  - id: user-plays
    schema:
      old: {name: plays.Play, fields: {duration: int32}}
    references:
      - type: plays.Play
    changes:
      - {kind: retype, field: duration, from: int32, to: string}
)yaml";
  const std::string plays =
      "namespace plays { struct Play { int duration = 0; }; }\n"
      "namespace other { struct Play { int duration = 0; }; }\n";
  auto got = rewriteTree({{"play.h", plays}, {"main.cpp", R"(#include <algorithm>
#include <vector>
#include "play.h"
void f(std::vector<plays::Play>& a, std::vector<other::Play>& b) {
  std::ranges::sort(a, {}, &plays::Play::duration);
  std::ranges::sort(b, {}, &other::Play::duration);
}
)"}},
                         migration, cppAround());
  EXPECT_THAT(hazardLines(got.rewrite), ElementsAre(HasSubstr("hash-or-order main.cpp:5:42")));
}

TEST(ChangedValuesTest, BytesThatAreHashedAreTold) {
  const std::string code = R"(
size_t a(const UserPlay& p) { return std::hash<std::string>{}(p.SerializeAsString()); }
size_t b(const Listener& p) { return std::hash<std::string>{}(p.SerializeAsString()); }
bool c(const UserPlay& p, std::set<std::string>& seen) {
  std::string bytes;
  p.SerializeToString(&bytes);
  return seen.insert(bytes).second;
}
size_t d(const UserPlay& p) { return p.SerializeAsString().size() + std::hash<std::string>{}(p.user_name()); }
int e(const UserPlay& p) { return p.plays(); }
)";
  auto text = hazardsIn(
      caseOf("      - {kind: retype, field: plays, from: int32, to: string}\n", with("int32 plays", "string plays")),
      code);
  EXPECT_THAT(linesOf(text, "hash-or-order"), ElementsAre("2", "7"));
  auto renamed =
      hazardsIn(caseOf("      - {kind: rename, field: plays, to: listens}\n", with("plays", "listens")), code);
  EXPECT_THAT(linesOf(renamed, "hash-or-order"), IsEmpty());
}

TEST(ChangedValuesTest, ANumberThatIsAnothersIsTold) {
  auto got = hazardsIn(caseOf("      - {kind: rename, field: user_name, to: listener_name}\n",
                              with("string user_name = 1", "string listener_name = 7")),
                       R"(
int a(int number) {
  switch (number) {
    case UserPlay::kUserNameFieldNumber: return 1;
    case UserPlay::kDurationFieldNumber: return 2;
    case Listener::kPlaysFieldNumber: return 3;
    default: return Listener::kUserNameFieldNumber;
  }
}
bool b() { return UserPlay::descriptor()->FindFieldByNumber(1) != nullptr; }
bool c() { return UserPlay::descriptor()->FindFieldByNumber(2) != Listener::descriptor()->FindFieldByNumber(1); }
)");
  EXPECT_THAT(linesOf(got, "field-number"), ElementsAre("4", "10"));
  EXPECT_EQ(got.edits.size(), 1u);
}

TEST(ChangedValuesTest, ATypeThatDoesNotReadTheOldBytesIsToldByItsNumber) {
  const std::string code = R"(
int a() { return UserPlay::kPlaysFieldNumber + Listener::kPlaysFieldNumber; }
)";
  auto text = hazardsIn(
      caseOf("      - {kind: retype, field: plays, from: int32, to: string}\n", with("int32 plays", "string plays")),
      code);
  EXPECT_THAT(linesOf(text, "field-number"), ElementsAre("2"));
  auto wide = hazardsIn(
      caseOf("      - {kind: retype, field: plays, from: int32, to: int64}\n", with("int32 plays", "int64 plays")),
      code);
  EXPECT_THAT(linesOf(wide, "field-number"), IsEmpty());
}

TEST(ChangedValuesTest, AComputedNameIsTold) {
  auto got = hazardsIn(
      caseOf("      - {kind: rename, field: user_name, to: listener_name}\n", with("user_name", "listener_name")),
      R"(
using google::protobuf::FieldDescriptor;
const FieldDescriptor* a(const std::string& name) { return UserPlay::descriptor()->FindFieldByName(name); }
const FieldDescriptor* b(const std::string& prefix) { return UserPlay::descriptor()->FindFieldByName(prefix + "_name"); }
const FieldDescriptor* c(const std::string& name) { return Listener::descriptor()->FindFieldByName(name); }
const FieldDescriptor* d() { return UserPlay::descriptor()->FindFieldByName("duration"); }
const FieldDescriptor* e() { return UserPlay::descriptor()->FindFieldByName("user_name"); }
const FieldDescriptor* g(const std::string& name) { return Listener::descriptor()->FindFieldByName(name); }
std::string h(const UserPlay& p) { return p.user_name(); }
)");
  EXPECT_THAT(linesOf(got, "computed-name"), ElementsAre("3", "4"));
  EXPECT_EQ(got.edits.size(), 2u);
}

TEST(ChangedValuesTest, AComputedNameFindsWhatKeepsItsName) {
  auto got = hazardsIn(
      caseOf("      - {kind: retype, field: plays, from: int32, to: int64}\n", with("int32 plays", "int64 plays")),
      R"(
const google::protobuf::FieldDescriptor* a(const std::string& name) { return UserPlay::descriptor()->FindFieldByName(name); }
int b(const UserPlay& p) { return p.plays() > 0; }
)");
  EXPECT_THAT(linesOf(got, "computed-name"), IsEmpty());
}

}  // namespace
}  // namespace gander::rewriter
