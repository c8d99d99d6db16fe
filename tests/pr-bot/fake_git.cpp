// The repositories of a fake forge themselves: git over http, by git's own program for it.
#include <fmt/format.h>

#include <filesystem>

#include "base/process.h"
#include "base/text.h"
#include "pr-bot/http/base64.h"
#include "tests/pr-bot/fake_forge.h"

namespace gander::prbot {
namespace {

namespace fs = std::filesystem;

constexpr const char* kBackend = "/usr/lib/git-core/git-http-backend";

// What a CGI program prints: headers, an empty line, the body.
void answerAs(const std::string& printed, httplib::Response& response) {
  const auto end = printed.find("\r\n\r\n");
  std::string type = "text/plain";
  for (auto line : splitLines(printed.substr(0, end))) {
    while (line.ends_with('\r')) line.pop_back();
    const auto colon = line.find(": ");
    if (colon == std::string::npos) continue;
    const auto name = toLowerAscii(line.substr(0, colon));
    const auto value = line.substr(colon + 2);
    if (name == "status") response.status = std::stoi(value);
    if (name == "content-type") type = value;
  }
  response.set_content(end == std::string::npos ? std::string() : printed.substr(end + 4), type);
}

}  // namespace

void FakeForge::readBranches(const std::string& name) {
  const auto folder = gitRoot_ / (name + ".git");
  auto listed = runProcess({.command = {"git", "-C", folder.string(), "for-each-ref",
                                        "--format=%(refname:lstrip=2) %(objectname)", "refs/heads"},
                            .environment = {{"PATH", "/usr/bin:/bin"}, {"HOME", gitRoot_.string()}}});
  auto& branches = repositories_[name].branches;
  branches.clear();
  if (!listed) return;
  for (const auto& line : splitLines(listed->output)) {
    const auto space = line.rfind(' ');
    branches[line.substr(0, space)] = line.substr(space + 1);
  }
}

void FakeForge::serveGit(const fs::path& root) {
  gitRoot_ = root;
  const auto serveIt = [this](const httplib::Request& request, httplib::Response& response) {
    std::scoped_lock lock(mutex_);
    const auto name = request.matches[1].str();
    const auto login = "Basic " + encodeBase64("x-access-token:" + token);
    const auto other = "Basic " + encodeBase64("oauth2:" + token);
    const auto given = request.get_header_value("Authorization");
    if (given != login && given != other) {
      response.status = 401;
      response.set_header("WWW-Authenticate", "Basic realm=\"git\"");
      return;
    }
    std::string query;
    for (const auto& [key, value] : request.params) query += (query.empty() ? "" : "&") + key + "=" + value;
    std::map<std::string, std::string> environment{{"PATH", "/usr/bin:/bin"},
                                                   {"GIT_PROJECT_ROOT", gitRoot_.string()},
                                                   {"GIT_HTTP_EXPORT_ALL", "1"},
                                                   {"GIT_CONFIG_NOSYSTEM", "1"},
                                                   {"HOME", gitRoot_.string()},
                                                   {"PATH_INFO", request.path},
                                                   {"QUERY_STRING", query},
                                                   {"REQUEST_METHOD", request.method},
                                                   {"CONTENT_TYPE", request.get_header_value("Content-Type")},
                                                   {"REMOTE_USER", self},
                                                   {"REMOTE_ADDR", "127.0.0.1"}};
    if (request.has_header("Git-Protocol")) environment["GIT_PROTOCOL"] = request.get_header_value("Git-Protocol");
    auto outcome = runProcess({.command = {kBackend}, .environment = environment, .input = request.body});
    if (!outcome || !outcome->succeeded()) {
      response.status = 500;
      return;
    }
    answerAs(outcome->output, response);
    readBranches(name);
  };
  server_.Get("/(.+)\\.git/(info/refs)", serveIt);
  server_.Post("/(.+)\\.git/(git-upload-pack|git-receive-pack)", serveIt);
}

}  // namespace gander::prbot
