// The tokens of a Jinja expression. Private to this folder.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"

namespace gander::rewriter::sql {

struct JinjaToken {
  enum class Kind { kName, kNumber, kText, kSign };
  Kind kind = Kind::kSign;
  ByteRange range;
  ByteRange body;    // kText: without quotes; else the range
  std::string text;  // kText: the value
  bool plain = true;
};

// A byte that begins no token is left out; a text without an end goes to the end of `inside`.
std::vector<JinjaToken> jinjaTokens(std::string_view text, ByteRange inside);

// The end of the literal that begins at `at` (one past its closing quote), at most `end`.
uint32_t endOfJinjaText(std::string_view text, uint32_t at, uint32_t end);

}  // namespace gander::rewriter::sql
