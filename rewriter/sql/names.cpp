#include <algorithm>
#include <functional>

#include "rewriter/sql/reading.h"

namespace gander::rewriter::sql {

Names::Names(const Dialect& dialect) : dialect_(dialect), slots_(1024, 0) {
  texts_.emplace_back();
  hashes_.push_back(0);
}

NameId Names::of(std::string_view text, bool quoted) {
  buffer_.assign(text);
  const bool exact = quoted && (dialect_.fold == Fold::kLower || dialect_.fold == Fold::kUpper);
  if (!exact) {
    const bool upper = dialect_.fold == Fold::kUpper;
    for (char& c : buffer_) {
      if (!upper && c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
      if (upper && c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
    }
  }
  const size_t hash = std::hash<std::string_view>()(buffer_);
  size_t at = hash % slots_.size();
  while (slots_[at] != 0) {
    if (hashes_[slots_[at]] == hash && texts_[slots_[at]] == buffer_) return slots_[at];
    at = (at + 1) % slots_.size();
  }
  const auto id = static_cast<NameId>(texts_.size());
  texts_.push_back(buffer_);
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
