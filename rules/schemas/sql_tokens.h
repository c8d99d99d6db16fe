// The words of an SQL text, as far as the definition of a table needs them, in any dialect.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"

namespace gander::rules {

struct SqlToken {
  enum class Kind { kWord, kQuoted, kString, kNumber, kSign };
  Kind kind = Kind::kSign;
  std::string text;  // without quotes, for kQuoted and kString
  ByteRange range;

  bool isSign(char sign) const { return kind == Kind::kSign && text.front() == sign; }
  // An unquoted word, compared without regard to case; `word` is in upper case.
  bool isWord(std::string_view word) const;
  bool isName() const { return kind == Kind::kWord || kind == Kind::kQuoted; }
};

// Comments are left out. A string or comment that does not end goes to the end of the text.
std::vector<SqlToken> splitSql(std::string_view text);

}  // namespace gander::rules
