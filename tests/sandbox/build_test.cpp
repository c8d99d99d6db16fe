// Whole builds of small trees in the real sandbox.
#include <fmt/format.h>

#include "tests/sandbox/testing.h"

namespace gander::sandbox {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using namespace gander::sandbox::testing;

Limits smallLimits() { return {.time = std::chrono::seconds(60), .memory = 1ULL << 30, .output = 1 << 20}; }

BuildOutcome build(const Tree& tree) {
  auto plan = planBuild(tree.path());
  EXPECT_TRUE(plan) << why(plan);
  if (!plan) return {};
  auto outcome = runBuild(realSandbox(), tree.path(), *plan, smallLimits());
  EXPECT_TRUE(outcome) << why(outcome);
  return outcome.value_or(BuildOutcome{});
}

const std::map<std::string, std::string> kCMakeProject = {
    {"CMakeLists.txt",
     "cmake_minimum_required(VERSION 3.20)\nproject(small C)\nenable_testing()\nadd_executable(small small.c)\n"
     "add_test(NAME runs COMMAND small)\n"},
    {"small.c", "#include \"small.h\"\nint main(void) { return SMALL; }\n"},
    {"small.h", "#define SMALL 0\n"},
    {"tool.py", "print('fine')\n"},
};

TEST(BuildTest, ACMakeProjectIsConfiguredBuiltAndTested) {
  Tree tree(kCMakeProject);
  auto outcome = build(tree);
  ASSERT_TRUE(outcome.succeeded) << outcome.log;
  EXPECT_EQ(outcome.steps.size(), 4U);
  EXPECT_EQ(outcome.failed(), nullptr);
  EXPECT_THAT(outcome.log, HasSubstr("$ cmake --build .gander-build"));
  EXPECT_THAT(outcome.log, HasSubstr("100% tests passed"));
  auto database = tree.read(".gander-build/compile_commands.json");
  EXPECT_THAT(database, HasSubstr("/gander/tree/small.c"));
  EXPECT_THAT(outcome.log + database, Not(HasSubstr(tree.path().string())));
}

// The flags of one file in the database that a build made: each kind of build makes one, without a word from the project.
void expectDatabase(const Tree& tree, const std::string& file, const std::string& flag) {
  auto outcome = build(tree);
  ASSERT_TRUE(outcome.succeeded) << outcome.log;
  auto database = tree.read(".gander-build/compile_commands.json");
  EXPECT_THAT(database, HasSubstr(file));
  EXPECT_THAT(database, HasSubstr(flag));
  EXPECT_THAT(database, Not(HasSubstr(tree.path().string())));
}

TEST(BuildTest, MakeGivesADatabaseThroughBear) {
  expectDatabase(Tree({{"Makefile", "all:\n\tcc -DFROM_MAKE -c a.c\n"}, {"a.c", "int a;\n"}}), "a.c", "-DFROM_MAKE");
}

TEST(BuildTest, MesonGivesADatabase) {
  expectDatabase(Tree({{"meson.build", "project('a', 'c')\nexecutable('a', 'a.c', c_args: ['-DFROM_MESON'])\n"},
                       {"a.c", "int main(void) { return 0; }\n"}}),
                 "a.c", "-DFROM_MESON");
}

TEST(BuildTest, AutotoolsGiveADatabase) {
  expectDatabase(Tree({{"configure.ac",
                        "AC_INIT([a], [1])\nAM_INIT_AUTOMAKE([foreign])\nAC_PROG_CC\nAC_CONFIG_FILES([Makefile])\n"
                        "AC_OUTPUT\n"},
                       {"Makefile.am", "bin_PROGRAMS = a\na_SOURCES = a.c\na_CPPFLAGS = -DFROM_AUTOMAKE\n"},
                       {"a.c", "int main(void) { return 0; }\n"}}),
                 "a.c", "-DFROM_AUTOMAKE");
}

// Where sources are broken, what others are generated from is made all the same: the first failure does not end the build.
TEST(BuildTest, GeneratedHeadersAreMadeBesideBrokenSources) {
  Tree tree({{"CMakeLists.txt",
              "cmake_minimum_required(VERSION 3.20)\nproject(small C)\nset(all)\nforeach(i RANGE 9)\n"
              "  file(WRITE ${CMAKE_BINARY_DIR}/broken${i}.c \"int x = y;\\n\")\n"
              "  list(APPEND all ${CMAKE_BINARY_DIR}/broken${i}.c)\nendforeach()\nadd_library(broken OBJECT ${all})\n"
              "add_custom_command(OUTPUT made.h COMMAND ${CMAKE_COMMAND} -E sleep 1\n"
              "  COMMAND ${CMAKE_COMMAND} -E touch made.h)\n"
              "add_custom_command(OUTPUT last.h DEPENDS made.h COMMAND ${CMAKE_COMMAND} -E touch last.h)\n"
              "add_custom_target(headers ALL DEPENDS last.h)\n"}});
  EXPECT_FALSE(build(tree).succeeded);
  EXPECT_TRUE(std::filesystem::exists(tree.path() / ".gander-build" / "last.h"));
}

TEST(BuildTest, ARewriteThatBreaksTheBuildIsFound) {
  Tree before({{"Makefile", "all:\n\tcc -o out a.c\ncheck:\n\t./out\n"}, {"a.c", "int main(void) { return 0; }\n"}});
  Tree after(
      {{"Makefile", "all:\n\tcc -o out a.c\ncheck:\n\t./out\n"}, {"a.c", "int main(void) { return user_name; }\n"}});
  auto plan = planBuild(before.path());
  ASSERT_TRUE(plan) << why(plan);
  auto base = build(before), rewritten = build(after);
  ASSERT_TRUE(base.succeeded) << base.log;
  auto verification = judgeBuilds(
      *plan, base, rewritten, [&]() -> Result<BuildOutcome> { return build(after); },
      [&]() -> Result<BuildOutcome> { return build(before); });
  ASSERT_TRUE(verification) << why(verification);
  EXPECT_EQ(verification->verdict, BuildVerdict::kBroken);
  EXPECT_THAT(verification->detail, HasSubstr("-- make) ended with exit status 2, twice"));
  EXPECT_THAT(verification->log, HasSubstr("undeclared (first use in this function)"));
}

TEST(BuildTest, WhatTheMachineLacksIsNoFaultOfTheRewrite) {
  for (const auto& [name, tree] : std::map<std::string, std::map<std::string, std::string>>{
           {"warehouse.h", {{"Makefile", "all:\n\tcc -c a.c\n"}, {"a.c", "#include <warehouse.h>\n"}}},
           {"NoSuchPackage",
            {{"CMakeLists.txt",
              "cmake_minimum_required(VERSION 3.20)\nproject(a NONE)\n"
              "find_package(NoSuchPackage REQUIRED)\n"}}},
           {"Could not resolve host", {{"Makefile", "all:\n\tgit clone -q https://github.com/gander/none.git\n"}}},
           {"no-such-tool", {{"Makefile", "all:\n\tno-such-tool a b\n"}}},
       }) {
    Tree files(tree);
    auto plan = planBuild(files.path());
    ASSERT_TRUE(plan) << why(plan);
    auto outcome = build(files);
    auto none = []() -> Result<BuildOutcome> { return fail(ErrorKind::kDefect, "was repeated"); };
    auto verification = judgeBuilds(*plan, outcome, outcome, none, none);
    ASSERT_TRUE(verification) << why(verification);
    EXPECT_EQ(toString(verification->verdict), "not verified: dependency not available offline") << outcome.log;
    EXPECT_THAT(verification->detail, HasSubstr(name));
  }
}

TEST(BuildTest, PythonIsCompiledAndLeavesNoCache) {
  Tree good({{"a.py", "x = 1\n"}}), bad({{"a.py", "x = 1\n"}, {"sub/b.py", "def f(:\n"}});
  EXPECT_TRUE(build(good).succeeded);
  EXPECT_FALSE(std::filesystem::exists(good.path() / "__pycache__"));
  auto outcome = build(bad);
  ASSERT_NE(outcome.failed(), nullptr);
  EXPECT_EQ(outcome.failed()->step, "python");
  EXPECT_THAT(outcome.log, HasSubstr("SyntaxError"));
  EXPECT_THAT(outcome.log, HasSubstr("[python: exit status 1]"));
}

TEST(BuildTest, AHostileBuildSeesNoSecret) {
  ::setenv("GANDER_TEST_SECRET", "hunter2", 1);
  Tree outside({{"token", "hunter2"}});
  Tree tree({{"CMakeLists.txt", fmt::format("cmake_minimum_required(VERSION 3.20)\nproject(a NONE)\n"
                                            "message(STATUS \"in env: $ENV{{GANDER_TEST_SECRET}}\")\n"
                                            "execute_process(COMMAND sh -c \"cat /proc/*/environ {} /root/.netrc\")\n",
                                            (outside.path() / "token").string())}});
  auto outcome = build(tree);
  EXPECT_TRUE(outcome.succeeded) << outcome.log;
  EXPECT_THAT(outcome.log, HasSubstr("in env: \n"));
  EXPECT_THAT(outcome.log, Not(HasSubstr("hunter2")));
}

TEST(BuildTest, TheTimeIsThatOfTheWholeBuild) {
  Tree tree({{".gander.yaml", "build: [[sleep, '0.3'], [sleep, '600']]\n"}});
  auto plan = planBuild(tree.path());
  ASSERT_TRUE(plan) << why(plan);
  auto limits = smallLimits();
  limits.time = std::chrono::milliseconds(1000);
  auto outcome = runBuild(realSandbox(), tree.path(), *plan, limits);
  ASSERT_TRUE(outcome) << why(outcome);
  ASSERT_NE(outcome->failed(), nullptr);
  EXPECT_EQ(outcome->failed()->step, "build 2");
  EXPECT_EQ(outcome->failed()->outcome.ending, Ending::kTimedOut);
  EXPECT_LT(outcome->failed()->outcome.elapsed, std::chrono::milliseconds(900));
  EXPECT_THAT(outcome->log, HasSubstr("[build 2: killed, the build's time of 1 s is used up]"));
}

TEST(BuildTest, APlanWithoutStepsIsNotRun) {
  EXPECT_EQ(why(runBuild(realSandbox(), "/", {}, smallLimits())), "invalid: run a build: the plan has no step");
}

}  // namespace
}  // namespace gander::sandbox
