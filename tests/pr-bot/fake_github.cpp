// What GitHub answers, by its REST description, as far as a bot asks.
#include <fmt/format.h>

#include <algorithm>

#include "tests/pr-bot/fake_forge.h"
#include "tests/pr-bot/github_shapes.h"

namespace gander::prbot {
namespace {

using github::kTime;

std::string nameIn(const httplib::Request& request) {
  return request.matches[1].str() + "/" + request.matches[2].str();
}

}  // namespace

nlohmann::json FakeForge::githubPull(const FakeRepository& repository, const FakePull& pull, bool details) const {
  auto people = Json::array();
  auto teams = Json::array();
  const auto owner = repository.name.substr(0, repository.name.find('/'));
  for (const auto& name : pull.reviewers) {
    if (name.starts_with("team:"))
      teams.push_back(github::team(place(), owner, name.substr(5)));
    else
      people.push_back(user(name));
  }
  auto out = github::pull(place(), github::repository(place(), repository, user(owner)), pull, user(self),
                          headOf(repository, pull));
  out["assignees"] = users(pull.assignees);
  out["requested_reviewers"] = people;
  out["requested_teams"] = teams;
  if (details) github::addDetails(out, pull);
  return out;
}

github::Place FakeForge::place() const { return {web(), address() + "/api/v3"}; }

nlohmann::json FakeForge::comment(const FakeComment& comment) const {
  Json out{{"id", comment.id}, {"body", comment.body}, {"created_at", kTime}, {"updated_at", kTime}};
  out[kind_ == ForgeKind::kGitLab ? "author" : "user"] = user(comment.author);
  if (kind_ == ForgeKind::kGitLab)
    out["system"] = false;
  else if (!comment.path.empty())
    out["path"] = comment.path;
  return out;
}

void FakeForge::githubRoutes() {
  on("GET", "/api/v3/user", [this](const auto&, const Json&) { return Answer{200, github::account(user(self))}; });
  on("GET", "/api/v3/repos/([^/]+)/([^/]+)", [this](const httplib::Request& request, const Json&) -> Answer {
    auto* repository = find(nameIn(request));
    if (repository == nullptr) return {404, {{"message", "Not Found"}}};
    if (!repository->movedTo.empty())
      return {
          301, {{"message", "Moved Permanently"}}, {{"Location", address() + "/api/v3/repos/" + repository->movedTo}}};
    const auto owner = repository->name.substr(0, repository->name.find('/'));
    return {200, github::repository(place(), *repository, user(owner))};
  });
  on("GET", "/api/v3/repos/([^/]+)/([^/]+)/commits", [this](const httplib::Request& request, const Json&) -> Answer {
    auto* repository = find(nameIn(request));
    if (repository->empty) return {409, {{"message", "Git Repository is empty."}}};
    return {200, Json::array({github::commit(place(), repository->name, std::string(40, '1'))})};
  });
  on("GET", "/api/v3/repos/([^/]+)/([^/]+)/collaborators/([^/]+)/permission",
     [this](const httplib::Request& request, const Json&) -> Answer {
       auto found = people_.find(request.matches[3].str());
       if (found == people_.end()) return {404, {{"message", "Not Found"}}};
       const char* role = found->second.mayWrite ? "write" : "read";
       auto person = user(found->first);
       person["role_name"] = role;
       return {200, {{"permission", role}, {"role_name", role}, {"user", person}}};
     });
  const std::string commit = "/api/v3/repos/([^/]+)/([^/]+)/commits/([0-9a-f]{40})";
  on("GET", commit + "/check-runs", [this](const httplib::Request& request, const Json&) -> Answer {
    std::vector<Json> runs;
    if (const auto* pull = headedBy(nameIn(request), request.matches[3]))
      for (const auto& conclusion : pull->runs)
        runs.push_back(github::checkRun(place(), nameIn(request), static_cast<int>(runs.size()) + 1, conclusion));
    auto answer = listOf(request, runs);
    answer.body = {{"total_count", runs.size()}, {"check_runs", std::move(answer.body)}};
    return answer;
  });
  on("GET", commit + "/status", [this](const httplib::Request& request, const Json&) -> Answer {
    const auto* pull = headedBy(nameIn(request), request.matches[3]);
    const auto status = pull == nullptr ? Checks::kNone : pull->status;
    const auto owner = request.matches[1].str();
    return {200, github::status(place(), github::repository(place(), *find(nameIn(request)), user(owner)),
                                request.matches[3], status)};
  });
  githubPulls();
  githubTalk();
  githubApp();
}

void FakeForge::githubApp() {
  on("GET", "/api/v3/app", [](const auto&, const Json&) -> Answer {
    return {200, {{"id", 12}, {"slug", FakeApp::kSlug}, {"name", "gander mover"}}};
  });
  on("GET", "/api/v3/app/installations",
     [](const auto&, const Json&) -> Answer { return {200, Json::array({{{"id", FakeApp::kInstallation}}})}; });
  on("POST", "/api/v3/app/installations/(\\d+)/access_tokens",
     [this](const httplib::Request& request, const Json&) -> Answer {
       if (request.matches[1].str() != std::to_string(FakeApp::kInstallation)) return {404, {{"message", "Not Found"}}};
       const auto [token, until] = app->issue();
       return {201, {{"token", token}, {"expires_at", formatTime(until)}, {"permissions", Json::object()}}};
     });
}

void FakeForge::githubPulls() {
  const std::string pulls = "/api/v3/repos/([^/]+)/([^/]+)/pulls";
  on("GET", pulls, [this](const httplib::Request& request, const Json&) -> Answer {
    auto* repository = find(nameIn(request));
    if (repository == nullptr) return {404, {{"message", "Not Found"}}};
    const auto head = request.get_param_value("head");
    const auto state = request.has_param("state") ? request.get_param_value("state") : "open";
    std::vector<Json> items;
    for (auto pull = repository->pulls.rbegin(); pull != repository->pulls.rend(); ++pull) {
      if (!head.empty() && head != repository->name.substr(0, repository->name.find('/')) + ":" + pull->branch)
        continue;
      if (state != "all" && (state == "open") != (pull->state == "open")) continue;
      items.push_back(githubPull(*repository, *pull, false));
    }
    return listOf(request, items);
  });
  on("POST", pulls, [this](const httplib::Request& request, const Json& body) -> Answer {
    auto* repository = find(nameIn(request));
    if (repository == nullptr) return {404, {{"message", "Not Found"}}};
    if (!repository->mayWrite) return {403, {{"message", "Resource not accessible by personal access token"}}};
    if (repository->archived) return {403, {{"message", "Repository was archived so is read-only."}}};
    auto invalid = [&](Json error) -> Answer {
      return {422, {{"message", "Validation Failed"}, {"errors", Json::array({std::move(error)})}}};
    };
    const auto branch = body.value("head", "");
    if (!repository->branches.contains(branch))
      return invalid({{"resource", "PullRequest"}, {"field", "head"}, {"code", "invalid"}});
    if (openOf(*repository, branch) != nullptr)
      return invalid(
          {{"resource", "PullRequest"},
           {"code", "custom"},
           {"message", fmt::format("A pull request already exists for {}:{}.", request.matches[1].str(), branch)}});
    if (body.value("draft", false) && !repository->drafts)
      return {422, {{"message", "Draft pull requests are not supported in this repository."}}};
    FakePull pull{.branch = branch, .base = body.at("base"), .title = body.at("title"), .body = body.value("body", "")};
    pull.draft = body.value("draft", false);
    return {201, githubPull(*repository, open(*repository, pull))};
  });
  on("GET", pulls + "/(\\d+)", [this](const httplib::Request& request, const Json&) -> Answer {
    auto* pull = findPull(nameIn(request), std::stoi(request.matches[3]));
    if (pull == nullptr) return {404, {{"message", "Not Found"}}};
    return {200, githubPull(*find(nameIn(request)), *pull)};
  });
  on("PATCH", pulls + "/(\\d+)", [this](const httplib::Request& request, const Json& body) -> Answer {
    auto* pull = findPull(nameIn(request), std::stoi(request.matches[3]));
    if (pull == nullptr) return {404, {{"message", "Not Found"}}};
    pull->title = body.value("title", pull->title);
    pull->body = body.value("body", pull->body);
    pull->base = body.value("base", pull->base);
    if (body.value("state", "") == "closed" && pull->state == "open") pull->state = "closed";
    return {200, githubPull(*find(nameIn(request)), *pull)};
  });
  on("PUT", pulls + "/(\\d+)/merge", [this](const httplib::Request& request, const Json& body) -> Answer {
    auto* repository = find(nameIn(request));
    auto* pull = findPull(nameIn(request), std::stoi(request.matches[3]));
    if (pull->state != "open" || pull->draft || !repository->ready)
      return {405, {{"message", "Pull Request is not mergeable"}}};
    if (body.value("sha", "") != headOf(*repository, *pull))
      return {409, {{"message", "Head branch was modified. Review and try the merge again."}}};
    pull->state = "merged";
    pull->mergeCommit = std::string(40, 'e');
    return {200, {{"merged", true}, {"sha", pull->mergeCommit}, {"message", "Pull Request successfully merged"}}};
  });
  on("POST", "/api/graphql", [this](const httplib::Request&, const Json& body) -> Answer {
    const std::string query = body.at("query");
    const std::string id = body.at("variables").at("id");
    const auto hash = id.find('#');
    auto* repository = find(id.substr(3, hash - 3));
    auto& pull = *findPull(id.substr(3, hash - 3), std::stoi(id.substr(hash + 1)));
    auto refuse = [](const char* message) -> Answer {
      return {200, {{"data", nullptr}, {"errors", Json::array({{{"message", message}}})}}};
    };
    if (query.find("markPullRequestReadyForReview") != std::string::npos) pull.draft = false;
    if (query.find("convertPullRequestToDraft") != std::string::npos) {
      if (!repository->drafts) return refuse("Draft pull requests are not supported in this repository");
      pull.draft = true;
    }
    if (query.find("disablePullRequestAutoMerge") != std::string::npos) pull.whenReady = false;
    if (query.find("enablePullRequestAutoMerge") != std::string::npos) {
      if (body.at("variables").at("head") != headOf(*repository, pull))
        return refuse("Head sha didn't match expected head");
      if (repository->ready) return refuse("Pull request Pull request is in clean status");
      pull.whenReady = true;
    }
    return {200, {{"data", Json::object()}}};
  });
}

void FakeForge::githubTalk() {
  const std::string issue = "/api/v3/repos/([^/]+)/([^/]+)/issues/(\\d+)";
  const std::string pull = "/api/v3/repos/([^/]+)/([^/]+)/pulls/(\\d+)";
  auto talk = [this](bool lines) {
    return [this, lines](const httplib::Request& request, const Json&) -> Answer {
      std::vector<Json> items;
      const int number = std::stoi(request.matches[3]);
      for (const auto& one : findPull(nameIn(request), number)->comments)
        if (one.review.empty() && one.path.empty() != lines)
          items.push_back(github::comment(place(), nameIn(request), number, one, user(one.author)));
      return listOf(request, items);
    };
  };
  on("GET", issue + "/comments", talk(false));
  on("GET", pull + "/comments", talk(true));
  on("GET", pull + "/reviews", [this](const httplib::Request& request, const Json&) -> Answer {
    std::vector<Json> items;
    const int number = std::stoi(request.matches[3]);
    for (const auto& one : findPull(nameIn(request), number)->comments)
      if (!one.review.empty()) items.push_back(github::review(place(), nameIn(request), number, one, user(one.author)));
    return listOf(request, items);
  });
  on("POST", issue + "/comments", [this](const httplib::Request& request, const Json& body) -> Answer {
    auto& one = *findPull(nameIn(request), std::stoi(request.matches[3]));
    addComment(one, self, body.at("body"));
    return {201, github::comment(place(), nameIn(request), one.number, one.comments.back(), user(self))};
  });
  on("POST", pull + "/comments", [this](const httplib::Request& request, const Json& body) -> Answer {
    auto& one = *findPull(nameIn(request), std::stoi(request.matches[3]));
    if (body.at("line").get<int64_t>() > 100)
      return {422, {{"message", "Validation Failed: line must be part of the diff"}}};
    addComment(one, self, body.at("body"), body.at("path"), body.at("line"));
    return {201, github::comment(place(), nameIn(request), one.number, one.comments.back(), user(self))};
  });
  on("POST", issue + "/labels", [this](const httplib::Request& request, const Json& body) -> Answer {
    auto& one = *findPull(nameIn(request), std::stoi(request.matches[3]));
    auto out = Json::array();
    for (const auto& label : body.at("labels")) one.labels.insert(label.get<std::string>());
    for (const auto& label : one.labels) out.push_back(github::label(place(), nameIn(request), label));
    return {200, out};
  });
  on("POST", issue + "/assignees", [this](const httplib::Request& request, const Json& body) -> Answer {
    auto& one = *findPull(nameIn(request), std::stoi(request.matches[3]));
    for (const auto& name : body.at("assignees"))
      if (people_.contains(name)) one.assignees.push_back(name);
    auto out = github::issue(place(), nameIn(request), one, user(self));
    out["assignees"] = users(one.assignees);
    return {201, out};
  });
  on("POST", pull + "/requested_reviewers", [this](const httplib::Request& request, const Json& body) -> Answer {
    auto& one = *findPull(nameIn(request), std::stoi(request.matches[3]));
    for (const auto& name : body.value("reviewers", Json::array())) {
      if (!people_.contains(name)) return {422, {{"message", "Reviews may only be requested from collaborators."}}};
      one.reviewers.push_back(name);
    }
    for (const auto& name : body.value("team_reviewers", Json::array()))
      one.reviewers.push_back("team:" + name.get<std::string>());
    return {201, githubPull(*find(nameIn(request)), one, false)};
  });
}

}  // namespace gander::prbot
