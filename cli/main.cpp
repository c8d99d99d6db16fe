// The program `gander`: joins the parts.
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "cli/program.h"

int main(int argc, char** argv) {
  auto log = spdlog::stderr_logger_mt("gander");  // standard output belongs to results
  log->set_level(spdlog::level::warn);
  spdlog::set_default_logger(std::move(log));
  auto environment = gander::cli::readEnvironment();
  return static_cast<int>(gander::cli::runProgram({argv + 1, argv + argc}, environment));
}
