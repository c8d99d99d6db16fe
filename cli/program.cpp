#include "cli/program.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <nlohmann/json.hpp>

#include "cli/fleet_commands.h"
#include "cli/options.h"
#include "cli/rewrite_command.h"
#include "cli/serve_command.h"
#include "cli/terminal.h"

namespace gander::cli {
namespace {

// With --json an error is a document too, so that a script reads one thing in every case.
ExitStatus tellError(const Error& error, bool json) {
  printErr("gander: " + printable(error.message) + "\n");
  if (json) {
    nlohmann::json document = {{"error", {{"kind", toString(error.kind)}, {"message", error.message}}}};
    printOut(document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
  }
  return exitStatusOf(error.kind);
}

// Every step of a fleet is recorded before the next begins, so that the whole process may go at once: nothing half-done stays,
// and what runs in a sandbox dies with it.
void onInterrupt(int) {
  constexpr std::string_view kText = "\ngander: stopped; the same command goes on where it was\n";
  [[maybe_unused]] auto written = ::write(STDERR_FILENO, kText.data(), kText.size());
  ::_exit(static_cast<int>(ExitStatus::kAsksForPerson));
}

void catchInterrupts() {
  struct sigaction action{};
  action.sa_handler = onInterrupt;
  for (int signal : {SIGINT, SIGTERM}) ::sigaction(signal, &action, nullptr);
}

Result<Outcome> dispatch(const Command& command, const Environment& environment) {
  if (const auto* options = std::get_if<RewriteOptions>(&command)) return runRewrite(*options, environment);
  if (const auto* options = std::get_if<ServeOptions>(&command)) return runServe(*options, environment);
  catchInterrupts();
  if (const auto* options = std::get_if<RunOptions>(&command)) return runCampaign(*options, environment);
  if (const auto* options = std::get_if<LookOptions>(&command)) return runLook(*options, environment);
  if (const auto* options = std::get_if<StatusOptions>(&command)) return runStatus(*options, environment);
  if (const auto* options = std::get_if<ShowOptions>(&command)) return runShow(*options, environment);
  if (const auto* options = std::get_if<ApproveOptions>(&command)) return runApprove(*options, environment);
  if (const auto* options = std::get_if<RollbackOptions>(&command)) return runRollback(*options, environment);
  return runDecline(std::get<DeclineOptions>(command), environment);
}

Result<Outcome> guarded(const Command& command, const Environment& environment) {
  try {
    return dispatch(command, environment);
  } catch (const std::bad_alloc&) {
    return fail(ErrorKind::kExhausted, "out of memory");
  } catch (const std::exception& error) {
    return fail(ErrorKind::kDefect, fmt::format("a defect of gander: {}", error.what()));
  }
}

}  // namespace

ExitStatus runProgram(const std::vector<std::string>& words, const Environment& environment) {
  auto line = parseCommandLine(words, environment);
  if (!line.command && line.status == ExitStatus::kDone) {
    printOut(line.text);
    return line.status;
  }
  if (!line.command) return tellError({ErrorKind::kInvalid, line.text}, line.json);
  bool json = wantsJson(*line.command);
  auto outcome = guarded(*line.command, environment);
  if (!outcome) return tellError(outcome.error(), json);
  printOut(outcome->output);
  if (json && !outcome->output.ends_with('\n')) printOut("\n");
  if (std::fflush(stdout) != 0) return tellError(failErrno(errno, "write standard output").error(), false);
  return outcome->status;
}

}  // namespace gander::cli
