// The kernel's groups of processes, which hold memory and number of processes for a whole run, not for each process.
//
//   /proc/self/{cgroup,mountinfo} -> candidates -> parents that let us make groups -> one group a run, removed at its end
//
// Both versions are used: v2 (one tree: memory.max, pids.max, cgroup.kill) and v1 (a tree for each controller:
// memory.limit_in_bytes, pids.max). Groups are made below the group of this process, so that its own limits go on holding; under
// v2, where a group with processes may have no controlled children, beside it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "sandbox/sandbox.h"

namespace gander::sandbox {

enum class CgroupVersion { kV1, kV2 };

// A folder of a cgroup file system in which groups are made, and what a group there can hold.
struct CgroupParent {
  std::filesystem::path folder;
  CgroupVersion version = CgroupVersion::kV1;
  bool memory = false;
  bool processes = false;
  auto operator<=>(const CgroupParent&) const = default;
};

// Where groups could be made, from the texts of /proc/self/cgroup and /proc/self/mountinfo; the best place first. Nothing is
// touched.
std::vector<CgroupParent> cgroupCandidates(std::string_view memberships, std::string_view mounts);

// The candidates, at most one for each limit, in which this process really can make groups. Empty where there are none: then
// only rlimits hold. Also removes empty groups that a killed gander left there.
std::vector<CgroupParent> usableCgroups();

// Writes the limits into a group's folder.
Status writeCgroupLimits(const CgroupParent& kind, const std::filesystem::path& group, const Limits& limits);

// How often the kernel has killed for want of memory in this group.
uint64_t outOfMemoryKills(CgroupVersion version, const std::filesystem::path& group);

// The groups of one run: made empty, entered by the launcher, killed and removed at the end.
class RunGroup {
 public:
  static Result<RunGroup> make(const std::vector<CgroupParent>& parents, const Limits& limits);
  RunGroup(RunGroup&& other) noexcept : members_(std::exchange(other.members_, {})) {}
  RunGroup& operator=(RunGroup&&) = delete;
  ~RunGroup();

  // The files into which a process writes "0" to enter.
  std::vector<std::filesystem::path> entries() const;
  bool ranOutOfMemory() const;
  // Kills what is left and removes the groups. kUnavailable if they don't go within five seconds.
  Status end();

 private:
  struct Member {
    CgroupParent kind;
    std::filesystem::path folder;
  };
  RunGroup() = default;
  std::vector<Member> members_;
};

}  // namespace gander::sandbox
