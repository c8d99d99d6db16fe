// Runs what is not trusted: a repository's build and tests, and the parsing of its C++.
//
//   request -> new namespaces (bubblewrap) -> limits (cgroup, else rlimits) -> command -> outcome; everything killed at the end
//
// Inside: no network, a read-only system, a private home, /tmp and /dev, no environment but what the request names (and PATH,
// HOME and PWD); only the folders that the request mounts.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace gander::sandbox {

// PATH inside, where the request names none. /usr and what it links are the host's, so a program is there if it is here.
inline constexpr std::string_view kPathInside = "/usr/local/bin:/usr/bin:/bin";

struct Mount {
  std::filesystem::path host;
  std::filesystem::path inside;  // absolute
  bool writable = false;
};

struct Limits {
  std::chrono::milliseconds time{std::chrono::minutes(10)};
  uint64_t memory = 4ULL << 30;  // bytes
  uint64_t processes = 256;
  uint64_t fileSize = 2ULL << 30;  // bytes, of one file
  uint64_t output = 16ULL << 20;   // bytes
};

struct Request {
  std::vector<std::string> command;
  std::filesystem::path directory = "/";  // inside
  std::map<std::string, std::string> environment;
  std::vector<Mount> mounts;
  std::string input;
  Limits limits;
  bool mergeErrors = true;
  std::function<void(std::string_view)> onOutput;
};

enum class Ending {
  kExited,
  kTimedOut,
  kOutOfMemory,  // the kernel killed at least one process for want of memory; only known where memory is hard
  kOutputCut,    // the output limit was reached: killed
};

struct Outcome {
  Ending ending = Ending::kExited;
  int exitCode = -1;  // 128 + N where a signal N ended it; 127 where the command is not there
  std::string output;
  std::string errors;  // empty where merged
  std::chrono::milliseconds elapsed{0};
  bool succeeded() const { return ending == Ending::kExited && exitCode == 0; }
};

// Which limits the kernel holds for the whole group of processes ("hard"), and which only for each process ("soft").
struct LimitReport {
  bool memoryHard = false;
  bool processesHard = false;
  std::string describe() const;
};

class Sandbox {
 public:
  virtual ~Sandbox() = default;
  // kUnavailable where the sandbox can't be set up, kInvalid or kNotFound for a request that can't be; a command that fails is
  // an outcome. On return nothing of the run is alive. May be called by many threads at once.
  virtual Result<Outcome> run(const Request& request) = 0;
  virtual LimitReport limits() const = 0;
};

// The bubblewrap sandbox. kUnavailable, with what to do, where bwrap is missing or the kernel grants no namespaces.
// `searchPath` is where programs are looked for (PATH).
Result<std::unique_ptr<Sandbox>> makeBubblewrapSandbox(std::string_view searchPath);

}  // namespace gander::sandbox
