// What is passed over in others' headers changes no fact: each source is parsed both ways.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rewriter/clang/parse.h"

namespace gander::rewriter::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

ParsedUnit parsed(const CppTree& tree, bool allBodies) {
  auto result = parseWithInputs(tree.command(), allBodies);
  EXPECT_TRUE(result.has_value()) << result.error().message;
  return result ? std::move(*result) : ParsedUnit{};
}

// The same facts both ways, with and without those of functions.
void expectSame(CppTree& tree) {
  EXPECT_EQ(encodeUnit(parsed(tree, false).unit), encodeUnit(parsed(tree, true).unit)) << "names only";
  tree.withFlow();
  EXPECT_EQ(encodeUnit(parsed(tree, false).unit), encodeUnit(parsed(tree, true).unit)) << "with flow";
}

constexpr std::string_view kPlay = "struct Play { int user_name; };\n";

// A folder with CMake's cache is a build's: what stands in it is not the repository's own.
CppTree treeOf(const std::string& generated, const std::string& main) {
  return CppTree({{"build/CMakeCache.txt", ""}, {"build/made.pb.h", generated}, {"main.cpp", main}});
}

// An error within a body shows whether the body was parsed.
TEST(BodiesTest, PassesOverBodiesInOthersHeaders) {
  auto tree = treeOf(
      "inline int a() { return gone; }\nstruct A { int b() { return gone; } };\n"
      "template <typename T> int c() { return gone; }\n",
      "#include \"build/made.pb.h\"\nint own() { return lost; }\n");
  EXPECT_THAT(parsed(tree, true).unit.gaps, Contains(Field(&Gap::why, HasSubstr("'gone'"))));
  const auto unit = parsed(tree, false).unit;
  EXPECT_THAT(unit.gaps, Not(Contains(Field(&Gap::why, HasSubstr("'gone'")))));
  EXPECT_THAT(unit.gaps, Contains(Field(&Gap::why, HasSubstr("'lost'"))));
}

TEST(BodiesTest, ReadsWhatAValueOrATypeDependsOn) {
  auto tree = treeOf(
      "constexpr int size() { int sum = 0; for (int i = 0; i < 4; ++i) sum += i; return sum; }\n"
      "inline auto made() { struct Inner { int user_name; }; return Inner{1}; }\n"
      "template <typename T> decltype(auto) same(T&& value) { return static_cast<T&&>(value); }\n",
      std::string(kPlay) +
          "#include \"build/made.pb.h\"\nstatic_assert(size() == 6);\nint lengths[size()];\n"
          "int own(Play& play) { return made().user_name + same(play).user_name; }\n");
  tree.wanting({"user_name"});
  const auto unit = parsed(tree, false).unit;
  EXPECT_THAT(unit.gaps, IsEmpty());
  EXPECT_THAT(unit.names, Contains(Field(&NameUse::symbol, HasSubstr("Inner::user_name"))));
  expectSame(tree);
}

// Without the body of the algorithm nobody calls the lambda, and its parameter has no type.
TEST(BodiesTest, ATemplateOfOursThatOthersInstantiateIsResolved) {
  CppTree tree({{"main.cpp", "#include <algorithm>\n#include <vector>\n" + std::string(kPlay) +
                                 "int total(const std::vector<Play>& plays) {\n  int sum = 0;\n"
                                 "  std::for_each(plays.begin(), plays.end(),\n"
                                 "                [&](const auto& play) { sum += play.user_name; });\n"
                                 "  return sum;\n}\n"}});
  tree.wanting({"user_name"});
  const auto unit = parsed(tree, false).unit;
  EXPECT_THAT(unit.names, Contains(AllOf(Field(&NameUse::symbol, "Play::user_name"), Field(&NameUse::declares, false),
                                         Field(&NameUse::dependent, false))));
  expectSame(tree);
}

TEST(BodiesTest, AClassTemplateOfOursThatOthersInstantiateIsResolved) {
  CppTree tree({{"main.cpp",
                 "#include <algorithm>\n#include <map>\n#include <memory>\n#include <vector>\n" + std::string(kPlay) +
                     "template <typename T> struct Less {\n"
                     "  bool operator()(const T& a, const T& b) const { return a.user_name < b.user_name; }\n};\n"
                     "template <typename T> struct Holder {\n"
                     "  explicit Holder(T& play) : name(play.user_name) {}\n  int name;\n};\n"
                     "int f(std::vector<Play> plays, std::map<Play, int, Less<Play>> known) {\n"
                     "  std::sort(plays.begin(), plays.end(), Less<Play>());\n  known[plays[0]] = 1;\n"
                     "  return std::make_unique<Holder<Play>>(plays[0])->name;\n}\n"}});
  expectSame(tree.wanting({"user_name"}));
}

TEST(BodiesTest, FlowsThroughTheStandardLibraryAreTheSame) {
  CppTree tree({{"main.cpp",
                 "#include <functional>\n#include <iostream>\n#include <map>\n#include <memory>\n"
                 "#include <optional>\n#include <sstream>\n#include <string>\n#include <vector>\n"
                 "struct Row { std::map<std::string, std::string> cells; };\n"
                 "std::optional<std::string> find(const Row& row, const std::string& key) {\n"
                 "  auto at = row.cells.find(key);\n"
                 "  return at == row.cells.end() ? std::nullopt : std::optional(at->second);\n}\n"
                 "std::string both(const std::vector<Row>& rows, std::function<std::string(const Row&)> name) {\n"
                 "  std::ostringstream out;\n"
                 "  for (const auto& row : rows) out << find(row, \"user_name\").value_or(\"\") << name(row);\n"
                 "  return out.str();\n}\n"}});
  expectSame(tree.wanting({"user_name", "cells", "find"}));
}

TEST(BodiesTest, SaysWhatAParseRestsOn) {
  CppTree tree({{"include/b.h", kPlay.data()}, {"main.cpp", "#include \"b.h\"\n#if __has_include(\"c.h\")\n#endif\n"}});
  tree.flags({"-Ifirst", "-Iinclude"});
  const auto inputs = parsed(tree, false).inputs;
  auto is = [&](const std::string& path, InputKind kind) {
    return Contains(AllOf(Field(&Input::path, tree.path() + "/" + path), Field(&Input::kind, kind)));
  };
  EXPECT_THAT(inputs, is("main.cpp", InputKind::kRead));
  EXPECT_THAT(inputs, is("include/b.h", InputKind::kRead));
  EXPECT_THAT(inputs, is("b.h", InputKind::kAbsent));
  EXPECT_THAT(inputs, is("include/c.h", InputKind::kAbsent));
  EXPECT_THAT(inputs, is("first", InputKind::kAbsent));
  EXPECT_THAT(inputs, Contains(Field(&Input::kind, InputKind::kProgram)));
  const auto text = encodeAnswer(inputs, "facts");
  const auto answer = decodeAnswer(text);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->inputs, inputs);
  EXPECT_EQ(answer->unit, "facts");
}

}  // namespace
}  // namespace gander::rewriter::testing
