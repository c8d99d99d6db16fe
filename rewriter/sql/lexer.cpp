#include "rewriter/sql/lexer.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace gander::rewriter::sql {
namespace {

enum CharClass : uint8_t { kOtherChar, kSpaceChar, kNameChar, kDigitChar };

constexpr std::array<uint8_t, 256> makeClasses() {
  std::array<uint8_t, 256> classes{};
  for (int c = 0; c < 256; ++c) {
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80 || c == '\x01';
    bool space = c == ' ' || (c >= '\t' && c <= '\r');
    classes[static_cast<size_t>(c)] = c >= '0' && c <= '9' ? kDigitChar
                                      : letter             ? kNameChar
                                      : space              ? kSpaceChar
                                                           : kOtherChar;
  }
  return classes;
}
constexpr auto kClasses = makeClasses();

uint8_t classOf(char c) { return kClasses[static_cast<unsigned char>(c)]; }
bool isNameByte(char c) { return classOf(c) >= kNameChar; }

class Lexer {
 public:
  Lexer(std::string_view text, const Dialect& dialect) : text_(text), dialect_(dialect) {
    out_.list.reserve(text.size() / 5 + 8);
  }

  Tokens run() {
    while (at_ < text_.size()) take();
    push(TokenKind::kEnd, 0);
    matchBrackets(out_.list);
    return std::move(out_);
  }

 private:
  char ahead(size_t distance) const { return at_ + distance < text_.size() ? text_[at_ + distance] : '\0'; }
  bool starts(std::string_view prefix) const { return text_.substr(at_, prefix.size()) == prefix; }
  size_t behind(std::string_view end, size_t from) const {
    const size_t found = text_.find(end, from);
    return found == std::string_view::npos ? text_.size() : found + end.size();
  }

  Token& push(TokenKind kind, size_t length) {
    Token token;
    token.begin = static_cast<uint32_t>(at_);
    token.end = static_cast<uint32_t>(std::min(at_ + length, text_.size()));
    token.kind = kind;
    out_.list.push_back(token);
    at_ = token.end;
    return out_.list.back();
  }
  Token& pushSymbol(char symbol, size_t length) {
    Token& token = push(TokenKind::kSymbol, length);
    token.symbol = symbol;
    return token;
  }

  void take() {
    const char c = text_[at_];
    switch (classOf(c)) {
      case kSpaceChar: ++at_; return;
      case kDigitChar: return takeNumber();
      case kNameChar: return takeWord();
      default: return takeOther(c);
    }
  }

  void takeWord() {
    size_t end = at_ + 1;
    bool hole = text_[at_] == '\x01';
    while (end < text_.size() &&
           (isNameByte(text_[end]) || (text_[end] == '$' && end + 1 < text_.size() && isNameByte(text_[end + 1])))) {
      hole |= text_[end] == '\x01';
      ++end;
    }
    const size_t length = end - at_;
    if (length <= 2 && end < text_.size() && (text_[end] == '\'' || text_[end] == '"') && takePrefixed(length)) return;
    Token& token = push(hole ? TokenKind::kHole : TokenKind::kWord, length);
    if (!hole) token.word = findWord(text_.substr(token.begin, length));
  }

  // r'..', b"..", E'..', N'..': a string with a prefix.
  bool takePrefixed(size_t length) {
    const char quote = text_[at_ + length];
    const char first = static_cast<char>(text_[at_] | 0x20);
    const char second = length == 2 ? static_cast<char>(text_[at_ + 1] | 0x20) : '\0';
    const bool raw = first == 'r' || second == 'r';
    const bool known = length == 2 ? (first == 'r' && second == 'b') || (first == 'b' && second == 'r')
                                   : std::strchr("rbenx", first) != nullptr;
    if (!known || (quote == '"' && !dialect_.textQuotes.contains('"'))) return false;
    takeString(length, quote, raw ? false : first == 'e' || dialect_.backslash, raw);
    return true;
  }

  void takeNumber() {
    size_t end = at_ + 1;
    while (end < text_.size() && (isNameByte(text_[end]) || (text_[end] == '.' && end + 1 < text_.size() &&
                                                             classOf(text_[end + 1]) == kDigitChar)))
      ++end;
    push(TokenKind::kNumber, end - at_);
  }

  void takeOther(char c) {
    switch (c) {
      case '-':
        if (ahead(1) == '-') return void(at_ = behind("\n", at_));
        return void(ahead(1) == '>' ? pushSymbol(kArrowSymbol, ahead(2) == '>' ? 3 : 2) : pushSymbol(c, 1));
      case '/':
        if (ahead(1) == '*') return takeComment();
        if (ahead(1) == '/' && dialect_.name == DialectName::kSnowflake) return void(at_ = behind("\n", at_));
        break;
      case '#':
        if (mayBeHashComment()) return void(at_ = behind("\n", at_));
        if (takeTemporaryName()) return;
        break;
      case '\'': return takeString(0, c, dialect_.backslash, false);
      case '"':
        if (dialect_.textQuotes.contains('"')) return takeString(0, c, dialect_.backslash, false);
        return takeQuoted(c);
      case '`': return takeQuoted(c);
      case '[':
        if (dialect_.nameQuotes.contains('[') && mayBracketName()) return takeQuoted(c);
        break;
      case '{': return takeBrace();
      case '$': return takeDollar();
      case '%': return takePercent();
      case ':': return takeColon();
      case '@': return takeAt();
      case '|':
        if (ahead(1) == '>') return void(pushSymbol(kPipeSymbol, 2));
        break;
      case '=':
        if (ahead(1) == '>') return void(pushSymbol(kArgumentSymbol, 2));
        break;
      default: break;
    }
    pushSymbol(c, 1);
  }

  // MySQL's and BigQuery's comment; elsewhere an operator, or the name of a temporary table.
  bool mayBeHashComment() const {
    if (dialect_.hashComments) return true;
    if (dialect_.name != DialectName::kTolerant) return false;
    size_t line = at_;
    while (line > 0 && text_[line - 1] != '\n' && classOf(text_[line - 1]) == kSpaceChar) --line;
    return (line == 0 || text_[line - 1] == '\n') && ahead(1) != '{';
  }

  // #visits, ##visits: a temporary table of T-SQL.
  bool takeTemporaryName() {
    if (dialect_.name != DialectName::kTolerant && dialect_.name != DialectName::kTsql) return false;
    size_t length = ahead(1) == '#' ? 2 : 1;
    if (classOf(ahead(length)) != kNameChar) return false;
    while (isNameByte(ahead(length))) ++length;
    push(TokenKind::kWord, length);
    return true;
  }

  // Comments nest in some dialects: one that would not end otherwise ends at its first "*/".
  void takeComment() {
    const size_t plain = behind("*/", at_ + 2);
    if (!dialect_.nestedComments) return void(at_ = plain);
    int depth = 0;
    for (size_t i = at_; i + 1 < text_.size(); ++i) {
      if (text_[i] == '/' && text_[i + 1] == '*') {
        ++depth, ++i;
      } else if (text_[i] == '*' && text_[i + 1] == '/') {
        ++i;
        if (--depth == 0) return void(at_ = i + 1);
      }
    }
    at_ = plain;
  }

  void takeString(size_t prefix, char quote, bool escapes, bool raw) {
    const size_t open = at_ + prefix;
    const bool triple =
        dialect_.tripleQuotes && open + 2 < text_.size() && text_[open + 1] == quote && text_[open + 2] == quote;
    size_t end = open + (triple ? 3 : 1);
    const std::string_view closing = triple ? (quote == '"' ? "\"\"\"" : "'''") : (quote == '"' ? "\"" : "'");
    while (end < text_.size()) {
      if (text_[end] == '\\' && (escapes || raw || mayEscape(end, quote))) {
        end += 2;
      } else if (text_[end] == '{' && holeInString(end, quote) > end) {
        end = holeInString(end, quote);
      } else if (text_.substr(end, closing.size()) != closing) {
        ++end;
      } else if (!triple && !escapesOnly() && end + 1 < text_.size() && text_[end + 1] == quote) {
        end += 2;
      } else {
        end += closing.size();
        break;
      }
    }
    Token& token = push(TokenKind::kString, std::min(end, text_.size()) - at_);
    token.symbol = quote;
    token.prefix = static_cast<uint8_t>(prefix);
    token.quotes = triple ? 3 : 1;
    if (token.end < token.begin + prefix + 2U * token.quotes) token.quotes = 0;
  }
  // '{{ var('start') }}' is one string: behind the hole that begins at `at`; `at` if there is none. A hole's own text begins with a
  // name, or with a quote that is not the string's: '{{' || x || '}}' has no hole.
  size_t holeInString(size_t at, char quote) const {
    if (at + 2 >= text_.size() || text_[at + 1] != '{') return at;
    size_t first = at + 2;
    while (first < text_.size() && (text_[first] == '-' || text_[first] == ' ')) ++first;
    if (first >= text_.size()) return at;
    const char c = text_[first];
    if (classOf(c) != kNameChar && !((c == '"' || c == '\'') && c != quote)) return at;
    const size_t end = templateEnd(at);
    return end == text_.size() || text_.substr(at, end - at).contains('\n') ? at : end;
  }
  // 'a''b' are two strings in BigQuery.
  bool escapesOnly() const { return dialect_.name == DialectName::kBigQuery; }
  // Some dialects escape by a backslash. Where it is not known, a quote before more of a word is taken for escaped.
  bool mayEscape(size_t at, char quote) const {
    return dialect_.name == DialectName::kTolerant && at + 2 < text_.size() && text_[at + 1] == quote &&
           isNameByte(text_[at + 2]);
  }

  void takeQuoted(char open) {
    if (open == '[' && unclosed_) return void(pushSymbol(open, 1));
    const char close = open == '[' ? ']' : open;
    size_t end = at_ + 1;
    while (end < text_.size()) {
      if (text_[end] == '\\' && open == '`' && dialect_.name == DialectName::kBigQuery) {
        end += 2;
        continue;
      }
      if (text_[end] == close && !(end + 1 < text_.size() && text_[end + 1] == close)) break;
      end += text_[end] == close ? 2 : 1;
    }
    if (end >= text_.size()) {  // never closed, nor is one behind it
      unclosed_ |= open == '[';
      return void(pushSymbol(open, 1));
    }
    Token& token = push(TokenKind::kQuoted, end + 1 - at_);
    token.symbol = open;
    token.quotes = 1;
  }

  // [x] is a name in T-SQL, and an array or its subscript elsewhere: x[1], ARRAY[a, b].
  bool mayBracketName() const {
    // These have no arrays.
    if (dialect_.name == DialectName::kTsql || dialect_.name == DialectName::kSqlite) return true;
    size_t length = 1;
    while (isNameByte(ahead(length)) || ahead(length) == ' ' || ahead(length) == '-') ++length;
    if (length == 1 || ahead(length) != ']' || classOf(ahead(1)) == kDigitChar) return false;
    if (out_.list.empty()) return true;
    const Token& last = out_.list.back();
    if (last.kind == TokenKind::kSymbol) return last.symbol != ')' && last.symbol != ']';
    return last.kind == TokenKind::kWord && isReserved(last.word);
  }

  // Behind the `}}` that closes the `{{` at `at`: braces of its own text are balanced, those in its strings don't count.
  size_t templateEnd(size_t at) const {
    int depth = 0;
    for (size_t i = at + 2; i + 1 < text_.size(); ++i) {
      const char c = text_[i];
      if (c == '\'' || c == '"') {
        const size_t close = closingQuote(i);
        if (close == text_.size()) break;
        i = close;
      } else if (c == '{') {
        ++depth;
      } else if (c == '}' && depth > 0) {
        --depth;
      } else if (c == '}' && text_[i + 1] == '}') {
        return i + 2;
      }
    }
    return behind("}}", at + 2);  // not a template's own text
  }
  size_t closingQuote(size_t open) const {
    size_t at = open + 1;
    while (at < text_.size() && text_[at] != text_[open]) at += text_[at] == '\\' ? 2 : 1;
    return std::min(at, text_.size());
  }

  void takeBrace() {
    if (starts("{{")) return void(push(TokenKind::kHole, templateEnd(at_) - at_));
    if (starts("{%")) return takeTemplate();
    if (starts("{#")) return void(at_ = behind("#}", at_ + 2));
    size_t length = 1;
    while (isNameByte(ahead(length)) || ahead(length) == '.') ++length;
    if (ahead(length) == '}') return void(push(TokenKind::kHole, length + 1));
    pushSymbol('{', 1);
  }

  // What {% raw %} holds is a template too, for another time: its tags are read as those around it.
  void takeTemplate() {
    size_t begin = at_ + 2;
    const size_t end = behind("%}", begin);
    while (begin < end && (text_[begin] == '-' || text_[begin] == '+' || classOf(text_[begin]) == kSpaceChar)) ++begin;
    size_t stop = begin;
    while (stop < end && isNameByte(text_[stop])) ++stop;
    const auto word = text_.substr(begin, stop - begin);
    at_ = end;
    if (word == "macro" || word == "endmacro" || word == "endset" || word == "call" || word == "endcall" ||
        word == "snapshot" || word == "endsnapshot" ||
        (word == "set" && text_.substr(begin, end - begin).find('=') == std::string_view::npos))
      pushSymbol(';', 0);
    TemplateMark mark;
    mark.token = static_cast<uint32_t>(out_.list.size());
    if (word == "if" || word == "elif") {
      mark.word = word == "if" ? TemplateWord::kIf : TemplateWord::kElif;
      takeCondition(text_.substr(stop, end - stop), mark);
    }
    if (word == "else") mark.word = TemplateWord::kElse;
    if (word == "endif") mark.word = TemplateWord::kEndIf;
    out_.marks.push_back(mark);
  }

  // ` not is_incremental() -%}`
  static void takeCondition(std::string_view rest, TemplateMark& mark) {
    constexpr std::string_view kAround = " \t\r\n-+";
    rest = rest.substr(0, rest.rfind("%}"));
    rest.remove_prefix(std::min(rest.find_first_not_of(kAround), rest.size()));
    if (rest.starts_with("not ")) {
      mark.negated = true;
      rest.remove_prefix(std::min(rest.find_first_not_of(kAround, 4), rest.size()));
    }
    rest.remove_suffix(rest.size() - (rest.find_last_not_of(kAround) + 1));
    if (!rest.contains("loop") && !rest.contains(" and ") && !rest.contains(" or ")) mark.condition = rest;
  }

  void takeDollar() {
    if (ahead(1) == '{') return void(push(TokenKind::kHole, behind("}", at_ + 2) - at_));
    size_t length = 1;
    while (isNameByte(ahead(length))) ++length;
    if (ahead(length) == '$' && classOf(ahead(1)) != kDigitChar && dialect_.dollarQuotes) {
      const auto tag = text_.substr(at_, length + 1);
      const size_t close = text_.find(tag, at_ + tag.size());
      if (close != std::string_view::npos && tag.size() < 128) {
        Token& token = push(TokenKind::kString, close + tag.size() - at_);
        token.symbol = '$';
        token.quotes = static_cast<uint8_t>(tag.size());
        return;
      }
    }
    length > 1 ? void(push(TokenKind::kHole, length)) : void(pushSymbol('$', 1));
  }

  void takePercent() {
    if (ahead(1) == 's' && !isNameByte(ahead(2))) return void(push(TokenKind::kHole, 2));
    if (ahead(1) == '(') {
      size_t length = 2;
      while (isNameByte(ahead(length))) ++length;
      if (length > 2 && ahead(length) == ')' && ahead(length + 1) == 's')
        return void(push(TokenKind::kHole, length + 2));
    }
    pushSymbol('%', 1);
  }

  // x::type, x:path of Snowflake, :name.
  void takeColon() {
    if (ahead(1) == ':') return void(pushSymbol(kCastSymbol, 2));
    size_t length = 1;
    while (isNameByte(ahead(length))) ++length;
    const Token* last = out_.list.empty() ? nullptr : &out_.list.back();
    const bool path =
        last != nullptr && last->end == at_ &&
        (last->kind == TokenKind::kWord || last->kind == TokenKind::kQuoted || last->is(')') || last->is(']'));
    length > 1 && !path ? void(push(TokenKind::kHole, length)) : void(pushSymbol(':', 1));
  }

  void takeAt() {
    size_t length = 1;
    while (ahead(length) == '@') ++length;
    const size_t sigils = length;
    while (isNameByte(ahead(length))) ++length;
    length > sigils ? void(push(TokenKind::kHole, length)) : void(pushSymbol('@', 1));
  }

  std::string_view text_;
  const Dialect& dialect_;
  size_t at_ = 0;
  bool unclosed_ = false;  // no bracket that opens here or later is closed
  Tokens out_;
};

}  // namespace

void matchBrackets(std::vector<Token>& tokens) {
  std::vector<uint32_t> open;
  const auto end = static_cast<uint32_t>(tokens.size() - 1);
  for (uint32_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind != TokenKind::kSymbol) continue;
    const char c = tokens[i].symbol;
    if (c == '(' || c == '[' || c == '{') {
      tokens[i].match = end;
      open.push_back(i);
    } else if (c == ')' || c == ']' || c == '}') {
      const char wanted = c == ')' ? '(' : c == ']' ? '[' : '{';
      if (!open.empty() && tokens[open.back()].symbol == wanted) {
        tokens[open.back()].match = i;
        open.pop_back();
      }
    } else if (c == ';') {
      for (uint32_t unclosed : open) tokens[unclosed].match = i;
      open.clear();
    }
  }
}

Tokens tokenize(std::string_view text, const Dialect& dialect) { return Lexer(text, dialect).run(); }

}  // namespace gander::rewriter::sql
