#include "fleet/compile_commands.h"

#include <gmock/gmock.h>

namespace gander::fleet {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const CompilePlace kPlace{.root = "/t", .folder = "/t/build"};

CompilationDatabase parse(std::string_view text) { return CompilationDatabase::parse(text, kPlace).value(); }

TEST(CompilationDatabaseTest, ReadsBothFormsOfACommand) {
  auto database = parse(R"([
    {"directory": "/t/build", "command": "g++ -I../include -DA=\\\"x\\\" -c ../src/a.cpp", "file": "../src/a.cpp"},
    {"directory": "sub", "arguments": ["clang++", "-DB", "b.cc"], "file": "/t/src/b.cc"}])");
  EXPECT_THAT(database.sources(), ElementsAre("src/a.cpp", "src/b.cc"));
  auto a = database.find("src/a.cpp").front();
  EXPECT_EQ(a.directory, "/t/build");
  EXPECT_THAT(a.arguments, ElementsAre("clang++", "-I../include", "-DA=\"x\""));
  EXPECT_FALSE(a.inferred);
  EXPECT_EQ(database.find("src/b.cc").front().directory, "/t/build/sub");
}

TEST(CompilationDatabaseTest, SourcesAreTheTreesOwn) {
  auto database = parse(R"([
    {"directory": "/t/build", "command": "g++ plays.pb.cc", "file": "plays.pb.cc"},
    {"directory": "/t/build", "command": "g++ x.cc", "file": "/usr/src/x.cc"},
    {"directory": "/t/build", "command": "g++ x.cc", "file": "/tother/x.cc"},
    {"directory": "/t/build", "command": "as a.s", "file": "/t/a.s"},
    {"directory": "/t/build", "command": "g++ ../main.cc", "file": "../main.cc"}])");
  EXPECT_THAT(database.sources(), ElementsAre("main.cc"));
}

TEST(CompilationDatabaseTest, AFileIsCompiledInEachOfItsWays) {
  auto database = parse(R"([{"directory": "/t", "command": "g++ -DFIRST -o a.o a.cc", "file": "a.cc"},
                            {"directory": "/t", "command": "g++ -DSECOND a.cc", "file": "a.cc"},
                            {"directory": "/t", "command": "g++ -DFIRST -o b.o a.cc", "file": "a.cc"}])");
  auto ways = database.find("a.cc");
  ASSERT_EQ(ways.size(), 2);
  EXPECT_THAT(ways[0].arguments, Contains("-DFIRST"));
  EXPECT_THAT(ways[1].arguments, Contains("-DSECOND"));
}

TEST(CompilationDatabaseTest, AHeaderTakesItsNeighboursFlags) {
  auto database = parse(R"([{"directory": "/t", "command": "g++ -DROOT main.cc", "file": "main.cc"},
                            {"directory": "/t", "command": "g++ -DNEAR src/x/other.cc", "file": "src/x/other.cc"},
                            {"directory": "/t", "command": "g++ -DSAME src/report.cc", "file": "src/report.cc"}])");
  auto header = database.find("include/report.h").front();
  EXPECT_THAT(header.arguments, ElementsAre("clang++", "-DSAME", "-xc++"));
  EXPECT_EQ(header.from, "src/report.cc");
  EXPECT_TRUE(header.inferred);
  EXPECT_THAT(database.find("src/x/new.cc").front().arguments, ElementsAre("clang++", "-DNEAR"));
  EXPECT_THAT(database.find("tools/t.cc").front().arguments, Contains("-DROOT"));
}

TEST(CompilationDatabaseTest, WithoutCommandsFlagsAreMadeUp) {
  auto command = CompilationDatabase::none("/t", "/nowhere").find("src/a.cpp").front();
  EXPECT_TRUE(command.inferred);
  EXPECT_EQ(command.directory, "/t");
  EXPECT_THAT(command.arguments, ElementsAre("clang++", "-std=c++20", "-I/t", "-I/t/include", "-I/t/src"));
  EXPECT_THAT(CompilationDatabase::none("/t", "/nowhere").find("a.c").front().arguments, Not(Contains("-std=c++20")));
}

TEST(CompilationDatabaseTest, SaysWhatIsWrong) {
  auto message = [](std::string_view text) {
    auto parsed = CompilationDatabase::parse(text, kPlace);
    return parsed ? std::string("no error") : parsed.error().message;
  };
  EXPECT_THAT(message("{"), HasSubstr("not JSON"));
  EXPECT_THAT(message("{}"), HasSubstr("not a list"));
  EXPECT_THAT(message("[1]"), HasSubstr("entry 1: not an object"));
  EXPECT_THAT(message(R"([{"command": "g++ a.cc"}])"), HasSubstr("entry 1: no \"file\""));
  EXPECT_THAT(message(R"([{"file": "a.cc", "arguments": ["g++", 1]}])"), HasSubstr("entry 1: neither"));
  EXPECT_THAT(message(R"([{"file": "a.cc", "command": ""}])"), HasSubstr("entry 1: neither"));
}

TEST(CompilationDatabaseTest, TellsTheMacrosThatCommandsDefineDifferently) {
  auto database = parse(R"([{"directory": "/t", "command": "g++ -DALL -DLEVEL=1 -DONE a.cc", "file": "a.cc"},
                            {"directory": "/t", "command": "g++ -DALL -D LEVEL=2 b.cc", "file": "b.cc"}])");
  EXPECT_THAT(database.varyingMacros(), ElementsAre("LEVEL", "ONE"));
}

}  // namespace
}  // namespace gander::fleet
