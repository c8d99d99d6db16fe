// New text as it must be written in the place of a literal's bytes.
//
//   "order" in a C++ "..."  ->  \"order\"      {x} in a Python f'...'  ->  {{x}}      it's in r'...'  ->  cannot be written
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rewriter/facts/facts.h"

namespace gander::rewriter {

// Where in a literal something is written.
struct LiteralPlace {
  const LiteralPiece* piece = nullptr;
  size_t begin = 0;  // bytes of piece->value that are replaced
  size_t end = 0;
  char holes =
      0;  // the text is a format whose holes begin so ('%', '{', '$'): that sign is written twice; 0: it is none
};

// `source` is the text of the file that the literal stands in, `language` the language of that file. Nothing where the literal
// can't hold the text.
std::optional<std::string> escapeForLiteral(const LiteralPlace& place, std::string_view language,
                                            std::string_view source, std::string_view text);

}  // namespace gander::rewriter
