// The program from its arguments to its exit status.
#pragma once

#include <string>
#include <vector>

#include "cli/environment.h"
#include "cli/exit_status.h"

namespace gander::cli {

// `words`: the arguments without the program's name. Prints results to standard output and everything else to standard error.
ExitStatus runProgram(const std::vector<std::string>& words, const Environment& environment);

}  // namespace gander::cli
