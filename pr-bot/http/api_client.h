// How a forge's API is spoken to, whichever forge it is: paced, within its limits, over its pages, and never a write twice unasked.
//
//   get, list    repeated where that may help; the answer of last time where the forge says that it still holds (ETag, 304)
//   write        in series, at least `pause` apart; repeated only where the forge refused it for its limits, so that it had no effect.
//                Where the answer was lost, or is a 5xx of any kind, nobody knows: kUnavailable, and the caller looks before it writes again
//
// Limits: Retry-After (seconds or a date), else the reset time where nothing remains, else a minute that doubles. "Submitted too
// quickly" is an hour. A call waits at most `patience` for them, else it fails with kUnavailable and says until when.
// Breaker: after `failures` calls in a row without a proper answer all calls fail at once for `rest`; then one is tried.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "pr-bot/http/kept_answers.h"
#include "pr-bot/http/pace.h"
#include "pr-bot/http/transport.h"
#include "pr-bot/http/url.h"

namespace gander::prbot {

using Json = nlohmann::json;

struct ApiAnswer {
  int status = 0;
  HttpHeaders headers;
  Json body;  // null where there is none
};

struct ListShape {
  std::string member = {};  // of the answer, that is the list; empty: the answer is
  size_t first = 0;         // only so many pages; 0: all, which must have an end
};

struct ApiPolicy {
  std::chrono::milliseconds pause{1000};  // between two writes
  // In any minute; a read is one, a write five, as GitHub counts them, which refuses more than 900.
  int points = 800;
  // Of writes, each of which is one, over all processes that share the turnstile; empty: as the forge has them, if it has any.
  std::vector<Allowance> writes = {};
  std::filesystem::path turnstile = {};  // of writes among processes; empty: this one is alone
  std::chrono::milliseconds patience{std::chrono::minutes(20)};
  int attempts = 4;  // of a read, and of a write that the limits refused
  int failures = 6;
  std::chrono::milliseconds rest{std::chrono::minutes(2)};
  size_t pages = 100;
};

// What lets a call in. Asked before each, so that what expires can be made anew.
class Credentials {
 public:
  virtual ~Credentials() = default;
  virtual Result<HttpHeaders> headers() = 0;
  // The forge said 401. True if headers() may now give others.
  virtual bool refused() { return false; }
  // The login of the account; empty where the forge is to be asked.
  virtual Result<std::string> account() { return ""; }
};

struct ApiParts {
  HttpTransport& transport;
  Clock& clock;
  Credentials& credentials;
  std::string forge;  // for errors: "github.com"
  std::string base;   // "https://api.github.com"; paths are put behind it
  HttpHeaders headers;
};

class ApiClient {
 public:
  explicit ApiClient(ApiParts parts, const ApiPolicy& policy = {});

  // Any status below 500 that is no limit is an answer. `path`: "/repos/acme/plays?x=y".
  Result<ApiAnswer> get(const std::string& path);
  // The body of a 200; any other answer is an error (errorOf), with `doing`.
  Result<Json> read(const std::string& doing, const std::string& path);
  // The items of all pages of a list, as `Link: <...>; rel="next"` leads from one to the next. Pages shift while they are read: an item that
  // comes twice is given once, by its member `id`, and where one vanishes another slips from the next page to one that has been read, so
  // that pages are read again until they bring nothing new. An answer that is no 200 is an error (errorOf).
  Result<std::vector<Json>> list(const std::string& path, const ListShape& shape = {});
  // A body that is null is none.
  Result<ApiAnswer> write(const std::string& method, const std::string& path, const Json& body);

  // The forge's own words for an answer that is no success, as an error: 401 and 403 kDenied, 404 and 410 kNotFound, 409 kConflict, 400 and 422
  // kInvalid, others kUnavailable.
  Error errorOf(const std::string& doing, const ApiAnswer& answer) const;

 private:
  struct Items {
    std::vector<Json> all;
    std::set<std::string> known;  // by their ids, else by their text
  };
  Result<size_t> readPages(const std::string& path, const ListShape& shape, Items& items);
  Result<ApiAnswer> exchange(const std::string& method, const std::string& url, const Json* body);
  Result<HttpAnswer> sendOnce(HttpRequest request);
  Result<ApiAnswer> parse(const HttpRequest& request, HttpAnswer answer);
  Result<HttpHeaders> headersOf(const HttpRequest& request);
  Status waitTurn(bool write);
  Status waitUntil(Time until);
  // Notes what the answer says of limits. Answers when to ask again, where this was a refusal for them.
  std::optional<Time> noteLimits(const HttpAnswer& answer, int attempt);
  void noteOutcome(bool write, bool proper);

  const ApiParts parts_;
  const ApiPolicy policy_;
  Url base_;
  Status usable_;
  KeptAnswers kept_;
  Pace pace_;
  Pace writes_;
  std::mutex writing_;  // held over a whole write
  std::mutex state_;    // over what follows
  Time notBefore_{};    // the forge's limits
  Time nextWrite_{};
  Time closedUntil_{};
  int failed_ = 0;  // in a row
};

// ---- Reading what a forge answered. kUnavailable where it is not as described: "the forge's answer has no text 'title'". A member that is
// null counts as not there.
Result<std::string> textAt(const Json& json, const std::string& member);
Result<int64_t> numberAt(const Json& json, const std::string& member);
std::string textOr(const Json& json, const std::string& member, std::string otherwise = "");
bool flagAt(const Json& json, const std::string& member);
const Json& memberOf(const Json& json, const std::string& member);  // null where it is not there
Result<Time> timeAt(const Json& json, const std::string& member);   // RFC 3339

}  // namespace gander::prbot
