// What the program takes from its surroundings. Nothing else in gander reads the environment.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace gander::cli {

struct Environment {
  std::string path;                  // PATH: where programs are looked for
  std::string state;                 // GANDER_STATE, or empty
  std::filesystem::path executable;  // this program
  bool colours = false;              // standard output is a terminal, and NO_COLOR is not set
  bool live = false;                 // standard error is a terminal that can move its cursor
  unsigned rows = 24;                // of that terminal
  unsigned columns = 80;
};

Environment readEnvironment();

// A variable that a document names: where a forge's secret is.
std::optional<std::string> readVariable(const std::string& name);

}  // namespace gander::cli
