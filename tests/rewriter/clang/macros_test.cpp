#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rewriter/clang/parse.h"

namespace gander::rewriter::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> at(const Unit& unit, ByteRange range) {
  std::vector<std::string> found;
  for (const auto& use : usesAt(unit, "main.cpp", range)) found.push_back(describe(use));
  return found;
}

constexpr auto kPlay = "struct Play { int user_name() const; int other() const; };\n";

TEST(MacrosTest, ANameIsWhereItIsWritten) {
  const auto source =
      readMarks(std::string(kPlay) +
                "#define BODY(p) p.[[user_name]]()\n"
                "#define ARGUMENT(p, f) p.f()\n"
                "#define OUTER(p, f) ARGUMENT(p, f)\n"
                "int f(Play p) { return BODY(p) + ARGUMENT(p, [[user_name]]) + OUTER(p, [[user_name]]); }\n");
  CppTree tree({{"main.cpp", source.text}});
  const auto unit = tree.wanting({"user_name"}).parse();
  EXPECT_THAT(at(unit, source.marks[0]), ElementsAre("Play::user_name method macro=BODY of=Play"));
  EXPECT_THAT(at(unit, source.marks[1]), ElementsAre("Play::user_name method of=Play"));
  EXPECT_THAT(at(unit, source.marks[2]), ElementsAre("Play::user_name method of=Play"));
}

TEST(MacrosTest, APastedNameCoversItsExpansion) {
  const auto source = readMarks(std::string(kPlay) +
                                "#define FIELD(p, f) p.user_##f()\n"
                                "int f(Play p) { return [[FIELD(p, name)]]; }\n");
  CppTree tree({{"main.cpp", source.text}});
  const auto unit = tree.wanting({"user_name"}).parse();
  EXPECT_THAT(at(unit, source.marks[0]), ElementsAre("Play::user_name method pasted of=Play"));
}

TEST(MacrosTest, APastedNameKnowsItsArgument) {
  const auto source = readMarks(
      "struct Play { void set_user_name(int); };\n"
      "#define SET(p, f) p.set_##f(1)\n"
      "#define VIA(p, f) SET(p, f)\n"
      "void f(Play p) { SET(p, [[user_name]]); VIA(p, [[user_name]]); }\n");
  CppTree tree({{"main.cpp", source.text}});
  const auto unit = tree.wanting({"user_name", "set_user_name"}).parse();
  std::vector<ByteRange> arguments;
  for (const auto& use : unit.names) {
    if (!use.pasted) continue;
    EXPECT_EQ(use.paste.before + "|" + use.paste.behind, "set_|");
    arguments.push_back(use.paste.argument.range);
  }
  EXPECT_THAT(arguments, ::testing::ElementsAreArray(source.marks));
}

TEST(MacrosTest, ATextMadeOfANameIsToldWithItsMacro) {
  const auto source =
      readMarks(std::string(kPlay) +
                "#define CHECK(x) check(#x, x)\n"
                "int check(const char*, int);\n"
                "int f(Play p, int user_name) { return CHECK(p.[[user_name]]()) + CHECK([[user_name]]); }\n");
  CppTree tree({{"main.cpp", source.text}});
  const auto unit = tree.wanting({"user_name"}).parse();
  ASSERT_THAT(unit.stringized, SizeIs(2));
  for (size_t index = 0; index < 2; ++index) {
    EXPECT_EQ(unit.stringized[index].span.range, source.marks[index]);
    EXPECT_EQ(unit.stringized[index].macro, "CHECK");
    EXPECT_EQ(unit.stringized[index].alone, index == 1);
  }
}

TEST(MacrosTest, ATextThatIsPastedToAPrefixIsToldToo) {
  const auto source = readMarks("#define WIDE(x) u8 ## #x\nconst auto* f() { return WIDE([[user_name]]); }\n");
  CppTree tree({{"main.cpp", source.text}});
  const auto unit = tree.wanting({"user_name"}).parse();
  ASSERT_THAT(unit.stringized, SizeIs(1));
  EXPECT_EQ(unit.stringized[0].span.range, source.marks[0]);
  EXPECT_TRUE(unit.stringized[0].alone);
}

TEST(MacrosTest, WhatAnotherIncluderMayDefineOtherwiseIsTold) {
  CppTree tree(
      {{"main.cpp", "#include \"play.h\"\n#define F(f) p.f\nint f(Play p) { return\n#include \"fields.def\"\n; }\n"},
       {"play.h", std::string("#pragma once\nstruct Play { int user_name; };\n#define G(p) p.user_name\n"
                              "inline int g(Play p) { return G(p); }\n")},
       {"fields.def", "F(user_name)\n"}});
  const auto unit = tree.wanting({"user_name"}).parse();
  for (const auto& use : unit.names) {
    if (use.span.file == "fields.def") EXPECT_THAT(use.varying, ::testing::ElementsAre("F"));
    if (use.span.file == "play.h") EXPECT_THAT(use.varying, IsEmpty());
  }
}

TEST(MacrosTest, MacrosAndTheirParametersAreTheirOwnNames) {
  const auto source = readMarks(
      "#ifndef [[user_name]]\n"
      "#define [[user_name]] 1\n"
      "#endif\n"
      "#define GET([[user_id]]) ([[user_id]] + 1)\n"
      "int a = [[user_name]] + GET(2);\n"
      "#undef [[user_name]]\n"
      "#if defined([[user_name]])\n"
      "#endif\n");
  CppTree tree({{"main.cpp", source.text}});
  const auto unit = tree.wanting({"user_name", "user_id"}).parse();
  EXPECT_THAT(unit.names, SizeIs(7));
  EXPECT_THAT(at(unit, source.marks[0]), ElementsAre(" macro"));
  EXPECT_THAT(at(unit, source.marks[1]), ElementsAre("user_name macro defines"));
  EXPECT_THAT(at(unit, source.marks[2]), ElementsAre("GET::user_id parameter defines"));
  EXPECT_THAT(at(unit, source.marks[3]), ElementsAre("GET::user_id parameter macro=GET"));
  EXPECT_THAT(at(unit, source.marks[4]), ElementsAre("user_name macro"));
  EXPECT_THAT(at(unit, source.marks[5]), ElementsAre("user_name macro"));
  EXPECT_THAT(at(unit, source.marks[6]), ElementsAre(" macro"));
}

TEST(MacrosTest, TextMadeOfAnArgumentStandsAtTheArgument) {
  const auto source = readMarks(
      "struct Row { int operator[](const char*) const; };\n"
      "#define COLUMN(row, name) row[#name]\n"
      "#define INDIRECT(row, name) COLUMN(row, name)\n"
      "int f(Row r) { return COLUMN(r, [[user_name]]) + INDIRECT(r, [[track]]); }\n");
  CppTree tree({{"main.cpp", source.text}});
  const auto unit = tree.withFlow().parse();
  ASSERT_THAT(unit.functions, SizeIs(1));
  std::vector<LiteralPiece> pieces;
  for (const auto& fact : unit.functions[0].facts) pieces.insert(pieces.end(), fact.text.begin(), fact.text.end());
  ASSERT_THAT(pieces, SizeIs(2));
  EXPECT_EQ(pieces[0].value, "user_name");
  EXPECT_EQ(pieces[0].span.range, source.marks[0]);
  EXPECT_EQ(pieces[1].value, "track");
  EXPECT_EQ(pieces[1].span.range, source.marks[1]);
}

// A text of several tokens, some of them of another macro's body; of none, it is empty.
TEST(MacrosTest, TextMadeOfManyTokensStandsAtEach) {
  const auto source = readMarks(
      "int query(const char*);\n"
      "#define COMMON(join, ...) \"SELECT \" [[\"user_name\"]] \" FROM \" join #__VA_ARGS__ \" x\"\n"
      "#define SOME(...) COMMON(\"plays \", WHERE [[day]] IS NULL __VA_ARGS__)\n"
      "#define ALL(...) COMMON(\"plays\", __VA_ARGS__)\n"
      "int f() { return query(SOME(AND  [[track]] = ?)) + query(ALL()); }\n");
  CppTree tree({{"main.cpp", source.text}});
  const auto unit = tree.withFlow().parse();
  ASSERT_THAT(unit.functions, SizeIs(1));
  std::vector<std::string> texts;
  std::map<std::string, ByteRange> places;
  for (const auto& fact : unit.functions[0].facts) {
    if (fact.text.empty()) continue;
    texts.emplace_back();
    for (const auto& piece : fact.text) {
      texts.back() += piece.value;
      const size_t word = piece.value.starts_with(' ') ? 1 : 0;
      places[piece.value.substr(word)] = {piece.offsetOf(word), piece.offsetOf(piece.value.size())};
    }
  }
  EXPECT_THAT(texts, ElementsAre("SELECT user_name FROM plays WHERE day IS NULL AND track = ? x",
                                 "SELECT user_name FROM plays x"));
  EXPECT_EQ(places["day"], source.marks[1]);
  EXPECT_EQ(places["track"], source.marks[2]);
}

TEST(MacrosTest, IncludesSayWhereTheyLead) {
  const auto source = readMarks(
      "#include \"[[lib/a.h]]\"\n"
      "#include <[[nowhere/b.h]]>\n"
      "#define HEADER \"[[lib/c.h]]\"\n"
      "#include HEADER\n");
  CppTree tree({{"main.cpp", source.text}, {"lib/a.h", "#pragma once\n"}, {"lib/c.h", ""}});
  const auto unit = tree.parse();
  ASSERT_THAT(unit.includes, SizeIs(3));
  const std::vector<std::string> resolved = {"lib/a.h", "", "lib/c.h"};
  for (size_t index = 0; index < 3; ++index) {
    EXPECT_EQ(unit.includes[index].span.range, source.marks[index]);
    EXPECT_EQ(unit.includes[index].written, tree.textAt(unit.includes[index].span));
    EXPECT_EQ(unit.includes[index].resolved, resolved[index]);
  }
  ASSERT_THAT(unit.gaps, SizeIs(1));
  EXPECT_EQ(unit.gaps[0].file, "main.cpp");
  EXPECT_EQ(unit.gaps[0].why, "nowhere/b.h: not found");
}

TEST(MacrosTest, ARegionThatIsSwitchedOffIsAZone) {
  const auto source = readMarks(
      "#if defined(_WIN32)\n"
      "[[int a = row[\"user_name\"];\n"
      "#elif 0\n"
      "int b;\n"
      "]]#else\n"
      "int c;\n"
      "#endif\n"
      "#ifdef __cplusplus\n"
      "#else\n"
      "[[int d;\n"
      "]]#endif\n");
  CppTree tree({{"main.cpp", source.text}});
  const auto unit = tree.parse();
  EXPECT_THAT(unit.gaps, IsEmpty());
  ASSERT_THAT(unit.zones, SizeIs(2));
  for (size_t index = 0; index < 2; ++index) {
    EXPECT_EQ(unit.zones[index].first, "main.cpp");
    EXPECT_EQ(unit.zones[index].second.kind, ZoneKind::kInactive);
    EXPECT_EQ(unit.zones[index].second.range, source.marks[index]);
  }
}

TEST(MacrosTest, AGuardDoesNotSwitchItsHeaderOff) {
  CppTree tree({{"main.cpp", "#include \"a.h\"\n#include \"a.h\"\n"},
                {"a.h", "int before();\n#ifndef A_H\n#define A_H\nstruct A { int name; };\n#endif\n"}});
  EXPECT_THAT(tree.parse().zones, IsEmpty());
}

}  // namespace
}  // namespace gander::rewriter::testing
