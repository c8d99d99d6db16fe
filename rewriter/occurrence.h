// Where a name stands in a text: the definition that the ledger counts by.
#pragma once

#include <cstddef>
#include <string_view>

namespace gander::rewriter {

// Whether text[begin, end) is an occurrence of a spelling: not adjacent to a letter, digit or '_'; and, where the spelling
// holds one of . - / :, not adjacent to such a character with a word behind it.
bool isOccurrence(std::string_view text, size_t begin, size_t end);
// The offset of the next one, from `from` on; npos: there is none.
size_t nextOccurrence(std::string_view text, std::string_view spelling, size_t from);

}  // namespace gander::rewriter
