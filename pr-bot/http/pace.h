// How fast requests may follow each other, by what they weigh. Safe for many threads.
#pragma once

#include <deque>
#include <mutex>
#include <utility>

#include "base/clock.h"

namespace gander::prbot {

class Pace {
 public:
  // `points`: in any minute.
  explicit Pace(int points) : points_(points) {}

  // When a request of that weight may be made, `from` at the earliest. It counts as made then.
  Time turn(Time from, int weight);

 private:
  const int points_;
  std::mutex mutex_;
  std::deque<std::pair<Time, int>> made_;  // those that may count yet, in order
  int sum_ = 0;                            // of made_
};

}  // namespace gander::prbot
