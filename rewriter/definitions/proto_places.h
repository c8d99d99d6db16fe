// libprotobuf's places as bytes. Its tokenizer counts lines and columns from 0, and a tab as up to eight columns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"

namespace gander::rewriter {

class ProtoPlaces {
 public:
  explicit ProtoPlaces(std::string_view text) : text_(text), lines_(text) {}

  uint32_t offsetOf(int line, int column) const;
  // A span of SourceCodeInfo: line, column, (the end's line,) the end's column.
  ByteRange rangeOf(const std::vector<int>& span) const;

 private:
  std::string_view text_;
  LineIndex lines_;
};

// The identifiers of a stretch, without those of its comments and strings.
std::vector<ByteRange> identifiersIn(std::string_view text, ByteRange range);

// The line break and blanks that a statement on a line of its own begins with; else one blank.
std::string lineBreakBefore(std::string_view text, ByteRange statement);

// Where one more statement goes behind another, and what stands between the two: behind the comment that ends the other's line.
struct ProtoGap {
  uint32_t at = 0;
  std::string between;
};
ProtoGap gapBehind(std::string_view text, ByteRange statement);

}  // namespace gander::rewriter
