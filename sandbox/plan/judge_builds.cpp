#include <fmt/format.h>

#include <array>
#include <optional>
#include <string>

#include "base/text.h"
#include "sandbox/build.h"
#include "sandbox/plan/missing_dependency.h"

namespace gander::sandbox {
namespace {

// Where the rewritten build ended, against the base build.
enum class End {
  kPassed,      // all steps
  kBaseHadIt,   // failed in a step that the base build passed
  kSameStep,    // failed in the step in which the base build failed
  kBeyondBase,  // failed in a step that the base build did not reach
};

enum class Action { kVerified, kAlreadyBroken, kRepeatBoth, kRepeatBase };

struct Row {
  bool basePassed;
  End rewritten;
  Action action;
};

constexpr std::array<Row, 6> kFirst = {{
    {true, End::kPassed, Action::kVerified},
    {true, End::kBaseHadIt, Action::kRepeatBoth},
    {false, End::kPassed, Action::kRepeatBase},
    {false, End::kBaseHadIt, Action::kRepeatBoth},
    {false, End::kSameStep, Action::kAlreadyBroken},
    {false, End::kBeyondBase, Action::kRepeatBase},
}};

// The rewritten build failed in a step that the base passed, and both were repeated.
struct RepeatBothRow {
  bool rewrittenFailsThereAgain;
  bool baseFailsThereNow;
  BuildVerdict verdict;
};
constexpr std::array<RepeatBothRow, 3> kAfterBoth = {{
    {true, false, BuildVerdict::kBroken},
    {true, true, BuildVerdict::kFlakyBase},
    {false, false, BuildVerdict::kFlakyBase},
}};

// The base build failed in a step that the rewritten one passed, and the base was repeated.
struct RepeatBaseRow {
  bool baseFailsThereAgain;
  bool rewrittenPassed;
  BuildVerdict verdict;
};
constexpr std::array<RepeatBaseRow, 4> kAfterBase = {{
    {true, true, BuildVerdict::kVerified},  // the rewrite brought what the base lacked
    {true, false, BuildVerdict::kAlreadyBroken},
    {false, true, BuildVerdict::kFlakyBase},
    {false, false, BuildVerdict::kFlakyBase},
}};

constexpr size_t kLogShown = 16 << 10;

// The end of a log, from the beginning of a line.
std::string tail(const std::string& log) {
  if (log.size() <= kLogShown) return log;
  auto begin = log.find('\n', log.size() - kLogShown);
  return begin == std::string::npos ? log.substr(log.size() - kLogShown) : log.substr(begin + 1);
}

std::string failedName(const BuildOutcome& build) { return build.succeeded ? std::string() : build.steps.back().step; }

bool failsIn(const BuildOutcome& build, std::string_view step) { return !build.succeeded && failedName(build) == step; }

// How a step ended, in words: "build (cmake --build out) ended with exit status 2".
std::string describe(const BuildPlan& plan, const BuildOutcome& build) {
  const auto& failed = build.steps.back();
  std::string command;
  for (const auto& step : plan.steps)
    if (step.name == failed.step) command = fmt::format(" ({})", fmt::join(step.command, " "));
  auto how = [&]() -> std::string {
    switch (failed.outcome.ending) {
      case Ending::kExited: return fmt::format("ended with exit status {}", failed.outcome.exitCode);
      case Ending::kTimedOut: return "ran out of time";
      case Ending::kOutOfMemory: return "ran out of memory";
      case Ending::kOutputCut: return "wrote too much output";
    }
    return {};
  };
  return fmt::format("{}{} {}", failed.step, command, how());
}

std::string namesOf(const BuildPlan& plan) {
  std::string names;
  for (const auto& step : plan.steps) names += (names.empty() ? "" : ", ") + step.name;
  return names;
}

size_t stepsPassed(const BuildOutcome& build) { return build.succeeded ? build.steps.size() : build.steps.size() - 1; }

End endOf(const BuildOutcome& base, const BuildOutcome& rewritten) {
  if (rewritten.succeeded) return End::kPassed;
  auto mine = stepsPassed(rewritten), its = stepsPassed(base);
  if (mine < its) return End::kBaseHadIt;
  return mine == its ? End::kSameStep : End::kBeyondBase;
}

Action firstAction(bool basePassed, End end) {
  for (const auto& row : kFirst)
    if (row.basePassed == basePassed && row.rewritten == end) return row.action;
  return Action::kAlreadyBroken;
}

using Repeat = std::function<Result<BuildOutcome>()>;

Result<BuildOutcome> repeat(const Repeat& build, std::string_view what) {
  auto again = build();
  if (!again) return std::unexpected(again.error().withContext(fmt::format("repeat the {} build", what)));
  if (again->steps.empty()) return fail(ErrorKind::kDefect, fmt::format("the repeated {} build has no step", what));
  return again;
}

Verification alreadyBroken(const BuildPlan& plan, const BuildOutcome& base) {
  auto missing = missingInBase(base.steps.back().outcome.output);
  if (missing)
    return {BuildVerdict::kMissingDependency, fmt::format("{}: {}", failedName(base), *missing), tail(base.log)};
  return {BuildVerdict::kAlreadyBroken, "before any change, " + describe(plan, base), tail(base.log)};
}

Result<Verification> repeatBoth(const BuildPlan& plan, const BuildOutcome& base, const BuildOutcome& rewritten,
                                const Repeat& rebuild, const Repeat& rebase) {
  auto step = failedName(rewritten);
  const auto& output = rewritten.steps.back().outcome.output;
  const auto& before = base.steps[rewritten.steps.size() - 1].outcome.output;
  if (auto missing = missingInRewritten(output, before))
    return Verification{BuildVerdict::kMissingDependency, fmt::format("{}: {}", step, *missing), tail(rewritten.log)};
  GANDER_TRY(auto again, repeat(rebuild, "rewritten"));
  bool failsAgain = failsIn(again, step);
  bool baseFails = false;
  if (failsAgain) {  // else it is decided
    GANDER_TRY(auto baseAgain, repeat(rebase, "base"));
    // A step that is not reached now did not pass now.
    baseFails = stepsPassed(baseAgain) < rewritten.steps.size();
  }
  for (const auto& row : kAfterBoth) {
    if (row.rewrittenFailsThereAgain != failsAgain || row.baseFailsThereNow != baseFails) continue;
    auto detail = row.verdict == BuildVerdict::kBroken
                      ? fmt::format("{}, twice; before the change it passed twice", describe(plan, rewritten))
                      : fmt::format("{} fails now and passes then: {}", step, describe(plan, rewritten));
    return Verification{row.verdict, detail, tail(failsAgain ? again.log : rewritten.log)};
  }
  return fail(ErrorKind::kDefect, "two repeated builds fit no row of the table");
}

Result<Verification> repeatBase(const BuildPlan& plan, const BuildOutcome& base, const BuildOutcome& rewritten,
                                const Repeat& rebase) {
  GANDER_TRY(auto again, repeat(rebase, "base"));
  bool failsAgain = failsIn(again, failedName(base));
  for (const auto& row : kAfterBase) {
    if (row.baseFailsThereAgain != failsAgain || row.rewrittenPassed != rewritten.succeeded) continue;
    if (row.verdict == BuildVerdict::kAlreadyBroken) return alreadyBroken(plan, again);
    auto detail = row.verdict == BuildVerdict::kVerified
                      ? fmt::format("{} passed; before the change, {}", namesOf(plan), describe(plan, base))
                      : fmt::format("{} fails now and passes then, before any change", failedName(base));
    return Verification{row.verdict, detail, tail(row.verdict == BuildVerdict::kVerified ? rewritten.log : base.log)};
  }
  return fail(ErrorKind::kDefect, "a repeated base build fits no row of the table");
}

Result<Verification> judge(const BuildPlan& plan, const BuildOutcome& base, const BuildOutcome& rewritten,
                           const Repeat& rebuild, const Repeat& rebase) {
  switch (firstAction(base.succeeded, endOf(base, rewritten))) {
    case Action::kVerified:
      return Verification{BuildVerdict::kVerified, namesOf(plan) + " passed", tail(rewritten.log)};
    case Action::kAlreadyBroken: return alreadyBroken(plan, base);
    case Action::kRepeatBoth: return repeatBoth(plan, base, rewritten, rebuild, rebase);
    case Action::kRepeatBase: return repeatBase(plan, base, rewritten, rebase);
  }
  return fail(ErrorKind::kDefect, "judge builds: an unknown action");
}

std::vector<StepTime> timesOf(const BuildOutcome& build) {
  std::vector<StepTime> times;
  for (const auto& step : build.steps) times.push_back({step.outcome.succeeded(), step.outcome.elapsed});
  return times;
}

}  // namespace

std::string_view toString(BuildVerdict verdict) {
  switch (verdict) {
    case BuildVerdict::kVerified: return "verified";
    case BuildVerdict::kBroken: return "broken by the rewrite";
    case BuildVerdict::kFlakyBase: return "flaky base";
    case BuildVerdict::kAlreadyBroken: return "already broken";
    case BuildVerdict::kNoBuild: return "no build known";
    case BuildVerdict::kMissingDependency: return "not verified: dependency not available offline";
    case BuildVerdict::kNoSandbox: return "no sandbox";
  }
  return "no build known";
}

Result<Verification> judgeBuilds(const BuildPlan& plan, const BuildOutcome& base, const BuildOutcome& rewritten,
                                 const Repeat& rebuild, const Repeat& rebase) {
  if (!plan.known())
    return Verification{BuildVerdict::kNoBuild, "no CMakeLists.txt, Makefile, *.py or .gander.yaml at the root", ""};
  if (base.steps.empty() || rewritten.steps.empty())
    return fail(ErrorKind::kDefect, "judge builds: a build without a step");
  GANDER_TRY(auto verification, judge(plan, base, rewritten, rebuild, rebase));
  verification.before = timesOf(base);
  verification.after = timesOf(rewritten);
  return verification;
}

Verification withoutSandbox(const Error& why) { return {BuildVerdict::kNoSandbox, why.message, ""}; }

}  // namespace gander::sandbox
