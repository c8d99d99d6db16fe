#include "tests/pr-bot/github_shapes.h"

#include <fmt/format.h>

namespace gander::prbot::github {
namespace {

// "followers" -> "followers_url": BASE/followers
void addAddresses(Json& json, const std::string& base, std::initializer_list<const char*> names) {
  for (const auto* name : names) json[std::string(name) + "_url"] = fmt::format("{}/{}", base, name);
}

Json ofBranch(const Json& repository, const std::string& branch, const std::string& commit) {
  return {{"label", repository.at("owner").at("login").get<std::string>() + ":" + branch},
          {"ref", branch},
          {"sha", commit},
          {"user", repository.at("owner")},
          {"repo", repository}};
}

}  // namespace

Json user(const Place& place, const std::string& login, int64_t id) {
  const auto url = place.api + "/users/" + login;
  Json out{
      {"login", login},     {"id", id},   {"node_id", fmt::format("U_{}", id)},  {"avatar_url", place.web + "/avatar"},
      {"gravatar_id", ""},  {"url", url}, {"html_url", place.web + "/" + login}, {"type", "User"},
      {"site_admin", false}};
  addAddresses(out, url, {"followers", "following", "gists", "starred", "subscriptions", "repos", "events"});
  out["organizations_url"] = url + "/orgs";
  out["received_events_url"] = url + "/received_events";
  return out;
}

Json account(Json user) {
  for (const auto* name : {"bio", "blog", "company", "email", "hireable", "location", "name"}) user[name] = nullptr;
  for (const auto* name : {"followers", "following", "public_gists", "public_repos"}) user[name] = 0;
  user["created_at"] = user["updated_at"] = kTime;
  return user;
}

Json repository(const Place& place, const FakeRepository& repository, const Json& owner) {
  const auto url = place.api + "/repos/" + repository.name;
  const auto page = place.web + "/" + repository.name;
  Json out{{"id", 1},
           {"node_id", "R_1"},
           {"name", repository.name.substr(repository.name.find('/') + 1)},
           {"full_name", repository.name},
           {"owner", owner},
           {"private", false},
           {"html_url", page},
           {"description", nullptr},
           {"fork", false},
           {"url", url},
           {"clone_url", page + ".git"},
           {"git_url", page + ".git"},
           {"ssh_url", "git@example.com:" + repository.name + ".git"},
           {"svn_url", page},
           {"mirror_url", nullptr},
           {"homepage", nullptr},
           {"language", nullptr},
           {"license", nullptr},
           {"default_branch", repository.defaultBranch},
           {"archived", repository.archived},
           {"disabled", repository.disabled},
           {"size", repository.empty ? 0 : 12},
           {"pushed_at", kTime},
           {"created_at", kTime},
           {"updated_at", kTime},
           {"permissions", {{"pull", true}, {"push", repository.mayWrite}, {"admin", false}}}};
  addAddresses(out, url,
               {"archive",       "assignees",    "blobs",         "branches",     "collaborators", "comments",
                "commits",       "compare",      "contents",      "contributors", "deployments",   "downloads",
                "events",        "forks",        "git_commits",   "git_refs",     "git_tags",      "hooks",
                "issue_comment", "issue_events", "issues",        "keys",         "labels",        "languages",
                "merges",        "milestones",   "notifications", "pulls",        "releases",      "stargazers",
                "statuses",      "subscribers",  "subscription",  "tags",         "teams",         "trees"});
  for (const auto* name : {"has_issues", "has_projects", "has_wiki", "has_pages", "has_discussions", "has_downloads"})
    out[name] = false;
  for (const auto* name : {"forks", "forks_count", "open_issues", "open_issues_count", "stargazers_count", "watchers",
                           "watchers_count", "network_count", "subscribers_count"})
    out[name] = 0;
  return out;
}

Json label(const Place& place, const std::string& repository, const std::string& name) {
  return {{"id", 1},
          {"node_id", "LA_1"},
          {"url", fmt::format("{}/repos/{}/labels/{}", place.api, repository, name)},
          {"name", name},
          {"description", ""},
          {"color", "ededed"},
          {"default", false}};
}

Json team(const Place& place, const std::string& organization, const std::string& slug) {
  const auto url = fmt::format("{}/organizations/1/team/1", place.api);
  return {{"id", 1},
          {"node_id", "T_1"},
          {"url", url},
          {"members_url", url + "/members{/member}"},
          {"repositories_url", url + "/repos"},
          {"html_url", fmt::format("{}/orgs/{}/teams/{}", place.web, organization, slug)},
          {"name", slug},
          {"slug", slug},
          {"description", nullptr},
          {"permission", "push"},
          {"parent", nullptr}};
}

Json issue(const Place& place, const std::string& repository, const FakePull& pull, const Json& author) {
  const auto url = fmt::format("{}/repos/{}/issues/{}", place.api, repository, pull.number);
  auto labels = Json::array();
  for (const auto& name : pull.labels) labels.push_back(label(place, repository, name));
  Json out{{"id", 6000 + pull.number},
           {"node_id", fmt::format("I_{}", pull.number)},
           {"number", pull.number},
           {"state", pull.state == "open" ? "open" : "closed"},
           {"title", pull.title},
           {"body", pull.body},
           {"user", author},
           {"labels", labels},
           {"assignee", nullptr},
           {"milestone", nullptr},
           {"locked", false},
           {"comments", pull.comments.size()},
           {"author_association", "CONTRIBUTOR"},
           {"url", url},
           {"repository_url", fmt::format("{}/repos/{}", place.api, repository)},
           {"html_url", fmt::format("{}/{}/pull/{}", place.web, repository, pull.number)},
           {"created_at", kTime},
           {"updated_at", kTime},
           {"closed_at", pull.state == "open" ? Json() : Json(kTime)}};
  addAddresses(out, url, {"comments", "events", "labels"});
  return out;
}

Json pull(const Place& place, const Json& repository, const FakePull& pull, const Json& author,
          const std::string& head) {
  const std::string name = repository.at("full_name");
  const auto url = fmt::format("{}/repos/{}/pulls/{}", place.api, name, pull.number);
  auto out = issue(place, name, pull, author);
  out.erase("events_url");
  out.erase("labels_url");
  out.erase("repository_url");
  out.erase("comments");
  out["id"] = 5000 + pull.number;
  out["node_id"] = fmt::format("PR_{}#{}", name, pull.number);
  out["draft"] = pull.draft;
  out["url"] = url;
  out["issue_url"] = fmt::format("{}/repos/{}/issues/{}", place.api, name, pull.number);
  out["commits_url"] = url + "/commits";
  out["review_comments_url"] = url + "/comments";
  out["review_comment_url"] = fmt::format("{}/repos/{}/pulls/comments{{/number}}", place.api, name);
  out["statuses_url"] = fmt::format("{}/repos/{}/statuses/{}", place.api, name, head);
  for (const auto* kind : {"diff", "patch"})
    out[std::string(kind) + "_url"] = fmt::format("{}/{}/pull/{}.{}", place.web, name, pull.number, kind);
  out["merged_at"] = pull.state == "merged" ? Json(kTime) : Json();
  out["merge_commit_sha"] = pull.mergeCommit.empty() ? Json() : Json(pull.mergeCommit);
  out["auto_merge"] =
      pull.whenReady
          ? Json{{"enabled_by", author}, {"merge_method", "merge"}, {"commit_title", ""}, {"commit_message", ""}}
          : Json();
  out["head"] = ofBranch(repository, pull.branch, head);
  out["base"] = ofBranch(repository, pull.base, std::string(40, '1'));
  auto& links = out["_links"];
  links["self"]["href"] = url;
  for (const auto* kind : {"comments", "commits", "statuses", "html", "issue", "review_comments", "review_comment"})
    links[kind]["href"] = out.at(std::string(kind) + "_url");
  return out;
}

void addDetails(Json& json, const FakePull& pull) {
  for (const auto* name : {"additions", "changed_files", "commits", "deletions"}) json[name] = 1;
  json["comments"] = pull.comments.size();
  json["review_comments"] = 0;
  json["mergeable"] = nullptr;  // not looked at yet
  json["mergeable_state"] = "unknown";
  json["merged"] = pull.state == "merged";
  json["merged_by"] = nullptr;
  json["maintainer_can_modify"] = false;
}

Json comment(const Place& place, const std::string& repository, int pull, const FakeComment& comment,
             const Json& author) {
  const bool line = !comment.path.empty();
  const auto url =
      fmt::format("{}/repos/{}/{}/comments/{}", place.api, repository, line ? "pulls" : "issues", comment.id);
  const auto page = fmt::format("{}/{}/pull/{}#{}", place.web, repository, pull, comment.id);
  Json out{{"id", comment.id},
           {"node_id", fmt::format("IC_{}", comment.id)},
           {"url", url},
           {"html_url", page},
           {"body", comment.body},
           {"user", author},
           {"created_at", kTime},
           {"updated_at", kTime},
           {"author_association", "CONTRIBUTOR"}};
  if (!line) {
    out["issue_url"] = fmt::format("{}/repos/{}/issues/{}", place.api, repository, pull);
    return out;
  }
  const auto of = fmt::format("{}/repos/{}/pulls/{}", place.api, repository, pull);
  out["pull_request_url"] = of;
  out["pull_request_review_id"] = nullptr;
  out["path"] = comment.path;
  out["line"] = comment.line;
  out["side"] = "RIGHT";
  out["diff_hunk"] = "@@ -1 +1 @@";
  out["commit_id"] = out["original_commit_id"] = std::string(40, 'a');
  out["_links"] = {{"self", {{"href", url}}}, {"html", {{"href", page}}}, {"pull_request", {{"href", of}}}};
  return out;
}

Json review(const Place& place, const std::string& repository, int pull, const FakeComment& review,
            const Json& author) {
  const auto page = fmt::format("{}/{}/pull/{}#pullrequestreview-{}", place.web, repository, pull, review.id);
  const auto of = fmt::format("{}/repos/{}/pulls/{}", place.api, repository, pull);
  Json out{{"id", review.id},
           {"node_id", fmt::format("PRR_{}", review.id)},
           {"user", author},
           {"body", review.body},
           {"state", review.review},
           {"html_url", page},
           {"pull_request_url", of},
           {"commit_id", std::string(40, 'a')},
           {"author_association", "CONTRIBUTOR"},
           {"_links", {{"html", {{"href", page}}}, {"pull_request", {{"href", of}}}}}};
  if (review.review != "PENDING") out["submitted_at"] = kTime;
  return out;
}

Json checkRun(const Place& place, const std::string& repository, int id, const std::string& conclusion) {
  const auto url = fmt::format("{}/repos/{}/check-runs/{}", place.api, repository, id);
  return {{"id", id},
          {"name", "build"},
          {"node_id", "CR_4"},
          {"head_sha", std::string(40, 'a')},
          {"external_id", ""},
          {"url", url},
          {"html_url", place.web + "/" + repository + "/runs/4"},
          {"details_url", "https://ci.example.com/4"},
          {"status", conclusion.empty() ? "in_progress" : "completed"},
          {"conclusion", conclusion.empty() ? Json() : Json(conclusion)},
          {"started_at", kTime},
          {"completed_at", conclusion.empty() ? Json() : Json(kTime)},
          {"output",
           {{"title", nullptr},
            {"summary", nullptr},
            {"text", nullptr},
            {"annotations_count", 0},
            {"annotations_url", url + "/annotations"}}},
          {"check_suite", {{"id", 5}}},
          {"app", nullptr},
          {"pull_requests", Json::array()}};
}

Json status(const Place& place, const Json& repository, const std::string& commit, Checks checks) {
  const auto url =
      fmt::format("{}/repos/{}/commits/{}", place.api, repository.at("full_name").get<std::string>(), commit);
  const bool passed = checks == Checks::kPassed;
  return {{"state", passed                      ? "success"
                    : checks == Checks::kFailed ? "failure"
                                                : "pending"},
          {"statuses", Json::array()},
          {"sha", commit},
          {"total_count", checks == Checks::kNone ? 0 : 1},
          {"repository", repository},
          {"commit_url", url},
          {"url", url + "/status"}};
}

Json commit(const Place& place, const std::string& repository, const std::string& id) {
  const auto url = fmt::format("{}/repos/{}/commits/{}", place.api, repository, id);
  const Json person{{"name", "Ann"}, {"email", "ann@example.com"}, {"date", kTime}};
  return {{"sha", id},
          {"node_id", "C_1"},
          {"url", url},
          {"html_url", fmt::format("{}/{}/commit/{}", place.web, repository, id)},
          {"comments_url", url + "/comments"},
          {"author", Json::object()},
          {"committer", Json::object()},
          {"parents", Json::array()},
          {"commit",
           {{"author", person},
            {"committer", person},
            {"message", "First"},
            {"comment_count", 0},
            {"tree", {{"sha", id}, {"url", url}}},
            {"url", url}}}};
}

}  // namespace gander::prbot::github
