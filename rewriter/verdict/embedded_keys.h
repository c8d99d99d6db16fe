// Names that stand as keys in a text of code: of a table of Lua, an object of JSON, a list of settings.
//
//   R"(return { user_name = "x", day = 3 })"   -> user_name is a key, day too
//   "the user_name = %s of play %d"            -> a text for people
//
// Only tells by the looks of the text, so that such a name is listed, not passed over as prose. It proves nothing.
#pragma once

#include <string_view>

#include "base/source.h"

namespace gander::rewriter {

// Whether the name at `name` begins an item of the text in `string` (as written, with prefix and quotes) and has a value there
// that no format fills. Both are ranges of `text`, and `name` lies in `string`.
bool standsAsKey(std::string_view text, ByteRange string, ByteRange name);

}  // namespace gander::rewriter
