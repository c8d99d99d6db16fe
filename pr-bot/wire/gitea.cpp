// Gitea and Forgejo, which share an API; what only new versions have is not needed.
//
// Facts: the swagger description that a server gives at /swagger.v1.json.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "pr-bot/git_address.h"
#include "pr-bot/wire/wire.h"

namespace gander::prbot {
namespace {

constexpr std::string_view kDraftTitle = "WIP: ";
constexpr size_t kPages = 20;  // of open pull requests, 50 each, the newest first
constexpr std::array<std::string_view, 4> kDraftTitles{"WIP: ", "WIP:", "[WIP] ",
                                                       "[WIP]"};  // what servers take for one by default

Result<PullRequest> readPull(const std::string& repository, const Json& json) {
  PullRequest pull;
  auto& text = pull.text;
  GANDER_TRY(auto number, numberAt(json, "number"));
  GANDER_TRY(auto state, textAt(json, "state"));
  GANDER_TRY(text.branch, textAt(memberOf(json, "head"), "ref"));
  GANDER_TRY(text.base, textAt(memberOf(json, "base"), "ref"));
  GANDER_TRY(text.title, textAt(json, "title"));
  GANDER_TRY(pull.created, timeAt(json, "created_at"));
  GANDER_TRY(pull.updated, timeAt(json, "updated_at"));
  pull.number = static_cast<int>(number);
  text.repository = repository;
  text.head = textOr(memberOf(json, "head"), "sha");
  text.body = textOr(json, "body");
  text.draft = flagAt(json, "draft");
  for (const auto prefix : kDraftTitles)
    if (toLowerAscii(text.title).starts_with(toLowerAscii(prefix))) {
      text.draft = true;
      text.title.erase(0, prefix.size());
      break;
    }
  text.labels = namesIn(memberOf(json, "labels"), "name");
  text.assignees = namesIn(memberOf(json, "assignees"), "login");
  text.reviewers = namesIn(memberOf(json, "requested_reviewers"), "login");
  pull.url = textOr(json, "html_url");
  if (flagAt(json, "merged"))
    pull.state = PullRequestState::kMerged;
  else if (state != "open")
    pull.state = PullRequestState::kClosed;
  if (pull.state == PullRequestState::kMerged) pull.merged = textOr(json, "merge_commit_sha");
  return pull;
}

class GiteaWire final : public Wire {
 public:
  GiteaWire(ApiParts parts, const ApiPolicy& policy) : web_(parts.forge), api_(std::move(parts), policy) {}

  Result<std::string> repositoryName(const std::string& url) const override { return nameOnForge(url, web_, 2); }

  Result<ForgeRepository> look(const std::string& repository) override {
    GANDER_TRY(auto json, api_.read(repository, repo(repository)));
    ForgeRepository out;
    out.kind = ForgeKind::kGitea;
    GANDER_TRY(out.name, textAt(json, "full_name"));
    out.web = textOr(json, "html_url");
    out.defaultBranch = textOr(json, "default_branch");
    const auto& permissions = memberOf(json, "permissions");
    out.mayWrite = permissions.is_null() || flagAt(permissions, "push");
    out.fork = flagAt(json, "fork");
    if (flagAt(json, "empty")) out.standing = Standing::kEmpty;
    if (memberOf(json, "has_pull_requests").is_boolean() && !flagAt(json, "has_pull_requests"))
      out.standing = Standing::kDisabled;
    if (flagAt(json, "archived")) out.standing = Standing::kArchived;
    return out;
  }

  // There is no filter by branch, and a repository may have had tens of thousands: never are all of them read. One is asked for by its
  // branches, which versions before 1.22 answer with 404, and others with any one of several. Where that is none that is open, the open
  // ones are looked through, and then those that the account has opened, the newest first.
  Result<std::vector<PullRequest>> pulls(const std::string& repository, const std::string& branch,
                                         const std::string& base) override {
    const Wanted wanted{repository, branch, base};
    std::vector<PullRequest> out;
    for (const auto add : {&GiteaWire::addNamed, &GiteaWire::addOpen, &GiteaWire::addOwn}) {
      GANDER_CHECK((this->*add)(wanted, out));
      const auto isOpen = [](const PullRequest& one) { return one.state == PullRequestState::kOpen; };
      if (std::ranges::any_of(out, isOpen)) break;
    }
    return out;
  }

  Result<PullRequest> pull(const std::string& repository, int number) override {
    GANDER_TRY(auto json, api_.read(nameOf(repository, number), request(repository, number)));
    return readPull(repository, json);
  }

  Result<bool> open(const PullRequestText& text) override {
    const Json body{
        {"title", titleOf(text.title, text.draft)}, {"head", text.branch}, {"base", text.base}, {"body", text.body}};
    GANDER_TRY(auto answer, api_.write("POST", repo(text.repository) + "/pulls", body));
    if (answer.status == 201) return true;
    if (answer.status == 409) return false;
    return std::unexpected(
        api_.errorOf(fmt::format("open the pull request of {} in {}", text.branch, text.repository), answer));
  }

  Status edit(const PullRequest& pull, const PullRequestChanges& changes) override {
    Json body = Json::object();
    if (changes.title || changes.draft)
      body["title"] = titleOf(changes.title.value_or(pull.text.title), changes.draft.value_or(pull.text.draft));
    if (changes.body) body["body"] = *changes.body;
    if (changes.close) body["state"] = "closed";
    return patch(pull, body);
  }

  Result<std::vector<std::string>> add(const PullRequest& pull, const PullRequestText& text) override {
    std::vector<std::string> problems;
    GANDER_CHECK(addLabels(pull, missingNames(text.labels, pull.text.labels), problems));
    const auto reviewers = request(text.repository, pull.number) + "/requested_reviewers";
    GANDER_CHECK(askReviewers(api_, reviewers, pull, text, [this] { return account(); }, problems));
    if (const auto more = missingNames(text.assignees, pull.text.assignees); !more.empty()) {
      auto all = pull.text.assignees;
      all.insert(all.end(), more.begin(), more.end());
      auto done = patch(pull, {{"assignees", all}});
      if (!done && done.error().kind == ErrorKind::kUnavailable) return std::unexpected(done.error());
      if (!done) problems.push_back(done.error().message);
    }
    return problems;
  }

  Result<bool> merge(const PullRequest& pull, const MergeOrder& order) override {
    GANDER_TRY(auto method, mergeMethod(pull.text.repository));
    Json body{{"Do", method}, {"head_commit_id", order.head}};
    if (order.whenReady) body["merge_when_checks_succeed"] = true;
    GANDER_TRY(auto answer, api_.write("POST", request(pull.text.repository, pull.number) + "/merge", body));
    if (answer.status == 200) return true;
    if (answer.status == 201) return false;  // it waits for its checks
    return std::unexpected(api_.errorOf("merge " + nameOf(pull.text.repository, pull.number), answer));
  }

  Result<std::vector<Comment>> comments(const std::string& repository, int number, bool reviews) override {
    GANDER_TRY(auto self, account());
    GANDER_TRY(auto items, api_.list(fmt::format("{}/issues/{}/comments", repo(repository), number)));
    std::vector<Comment> out;
    if (reviews) {
      GANDER_TRY(auto all, api_.list(request(repository, number) + "/reviews?page=1&limit=50"));
      GANDER_CHECK(addReviews(all, self, out));
      GANDER_CHECK(addLineComments(repository, number, all, items));
    }
    GANDER_CHECK(addComments(items, "user", "login", self, out));
    return out;
  }

  Status comment(const std::string& repository, int number, const std::string& body) override {
    GANDER_TRY(auto answer,
               api_.write("POST", fmt::format("{}/issues/{}/comments", repo(repository), number), {{"body", body}}));
    if (answer.status == 201) return {};
    return std::unexpected(api_.errorOf("comment on " + nameOf(repository, number), answer));
  }

  Result<bool> commentAtLine(const PullRequest& pull, const Remark& remark, const std::string& body) override {
    const Json at{{"path", remark.file}, {"body", body}, {"new_position", remark.line}};
    GANDER_TRY(auto answer,
               api_.write("POST", request(pull.text.repository, pull.number) + "/reviews",
                          {{"event", "COMMENT"}, {"commit_id", pull.text.head}, {"comments", Json::array({at})}}));
    if (answer.status == 200) return true;
    if (answer.status == 422 || answer.status == 404) return false;
    return std::unexpected(api_.errorOf("comment on " + nameOf(pull.text.repository, pull.number), answer));
  }

  // Whether one waits is not told; 404 where none does.
  Status callOff(const PullRequest& pull) override {
    GANDER_TRY(auto answer, api_.write("DELETE", request(pull.text.repository, pull.number) + "/merge", nullptr));
    if (answer.status == 204 || answer.status == 404) return {};
    return std::unexpected(api_.errorOf("don't merge " + nameOf(pull.text.repository, pull.number), answer));
  }

  Result<Checks> checks(const PullRequest& pull) override {
    GANDER_TRY(auto status, api_.read("the status of " + nameOf(pull.text.repository, pull.number),
                                      fmt::format("{}/commits/{}/status", repo(pull.text.repository), pull.text.head)));
    if (numberAt(status, "total_count").value_or(0) == 0) return Checks::kNone;
    const auto state = textOr(status, "state");
    if (state == "success" || state == "warning") return Checks::kPassed;
    return state == "pending" ? Checks::kPending : Checks::kFailed;
  }

  Result<std::string> account() override {
    return account_.get([this]() -> Result<std::string> {
      GANDER_TRY(auto json, api_.read("the account", "/user"));
      return textAt(json, "login");
    });
  }

  Result<bool> mayWrite(const std::string& repository, const std::string& login) override {
    if (login.empty()) return false;
    GANDER_TRY(auto answer,
               api_.get(fmt::format("{}/collaborators/{}/permission", repo(repository), urlEscaped(login))));
    if (answer.status == 404) return false;
    // Only who administers a repository may ask; then nobody but its owner is known to write.
    if (answer.status == 403) return sameName(login, repository.substr(0, repository.find('/')));
    if (answer.status != 200) return std::unexpected(api_.errorOf("the permission of " + login, answer));
    const auto permission = textOr(answer.body, "permission");
    return permission == "owner" || permission == "admin" || permission == "write";
  }

 private:
  struct Wanted {
    std::string repository;
    std::string branch;
    std::string base;
  };

  static Status addIfWanted(const Json& item, const Wanted& wanted, std::vector<PullRequest>& out) {
    const auto& head = memberOf(item, "head");
    const bool here = memberOf(head, "repo_id") == memberOf(memberOf(item, "base"), "repo_id");
    // The head's `ref` of one whose branch is gone is refs/pull/N/head; its `label` keeps the name.
    if ((textOr(head, "ref") != wanted.branch && textOr(head, "label") != wanted.branch) || !here) return {};
    GANDER_TRY(auto pull, readPull(wanted.repository, item));
    pull.text.branch = wanted.branch;
    if (pull.text.base == wanted.base) out.push_back(std::move(pull));
    return {};
  }

  Status addNamed(const Wanted& wanted, std::vector<PullRequest>& out) {
    GANDER_TRY(auto answer, api_.get(fmt::format("{}/pulls/{}/{}", repo(wanted.repository), urlEscaped(wanted.base),
                                                 urlEscaped(wanted.branch))));
    if (answer.status == 404) return {};
    if (answer.status != 200)
      return std::unexpected(
          api_.errorOf(fmt::format("the pull request of {} in {}", wanted.branch, wanted.repository), answer));
    return addIfWanted(answer.body, wanted, out);
  }

  Status addOpen(const Wanted& wanted, std::vector<PullRequest>& out) {
    GANDER_TRY(auto items, api_.list(repo(wanted.repository) + "/pulls?state=open&page=1&limit=50", {.first = kPages}));
    for (const auto& item : items) GANDER_CHECK(addIfWanted(item, wanted, out));
    return {};
  }

  // Issues can be told apart by who opened them in all versions; which branch one is of is asked one by one.
  Status addOwn(const Wanted& wanted, std::vector<PullRequest>& out) {
    GANDER_TRY(auto self, account());
    GANDER_TRY(auto items, api_.list(fmt::format("{}/issues?type=pulls&state=all&created_by={}&page=1&limit=50",
                                                 repo(wanted.repository), urlEscaped(self)),
                                     {.first = 1}));
    const int known = out.empty() ? 0 : out.front().number;
    const auto had = out.size();
    for (const auto& item : items) {
      GANDER_TRY(auto number, numberAt(item, "number"));
      if (number <= known || out.size() > had) break;
      GANDER_TRY(auto json, api_.read(nameOf(wanted.repository, static_cast<int>(number)),
                                      request(wanted.repository, static_cast<int>(number))));
      GANDER_CHECK(addIfWanted(json, wanted, out));
    }
    return {};
  }

  static std::string repo(const std::string& repository) { return "/repos/" + repository; }
  static std::string request(const std::string& repository, int number) {
    return fmt::format("/repos/{}/pulls/{}", repository, number);
  }
  static std::string nameOf(const std::string& repository, int number) {
    return fmt::format("pull request {} #{}", repository, number);
  }
  static std::string titleOf(const std::string& title, bool draft) {
    return draft ? std::string(kDraftTitle) + title : title;
  }

  Status patch(const PullRequest& pull, const Json& body) {
    if (body.empty()) return {};
    GANDER_TRY(auto answer, api_.write("PATCH", request(pull.text.repository, pull.number), body));
    if (answer.status == 201 || answer.status == 200) return {};
    return std::unexpected(api_.errorOf(nameOf(pull.text.repository, pull.number), answer));
  }

  // Labels go by their ids, and one that is not there has to be made.
  Status addLabels(const PullRequest& pull, const std::vector<std::string>& labels,
                   std::vector<std::string>& problems) {
    if (labels.empty()) return {};
    const auto& repository = pull.text.repository;
    GANDER_TRY(auto known, api_.list(repo(repository) + "/labels?page=1&limit=50"));
    std::vector<int64_t> ids;
    for (const auto& label : labels) {
      auto found = std::ranges::find_if(known, [&](const Json& one) { return sameName(textOr(one, "name"), label); });
      if (found != known.end()) {
        GANDER_TRY(const auto id, numberAt(*found, "id"));
        ids.push_back(id);
        continue;
      }
      GANDER_TRY(auto made, api_.write("POST", repo(repository) + "/labels", {{"name", label}, {"color", "#ededed"}}));
      if (made.status != 201) {
        problems.push_back(api_.errorOf("make the label " + label, made).message);
        continue;
      }
      // Where the answer can't be read the label is there all the same, and the next look finds it.
      GANDER_TRY(const auto id, numberAt(made.body, "id"));
      ids.push_back(id);
    }
    if (ids.empty()) return {};
    GANDER_TRY(auto answer, api_.write("POST", fmt::format("{}/issues/{}/labels", repo(repository), pull.number),
                                       {{"labels", ids}}));
    if (answer.status != 200) problems.push_back(api_.errorOf("add labels", answer).message);
    return {};
  }

  Status addLineComments(const std::string& repository, int number, const std::vector<Json>& reviews,
                         std::vector<Json>& items) {
    for (const auto& review : reviews) {
      if (numberAt(review, "comments_count").value_or(0) == 0) continue;
      GANDER_TRY(auto id, numberAt(review, "id"));
      GANDER_TRY(auto more, api_.list(fmt::format("{}/reviews/{}/comments", request(repository, number), id)));
      std::ranges::move(more, std::back_inserter(items));
    }
    return {};
  }

  Result<std::string> mergeMethod(const std::string& repository) {
    GANDER_TRY(auto json, api_.read(repository, repo(repository)));
    return mergeMethodOf(
        json, {{"merge", "allow_merge_commits"}, {"squash", "allow_squash_merge"}, {"rebase", "allow_rebase"}});
  }

  const std::string web_;
  AccountName account_;
  ApiClient api_;
};

}  // namespace

std::unique_ptr<Wire> makeGiteaWire(ApiParts parts, const ApiPolicy& policy) {
  return std::make_unique<GiteaWire>(std::move(parts), policy);
}

}  // namespace gander::prbot
