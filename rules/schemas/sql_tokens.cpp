#include "rules/schemas/sql_tokens.h"

#include <algorithm>

#include "base/text.h"

namespace gander::rules {
namespace {

class Splitter {
 public:
  // The dialects that quote names with backticks are those where a backslash escapes within strings.
  explicit Splitter(std::string_view text) : text_(text), backslash_(text.find('`') != std::string_view::npos) {}

  std::vector<SqlToken> split() {
    while (at_ < text_.size()) next();
    return std::move(tokens_);
  }

 private:
  char peek(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  void next() {
    char c = peek();
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      ++at_;
    } else if ((c == '-' && peek(1) == '-') || (c == '#' && isHashComment())) {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (c == '/' && peek(1) == '*') {
      skipComment();
    } else if (c == '\'') {
      takeQuoted('\'', SqlToken::Kind::kString);
    } else if (c == '"' || c == '`') {
      takeQuoted(c, SqlToken::Kind::kQuoted);
    } else if (c == '[' && (isWordByte(peek(1)) && !(peek(1) >= '0' && peek(1) <= '9'))) {
      takeQuoted(']', SqlToken::Kind::kQuoted);
    } else if (c == '$' && !takeDollarString()) {
      take(SqlToken::Kind::kSign, 1);
    } else if (c >= '0' && c <= '9') {
      take(SqlToken::Kind::kNumber, wordLength());
    } else if (isWordByte(c)) {
      take(SqlToken::Kind::kWord, wordLength());
    } else if (c != '$') {
      take(SqlToken::Kind::kSign, 1);
    }
  }

  // Not T-SQL's CREATE TABLE #t, and not PostgreSQL's #>.
  bool isHashComment() const {
    bool table = !tokens_.empty() && tokens_.back().isWord("TABLE") && (isWordByte(peek(1)) || peek(1) == '#');
    return !table && peek(1) != '>';
  }

  size_t wordLength() const {
    size_t length = 0;
    while (isWordByte(peek(length)) || (length > 0 && peek(length) == '$')) ++length;
    return length;
  }

  void take(SqlToken::Kind kind, size_t length) { add(kind, std::string(text_.substr(at_, length)), at_ + length); }

  void add(SqlToken::Kind kind, std::string value, size_t end) {
    tokens_.push_back({kind, std::move(value), {static_cast<uint32_t>(at_), static_cast<uint32_t>(end)}});
    at_ = end;
  }

  // Comments nest in the standard and in PostgreSQL.
  void skipComment() {
    int depth = 0;
    do {
      if (peek() == '/' && peek(1) == '*') {
        ++depth;
        ++at_;
      } else if (peek() == '*' && peek(1) == '/') {
        --depth;
        ++at_;
      }
      ++at_;
    } while (depth > 0 && at_ < text_.size());
    at_ = std::min(at_, text_.size());
  }

  bool escapes(size_t at, SqlToken::Kind kind) const {
    if (kind != SqlToken::Kind::kString || text_[at] != '\\' || at + 1 >= text_.size()) return false;
    bool prefixed = !tokens_.empty() && tokens_.back().isWord("E") && tokens_.back().range.end == at_;
    return backslash_ || prefixed;
  }

  // A doubled quote stands for itself.
  void takeQuoted(char end, SqlToken::Kind kind) {
    std::string value;
    size_t i = at_ + 1;
    for (; i < text_.size(); ++i) {
      if (escapes(i, kind)) {
        value += text_[++i];
        continue;
      }
      if (text_[i] == end && (i + 1 >= text_.size() || text_[i + 1] != end)) break;
      if (text_[i] == end) ++i;
      value += text_[i];
    }
    add(kind, std::move(value), std::min(i + 1, text_.size()));
  }

  // PostgreSQL: $$...$$ and $tag$...$tag$.
  bool takeDollarString() {
    size_t tagEnd = at_ + 1;
    while (tagEnd < text_.size() && isWordByte(text_[tagEnd])) ++tagEnd;
    if (tagEnd >= text_.size() || text_[tagEnd] != '$') return false;
    auto tag = text_.substr(at_, tagEnd + 1 - at_);
    size_t close = text_.find(tag, tagEnd + 1);
    size_t end = close == std::string_view::npos ? text_.size() : close + tag.size();
    size_t bodyEnd = close == std::string_view::npos ? text_.size() : close;
    add(SqlToken::Kind::kString, std::string(text_.substr(tagEnd + 1, bodyEnd - tagEnd - 1)), end);
    return true;
  }

  std::string_view text_;
  bool backslash_;
  size_t at_ = 0;
  std::vector<SqlToken> tokens_;
};

}  // namespace

bool SqlToken::isWord(std::string_view word) const {
  return kind == Kind::kWord && text.size() == word.size() && toLowerAscii(text) == toLowerAscii(word);
}

std::vector<SqlToken> splitSql(std::string_view text) { return Splitter(text).split(); }

}  // namespace gander::rules
