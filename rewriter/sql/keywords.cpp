#include "rewriter/sql/keywords.h"

#include <array>

namespace gander::rewriter::sql {
namespace {

struct Row {
  std::string_view text;
  bool reserved;
};

constexpr std::array kRows = {Row{"", false},
#define GANDER_SQL_WORD(name, reserved) Row{#name, reserved != 0},
                              GANDER_SQL_WORDS(GANDER_SQL_WORD)
#undef GANDER_SQL_WORD
};

constexpr size_t kSlots = 2048;  // a power of two, well above twice the words
constexpr size_t kLongest = 16;

constexpr char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

constexpr size_t slotOf(std::string_view text) {
  size_t hash = text.size();
  for (char c : text) hash = hash * 31 + static_cast<unsigned char>(upper(c));
  return (hash ^ (hash >> 11)) % kSlots;
}

constexpr std::array<uint16_t, kSlots> makeSlots() {
  std::array<uint16_t, kSlots> slots{};
  for (size_t i = 1; i < kRows.size(); ++i) {
    size_t at = slotOf(kRows[i].text);
    while (slots[at] != 0) at = (at + 1) % kSlots;
    slots[at] = static_cast<uint16_t>(i);
  }
  return slots;
}

constexpr auto kTable = makeSlots();

bool same(std::string_view upperText, std::string_view text) {
  if (upperText.size() != text.size()) return false;
  for (size_t i = 0; i < text.size(); ++i)
    if (upper(text[i]) != upperText[i]) return false;
  return true;
}

}  // namespace

Word findWord(std::string_view text) {
  if (text.size() < 2 || text.size() > kLongest) return Word::kNone;
  for (size_t at = slotOf(text); kTable[at] != 0; at = (at + 1) % kSlots)
    if (same(kRows[kTable[at]].text, text)) return static_cast<Word>(kTable[at]);
  return Word::kNone;
}

bool isReserved(Word word) { return kRows[static_cast<size_t>(word)].reserved; }

}  // namespace gander::rewriter::sql
