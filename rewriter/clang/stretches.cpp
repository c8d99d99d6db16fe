#include "rewriter/clang/stretches.h"

#include <clang/Lex/Lexer.h>

#include <algorithm>

namespace gander::rewriter {
namespace {

struct Extras {
  bool directive = false;
  std::vector<ByteRange> comments;
};

Extras extrasIn(const std::string& text, ByteRange range, const clang::LangOptions& language) {
  Extras extras;
  if (range.begin >= range.end || range.end > text.size()) return extras;
  const char* begin = text.data();
  clang::Lexer lexer(clang::SourceLocation(), language, begin, begin + range.begin, begin + text.size());
  lexer.SetCommentRetentionState(true);
  clang::Token token;
  while (true) {
    lexer.LexFromRawLexer(token);
    const auto end = static_cast<uint32_t>(lexer.getBufferLocation() - begin);
    const auto start = end - token.getLength();
    if (token.is(clang::tok::eof) || start >= range.end) return extras;
    if (token.is(clang::tok::comment)) extras.comments.push_back({start, end});
    if (token.is(clang::tok::hash) && token.isAtStartOfLine()) extras.directive = true;
  }
}

constexpr auto kDirective = "a directive of the preprocessor stands in it, and there may be code for others";

}  // namespace

std::string whyTorn(const std::string& text, ByteRange range, const clang::LangOptions& language) {
  return extrasIn(text, range, language).directive ? kDirective : "";
}

std::string whyLost(const std::string& text, ByteRange range, const std::vector<ByteRange>& kept,
                    const clang::LangOptions& language) {
  const auto extras = extrasIn(text, range, language);
  if (extras.directive) return kDirective;
  const auto isKept = [&](ByteRange comment) {
    return std::ranges::any_of(kept, [&](ByteRange part) { return part.contains(comment); });
  };
  return std::ranges::all_of(extras.comments, isKept) ? "" : "a comment stands in it, which would be lost";
}

}  // namespace gander::rewriter
