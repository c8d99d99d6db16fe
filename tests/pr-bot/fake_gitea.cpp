// What Gitea and Forgejo answer, by their swagger description, as far as a bot asks.
#include <fmt/format.h>

#include <algorithm>

#include "tests/pr-bot/fake_forge.h"

namespace gander::prbot {
namespace {

constexpr const char* kTime = "2026-01-02T03:04:05+01:00";
const std::string kRepo = "/api/v1/repos/([^/]+)/([^/]+)";

std::string nameIn(const httplib::Request& request) {
  return request.matches[1].str() + "/" + request.matches[2].str();
}

}  // namespace

nlohmann::json FakeForge::giteaPull(const FakeRepository& repository, const FakePull& pull) const {
  auto labels = Json::array();
  for (const auto& label : pull.labels) labels.push_back({{"id", repository.labels.at(label)}, {"name", label}});
  Json out{{"id", 5000 + pull.number},
           {"number", pull.number},
           {"state", pull.state == "open" ? "open" : "closed"},
           {"title", (pull.draft ? "WIP: " : "") + pull.title},
           {"body", pull.body},
           {"labels", labels},
           {"assignees", pull.assignees.empty() ? Json() : users(pull.assignees)},
           {"requested_reviewers", pull.reviewers.empty() ? Json() : users(pull.reviewers)},
           {"head", {{"ref", pull.branch}, {"label", pull.branch}, {"sha", headOf(repository, pull)}, {"repo_id", 1}}},
           {"base", {{"ref", pull.base}, {"label", pull.base}, {"sha", std::string(40, '1')}, {"repo_id", 1}}},
           {"merged", pull.state == "merged"},
           {"merge_commit_sha", pull.mergeCommit.empty() ? Json() : Json(pull.mergeCommit)},
           {"html_url", fmt::format("{}/{}/pulls/{}", web(), repository.name, pull.number)},
           {"created_at", kTime},
           {"updated_at", kTime}};
  if (!oldVersion) out["draft"] = pull.draft;
  return out;
}

nlohmann::json FakeForge::giteaReview(const FakeComment& comment) const {
  return {{"id", comment.id},
          {"state", comment.review.empty() ? "COMMENT" : comment.review},
          {"body", comment.review.empty() ? "" : comment.body},
          {"comments_count", comment.review.empty() ? 1 : 0},
          {"submitted_at", kTime},
          {"user", user(comment.author)}};
}

void FakeForge::giteaRoutes() {
  on("GET", "/api/v1/user", [this](const auto&, const Json&) { return Answer{200, user(self)}; });
  on("GET", kRepo, [this](const httplib::Request& request, const Json&) -> Answer {
    auto* repository = find(nameIn(request));
    if (repository == nullptr) return {404, {{"message", "The target couldn't be found."}}};
    if (!repository->movedTo.empty()) return {307, nullptr, {{"Location", "/api/v1/repos/" + repository->movedTo}}};
    return {200,
            {{"id", 1},
             {"full_name", repository->name},
             {"html_url", web() + "/" + repository->name},
             {"default_branch", repository->defaultBranch},
             {"archived", repository->archived},
             {"empty", repository->empty},
             {"has_pull_requests", !repository->disabled},
             {"fork", false},
             {"permissions", {{"admin", false}, {"push", repository->mayWrite}, {"pull", true}}}}};
  });
  on("GET", kRepo + "/collaborators/([^/]+)/permission",
     [this](const httplib::Request& request, const Json&) -> Answer {
       auto found = people_.find(request.matches[3].str());
       if (found == people_.end()) return {404, {{"message", "user does not exist"}}};
       return {200, {{"permission", found->second.mayWrite ? "write" : "read"}, {"user", user(found->first)}}};
     });
  on("GET", kRepo + "/commits/([0-9a-f]{40})/status", [this](const httplib::Request& request, const Json&) -> Answer {
    const auto* pull = headedBy(nameIn(request), request.matches[3]);
    const auto status = pull == nullptr ? Checks::kNone : pull->status;
    const bool passed = status == Checks::kPassed;
    return {200,
            {{"state", passed                      ? "success"
                       : status == Checks::kFailed ? "failure"
                                                   : "pending"},
             {"sha", request.matches[3].str()},
             {"total_count", status == Checks::kNone ? 0 : 1},
             {"statuses", Json::array()}}};
  });
  giteaPulls();
  giteaTalk();
  giteaSearch();
}

// Pull requests by their branches, and by who opened them.
void FakeForge::giteaSearch() {
  on("GET", kRepo + "/issues", [this](const httplib::Request& request, const Json&) -> Answer {
    auto* repository = find(nameIn(request));
    if (repository == nullptr) return {404, {{"message", "The target couldn't be found."}}};
    const auto state = request.get_param_value("state");
    std::vector<Json> items;
    for (auto pull = repository->pulls.rbegin(); pull != repository->pulls.rend(); ++pull) {
      const auto& author = pull->author.empty() ? self : pull->author;
      const bool wanted = state == "all" || (state == "open") == (pull->state == "open");
      if (!wanted || request.get_param_value("created_by") != author) continue;
      items.push_back({{"id", 7000 + pull->number},
                       {"number", pull->number},
                       {"title", pull->title},
                       {"user", user(author)},
                       {"created_at", kTime}});
    }
    return listOf(request, items);
  });
  // Any one of several; here, as with most databases, the oldest.
  on("GET", kRepo + "/pulls/(.+/.+)", [this](const httplib::Request& request, const Json&) -> Answer {
    auto* repository = find(nameIn(request));
    if (repository != nullptr && !oldVersion)
      for (const auto& pull : repository->pulls)
        if (pull.base + "/" + pull.branch == request.matches[3].str()) return {200, giteaPull(*repository, pull)};
    return {404, {{"message", "The target couldn't be found."}}};
  });
}

void FakeForge::giteaPulls() {
  const auto pulls = kRepo + "/pulls";
  on("GET", pulls, [this](const httplib::Request& request, const Json&) -> Answer {
    auto* repository = find(nameIn(request));
    if (repository == nullptr) return {404, {{"message", "The target couldn't be found."}}};
    const auto state = request.get_param_value("state");
    std::vector<Json> items;
    for (auto pull = repository->pulls.rbegin(); pull != repository->pulls.rend(); ++pull)
      if (state == "all" || (state == "open") == (pull->state == "open"))
        items.push_back(giteaPull(*repository, *pull));
    return listOf(request, items);
  });
  on("POST", pulls, [this](const httplib::Request& request, const Json& body) -> Answer {
    auto* repository = find(nameIn(request));
    if (repository == nullptr) return {404, {{"message", "The target couldn't be found."}}};
    if (!repository->mayWrite) return {403, {{"message", "user should have a permission to write to a repo"}}};
    if (repository->archived) return {423, {{"message", "Repo is archived"}}};
    const auto branch = body.value("head", "");
    if (!repository->branches.contains(branch)) return {404, {{"message", "The target couldn't be found."}}};
    if (openOf(*repository, branch) != nullptr)
      return {409, {{"message", "pull request already exists for these targets [id: 1, issue_id: 1]"}}};
    FakePull pull{.branch = branch, .base = body.at("base"), .title = body.at("title"), .body = body.value("body", "")};
    pull.draft = pull.title.starts_with("WIP: ");
    if (pull.draft) pull.title.erase(0, 5);
    return {201, giteaPull(*repository, open(*repository, pull))};
  });
  on("GET", pulls + "/(\\d+)", [this](const httplib::Request& request, const Json&) -> Answer {
    auto* pull = findPull(nameIn(request), std::stoi(request.matches[3]));
    if (pull == nullptr) return {404, {{"message", "The target couldn't be found."}}};
    return {200, giteaPull(*find(nameIn(request)), *pull)};
  });
  on("PATCH", pulls + "/(\\d+)", [this](const httplib::Request& request, const Json& body) -> Answer {
    auto* pull = findPull(nameIn(request), std::stoi(request.matches[3]));
    if (pull == nullptr) return {404, {{"message", "The target couldn't be found."}}};
    if (body.contains("title")) {
      pull->title = body.at("title");
      pull->draft = pull->title.starts_with("WIP: ");
      if (pull->draft) pull->title.erase(0, 5);
    }
    pull->body = body.value("body", pull->body);
    pull->base = body.value("base", pull->base);
    if (body.contains("assignees")) {
      std::vector<std::string> people = body.at("assignees");
      for (const auto& name : people)
        if (!people_.contains(name))
          return {422, {{"message", fmt::format("Assignee does not exist: [name: {}]", name)}}};
      pull->assignees = people;
    }
    if (body.value("state", "") == "closed" && pull->state == "open") pull->state = "closed";
    return {201, giteaPull(*find(nameIn(request)), *pull)};
  });
  on("DELETE", pulls + "/(\\d+)/merge", [this](const httplib::Request& request, const Json&) -> Answer {
    auto* pull = findPull(nameIn(request), std::stoi(request.matches[3]));
    if (pull == nullptr || !pull->whenReady) return {404, {{"message", "Not Found"}}};
    pull->whenReady = false;
    return {204, nullptr};
  });
  on("POST", pulls + "/(\\d+)/merge", [this](const httplib::Request& request, const Json& body) -> Answer {
    auto* repository = find(nameIn(request));
    auto* pull = findPull(nameIn(request), std::stoi(request.matches[3]));
    if (pull->state != "open" || pull->draft) return {405, {{"message", "Work in progress PRs cannot be merged"}}};
    if (body.value("head_commit_id", "") != headOf(*repository, *pull)) return {409, {{"message", "head out of date"}}};
    if (!repository->ready && !body.value("merge_when_checks_succeed", false))
      return {405, {{"message", "Please try again later"}}};
    if (!repository->ready) {
      pull->whenReady = true;
      return {201, nullptr};
    }
    pull->state = "merged";
    pull->mergeCommit = std::string(40, 'e');
    return {200, nullptr};
  });
}

void FakeForge::giteaTalk() {
  const auto issue = kRepo + "/issues/(\\d+)";
  const auto pull = kRepo + "/pulls/(\\d+)";
  on("GET", issue + "/comments", [this](const httplib::Request& request, const Json&) -> Answer {
    auto out = Json::array();
    for (const auto& one : findPull(nameIn(request), std::stoi(request.matches[3]))->comments)
      if (one.path.empty() && one.review.empty()) out.push_back(comment(one));
    return {200, out};
  });
  on("POST", issue + "/comments", [this](const httplib::Request& request, const Json& body) -> Answer {
    auto& one = *findPull(nameIn(request), std::stoi(request.matches[3]));
    addComment(one, self, body.at("body"));
    return {201, comment(one.comments.back())};
  });
  on("GET", pull + "/reviews", [this](const httplib::Request& request, const Json&) -> Answer {
    std::vector<Json> items;
    for (const auto& one : findPull(nameIn(request), std::stoi(request.matches[3]))->comments)
      if (!one.path.empty() || !one.review.empty()) items.push_back(giteaReview(one));
    return listOf(request, items);
  });
  on("GET", pull + "/reviews/(\\d+)/comments", [this](const httplib::Request& request, const Json&) -> Answer {
    auto out = Json::array();
    for (const auto& one : findPull(nameIn(request), std::stoi(request.matches[3]))->comments)
      if (std::to_string(one.id) == request.matches[4].str()) out.push_back(comment(one));
    return {200, out};
  });
  on("POST", pull + "/reviews", [this](const httplib::Request& request, const Json& body) -> Answer {
    auto& one = *findPull(nameIn(request), std::stoi(request.matches[3]));
    const auto& said = body.at("comments").at(0);
    if (said.at("new_position").get<int64_t>() > 100) return {422, {{"message", "line is not there"}}};
    addComment(one, self, said.at("body"), said.at("path"), said.at("new_position"));
    return {200, {{"id", one.comments.back().id}, {"comments_count", 1}}};
  });
  on("GET", kRepo + "/labels", [this](const httplib::Request& request, const Json&) -> Answer {
    std::vector<Json> items;
    for (const auto& [name, id] : find(nameIn(request))->labels) items.push_back({{"id", id}, {"name", name}});
    return listOf(request, items);
  });
  on("POST", kRepo + "/labels", [this](const httplib::Request& request, const Json& body) -> Answer {
    const std::string name = body.at("name");
    find(nameIn(request))->labels[name] = ++nextId_;
    return {201, {{"id", nextId_}, {"name", name}}};
  });
  on("POST", issue + "/labels", [this](const httplib::Request& request, const Json& body) -> Answer {
    auto& one = *findPull(nameIn(request), std::stoi(request.matches[3]));
    auto out = Json::array();
    for (const auto& [name, id] : find(nameIn(request))->labels) {
      const auto& ids = body.at("labels");
      if (std::find(ids.begin(), ids.end(), Json(id)) != ids.end()) one.labels.insert(name);
    }
    for (const auto& name : one.labels) out.push_back({{"name", name}});
    return {200, out};
  });
  on("POST", pull + "/requested_reviewers", [this](const httplib::Request& request, const Json& body) -> Answer {
    auto& one = *findPull(nameIn(request), std::stoi(request.matches[3]));
    for (const auto& name : body.value("reviewers", Json::array())) {
      if (!people_.contains(name))
        return {404, {{"message", fmt::format("user does not exist [name: {}]", name.get<std::string>())}}};
      one.reviewers.push_back(name);
    }
    return {201, Json::array()};
  });
}

}  // namespace gander::prbot
