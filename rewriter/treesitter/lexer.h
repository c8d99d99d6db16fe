// Finds comments and strings by what they begin and end with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rewriter/facts/facts.h"

namespace gander::rewriter {

// Empty for a language that the table does not have.
std::vector<Zone> lexZones(const std::string& language, std::string_view text);

}  // namespace gander::rewriter
