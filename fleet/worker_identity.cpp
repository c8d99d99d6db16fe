#include "fleet/worker_identity.h"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>

#include "base/files.h"
#include "base/text.h"

namespace gander::fleet {
namespace {

// Field 22 of /proc/PID/stat (proc(5)). The second field, the program's name, may hold spaces and ')'.
Result<std::string> startOf(const std::string& process) {
  GANDER_TRY(auto stat, readFile("/proc/" + process + "/stat"));
  size_t name = stat.rfind(')');
  if (name == std::string::npos) return fail(ErrorKind::kUnavailable, "/proc: no process's state can be read");
  auto fields = split(std::string_view(stat).substr(name + 2), ' ');
  if (fields.size() < 20) return fail(ErrorKind::kUnavailable, "/proc: no process's start can be read");
  // A zombie does no work any more.
  if (fields[0] == "Z" || fields[0] == "X") return fail(ErrorKind::kNotFound, "the process has ended");
  return fields[19];
}

class ProcessWorkers final : public Workers {
 public:
  ProcessWorkers(std::string boot, std::string process, std::string start)
      : boot_(std::move(boot)), prefix_(fmt::format("{}/{}/{}", boot_, process, start)) {}

  std::string newName() override { return fmt::format("{}/{}", prefix_, ++count_); }

  bool isGone(const std::string& worker) const override {
    auto parts = split(worker, '/');
    if (parts.size() != 4) return false;
    // Another boot id: another machine that shares the store, or this one before its restart. Only the lease's end tells.
    if (parts[0] != boot_) return false;
    auto start = startOf(parts[1]);
    if (!start) return start.error().kind == ErrorKind::kNotFound;
    return *start != parts[2];
  }

 private:
  const std::string boot_;
  const std::string prefix_;
  std::atomic<uint64_t> count_ = 0;
};

}  // namespace

Result<std::unique_ptr<Workers>> makeProcessWorkers() {
  auto boot = readFile("/proc/sys/kernel/random/boot_id");
  if (!boot)
    return fail(ErrorKind::kUnavailable, fmt::format("can't tell this machine's boot: {}", boot.error().message));
  auto process = std::to_string(::getpid());
  GANDER_TRY(auto start, startOf(process));
  while (boot->ends_with('\n')) boot->pop_back();
  return std::make_unique<ProcessWorkers>(*boot, process, start);
}

}  // namespace gander::fleet
