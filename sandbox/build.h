// How a repository is built and tested: recognised from its files, or said in its `.gander.yaml`.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "sandbox/sandbox.h"

namespace gander::sandbox {

struct BuildStep {
  std::string name;  // "autogen", "prepare", "configure", "build", "test", "python"; unique within its plan
  std::vector<std::string> command;  // run in the tree's root
};

struct BuildPlan {
  std::string kind;  // "cmake", "meson", "autotools", "make", "python", ".gander.yaml"; empty: no build known
  std::vector<BuildStep> steps;
  std::string database;  // folder of compile_commands.json, relative to the tree, where the plan makes one; else empty
  bool known() const { return !steps.empty(); }
};

// `.gander.yaml` first (`build: [[cmake, -S, .], ...]`, `test: [...]`, `database: build`), else CMakeLists.txt, meson.build,
// configure or configure.ac, Makefile (under bear, where it is installed, for its compilation database), *.py;
// where *.py stand beside C or C++, they are compiled last.
// kInvalid for a `.gander.yaml` that is wrong, with `file:line:column`.
Result<BuildPlan> planBuild(const std::filesystem::path& tree);

struct StepOutcome {
  std::string step;
  Outcome outcome;
};

struct BuildOutcome {
  std::vector<StepOutcome> steps;  // up to and with the first that failed
  bool succeeded = false;
  std::string log;  // all output, each step under a line with its command
  const StepOutcome* failed() const;
};

// The tree is mounted writable at /gander/tree whatever its place on the host, so that logs and databases hold no path of the
// machine.
inline constexpr std::string_view kTreeInside = "/gander/tree";

// The limits hold for the whole build: time and output that one step used are gone for the next.
Result<BuildOutcome> runBuild(Sandbox& sandbox, const std::filesystem::path& tree, const BuildPlan& plan,
                              const Limits& limits);

enum class BuildVerdict { kVerified, kBroken, kFlakyBase, kAlreadyBroken, kNoBuild, kMissingDependency, kNoSandbox };
std::string_view toString(BuildVerdict verdict);  // "verified", "broken by the rewrite", "flaky base", ...

struct StepTime {
  bool passed = false;
  std::chrono::milliseconds elapsed{0};
};

struct Verification {
  BuildVerdict verdict = BuildVerdict::kNoBuild;
  std::string detail;  // one line: the step and its command, or what is missing
  std::string log;     // the end of the deciding log
  // Of the first base and the first rewritten build, in the plan's order, up to the step that failed; empty where nothing was built.
  std::vector<StepTime> before = {};
  std::vector<StepTime> after = {};
};

// What base and rewritten build say together. `rebuild` repeats the rewritten build, `rebase` the base build; they are called
// only where a repetition decides (a failure must happen twice to count as broken by the rewrite).
Result<Verification> judgeBuilds(const BuildPlan& plan, const BuildOutcome& base, const BuildOutcome& rewritten,
                                 const std::function<Result<BuildOutcome>()>& rebuild,
                                 const std::function<Result<BuildOutcome>()>& rebase);

// The verdict where there is no sandbox: nothing is built. `why` is the error of makeBubblewrapSandbox.
Verification withoutSandbox(const Error& why);

}  // namespace gander::sandbox
