// Runs a program and waits for it, with its output read as it comes.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace gander {

struct ProcessRequest {
  std::vector<std::string> command;                // the program and its arguments; looked up in PATH
  std::map<std::string, std::string> environment;  // the whole environment of the program, nothing is inherited
  std::filesystem::path directory;                 // empty: the caller's
  std::string input;                               // written to standard input, which is then closed
  std::chrono::milliseconds timeout{0};            // 0: none; on its end the whole process group is killed
  uint64_t outputLimit = 0;        // bytes of stdout and stderr together that are kept and passed on; 0: no limit
  bool killAtOutputLimit = false;  // the process group is killed when the limit is reached
  bool mergeErrors = false;        // standard error goes where standard output goes
  std::function<void(std::string_view)> onOutput;  // called with each piece of standard output, as it comes
};

struct ProcessOutcome {
  int exitCode = -1;  // 128 + N where a signal N ended it
  int signal = 0;
  bool timedOut = false;
  bool outputCut = false;  // the limit was reached; the program went on, unless the request had it killed
  std::string output;
  std::string errors;
  std::chrono::milliseconds elapsed{0};

  bool succeeded() const { return exitCode == 0 && !timedOut; }
};

// The program inherits no descriptor but its standard three. kUnavailable if the program is not there or can't be started. A
// program that fails is an outcome, not an error.
Result<ProcessOutcome> runProcess(const ProcessRequest& request);

// The full path of a program in a PATH-like list, or kNotFound with what to install.
Result<std::filesystem::path> findProgram(std::string_view name, std::string_view searchPath);

}  // namespace gander
