#include "fleet/cpp_parser.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>

#include "base/files.h"
#include "rewriter/facts/inputs.h"

namespace gander::fleet {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

namespace fs = std::filesystem;

// The parsing process is a script here: it keeps each request, and answers as the name of the file asks for.
constexpr std::string_view kScript = R"(#!/bin/sh
here=$(dirname "$0")
request=$(cat)
name=$(printf '%s' "$request" | grep -o '[a-z]*\.cpp' | head -1)
printf '%s' "$request" > "$here/requests/$name.json"
case "$1 $name" in
  --check-rules*) cat "$here/units/problems" ;;
  *crash.cpp) kill -SEGV $$ ;;
  *refused.cpp) echo "some words" >&2; echo "refused.cpp: not C++ at all" >&2; exit 2 ;;
  *slow.cpp) sleep 60 ;;
  *garbage.cpp) echo garbage ;;
  *) cat "$here/units/$name" ;;
esac
)";

class CppParserTest : public ::testing::Test {
 protected:
  CppParserTest() : folder_(TemporaryDirectory::make("cpp-parser").value()), tree_(folder_.path() / "tree") {
    for (const auto* name : {"tree/build", "tool/requests", "tool/units", "outside"})
      fs::create_directories(folder_.path() / name);
    program_ = folder_.path() / "tool/gander-cpp";
    EXPECT_TRUE(writeFile(program_, kScript).has_value());
    fs::permissions(program_, fs::perms(0755));
  }

  void answer(const std::string& name) {
    rewriter::Unit unit;
    unit.file = name;
    unit.language = "cpp";
    ASSERT_TRUE(writeFile(folder_.path() / "tool/units" / name, rewriter::encodeUnit(unit)).has_value());
  }

  void writeDatabase(const fs::path& folder, const std::string& flags, const std::string& file) {
    auto text = "[{\"directory\": \"" + tree_.string() + "\", \"command\": \"g++ " + flags + " " + file +
                "\", \"file\": \"" + file + "\"}]";
    ASSERT_TRUE(writeFile(folder / "compile_commands.json", text).has_value());
  }

  Result<std::unique_ptr<rewriter::CppParser>> make(const fs::path& database = {}, CppLimits limits = {}) {
    return makeCppParser({.program = program_, .sandbox = nullptr},
                         {.host = tree_, .inside = tree_, .database = database}, limits);
  }

  rewriter::CppCommand requestFor(const std::string& name) {
    auto text = readFile(folder_.path() / "tool/requests" / (name + ".json"));
    return rewriter::decodeCommand(text.value()).value();
  }

  static std::vector<std::string> whys(const std::vector<rewriter::Unit>& units) {
    std::vector<std::string> out;
    for (const auto& unit : units)
      for (const auto& gap : unit.gaps) out.push_back(gap.why);
    return out;
  }

  TemporaryDirectory folder_;
  fs::path tree_;
  fs::path program_;
};

TEST_F(CppParserTest, AnswersInTheOrderOfTheRequests) {
  for (const auto* name : {"a.cpp", "b.cpp", "c.cpp", "d.cpp"}) answer(name);
  auto parser = make({}, {.workers = 3}).value();
  auto units = parser->lower({{.file = "d.cpp"}, {.file = "a.cpp"}, {.file = "c.cpp"}, {.file = "b.cpp"}});
  ASSERT_EQ(units.size(), 4U);
  std::vector<std::string> files;
  for (const auto& unit : units) files.push_back(unit.value().front().file);
  EXPECT_THAT(files, ElementsAre("d.cpp", "a.cpp", "c.cpp", "b.cpp"));
}

TEST_F(CppParserTest, GivesTheFilteredCommand) {
  answer("a.cpp");
  writeDatabase(tree_ / "build", "-DX -fplugin=./evil.so -c", "a.cpp");
  auto parser = make(tree_ / "build").value();
  EXPECT_THAT(parser->sources(), ElementsAre("a.cpp"));
  auto units = parser->lower({{.file = "a.cpp", .wanted = {"user_name"}, .flow = true}});
  auto command = requestFor("a.cpp");
  EXPECT_EQ(command.root, tree_.string());
  EXPECT_EQ(command.directory, tree_.string());
  EXPECT_THAT(command.arguments, ElementsAre("clang++", "-DX", (tree_ / "a.cpp").string()));
  EXPECT_THAT(command.request.wanted, ElementsAre("user_name"));
  EXPECT_TRUE(command.request.flow);
  EXPECT_FALSE(command.inferred);
  EXPECT_THAT(whys(units[0].value()),
              ElementsAre("compile flag not passed on to the parser: -fplugin=./evil.so", "parsed without a sandbox"));
}

TEST_F(CppParserTest, WithoutADatabaseFlagsAreInferred) {
  answer("a.cpp");
  auto parser = make().value();
  EXPECT_THAT(parser->sources(), IsEmpty());
  ASSERT_TRUE(parser->lower({{.file = "a.cpp"}})[0].has_value());
  EXPECT_TRUE(requestFor("a.cpp").inferred);
}

TEST_F(CppParserTest, ChecksRulesBeforeAnyFile) {
  ASSERT_TRUE(writeFile(folder_.path() / "tool/units/problems",
                        rewriter::encodeProblems({{0, rewriter::RulePart::kRange, 3, "no range"}}))
                  .has_value());
  auto parser = make().value();
  auto problems = parser->check({{.name = "open", .match = "callExpr()", .range = "nod(", .replace = "x"}});
  ASSERT_TRUE(problems) << problems.error().message;
  ASSERT_EQ(problems->size(), 1U);
  EXPECT_EQ(problems->at(0).message, "no range");
  EXPECT_EQ(requestFor("").request.rules.at(0).range, "nod(");
  ASSERT_TRUE(writeFile(folder_.path() / "tool/units/problems", "what?").has_value());
  EXPECT_EQ(parser->check({}).error().kind, ErrorKind::kCorrupt);
}

// The second parser asks nobody; a new text of a file is asked about.
TEST_F(CppParserTest, KeepsFactsFromRunToRun) {
  ASSERT_TRUE(writeFile(tree_ / "a.cpp", "int a;\n").has_value());
  rewriter::Unit unit{.file = "a.cpp", .language = "cpp", .gaps = {{"a.cpp", "something"}}};
  const rewriter::Input absent{.path = (tree_ / "a.h").string(), .kind = rewriter::InputKind::kAbsent};
  ASSERT_TRUE(
      writeFile(folder_.path() / "tool/units/a.cpp", rewriter::encodeAnswer({absent}, rewriter::encodeUnit(unit)))
          .has_value());
  auto lower = [&](std::vector<std::string> wanted, std::vector<rewriter::CppRule> rules = {}) {
    fs::remove(folder_.path() / "tool/requests/a.cpp.json");
    auto parser = makeCppParser({.program = program_, .sandbox = nullptr, .cache = folder_.path() / "cache"},
                                {.host = tree_, .inside = tree_, .database = {}});
    auto units = parser.value()->lower({{.file = "a.cpp", .wanted = std::move(wanted), .rules = std::move(rules)}});
    EXPECT_THAT(whys(units[0].value()), ElementsAre("something", "parsed without a sandbox"));
    return fs::exists(folder_.path() / "tool/requests/a.cpp.json");
  };
  EXPECT_TRUE(lower({"x"}));
  EXPECT_FALSE(lower({"x"}));
  EXPECT_FALSE(lower({"y"}));  // another migration's names: the facts are of all names
  EXPECT_TRUE(lower({"y"}, {{"rule", "callExpr()", "", "x"}}));
  EXPECT_FALSE(lower({"x"}, {{"rule", "callExpr()", "", "x"}}));
  EXPECT_TRUE(lower({"y"}, {{"rule", "callExpr()", "", "y"}}));
  ASSERT_TRUE(writeFile(tree_ / "a.h", "").has_value());
  EXPECT_TRUE(lower({"x"}));
}

TEST_F(CppParserTest, ANewTextOfAFileIsParsed) {
  ASSERT_TRUE(writeFile(tree_ / "a.cpp", "int a;\n").has_value());
  const rewriter::Input folder{.path = tree_.string(), .kind = rewriter::InputKind::kFolder};
  const rewriter::Unit unit{.file = "a.cpp", .language = "cpp"};
  ASSERT_TRUE(
      writeFile(folder_.path() / "tool/units/a.cpp", rewriter::encodeAnswer({folder}, rewriter::encodeUnit(unit)))
          .has_value());
  auto isAsked = [&] {
    fs::remove(folder_.path() / "tool/requests/a.cpp.json");
    auto parser = makeCppParser({.program = program_, .sandbox = nullptr, .cache = folder_.path() / "cache"},
                                {.host = tree_, .inside = tree_, .database = {}});
    EXPECT_TRUE(parser.value()->lower({{.file = "a.cpp"}})[0].has_value());
    return fs::exists(folder_.path() / "tool/requests/a.cpp.json");
  };
  EXPECT_TRUE(isAsked());
  EXPECT_FALSE(isAsked());
  ASSERT_TRUE(writeFile(tree_ / "a.cpp", "int b;\n").has_value());
  EXPECT_TRUE(isAsked());
}

// Each way in which a file is compiled is read; of very many the first.
TEST_F(CppParserTest, AFileIsParsedAsEachCommandSays) {
  answer("a.cpp");
  std::string commands;
  for (int way = 0; way < 3; ++way)
    commands += fmt::format(R"({}{{"directory": "{}", "command": "g++ -DWAY={} a.cpp", "file": "a.cpp"}})",
                            way > 0 ? ", " : "", tree_.string(), way);
  ASSERT_TRUE(writeFile(tree_ / "compile_commands.json", "[" + commands + "]").has_value());
  EXPECT_EQ(make(tree_).value()->lower({{.file = "a.cpp"}})[0].value().size(), 3);
  for (int way = 3; way < 6; ++way)
    commands += fmt::format(R"(, {{"directory": "{}", "command": "g++ -DWAY={} a.cpp", "file": "a.cpp"}})",
                            tree_.string(), way);
  ASSERT_TRUE(writeFile(tree_ / "compile_commands.json", "[" + commands + "]").has_value());
  auto units = make(tree_).value()->lower({{.file = "a.cpp"}})[0].value();
  EXPECT_EQ(units.size(), 4);
  EXPECT_THAT(whys(units), Contains("compiled in 6 ways; only 4 were read"));
}

TEST_F(CppParserTest, AFailureCostsOneUnit) {
  answer("a.cpp");
  auto parser = make({}, {.workers = 2, .time = std::chrono::seconds(2)}).value();
  auto units = parser->lower({{.file = "crash.cpp"},
                              {.file = "refused.cpp"},
                              {.file = "garbage.cpp"},
                              {.file = "slow.cpp"},
                              {.file = "a.cpp"}});
  EXPECT_THAT(units[0].error().message, HasSubstr("parse crash.cpp: the parser was ended by signal 11"));
  EXPECT_THAT(units[1].error().message,
              HasSubstr("parse refused.cpp: the parser ended with status 2: refused.cpp: not C++ at all"));
  EXPECT_THAT(units[2].error().message, HasSubstr("parse garbage.cpp: "));
  EXPECT_EQ(units[3].error().kind, ErrorKind::kExhausted);
  EXPECT_THAT(units[3].error().message, HasSubstr("parse slow.cpp: not done within 2 s"));
  EXPECT_TRUE(units[4].has_value());
}

TEST_F(CppParserTest, NeedsItsProgram) {
  fs::remove(program_);
  auto parser = make();
  ASSERT_FALSE(parser.has_value());
  EXPECT_EQ(parser.error().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(parser.error().message, HasSubstr(program_.string()));
}

TEST_F(CppParserTest, SaysHowToGetADatabase) {
  auto parser = make(tree_ / "build");
  ASSERT_FALSE(parser.has_value());
  EXPECT_EQ(parser.error().kind, ErrorKind::kNotFound);
  EXPECT_THAT(parser.error().message, HasSubstr("CMAKE_EXPORT_COMPILE_COMMANDS"));
}

TEST_F(CppParserTest, ADatabaseOfAnotherTreeIsRefused) {
  writeDatabase(tree_ / "build", "-DX", "/elsewhere/a.cpp");
  auto parser = make(tree_ / "build");
  ASSERT_FALSE(parser.has_value());
  EXPECT_EQ(parser.error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(parser.error().message, HasSubstr("none of its 1 commands is for a file below " + tree_.string()));
}

// A build that was not trusted may have left a link where its folder should be.
TEST_F(CppParserTest, FollowsNoLinkToADatabase) {
  writeDatabase(folder_.path() / "outside", "-DX", "a.cpp");
  fs::remove(tree_ / "build");
  fs::create_directory_symlink(folder_.path() / "outside", tree_ / "build");
  auto parser = make(tree_ / "build");
  ASSERT_FALSE(parser.has_value());
  EXPECT_EQ(parser.error().kind, ErrorKind::kInvalid);
}

TEST_F(CppParserTest, FindsTheDatabaseThatDevelopersLeave) {
  EXPECT_EQ(findDatabaseFolder(tree_), fs::path());
  writeDatabase(tree_ / "build", "-DX", "a.cpp");
  EXPECT_EQ(findDatabaseFolder(tree_), fs::canonical(tree_ / "build"));
  writeDatabase(folder_.path() / "outside", "-DX", "a.cpp");
  fs::create_symlink(folder_.path() / "outside/compile_commands.json", tree_ / "compile_commands.json");
  EXPECT_EQ(findDatabaseFolder(tree_), fs::canonical(folder_.path() / "outside"));
}

}  // namespace
}  // namespace gander::fleet
