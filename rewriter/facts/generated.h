// Files that nobody wrote here: made by a program, or another repository's. They are never edited.
#pragma once

#include <string>
#include <string_view>

namespace gander::rewriter {

// The reason, told by the path and the file's first lines, or empty.
std::string whyGenerated(std::string_view path, std::string_view text);

}  // namespace gander::rewriter
