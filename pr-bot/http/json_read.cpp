#include <fmt/format.h>

#include <cstdio>

#include "pr-bot/http/api_client.h"

namespace gander::prbot {

static std::unexpected<Error> lacks(std::string_view what, const std::string& member) {
  return fail(ErrorKind::kUnavailable, fmt::format("the forge's answer has no {} '{}'", what, member));
}

const Json& memberOf(const Json& json, const std::string& member) {
  static const Json kNone;
  if (!json.is_object()) return kNone;
  auto found = json.find(member);
  return found == json.end() ? kNone : *found;
}

Result<std::string> textAt(const Json& json, const std::string& member) {
  const auto& value = memberOf(json, member);
  if (!value.is_string()) return lacks("text", member);
  return value.get<std::string>();
}

Result<int64_t> numberAt(const Json& json, const std::string& member) {
  const auto& value = memberOf(json, member);
  if (!value.is_number_integer()) return lacks("number", member);
  return value.get<int64_t>();
}

std::string textOr(const Json& json, const std::string& member, std::string otherwise) {
  const auto& value = memberOf(json, member);
  return value.is_string() ? value.get<std::string>() : std::move(otherwise);
}

bool flagAt(const Json& json, const std::string& member) {
  const auto& value = memberOf(json, member);
  return value.is_boolean() && value.get<bool>();
}

// 2026-11-30T12:38:12Z, 2026-11-30T12:38:12.345+01:00
Result<Time> timeAt(const Json& json, const std::string& member) {
  GANDER_TRY(auto text, textAt(json, member));
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int end = 0;
  if (std::sscanf(text.c_str(), "%4d-%2u-%2uT%2d:%2d:%2d%n", &year, &month, &day, &hour, &minute, &second, &end) != 6)
    return lacks("time", member);
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  if (!date.ok()) return lacks("time", member);
  Time time = std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
              std::chrono::seconds(second);
  auto rest = std::string_view(text).substr(static_cast<size_t>(end));
  if (rest.starts_with('.')) rest.remove_prefix(std::min(rest.find_first_not_of("0123456789", 1), rest.size()));
  int hours = 0;
  int minutes = 0;
  if ((rest.starts_with('+') || rest.starts_with('-')) &&
      std::sscanf(rest.data() + 1, "%2d:%2d", &hours, &minutes) == 2) {
    const auto offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
    time += rest.front() == '+' ? -offset : offset;
  }
  return time;
}

}  // namespace gander::prbot
