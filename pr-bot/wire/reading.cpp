#include <fmt/format.h>

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

size_t roomToAsk(const PullRequest& pull, const PullRequestText& text) {
  const auto asked = text.reviewers.size() - missingNames(text.reviewers, pull.text.reviewers).size();
  return text.askAtMost - std::min(asked, text.askAtMost);
}

Status askReviewers(ApiClient& api, const std::string& path, const PullRequest& pull, const PullRequestText& text,
                    const std::function<Result<std::string>()>& account, std::vector<std::string>& problems) {
  auto room = roomToAsk(pull, text);
  for (const auto& name : missingNames(text.reviewers, pull.text.reviewers)) {
    if (room == 0) break;
    GANDER_TRY(const auto self, account());
    if (sameName(name, self)) continue;
    const auto slash = name.find('/');
    const Json body = slash == std::string::npos ? Json{{"reviewers", Json::array({name})}}
                                                 : Json{{"team_reviewers", Json::array({name.substr(slash + 1)})}};
    GANDER_TRY(auto answer, api.write("POST", path, body));
    if (answer.status == 201)
      --room;
    else
      problems.push_back(api.errorOf(fmt::format("ask {} for a review", name), answer).message);
  }
  return {};
}

Result<std::string> AccountName::get(const std::function<Result<std::string>()>& ask) {
  std::scoped_lock lock(mutex_);
  if (name_.empty()) {
    GANDER_TRY(name_, ask());
  }
  return name_;
}

// `time`: the member that tells when.
static Result<Comment> readComment(const Json& item, const std::string& author, const std::string& self,
                                   const std::string& time, const std::string& kind) {
  Comment comment{.author = author, .body = textOr(item, "body")};
  GANDER_TRY(auto id, numberAt(item, "id"));
  GANDER_TRY(comment.at, timeAt(item, time));
  comment.id = kind + std::to_string(id);
  comment.own = sameName(comment.author, self);
  return comment;
}

Status addComments(const std::vector<Json>& list, const std::string& writer, const std::string& login,
                   const std::string& self, std::vector<Comment>& out, const std::string& kind) {
  for (const auto& item : list) {
    GANDER_TRY(auto comment, readComment(item, textOr(memberOf(item, writer), login), self, "created_at", kind));
    out.push_back(std::move(comment));
  }
  return {};
}

Status addReviews(const std::vector<Json>& list, const std::string& self, std::vector<Comment>& out) {
  for (const auto& item : list) {
    if (textOr(item, "body").empty() || textOr(item, "state") == "PENDING") continue;
    const auto author = textOr(memberOf(item, "user"), "login");
    GANDER_TRY(auto comment, readComment(item, author, self, "submitted_at", "review-"));
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
