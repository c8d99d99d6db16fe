// GitHub, in the cloud and as Enterprise Server: REST, and GraphQL for what only that has (drafts back and forth, merging when ready).
//
// Facts: GitHub's REST description (github/rest-api-description) and its reference of GraphQL.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/text.h"
#include "pr-bot/git_address.h"
#include "pr-bot/rest_forge.h"
#include "pr-bot/wire/wire.h"

namespace gander::prbot {
namespace {

constexpr std::string_view kDraftTitle = "Draft: ";  // where a repository has no drafts

// GitHub refuses an account that makes more than 80 contents a minute or 500 an hour, without a list of what is one. People who use the
// same account want some too.
const std::vector<Allowance> kWrites{{70, std::chrono::minutes(1)}, {450, std::chrono::hours(1)}};

constexpr const char* kReady =
    "mutation($id: ID!) { markPullRequestReadyForReview(input: {pullRequestId: $id}) { clientMutationId } }";
constexpr const char* kToDraft =
    "mutation($id: ID!) { convertPullRequestToDraft(input: {pullRequestId: $id}) { clientMutationId } }";
constexpr const char* kAutoMerge =
    "mutation($id: ID!, $head: GitObjectID!, $method: PullRequestMergeMethod!) { enablePullRequestAutoMerge(input: "
    "{pullRequestId: $id, expectedHeadOid: $head, mergeMethod: $method}) { clientMutationId } }";
constexpr const char* kNoAutoMerge =
    "mutation($id: ID!) { disablePullRequestAutoMerge(input: {pullRequestId: $id}) { clientMutationId } }";

Result<PullRequest> readPull(const std::string& repository, const Json& json) {
  PullRequest pull;
  auto& text = pull.text;
  GANDER_TRY(auto number, numberAt(json, "number"));
  GANDER_TRY(auto state, textAt(json, "state"));
  GANDER_TRY(text.branch, textAt(memberOf(json, "head"), "ref"));
  GANDER_TRY(text.head, textAt(memberOf(json, "head"), "sha"));
  GANDER_TRY(text.base, textAt(memberOf(json, "base"), "ref"));
  GANDER_TRY(text.title, textAt(json, "title"));
  GANDER_TRY(pull.created, timeAt(json, "created_at"));
  GANDER_TRY(pull.updated, timeAt(json, "updated_at"));
  pull.number = static_cast<int>(number);
  text.repository = repository;
  text.body = textOr(json, "body");
  text.draft = flagAt(json, "draft");
  if (text.title.starts_with(kDraftTitle)) {
    text.draft = true;
    text.title.erase(0, kDraftTitle.size());
  }
  text.labels = namesIn(memberOf(json, "labels"), "name");
  text.assignees = namesIn(memberOf(json, "assignees"), "login");
  text.reviewers = namesIn(memberOf(json, "requested_reviewers"), "login");
  for (const auto& team : namesIn(memberOf(json, "requested_teams"), "slug"))
    text.reviewers.push_back(repository.substr(0, repository.find('/') + 1) + team);
  pull.url = textOr(json, "html_url");
  if (memberOf(json, "merged_at").is_string())
    pull.state = PullRequestState::kMerged;
  else if (state != "open")
    pull.state = PullRequestState::kClosed;
  if (pull.state == PullRequestState::kMerged) pull.merged = textOr(json, "merge_commit_sha");
  return pull;
}

class GitHubWire final : public Wire {
 public:
  GitHubWire(const ApiParts& parts, const ApiPolicy& policy)
      : web_(parts.forge),
        rest_(restOf(parts.base).substr(parts.base.size())),
        credentials_(parts.credentials),
        api_(parts, policy) {}

  Result<std::string> repositoryName(const std::string& url) const override { return nameOnForge(url, web_, 2); }

  Result<ForgeRepository> look(const std::string& repository) override {
    GANDER_TRY(auto json, api_.read(repository, repo(repository)));
    ForgeRepository out;
    out.kind = ForgeKind::kGitHub;
    GANDER_TRY(out.name, textAt(json, "full_name"));
    out.web = textOr(json, "html_url");
    GANDER_TRY(out.defaultBranch, textAt(json, "default_branch"));
    const auto& permissions = memberOf(json, "permissions");
    out.mayWrite = permissions.is_null() || flagAt(permissions, "push");
    out.fork = flagAt(json, "fork");
    if (flagAt(json, "archived")) out.standing = Standing::kArchived;
    if (flagAt(json, "disabled")) out.standing = Standing::kDisabled;
    if (out.standing == Standing::kActive && numberAt(json, "size").value_or(1) == 0) {
      // A small repository has the size 0 too; an empty one has no commits to ask for.
      GANDER_TRY(auto commits, api_.get(repo(repository) + "/commits?per_page=1"));
      if (commits.status == 409) out.standing = Standing::kEmpty;
    }
    return out;
  }

  // GitHub leaves a filter aside that it can't read: what comes is looked at again.
  Result<std::vector<PullRequest>> pulls(const std::string& repository, const std::string& branch,
                                         const std::string& base) override {
    const auto owner = repository.substr(0, repository.find('/'));
    GANDER_TRY(auto items, api_.list(fmt::format("{}/pulls?state=all&head={}:{}&per_page=100", repo(repository),
                                                 urlEscaped(owner), urlEscaped(branch))));
    std::vector<PullRequest> out;
    for (const auto& item : items) {
      const auto from = textOr(memberOf(memberOf(item, "head"), "repo"), "full_name");
      const auto into = textOr(memberOf(memberOf(item, "base"), "repo"), "full_name");
      if (textOr(memberOf(item, "head"), "ref") != branch || !sameName(from, into)) continue;
      GANDER_TRY(auto pull, readPull(repository, item));
      if (pull.text.base == base) out.push_back(std::move(pull));
    }
    return out;
  }

  Result<PullRequest> pull(const std::string& repository, int number) override {
    GANDER_TRY(auto json, pullJson(repository, number));
    return readPull(repository, json);
  }

  Result<bool> open(const PullRequestText& text) override {
    Json body{
        {"title", text.title}, {"head", text.branch}, {"base", text.base}, {"body", text.body}, {"draft", text.draft}};
    GANDER_TRY(auto answer, api_.write("POST", repo(text.repository) + "/pulls", body));
    if (answer.status == 422 && text.draft &&
        toLowerAscii(api_.errorOf("", answer).message).contains("draft pull requests")) {
      body["draft"] = false;
      body["title"] = std::string(kDraftTitle) + text.title;
      GANDER_TRY(answer, api_.write("POST", repo(text.repository) + "/pulls", body));
    }
    if (answer.status == 201) return true;
    auto error = api_.errorOf(fmt::format("open the pull request of {} in {}", text.branch, text.repository), answer);
    if (answer.status == 422 && error.message.contains("already exists")) return false;
    return std::unexpected(error);
  }

  Status edit(const PullRequest& pull, const PullRequestChanges& changes) override {
    const bool draft = changes.draft.value_or(pull.text.draft);
    bool titled = false;  // whether the draft is told by the title
    if (changes.draft) {
      GANDER_TRY(titled, setDraft(pull, *changes.draft));
    } else if (changes.title && draft) {
      GANDER_TRY(auto json, pullJson(pull.text.repository, pull.number));
      titled = !flagAt(json, "draft");
    }
    Json body = Json::object();
    if (changes.title || titled) body["title"] = changes.title.value_or(pull.text.title);
    if (titled && draft) body["title"] = std::string(kDraftTitle) + body["title"].get<std::string>();
    if (changes.body) body["body"] = *changes.body;
    if (changes.close) body["state"] = "closed";
    if (body.empty()) return {};
    GANDER_TRY(auto answer,
               api_.write("PATCH", fmt::format("{}/pulls/{}", repo(pull.text.repository), pull.number), body));
    if (answer.status != 200) return std::unexpected(api_.errorOf(nameOf(pull), answer));
    return {};
  }

  Result<std::vector<std::string>> add(const PullRequest& pull, const PullRequestText& text) override {
    std::vector<std::string> problems;
    const auto issue = fmt::format("{}/issues/{}", repo(text.repository), pull.number);
    if (const auto labels = missingNames(text.labels, pull.text.labels); !labels.empty()) {
      GANDER_TRY(auto answer, api_.write("POST", issue + "/labels", {{"labels", labels}}));
      if (answer.status != 200) problems.push_back(api_.errorOf("add labels", answer).message);
    }
    const auto reviewers = fmt::format("{}/pulls/{}/requested_reviewers", repo(text.repository), pull.number);
    GANDER_CHECK(askReviewers(api_, reviewers, pull, text, [this] { return account(); }, problems));
    const auto assignees = missingNames(text.assignees, pull.text.assignees);
    if (assignees.empty()) return problems;
    GANDER_TRY(auto answer, api_.write("POST", issue + "/assignees", {{"assignees", assignees}}));
    if (answer.status != 201) {
      problems.push_back(api_.errorOf("assign", answer).message);
      return problems;
    }
    // Who can't be is left out without a word.
    for (const auto& name : missingNames(assignees, namesIn(memberOf(answer.body, "assignees"), "login")))
      problems.push_back(fmt::format("{}: {} can't be assigned", web_, name));
    return problems;
  }

  Result<bool> merge(const PullRequest& pull, const MergeOrder& order) override {
    GANDER_TRY(auto method, mergeMethod(pull.text.repository));
    if (order.whenReady) {
      GANDER_TRY(bool waits, mergeWhenReady(pull, order.head, method));
      if (waits) return false;
    }
    GANDER_TRY(auto answer, api_.write("PUT", fmt::format("{}/pulls/{}/merge", repo(pull.text.repository), pull.number),
                                       {{"sha", order.head}, {"merge_method", method}}));
    if (answer.status == 200) return true;
    return std::unexpected(api_.errorOf("merge " + nameOf(pull), answer));
  }

  Status callOff(const PullRequest& pull) override {
    GANDER_TRY(auto json, pullJson(pull.text.repository, pull.number));
    if (memberOf(json, "auto_merge").is_null()) return {};
    GANDER_TRY(auto id, textAt(json, "node_id"));
    GANDER_TRY(auto problem, graphql(kNoAutoMerge, {{"id", id}}));
    if (problem.empty()) return {};
    return fail(ErrorKind::kConflict, fmt::format("{}: don't merge {}: {}", web_, nameOf(pull), problem));
  }

  Result<std::vector<Comment>> comments(const std::string& repository, int number, bool reviews) override {
    GANDER_TRY(auto self, account());
    GANDER_TRY(auto items, api_.list(fmt::format("{}/issues/{}/comments?per_page=100", repo(repository), number)));
    std::vector<Comment> out;
    GANDER_CHECK(addComments(items, "user", "login", self, out));
    if (!reviews) return out;
    GANDER_TRY(auto more, api_.list(fmt::format("{}/pulls/{}/comments?per_page=100", repo(repository), number)));
    GANDER_CHECK(addComments(more, "user", "login", self, out, "line-"));
    GANDER_TRY(auto summaries, api_.list(fmt::format("{}/pulls/{}/reviews?per_page=100", repo(repository), number)));
    GANDER_CHECK(addReviews(summaries, self, out));
    return out;
  }

  Status comment(const std::string& repository, int number, const std::string& body) override {
    GANDER_TRY(auto answer,
               api_.write("POST", fmt::format("{}/issues/{}/comments", repo(repository), number), {{"body", body}}));
    if (answer.status == 201) return {};
    return std::unexpected(api_.errorOf(fmt::format("comment on {} #{}", repository, number), answer));
  }

  // GitHub takes lines of the difference only.
  Result<bool> commentAtLine(const PullRequest& pull, const Remark& remark, const std::string& body) override {
    GANDER_TRY(auto answer,
               api_.write("POST", fmt::format("{}/pulls/{}/comments", repo(pull.text.repository), pull.number),
                          {{"body", body},
                           {"commit_id", pull.text.head},
                           {"path", remark.file},
                           {"line", remark.line},
                           {"side", "RIGHT"}}));
    if (answer.status == 201) return true;
    if (answer.status == 422 || answer.status == 404) return false;
    return std::unexpected(api_.errorOf("comment on " + nameOf(pull), answer));
  }

  // Two kinds: runs of Apps (Actions among them), and statuses that others have set.
  Result<Checks> checks(const PullRequest& pull) override {
    const auto commit = fmt::format("{}/commits/{}", repo(pull.text.repository), pull.text.head);
    GANDER_TRY(auto runs, api_.list(commit + "/check-runs?per_page=100", {.member = "check_runs"}));
    GANDER_TRY(auto status, api_.read("the status of " + nameOf(pull), commit + "/status"));
    auto all = Checks::kNone;
    for (const auto& run : runs) all = both(all, checkOf(run));
    // Without a status it says "pending".
    if (numberAt(status, "total_count").value_or(0) == 0) return all;
    const auto state = textOr(status, "state");
    return both(all, state == "success" ? Checks::kPassed : state == "pending" ? Checks::kPending : Checks::kFailed);
  }

  Result<std::string> account() override {
    return account_.get([this]() -> Result<std::string> {
      GANDER_TRY(auto name, credentials_.account());
      if (!name.empty()) return name;
      GANDER_TRY(auto json, api_.read("the account", rest_ + "/user"));
      return textAt(json, "login");
    });
  }

  Result<bool> mayWrite(const std::string& repository, const std::string& login) override {
    if (login.empty()) return false;
    GANDER_TRY(auto answer,
               api_.get(fmt::format("{}/collaborators/{}/permission", repo(repository), urlEscaped(login))));
    // Who is nobody there, and whoever gander may not ask about, is not known to write.
    if (answer.status == 404 || answer.status == 403) return false;
    if (answer.status != 200) return std::unexpected(api_.errorOf("the permission of " + login, answer));
    const auto permission = textOr(answer.body, "permission");
    return permission == "admin" || permission == "write";
  }

 private:
  std::string repo(const std::string& repository) const { return fmt::format("{}/repos/{}", rest_, repository); }
  static std::string nameOf(const PullRequest& pull) {
    return fmt::format("pull request {} #{}", pull.text.repository, pull.number);
  }

  static Checks checkOf(const Json& run) {
    if (textOr(run, "status") != "completed") return Checks::kPending;
    const auto conclusion = textOr(run, "conclusion");
    const bool well = conclusion == "success" || conclusion == "neutral" || conclusion == "skipped";
    return well ? Checks::kPassed : Checks::kFailed;
  }

  Result<Json> pullJson(const std::string& repository, int number) {
    return api_.read(fmt::format("pull request {} #{}", repository, number),
                     fmt::format("{}/pulls/{}", repo(repository), number));
  }
  // What GraphQL knows a pull request by.
  Result<std::string> nodeOf(const PullRequest& pull) {
    GANDER_TRY(auto json, pullJson(pull.text.repository, pull.number));
    return textAt(json, "node_id");
  }

  // What GraphQL says went wrong; empty where nothing did.
  Result<std::string> graphql(const char* query, const Json& variables) {
    GANDER_TRY(auto answer, api_.write("POST", "/graphql", {{"query", query}, {"variables", variables}}));
    if (answer.status != 200) return std::unexpected(api_.errorOf("GraphQL", answer));
    const auto& errors = memberOf(answer.body, "errors");
    if (!errors.is_array() || errors.empty()) return "";
    return textOr(errors.front(), "message", "an error without a message");
  }

  // True where the title has to tell it.
  Result<bool> setDraft(const PullRequest& pull, bool draft) {
    GANDER_TRY(auto json, pullJson(pull.text.repository, pull.number));
    if (!draft && !flagAt(json, "draft")) return true;
    GANDER_TRY(auto id, textAt(json, "node_id"));
    GANDER_TRY(auto problem, graphql(draft ? kToDraft : kReady, {{"id", id}}));
    if (problem.empty()) return false;
    if (draft) return true;
    return fail(ErrorKind::kConflict, fmt::format("{}: {}: {}", web_, nameOf(pull), problem));
  }

  // False where it can be merged at once, so that there is nothing to wait for.
  Result<bool> mergeWhenReady(const PullRequest& pull, const std::string& head, std::string method) {
    GANDER_TRY(auto id, nodeOf(pull));
    std::ranges::transform(method, method.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    GANDER_TRY(auto problem, graphql(kAutoMerge, {{"id", id}, {"head", head}, {"method", method}}));
    if (problem.empty()) return true;
    if (problem.contains("clean status")) return false;
    return fail(ErrorKind::kConflict, fmt::format("{}: merge {} when it is ready: {}", web_, nameOf(pull), problem));
  }

  Result<std::string> mergeMethod(const std::string& repository) {
    GANDER_TRY(auto json, api_.read(repository, repo(repository)));
    return mergeMethodOf(
        json, {{"merge", "allow_merge_commit"}, {"squash", "allow_squash_merge"}, {"rebase", "allow_rebase_merge"}});
  }

  const std::string web_;
  const std::string rest_;
  Credentials& credentials_;
  AccountName account_;
  ApiClient api_;
};

}  // namespace

std::unique_ptr<Wire> makeGitHubWire(ApiParts parts, const ApiPolicy& policy) {
  parts.headers = {{"accept", "application/vnd.github+json"}, {"x-github-api-version", "2022-11-28"}};
  auto own = policy;
  if (own.writes.empty()) own.writes = kWrites;
  return std::make_unique<GitHubWire>(std::move(parts), own);
}

}  // namespace gander::prbot
