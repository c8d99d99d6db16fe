// A look over CBOR before a library reads it: what is let through can't make the library recurse or allocate without bound.
#pragma once

#include <string_view>

#include "base/error.h"

namespace gander::rewriter {

// Exactly one item of integers, booleans, text of definite length, arrays and maps of definite length, at most `depth` deep,
// with no more items announced than bytes are left. Else kCorrupt.
Status checkCbor(std::string_view bytes, size_t depth);

}  // namespace gander::rewriter
