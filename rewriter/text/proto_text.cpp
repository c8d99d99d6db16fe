#include "rewriter/text/proto_text.h"

#include "base/text.h"

namespace gander::rewriter {
namespace {

constexpr size_t kDeepest = 64;

bool isDigit(char c) { return c >= '0' && c <= '9'; }

class PrototextReader {
 public:
  explicit PrototextReader(std::string_view text) : text_(text) {}

  std::optional<std::vector<TextField>> read() {
    if (!readFields("", '\0', 0)) return std::nullopt;
    return std::move(fields_);
  }

 private:
  static constexpr std::string_view kNoField = "\\";
  bool atEnd() const { return at_ >= text_.size(); }
  char peek() const { return atEnd() ? '\0' : text_[at_]; }
  bool take(char c) {
    if (atEnd() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void skipBlanks() {
    for (; at_ < text_.size(); ++at_) {
      if (peek() == '#') at_ = std::min(text_.find('\n', at_), text_.size());
      if (!atEnd() && !std::string_view(" \t\r\n\f\v").contains(peek())) return;
    }
  }

  // Up to `close`, or to the end of the text.
  bool readFields(const std::string& path, char close, size_t depth) {
    if (depth > kDeepest) return false;
    for (;;) {
      skipBlanks();
      if (atEnd()) return close == '\0';
      if (close != '\0' && take(close)) return true;
      if (take(',') || take(';')) continue;
      const size_t begin = at_;
      const auto name = readName();
      if (name.empty()) return false;
      const auto full = path.empty() ? name : path + "." + name;
      if (name != kNoField) fields_.push_back({full, {static_cast<uint32_t>(begin), static_cast<uint32_t>(at_)}});
      if (!readFieldValue(full, depth)) return false;
    }
  }

  // Empty where there is none.
  std::string readName() {
    const size_t begin = at_;
    if (take('[')) {
      while (!atEnd() && peek() != ']') ++at_;
      return take(']') ? std::string(kNoField) : "";
    }
    while (!atEnd() && isWordByte(peek())) ++at_;
    return std::string(at_ == begin || isDigit(text_[begin]) ? "" : text_.substr(begin, at_ - begin));
  }

  bool readFieldValue(const std::string& path, size_t depth) {
    skipBlanks();
    const bool colon = take(':');
    skipBlanks();
    if (peek() == '{' || peek() == '<') return readMessage(path, depth);
    if (!colon) return false;
    return peek() == '[' ? readList(path, depth) : readScalar();
  }

  bool readMessage(const std::string& path, size_t depth) {
    const char close = take('{') ? '}' : take('<') ? '>' : '\0';
    return close != '\0' && readFields(path, close, depth + 1);
  }

  bool readList(const std::string& path, size_t depth) {
    take('[');
    for (;;) {
      skipBlanks();
      if (take(']')) return true;
      if (take(',')) continue;
      const bool message = peek() == '{' || peek() == '<';
      if (!(message ? readMessage(path, depth) : readScalar())) return false;
    }
  }

  // Strings stand one behind the other; else a word or a number.
  bool readScalar() {
    if (peek() == '"' || peek() == '\'') {
      while (peek() == '"' || peek() == '\'') {
        if (!readString()) return false;
        skipBlanks();
      }
      return true;
    }
    if (take('-')) skipBlanks();
    const size_t begin = at_;
    while (!atEnd() && !std::string_view(" \t\r\n,;{}<>[]#\"':").contains(peek())) ++at_;
    return at_ > begin;
  }

  bool readString() {
    const char quote = text_[at_++];
    for (; !atEnd() && peek() != quote; ++at_) {
      if (peek() == '\n') return false;
      if (peek() == '\\') ++at_;
    }
    return take(quote);
  }

  std::string_view text_;
  size_t at_ = 0;
  std::vector<TextField> fields_;
};

}  // namespace

std::optional<std::vector<TextField>> prototextFields(std::string_view text) { return PrototextReader(text).read(); }

std::optional<std::vector<TextField>> maskFields(std::string_view text) {
  std::vector<TextField> fields;
  std::string path;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find_first_of(".,", begin), text.size());
    const auto name = text.substr(begin, end - begin);
    for (char c : name)
      if (!isWordByte(c)) return std::nullopt;
    path += (path.empty() ? "" : ".") + std::string(name);
    if (!name.empty()) fields.push_back({path, {static_cast<uint32_t>(begin), static_cast<uint32_t>(end)}});
    if (end < text.size() && text[end] == ',') path.clear();
    begin = end + 1;
  }
  return fields;
}

std::string protoJsonName(std::string_view name) {
  std::string out;
  bool upper = false;
  for (char c : name) {
    if (c != '_') out += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    upper = c == '_';
  }
  return out;
}

}  // namespace gander::rewriter
