// What stands in a stretch of a file beside the code that was compiled.
//
//   open(
//   #ifdef _WIN32        the syntax tree holds one of the branches: text that takes the stretch's place would end the other
//     "v1w"
//   #else
//     "v1"
//   #endif
//   )
#pragma once

#include <clang/Basic/LangOptions.h>

#include <string>
#include <vector>

#include "base/source.h"

namespace gander::rewriter {

// Why a stretch can't be moved elsewhere as it is, or empty: a directive of the preprocessor is in it.
std::string whyTorn(const std::string& text, ByteRange range, const clang::LangOptions& language);

// Why other text can't take the place of a stretch, or empty: a directive is in it, or a comment that is in none of the parts that
// are kept.
std::string whyLost(const std::string& text, ByteRange range, const std::vector<ByteRange>& kept,
                    const clang::LangOptions& language);

}  // namespace gander::rewriter
