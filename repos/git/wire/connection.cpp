#include "repos/git/wire/connection.h"

#include <fmt/format.h>

#include "base/text.h"

namespace gander::repos {

Status Watch::check() const {
  auto now = Clock::now();
  auto seconds = [](std::chrono::milliseconds time) { return fmt::format("{:g} s", time.count() / 1000.0); };
  if (now - moved_ > silence_)
    return fail(ErrorKind::kUnavailable, "the server has said nothing for " + seconds(silence_));
  if (now > end_) return fail(ErrorKind::kUnavailable, "not done after " + seconds(whole_));
  return {};
}

std::string firstLine(std::string_view words) {
  constexpr size_t kLimit = 300;
  for (const auto& line : splitLines(words)) {
    std::string shown;
    for (char c : line.substr(0, kLimit)) shown += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
    size_t begin = shown.find_first_not_of(' ');
    if (begin == std::string::npos) continue;
    return toValidUtf8(shown.substr(begin, shown.find_last_not_of(' ') - begin + 1));
  }
  return {};
}

}  // namespace gander::repos
