#include "rewriter/treesitter/scalar_text.h"

#include <algorithm>
#include <optional>

namespace gander::rewriter {
namespace {

bool isBlank(char c) { return c == ' ' || c == '\t'; }

// A line break in flowing text and the blanks around it are one space; with empty lines between, a line break for each.
size_t foldBreak(std::string_view text, uint32_t at, uint32_t end, DecodedText& decoded) {
  while (!decoded.value().empty() && isBlank(decoded.value().back())) decoded.dropLast();
  size_t breaks = 0;
  uint32_t next = at;
  for (; next < end && (isBlank(text[next]) || text[next] == '\n' || text[next] == '\r'); ++next)
    breaks += text[next] == '\n' ? 1 : 0;
  decoded.add(breaks <= 1 ? " " : std::string(breaks - 1, '\n'), at);
  return next - at;
}

struct Escape {
  size_t length = 2;
  std::string value;
};

std::optional<Escape> hexEscape(std::string_view rest, size_t width) {
  const auto high = readDigits(rest.substr(2), width, width, 16);
  if (!high) return std::nullopt;
  const bool pair = *high >= 0xD800 && *high < 0xDC00 && rest.substr(2 + width).starts_with("\\u");
  const auto low = pair ? readDigits(rest.substr(4 + width), 4, 4, 16) : std::nullopt;
  if (!low || *low < 0xDC00 || *low >= 0xE000) return Escape{2 + width, utf8(*high)};
  return Escape{4 + 2 * width, utf8(0x10000 + ((*high - 0xD800) << 10) + (*low - 0xDC00))};
}

// The escapes of YAML 1.2, section 5.7, which has all of JSON's.
Escape readEscape(std::string_view rest) {
  if (rest.size() < 2) return {1, "\\"};
  static constexpr std::string_view kFrom = "0abtnvfre\"/\\ ";
  static constexpr std::string_view kTo("\0\a\b\t\n\v\f\r\x1b\"/\\ ", 13);
  if (const size_t known = kFrom.find(rest[1]); known != std::string_view::npos) return {2, std::string(1, kTo[known])};
  if (rest[1] == 'N') return {2, utf8(0x85)};
  if (rest[1] == '_') return {2, utf8(0xA0)};
  if (rest[1] == 'L') return {2, utf8(0x2028)};
  if (rest[1] == 'P') return {2, utf8(0x2029)};
  const size_t width = rest[1] == 'x' ? 2 : rest[1] == 'u' ? 4 : rest[1] == 'U' ? 8 : 0;
  const auto escape = width > 0 ? hexEscape(rest, width) : std::nullopt;
  if (escape) return *escape;
  if (rest[1] != '\n' && rest[1] != '\r') return {1, "\\"};
  const size_t next = rest.find_first_not_of(" \t\r\n", 1);  // an escaped line break joins the lines without a space
  return {next == std::string_view::npos ? rest.size() : next, ""};
}

// `|` and `>` with their text: the least indentation goes; `>` joins lines that are not indented further.
class BlockScalar {
 public:
  BlockScalar(std::string_view text, ByteRange range) : text_(text), end_(range.end) {
    const size_t line = std::min<size_t>(text.find('\n', range.begin), range.end);
    const auto header = text.substr(range.begin, line - range.begin);
    folded_ = header.starts_with('>');
    strip_ = header.find('-') < header.find('#');
    begin_ = static_cast<uint32_t>(std::min<size_t>(line + 1, range.end));
  }

  Scalar decode(const std::string& file) {
    const size_t indent = indentation();
    uint32_t first = begin_;
    for (uint32_t at = begin_; at < end_;) {
      const uint32_t lineEnd = static_cast<uint32_t>(std::min<size_t>(text_.find('\n', at), end_));
      const auto line = text_.substr(at, lineEnd - at);
      const uint32_t body =
          at + static_cast<uint32_t>(std::min(indent, std::min(line.find_first_not_of(' '), line.size())));
      if (at == begin_) first = body;
      addLine(body, lineEnd);
      at = lineEnd + 1;
    }
    while (!decoded_.value().empty() && decoded_.value().back() == '\n') decoded_.dropLast();
    if (!strip_ && !decoded_.value().empty()) decoded_.add("\n", end_ > begin_ ? end_ - 1 : end_);
    Scalar scalar{.value = decoded_.value(), .span = {file, {first, std::max(first, end_)}}};
    scalar.offsets = decoded_.offsets(first, scalar.span.range.end);
    return scalar;
  }

 private:
  size_t indentation() const {
    size_t least = std::string_view::npos;
    for (size_t at = begin_; at < end_;) {
      const size_t lineEnd = std::min<size_t>(text_.find('\n', at), end_);
      const size_t text = text_.substr(at, lineEnd - at).find_first_not_of(" \r");
      if (text != std::string_view::npos) least = std::min(least, text);
      at = lineEnd + 1;
    }
    return least == std::string_view::npos ? 0 : least;
  }

  void addLine(uint32_t from, uint32_t to) {
    const uint32_t last = to > from && text_[to - 1] == '\r' ? to - 1 : to;
    const bool flowing = folded_ && last > from && !isBlank(text_[from]);
    if (flowing && joins_) decoded_.dropLast(), decoded_.add(" ", from - 1);
    for (uint32_t at = from; at < last; ++at) decoded_.add(text_.substr(at, 1), at);
    const bool swallowed = folded_ && last == from && joins_;  // the break before an empty line of folded text
    if (!swallowed) decoded_.add("\n", last);
    joins_ = flowing;
  }

  std::string_view text_;
  uint32_t begin_ = 0;
  uint32_t end_ = 0;
  bool folded_ = false;
  bool strip_ = false;
  bool joins_ = false;  // the line before goes on in this one
  DecodedText decoded_;
};

}  // namespace

DecodedText decodeFlow(std::string_view text, ByteRange body, char quote) {
  DecodedText decoded;
  for (uint32_t at = body.begin; at < body.end;) {
    const auto rest = text.substr(at, body.end - at);
    if (quote == '"' && rest[0] == '\\') {
      const Escape escape = readEscape(rest);
      decoded.add(escape.value, at);
      at += static_cast<uint32_t>(escape.length);
    } else if (quote == '\'' && rest.starts_with("''")) {
      decoded.add("'", at);
      at += 2;
    } else if (rest[0] == '\n' || rest.starts_with("\r\n")) {
      at += static_cast<uint32_t>(foldBreak(text, at, body.end, decoded));
    } else {
      decoded.add(rest.substr(0, 1), at);
      ++at;
    }
  }
  return decoded;
}

Scalar decodeBlock(const std::string& file, std::string_view text, ByteRange range) {
  return BlockScalar(text, range).decode(file);
}

}  // namespace gander::rewriter
