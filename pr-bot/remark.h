// How a remark that was made is known again: by a mark at its end that people don't see.
#pragma once

#include <string>
#include <string_view>

#include "pr-bot/forge.h"

namespace gander::prbot {

// "<!-- gander:5f2a… -->", made from all of the remark.
std::string markOf(const Remark& remark);
// What is said where it does not stand at a line: of one that should, it says which.
std::string unplacedBody(const Remark& remark);
// A body with the remark's mark.
std::string marked(const std::string& body, const Remark& remark);

}  // namespace gander::prbot
