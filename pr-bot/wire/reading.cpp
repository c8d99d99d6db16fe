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

Result<std::string> AccountName::get(const std::function<Result<std::string>()>& ask) {
  std::scoped_lock lock(mutex_);
  if (name_.empty()) {
    GANDER_TRY(name_, ask());
  }
  return name_;
}

Status addComments(const std::vector<Json>& list, const std::string& writer, const std::string& login,
                   const std::string& self, std::vector<Comment>& out, const std::string& kind) {
  for (const auto& item : list) {
    Comment comment{.author = textOr(memberOf(item, writer), login), .body = textOr(item, "body")};
    GANDER_TRY(auto id, numberAt(item, "id"));
    GANDER_TRY(comment.at, timeAt(item, "created_at"));
    comment.id = kind + std::to_string(id);
    comment.own = sameName(comment.author, self);
    out.push_back(std::move(comment));
  }
  return {};
}

std::string mergeMethodOf(const Json& repository, const std::vector<std::pair<std::string, std::string>>& ways) {
  for (const auto& [way, allowed] : ways)
    if (memberOf(repository, allowed).is_null() || flagAt(repository, allowed)) return way;
  return ways.back().first;
}

Checks both(Checks one, Checks other) {
  for (auto first : {Checks::kFailed, Checks::kPending, Checks::kPassed})
    if (one == first || other == first) return first;
  return Checks::kNone;
}

std::vector<std::string> namesIn(const Json& list, const std::string& member) {
  std::vector<std::string> names;
  if (!list.is_array()) return names;
  for (const auto& item : list)
    if (auto name = textOr(item, member); !name.empty()) names.push_back(std::move(name));
  return names;
}

}  // namespace gander::prbot
