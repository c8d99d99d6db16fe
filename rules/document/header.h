// What every document of gander begins with, and what a name in one may be.
#pragma once

#include <string_view>

#include "rules/yaml/reader.h"

namespace gander::rules {

// `apiVersion: gander/v1` and `kind: <kind>`.
void readKind(MapReader& document, std::string_view kind, Problems& problems);

// [a-z0-9-]+, at most 63 bytes, not a '-' at an end. An empty name is another's problem.
void checkName(std::string_view name, Position position, Problems& problems);

}  // namespace gander::rules
