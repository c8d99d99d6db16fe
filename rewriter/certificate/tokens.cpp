#include "rewriter/certificate/tokens.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "rewriter/treesitter/frontends.h"

namespace gander::rewriter {
namespace {

bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }

LexedToken::Kind kindAt(std::string_view text, uint32_t at) {
  if (isWordByte(text[at])) return LexedToken::Kind::kWord;
  return isBlank(text[at]) ? LexedToken::Kind::kBlank : LexedToken::Kind::kOther;
}

void lexPlain(std::string_view text, uint32_t at, uint32_t end, std::vector<LexedToken>& tokens) {
  while (at < end) {
    auto kind = kindAt(text, at);
    uint32_t next = at + 1;
    if (kind != LexedToken::Kind::kOther)
      while (next < end && kindAt(text, next) == kind) ++next;
    tokens.push_back({{at, next}, kind});
    at = next;
  }
}

}  // namespace

std::vector<LexedToken> lexTokens(const std::string& language, std::string_view text) {
  std::vector<LexedToken> tokens;
  uint32_t at = 0;
  for (const auto& zone : zones(language, text)) {
    bool whole = zone.kind == ZoneKind::kString || zone.kind == ZoneKind::kComment;
    if (!whole || zone.range.begin < at) continue;  // a string inside of another
    lexPlain(text, at, zone.range.begin, tokens);
    tokens.push_back(
        {zone.range, zone.kind == ZoneKind::kString ? LexedToken::Kind::kString : LexedToken::Kind::kComment});
    at = zone.range.end;
  }
  lexPlain(text, at, static_cast<uint32_t>(text.size()), tokens);
  return tokens;
}

Moves::Moves(const std::vector<const Edit*>& edits) {
  int64_t shift = 0;
  for (const auto* edit : edits) {
    auto range = edit->span.range;
    auto begin = static_cast<uint32_t>(range.begin + shift);
    old_.push_back(range);
    now_.push_back({begin, begin + static_cast<uint32_t>(edit->now.size())});
    shift += static_cast<int64_t>(edit->now.size()) - range.size();
  }
}

std::optional<uint32_t> Moves::offset(uint32_t before) const {
  auto isBefore = [&](ByteRange range) { return range.begin < before || (range.begin == before && range.size() == 0); };
  auto behind = std::ranges::partition_point(old_, isBefore);
  if (behind == old_.begin()) return before;
  auto last = behind - 1;
  if (before < last->end) return std::nullopt;
  return before - last->end + now_[static_cast<size_t>(last - old_.begin())].end;
}

bool Moves::touches(const std::vector<ByteRange>& ranges, ByteRange range) {
  auto first = std::ranges::partition_point(ranges, [&](ByteRange one) { return one.end <= range.begin; });
  return first != ranges.end() && first->begin < range.end;
}

std::optional<CertificateDifference> compareTokens(const std::string& path, std::string_view before,
                                                   std::string_view after, const std::vector<const Edit*>& edits) {
  auto language = languageOf(path);
  auto oldTokens = lexTokens(language, before);
  auto newTokens = lexTokens(language, after);
  const Moves moves(edits);
  auto differ = [&](ByteRange old, ByteRange now) {
    return CertificateDifference{path, LineIndex(before).at(old.begin),
                                 std::string(before.substr(old.begin, old.size())),
                                 std::string(after.substr(now.begin, now.size()))};
  };
  auto at = newTokens.begin();
  auto next = [&] {
    while (at != newTokens.end() && moves.touchesNew(at->range)) ++at;
  };
  for (const auto& token : oldTokens) {
    if (moves.touchesOld(token.range)) continue;
    next();
    auto here = at == newTokens.end() ? ByteRange{} : at->range;
    auto moved = moves.offset(token.range.begin);
    bool same = at != newTokens.end() && moved == here.begin && at->kind == token.kind &&
                before.substr(token.range.begin, token.range.size()) == after.substr(here.begin, here.size());
    if (!same) return differ(token.range, here);
    ++at;
  }
  next();
  if (at == newTokens.end()) return std::nullopt;
  auto end = static_cast<uint32_t>(before.size());
  return differ({end, end}, at->range);
}

}  // namespace gander::rewriter
