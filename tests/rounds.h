// How often a test with random input goes round: as RapidCheck is told by RC_PARAMS (max_success, usually 100), for loops of our own too.
#pragma once

#include <rapidcheck.h>

#include <rapidcheck/detail/Configuration.h>
#include <algorithm>

namespace gander {

inline unsigned rounds(unsigned usual) {
  const auto asked = rc::detail::configuration().testParams.maxSuccess;
  return std::max(1U, usual * static_cast<unsigned>(asked) / 100);
}

}  // namespace gander
