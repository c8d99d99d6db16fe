#include "rewriter/treesitter/python_literals.h"

#include <algorithm>
#include <cctype>
#include <cstdint>

#include "rewriter/treesitter/decoded_text.h"

namespace gander::rewriter {
namespace {

// One step of decoding: how many bytes of the source stand for which bytes of the value.
struct Step {
  size_t length = 1;
  std::string value;
};

Step codePoint(std::string_view rest, size_t width, bool bytes) {
  const auto value = readDigits(rest.substr(2), width, width, 16);
  if (!value) return {1, "\\"};
  return {2 + width, bytes ? std::string(1, static_cast<char>(*value)) : utf8(*value)};
}

Step octal(std::string_view rest, bool bytes) {
  size_t length = 1;
  while (length < 4 && length < rest.size() && rest[length] >= '0' && rest[length] <= '7') ++length;
  const uint32_t value = *readDigits(rest.substr(1), 1, length - 1, 8);
  return {length, bytes ? std::string(1, static_cast<char>(value)) : utf8(value)};
}

// After "Lexical analysis", section "String and Bytes literals", of the Python reference.
Step escape(std::string_view rest, bool bytes) {
  if (rest.size() < 2) return {1, "\\"};
  static constexpr std::string_view kFrom = "\\'\"abfnrtv";
  static constexpr std::string_view kTo = "\\'\"\a\b\f\n\r\t\v";
  const char c = rest[1];
  if (const size_t known = kFrom.find(c); known != std::string_view::npos) return {2, std::string(1, kTo[known])};
  if (c == '\n') return {2, ""};
  if (c == '\r') return {rest.substr(2).starts_with('\n') ? 3U : 2U, ""};
  if (c >= '0' && c <= '7') return octal(rest, bytes);
  if (c == 'x') return codePoint(rest, 2, bytes);
  if (c == 'u' && !bytes) return codePoint(rest, 4, false);
  if (c == 'U' && !bytes) return codePoint(rest, 8, false);
  const size_t end = c == 'N' && !bytes ? rest.find('}') : std::string_view::npos;
  if (end != std::string_view::npos) return {end + 1, utf8(0xFFFD)};  // a character by its name: not looked up
  return {1, "\\"};
}

Step decodeStep(std::string_view rest, StringForm form) {
  if (rest[0] == '\\' && !form.raw) return escape(rest, form.bytes);
  if (form.formatted && (rest.starts_with("{{") || rest.starts_with("}}"))) return {2, std::string(1, rest[0])};
  if (rest.starts_with("\r\n")) return {2, "\n"};  // Python reads its source with one kind of line end
  return {1, std::string(1, rest[0])};
}

}  // namespace

StringForm stringForm(std::string_view start) {
  StringForm form;
  for (const char c : start) {
    const char lower = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    form.raw = form.raw || lower == 'r';
    form.bytes = form.bytes || lower == 'b';
    form.formatted = form.formatted || lower == 'f' || lower == 't';
    if (c == '"' || c == '\'') form.quote = c;
  }
  form.triple = start.ends_with("\"\"\"") || start.ends_with("'''");
  return form;
}

LiteralPiece decodeLiteral(const std::string& file, std::string_view text, ByteRange body, StringForm form) {
  LiteralPiece piece{.span = {file, body}, .raw = form.raw, .triple = form.triple, .formatted = form.formatted};
  piece.quote = form.quote;
  DecodedText decoded;
  for (uint32_t at = body.begin; at < body.end;) {
    const Step step = decodeStep(text.substr(at, body.end - at), form);
    decoded.add(step.value, at);
    at += static_cast<uint32_t>(step.length);
  }
  piece.value = decoded.value();
  piece.offsets = decoded.offsets(body.begin, body.end);
  return piece;
}

std::vector<StringPart> stringParts(const std::string& file, std::string_view text, Node string) {
  std::vector<StringPart> parts;
  StringForm form;
  uint32_t from = string.range().begin;
  uint32_t end = string.range().end;
  for (const Node child : string.allChildren()) {
    if (child.is("string_start")) {
      form = stringForm(child.textIn(text));
      from = child.range().end;
    } else if (child.is("interpolation")) {
      if (from < child.range().begin)
        parts.push_back({decodeLiteral(file, text, {from, child.range().begin}, form), {}});
      parts.push_back({{}, child});
      from = child.range().end;
    } else if (child.is("string_end")) {
      end = child.range().begin;
    }
  }
  if (from < end || parts.empty()) parts.push_back({decodeLiteral(file, text, {from, std::max(from, end)}, form), {}});
  return parts;
}

}  // namespace gander::rewriter
