#include <fmt/format.h>

#include <algorithm>

#include "sandbox/build.h"

namespace gander::sandbox {
namespace {

Request requestFor(const std::filesystem::path& tree, const BuildStep& step, const Limits& limits) {
  Request request;
  request.command = step.command;
  request.directory = kTreeInside;
  request.mounts = {{tree, kTreeInside, true}};
  // Messages in English, since failures are recognised by them; Python's caches outside the tree.
  request.environment = {{"LANG", "C.UTF-8"}, {"TMPDIR", "/tmp"}, {"PYTHONPYCACHEPREFIX", "/tmp/pycache"}};
  request.limits = limits;
  return request;
}

std::string describeEnd(const BuildStep& step, const Outcome& outcome, const Limits& limits) {
  switch (outcome.ending) {
    case Ending::kExited: return fmt::format("[{}: exit status {}]\n", step.name, outcome.exitCode);
    case Ending::kTimedOut:
      return fmt::format("[{}: killed, the build's time of {} s is used up]\n", step.name, limits.time.count() / 1000);
    case Ending::kOutOfMemory:
      return fmt::format("[{}: killed, more than {} MiB of memory]\n", step.name, limits.memory >> 20);
    case Ending::kOutputCut:
      return fmt::format("[{}: killed, more than {} bytes of output]\n", step.name, limits.output);
  }
  return {};
}

}  // namespace

const StepOutcome* BuildOutcome::failed() const { return succeeded || steps.empty() ? nullptr : &steps.back(); }

Result<BuildOutcome> runBuild(Sandbox& sandbox, const std::filesystem::path& tree, const BuildPlan& plan,
                              const Limits& limits) {
  if (!plan.known()) return fail(ErrorKind::kInvalid, "run a build: the plan has no step");
  BuildOutcome build;
  auto left = limits;
  for (const auto& step : plan.steps) {
    build.log += fmt::format("$ {}\n", fmt::join(step.command, " "));
    auto run = sandbox.run(requestFor(tree, step, left));
    if (!run) return std::unexpected(run.error().withContext(step.name));
    build.log += run->output;
    if (!build.log.ends_with('\n')) build.log += '\n';
    left.time = std::max(left.time - run->elapsed, std::chrono::milliseconds(1));
    left.output = left.output > run->output.size() ? left.output - run->output.size() : 1;
    bool passed = run->succeeded();
    if (!passed) build.log += describeEnd(step, *run, limits);
    build.steps.push_back({step.name, std::move(*run)});
    if (!passed) return build;
  }
  build.succeeded = true;
  return build;
}

}  // namespace gander::sandbox
