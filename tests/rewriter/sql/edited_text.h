// What a text becomes by the resolver's edits.
#pragma once

#include <string>
#include <string_view>

#include "rewriter/sql/sql.h"

namespace gander::rewriter::sql::generated {

// Empty, or what is wrong with the ranges: out of the text, not sorted, overlapping, two insertions at one place.
std::string wrongRanges(std::string_view text, const SqlResult& result);

// All edits at once. Their ranges must be right.
std::string editedText(std::string_view text, const SqlResult& result);

// For people: each edit and each listed name, one a line.
std::string show(std::string_view text, const SqlResult& result);

}  // namespace gander::rewriter::sql::generated
