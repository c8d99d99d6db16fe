#include "base/source.h"

#include <fmt/format.h>

#include <algorithm>

namespace gander {

LineIndex::LineIndex(std::string_view text) : size_(static_cast<uint32_t>(text.size())) {
  begins_.push_back(0);
  for (size_t i = 0; i < text.size(); ++i)
    if (text[i] == '\n') begins_.push_back(static_cast<uint32_t>(i + 1));
}

Position LineIndex::at(uint32_t offset) const {
  auto after = std::upper_bound(begins_.begin(), begins_.end(), offset);
  auto line = static_cast<uint32_t>(after - begins_.begin());
  return {line, offset - begins_[line - 1] + 1};
}

uint32_t LineIndex::lineBegin(uint32_t line) const {
  if (line == 0) return 0;
  return line <= begins_.size() ? begins_[line - 1] : size_;
}

std::string formatPlace(std::string_view file, Position position) {
  return fmt::format("{}:{}:{}", file, position.line, position.column);
}

}  // namespace gander
