// The sandbox on bubblewrap (https://github.com/containers/bubblewrap, 0.8 or newer).
//
//   as root, guard (sh): device nodes read-only -> launcher (sh): enters the cgroups -> bwrap: namespaces and mounts
//     -> prlimit: rlimits -> the command
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/process.h"
#include "sandbox/bubblewrap/cgroup.h"
#include "sandbox/sandbox.h"

namespace gander::sandbox {

class BubblewrapSandbox final : public Sandbox {
 public:
  // Runs a trivial command once, so that a machine that can't do it is known before any work.
  static Result<std::unique_ptr<Sandbox>> make(std::string_view searchPath, std::vector<CgroupParent> cgroups);

  // May be called by many threads at once.
  Result<Outcome> run(const Request& request) override;
  LimitReport limits() const override { return report_; }

 private:
  BubblewrapSandbox(std::filesystem::path program, TemporaryDirectory etc, std::vector<CgroupParent> cgroups);
  Result<ProcessRequest> launch(const Request& request, const RunGroup& group,
                                const std::filesystem::path& folder) const;

  const std::filesystem::path program_;
  const TemporaryDirectory etc_;
  const std::vector<CgroupParent> cgroups_;
  LimitReport report_;
};

}  // namespace gander::sandbox
