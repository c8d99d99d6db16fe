// A forge on this machine's loopback, with repositories, people and pull requests in memory, that speaks one of the forges' APIs. What it
// answers is made by the API descriptions; what it does is written here once for all three.
//
// Faults are put in by a plan that is asked for each request: what a forge does on a bad day.
#pragma once

#include <httplib.h>

#include <atomic>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "pr-bot/rest_forge.h"
#include "tests/pr-bot/fake_app.h"

namespace gander::prbot {

namespace github {
struct Place;
}

struct FakeComment {
  int64_t id = 0;
  std::string author;
  std::string body;
  std::string path;  // not empty: at a line
  int64_t line = 0;
  std::string review = {};  // not empty: the words of a review in that state, "APPROVED", "PENDING"
};

struct FakePull {
  int number = 0;
  std::string branch;
  std::string base;
  std::string title;
  std::string body;
  bool draft = false;
  std::string state = "open";  // "open", "closed", "merged"
  std::string mergeCommit;
  bool whenReady = false;
  Checks status = Checks::kNone;       // that others have set on its head
  std::vector<std::string> runs = {};  // GitHub: conclusions of check runs; empty: not completed
  std::set<std::string> labels;
  std::vector<std::string> reviewers;
  std::vector<std::string> assignees;
  std::vector<FakeComment> comments;
  std::string author = {};  // empty: the bot
};

struct FakeRepository {
  std::string name;
  std::string defaultBranch = "main";
  bool archived = false;
  bool disabled = false;
  bool empty = false;
  bool mayWrite = true;
  bool drafts = true;                           // GitHub's free plans have none in private repositories
  bool ready = true;                            // its checks have passed: a merge is possible
  std::string movedTo;                          // not empty: was renamed
  std::map<std::string, std::string> branches;  // -> commit
  std::map<std::string, int64_t> labels;        // -> id
  std::vector<FakePull> pulls;
};

struct FakeUser {
  int64_t id = 0;
  bool mayWrite = false;
};

enum class Fault {
  kNone,
  kDropBefore,   // the connection ends, and nothing was done
  kDropAfter,    // the connection ends, and it was done
  kErrorBefore,  // 502, nothing done
  kErrorAfter,   // 500, done
  kBusyAfter,    // 503 with Retry-After, done
  kTooMany,      // 429 with Retry-After, nothing done
  kTooManyBare,  // 429 without a word
  kSecondary,    // 403 of the secondary limits
  kTruncated,    // the answer ends early, done
  kNoJson,       // 200 with a page of HTML, done
  kWrongJson,    // 200 with JSON of another shape, done
  kLoop,         // sent on to itself
  kSlow,         // drips until the deadline, nothing done
  kSlowAfter,    // the same, done
};

struct FakeRequest {
  std::string method;
  std::string path;  // as asked
  Time at{};
  std::string body;
};

class FakeForge {
 public:
  // `port`: of the loopback; 0: any that is free.
  FakeForge(ForgeKind kind, const Clock& clock, int port = 0);
  ~FakeForge();
  FakeForge(const FakeForge&) = delete;
  FakeForge& operator=(const FakeForge&) = delete;

  ForgeKind kind() const { return kind_; }
  std::string web() const { return "http://127.0.0.1:" + std::to_string(port_); }

  // ---- What stands in it. For tests, between requests.
  FakeRepository& repository(const std::string& name) { return repositories_[name]; }
  FakeRepository& add(const std::string& name);
  void addUser(const std::string& login, bool mayWrite);
  void say(const std::string& repository, int number, const std::string& login, const std::string& body);
  void review(const std::string& repository, int number, const std::string& login, const std::string& body,
              const std::string& state = "COMMENTED");
  std::vector<FakeRequest> requests() const;
  // Serves the bare repositories below a folder too, at WEB/<name>.git: a push moves the branches.
  void serveGit(const std::filesystem::path& root);
  void readBranches(const std::string& name);  // of one of those, as they are now

  std::string front;  // where clients reach it, if not at web(): addresses that it answers with are there
  std::string token = "secret-token-of-the-bot";
  std::string self = "gander-bot";
  FakeApp* app = nullptr;                         // GitHub: not null: its tokens let in, and nothing else
  std::function<Fault(const FakeRequest&)> plan;  // empty: no faults
  size_t pageSize = 100;                          // at most
  bool bareTags = false;                          // of an answer's text alone, and not of whether a page follows
  bool shifting = false;                          // pages repeat the last item of the page before
  bool oldVersion = false;                        // Gitea: no `draft` in answers, and none is found by its branches
  int crossed = 0;                                // GitHub: how many requests the limits on contents refused

 private:
  using Json = nlohmann::json;
  struct Answer {
    int status = 200;
    Json body;
    std::vector<std::pair<std::string, std::string>> headers = {};
  };
  using Handler = std::function<Answer(const httplib::Request&, const Json&)>;

  std::string address() const { return front.empty() ? web() : front; }
  void on(const std::string& method, const std::string& pattern, Handler handler);
  void serve(const httplib::Request& request, httplib::Response& response, const Handler& handler);
  std::string problemOf(const httplib::Request& request) const;
  bool crossesLimits(const std::string& method);
  bool spoil(Fault fault, const httplib::Request& request, httplib::Response& response);
  Answer perform(const httplib::Request& request, const Handler& handler);
  Answer listOf(const httplib::Request& request, const std::vector<Json>& items) const;
  void githubRoutes();
  void gitlabRoutes();
  void giteaRoutes();
  void githubPulls();
  void githubTalk();
  void githubApp();
  void gitlabRequests();
  void gitlabTalk();
  void giteaPulls();
  void giteaTalk();
  void giteaSearch();

  // ---- What all of them do.
  FakeRepository* find(const std::string& name);
  FakePull* findPull(const std::string& repository, int number);
  FakePull* openOf(FakeRepository& repository, const std::string& branch);
  FakePull& open(FakeRepository& repository, const FakePull& pull);
  void addComment(FakePull& pull, const std::string& author, const std::string& body, const std::string& path = "",
                  int64_t line = 0);
  std::string headOf(const FakeRepository& repository, const FakePull& pull) const;
  const FakePull* headedBy(const std::string& repository, const std::string& commit);  // null where none is
  int64_t idOf(const std::string& login) const;
  std::string loginOf(int64_t id) const;
  Json user(const std::string& login) const;
  Json users(const std::vector<std::string>& logins) const;
  Json githubPull(const FakeRepository& repository, const FakePull& pull, bool details = true) const;
  github::Place place() const;
  Json gitlabRequest(const FakeRepository& repository, const FakePull& pull) const;
  Json giteaPull(const FakeRepository& repository, const FakePull& pull) const;
  Json giteaReview(const FakeComment& comment) const;
  Json comment(const FakeComment& comment) const;

  const ForgeKind kind_;
  const Clock& clock_;
  httplib::Server server_;
  int port_ = 0;
  std::filesystem::path gitRoot_;
  std::thread thread_;
  std::map<std::string, FakeRepository> repositories_;
  std::map<std::string, FakeUser> people_;
  int64_t nextId_ = 1000;
  mutable std::mutex mutex_;  // over requests_ and all that a handler does
  std::vector<FakeRequest> requests_;
  std::deque<Time> contents_;  // of the last hour
};

}  // namespace gander::prbot
