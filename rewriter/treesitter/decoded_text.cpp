#include "rewriter/treesitter/decoded_text.h"

#include <cctype>

namespace gander::rewriter {

std::string utf8(uint32_t point) {
  if (point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) point = 0xFFFD;
  const auto byte = [](uint32_t value) { return static_cast<char>(value); };
  if (point < 0x80) return {byte(point)};
  if (point < 0x800) return {byte(0xC0 | point >> 6), byte(0x80 | (point & 63))};
  if (point < 0x10000) return {byte(0xE0 | point >> 12), byte(0x80 | (point >> 6 & 63)), byte(0x80 | (point & 63))};
  return {byte(0xF0 | point >> 18), byte(0x80 | (point >> 12 & 63)), byte(0x80 | (point >> 6 & 63)),
          byte(0x80 | (point & 63))};
}

std::optional<uint32_t> readDigits(std::string_view text, size_t least, size_t most, int base) {
  uint32_t value = 0;
  size_t count = 0;
  for (; count < most && count < text.size(); ++count) {
    const auto c = static_cast<unsigned char>(text[count]);
    if (!std::isxdigit(c)) break;
    const int digit = std::isdigit(c) ? c - '0' : std::tolower(c) - 'a' + 10;
    if (digit >= base) break;
    value = value * static_cast<uint32_t>(base) + static_cast<uint32_t>(digit);
  }
  return count < least ? std::nullopt : std::optional(value);
}

std::vector<uint32_t> DecodedText::offsets(uint32_t begin, uint32_t end) const {
  std::vector<uint32_t> result = offsets_;
  result.push_back(end);
  for (size_t i = 0; i < result.size(); ++i) {
    if (result[i] != begin + i) return result;
  }
  return {};
}

}  // namespace gander::rewriter
