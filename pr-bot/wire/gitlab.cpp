// GitLab. A project is known by its path, with %2F; a merge request by its number in the project (iid).
//
// Facts: https://docs.gitlab.com/api/merge_requests/, /notes/, /discussions/, /members/.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "pr-bot/git_address.h"
#include "pr-bot/wire/wire.h"

namespace gander::prbot {
namespace {

constexpr std::string_view kDraftTitle = "Draft: ";
constexpr size_t kNameParts = 21;   // a group lies in at most twenty others
constexpr int64_t kDeveloper = 30;  // the lowest access that may push

Result<PullRequest> readPull(const std::string& repository, const Json& json) {
  PullRequest pull;
  auto& text = pull.text;
  GANDER_TRY(auto number, numberAt(json, "iid"));
  GANDER_TRY(auto state, textAt(json, "state"));
  GANDER_TRY(text.branch, textAt(json, "source_branch"));
  GANDER_TRY(text.base, textAt(json, "target_branch"));
  GANDER_TRY(text.title, textAt(json, "title"));
  GANDER_TRY(pull.created, timeAt(json, "created_at"));
  GANDER_TRY(pull.updated, timeAt(json, "updated_at"));
  pull.number = static_cast<int>(number);
  text.repository = repository;
  text.head = textOr(json, "sha");
  text.body = textOr(json, "description");
  text.draft = flagAt(json, "draft") || text.title.starts_with(kDraftTitle);
  if (text.title.starts_with(kDraftTitle)) text.title.erase(0, kDraftTitle.size());
  if (const auto& labels = memberOf(json, "labels"); labels.is_array())
    for (const auto& label : labels)
      if (label.is_string()) text.labels.push_back(label.get<std::string>());
  text.assignees = namesIn(memberOf(json, "assignees"), "username");
  text.reviewers = namesIn(memberOf(json, "reviewers"), "username");
  pull.url = textOr(json, "web_url");
  if (state == "merged")
    pull.state = PullRequestState::kMerged;
  else if (state == "closed")
    pull.state = PullRequestState::kClosed;
  for (const auto* member : {"merge_commit_sha", "squash_commit_sha", "sha"})
    if (pull.state == PullRequestState::kMerged && pull.merged.empty()) pull.merged = textOr(json, member);
  return pull;
}

class GitLabWire final : public Wire {
 public:
  GitLabWire(ApiParts parts, const ApiPolicy& policy) : web_(parts.forge), api_(std::move(parts), policy) {}

  Result<std::string> repositoryName(const std::string& url) const override {
    return nameOnForge(url, web_, kNameParts);
  }

  Result<ForgeRepository> look(const std::string& repository) override {
    GANDER_TRY(auto json, api_.read(repository, project(repository)));
    ForgeRepository out;
    out.kind = ForgeKind::kGitLab;
    GANDER_TRY(out.name, textAt(json, "path_with_namespace"));
    out.web = textOr(json, "web_url");
    out.defaultBranch = textOr(json, "default_branch");
    const auto& permissions = memberOf(json, "permissions");
    int64_t access = 0;
    for (const auto* member : {"project_access", "group_access"})
      access = std::max(access, numberAt(memberOf(permissions, member), "access_level").value_or(0));
    out.mayWrite = permissions.is_null() || access >= kDeveloper;
    out.fork = memberOf(json, "forked_from_project").is_object();
    if (flagAt(json, "empty_repo")) out.standing = Standing::kEmpty;
    const bool none = memberOf(json, "merge_requests_enabled").is_boolean() && !flagAt(json, "merge_requests_enabled");
    if (none || textOr(json, "merge_requests_access_level") == "disabled" ||
        textOr(json, "repository_access_level") == "disabled")
      out.standing = Standing::kDisabled;
    if (flagAt(json, "archived")) out.standing = Standing::kArchived;
    return out;
  }

  Result<std::vector<PullRequest>> pulls(const std::string& repository, const std::string& branch,
                                         const std::string& base) override {
    GANDER_TRY(auto items, api_.list(fmt::format("{}/merge_requests?state=all&source_branch={}&per_page=100",
                                                 project(repository), urlEscaped(branch))));
    std::vector<PullRequest> out;
    for (const auto& item : items) {
      const bool here = memberOf(item, "source_project_id") == memberOf(item, "target_project_id");
      if (textOr(item, "source_branch") != branch || !here) continue;
      GANDER_TRY(auto pull, readPull(repository, item));
      if (pull.text.base == base) out.push_back(std::move(pull));
    }
    return out;
  }

  Result<PullRequest> pull(const std::string& repository, int number) override {
    GANDER_TRY(auto json, api_.read(nameOf(repository, number), request(repository, number)));
    return readPull(repository, json);
  }

  Result<bool> open(const PullRequestText& text) override {
    const Json body{{"source_branch", text.branch},
                    {"target_branch", text.base},
                    {"title", titleOf(text.title, text.draft)},
                    {"description", text.body},
                    {"remove_source_branch", true}};
    GANDER_TRY(auto answer, api_.write("POST", project(text.repository) + "/merge_requests", body));
    if (answer.status == 201) return true;
    if (answer.status == 409) return false;
    return std::unexpected(
        api_.errorOf(fmt::format("open the merge request of {} in {}", text.branch, text.repository), answer));
  }

  Status edit(const PullRequest& pull, const PullRequestChanges& changes) override {
    Json body = Json::object();
    if (changes.title || changes.draft)
      body["title"] = titleOf(changes.title.value_or(pull.text.title), changes.draft.value_or(pull.text.draft));
    if (changes.body) body["description"] = *changes.body;
    if (changes.close) body["state_event"] = "close";
    return put(pull, body);
  }

  Result<std::vector<std::string>> add(const PullRequest& pull, const PullRequestText& text) override {
    std::vector<std::string> problems;
    Json body = Json::object();
    if (const auto labels = missingNames(text.labels, pull.text.labels); !labels.empty())
      body["add_labels"] = fmt::format("{}", fmt::join(labels, ","));
    auto reviewers = missingNames(text.reviewers, pull.text.reviewers);
    if (!reviewers.empty()) {
      GANDER_TRY(const auto self, account());
      std::erase_if(reviewers, [&](const std::string& name) { return sameName(name, self); });
    }
    const auto assignees = missingNames(text.assignees, pull.text.assignees);
    // The lists are set as wholes, by the ids of people.
    GANDER_TRY(auto asked, idsOf(pull.text.reviewers, reviewers, roomToAsk(pull, text), problems));
    GANDER_TRY(auto assigned, idsOf(pull.text.assignees, assignees, assignees.size(), problems));
    if (asked.size() > pull.text.reviewers.size()) body["reviewer_ids"] = asked;
    if (assigned.size() > pull.text.assignees.size()) body["assignee_ids"] = assigned;
    GANDER_CHECK(put(pull, body));
    // Who may not is left out without a word, and an edition without many reviewers takes the first.
    if (!body.empty()) {
      GANDER_TRY(auto after, this->pull(text.repository, pull.number));
      noteLost(asked.size(), after.text.reviewers.size(), "reviewers", problems);
      noteLost(assigned.size(), after.text.assignees.size(), "assignees", problems);
    }
    return problems;
  }

  Result<bool> merge(const PullRequest& pull, const MergeOrder& order) override {
    Json body{{"sha", order.head}};
    // The first is the name since GitLab 17.11, the second the older one; which is not known is left aside.
    if (order.whenReady) body["auto_merge"] = body["merge_when_pipeline_succeeds"] = true;
    GANDER_TRY(auto answer, api_.write("PUT", request(pull.text.repository, pull.number) + "/merge", body));
    if (answer.status == 200) return textOr(answer.body, "state") == "merged";
    auto error = api_.errorOf("merge " + nameOf(pull.text.repository, pull.number), answer);
    if (answer.status == 406 || answer.status == 422) error.kind = ErrorKind::kConflict;
    return std::unexpected(error);
  }

  Result<std::vector<Comment>> comments(const std::string& repository, int number, bool) override {
    GANDER_TRY(auto self, account());
    GANDER_TRY(auto items, api_.list(request(repository, number) + "/notes?sort=asc&order_by=created_at&per_page=100"));
    std::erase_if(items, [](const Json& item) { return flagAt(item, "system"); });
    std::vector<Comment> out;
    GANDER_CHECK(addComments(items, "author", "username", self, out));
    return out;
  }

  Status comment(const std::string& repository, int number, const std::string& body) override {
    GANDER_TRY(auto answer, api_.write("POST", request(repository, number) + "/notes", {{"body", body}}));
    if (answer.status == 201) return {};
    return std::unexpected(api_.errorOf("comment on " + nameOf(repository, number), answer));
  }

  Result<bool> commentAtLine(const PullRequest& pull, const Remark& remark, const std::string& body) override {
    const auto path = request(pull.text.repository, pull.number);
    GANDER_TRY(auto json, api_.read(nameOf(pull.text.repository, pull.number), path));
    const auto& refs = memberOf(json, "diff_refs");
    if (!refs.is_object()) return false;  // the difference is not made yet
    const Json position{{"position_type", "text"},
                        {"base_sha", memberOf(refs, "base_sha")},
                        {"start_sha", memberOf(refs, "start_sha")},
                        {"head_sha", memberOf(refs, "head_sha")},
                        {"old_path", remark.file},
                        {"new_path", remark.file},
                        {"new_line", remark.line}};
    GANDER_TRY(auto answer, api_.write("POST", path + "/discussions", {{"body", body}, {"position", position}}));
    if (answer.status == 201) return true;
    if (answer.status == 400 || answer.status == 422) return false;
    return std::unexpected(api_.errorOf("comment on " + nameOf(pull.text.repository, pull.number), answer));
  }

  Status callOff(const PullRequest& pull) override {
    const auto path = request(pull.text.repository, pull.number);
    GANDER_TRY(auto json, api_.read(nameOf(pull.text.repository, pull.number), path));
    if (!flagAt(json, "merge_when_pipeline_succeeds")) return {};
    GANDER_TRY(auto answer, api_.write("POST", path + "/cancel_merge_when_pipeline_succeeds", nullptr));
    if (answer.status == 200 || answer.status == 201) return {};
    return std::unexpected(api_.errorOf("don't merge " + nameOf(pull.text.repository, pull.number), answer));
  }

  // Its pipelines are one: what a person starts by hand does not keep it from having passed.
  Result<Checks> checks(const PullRequest& pull) override {
    GANDER_TRY(auto json,
               api_.read(nameOf(pull.text.repository, pull.number), request(pull.text.repository, pull.number)));
    const auto& pipeline = memberOf(json, "head_pipeline");
    if (pipeline.is_null()) return Checks::kNone;
    const auto status = textOr(pipeline, "status");
    if (status == "success" || status == "skipped" || status == "manual") return Checks::kPassed;
    return status == "failed" || status == "canceled" ? Checks::kFailed : Checks::kPending;
  }

  Result<std::string> account() override {
    return account_.get([this]() -> Result<std::string> {
      GANDER_TRY(auto json, api_.read("the account", "/user"));
      return textAt(json, "username");
    });
  }

  Result<bool> mayWrite(const std::string& repository, const std::string& login) override {
    GANDER_TRY(auto id, userId(login));
    if (!id) return false;
    GANDER_TRY(auto answer, api_.get(fmt::format("{}/members/all/{}", project(repository), *id)));
    if (answer.status == 404 || answer.status == 403) return false;
    if (answer.status != 200) return std::unexpected(api_.errorOf("the access of " + login, answer));
    return numberAt(answer.body, "access_level").value_or(0) >= kDeveloper;
  }

 private:
  static std::string project(const std::string& repository) { return "/projects/" + urlEscaped(repository); }
  static std::string request(const std::string& repository, int number) {
    return fmt::format("{}/merge_requests/{}", project(repository), number);
  }
  static std::string nameOf(const std::string& repository, int number) {
    return fmt::format("merge request {} !{}", repository, number);
  }
  static std::string titleOf(const std::string& title, bool draft) {
    return draft ? std::string(kDraftTitle) + title : title;
  }
  static void noteLost(size_t wanted, size_t there, std::string_view what, std::vector<std::string>& problems) {
    if (there < wanted) problems.push_back(fmt::format("only {} of {} {} were taken", there, wanted, what));
  }

  Status put(const PullRequest& pull, const Json& body) {
    if (body.empty()) return {};
    GANDER_TRY(auto answer, api_.write("PUT", request(pull.text.repository, pull.number), body));
    if (answer.status == 200) return {};
    return std::unexpected(api_.errorOf(nameOf(pull.text.repository, pull.number), answer));
  }

  Result<std::optional<int64_t>> userId(const std::string& login) {
    GANDER_TRY(auto json, api_.read("the user " + login, "/users?username=" + urlEscaped(login)));
    if (json.is_array())
      for (const auto& user : json)
        if (sameName(textOr(user, "username"), login)) return numberAt(user, "id").value_or(0);
    return std::nullopt;
  }

  // Of those who are there, and of the first of `more` whom GitLab knows as people: to it groups are nobody.
  Result<std::vector<int64_t>> idsOf(const std::vector<std::string>& there, const std::vector<std::string>& more,
                                     size_t room, std::vector<std::string>& problems) {
    std::vector<int64_t> ids;
    if (more.empty() || room == 0) return ids;
    auto names = there;
    names.insert(names.end(), more.begin(), more.end());
    for (const auto& name : names) {
      if (ids.size() >= there.size() && ids.size() - there.size() == room) break;
      GANDER_TRY(auto id, userId(name));
      if (id)
        ids.push_back(*id);
      else
        problems.push_back(fmt::format("{}: there is no user {}", web_, name));
    }
    return ids;
  }

  const std::string web_;
  AccountName account_;
  ApiClient api_;
};

}  // namespace

std::unique_ptr<Wire> makeGitLabWire(ApiParts parts, const ApiPolicy& policy) {
  return std::make_unique<GitLabWire>(std::move(parts), policy);
}

}  // namespace gander::prbot
