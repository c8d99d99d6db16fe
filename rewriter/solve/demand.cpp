#include "rewriter/solve/demand.h"

#include <fmt/format.h>

namespace gander::rewriter {

std::string unitOfReference(const Span& span) { return fmt::format("ref:{}:{}", span.file, span.range.begin); }

std::string unitOfFunctions(const rules::Dataset& dataset) { return "functions:" + dataset.id; }

}  // namespace gander::rewriter
