// Places in source text. Offsets and columns are bytes; lines and columns are 1-based, offsets 0-based.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gander {

struct ByteRange {
  uint32_t begin = 0;
  uint32_t end = 0;  // one past the last byte

  uint32_t size() const { return end - begin; }
  bool overlaps(ByteRange other) const { return begin < other.end && other.begin < end; }
  bool contains(ByteRange other) const { return begin <= other.begin && other.end <= end; }
  auto operator<=>(const ByteRange&) const = default;
};

// A byte range of one file; the file is a path relative to the root of its tree, with '/' between its parts.
struct Span {
  std::string file;
  ByteRange range;
  auto operator<=>(const Span&) const = default;
};

struct Position {
  uint32_t line = 1;
  uint32_t column = 1;
  auto operator<=>(const Position&) const = default;
};

// Answers line and column for offsets of one text. A line ends behind '\n'; a lone '\r' ends none.
class LineIndex {
 public:
  explicit LineIndex(std::string_view text);
  Position at(uint32_t offset) const;
  // The offset of a 1-based line's first byte; the text's size for a line behind the last.
  uint32_t lineBegin(uint32_t line) const;
  uint32_t lineCount() const { return static_cast<uint32_t>(begins_.size()); }

 private:
  std::vector<uint32_t> begins_;
  uint32_t size_ = 0;
};

// "file:line:column", the form in which every place is shown.
std::string formatPlace(std::string_view file, Position position);

}  // namespace gander
