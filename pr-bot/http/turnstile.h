// Turns at writing to a forge, among all processes on one state folder: in a file, which outlives them.
//
//   the file: "LAST UNTIL\n", milliseconds since 1970: when the last write was, and until when the forge's limits want none
#pragma once

#include <filesystem>
#include <utility>

#include "base/clock.h"
#include "base/error.h"

namespace gander::prbot {

class Turnstile {
 public:
  // Waits for its turn. The system gives the turn back where a process dies.
  static Result<Turnstile> enter(const std::filesystem::path& file);

  Turnstile(Turnstile&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)), last_(other.last_), until_(other.until_) {}
  Turnstile(const Turnstile&) = delete;
  Turnstile& operator=(const Turnstile&) = delete;
  ~Turnstile();

  Time last() const { return last_; }
  Time until() const { return until_; }
  // For whoever comes next.
  void leave(Time last, Time until);

 private:
  explicit Turnstile(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
  Time last_{};
  Time until_{};
};

}  // namespace gander::prbot
