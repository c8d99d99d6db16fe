#include "rewriter/text/json_keys.h"

#include <fmt/format.h>

#include <optional>

namespace gander::rewriter {
namespace {

constexpr size_t kDeepest = 64;

class RowReader {
 public:
  explicit RowReader(std::string_view text) : text_(text) {}

  std::vector<std::vector<TextField>> read() {
    skipBlanks();
    bool list = take('[');
    for (skipBlanks(); at_ < text_.size() && peek() == '{'; skipBlanks()) {
      rows_.emplace_back();
      if (!readObject("", 0)) return {};
      skipBlanks();
      take(',');
    }
    if (list && !take(']')) return {};
    skipBlanks();
    if (at_ < text_.size()) return {};
    return std::move(rows_);
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (peek() != c || at_ >= text_.size()) return false;
    ++at_;
    return true;
  }
  void skipBlanks() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").contains(text_[at_])) ++at_;
  }

  bool readObject(const std::string& path, size_t depth) {
    if (!take('{') || depth > kDeepest) return false;
    for (;;) {
      skipBlanks();
      if (take('}')) return true;
      if (take(',')) continue;
      auto key = readString();
      if (!key) return false;
      skipBlanks();
      if (!take(':')) return false;
      auto full = path.empty() ? key->path : path + "." + key->path;
      rows_.back().push_back({full, key->range, true});
      if (!readValue(full, depth + 1)) return false;
    }
  }

  bool readList(const std::string& path, size_t depth) {
    if (!take('[') || depth > kDeepest) return false;
    for (;;) {
      skipBlanks();
      if (take(']')) return true;
      if (take(',')) continue;
      if (!readValue(path, depth + 1)) return false;
    }
  }

  bool readValue(const std::string& path, size_t depth) {
    skipBlanks();
    size_t begin = at_;
    if (peek() == '{') return readObject(path, depth);
    if (peek() == '[') return readList(path, depth);
    if (peek() == '"') return readString().has_value();
    while (at_ < text_.size() && !std::string_view(",]}\n").contains(text_[at_])) ++at_;
    return at_ > begin;
  }

  // The string at this place, its escapes decoded as far as names need it.
  std::optional<TextField> readString() {
    if (!take('"')) return std::nullopt;
    TextField out;
    size_t begin = at_;
    for (; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\n') return std::nullopt;
      if (text_[at_] == '\\' && ++at_ >= text_.size()) return std::nullopt;
      out.path += text_[at_];
    }
    out.range = {static_cast<uint32_t>(begin), static_cast<uint32_t>(at_)};
    // A name with a dot or an escape is not told from a path, or from another name.
    if (out.path.find('.') != std::string::npos || out.path.size() != out.range.size()) out.path = "\\";
    if (!take('"')) return std::nullopt;
    return out;
  }

  std::string_view text_;
  size_t at_ = 0;
  std::vector<std::vector<TextField>> rows_;
};

}  // namespace

std::vector<std::vector<TextField>> jsonRows(std::string_view text) { return RowReader(text).read(); }

std::string jsonName(std::string_view name) {
  std::string out;
  for (char c : name) {
    if (c == '"' || c == '\\')
      out += fmt::format("\\{}", c);
    else if (static_cast<unsigned char>(c) < 0x20)
      out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    else
      out += c;
  }
  return out;
}

}  // namespace gander::rewriter
