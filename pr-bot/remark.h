// How a remark that was made is known again: by a mark at its end that people don't see.
#pragma once

#include <string>
#include <string_view>

#include "pr-bot/forge.h"

namespace gander::prbot {

// "<!-- gander:5f2a… -->", made from all of the remark.
std::string markOf(const Remark& remark);
// The body with its mark.
std::string markedBody(const Remark& remark);
// The same where it can't stand at its line: it says which.
std::string unplacedBody(const Remark& remark);

}  // namespace gander::prbot
