#include "sandbox/bubblewrap/cgroup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <optional>
#include <thread>

#include "base/files.h"
#include "base/process.h"
#include "base/text.h"

namespace gander::sandbox {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kGroupPrefix = "gander-";
// Bubblewrap's own two processes, and the launcher between its forks.
constexpr uint64_t kOwnProcesses = 4;
constexpr auto kEndPatience = std::chrono::seconds(5);

struct CgroupMount {
  std::string root;   // the group that the mount point shows
  std::string point;  // where it is mounted
  bool unified = false;
  std::vector<std::string> controllers;  // v1
};

// "36 35 98:0 /root /point rw,noatime shared:1 - cgroup cgroup rw,memory" (proc_pid_mountinfo(5)).
std::optional<CgroupMount> parseMount(std::string_view line) {
  size_t dash = line.find(" - ");
  if (dash == std::string_view::npos) return std::nullopt;
  auto front = split(line.substr(0, dash), ' ');
  auto back = split(line.substr(dash + 3), ' ');
  if (front.size() < 6 || back.size() < 3) return std::nullopt;
  if (back[0] != "cgroup" && back[0] != "cgroup2") return std::nullopt;
  // An octal escape stands for a blank or a backslash: no cgroup mount is named so, and a guess would be worse than none.
  if (front[3].contains('\\') || front[4].contains('\\')) return std::nullopt;
  return CgroupMount{front[3], front[4], back[0] == "cgroup2", split(back[2], ',')};
}

// The folder of a group under a mount, if the mount shows it.
std::optional<fs::path> folderOf(const CgroupMount& mount, const std::string& group) {
  std::string_view rest = group;
  if (mount.root != "/") {
    if (!rest.starts_with(mount.root)) return std::nullopt;
    rest.remove_prefix(mount.root.size());
    if (!rest.empty() && rest.front() != '/') return std::nullopt;
  }
  if (rest.contains("..")) return std::nullopt;
  while (rest.starts_with('/')) rest.remove_prefix(1);
  return rest.empty() ? fs::path(mount.point) : fs::path(mount.point) / rest;
}

bool has(const std::vector<std::string>& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

// Plain write(2): a file of the kernel is neither made nor renamed over.
Status writeControl(const fs::path& file, std::string_view value) {
  int descriptor = ::open(file.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) return failErrno(errno, fmt::format("open {}", file.string()));
  ssize_t written = ::write(descriptor, value.data(), value.size());
  int error = errno;
  ::close(descriptor);
  if (written != static_cast<ssize_t>(value.size())) return failErrno(error, fmt::format("write {}", file.string()));
  return {};
}

bool isThere(const fs::path& path) { return ::access(path.c_str(), F_OK) == 0; }

std::optional<uint64_t> number(std::string_view text) {
  uint64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end == text.data()) return std::nullopt;
  return value;
}

std::string freshName() {
  static std::atomic<uint64_t> next{0};
  return fmt::format("{}{}-{}", kGroupPrefix, ::getpid(), next++);
}

bool holdsLimits(const CgroupParent& parent, const fs::path& group) {
  auto memory = parent.version == CgroupVersion::kV2 ? "memory.max" : "memory.limit_in_bytes";
  return isThere(group / "cgroup.procs") && (!parent.memory || isThere(group / memory)) &&
         (!parent.processes || isThere(group / "pids.max"));
}

// A process of this user may be forbidden to move there by the owner of a group above.
bool canEnter(const fs::path& group) {
  ProcessRequest request;
  request.command = {"/bin/sh", "-c", "echo 0 > \"$1\"", "gander-enter", (group / "cgroup.procs").string()};
  request.timeout = kEndPatience;
  auto outcome = runProcess(request);
  return outcome && outcome->succeeded();
}

// Whether a group made here has the limits' files and can be entered; the only way to know is to do it.
bool canMakeGroups(const CgroupParent& parent) {
  auto group = parent.folder / freshName();
  if (::mkdir(group.c_str(), 0755) != 0) return false;
  bool good = holdsLimits(parent, group);
  // Under v2 the parent must hand its controllers down. The kernel refuses where the parent has processes of its own.
  if (!good && parent.version == CgroupVersion::kV2 &&
      writeControl(parent.folder / "cgroup.subtree_control", "+memory +pids"))
    good = holdsLimits(parent, group);
  good = good && canEnter(group);
  ::rmdir(group.c_str());
  return good;
}

// Removes "gander-<pid>-<n>" of processes that are gone. The kernel refuses where somebody still lives in it.
void sweep(const fs::path& parent) {
  std::error_code error;
  for (fs::directory_iterator entry(parent, error), end; !error && entry != end; entry.increment(error)) {
    auto name = entry->path().filename().string();
    if (!name.starts_with(kGroupPrefix)) continue;
    auto owner = number(std::string_view(name).substr(kGroupPrefix.size()));
    if (owner && *owner > 0 && ::kill(static_cast<pid_t>(*owner), 0) != 0 && errno == ESRCH)
      ::rmdir(entry->path().c_str());
  }
}

void killMembers(CgroupVersion version, const fs::path& group) {
  if (version == CgroupVersion::kV2 && writeControl(group / "cgroup.kill", "1")) return;
  auto members = readFile(group / "cgroup.procs");
  if (!members) return;  // the group is gone, and with it its members
  for (const auto& line : splitLines(*members)) {
    auto pid = number(line);
    // 0 stands for a process that this pid namespace can't see, and kill(0) would be ourselves.
    if (pid && *pid > 1) ::kill(static_cast<pid_t>(*pid), SIGKILL);
  }
}

}  // namespace

std::vector<CgroupParent> cgroupCandidates(std::string_view memberships, std::string_view mounts) {
  std::vector<CgroupMount> mounted;
  for (const auto& line : splitLines(mounts))
    if (auto mount = parseMount(line)) mounted.push_back(*mount);
  std::vector<CgroupParent> found, older;
  for (const auto& line : splitLines(memberships)) {  // "4:memory:/group", "0::/group" for v2
    auto first = line.find(':');
    auto second = line.find(':', first == std::string::npos ? first : first + 1);
    if (second == std::string::npos) continue;
    auto controllers = split(std::string_view(line).substr(first + 1, second - first - 1), ',');
    auto group = line.substr(second + 1);
    bool unified = line.starts_with("0::");
    bool memory = unified || has(controllers, "memory");
    bool processes = unified || has(controllers, "pids");
    if (!memory && !processes) continue;
    for (const auto& mount : mounted) {
      if (mount.unified != unified || (!unified && !has(mount.controllers, memory ? "memory" : "pids"))) continue;
      auto folder = folderOf(mount, group);
      if (!folder) continue;
      auto version = unified ? CgroupVersion::kV2 : CgroupVersion::kV1;
      (unified ? found : older).push_back({*folder, version, memory, processes});
      if (unified && folder->string() != mount.point) found.push_back({folder->parent_path(), version, true, true});
      break;
    }
  }
  found.insert(found.end(), older.begin(), older.end());
  return found;
}

std::vector<CgroupParent> usableCgroups() {
  auto memberships = readFile("/proc/self/cgroup");
  auto mounts = readFile("/proc/self/mountinfo");
  if (!memberships || !mounts) return {};  // no /proc: no cgroups either
  std::vector<CgroupParent> usable;
  bool memory = false, processes = false;
  for (const auto& candidate : cgroupCandidates(*memberships, *mounts)) {
    bool adds = (candidate.memory && !memory) || (candidate.processes && !processes);
    if (!adds || !canMakeGroups(candidate)) continue;
    sweep(candidate.folder);
    usable.push_back(candidate);
    memory = memory || candidate.memory;
    processes = processes || candidate.processes;
  }
  return usable;
}

Status writeCgroupLimits(const CgroupParent& kind, const fs::path& group, const Limits& limits) {
  auto memory = std::to_string(limits.memory);
  bool v2 = kind.version == CgroupVersion::kV2;
  if (kind.memory) {
    GANDER_CHECK(writeControl(group / (v2 ? "memory.max" : "memory.limit_in_bytes"), memory));
    // Swap would only put the end off; not every kernel counts it.
    auto swap = group / (v2 ? "memory.swap.max" : "memory.memsw.limit_in_bytes");
    if (isThere(swap)) GANDER_CHECK(writeControl(swap, v2 ? "0" : memory));
  }
  if (kind.processes) {
    GANDER_CHECK(writeControl(group / "pids.max", std::to_string(limits.processes + kOwnProcesses)));
  }
  return {};
}

uint64_t outOfMemoryKills(CgroupVersion version, const fs::path& group) {
  auto events = readFile(group / (version == CgroupVersion::kV2 ? "memory.events" : "memory.oom_control"));
  if (!events) return 0;
  constexpr std::string_view kKey = "oom_kill ";
  for (const auto& line : splitLines(*events))
    if (line.starts_with(kKey)) return number(std::string_view(line).substr(kKey.size())).value_or(0);
  return 0;
}

Result<RunGroup> RunGroup::make(const std::vector<CgroupParent>& parents, const Limits& limits) {
  RunGroup group;
  for (const auto& parent : parents) {
    auto folder = parent.folder / freshName();
    if (::mkdir(folder.c_str(), 0755) != 0)
      return failErrno(errno, fmt::format("make the group of processes {}", folder.string()));
    group.members_.push_back({parent, folder});
    GANDER_CHECK(writeCgroupLimits(parent, folder, limits));
  }
  return group;
}

// Only where an error came before end(): there is nobody left to tell.
RunGroup::~RunGroup() { (void)end(); }

std::vector<fs::path> RunGroup::entries() const {
  std::vector<fs::path> files;
  for (const auto& member : members_) files.push_back(member.folder / "cgroup.procs");
  return files;
}

bool RunGroup::ranOutOfMemory() const {
  return std::any_of(members_.begin(), members_.end(), [](const Member& member) {
    return member.kind.memory && outOfMemoryKills(member.kind.version, member.folder) > 0;
  });
}

Status RunGroup::end() {
  auto until = std::chrono::steady_clock::now() + kEndPatience;
  auto members = std::exchange(members_, {});
  for (const auto& member : members) {
    while (::rmdir(member.folder.c_str()) != 0 && errno != ENOENT) {
      if (std::chrono::steady_clock::now() > until)
        return failErrno(errno, fmt::format("remove the group of processes {}", member.folder.string()));
      killMembers(member.kind.version, member.folder);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  return {};
}

}  // namespace gander::sandbox
