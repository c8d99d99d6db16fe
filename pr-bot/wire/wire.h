// What a forge on the network can be asked, in its own words. Each call is one step without memory: rest_forge.cpp puts them together.
// Private to pr-bot/.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "pr-bot/forge.h"
#include "pr-bot/http/api_client.h"

namespace gander::prbot {

// What of a pull request is to be another; absent: stays.
struct PullRequestChanges {
  std::optional<std::string> title;
  std::optional<std::string> body;
  std::optional<bool> draft;
  bool close = false;

  bool empty() const { return !title && !body && !draft && !close; }
};

class Wire {
 public:
  virtual ~Wire() = default;
  virtual Result<std::string> repositoryName(const std::string& url) const = 0;
  virtual Result<ForgeRepository> look(const std::string& repository) = 0;
  // Those from a branch of the repository itself into another, in any state and order.
  virtual Result<std::vector<PullRequest>> pulls(const std::string& repository, const std::string& branch,
                                                 const std::string& base) = 0;
  virtual Result<PullRequest> pull(const std::string& repository, int number) = 0;
  // False where there is one already.
  virtual Result<bool> open(const PullRequestText& text) = 0;
  virtual Status edit(const PullRequest& pull, const PullRequestChanges& changes) = 0;
  // Labels, reviewers and assignees of `text` that the pull request has not. Answers what can't be had, a sentence each.
  virtual Result<std::vector<std::string>> add(const PullRequest& pull, const PullRequestText& text) = 0;
  // kConflict where the forge won't now. True: merged; false: it does when it is ready.
  virtual Result<bool> merge(const PullRequest& pull, const MergeOrder& order) = 0;
  // Takes back an order to merge when ready; nothing where there is none.
  virtual Status callOff(const PullRequest& pull) = 0;
  // All that was said, oldest first, without `mayWrite`; with what was said in reviews, at lines and of the whole, where `reviews`.
  virtual Result<std::vector<Comment>> comments(const std::string& repository, int number, bool reviews) = 0;
  virtual Status comment(const std::string& repository, int number, const std::string& body) = 0;
  // False where it can't be said at that line.
  virtual Result<bool> commentAtLine(const PullRequest& pull, const Remark& remark, const std::string& body) = 0;
  // What the forge's own checks say of the head.
  virtual Result<Checks> checks(const PullRequest& pull) = 0;
  virtual Result<std::string> account() = 0;
  virtual Result<bool> mayWrite(const std::string& repository, const std::string& login) = 0;
};

std::unique_ptr<Wire> makeGitHubWire(ApiParts parts, const ApiPolicy& policy);
std::unique_ptr<Wire> makeGitLabWire(ApiParts parts, const ApiPolicy& policy);
std::unique_ptr<Wire> makeGiteaWire(ApiParts parts, const ApiPolicy& policy);

// ---- For those three.

// The login of the account, asked for once. Safe for many threads.
class AccountName {
 public:
  Result<std::string> get(const std::function<Result<std::string>()>& ask);

 private:
  std::mutex mutex_;
  std::string name_;  // under mutex_
};

// Those of `wanted` that are not there. Forges do not heed case in names.
std::vector<std::string> missingNames(const std::vector<std::string>& wanted, const std::vector<std::string>& there);
bool sameName(std::string_view one, std::string_view other);
// How many more of the text's reviewers may be asked.
size_t roomToAsk(const PullRequest& pull, const PullRequestText& text);
// Asks them as GitHub and Gitea have it, one at a time: a name that is not known must not cost the others.
Status askReviewers(ApiClient& api, const std::string& path, const PullRequest& pull, const PullRequestText& text,
                    const std::function<Result<std::string>()>& account, std::vector<std::string>& problems);
// Adds what was said, of a list of it; `writer` and `login` are the members that tell who: {"user": {"login": ...}}. `self`: the account.
// `kind`: before each id, where a forge counts several kinds of comments each by itself.
Status addComments(const std::vector<Json>& list, const std::string& writer, const std::string& login,
                   const std::string& self, std::vector<Comment>& out, const std::string& kind = "");
// The words that reviews were submitted with, of those that have some; one that is not submitted yet is nobody's word.
Status addReviews(const std::vector<Json>& list, const std::string& self, std::vector<Comment>& out);
// The first way to merge that a repository allows, of (what the way is called, the member that allows it); one that is not told is allowed.
std::string mergeMethodOf(const Json& repository, const std::vector<std::pair<std::string, std::string>>& ways);
// Of a commit that has the one and the other: what failed counts first, then what is not done yet.
Checks both(Checks one, Checks other);
// `member` of each item of a list; nothing where it is no list, or null.
std::vector<std::string> namesIn(const Json& list, const std::string& member);

}  // namespace gander::prbot
