#include "pr-bot/http/turnstile.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

namespace gander::prbot {
namespace {

constexpr size_t kMost = 64 << 10;  // bytes of the file that are read

std::optional<Time> timeIn(std::string_view& text) {
  long long value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  // What is not whole is as if nothing had been written: the pause is then kept once too often or too little.
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(stop - text.data()));
  if (text.starts_with(' ') || text.starts_with('\n')) text.remove_prefix(1);
  return Time(std::chrono::milliseconds(value));
}

std::string readAll(int descriptor) {
  std::string text(kMost, '\0');
  const auto count = ::pread(descriptor, text.data(), text.size(), 0);
  text.resize(count > 0 ? static_cast<size_t>(count) : 0);
  return text;
}

}  // namespace

Result<Turnstile> Turnstile::enter(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) return failErrno(errno, fmt::format("open {}", file.string()));
  Turnstile turn(descriptor);
  while (::flock(descriptor, LOCK_EX) != 0)
    if (errno != EINTR) return failErrno(errno, fmt::format("lock {}", file.string()));
  const auto whole = readAll(descriptor);
  std::string_view text = whole;
  turn.last_ = timeIn(text).value_or(Time());
  turn.until_ = timeIn(text).value_or(Time());
  while (const auto at = timeIn(text)) turn.made_.emplace_back(*at, 1);
  return turn;
}

void Turnstile::leave(Time last, Time until, const Pace::Made& made) {
  auto text = fmt::format("{} {}\n", last.time_since_epoch().count(), until.time_since_epoch().count());
  for (const auto& [at, weight] : made) text += fmt::format("{}\n", at.time_since_epoch().count());
  // A full disk costs the next one its pause, and not this write.
  if (::ftruncate(descriptor_, 0) != 0) return;
  [[maybe_unused]] const auto written = ::pwrite(descriptor_, text.data(), text.size(), 0);
}

Turnstile::~Turnstile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace gander::prbot
