#include "rewriter/sql/sql_tokens.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.h"

namespace gander::rewriter {
namespace {

constexpr size_t kNone = std::string_view::npos;

bool isSpace(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }
bool isDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
bool isNameByte(char c) { return isWordByte(c) || c == kHoleByte; }

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return result;
}

class Tokenizer {
 public:
  explicit Tokenizer(std::string_view text) : text_(text) {}

  std::vector<SqlToken> run() {
    while (at_ < text_.size()) {
      if (skip()) continue;
      if (takeHole() || takeString() || takeQuoted() || takeNumber() || takeWord()) continue;
      push(TokenKind::kSymbol, startsWith("::") ? 2 : 1);
    }
    return std::move(tokens_);
  }

 private:
  bool startsWith(std::string_view prefix) const { return text_.substr(at_).starts_with(prefix); }
  char ahead(size_t distance) const { return at_ + distance < text_.size() ? text_[at_ + distance] : '\0'; }
  // The offset behind the next `end` from `from` on, or the end of the text.
  size_t behind(std::string_view end, size_t from) const {
    const size_t found = text_.find(end, from);
    return found == kNone ? text_.size() : found + end.size();
  }

  void push(TokenKind kind, size_t length, size_t quotes = 0) {
    SqlToken token{.kind = kind, .range = {static_cast<uint32_t>(at_), static_cast<uint32_t>(at_ + length)}};
    token.body = {token.range.begin + static_cast<uint32_t>(quotes), token.range.end - static_cast<uint32_t>(quotes)};
    const auto body = text_.substr(token.body.begin, token.body.size());
    token.text = kind == TokenKind::kWord ? upper(body) : std::string(body);
    if (kind == TokenKind::kQuoted) token.quote = text_[at_];
    tokens_.push_back(std::move(token));
    at_ += length;
  }

  bool skip() {
    if (isSpace(text_[at_])) return ++at_, true;
    if (startsWith("--")) return at_ = behind("\n", at_), true;
    if (startsWith("/*")) return at_ = behindComment(), true;
    if (startsWith("{%")) return at_ = behind("%}", at_ + 2), true;
    if (startsWith("{#")) return at_ = behind("#}", at_ + 2), true;
    if (text_[at_] != '#') return false;
    // MySQL's and BigQuery's comment, where it begins a line; elsewhere an operator of PostgreSQL.
    const size_t line = text_.rfind('\n', at_) == kNone ? 0 : text_.rfind('\n', at_) + 1;
    const auto before = text_.substr(line, at_ - line);
    if (!std::all_of(before.begin(), before.end(), isSpace)) return false;
    return at_ = behind("\n", at_), true;
  }

  // Comments nest in the standard and not in MySQL: one that would not end otherwise ends at its first "*/".
  size_t behindComment() const {
    int depth = 0;
    for (size_t i = at_; i + 1 < text_.size(); ++i) {
      if (text_[i] == '/' && text_[i + 1] == '*')
        ++depth, ++i;
      else if (text_[i] == '*' && text_[i + 1] == '/' && ++i && --depth == 0)
        return i + 1;
    }
    return behind("*/", at_ + 2);
  }

  bool takeHole() {
    if (startsWith("{{")) return push(TokenKind::kHole, behind("}}", at_ + 2) - at_), true;
    if (startsWith("${")) return push(TokenKind::kHole, behind("}", at_ + 2) - at_), true;
    if (startsWith("%s")) return push(TokenKind::kHole, 2), true;
    const char c = text_[at_];
    if (c == '{' || startsWith("%(")) return takeNamedHole(c == '{' ? 1 : 2, c == '{' ? "}" : ")s");
    const bool digits = c == '$' && isDigit(ahead(1));
    const bool name =
        (c == ':' || c == '@') && (std::isalpha(static_cast<unsigned char>(ahead(1))) != 0 || ahead(1) == '_');
    if (!digits && !name) return false;
    size_t length = 1;
    while (isWordByte(ahead(length))) ++length;
    return push(TokenKind::kHole, length), true;
  }

  bool takeNamedHole(size_t opening, std::string_view closing) {
    size_t length = opening;
    while (isWordByte(ahead(length)) || ahead(length) == '.') ++length;
    if (!text_.substr(std::min(at_ + length, text_.size())).starts_with(closing)) return false;
    return push(TokenKind::kHole, length + closing.size()), true;
  }

  bool takeString() {
    if (text_[at_] == '$') return takeDollarQuoted();
    size_t prefix = 0;  // E'..', N'..', r'..'
    while (prefix < 2 && std::isalpha(static_cast<unsigned char>(ahead(prefix))) != 0) ++prefix;
    if (ahead(prefix) != '\'') return false;
    const bool escapes = prefix > 0 && std::toupper(static_cast<unsigned char>(text_[at_])) == 'E';
    size_t length = prefix + 1;
    while (at_ + length < text_.size()) {
      const char c = ahead(length);
      // Some dialects escape by a backslash. Where it is not known, a quote before more of a word is taken for escaped.
      const bool escaped = c == '\\' && (escapes || (ahead(length + 1) == '\'' && isWordByte(ahead(length + 2))));
      const bool doubled = c == '\'' && ahead(length + 1) == '\'';
      length += escaped || doubled ? 2 : 1;
      if (c == '\'' && !doubled) break;
    }
    return push(TokenKind::kString, std::min(length, text_.size() - at_)), true;
  }

  bool takeDollarQuoted() {
    size_t length = 1;
    while (isWordByte(ahead(length))) ++length;
    if (ahead(length) != '$') return false;
    const auto tag = text_.substr(at_, length + 1);
    return push(TokenKind::kString, behind(tag, at_ + tag.size()) - at_), true;
  }

  bool takeQuoted() {
    const char open = text_[at_];
    if (open != '"' && open != '`' && !(open == '[' && mayBracketName())) return false;
    const char close = open == '[' ? ']' : open;
    size_t length = 1;
    while (at_ + length < text_.size() && (ahead(length) != close || ahead(length + 1) == close)) {
      length += ahead(length) == close ? 2 : 1;
    }
    if (at_ + length >= text_.size()) return false;  // never closed: a symbol
    return push(TokenKind::kQuoted, length + 1, 1), true;
  }

  // [x] is a name in T-SQL, and an array or its subscript elsewhere: x[1], ARRAY[a, b].
  bool mayBracketName() const {
    size_t length = 1;
    while (isWordByte(ahead(length)) || ahead(length) == ' ' || ahead(length) == '-') ++length;
    if (length == 1 || ahead(length) != ']' || isDigit(ahead(1))) return false;
    if (tokens_.empty()) return true;
    static constexpr std::array<std::string_view, 12> kBefore = {
        "FROM", "JOIN", "INTO", "UPDATE", "TABLE", "VIEW", "ON", "AS", "SELECT", "REFERENCES", "USING", "EXISTS"};
    const SqlToken& last = tokens_.back();
    if (last.kind == TokenKind::kSymbol) return last.text != ")" && last.text != "]";
    return last.kind == TokenKind::kWord && std::find(kBefore.begin(), kBefore.end(), last.text) != kBefore.end();
  }

  bool takeNumber() {
    if (!isDigit(text_[at_])) return false;
    size_t length = 1;
    while (isWordByte(ahead(length)) || (ahead(length) == '.' && isDigit(ahead(length + 1)))) ++length;
    return push(TokenKind::kNumber, length), true;
  }

  bool takeWord() {
    if (!isNameByte(text_[at_])) return false;
    size_t length = 1;
    while (isNameByte(ahead(length)) || (ahead(length) == '$' && isWordByte(ahead(length + 1)))) ++length;
    const bool hole = text_.substr(at_, length).find(kHoleByte) != kNone;
    return push(hole ? TokenKind::kHole : TokenKind::kWord, length), true;
  }

  std::string_view text_;
  size_t at_ = 0;
  std::vector<SqlToken> tokens_;
};

}  // namespace

std::vector<SqlToken> sqlTokens(std::string_view text) { return Tokenizer(text).run(); }

}  // namespace gander::rewriter
