// What GitLab answers, by its documentation of the REST API, as far as a bot asks.
#include <fmt/format.h>

#include <algorithm>

#include "tests/pr-bot/fake_forge.h"

namespace gander::prbot {
namespace {

constexpr const char* kTime = "2026-01-02T03:04:05.678Z";
const std::string kProject = "/api/v4/projects/([^/]+/[^/]+|[^/]+/[^/]+/[^/]+)";  // httplib has decoded %2F already

nlohmann::json pipelineOf(const FakePull& pull) {
  if (pull.status == Checks::kNone) return nullptr;
  const bool passed = pull.status == Checks::kPassed;
  return {{"id", 9}, {"status", passed ? "success" : pull.status == Checks::kPending ? "running" : "failed"}};
}

}  // namespace

nlohmann::json FakeForge::gitlabRequest(const FakeRepository& repository, const FakePull& pull) const {
  return {{"id", 5000 + pull.number},
          {"iid", pull.number},
          {"title", (pull.draft ? "Draft: " : "") + pull.title},
          {"description", pull.body},
          {"state", pull.state == "open" ? "opened" : pull.state},
          {"draft", pull.draft},
          {"source_branch", pull.branch},
          {"target_branch", pull.base},
          {"source_project_id", 1},
          {"target_project_id", 1},
          {"sha", headOf(repository, pull)},
          {"labels", pull.labels},
          {"assignees", users(pull.assignees)},
          {"reviewers", users(pull.reviewers)},
          {"merge_commit_sha", pull.mergeCommit.empty() ? Json() : Json(pull.mergeCommit)},
          {"squash_commit_sha", nullptr},
          {"merge_when_pipeline_succeeds", pull.whenReady},
          {"head_pipeline", pipelineOf(pull)},
          {"diff_refs",
           {{"base_sha", std::string(40, '1')},
            {"start_sha", std::string(40, '1')},
            {"head_sha", headOf(repository, pull)}}},
          {"web_url", fmt::format("{}/{}/-/merge_requests/{}", web(), repository.name, pull.number)},
          {"created_at", kTime},
          {"updated_at", kTime}};
}

void FakeForge::gitlabRoutes() {
  on("GET", "/api/v4/user", [this](const auto&, const Json&) { return Answer{200, user(self)}; });
  on("GET", "/api/v4/users", [this](const httplib::Request& request, const Json&) -> Answer {
    const auto login = request.get_param_value("username");
    return {200, people_.contains(login) ? Json::array({user(login)}) : Json::array()};
  });
  on("GET", kProject + "/members/all/(\\d+)", [this](const httplib::Request& request, const Json&) -> Answer {
    const auto login = loginOf(std::stoll(request.matches[2]));
    if (login.empty()) return {404, {{"message", "404 Not found"}}};
    return {200, {{"id", idOf(login)}, {"username", login}, {"access_level", people_.at(login).mayWrite ? 40 : 10}}};
  });
  gitlabRequests();
  gitlabTalk();
  on("GET", kProject, [this](const httplib::Request& request, const Json&) -> Answer {
    auto* repository = find(request.matches[1]);
    if (repository == nullptr) return {404, {{"message", "404 Project Not Found"}}};
    if (!repository->movedTo.empty())
      return {
          301, nullptr, {{"Location", fmt::format("{}/api/v4/projects/{}", web(), urlEscaped(repository->movedTo))}}};
    return {200,
            {{"id", 1},
             {"path_with_namespace", repository->name},
             {"web_url", web() + "/" + repository->name},
             {"default_branch", repository->empty ? Json() : Json(repository->defaultBranch)},
             {"archived", repository->archived},
             {"empty_repo", repository->empty},
             {"merge_requests_access_level", repository->disabled ? "disabled" : "enabled"},
             {"permissions",
              {{"project_access", {{"access_level", repository->mayWrite ? 30 : 20}}}, {"group_access", nullptr}}}}};
  });
}

void FakeForge::gitlabRequests() {
  const auto requests = kProject + "/merge_requests";
  on("GET", requests, [this](const httplib::Request& request, const Json&) -> Answer {
    auto* repository = find(request.matches[1]);
    if (repository == nullptr) return {404, {{"message", "404 Project Not Found"}}};
    const auto branch = request.get_param_value("source_branch");
    std::vector<Json> items;
    for (auto pull = repository->pulls.rbegin(); pull != repository->pulls.rend(); ++pull)
      if (branch.empty() || pull->branch == branch) {
        items.push_back(gitlabRequest(*repository, *pull));
        for (const auto* only : {"diff_refs", "head_pipeline"})
          items.back().erase(only);  // of one that is asked for alone
      }
    return listOf(request, items);
  });
  on("POST", requests, [this](const httplib::Request& request, const Json& body) -> Answer {
    auto* repository = find(request.matches[1]);
    if (repository == nullptr) return {404, {{"message", "404 Project Not Found"}}};
    if (!repository->mayWrite || repository->archived) return {403, {{"message", "403 Forbidden"}}};
    const auto branch = body.value("source_branch", "");
    if (!repository->branches.contains(branch))
      return {422, {{"message", Json::array({"Source branch \"" + branch + "\" does not exist"})}}};
    if (auto* there = openOf(*repository, branch))
      return {
          409,
          {{"message", Json::array({fmt::format("Another open merge request already exists for this source branch: !{}",
                                                there->number)})}}};
    FakePull pull{.branch = branch,
                  .base = body.at("target_branch"),
                  .title = body.at("title"),
                  .body = body.value("description", "")};
    pull.draft = pull.title.starts_with("Draft: ");
    if (pull.draft) pull.title.erase(0, 7);
    return {201, gitlabRequest(*repository, open(*repository, pull))};
  });
  on("GET", requests + "/(\\d+)", [this](const httplib::Request& request, const Json&) -> Answer {
    auto* pull = findPull(request.matches[1], std::stoi(request.matches[2]));
    if (pull == nullptr) return {404, {{"message", "404 Not found"}}};
    return {200, gitlabRequest(*find(request.matches[1]), *pull)};
  });
  on("PUT", requests + "/(\\d+)", [this](const httplib::Request& request, const Json& body) -> Answer {
    auto* pull = findPull(request.matches[1], std::stoi(request.matches[2]));
    if (pull == nullptr) return {404, {{"message", "404 Not found"}}};
    if (body.contains("title")) {
      pull->title = body.at("title");
      pull->draft = pull->title.starts_with("Draft: ");
      if (pull->draft) pull->title.erase(0, 7);
    }
    pull->body = body.value("description", pull->body);
    pull->base = body.value("target_branch", pull->base);
    if (body.value("state_event", "") == "close" && pull->state == "open") pull->state = "closed";
    if (body.contains("add_labels")) {
      std::istringstream labels(body.at("add_labels").get<std::string>());
      for (std::string label; std::getline(labels, label, ',');) pull->labels.insert(label);
    }
    auto setPeople = [&](const char* member, std::vector<std::string>& people) {
      if (!body.contains(member)) return;
      people.clear();
      for (const auto& id : body.at(member)) people.push_back(loginOf(id));
    };
    setPeople("reviewer_ids", pull->reviewers);
    setPeople("assignee_ids", pull->assignees);
    return {200, gitlabRequest(*find(request.matches[1]), *pull)};
  });
  on("POST", requests + "/(\\d+)/cancel_merge_when_pipeline_succeeds",
     [this](const httplib::Request& request, const Json&) -> Answer {
       auto* pull = findPull(request.matches[1], std::stoi(request.matches[2]));
       if (pull == nullptr) return {404, {{"message", "404 Not found"}}};
       pull->whenReady = false;
       return {201, gitlabRequest(*find(request.matches[1]), *pull)};
     });
  on("PUT", requests + "/(\\d+)/merge", [this](const httplib::Request& request, const Json& body) -> Answer {
    auto* repository = find(request.matches[1]);
    auto* pull = findPull(request.matches[1], std::stoi(request.matches[2]));
    if (body.value("sha", "") != headOf(*repository, *pull))
      return {409, {{"message", "SHA does not match HEAD of source branch"}}};
    if (pull->state != "open" || pull->draft) return {405, {{"message", "405 Method Not Allowed"}}};
    if (!repository->ready && !body.value("auto_merge", false)) return {422, {{"message", "Branch cannot be merged"}}};
    if (!repository->ready) {
      pull->whenReady = true;
      return {200, gitlabRequest(*repository, *pull)};
    }
    pull->state = "merged";
    pull->mergeCommit = std::string(40, 'e');
    return {200, gitlabRequest(*repository, *pull)};
  });
}

void FakeForge::gitlabTalk() {
  const auto request = kProject + "/merge_requests/(\\d+)";
  on("GET", request + "/notes", [this](const httplib::Request& request, const Json&) -> Answer {
    std::vector<Json> items;
    for (const auto& one : findPull(request.matches[1], std::stoi(request.matches[2]))->comments)
      if (one.review != "PENDING") items.push_back(comment(one));
    items.push_back(
        {{"id", 1}, {"system", true}, {"body", "added 1 commit"}, {"author", user(self)}, {"created_at", kTime}});
    return listOf(request, items);
  });
  on("POST", request + "/notes", [this](const httplib::Request& request, const Json& body) -> Answer {
    auto& pull = *findPull(request.matches[1], std::stoi(request.matches[2]));
    addComment(pull, self, body.at("body"));
    return {201, comment(pull.comments.back())};
  });
  on("POST", request + "/discussions", [this](const httplib::Request& request, const Json& body) -> Answer {
    auto& pull = *findPull(request.matches[1], std::stoi(request.matches[2]));
    const auto& position = body.at("position");
    if (position.at("new_line").get<int64_t>() > 100)
      return {400, {{"message", "400 Bad request - Note {:line_code=>[\"can't be blank\"]}"}}};
    addComment(pull, self, body.at("body"), position.at("new_path"), position.at("new_line"));
    return {201, {{"id", "abc"}, {"notes", Json::array({comment(pull.comments.back())})}}};
  });
}

}  // namespace gander::prbot
