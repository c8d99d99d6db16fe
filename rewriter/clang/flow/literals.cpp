#include "rewriter/clang/flow/literals.h"

#include <charconv>

namespace gander::rewriter {
namespace {

bool isOctal(char c) { return c >= '0' && c <= '7'; }
bool isHex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

void appendUtf8(std::string& out, uint32_t code) {
  auto put = [&](uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6), put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12), put(0x80 | (code >> 6 & 0x3F)), put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18), put(0x80 | (code >> 12 & 0x3F)), put(0x80 | (code >> 6 & 0x3F)), put(0x80 | (code & 0x3F));
  }
}

// Decodes the escapes of an ordinary literal's body.
class BodyDecoder {
 public:
  BodyDecoder(std::string_view body, uint32_t begin) : body_(body), begin_(begin) {}

  bool run(LiteralPiece& piece) {
    while (at_ < body_.size()) {
      const size_t start = at_;
      std::string decoded;
      if (body_[at_] != '\\') {
        decoded = body_[at_++];
      } else if (!escape(decoded)) {
        return false;
      }
      for (const char c : decoded) {
        piece.value.push_back(c);
        piece.offsets.push_back(begin_ + static_cast<uint32_t>(start));
      }
      plain_ = plain_ && at_ - start == 1;
    }
    piece.offsets.push_back(begin_ + static_cast<uint32_t>(body_.size()));
    if (plain_) piece.offsets.clear();
    return true;
  }

 private:
  bool escape(std::string& decoded) {
    if (++at_ >= body_.size()) return false;
    const char kind = body_[at_++];
    static constexpr std::string_view kFrom = "abfnrtv\\'\"?";
    static constexpr std::string_view kTo = "\a\b\f\n\r\t\v\\'\"?";
    if (const size_t simple = kFrom.find(kind); simple != std::string_view::npos) {
      decoded = kTo[simple];
      return true;
    }
    if (kind == '\r' && at_ < body_.size() && body_[at_] == '\n') ++at_;
    if (kind == '\n' || kind == '\r') return true;  // a line that goes on
    if (kind == 'x') return byte(body_.size() - at_, isHex, 16, decoded);
    if (isOctal(kind)) return --at_, byte(3, isOctal, 8, decoded);
    if (kind == 'u' || kind == 'U') return character(kind == 'u' ? 4 : 8, decoded);
    return false;
  }
  bool number(size_t most, bool (*isDigit)(char), int base, uint32_t& value) {
    size_t count = 0;
    while (count < most && at_ + count < body_.size() && isDigit(body_[at_ + count])) ++count;
    const char* first = body_.data() + at_;
    at_ += count;
    return count > 0 && std::from_chars(first, first + count, value, base).ec == std::errc();
  }
  bool byte(size_t most, bool (*isDigit)(char), int base, std::string& decoded) {
    uint32_t value = 0;
    if (!number(most, isDigit, base, value) || value > 255) return false;
    decoded = static_cast<char>(value);
    return true;
  }
  bool character(size_t digits, std::string& decoded) {
    uint32_t value = 0;
    const size_t start = at_;
    if (!number(digits, isHex, 16, value) || at_ - start != digits || value > 0x10FFFF) return false;
    appendUtf8(decoded, value);
    return true;
  }

  std::string_view body_;
  uint32_t begin_;
  size_t at_ = 0;
  bool plain_ = true;
};

std::optional<LiteralPiece> decodeRaw(std::string_view token, size_t quote, uint32_t begin) {
  const size_t open = token.find('(', quote);
  if (open == std::string_view::npos) return std::nullopt;
  const std::string close = ")" + std::string(token.substr(quote + 1, open - quote - 1)) + "\"";
  const size_t end = token.rfind(close);
  if (end == std::string_view::npos || end < open + 1) return std::nullopt;
  LiteralPiece piece;
  piece.raw = true;
  piece.value = token.substr(open + 1, end - open - 1);
  piece.span.range = {begin + static_cast<uint32_t>(open + 1), begin + static_cast<uint32_t>(end)};
  return piece;
}

}  // namespace

std::optional<LiteralPiece> decodeLiteral(std::string_view token, uint32_t begin) {
  const size_t quote = token.find('"');
  if (quote == std::string_view::npos) return std::nullopt;
  const std::string_view prefix = token.substr(0, quote);
  if (prefix.ends_with('R')) return decodeRaw(token, quote, begin);
  const size_t end = token.rfind('"');
  if (end <= quote) return std::nullopt;
  LiteralPiece piece;
  piece.span.range = {begin + static_cast<uint32_t>(quote + 1), begin + static_cast<uint32_t>(end)};
  BodyDecoder decoder(token.substr(quote + 1, end - quote - 1), piece.span.range.begin);
  if (!decoder.run(piece)) return std::nullopt;
  return piece;
}

// A token that # put into a text. A blank before it stands nowhere, so it has the place of the token's begin.
static LiteralPiece pieceOf(const WrittenToken& token, bool blankBefore) {
  LiteralPiece piece{.value = token.text, .span = token.span, .raw = true};
  piece.quote = '\0';
  if (!blankBefore) return piece;
  piece.value.insert(piece.value.begin(), ' ');
  piece.offsets.push_back(token.span.range.begin);
  for (uint32_t at = token.span.range.begin; at <= token.span.range.end; ++at) piece.offsets.push_back(at);
  return piece;
}

LiteralReader::Pieces LiteralReader::readStringified(clang::SourceLocation location) const {
  const auto& sources = sources_.sources();
  if (!location.isMacroID()) return std::nullopt;
  const auto hash = sources.getImmediateExpansionRange(location).getBegin();
  if (!hash.isMacroID()) return std::nullopt;
  const auto call = sources.getImmediateExpansionRange(hash).getBegin();
  const auto argument = stringified_.find({call, sources.getSpellingLoc(hash)});
  if (argument == stringified_.end()) return std::nullopt;
  std::vector<LiteralPiece> pieces;
  for (const auto& [at, blankBefore] : argument->second) {
    auto token = sources_.token(at);
    if (!token) token = sources_.foreignToken(at);
    if (!token || token->pasted || token->text.size() != token->span.range.size()) return std::nullopt;
    pieces.push_back(pieceOf(*token, blankBefore));
  }
  return pieces;
}

LiteralReader::Pieces LiteralReader::readToken(clang::SourceLocation location) const {
  auto token = sources_.token(location);
  if (!token) token = sources_.foreignToken(location);
  if (!token) return std::nullopt;
  if (token->pasted) return readStringified(location);
  auto piece = decodeLiteral(token->text, token->span.range.begin);
  if (!piece) return std::nullopt;
  piece->span.file = token->span.file;
  return std::vector{std::move(*piece)};
}

std::vector<LiteralPiece> LiteralReader::read(const clang::StringLiteral& literal) const {
  std::vector<LiteralPiece> pieces;
  std::string text;
  bool own = false;
  for (unsigned index = 0; index < literal.getNumConcatenated(); ++index) {
    auto read = readToken(literal.getStrTokenLoc(index));
    if (!read) return {};
    own = own || sources_.token(literal.getStrTokenLoc(index));
    for (auto& piece : *read) {
      text += piece.value;
      pieces.push_back(std::move(piece));
    }
  }
  // What the compiler makes of it decides; wide text has other units than bytes.
  if (!own || (literal.getCharByteWidth() == 1 && literal.getBytes() != text)) return {};
  return pieces;
}

}  // namespace gander::rewriter
