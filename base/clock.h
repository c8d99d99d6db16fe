// Time as a parameter.
#pragma once

#include <atomic>
#include <chrono>
#include <string>

namespace gander {

using Time = std::chrono::sys_time<std::chrono::milliseconds>;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
  virtual void sleepUntil(Time time) = 0;
};

class SystemClock final : public Clock {
 public:
  Time now() const override;
  void sleepUntil(Time time) override;
};

// A clock that stands still until it is told otherwise; who sleeps moves it on.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Time now) : now_(now) {}
  Time now() const override { return now_; }
  void sleepUntil(Time time) override {
    for (auto now = now_.load(); now < time && !now_.compare_exchange_weak(now, time);) {
    }
  }
  void advance(std::chrono::milliseconds by) { sleepUntil(now() + by); }

 private:
  std::atomic<Time> now_;
};

// "2026-01-31T12:00:00Z", UTC, whole seconds.
std::string formatTime(Time time);

}  // namespace gander
