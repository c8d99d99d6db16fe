#include "rewriter/sql/jinja_tokens.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.h"
#include "rewriter/sql/jinja.h"

namespace gander::rewriter::sql {
namespace {

bool isDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

JinjaToken readText(std::string_view text, uint32_t at, uint32_t end) {
  JinjaToken token;
  token.kind = JinjaToken::Kind::kText;
  token.range = {at, endOfJinjaText(text, at, end)};
  bool closed = token.range.size() >= 2 && text[token.range.end - 1] == text[at];
  token.body = {at + 1, std::max(at + 1, token.range.end - (closed ? 1 : 0))};
  for (uint32_t i = token.body.begin; i < token.body.end; ++i) {
    if (text[i] != '\\' || i + 1 >= token.body.end) {
      token.text += text[i];
      continue;
    }
    token.plain = false;
    const char escaped = text[++i];
    token.text += escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped;
  }
  return token;
}

JinjaToken readSign(std::string_view text, uint32_t at, uint32_t end) {
  static constexpr std::array<std::string_view, 6> kDouble = {"==", "!=", "<=", ">=", "//", "**"};
  auto two = text.substr(at, std::min<size_t>(2, end - at));
  uint32_t size = std::ranges::find(kDouble, two) != kDouble.end() ? 2 : 1;
  return {JinjaToken::Kind::kSign, {at, at + size}, {at, at + size}, std::string(text.substr(at, size)), true};
}

JinjaToken readWord(std::string_view text, uint32_t at, uint32_t end) {
  bool number = isDigit(text[at]);
  uint32_t last = at;
  while (last < end && (isWordByte(text[last]) || (number && text[last] == '.'))) ++last;
  ByteRange range{at, last};
  return {number ? JinjaToken::Kind::kNumber : JinjaToken::Kind::kName, range, range,
          std::string(text.substr(at, last - at)), true};
}

// Finds the ends of pieces: the rule of Jinja's own lexer, where brackets balance before a delimiter counts.
class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text), end_(static_cast<uint32_t>(text.size())) {}

  std::vector<JinjaPiece> split() {
    while (at_ < end_) {
      auto open = text_.substr(at_, 2);
      if (open == "{{") {
        addCode(JinjaPiece::Kind::kExpression, "}}");
      } else if (open == "{%") {
        addCode(JinjaPiece::Kind::kStatement, "%}");
        skipRaw();
      } else if (open == "{#") {
        addComment();
      } else {
        ++at_;
      }
    }
    addText(end_);
    return std::move(pieces_);
  }

 private:
  void addText(uint32_t to) {
    if (begin_ < to) pieces_.push_back({JinjaPiece::Kind::kText, {begin_, to}, {begin_, to}});
    begin_ = to;
  }

  void add(JinjaPiece::Kind kind, uint32_t to, bool closed) {
    addText(at_);
    ByteRange inside{std::min(at_ + 2, to), closed ? to - 2 : to};
    if (inside.begin < inside.end && (text_[inside.begin] == '-' || text_[inside.begin] == '+')) ++inside.begin;
    if (closed && inside.begin < inside.end && (text_[inside.end - 1] == '-' || text_[inside.end - 1] == '+'))
      --inside.end;
    if (inside.end < inside.begin) inside.end = inside.begin;
    pieces_.push_back({kind, {at_, to}, inside});
    begin_ = at_ = to;
  }

  void addComment() {
    size_t close = text_.find("#}", at_ + 2);
    add(JinjaPiece::Kind::kComment, close == std::string_view::npos ? end_ : static_cast<uint32_t>(close + 2),
        close != std::string_view::npos);
  }

  void addCode(JinjaPiece::Kind kind, std::string_view close) {
    int depth = 0;
    for (uint32_t i = at_ + 2; i < end_;) {
      const char c = text_[i];
      if (c == '\'' || c == '"') {
        i = endOfJinjaText(text_, i, end_);
        continue;
      }
      if (depth <= 0 && text_.substr(i, 2) == close) return add(kind, i + 2, true);
      if (c == '(' || c == '[' || c == '{') ++depth;
      if (c == ')' || c == ']' || c == '}') --depth;
      ++i;
    }
    // Brackets that never close: the nearest delimiter is the likelier end.
    size_t near = text_.find(close, at_ + 2);
    add(kind, near == std::string_view::npos ? end_ : static_cast<uint32_t>(near + 2), near != std::string_view::npos);
  }

  // Behind {% raw %} all is text up to {% endraw %}.
  void skipRaw() {
    if (readJinjaStatement(text_, pieces_.back().inside).word != "raw") return;
    for (size_t open = text_.find("{%", at_); open != std::string_view::npos; open = text_.find("{%", open + 2)) {
      size_t word = text_.find_first_not_of("-+ \t\r\n", open + 2);
      if (word == std::string_view::npos || !text_.substr(word).starts_with("endraw")) continue;
      at_ = static_cast<uint32_t>(open);
      return;
    }
    at_ = end_;
  }

  std::string_view text_;
  uint32_t end_;
  uint32_t begin_ = 0;  // of the text that no piece has yet
  uint32_t at_ = 0;
  std::vector<JinjaPiece> pieces_;
};

}  // namespace

uint32_t endOfJinjaText(std::string_view text, uint32_t at, uint32_t end) {
  const char quote = text[at];
  for (uint32_t i = at + 1; i < end; ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      return i + 1;
    }
  }
  return end;
}

std::vector<JinjaToken> jinjaTokens(std::string_view text, ByteRange inside) {
  static constexpr std::string_view kSigns = "()[]{},:.|~+-*/%=!<>";
  std::vector<JinjaToken> tokens;
  const uint32_t end = std::min<uint32_t>(inside.end, static_cast<uint32_t>(text.size()));
  for (uint32_t at = inside.begin; at < end;) {
    const char c = text[at];
    if (c == '\'' || c == '"') {
      tokens.push_back(readText(text, at, end));
    } else if (isWordByte(c)) {
      tokens.push_back(readWord(text, at, end));
    } else if (kSigns.contains(c)) {
      tokens.push_back(readSign(text, at, end));
    } else {
      ++at;
      continue;
    }
    at = tokens.back().range.end;
  }
  return tokens;
}

std::vector<JinjaPiece> jinjaPieces(std::string_view text) { return Splitter(text).split(); }

std::optional<JinjaPiece> jinjaPieceAt(std::string_view text, ByteRange hole) {
  if (hole.end > text.size() || hole.size() < 4) return std::nullopt;
  auto pieces = jinjaPieces(text.substr(hole.begin, hole.size()));
  if (pieces.size() != 1 || pieces[0].kind == JinjaPiece::Kind::kText) return std::nullopt;
  auto piece = pieces[0];
  for (auto* range : {&piece.range, &piece.inside}) range->begin += hole.begin, range->end += hole.begin;
  return piece;
}

}  // namespace gander::rewriter::sql
