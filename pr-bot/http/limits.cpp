#include "pr-bot/http/limits.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <sstream>

#include "base/text.h"

namespace gander::prbot {
namespace {

using std::chrono::seconds;

constexpr int64_t kLongest = 7LL * 24 * 3600;  // seconds: what asks for more is a mistake

std::optional<int64_t> numberOf(std::string_view text) {
  int64_t number = 0;
  const auto [stop, error] = std::from_chars(text.begin(), text.end(), number);
  if (error != std::errc() || stop == text.begin()) return std::nullopt;
  return number;
}

// When what is spent comes back, by the headers of one family.
std::optional<Time> spent(const HttpHeaders& headers, const std::string& family, Time now) {
  if (numberOf(headerOf(headers, family + "-remaining")).value_or(1) > 0) return std::nullopt;
  const auto at = numberOf(headerOf(headers, family + "-reset"));
  if (!at) return std::nullopt;
  const Time until{seconds(*at)};
  return std::clamp(until, now + seconds(1), now + seconds(kLongest));
}

std::optional<unsigned> monthOf(std::string_view name) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const auto at = kMonths.find(name);
  if (name.size() != 3 || at == std::string_view::npos || at % 3 != 0) return std::nullopt;
  return static_cast<unsigned>(at / 3) + 1;
}

}  // namespace

std::optional<Time> parseRetryAfter(std::string_view text, Time now) {
  if (text.empty()) return std::nullopt;
  if (const auto number = numberOf(text); number && text.find_first_not_of("0123456789.") == std::string_view::npos)
    return now + seconds(std::clamp<int64_t>(*number, 1, kLongest));
  std::istringstream stream{std::string(text)};
  std::string day;
  std::string month;
  int date = 0;
  int year = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  char colon = 0;
  stream >> day >> date >> month >> year >> hour >> colon >> minute >> colon >> second;
  const auto number = monthOf(month);
  if (!stream || !number) return std::nullopt;
  const std::chrono::year_month_day when{std::chrono::year(year), std::chrono::month(*number),
                                         std::chrono::day(static_cast<unsigned>(date))};
  if (!when.ok()) return std::nullopt;
  const Time at =
      std::chrono::sys_days(when) + std::chrono::hours(hour) + std::chrono::minutes(minute) + seconds(second);
  return std::clamp(at, now + seconds(1), now + seconds(kLongest));
}

LimitSigns limitsOf(const HttpAnswer& answer, Time now) {
  LimitSigns signs;
  const auto after = parseRetryAfter(headerOf(answer.headers, "retry-after"), now);
  auto reset = spent(answer.headers, "x-ratelimit", now);
  if (!reset) reset = spent(answer.headers, "ratelimit", now);
  const auto text = toLowerAscii(std::string_view(answer.body).substr(0, 4096));
  const bool tooQuickly = text.contains("submitted too quickly");
  const bool worded = text.contains("rate limit") || text.contains("abuse detection") || tooQuickly;
  signs.refused = answer.status == 429 || (answer.status == 403 && (after || reset || worded)) ||
                  (answer.status == 422 && tooQuickly);
  if (!signs.refused) {
    // A 503 says when to come back, and not whether what was asked has been done.
    signs.notBefore = answer.status == 503 && after ? after : reset;
    return signs;
  }
  signs.until = after ? after : reset;
  if (tooQuickly) signs.until = std::max(signs.until.value_or(now), now + std::chrono::hours(1));
  return signs;
}

}  // namespace gander::prbot
