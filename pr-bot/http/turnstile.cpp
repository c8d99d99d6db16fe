#include "pr-bot/http/turnstile.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <string>
#include <string_view>

namespace gander::prbot {
namespace {

Time timeIn(std::string_view& text) {
  long long value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  // What is not whole is as if nothing had been written: the pause is then kept once too often or too little.
  if (error != std::errc()) return {};
  text.remove_prefix(static_cast<size_t>(stop - text.data()));
  if (text.starts_with(' ')) text.remove_prefix(1);
  return Time(std::chrono::milliseconds(value));
}

}  // namespace

Result<Turnstile> Turnstile::enter(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) return failErrno(errno, fmt::format("open {}", file.string()));
  Turnstile turn(descriptor);
  while (::flock(descriptor, LOCK_EX) != 0)
    if (errno != EINTR) return failErrno(errno, fmt::format("lock {}", file.string()));
  char buffer[64];
  const auto count = ::pread(descriptor, buffer, sizeof buffer, 0);
  std::string_view text(buffer, count > 0 ? static_cast<size_t>(count) : 0);
  turn.last_ = timeIn(text);
  turn.until_ = timeIn(text);
  return turn;
}

void Turnstile::leave(Time last, Time until) {
  const auto text = fmt::format("{} {}\n", last.time_since_epoch().count(), until.time_since_epoch().count());
  // A full disk costs the next one its pause, and not this write.
  if (::ftruncate(descriptor_, 0) != 0) return;
  [[maybe_unused]] const auto written = ::pwrite(descriptor_, text.data(), text.size(), 0);
}

Turnstile::~Turnstile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace gander::prbot
