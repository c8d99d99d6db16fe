// libprotobuf's places as bytes. Its tokenizer counts lines and columns from 0, and a tab as up to eight columns.
#pragma once

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

}  // namespace gander::rewriter
