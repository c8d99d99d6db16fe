// How fast requests may follow each other, by what they weigh. Safe for many threads.
#pragma once

#include <chrono>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace gander::prbot {

struct Allowance {
  int points = 0;  // at most, in any window of that length
  std::chrono::milliseconds window{};
};

class Pace {
 public:
  // All of them are kept. None: nothing is counted, and nobody waits.
  explicit Pace(std::vector<Allowance> allowances) : allowances_(std::move(allowances)) {}

  // When a request of that weight may be made, `from` at the earliest.
  Time next(Time from, int weight) const;
  // It is made then, which is not before any that was counted.
  void count(Time at, int weight);
  // The next one, counted.
  Time turn(Time from, int weight);

  // What counts yet, the oldest first, for others who spend of the same allowances.
  using Made = std::deque<std::pair<Time, int>>;
  Made made() const;
  // They have made these, of which what was made here is a part.
  void know(Made made);

 private:
  Time nextLocked(Time from, int weight) const;
  void countLocked(Time at, int weight);

  const std::vector<Allowance> allowances_;
  mutable std::mutex mutex_;
  Made made_;  // under mutex_
};

}  // namespace gander::prbot
