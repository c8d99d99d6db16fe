// What bubblewrap is told: the system read-only, everything else of the machine absent.
//
// Where gander is root, the user inside is still the machine's root to the kernel's file checks (no capability, but owner of
// root's files). So every file of the machine that is visible inside must lie on a read-only mount: /proc/sys and the device
// nodes too.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "sandbox/sandbox.h"

namespace gander::sandbox {

// Rlimits of each process that stand in where no cgroup holds the limit.
struct StandIns {
  bool memory = false;
  bool processes = false;
};

// Writes the few files of /etc that are made up (passwd, group, hosts, nsswitch.conf) into a folder.
Status writeEtc(const std::filesystem::path& folder);

// The options for a request, without a command. `etc` is the folder of writeEtc. kInvalid for a request that can't be: a path
// that is not absolute, a NUL byte, no command; kNotFound for a mount whose folder is not there.
Result<std::vector<std::string>> bubblewrapOptions(const Request& request, const std::filesystem::path& etc);

// The request's command behind prlimit, which sets the limits of each process inside.
std::vector<std::string> limitedCommand(const Request& request, StandIns standIns);

}  // namespace gander::sandbox
