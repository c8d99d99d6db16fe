#include "pr-bot/http/pace.h"

#include <algorithm>

namespace gander::prbot {
namespace {

using std::chrono::milliseconds;

// When, `at` at the earliest, the window that ends then has room.
Time withRoom(const Pace::Made& made, const Allowance& allowance, Time at, int weight) {
  int sum = weight;
  for (auto one = made.rbegin(); one != made.rend() && one->first + allowance.window > at; ++one) {
    sum += one->second;
    if (sum > allowance.points) return one->first + allowance.window;
  }
  return at;
}

}  // namespace

Time Pace::nextLocked(Time from, int weight) const {
  auto at = made_.empty() ? from : std::max(from, made_.back().first);
  for (const auto& allowance : allowances_) at = withRoom(made_, allowance, at, weight);
  return at;
}

void Pace::countLocked(Time at, int weight) {
  milliseconds longest{0};
  for (const auto& allowance : allowances_) longest = std::max(longest, allowance.window);
  made_.emplace_back(at, weight);
  while (!made_.empty() && made_.front().first + longest <= at) made_.pop_front();
}

Time Pace::next(Time from, int weight) const {
  std::scoped_lock lock(mutex_);
  return nextLocked(from, weight);
}

void Pace::count(Time at, int weight) {
  std::scoped_lock lock(mutex_);
  countLocked(at, weight);
}

Time Pace::turn(Time from, int weight) {
  std::scoped_lock lock(mutex_);
  const auto at = nextLocked(from, weight);
  countLocked(at, weight);
  return at;
}

Pace::Made Pace::made() const {
  std::scoped_lock lock(mutex_);
  return made_;
}

void Pace::know(Made made) {
  std::scoped_lock lock(mutex_);
  made_ = std::move(made);
}

}  // namespace gander::prbot
