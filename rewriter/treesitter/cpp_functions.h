// Where functions are defined in a C++ text, told by its look alone: no macro is expanded, every branch of an `#if` is read.
#pragma once

#include <string_view>
#include <vector>

#include "base/source.h"

namespace gander::rewriter {

// The whole definitions, in the order of the text; one within another's body (of a local class) is left out. What the grammar
// can't read has none.
std::vector<ByteRange> cppFunctions(std::string_view text);

}  // namespace gander::rewriter
