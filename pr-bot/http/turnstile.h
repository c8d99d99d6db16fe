// Turns at writing to a forge, among all processes on one state folder: in a file, which outlives them.
//
//   the file: "LAST UNTIL\n" and a line for each write that counts yet, milliseconds since 1970: when the last write was, until when the
//   forge's limits want none, and when those were that a forge counts by the hour
#pragma once

#include <filesystem>
#include <utility>

#include "base/clock.h"
#include "base/error.h"
#include "pr-bot/http/pace.h"

namespace gander::prbot {

class Turnstile {
 public:
  // Waits for its turn. The system gives the turn back where a process dies.
  static Result<Turnstile> enter(const std::filesystem::path& file);

  Turnstile(Turnstile&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)),
        last_(other.last_),
        until_(other.until_),
        made_(std::move(other.made_)) {}
  Turnstile(const Turnstile&) = delete;
  Turnstile& operator=(const Turnstile&) = delete;
  ~Turnstile();

  Time last() const { return last_; }
  Time until() const { return until_; }
  const Pace::Made& made() const { return made_; }
  // For whoever comes next.
  void leave(Time last, Time until, const Pace::Made& made = {});

 private:
  explicit Turnstile(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
  Time last_{};
  Time until_{};
  Pace::Made made_;
};

}  // namespace gander::prbot
