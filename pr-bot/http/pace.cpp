#include "pr-bot/http/pace.h"

#include <algorithm>

namespace gander::prbot {

Time Pace::turn(Time from, int weight) {
  constexpr std::chrono::milliseconds kWindow = std::chrono::minutes(1);
  std::scoped_lock lock(mutex_);
  auto at = made_.empty() ? from : std::max(from, made_.back().first);
  while (!made_.empty() && (made_.front().first + kWindow <= at || sum_ + weight > points_)) {
    at = std::max(at, made_.front().first + kWindow);
    sum_ -= made_.front().second;
    made_.pop_front();
  }
  made_.emplace_back(at, weight);
  sum_ += weight;
  return at;
}

}  // namespace gander::prbot
