// Python's string literals, decoded with the place of every byte.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rewriter/facts/facts.h"
#include "rewriter/treesitter/parser.h"

namespace gander::rewriter {

// What a literal's prefix and quotes say: rb"..." is raw and bytes.
struct StringForm {
  bool raw = false;
  bool bytes = false;
  bool formatted = false;
  bool triple = false;
  char quote = '"';
};
StringForm stringForm(std::string_view start);

// The body of a literal, or a part of one between two interpolations.
//   Before: "a\x62{{" at 10    After: value "ab{" (of an f-string), offsets 10, 11, 15, 17
LiteralPiece decodeLiteral(const std::string& file, std::string_view text, ByteRange body, StringForm form);

// A `string` node as its parts in order: literal pieces, and the interpolations between them.
struct StringPart {
  LiteralPiece piece;
  Node interpolation;  // null for a piece
};
std::vector<StringPart> stringParts(const std::string& file, std::string_view text, Node string);

}  // namespace gander::rewriter
