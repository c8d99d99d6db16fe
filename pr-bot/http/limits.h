// What an answer says of a forge's limits. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"
#include "pr-bot/http/transport.h"

namespace gander::prbot {

struct LimitSigns {
  bool refused = false;           // it was not done for the limits' sake
  std::optional<Time> until;      // of what was refused: when to ask again; absent: nothing was said
  std::optional<Time> notBefore;  // of what was not: nothing more is to be asked until then
};

// GitHub's x-ratelimit-*, GitLab's ratelimit-*, Retry-After of all. A 403 is a refusal for the limits where one of these says so, or its
// text does.
LimitSigns limitsOf(const HttpAnswer& answer, Time now);

// "120" or "Mon, 30 Nov 2026 12:00:00 GMT".
std::optional<Time> parseRetryAfter(std::string_view text, Time now);

}  // namespace gander::prbot
