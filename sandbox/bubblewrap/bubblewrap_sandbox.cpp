#include "sandbox/bubblewrap/bubblewrap_sandbox.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <string>
#include <thread>

#include "base/text.h"
#include "sandbox/bubblewrap/arguments.h"
#include "sandbox/bubblewrap/system_calls.h"

namespace gander::sandbox {
namespace fs = std::filesystem;
namespace {

// $1: where bwrap writes its status, $2: its options, $3: the filter of system calls; then the groups to enter, "--" and the command. The options come in a
// file, because the command line of bwrap can be read inside, and they hold paths of the machine.
constexpr std::string_view kLauncher =
    "status=$1; options=$2; filter=$3; shift 3\n"
    "while [ \"$1\" != -- ]; do echo 0 > \"$1\" || exit 1; shift; done\n"
    "shift\n"
    "exec 3> \"$status\" 4< \"$options\" 5< \"$filter\" || exit 1\n"
    "exec \"$@\"\n";

// Run as root before the launcher, in a mount namespace of its own. The user inside would be the owner of the machine's device
// nodes, which bubblewrap shows as they are, and could take them from everybody with chmod. A node on a read-only mount can still
// be read and written; its mode can't be changed, and a mount that comes from outside can't be made writable again.
constexpr std::string_view kGuard =
    "for node in null zero full random urandom tty; do mount -o bind,ro /dev/$node /dev/$node || exit 1; done\n"
    "exec \"$@\"\n";

constexpr std::string_view kFilter = "system-calls";

struct Cure {
  std::string_view symptom;
  std::string_view cure;
};

// What bubblewrap 0.8 says where the kernel or a container forbids something, and what helps.
constexpr std::array<Cure, 8> kCures = {{
    {"No permissions to create",
     "this user may make no namespaces: sysctl -w kernel.unprivileged_userns_clone=1 on Debian; in a "
     "container, run it with a seccomp profile that allows them"},
    {"namespaces exceeded",
     "raise the limit: sysctl -w user.max_user_namespaces=15000 (inside another sandbox it can't be raised)"},
    {"Creating new namespace failed",
     "the kernel grants no namespaces: sysctl -w kernel.unprivileged_userns_clone=1 and "
     "user.max_user_namespaces=15000; in a container, run it with a seccomp profile that allows them"},
    {"setting up uid map",
     "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or an AppArmor profile for bwrap"},
    {"Can't mount proc", "the container hides parts of /proc: run it with --security-opt systempaths=unconfined"},
    {"Failed to make / slave", "the container forbids mounts: run it with --security-opt apparmor=unconfined"},
    {"unshare: unshare failed", "root needs CAP_SYS_ADMIN here: run gander as an ordinary user"},
    {"nknown option", "gander needs bubblewrap 0.8 or newer"},
}};

Error notSetUp(std::string_view said) {
  std::string message = "set up the sandbox";
  for (const auto& line : splitLines(said))
    if (!line.empty()) message += ": " + line;
  for (const auto& [symptom, cure] : kCures)
    if (said.contains(symptom)) return {ErrorKind::kUnavailable, fmt::format("{}. To cure it: {}", message, cure)};
  return {ErrorKind::kUnavailable, message};
}

std::string separatedByNul(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text.append(word).push_back('\0');
  return text;
}

// bwrap's status: {"child-pid": 12, ...} at the start, {"exit-code": 0} at the end of a command that was started.
struct RunStatus {
  long firstProcess = 0;  // of the new pid namespace, as we number it; 0: bwrap did not get so far
  bool started = false;
};

RunStatus readStatus(const fs::path& file) {
  auto text = readFile(file);
  if (!text) return {};  // the launcher did not get so far
  constexpr std::string_view kPid = "\"child-pid\": ";
  RunStatus status;
  status.started = text->contains("\"exit-code\"");
  if (auto at = text->find(kPid); at != std::string::npos) {
    auto digits = std::string_view(*text).substr(at + kPid.size());
    std::from_chars(digits.data(), digits.data() + digits.size(), status.firstProcess);
  }
  return status;
}

bool isAlive(long pid) {
  auto stat = readFile(fmt::format("/proc/{}/stat", pid));
  if (!stat) return false;
  auto state = stat->rfind(") ");  // "12 (name) S ...": the name may hold anything
  return state != std::string::npos && state + 2 < stat->size() && !std::string_view("ZX").contains((*stat)[state + 2]);
}

// The kernel kills a pid namespace with its first process, which becomes a zombie only when all others are gone. That goes on
// behind the back of the bwrap that we waited for.
Status awaitEnd(long firstProcess) {
  auto until = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (firstProcess > 0 && isAlive(firstProcess)) {
    if (std::chrono::steady_clock::now() > until)
      return fail(ErrorKind::kUnavailable,
                  "end the sandbox: its processes don't die (an uninterruptible wait for a device?)");
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return {};
}

Ending endingOf(const ProcessOutcome& process, const RunGroup& group) {
  if (group.ranOutOfMemory()) return Ending::kOutOfMemory;
  if (process.outputCut) return Ending::kOutputCut;
  if (process.timedOut) return Ending::kTimedOut;
  return Ending::kExited;
}

LimitReport reportFor(const std::vector<CgroupParent>& cgroups) {
  LimitReport report;
  for (const auto& parent : cgroups) {
    report.memoryHard = report.memoryHard || parent.memory;
    report.processesHard = report.processesHard || parent.processes;
  }
  return report;
}

Status probe(Sandbox& sandbox) {
  Request request;
  request.command = {"/bin/true"};
  request.limits.time = std::chrono::seconds(30);
  GANDER_TRY(auto outcome, sandbox.run(request));
  if (outcome.succeeded()) return {};
  return std::unexpected(notSetUp(fmt::format("/bin/true ended with {}: {}", outcome.exitCode, outcome.output)));
}

}  // namespace

BubblewrapSandbox::BubblewrapSandbox(fs::path program, TemporaryDirectory etc, std::vector<CgroupParent> cgroups)
    : program_(std::move(program)), etc_(std::move(etc)), cgroups_(std::move(cgroups)), report_(reportFor(cgroups_)) {}

Result<std::unique_ptr<Sandbox>> BubblewrapSandbox::make(std::string_view searchPath,
                                                         std::vector<CgroupParent> cgroups) {
  auto program = findProgram("bwrap", searchPath);
  if (!program)
    return fail(
        ErrorKind::kUnavailable,
        fmt::format("builds need bubblewrap: {}. To cure it: apt-get install bubblewrap", program.error().message));
  GANDER_TRY(auto etc, TemporaryDirectory::make("gander-sandbox"));
  GANDER_CHECK(writeEtc(etc.path()));
  GANDER_CHECK(writeFile(etc.path() / kFilter, systemCallFilter()));
  auto absolute = fs::absolute(*program);
  std::unique_ptr<Sandbox> sandbox(new BubblewrapSandbox(absolute, std::move(etc), std::move(cgroups)));
  GANDER_CHECK(probe(*sandbox));
  return sandbox;
}

Result<ProcessRequest> BubblewrapSandbox::launch(const Request& request, const RunGroup& group,
                                                 const fs::path& folder) const {
  GANDER_TRY(auto options, bubblewrapOptions(request, etc_.path()));
  auto optionsFile = folder / "options";
  GANDER_CHECK(writeFile(optionsFile, separatedByNul(options)));
  ProcessRequest process;
  if (::geteuid() == 0)
    process.command = {"/usr/bin/unshare", "--mount", "--", "/bin/sh", "-c", std::string(kGuard), "gander-guard"};
  for (std::string_view word : {std::string_view("/bin/sh"), std::string_view("-c"), kLauncher})
    process.command.emplace_back(word);
  process.command.insert(process.command.end(), {"gander-launcher", (folder / "status").string(), optionsFile.string(),
                                                 (etc_.path() / kFilter).string()});
  for (const auto& entry : group.entries()) process.command.push_back(entry.string());
  for (std::string_view word : {"--", program_.c_str(), "--json-status-fd", "3", "--args", "4", "--seccomp", "5", "--"})
    process.command.emplace_back(word);
  StandIns standIns{.memory = !report_.memoryHard, .processes = !report_.processesHard};
  for (auto& word : limitedCommand(request, standIns)) process.command.push_back(std::move(word));
  process.input = request.input;
  // For a process 0 means no limit; a sandbox always has one.
  process.timeout = std::max(request.limits.time, std::chrono::milliseconds(1));
  process.outputLimit = std::max<uint64_t>(request.limits.output, 1);
  process.killAtOutputLimit = true;
  process.mergeErrors = request.mergeErrors;
  process.onOutput = request.onOutput;
  return process;
}

Result<Outcome> BubblewrapSandbox::run(const Request& request) {
  GANDER_TRY(auto folder, TemporaryDirectory::make("gander-run"));
  GANDER_TRY(auto group, RunGroup::make(cgroups_, request.limits));
  GANDER_TRY(auto process, launch(request, group, folder.path()));
  GANDER_TRY(auto ended, runProcess(process));
  Outcome outcome;
  outcome.ending = endingOf(ended, group);
  outcome.exitCode = ended.exitCode;
  outcome.elapsed = ended.elapsed;
  GANDER_CHECK(group.end());
  auto status = readStatus(folder.path() / "status");
  GANDER_CHECK(awaitEnd(status.firstProcess));
  if (outcome.ending == Ending::kExited && !status.started)
    return std::unexpected(notSetUp(ended.errors + ended.output));
  outcome.output = std::move(ended.output);
  outcome.errors = std::move(ended.errors);
  return outcome;
}

std::string LimitReport::describe() const {
  auto word = [](bool hard, std::string_view soft) {
    return hard ? std::string("hard") : fmt::format("soft ({})", soft);
  };
  return fmt::format("time, output and file size: hard; memory: {}; processes: {}",
                     word(memoryHard, "for each process, not for all together"),
                     word(processesHard, "for each user, and not for root"));
}

Result<std::unique_ptr<Sandbox>> makeBubblewrapSandbox(std::string_view searchPath) {
  return BubblewrapSandbox::make(searchPath, usableCgroups());
}

}  // namespace gander::sandbox
