// How a language writes units, as data (rules/units/*.yaml): the types that hold a number of one unit, and the words at the
// end of a name that tell one ("timeout_ms").
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace gander::rules {

struct UnitNames {
  std::string language;
  std::string unit;                // as in a migration: "ms"
  std::vector<std::string> types;  // qualified names; those of different units stand in for each other one by one
  std::vector<std::string> words;  // in lower case
};

Result<std::vector<UnitNames>> parseUnits(std::string_view file, std::string_view text);

}  // namespace gander::rules
