// The keys of JSON texts that hold a dataset's rows: one object, a list of them, or one a line. Pure. Offsets are bytes of the text.
//
//   {"user_name": "a", "listener": {"name": 1}, "marks": [{"at": 2}]}  ->  user_name, listener, listener.name, marks, marks.at
//
// Read by its brackets and strings only, so that code's own texts may be given: a value may be anything, such as %d or a hole.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rewriter/text/text_field.h"

namespace gander::rewriter {

// The keys of each row, in the order of the text. None where the text is no such thing, or ends within one; nothing of a row where a
// key is no plain text.
std::vector<std::vector<TextField>> jsonRows(std::string_view text);

// The name as it must stand between the quotes of a key.
std::string jsonName(std::string_view name);

}  // namespace gander::rewriter
