#include <algorithm>

#include "base/text.h"
#include "pr-bot/wire/wire.h"

namespace gander::prbot {

bool sameName(std::string_view one, std::string_view other) { return toLowerAscii(one) == toLowerAscii(other); }

std::vector<std::string> missingNames(const std::vector<std::string>& wanted, const std::vector<std::string>& there) {
  std::vector<std::string> out;
  for (const auto& name : wanted)
    if (std::ranges::none_of(there, [&](const auto& other) { return sameName(other, name); })) out.push_back(name);
  return out;
}

std::vector<std::string> namesIn(const Json& list, const std::string& member) {
  std::vector<std::string> names;
  if (!list.is_array()) return names;
  for (const auto& item : list)
    if (auto name = textOr(item, member); !name.empty()) names.push_back(std::move(name));
  return names;
}

}  // namespace gander::prbot
