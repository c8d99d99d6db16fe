#include "cli/environment.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>
#include <system_error>

namespace gander::cli {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

std::optional<std::string> readVariable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

Environment readEnvironment() {
  Environment environment;
  environment.path = variable("PATH");
  if (environment.path.empty()) environment.path = "/usr/local/bin:/usr/bin:/bin";
  environment.state = variable("GANDER_STATE");
  std::error_code error;
  environment.executable = std::filesystem::read_symlink("/proc/self/exe", error);
  bool plain = variable("TERM") == "dumb";
  environment.colours = ::isatty(STDOUT_FILENO) != 0 && variable("NO_COLOR").empty() && !plain;
  environment.live = ::isatty(STDERR_FILENO) != 0 && !plain;
  winsize size{};
  if (environment.live && ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0) {
    environment.rows = size.ws_row;
    environment.columns = size.ws_col;
  }
  return environment;
}

}  // namespace gander::cli
