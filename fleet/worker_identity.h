// Who works: a name for a worker by which others on the same machine can tell that it is dead.
//
//   "<boot id>/<process id>/<start of the process, in clock ticks since boot>/<worker>"
#pragma once

#include <memory>
#include <string>

#include "base/error.h"

namespace gander::fleet {

class Workers {
 public:
  virtual ~Workers() = default;
  // A name for one worker of this process; different at each call.
  virtual std::string newName() = 0;
  // True only if it is certain: the name is of this machine since its last start, and its process is gone.
  virtual bool isGone(const std::string& worker) const = 0;
};

// The machine's own processes, by /proc. kUnavailable where /proc is not there.
Result<std::unique_ptr<Workers>> makeProcessWorkers();

}  // namespace gander::fleet
