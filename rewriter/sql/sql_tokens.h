// SQL as tokens: of every dialect at once, as far as they don't contradict each other, and with the holes that code leaves.
//
// Nothing is rejected: text that is no SQL gives tokens too. Offsets are bytes of the text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"

namespace gander::rewriter {

// The byte that a caller puts where text is filled in later; a run of them is one hole.
inline constexpr char kHoleByte = '\x01';

enum class TokenKind {
  kWord,    // a name or keyword
  kQuoted,  // "x", `x`, [x]
  kString,  // 'x', $tag$x$tag$
  kNumber,
  kHole,    // \x01, {{ x }}, ${x}, {x}, %s, %(x)s, :x, @x, $1: something whose text is not known
  kSymbol,  // one byte, but for "::"
};

struct SqlToken {
  TokenKind kind = TokenKind::kSymbol;
  ByteRange range;   // with quotes
  ByteRange body;    // without
  std::string text;  // a word in upper case; a quoted name without its quotes; a symbol
  char quote = 0;    // kQuoted: its opening quote
  bool is(std::string_view wanted) const {
    return (kind == TokenKind::kWord || kind == TokenKind::kSymbol) && text == wanted;
  }
};

// Comments, `{% %}` and white space are left out.
//   "FROM `p.d.t` -- x"  ->  word FROM, quoted p.d.t
std::vector<SqlToken> sqlTokens(std::string_view text);

}  // namespace gander::rewriter
