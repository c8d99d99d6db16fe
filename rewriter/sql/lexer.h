// SQL as tokens, by dialect, with the holes that code and templates leave.
//
// Nothing is rejected: text that is no SQL gives tokens too. Offsets are bytes of the text.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/source.h"
#include "rewriter/sql/dialect.h"
#include "rewriter/sql/keywords.h"

namespace gander::rewriter::sql {

enum class TokenKind : uint8_t {
  kWord,    // a name or keyword
  kQuoted,  // a quoted name: "x", `x`, [x]
  kString,  // 'x', $tag$x$tag$, r"x"
  kNumber,
  kHole,    // \x01, {{ x }}, ${x}, {x}, %s, %(x)s, :x, @x, $1: something whose text is not known
  kSymbol,  // one byte, but for those of Symbol
  kEnd,     // behind the last
};

// Symbols of several bytes.
enum Symbol : char { kCastSymbol = 'C', kPipeSymbol = 'P', kArgumentSymbol = 'A', kArrowSymbol = 'L' };  // :: |> => ->

struct Token {
  uint32_t begin = 0;  // with quotes
  uint32_t end = 0;
  uint32_t match = 0;  // of an opening bracket: the index of the closing one, or of the end
  TokenKind kind = TokenKind::kEnd;
  char symbol = 0;     // kSymbol: itself; kQuoted, kString: the opening quote
  uint8_t quotes = 0;  // bytes of the opening and of the closing quote
  uint8_t prefix = 0;  // bytes before the opening quote: r'...', E'...'
  Word word = Word::kNone;

  bool is(char wanted) const { return kind == TokenKind::kSymbol && symbol == wanted; }
  bool is(Word wanted) const { return word == wanted; }
  ByteRange range() const { return {begin, end}; }
  ByteRange body() const { return {begin + prefix + quotes, end - quotes}; }
};

enum class TemplateWord : uint8_t { kIf, kElif, kElse, kEndIf, kOther };

// A `{% %}` before the token of that index.
struct TemplateMark {
  TemplateWord word = TemplateWord::kOther;
  uint32_t token = 0;
  std::string_view condition;  // kIf, kElif, without its `not`; empty where it may have several values: of a loop
  bool negated = false;        // it had one
};

struct Tokens {
  std::vector<Token> list;  // the last one is kEnd
  std::vector<TemplateMark> marks;
};

// A symbol ';' of no bytes stands at the bounds of template blocks that hold a text of their own (macro, set, call, snapshot).
Tokens tokenize(std::string_view text, const Dialect& dialect);

// Fills in Token::match. An unclosed bracket matches the end.
void matchBrackets(std::vector<Token>& tokens);

// The token lists that the branches of `{% if %}` leave, each branch in at least one of them; at most `most`. One without branches.
std::vector<std::vector<Token>> variantsOf(Tokens tokens, size_t most);

}  // namespace gander::rewriter::sql
