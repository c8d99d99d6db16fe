// Text put together of parts: the alternatives of each part, multiplied up to a cap; what is not text becomes a hole.
#pragma once

#include <vector>

#include "rewriter/solve/evaluate.h"

namespace gander::rewriter {

// How a format text writes its holes: %s %d %(name)s, {} {0} {name}, $0.
enum class FormatHoles { kPercent, kBrace, kDollar };

Possibilities concatTexts(const std::vector<Possibilities>& parts);
Possibilities formatTexts(FormatHoles holes, const Possibilities& texts, const FormatArguments& arguments);

// The texts of a list, `separator` between each two. Where `open`, the list has more of them.
Possibilities joinTexts(const Possibilities& separator, const std::vector<Possibilities>& parts, bool open);

}  // namespace gander::rewriter
