// A text that is written in several literals, one beside the other.
//
//   "SELECT a" " FROM t"      "SELECT " COLUMNS " FROM t"      "SELECT a" + suffix + " FROM t"      "FROM " #table "_day"
//
// By what stands between them only: words, blanks, comments and the signs that join texts. It tells what a text is about, and
// proves nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"
#include "rewriter/facts/facts.h"

namespace gander::rewriter {

// All of the text that the string at `zones[at]` is a part of, as written; what is no literal is left out. `zones` are in the
// order of the file.
std::string adjacentText(std::string_view text, const std::vector<Zone>& zones, size_t at);

}  // namespace gander::rewriter
