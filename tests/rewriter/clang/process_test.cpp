// The parsing process, and sources that are hard on it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/process.h"
#include "tests/rewriter/clang/parse.h"

namespace gander::rewriter::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

ProcessOutcome runWith(std::string input, const std::vector<std::string>& flags = {}) {
  ProcessRequest request{.command = {GANDER_CPP}};
  request.command.insert(request.command.end(), flags.begin(), flags.end());
  request.input = std::move(input);
  auto outcome = runProcess(request);
  if (!outcome) {
    ADD_FAILURE() << outcome.error().message;
    return {};
  }
  return *outcome;
}

TEST(ProcessTest, AnswersACommandWithAUnit) {
  CppTree tree({{"main.cpp", "struct Play { int user_name; };\n"}});
  const auto outcome = runWith(encodeCommand(tree.wanting({"user_name"}).command()));
  EXPECT_EQ(outcome.exitCode, 0);
  EXPECT_EQ(outcome.errors, "");
  const auto unit = decodeUnit(outcome.output);
  ASSERT_TRUE(unit.has_value());
  EXPECT_EQ(encodeUnit(*unit), encodeUnit(tree.parse()));
  ASSERT_THAT(unit->names, SizeIs(1));
  EXPECT_EQ(unit->names[0].symbol, "Play::user_name");
}

TEST(ProcessTest, RefusesWhatIsNoCommand) {
  const auto outcome = runWith("{\"request\": 3}");
  EXPECT_EQ(outcome.exitCode, 2);
  EXPECT_EQ(outcome.output, "");
  EXPECT_THAT(outcome.errors, HasSubstr("gander-cpp: "));
}

TEST(ProcessTest, RefusesAFlagThatItDoesNotKnow) {
  CppTree tree({{"main.cpp", ""}});
  const auto outcome = runWith(encodeCommand(tree.command()), {"--input"});
  EXPECT_EQ(outcome.exitCode, 2);
  EXPECT_EQ(outcome.output, "");
  EXPECT_THAT(outcome.errors, HasSubstr("--input"));
  EXPECT_EQ(runWith(encodeCommand(tree.command()), {"--inputs"}).exitCode, 0);
}

TEST(ProcessTest, RefusesAFileThatIsNotThere) {
  CppTree tree({{"main.cpp", ""}});
  const auto outcome = runWith(encodeCommand(tree.command("gone.cpp")));
  EXPECT_EQ(outcome.exitCode, 2);
  EXPECT_THAT(outcome.errors, HasSubstr("gone.cpp: not found below the root"));
}

TEST(ProcessTest, RefusesTextsThatDoNotFitInPlaceOfOthers) {
  CppTree tree({{"main.cpp", "int a;\n"}});
  for (const Overwrite& wrong : {Overwrite{{"main.cpp", {4, 9}}, "later"}, Overwrite{{"main.cpp", {4, 5}}, "later"},
                                 Overwrite{{"gone.h", {0, 1}}, "b"}}) {
    auto command = tree.command();
    command.request.instead = {wrong};
    EXPECT_EQ(runWith(encodeCommand(command)).exitCode, 2) << wrong.span.file;
  }
}

TEST(ProcessTest, AMissingHeaderCostsOnlyWhatItDeclares) {
  CppTree tree({{"main.cpp",
                 "#include \"gone.h\"\n#include <nowhere/b.h>\n"
                 "struct Play { int user_name; Gone gone; };\n"
                 "int f(Play p, Gone g) { g.run(p.user_name); return p.user_name; }\n"}});
  const auto unit = tree.wanting({"user_name"}).withFlow().parse();
  EXPECT_THAT(unit.gaps, Contains(AllOf(Field(&Gap::file, "main.cpp"), Field(&Gap::why, "gone.h: not found"))));
  EXPECT_THAT(unit.gaps, Contains(AllOf(Field(&Gap::file, "main.cpp"), Field(&Gap::why, "nowhere/b.h: not found"))));
  EXPECT_THAT(unit.gaps, Contains(Field(&Gap::why, HasSubstr("unknown type name 'Gone'"))));
  EXPECT_THAT(unit.names, Contains(Field(&NameUse::symbol, "Play::user_name")));
}

TEST(ProcessTest, ManyErrorsAreCounted) {
  std::string source;
  for (int line = 0; line < 50; ++line)
    source += "int a" + std::to_string(line) + " = gone" + std::to_string(line) + ";\n";
  CppTree tree({{"main.cpp", source + "struct Play { int user_name; };\n"}});
  const auto unit = tree.wanting({"user_name"}).parse();
  EXPECT_THAT(unit.gaps, SizeIs(21));
  EXPECT_THAT(unit.gaps, Contains(Field(&Gap::why, "30 more errors")));
  EXPECT_THAT(unit.names, SizeIs(1));
}

TEST(ProcessTest, BrokenCodeEndsNothing) {
  CppTree tree(
      {{"main.cpp",
        "struct Play { int user_name(; };\nint f(Play p) { return gone(p.user_name(), ; }\n"
        "template <class T> void g(T t) { for (auto x : t) { lost[x]; }\nint h() { return 1 +; }\nclass {\n"}});
  const auto unit = tree.wanting({"user_name"}).withFlow().parse();
  EXPECT_FALSE(unit.gaps.empty());
  EXPECT_TRUE(decodeUnit(encodeUnit(unit)).has_value());
}

TEST(ProcessTest, DeepTreesEndNothing) {
  std::string sum = "1";
  for (int term = 0; term < 20000; ++term) sum += "+a";
  CppTree tree({{"main.cpp", "int user_name;\nint f(int a) { return " + sum + "; }\n"}});
  const auto unit = tree.wanting({"user_name"}).withFlow().parse();
  EXPECT_THAT(unit.names, SizeIs(1));
  ASSERT_THAT(unit.functions, SizeIs(1));
  EXPECT_GT(unit.functions[0].facts.size(), 20000U);
}

TEST(ProcessTest, FlagsThatLoadWriteOrStopAreDropped) {
  CppTree tree({{"main.cpp", "struct Play { int user_name; };\n"}});
  tree.flags({"-fplugin=/nonexistent/evil.so", "-Xclang", "-load", "-Xclang", "/nonexistent/evil.so", "-MD", "-MF",
              "deps.d", "-fno-such-flag-of-gcc", "-Werror", "-include-pch", "gone.pch", "-fmodules",
              "-fmodules-cache-path=cache", "-save-temps"});
  const auto unit = tree.wanting({"user_name"}).parse();
  EXPECT_THAT(unit.names, SizeIs(1));
  EXPECT_THAT(unit.gaps, IsEmpty());
  for (const auto* made : {"deps.d", "cache", "main.cpp.o", "main.d", "main.ii"}) {
    EXPECT_FALSE(std::filesystem::exists(tree.path() + "/" + made)) << made;
  }
}

TEST(ProcessTest, ReadsAHeaderOnItsOwn) {
  CppTree tree({{"play.h", "namespace a { class Play { int user_name; }; }\n"}});
  const auto unit = tree.wanting({"user_name"}).parse("play.h");
  EXPECT_THAT(unit.gaps, IsEmpty());
  ASSERT_THAT(unit.names, SizeIs(1));
  EXPECT_EQ(unit.names[0].symbol, "a::Play::user_name");
}

TEST(ProcessTest, ReadsTheHeaderOfAPrecompiledOne) {
  CppTree tree(
      {{"main.cpp", "int f(Play p) { return p.user_name; }\n"}, {"pch.hxx", "struct Play { int user_name; };\n"}});
  tree.flags({"-Xclang", "-include-pch", "-Xclang", "pch.hxx.pch", "-Xclang", "-include", "-Xclang", "pch.hxx"});
  const auto unit = tree.wanting({"user_name"}).parse();
  EXPECT_THAT(unit.gaps, IsEmpty());
  EXPECT_THAT(unit.names, SizeIs(2));
}

}  // namespace
}  // namespace gander::rewriter::testing
