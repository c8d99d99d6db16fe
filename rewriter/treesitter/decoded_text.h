// Text that is written with escapes, decoded with the place of every byte.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gander::rewriter {

// A code point as UTF-8; what is none becomes U+FFFD.
std::string utf8(uint32_t point);

// The number that the first `least` to `most` digits of `text` write; absent if there are fewer.
std::optional<uint32_t> readDigits(std::string_view text, size_t least, size_t most, int base);

// The bytes between `at` and the next step stand for `bytes`.
class DecodedText {
 public:
  void add(std::string_view bytes, uint32_t at) {
    offsets_.insert(offsets_.end(), bytes.size(), at);
    value_ += bytes;
  }
  void dropLast() {
    offsets_.pop_back();
    value_.pop_back();
  }
  const std::string& value() const { return value_; }
  // For each byte its offset, then `end`; empty if every byte stands for itself from `begin` on.
  std::vector<uint32_t> offsets(uint32_t begin, uint32_t end) const;

 private:
  std::string value_;
  std::vector<uint32_t> offsets_;
};

}  // namespace gander::rewriter
