// What two builds say together: a table, and nothing runs.
#include "tests/sandbox/testing.h"

namespace gander::sandbox {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using namespace gander::sandbox::testing;

const BuildPlan kPlan{.kind = "cmake",
                      .steps = {{"configure", {"cmake", "."}}, {"build", {"make"}}, {"test", {"ctest"}}},
                      .database = ""};

// A build that failed in a step ("" for none), with what that step wrote.
BuildOutcome ending(std::string_view failedStep, const std::string& output = "it failed\n",
                    Ending how = Ending::kExited) {
  BuildOutcome build;
  for (const auto& step : kPlan.steps) {
    bool failed = step.name == failedStep;
    Outcome outcome{.ending = failed ? how : Ending::kExited,
                    .exitCode = failed ? 2 : 0,
                    .output = failed ? output : "fine\n",
                    .errors = ""};
    build.log += "$ " + step.name + "\n" + outcome.output;
    build.steps.push_back({step.name, outcome});
    if (failed) return build;
  }
  build.succeeded = true;
  return build;
}

struct Case {
  std::string base;
  std::string rewritten;
  std::string rebuild;  // "-": must not be called
  std::string rebase;
  BuildVerdict verdict;
};

TEST(JudgeTest, Table) {
  for (const auto& [base, rewritten, rebuild, rebase, verdict] : std::vector<Case>{
           {"", "", "-", "-", BuildVerdict::kVerified},
           {"", "build", "build", "", BuildVerdict::kBroken},
           {"", "test", "test", "", BuildVerdict::kBroken},
           {"", "build", "", "-", BuildVerdict::kFlakyBase},
           {"", "build", "test", "-", BuildVerdict::kFlakyBase},
           {"", "test", "build", "-", BuildVerdict::kFlakyBase},
           {"", "test", "test", "test", BuildVerdict::kFlakyBase},
           {"", "test", "test", "build", BuildVerdict::kFlakyBase},
           {"", "build", "build", "test", BuildVerdict::kBroken},  // the base's build step passed again
           {"test", "test", "-", "-", BuildVerdict::kAlreadyBroken},
           {"build", "build", "-", "-", BuildVerdict::kAlreadyBroken},
           {"test", "build", "build", "test", BuildVerdict::kBroken},
           {"test", "build", "test", "-", BuildVerdict::kFlakyBase},
           {"test", "build", "build", "build", BuildVerdict::kFlakyBase},
           {"test", "", "-", "test", BuildVerdict::kVerified},
           {"test", "", "-", "", BuildVerdict::kFlakyBase},
           {"build", "", "-", "test", BuildVerdict::kFlakyBase},
           {"build", "test", "-", "build", BuildVerdict::kAlreadyBroken},
           {"build", "test", "-", "", BuildVerdict::kFlakyBase},
       }) {
    SCOPED_TRACE(base + " | " + rewritten + " | " + rebuild + " | " + rebase);
    bool rebuilt = false, rebased = false;
    auto verification = judgeBuilds(
        kPlan, ending(base), ending(rewritten),
        [&]() -> Result<BuildOutcome> { return rebuilt = true, ending(rebuild); },
        [&]() -> Result<BuildOutcome> { return rebased = true, ending(rebase); });
    ASSERT_TRUE(verification) << why(verification);
    EXPECT_EQ(toString(verification->verdict), toString(verdict));
    EXPECT_EQ(rebuilt, rebuild != "-");
    EXPECT_EQ(rebased, rebase != "-");
    EXPECT_FALSE(verification->detail.empty());
  }
}

TEST(JudgeTest, TellsHowLongEachStepTook) {
  auto base = ending("");
  auto rewritten = ending("build");
  base.steps.front().outcome.elapsed = std::chrono::seconds(3);
  rewritten.steps.back().outcome.elapsed = std::chrono::seconds(5);
  auto verification = judgeBuilds(kPlan, base, rewritten, [] { return ending("build"); }, [] { return ending(""); });
  ASSERT_TRUE(verification) << why(verification);
  ASSERT_EQ(verification->before.size(), kPlan.steps.size());
  EXPECT_EQ(verification->before.front().elapsed, std::chrono::seconds(3));
  EXPECT_TRUE(verification->before.back().passed);
  EXPECT_FALSE(verification->after.back().passed);
  EXPECT_EQ(verification->after.back().elapsed, std::chrono::seconds(5));
  EXPECT_LT(verification->after.size(), kPlan.steps.size());
  EXPECT_TRUE(withoutSandbox({ErrorKind::kUnavailable, "none"}).before.empty());
}

Result<BuildOutcome> notCalled() { return fail(ErrorKind::kDefect, "was repeated"); }

Verification judge(const BuildOutcome& base, const BuildOutcome& rewritten) {
  auto verification = judgeBuilds(kPlan, base, rewritten, notCalled, notCalled);
  EXPECT_TRUE(verification) << why(verification);
  return verification.value_or(Verification{});
}

TEST(JudgeTest, RecognisesWhatTheBaseBuildLacks) {
  struct Missing {
    std::string output;
    std::string shown;  // "" if no dependency is missing
  };
  for (const auto& [output, shown] : std::vector<Missing>{
           {"CMake Error at FindPackageHandleStandardArgs.cmake:230 (message):\n  Could NOT find Protobuf (missing: "
            "X)\nCall Stack:\n",
            "Could NOT find Protobuf (missing: X)"},
           {"-- Could NOT find Doxygen (missing: DOXYGEN)\nerror: expected ';'\n", ""},
           {"CMake Error at CMakeLists.txt:3 (find_package):\n  By not providing \"FindFoo.cmake\" in "
            "CMAKE_MODULE_PATH\n",
            "By not providing \"FindFoo.cmake\" in CMAKE_MODULE_PATH"},
           {"a.c:1:10: fatal error: warehouse.h: No such file or directory\n    1 | #include <warehouse.h>\n",
            "a.c:1:10: fatal error: warehouse.h: No such file or directory"},
           {"a.c:1:10: fatal error: own.h: No such file or directory\n    1 | #include \"own.h\"\n", ""},
           {"a.c:1:10: fatal error: 'warehouse.h' file not found\n    1 | #include <warehouse.h>\n",
            "a.c:1:10: fatal error: 'warehouse.h' file not found"},
           {"fatal: unable to access 'https://example.com/': Could not resolve host: example.com\n",
            "fatal: unable to access 'https://example.com/': Could not resolve host: example.com"},
           {"ERROR: No matching distribution found for requests\n",
            "ERROR: No matching distribution found for requests"},
           {"npm ERR! network request to x failed\n", "npm ERR! network request to x failed"},
           {"/usr/bin/ld: cannot find -lwarehouse: No such file or directory\n",
            "/usr/bin/ld: cannot find -lwarehouse: No such file or directory"},
           {"/bin/sh: 1: protoc: not found\n", "/bin/sh: 1: protoc: not found"},
           {"\x1b[31mModuleNotFoundError: No module named 'pandas'\x1b[0m\n",
            "[31mModuleNotFoundError: No module named 'pandas'[0m"},
           {"error: expected ';'\n", ""},
       }) {
    auto verification = judge(ending("build", output), ending("build", output));
    EXPECT_EQ(verification.verdict, shown.empty() ? BuildVerdict::kAlreadyBroken : BuildVerdict::kMissingDependency)
        << output;
    EXPECT_EQ(verification.detail,
              shown.empty() ? "before any change, build (make) ended with exit status 2" : "build: " + shown);
  }
}

TEST(JudgeTest, ADownloadThatTheRewriteAsksForIsNotItsFault) {
  auto verification = judge(ending(""), ending("build", "pip: Temporary failure in name resolution\n"));
  EXPECT_EQ(verification.verdict, BuildVerdict::kMissingDependency);
  EXPECT_EQ(verification.detail, "build: pip: Temporary failure in name resolution");
}

// An excuse must be new, and a header that is not found after the rewrite is more likely the rewrite's.
TEST(JudgeTest, TheRewriteIsNotExcusedByOldLinesOrMissingHeaders) {
  auto base = ending("");
  base.steps[1].outcome.output = "note: Network is unreachable\n";
  for (const auto* output : {"note: Network is unreachable\nerror: no member user_name\n",
                             "a.c:1:10: fatal error: new.h: No such file or directory\n    1 | #include <new.h>\n",
                             "/usr/bin/ld: cannot find -lplays_v2\n"}) {
    auto again = [&]() -> Result<BuildOutcome> { return ending("build", output); };
    auto verification =
        judgeBuilds(kPlan, base, ending("build", output), again, [&]() -> Result<BuildOutcome> { return base; });
    ASSERT_TRUE(verification) << why(verification);
    EXPECT_EQ(verification->verdict, BuildVerdict::kBroken) << output;
    EXPECT_EQ(verification->detail, "build (make) ended with exit status 2, twice; before the change it passed twice");
    EXPECT_THAT(verification->log, HasSubstr(output));
  }
}

TEST(JudgeTest, SaysHowAStepEnded) {
  EXPECT_EQ(judge(ending("test", "", Ending::kTimedOut), ending("test")).detail,
            "before any change, test (ctest) ran out of time");
  EXPECT_EQ(judge(ending("test", "", Ending::kOutOfMemory), ending("test")).detail,
            "before any change, test (ctest) ran out of memory");
}

TEST(JudgeTest, ARepetitionThatCanNotRunIsAnError) {
  auto gone = []() -> Result<BuildOutcome> { return fail(ErrorKind::kUnavailable, "the disk is gone"); };
  EXPECT_EQ(why(judgeBuilds(kPlan, ending(""), ending("test"), gone, notCalled)),
            "unavailable: repeat the rewritten build: the disk is gone");
}

TEST(JudgeTest, NoPlanAndNoSandboxAreVerdicts) {
  auto none = judgeBuilds({}, {}, {}, notCalled, notCalled);
  ASSERT_TRUE(none) << why(none);
  EXPECT_EQ(none->verdict, BuildVerdict::kNoBuild);
  auto outside = withoutSandbox({ErrorKind::kUnavailable, "builds need bubblewrap"});
  EXPECT_EQ(outside.verdict, BuildVerdict::kNoSandbox);
  EXPECT_EQ(outside.detail, "builds need bubblewrap");
  EXPECT_THAT(why(judgeBuilds(kPlan, {}, {}, notCalled, notCalled)), StartsWith("defect: judge builds"));
}

TEST(JudgeTest, TheVerdictsHaveTheDesignsWords) {
  EXPECT_EQ(toString(BuildVerdict::kVerified), "verified");
  EXPECT_EQ(toString(BuildVerdict::kBroken), "broken by the rewrite");
  EXPECT_EQ(toString(BuildVerdict::kFlakyBase), "flaky base");
  EXPECT_EQ(toString(BuildVerdict::kAlreadyBroken), "already broken");
  EXPECT_EQ(toString(BuildVerdict::kNoBuild), "no build known");
  EXPECT_EQ(toString(BuildVerdict::kMissingDependency), "not verified: dependency not available offline");
  EXPECT_EQ(toString(BuildVerdict::kNoSandbox), "no sandbox");
}

TEST(JudgeTest, ALongLogIsCutAtALine) {
  std::string log;
  for (int i = 0; i < 5000; ++i) log += "line " + std::to_string(i) + "\n";
  auto base = ending("build");
  base.log = log;
  auto shown = judge(base, ending("build")).log;
  EXPECT_LT(shown.size(), 17000U);
  EXPECT_THAT(shown, StartsWith("line "));
  EXPECT_TRUE(shown.ends_with("line 4999\n"));
}

}  // namespace
}  // namespace gander::sandbox
