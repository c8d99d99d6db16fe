#include "rewriter/solve/escape.h"

#include <algorithm>
#include <cctype>

namespace gander::rewriter {
namespace {

class Writer {
 public:
  Writer(const LiteralPlace& place, std::string_view language, std::string_view source)
      : piece_(*place.piece), place_(place), python_(language == "python"), source_(source) {
    begin_ = piece_.offsetOf(place.begin);
    end_ = piece_.offsetOf(place.end);
  }

  std::optional<std::string> write(std::string_view text) {
    if (text.contains('\0')) return std::nullopt;  // no source may hold one
    std::string body = doubled(text);
    if (isBytes() && std::any_of(body.begin(), body.end(), [](char c) { return static_cast<signed char>(c) < 0; }))
      return std::nullopt;
    if (piece_.quote == '\0') return bareArgument(body);
    if (piece_.raw) return python_ ? rawPython(body) : rawCpp(body);
    if (joinsEscape(body)) return std::nullopt;
    return escaped(body);
  }

 private:
  // What a format or an f-string takes for the beginning of a hole stands twice.
  std::string doubled(std::string_view text) const {
    std::string out;
    for (char c : text) {
      int times = 1;
      if (place_.holes == c || (place_.holes == '{' && c == '}')) times = 2;
      if (piece_.formatted && (c == '{' || c == '}')) times *= 2;
      out.append(static_cast<size_t>(times), c);
    }
    return out;
  }

  bool isBytes() const {
    uint32_t at = piece_.span.range.begin;
    while (python_ && at > 0 && (source_[at - 1] == '"' || source_[at - 1] == '\'')) --at;
    for (; python_ && at > 0 && std::isalpha(static_cast<unsigned char>(source_[at - 1])); --at)
      if (source_[at - 1] == 'b' || source_[at - 1] == 'B') return true;
    return false;
  }

  // #x writes the argument's tokens: there a quote begins a literal.
  static std::optional<std::string> bareArgument(const std::string& body) {
    if (body.find_first_of("\"'\\\n\r,()") != std::string::npos) return std::nullopt;
    return body;
  }

  // The literal's closing, as ")sql\"", must not come about.
  std::optional<std::string> rawCpp(const std::string& body) const {
    size_t quote = source_.find('"', piece_.span.range.end);
    if (quote == std::string_view::npos) return std::nullopt;
    auto closing = source_.substr(piece_.span.range.end, quote + 1 - piece_.span.range.end);
    auto before = source_.substr(piece_.span.range.begin, begin_ - piece_.span.range.begin);
    auto behind = source_.substr(end_, piece_.span.range.end - end_);
    auto whole = std::string(before) + body + std::string(behind);
    if (whole.contains(closing) || body.contains('\r')) return std::nullopt;
    return body;
  }

  bool touchesQuote(const std::string& body) const {
    bool before = begin_ > 0 && source_[begin_ - 1] == piece_.quote && body.starts_with(piece_.quote);
    bool behind = end_ < source_.size() && source_[end_] == piece_.quote && body.ends_with(piece_.quote);
    return before || behind || body.contains(std::string(3, piece_.quote));
  }

  std::optional<std::string> rawPython(const std::string& body) const {
    bool quotes = piece_.triple ? touchesQuote(body) : body.contains(piece_.quote);
    bool breaks = body.contains('\r') || (!piece_.triple && body.contains('\n'));
    if (quotes || breaks || body.ends_with('\\')) return std::nullopt;
    return body;
  }

  // "\x20" "duration" in one piece: the new text's first digits would belong to the escape before it.
  bool joinsEscape(const std::string& body) const {
    const char next = !body.empty() ? body.front() : end_ < source_.size() ? source_[end_] : '\0';
    if (next == '\n' && begin_ > 0 && source_[begin_ - 1] == '\r') return true;  // one end of a line
    if (place_.begin == 0) return false;
    const uint32_t before = begin_ - piece_.offsetOf(place_.begin - 1);
    if (python_) return joinsPython(next, before);
    return before > 2 && std::isxdigit(static_cast<unsigned char>(next)) != 0;
  }

  // Python's "\d" is a backslash and a d, and what is no whole escape is what it says: until something else stands behind it.
  bool joinsPython(char next, uint32_t before) const {
    const auto whole = source_.substr(piece_.span.range.begin, begin_ - piece_.span.range.begin);
    if (before == 1 && whole.back() == '\\') return true;
    const auto last = whole.substr(whole.size() - before);
    const bool octal = before > 1 && before < 4 && last[1] >= '0' && last[1] <= '7';
    if (octal && next >= '0' && next <= '7') return true;
    const size_t named = whole.rfind("\\N{");
    if (named != std::string_view::npos && !whole.substr(named).contains('}')) return true;
    const size_t slash = whole.rfind('\\');
    if (before > 1 || slash == std::string_view::npos || slash + 2 > whole.size()) return false;
    const auto begun = whole.substr(slash + 2);
    const char kind = whole[slash + 1];
    if (kind == 'N') return begun.empty();
    const size_t digits = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
    return begun.size() < digits &&
           std::ranges::all_of(begun, [](char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; });
  }

  std::string escaped(const std::string& body) const {
    bool quotes = !piece_.triple || touchesQuote(body);
    std::string out;
    for (char c : body) {
      if (c == '\\' || (c == piece_.quote && quotes)) {
        out += '\\';
        out += c;
      } else if (c == '\r' || ((c == '\n' || c == '\t') && !piece_.triple)) {
        out += c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t";
      } else {
        out += c;
      }
    }
    return out;
  }

  const LiteralPiece& piece_;
  const LiteralPlace& place_;
  bool python_;
  std::string_view source_;
  uint32_t begin_ = 0;
  uint32_t end_ = 0;
};

}  // namespace

std::optional<std::string> escapeForLiteral(const LiteralPlace& place, std::string_view language,
                                            std::string_view source, std::string_view text) {
  return Writer(place, language, source).write(text);
}

}  // namespace gander::rewriter
