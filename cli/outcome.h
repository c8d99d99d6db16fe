// What a command hands back to main: how it ended, and what belongs on standard output.
#pragma once

#include <string>

#include "base/error.h"
#include "cli/exit_status.h"

namespace gander::cli {

struct Outcome {
  ExitStatus status = ExitStatus::kDone;
  std::string output;  // one JSON document with --json; else text for people
};

}  // namespace gander::cli
