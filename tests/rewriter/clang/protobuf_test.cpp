// Accessors of real generated code: which message a name belongs to, in each shape that a field has.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/process.h"
#include "tests/rewriter/clang/parse.h"

namespace gander::rewriter::testing {
namespace {

using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::SizeIs;

constexpr auto kSchema = R"(syntax = "proto2";
package warehouse.v1;
message Listener { optional string user_name = 1; }
message UserPlay {
  optional string user_name = 1;
  optional int64 track_ms = 2;
  repeated string tags = 3;
  repeated Listener friends = 4;
  optional Listener owner = 5;
  map<string, int64> counts = 6;
  oneof payload { string song_title = 7; Listener guest = 8; }
  enum Kind { PLAIN = 0; LOUD = 1; }
  optional Kind kind = 9;
}
)";

// The tree with the code that protoc makes of the schema, in a folder as a build leaves it.
CppTree protobufTree(const std::string& main, std::map<std::string, std::string> files = {}) {
  files["main.cpp"] = main;
  files["plays.proto"] = kSchema;
  files["build/CMakeCache.txt"] = "";
  CppTree tree(std::move(files));
  ProcessRequest request{.command = {GANDER_PROTOC, "--cpp_out=build", "plays.proto"}};
  request.directory = tree.path();
  const auto outcome = runProcess(request);
  if (!outcome || !outcome->succeeded()) ADD_FAILURE() << "protoc failed";
  tree.flags({"-Ibuild"});
  return tree;
}

void expectSymbols(const std::string& marked, const std::vector<std::string>& expected) {
  const auto source = readMarks("#include \"plays.pb.h\"\n" + marked);
  std::vector<std::string> wanted;
  for (const auto& mark : source.marks) wanted.push_back(source.text.substr(mark.begin, mark.size()));
  auto tree = protobufTree(source.text);
  const auto unit = tree.wanting(wanted).parse();
  EXPECT_THAT(unit.gaps, IsEmpty());
  ASSERT_THAT(source.marks, SizeIs(expected.size()));
  for (size_t index = 0; index < expected.size(); ++index) {
    const auto uses = usesAt(unit, "main.cpp", source.marks[index]);
    ASSERT_THAT(uses, SizeIs(1)) << expected[index];
    EXPECT_EQ(uses[0].symbol, "warehouse::v1::" + expected[index]);
    EXPECT_EQ(uses[0].declaration.file, "build/plays.pb.h");
  }
}

TEST(ProtobufTest, ResolvesAccessorsOfEveryShape) {
  expectSymbols(
      R"(
void f(warehouse::v1::UserPlay& p, warehouse::v1::Listener& l) {
  p.[[set_user_name]]("ada"); p.[[user_name]](); *p.[[mutable_user_name]]() = "x"; p.[[has_user_name]]();
  p.[[clear_user_name]](); delete p.[[release_user_name]](); p.[[set_allocated_user_name]](nullptr);
  l.[[set_user_name]]("ada"); l.[[user_name]]();
  p.[[add_tags]]("t"); p.[[tags]](0); p.[[tags_size]](); p.[[add_friends]](); p.[[friends]]();
  p.[[owner]]().[[user_name]](); p.[[counts]](); p.[[set_kind]](warehouse::v1::UserPlay::[[LOUD]]);
}
)",
      {"UserPlay::set_user_name", "UserPlay::user_name", "UserPlay::mutable_user_name", "UserPlay::has_user_name",
       "UserPlay::clear_user_name", "UserPlay::release_user_name", "UserPlay::set_allocated_user_name",
       "Listener::set_user_name", "Listener::user_name", "UserPlay::add_tags", "UserPlay::tags", "UserPlay::tags_size",
       "UserPlay::add_friends", "UserPlay::friends", "UserPlay::owner", "Listener::user_name", "UserPlay::counts",
       "UserPlay::set_kind", "UserPlay::LOUD"});
}

TEST(ProtobufTest, ResolvesNumbersAndOneofCases) {
  expectSymbols(R"(
using Play = warehouse::v1::UserPlay;
int f(const Play& p) {
  switch (p.[[payload_case]]()) {
    case Play::[[kSongTitle]]: return Play::[[kUserNameFieldNumber]];
    case warehouse::v1::UserPlay::PayloadCase::[[kGuest]]: return warehouse::v1::Listener::[[kUserNameFieldNumber]];
    default: return p.[[has_song_title]]();
  }
}
)",
                {"UserPlay::payload_case", "UserPlay::PayloadCase::kSongTitle", "UserPlay::kUserNameFieldNumber",
                 "UserPlay::PayloadCase::kGuest", "Listener::kUserNameFieldNumber", "UserPlay::has_song_title"});
}

TEST(ProtobufTest, ResolvesMacrosTemplatesAndHeaders) {
  const auto header = readMarks(
      "#pragma once\n#include \"plays.pb.h\"\n"
      "#define USER(m) (m).[[user_name]]()\n"
      "template <class M> auto user(const M& m) { return m.[[user_name]](); }\n"
      "namespace warehouse { namespace v1 { class [[UserPlay]]; } }\n");
  auto tree = protobufTree(
      "#include \"access.h\"\n"
      "auto f(warehouse::v1::UserPlay p, warehouse::v1::Listener l) { return USER(p) + user(p) + user(l); }\n",
      {{"access.h", header.text}});
  const auto unit = tree.wanting({"user_name", "UserPlay"}).parse();
  EXPECT_THAT(unit.gaps, IsEmpty());
  auto at = [&](size_t index) {
    std::vector<std::string> found;
    for (const auto& use : usesAt(unit, "access.h", header.marks[index])) found.push_back(describe(use));
    return found;
  };
  EXPECT_THAT(
      at(0), ::testing::ElementsAre("warehouse::v1::UserPlay::user_name method macro=USER of=warehouse::v1::UserPlay"));
  EXPECT_THAT(at(1), ::testing::UnorderedElementsAre(
                         " unknown dependent in=user",
                         "warehouse::v1::UserPlay::user_name method in=user of=warehouse::v1::UserPlay",
                         "warehouse::v1::Listener::user_name method in=user of=warehouse::v1::Listener"));
  EXPECT_THAT(at(2), ::testing::ElementsAre("warehouse::v1::UserPlay type declares"));
}

TEST(ProtobufTest, TellsWhichVersionTheClassHas) {
  auto tree = protobufTree("#include \"plays.pb.h\"\n");
  const auto unit = tree.asking({"warehouse::v1::UserPlay", "warehouse::v2::UserPlay"}).parse();
  ASSERT_THAT(unit.types, SizeIs(1));
  EXPECT_EQ(unit.types[0].symbol, "warehouse::v1::UserPlay");
  EXPECT_THAT(unit.types[0].members, IsSupersetOf({"user_name", "set_user_name", "kUserNameFieldNumber", "PayloadCase",
                                                   "kSongTitle", "LOUD"}));
}

}  // namespace
}  // namespace gander::rewriter::testing
