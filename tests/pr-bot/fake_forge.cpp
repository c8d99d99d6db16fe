#include "tests/pr-bot/fake_forge.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "tests/pr-bot/github_shapes.h"

namespace gander::prbot {

// A byte now and then, for longer than anybody waits.
static void drip(httplib::Response& response) {
  response.set_content_provider(1000, "application/json", [](size_t, size_t, httplib::DataSink& sink) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    return sink.write(" ", 1);
  });
}

FakeForge::FakeForge(ForgeKind kind, const Clock& clock, int port) : kind_(kind), clock_(clock), port_(port) {
  addUser(self, true);
  switch (kind) {
    case ForgeKind::kGitHub: githubRoutes(); break;
    case ForgeKind::kGitLab: gitlabRoutes(); break;
    case ForgeKind::kGitea: giteaRoutes(); break;
  }
  // A proxy keeps connections open, and the end of the server would wait for them.
  server_.set_keep_alive_max_count(port_ == 0 ? 1'000'000 : 1);
  server_.set_tcp_nodelay(true);
  // A connection that is kept open keeps its thread, and every write comes on a new one.
  server_.new_task_queue = [] { return new httplib::ThreadPool(64); };
  if (port_ == 0)
    port_ = server_.bind_to_any_port("127.0.0.1");
  else if (!server_.bind_to_port("127.0.0.1", port_))
    throw std::runtime_error(fmt::format("port {} is taken", port_));
  thread_ = std::thread([this] { server_.listen_after_bind(); });
  while (!server_.is_running()) std::this_thread::yield();
}

FakeForge::~FakeForge() {
  server_.stop();
  thread_.join();
}

FakeRepository& FakeForge::add(const std::string& name) {
  auto& repository = repositories_[name];
  repository.name = name;
  repository.branches["main"] = std::string(40, '1');
  return repository;
}

void FakeForge::addUser(const std::string& login, bool mayWrite) { people_[login] = {++nextId_, mayWrite}; }

void FakeForge::say(const std::string& repository, int number, const std::string& login, const std::string& body) {
  std::scoped_lock lock(mutex_);
  if (auto* pull = findPull(repository, number)) addComment(*pull, login, body);
}

void FakeForge::review(const std::string& repository, int number, const std::string& login, const std::string& body,
                       const std::string& state) {
  std::scoped_lock lock(mutex_);
  auto* pull = findPull(repository, number);
  if (pull == nullptr) return;
  addComment(*pull, login, body);
  pull->comments.back().review = state;
}

std::vector<FakeRequest> FakeForge::requests() const {
  std::scoped_lock lock(mutex_);
  return requests_;
}

// ---------------------------------------------------------------- one request

void FakeForge::on(const std::string& method, const std::string& pattern, Handler handler) {
  auto serveIt = [this, handler = std::move(handler)](const httplib::Request& request, httplib::Response& response) {
    serve(request, response, handler);
  };
  if (method == "GET") server_.Get(pattern, serveIt);
  if (method == "DELETE") server_.Delete(pattern, serveIt);
  if (method == "POST") server_.Post(pattern, serveIt);
  if (method == "PUT") server_.Put(pattern, serveIt);
  if (method == "PATCH") server_.Patch(pattern, serveIt);
}

void FakeForge::serve(const httplib::Request& request, httplib::Response& response, const Handler& handler) {
  std::scoped_lock lock(mutex_);
  requests_.push_back({request.method, request.target, clock_.now(), request.body});
  const auto fault = plan ? plan(requests_.back()) : Fault::kNone;
  if (spoil(fault, request, response)) return;
  auto answer = perform(request, handler);
  if (fault == Fault::kSlowAfter) return drip(response);
  if (fault == Fault::kDropAfter) {
    response.set_content_provider(100, "application/json", [](size_t, size_t, httplib::DataSink&) { return false; });
    return;
  }
  response.status = fault == Fault::kErrorAfter ? 500 : fault == Fault::kBusyAfter ? 503 : answer.status;
  if (fault == Fault::kBusyAfter) response.set_header("Retry-After", "7");
  const bool spoiled = fault != Fault::kNone;  // and then it is not what the tag is of
  for (const auto& [name, value] : answer.headers)
    if (!spoiled || name != "ETag") response.set_header(name, value);
  auto text = answer.body.is_null() ? std::string() : answer.body.dump();
  if (fault == Fault::kErrorAfter || fault == Fault::kBusyAfter) text = R"({"message":"Server Error"})";
  if (fault == Fault::kTruncated) text.resize(text.size() / 2);
  if (fault == Fault::kNoJson) text = "<html><body>We are down for maintenance.</body></html>";
  if (fault == Fault::kWrongJson) text = R"({"number": "seven", "items": null})";
  // A 304 has neither a body nor a type of one. The type as forges give it: of the bare one httplib compresses, and at length.
  if (!text.empty()) response.set_content(text, "application/json; charset=utf-8");
}

// Faults before anything is done. True if the answer is made.
bool FakeForge::spoil(Fault fault, const httplib::Request& request, httplib::Response& response) {
  auto refuse = [&](int status, const char* message) {
    response.status = status;
    response.set_content(Json{{"message", message}}.dump(), "application/json");
    return true;
  };
  switch (fault) {
    case Fault::kDropBefore:
      response.set_content_provider(100, "application/json", [](size_t, size_t, httplib::DataSink&) { return false; });
      return true;
    case Fault::kErrorBefore: return refuse(502, "Bad Gateway");
    case Fault::kTooMany: response.set_header("Retry-After", "7"); return refuse(429, "Too Many Requests");
    case Fault::kTooManyBare: return refuse(429, "");
    case Fault::kSecondary: return refuse(403, "You have exceeded a secondary rate limit.");
    case Fault::kLoop: response.set_header("Location", web() + request.target); return refuse(307, "Moved");
    case Fault::kSlow: drip(response); return true;
    default: return false;
  }
}

// Why whoever asks is not let in; empty: they are.
std::string FakeForge::problemOf(const httplib::Request& request) const {
  const auto authorization = request.get_header_value("Authorization");
  if (app != nullptr && (request.path + "/").starts_with("/api/v3/app/")) return app->problemOf(authorization);
  const bool known = app != nullptr ? app->lets(authorization) : authorization == "Bearer " + token;
  return known ? "" : "Bad credentials";
}

// GitHub's limits on what makes contents, taken as strictly as its words allow: any write is one.
bool FakeForge::crossesLimits(const std::string& method) {
  using namespace std::chrono_literals;
  if (kind_ != ForgeKind::kGitHub || method == "GET") return false;
  const auto now = clock_.now();
  contents_.push_back(now);
  while (contents_.front() + 1h <= now) contents_.pop_front();
  const auto lately = std::ranges::count_if(contents_, [&](Time at) { return at + 1min > now; });
  if (lately <= 80 && contents_.size() <= 500) return false;
  ++crossed;
  return true;
}

FakeForge::Answer FakeForge::perform(const httplib::Request& request, const Handler& handler) {
  if (const auto problem = problemOf(request); !problem.empty()) return {401, {{"message", problem}}};
  if (request.get_header_value("User-Agent").empty())
    return {403, {{"message", "Request forbidden by administrative rules"}}};
  if (crossesLimits(request.method))
    return {403,
            {{"message",
              "You have exceeded a secondary rate limit and have been temporarily blocked from content creation. "
              "Please retry your request again later."}}};
  auto body = Json::object();
  if (!request.body.empty()) body = Json::parse(request.body, nullptr, false);
  if (body.is_discarded()) return {400, {{"message", "Problems parsing JSON"}}};
  auto answer = handler(request, body);
  if (kind_ == ForgeKind::kGitHub && answer.status >= 400)
    answer.body["documentation_url"] = "https://docs.github.com/rest";
  if (request.method != "GET" || answer.status != 200) return answer;
  // A tag of the answer's own text: what is asked again and has not changed costs nothing.
  const auto next = bareTags || answer.headers.empty() ? std::string() : answer.headers.front().second;
  const auto tag = fmt::format("\"{:x}\"", std::hash<std::string>()(answer.body.dump() + next));
  if (request.get_header_value("If-None-Match") == tag) return {304, nullptr};
  answer.headers.emplace_back("ETag", tag);
  return answer;
}

FakeForge::Answer FakeForge::listOf(const httplib::Request& request, const std::vector<Json>& items) const {
  auto numberOf = [&](const char* name, size_t otherwise) {
    return request.has_param(name) ? static_cast<size_t>(std::stoul(request.get_param_value(name))) : otherwise;
  };
  const size_t size = std::min(pageSize, numberOf(kind_ == ForgeKind::kGitea ? "limit" : "per_page", 30));
  const size_t page = numberOf("page", 1);
  size_t begin = std::min((page - 1) * size, items.size());
  const size_t end = std::min(begin + size, items.size());
  if (shifting && begin > 0) --begin;  // something new came at the front since the last page was read
  Answer answer{200, Json::array()};
  for (size_t at = begin; at < end; ++at) answer.body.push_back(items[at]);
  if (end >= items.size()) return answer;
  auto next = address() + request.target.substr(0, request.target.find('?')) + "?";
  for (const auto& [name, value] : request.params)
    if (name != "page") next += name + "=" + httplib::detail::encode_query_param(value) + "&";
  answer.headers.emplace_back("Link",
                              fmt::format("<{0}page={1}>; rel=\"next\", <{0}page=99>; rel=\"last\"", next, page + 1));
  return answer;
}

// ---------------------------------------------------------------- what all of them do

FakeRepository* FakeForge::find(const std::string& name) {
  auto found = repositories_.find(name);
  return found == repositories_.end() ? nullptr : &found->second;
}

FakePull* FakeForge::findPull(const std::string& repository, int number) {
  auto* there = find(repository);
  if (there == nullptr || number < 1 || static_cast<size_t>(number) > there->pulls.size()) return nullptr;
  return &there->pulls[static_cast<size_t>(number) - 1];
}

FakePull* FakeForge::openOf(FakeRepository& repository, const std::string& branch) {
  for (auto& pull : repository.pulls)
    if (pull.branch == branch && pull.state == "open") return &pull;
  return nullptr;
}

FakePull& FakeForge::open(FakeRepository& repository, const FakePull& pull) {
  repository.pulls.push_back(pull);
  repository.pulls.back().number = static_cast<int>(repository.pulls.size());
  return repository.pulls.back();
}

void FakeForge::addComment(FakePull& pull, const std::string& author, const std::string& body, const std::string& path,
                           int64_t line) {
  pull.comments.push_back({++nextId_, author, body, path, line});
}

const FakePull* FakeForge::headedBy(const std::string& repository, const std::string& commit) {
  const auto* found = find(repository);
  if (found == nullptr) return nullptr;
  for (const auto& pull : found->pulls)
    if (headOf(*found, pull) == commit) return &pull;
  return nullptr;
}

std::string FakeForge::headOf(const FakeRepository& repository, const FakePull& pull) const {
  auto found = repository.branches.find(pull.branch);
  return found == repository.branches.end() ? std::string(40, '0') : found->second;
}

int64_t FakeForge::idOf(const std::string& login) const {
  auto found = people_.find(login);
  return found == people_.end() ? 0 : found->second.id;
}

std::string FakeForge::loginOf(int64_t id) const {
  for (const auto& [login, one] : people_)
    if (one.id == id) return login;
  return "";
}

nlohmann::json FakeForge::user(const std::string& login) const {
  if (kind_ == ForgeKind::kGitHub) return github::user(place(), login, idOf(login));
  Json out{{"id", idOf(login)}, {"avatar_url", web() + "/avatar"}};
  out[kind_ == ForgeKind::kGitLab ? "username" : "login"] = login;
  return out;
}

nlohmann::json FakeForge::users(const std::vector<std::string>& logins) const {
  auto out = Json::array();
  for (const auto& login : logins) out.push_back(user(login));
  return out;
}

}  // namespace gander::prbot
