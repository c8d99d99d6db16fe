#include <algorithm>
#include <array>
#include <functional>

#include "rewriter/sql/reading.h"

namespace gander::rewriter::sql {
namespace {

using Folding = std::array<unsigned char, 256>;

// What bytes of the range `from`..`from + 25` become by `by`.
constexpr Folding makeFolding(unsigned char from, int by) {
  Folding table{};
  for (size_t c = 0; c < table.size(); ++c)
    table[c] = static_cast<unsigned char>(c >= from && c < from + 26U ? static_cast<int>(c) + by : static_cast<int>(c));
  return table;
}
constexpr Folding kAsWritten = makeFolding('a', 0);
constexpr Folding kToLower = makeFolding('A', 32);
constexpr Folding kToUpper = makeFolding('a', -32);

bool isFolded(std::string_view text, const Folding& folding, std::string_view folded) {
  return text.size() == folded.size() && std::equal(text.begin(), text.end(), folded.begin(), [&](char c, char other) {
           return folding[static_cast<unsigned char>(c)] == static_cast<unsigned char>(other);
         });
}

}  // namespace

Names::Names(const Dialect& dialect) : dialect_(dialect), slots_(1024, 0) {
  texts_.emplace_back();
  hashes_.push_back(0);
}

NameId Names::of(std::string_view text, bool quoted) {
  const bool exact = quoted && (dialect_.fold == Fold::kLower || dialect_.fold == Fold::kUpper);
  const auto& folded = exact ? kAsWritten : dialect_.fold == Fold::kUpper ? kToUpper : kToLower;
  size_t hash = text.size();
  for (char c : text) hash = (hash ^ folded[static_cast<unsigned char>(c)]) * 0x9E3779B97F4A7C15U;
  hash ^= hash >> 29;
  size_t at = hash % slots_.size();
  for (; slots_[at] != 0; at = (at + 1) % slots_.size()) {
    const NameId id = slots_[at];
    if (hashes_[id] == hash && isFolded(text, folded, texts_[id])) return id;
  }
  const auto id = static_cast<NameId>(texts_.size());
  auto& kept = texts_.emplace_back(text);
  for (char& c : kept) c = static_cast<char>(folded[static_cast<unsigned char>(c)]);
  hashes_.push_back(hash);
  slots_[at] = id;
  if (texts_.size() * 2 > slots_.size()) grow();
  return id;
}

NameId Names::ofDeclared(std::string_view text) {
  const auto any = [&](char first, char last) {
    return std::any_of(text.begin(), text.end(), [&](char c) { return c >= first && c <= last; });
  };
  return of(text, any('A', 'Z') && any('a', 'z'));
}

void Names::grow() {
  slots_.assign(slots_.size() * 4, 0);
  for (uint32_t id = 1; id < texts_.size(); ++id) {
    size_t at = hashes_[id] % slots_.size();
    while (slots_[at] != 0) at = (at + 1) % slots_.size();
    slots_[at] = id;
  }
}

}  // namespace gander::rewriter::sql
