#include "tests/rewriter/literal_promises.h"

#include <algorithm>

#include "rewriter/solve/escape.h"

namespace gander::rewriter {
namespace {

constexpr const char* kFile = "a.py";

LiteralPiece decode(std::string_view text, ByteRange body, StringForm form) {
  return decodeLiteral(kFile, text, body, form);
}

// A literal with that body, and where the body stands in it.
struct Literal {
  std::string text;
  ByteRange body;
};
Literal literal(std::string_view body, StringForm form) {
  Literal out;
  if (form.raw) out.text += 'r';
  if (form.bytes) out.text += 'b';
  if (form.formatted && !form.bytes) out.text += 'f';
  const std::string quotes(form.triple ? 3 : 1, form.quote);
  out.text += quotes;
  const auto begin = static_cast<uint32_t>(out.text.size());
  out.text += body;
  out.body = {begin, static_cast<uint32_t>(out.text.size())};
  out.text += quotes;
  return out;
}

}  // namespace

std::string wrongPlaces(std::string_view body, StringForm form) {
  const Literal whole = literal(body, form);
  const LiteralPiece piece = decode(whole.text, whole.body, form);
  const size_t size = piece.value.size();
  if (piece.offsets.empty()) {
    const std::string_view source = std::string_view(whole.text).substr(whole.body.begin, whole.body.size());
    return piece.value == source ? "" : "no offsets, and the value is not the source";
  }
  if (piece.offsets.size() != size + 1) return "not one offset for each byte and the end";
  if (!std::is_sorted(piece.offsets.begin(), piece.offsets.end())) return "offsets go back";
  if (piece.offsets.front() < whole.body.begin || piece.offsets.back() != whole.body.end)
    return "offsets leave the body";
  for (size_t at = 0; at < size;) {
    size_t next = at;
    while (next < size && piece.offsets[next] == piece.offsets[at]) ++next;  // bytes of one escape
    const LiteralPiece part = decode(whole.text, {piece.offsets[at], piece.offsets[next]}, form);
    if (part.value != piece.value.substr(at, next - at)) {
      return "bytes " + std::to_string(at) + "-" + std::to_string(next) + " of the value mean something else alone";
    }
    at = next;
  }
  return {};
}

// One brace alone ends or begins a hole of an f-string, and is none of its text.
static bool hasHole(std::string_view body) {
  for (size_t at = 0; at < body.size(); ++at) {
    if (body[at] != '{' && body[at] != '}') continue;
    if (at + 1 >= body.size() || body[at + 1] != body[at]) return true;
    ++at;
  }
  return false;
}

std::string wrongWriting(std::string_view body, StringForm form, size_t begin, size_t end, std::string_view text) {
  const Literal whole = literal(body, form);
  const LiteralPiece piece = decode(whole.text, whole.body, form);
  if (begin > end || end > piece.value.size() || (form.formatted && hasHole(body))) return {};
  const auto cuts = [&](size_t at) {
    return at > 0 && at < piece.value.size() && piece.offsetOf(at) == piece.offsetOf(at - 1);
  };
  if (cuts(begin) || cuts(end)) return {};  // within an escape
  const auto written = escapeForLiteral({.piece = &piece, .begin = begin, .end = end}, "python", whole.text, text);
  if (!written) return {};
  std::string after = whole.text.substr(0, piece.offsetOf(begin)) + *written + whole.text.substr(piece.offsetOf(end));
  const auto grown = static_cast<uint32_t>(whole.body.end + after.size() - whole.text.size());
  const LiteralPiece again = decode(after, {whole.body.begin, grown}, form);
  const std::string wanted = piece.value.substr(0, begin) + std::string(text) + piece.value.substr(end);
  return again.value == wanted ? "" : "written, it reads '" + again.value + "' instead of '" + wanted + "'";
}

}  // namespace gander::rewriter
