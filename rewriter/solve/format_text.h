// Text put together of parts: the alternatives of each part, multiplied up to a cap; what is not text becomes a hole.
#pragma once

#include <vector>

#include "rewriter/solve/evaluate.h"

namespace gander::rewriter {

Possibilities concatTexts(const std::vector<Possibilities>& parts);

// parts[0] is the text with holes: printf's (%s, %d, %(name)s) where the fact's name is "%", else Python's ({}, {0}, {name}).
Possibilities formatTexts(const Fact& fact, const std::vector<Possibilities>& parts);

}  // namespace gander::rewriter
