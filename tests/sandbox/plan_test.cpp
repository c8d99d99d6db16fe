// How a tree is built, from its files alone; nothing runs.
#include <sys/stat.h>

#include "tests/sandbox/testing.h"

namespace gander::sandbox {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace gander::sandbox::testing;

std::vector<std::string> stepNames(const BuildPlan& plan) {
  std::vector<std::string> names;
  for (const auto& step : plan.steps) names.push_back(step.name);
  return names;
}

BuildPlan planOf(const Tree& tree) {
  auto plan = planBuild(tree.path());
  EXPECT_TRUE(plan) << why(plan);
  return plan.value_or(BuildPlan{});
}

TEST(PlanTest, ATreeWithoutSignsHasNoBuild) {
  auto plan = planOf(Tree({{"README.md", ""}, {"sub/CMakeLists.txt", ""}}));
  EXPECT_FALSE(plan.known());
  EXPECT_EQ(plan.kind, "");
}

TEST(PlanTest, CMakeIsConfiguredOutOfTheWay) {
  auto plan = planOf(Tree({{"CMakeLists.txt", "project(a C)"}, {"build/keep", ""}}));
  EXPECT_EQ(plan.kind, "cmake");
  EXPECT_EQ(plan.database, ".gander-build");
  EXPECT_THAT(stepNames(plan), ElementsAre("configure", "build"));
  EXPECT_THAT(plan.steps[0].command, ::testing::Contains("-DCMAKE_EXPORT_COMPILE_COMMANDS=ON"));
}

TEST(PlanTest, TestsRunWhereTheProjectDefinesSome) {
  EXPECT_THAT(stepNames(planOf(Tree({{"CMakeLists.txt", ""}, {"tests/CMakeLists.txt", "Enable_Testing()\n"}}))),
              ElementsAre("configure", "build", "test"));
  EXPECT_THAT(stepNames(planOf(Tree({{"CMakeLists.txt", ""}, {"cmake/a.cmake", "include(CTest)\n"}}))),
              ElementsAre("configure", "build", "test"));
}

TEST(PlanTest, ABuildFolderOfTheRepositoryIsNotUsedAndOneOfOursIs) {
  Tree tree({{"CMakeLists.txt", ""}, {".gander-build/theirs", ""}});
  EXPECT_EQ(planOf(tree).database, ".gander-build-2");
  tree.write(".gander-build/CMakeCache.txt", "");
  EXPECT_EQ(planOf(tree).database, ".gander-build");
}

TEST(PlanTest, PythonBesideCMakeIsCompiledLast) {
  EXPECT_THAT(stepNames(planOf(Tree({{"CMakeLists.txt", ""}, {"tools/a.py", ""}}))),
              ElementsAre("configure", "build", "python"));
  EXPECT_EQ(planOf(Tree({{"tools/a.py", ""}})).kind, "python");
  // Python of an earlier build of ours is not the repository's.
  EXPECT_THAT(stepNames(planOf(
                  Tree({{"CMakeLists.txt", ""}, {".gander-build/CMakeCache.txt", ""}, {".gander-build/a.py", ""}}))),
              ElementsAre("configure", "build"));
}

TEST(PlanTest, MakeRunsItsTestTargetOnlyWhereThereIsOne) {
  struct Case {
    std::string makefile;
    std::vector<std::string> test;
  };
  for (const auto& [makefile, test] : std::vector<Case>{
           {"all:\n\tcc a.c\n", {}},
           {"all:\n\ttrue\ncheck: all\n\ttrue\n", {"make", "check"}},
           {"all test:\n\ttrue\n", {"make", "test"}},
           {"test::\n\ttrue\ncheck:\n\ttrue\n", {"make", "check"}},
           {"check := yes\ntest = a:b\nall:\n\techo check: no\n", {}},
           {".PHONY: check\n# test: none\n", {}},
       }) {
    auto plan = planOf(Tree({{"Makefile", makefile}}));
    EXPECT_EQ(plan.kind, "make");
    EXPECT_EQ(plan.database, ".gander-build");
    EXPECT_THAT(plan.steps[1].command,
                ElementsAre("bear", "--output", ".gander-build/compile_commands.json", "--", "make"));
    EXPECT_EQ(plan.steps.size() > 2 ? plan.steps[2].command : std::vector<std::string>{}, test) << makefile;
  }
}

TEST(PlanTest, MesonMakesItsDatabaseItself) {
  auto plan = planOf(Tree({{"meson.build", "project('a', 'c')\n  test('t', exe)\n"}, {"Makefile", ""}}));
  EXPECT_EQ(plan.kind, "meson");
  EXPECT_EQ(plan.database, ".gander-build");
  EXPECT_THAT(stepNames(plan), ElementsAre("configure", "build", "test"));
}

TEST(PlanTest, AutotoolsMakeTheirConfigureFirst) {
  auto script = planOf(Tree({{"configure", ""}, {"Makefile", "check:\n"}, {"Makefile.am", ""}}));
  EXPECT_EQ(script.kind, "autotools");
  EXPECT_THAT(stepNames(script), ElementsAre("configure", "prepare", "build", "test"));
  EXPECT_EQ(script.database, ".gander-build");
  auto own = planOf(Tree({{"configure.ac", ""}, {"autogen.sh", ""}}));
  EXPECT_THAT(own.steps[0].command, ElementsAre("env", "NOCONFIGURE=1", "sh", "./autogen.sh"));
  EXPECT_THAT(planOf(Tree({{"configure.ac", ""}})).steps[0].command, ElementsAre("autoreconf", "--force", "--install"));
}

TEST(PlanTest, CMakeGoesBeforeMake) {
  EXPECT_EQ(planOf(Tree({{"CMakeLists.txt", ""}, {"Makefile", "check:\n"}})).kind, "cmake");
}

TEST(PlanTest, TheRepositorysOwnWordGoesFirst) {
  auto plan =
      planOf(Tree({{".gander.yaml", "build: [[cmake, -S, .], [make]]\ntest: [[sh, -c, 'make check']]\ndatabase: out\n"},
                   {"CMakeLists.txt", ""}}));
  EXPECT_EQ(plan.kind, ".gander.yaml");
  EXPECT_EQ(plan.database, "out");
  EXPECT_THAT(stepNames(plan), ElementsAre("build 1", "build 2", "test"));
  EXPECT_THAT(plan.steps[0].command, ElementsAre("cmake", "-S", "."));
  EXPECT_THAT(plan.steps[2].command, ElementsAre("sh", "-c", "make check"));
}

TEST(PlanTest, EveryMistakeOfTheRepositorysWordIsShownWithItsPlace) {
  struct Case {
    std::string text;
    std::string expected;
  };
  for (const auto& [text, expected] : std::vector<Case>{
           {"build: make\n", ".gander.yaml:1:8: 'build' must be a list of commands, as in `build: [[make, all]]`"},
           {"build:\n  - make all\n",
            ".gander.yaml:2:5: a command of 'build' must be a list of words, as in `[make, all]`"},
           {"build: [[]]\n", ".gander.yaml:1:9: a command of 'build' must be a list of words, as in `[make, all]`"},
           {"test: [[make, [a]]]\n", ".gander.yaml:1:15: a word of a command must be plain text"},
           {"build: [['', a]]\n", ".gander.yaml:1:10: the first word of a command is a program; it can't be empty"},
           {"build: [[make]]\ntset: [[make]]\n", ".gander.yaml:2:1: unknown key 'tset'; did you mean 'test'?"},
           {"build: [[make]]\nenvironment: {}\n",
            ".gander.yaml:2:1: unknown key 'environment'; known are build, test, database"},
           {"build: [[make]]\nbuild: [[make]]\n", ".gander.yaml:2:1: the key 'build' stands twice"},
           {"build: [[make]]\ndatabase: ../other\n",
            ".gander.yaml:2:11: 'database' must be a folder below the repository's root, without '..'"},
           {"build: [[make]]\ndatabase: /root\n",
            ".gander.yaml:2:11: 'database' must be a folder below the repository's root, without '..'"},
           {"database: out\n", ".gander.yaml:1:1: names no command; write `build: [[make]]`"},
           {"- make\n", ".gander.yaml:1:1: must be a map with the keys build, test and database"},
           {"", ".gander.yaml:1:1: must be a map with the keys build, test and database"},
           {"build: [[make]\n", ".gander.yaml:2:1: not YAML: end of sequence flow not found"},
           {"build: make\ntest: 3\nx: 1\n",
            ".gander.yaml:1:8: 'build' must be a list of commands, as in `build: [[make, all]]`\n"
            ".gander.yaml:2:7: 'test' must be a list of commands, as in `test: [[make, all]]`\n"
            ".gander.yaml:3:1: unknown key 'x'; known are build, test, database"},
       }) {
    EXPECT_EQ(why(planBuild(Tree({{".gander.yaml", text}}).path())), "invalid: " + expected) << text;
  }
}

TEST(PlanTest, FollowsNoLinkOutOfTheTree) {
  Tree outside({{"secret.yaml", "hunter2: yes\n"}, {"Makefile", "check:\n"}});
  Tree tree({});
  std::filesystem::create_symlink(outside.path() / "secret.yaml", tree.path() / ".gander.yaml");
  auto plan = planBuild(tree.path());
  EXPECT_THAT(why(plan), HasSubstr("invalid: .gander.yaml:1:1: must be a plain file"));
  EXPECT_THAT(why(plan), Not(HasSubstr("hunter2")));
  Tree other({});
  std::filesystem::create_symlink(outside.path() / "Makefile", other.path() / "Makefile");
  ASSERT_EQ(::mkfifo((other.path() / "CMakeLists.txt").c_str(), 0600), 0);
  EXPECT_FALSE(planOf(other).known());
}

TEST(PlanTest, ATreeThatIsNotThereIsAnError) {
  EXPECT_EQ(why(planBuild("/no/such/tree")), "not found: /no/such/tree is not a folder");
}

}  // namespace
}  // namespace gander::sandbox
