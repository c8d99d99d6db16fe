#include "pr-bot/http/api_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "pr-bot/http/limits.h"
#include "pr-bot/http/turnstile.h"

namespace gander::prbot {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr int kRedirects = 5;
constexpr int kReadings = 4;  // of a list's pages, at most
constexpr size_t kKeptBytes = size_t{64} << 20;
constexpr int kReadPoints = 1;
constexpr int kWritePoints = 5;
constexpr milliseconds kLongestPause = std::chrono::hours(1);

bool isSafe(const std::string& method) { return method == "GET"; }

// The address of rel="next" in a Link header.
std::string nextPage(const std::string& link) {
  for (size_t open = link.find('<'); open != std::string::npos; open = link.find('<', open + 1)) {
    const auto close = link.find('>', open);
    if (close == std::string::npos) return "";
    const auto end = std::min(link.find('<', close), link.size());
    const auto parameters = toLowerAscii(std::string_view(link).substr(close, end - close));
    if (parameters.contains("rel=\"next\"") || parameters.contains("rel=next"))
      return link.substr(open + 1, close - open - 1);
  }
  return "";
}

// How many items a page of that address has at most; what is not told is taken for full.
size_t askedPageSize(const std::string& url) {
  for (const std::string name : {"per_page=", "limit="})
    if (const auto at = url.find(name); at != std::string::npos) {
      size_t size = 0;
      std::from_chars(url.data() + at + name.size(), url.data() + url.size(), size);
      return size;
    }
  return 0;
}

// A forge's words, on one line and not too long.
std::string saidIn(const Json& body) {
  std::string said;
  for (const auto* member : {"message", "error_description", "error"}) {
    const auto& value = memberOf(body, member);
    if (!value.is_null()) {
      said = value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, Json::error_handler_t::replace);
      break;
    }
  }
  if (const auto& errors = memberOf(body, "errors"); errors.is_array())
    for (const auto& error : errors)
      if (const auto text = textOr(error, "message"); !text.empty()) said += "; " + text;
  std::ranges::replace_if(said, [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  return toValidUtf8(said.substr(0, 400));
}

ErrorKind kindOf(int status) {
  switch (status) {
    case 401:
    case 403: return ErrorKind::kDenied;
    case 404:
    case 410: return ErrorKind::kNotFound;
    case 405:
    case 409: return ErrorKind::kConflict;
    case 400:
    case 422: return ErrorKind::kInvalid;
    default: return ErrorKind::kUnavailable;
  }
}

}  // namespace

ApiClient::ApiClient(ApiParts parts, const ApiPolicy& policy)
    : parts_(std::move(parts)),
      policy_(policy),
      kept_(kKeptBytes),
      pace_({{policy.points, minutes(1)}}),
      writes_(policy.writes) {
  auto base = parseUrl(parts_.base);
  if (base)
    base_ = *base;
  else
    usable_ = std::unexpected(base.error());
}

Result<ApiAnswer> ApiClient::get(const std::string& path) { return exchange("GET", parts_.base + path, nullptr); }

Result<Json> ApiClient::read(const std::string& doing, const std::string& path) {
  GANDER_TRY(auto answer, get(path));
  if (answer.status != 200) return std::unexpected(errorOf(doing, answer));
  return std::move(answer.body);
}

Result<std::vector<Json>> ApiClient::list(const std::string& path, const ListShape& shape) {
  Items items;
  for (int reading = 0; reading < kReadings; ++reading) {
    const auto before = items.all.size();
    GANDER_TRY(const auto pages, readPages(path, shape, items));
    if (pages == 1 || (reading > 0 && items.all.size() == before)) break;
  }
  return std::move(items.all);
}

// Answers how many there were.
Result<size_t> ApiClient::readPages(const std::string& path, const ListShape& shape, Items& items) {
  std::set<std::string> seen;
  auto url = parts_.base + path;
  while (!url.empty() && (shape.first == 0 || seen.size() < shape.first)) {
    if (!seen.insert(url).second || seen.size() > policy_.pages)
      return fail(ErrorKind::kUnavailable,
                  fmt::format("{}: GET {}: its pages have no end", parts_.forge, withoutQuery(parts_.base + path)));
    GANDER_TRY(auto answer, exchange("GET", url, nullptr));
    if (answer.status != 200) return std::unexpected(errorOf(fmt::format("GET {}", withoutQuery(url)), answer));
    const auto& page = shape.member.empty() ? answer.body : memberOf(answer.body, shape.member);
    if (!page.is_array())
      return fail(ErrorKind::kUnavailable, fmt::format("{}: GET {}: no list", parts_.forge, withoutQuery(url)));
    for (const auto& item : page) {
      const auto id = numberAt(item, "id");
      if (items.known.insert(id ? std::to_string(*id) : item.dump()).second) items.all.push_back(item);
    }
    auto next = nextPage(headerOf(answer.headers, "link"));
    // What comes after a last page that is full may leave its text, and so its tag, as they are.
    if (next.empty() && page.size() >= askedPageSize(url)) kept_.keep(url, {});
    url = std::move(next);
  }
  return seen.size();
}

Result<ApiAnswer> ApiClient::write(const std::string& method, const std::string& path, const Json& body) {
  std::scoped_lock lock(writing_);
  if (policy_.turnstile.empty()) return exchange(method, parts_.base + path, &body);
  GANDER_TRY(auto turn, Turnstile::enter(policy_.turnstile));
  {
    std::scoped_lock guard(state_);
    nextWrite_ = std::max(nextWrite_, turn.last() + policy_.pause);
    notBefore_ = std::max(notBefore_, turn.until());
  }
  writes_.know(turn.made());
  auto answer = exchange(method, parts_.base + path, &body);
  std::scoped_lock guard(state_);
  turn.leave(nextWrite_ - policy_.pause, notBefore_, writes_.made());
  return answer;
}

Error ApiClient::errorOf(const std::string& doing, const ApiAnswer& answer) const {
  const auto said = saidIn(answer.body);
  return {kindOf(answer.status),
          fmt::format("{}: {}: status {}{}{}", parts_.forge, doing, answer.status, said.empty() ? "" : ": ", said)};
}

// As often as it may help: a read after any failure, a write where the limits refused it, both with fresh credentials after a 401.
Result<ApiAnswer> ApiClient::exchange(const std::string& method, const std::string& url, const Json* body) {
  GANDER_CHECK(usable_);
  HttpRequest request{.method = method, .url = url, .headers = {}, .body = ""};
  if (body != nullptr && !body->is_null()) request.body = body->dump(-1, ' ', false, Json::error_handler_t::replace);
  bool renewed = false;
  for (int attempt = 1;; ++attempt) {
    GANDER_CHECK(waitTurn(!isSafe(method)));
    auto answer = sendOnce(request);
    noteOutcome(!isSafe(method), answer && answer->status < 500);
    if (answer) {
      const auto again = noteLimits(*answer, attempt);
      if (again && attempt < policy_.attempts) {
        GANDER_CHECK(waitUntil(*again));
        continue;
      }
      if (again)
        return fail(ErrorKind::kUnavailable, fmt::format("{}: {} {}: its limits refuse it, now {} times", parts_.forge,
                                                         method, withoutQuery(url), attempt));
      if (answer->status == 401 && !renewed && parts_.credentials.refused()) {
        renewed = true;
        continue;
      }
      if (answer->status < 500) {
        auto whole = parse(request, std::move(*answer));
        if (whole || !isSafe(method) || attempt >= policy_.attempts) return whole;
        answer = std::unexpected(whole.error());
      }
    }
    if (!isSafe(method) || attempt >= policy_.attempts)
      return answer ? std::unexpected(errorOf(fmt::format("{} {}", method, withoutQuery(url)),
                                              {answer->status, {}, Json::parse(answer->body, nullptr, false)}))
                    : Result<ApiAnswer>(std::unexpected(answer.error().withContext(parts_.forge)));
    GANDER_CHECK(waitUntil(parts_.clock.now() + seconds(1 << attempt)));
  }
}

// With redirects, which may not lead to another host: it would see the token.
Result<HttpAnswer> ApiClient::sendOnce(HttpRequest request) {
  for (int hop = 0; hop <= kRedirects; ++hop) {
    GANDER_TRY(request.headers, headersOf(request));
    GANDER_TRY(auto answer, parts_.transport.send(request));
    const bool moved = answer.status == 301 || answer.status == 302 || answer.status == 307 || answer.status == 308;
    if (!moved) return answer;
    auto target = headerOf(answer.headers, "location");
    if (target.starts_with('/') && !target.starts_with("//"))
      target = parts_.base.substr(0, parts_.base.find('/', parts_.base.find("://") + 3)) + target;
    auto url = parseUrl(target);
    if (!url || !url->sameOrigin(base_))
      return fail(ErrorKind::kUnavailable,
                  fmt::format("{} {}: it was sent on to another host, which may not see the token", request.method,
                              withoutQuery(request.url)));
    request.url = target;
  }
  return fail(ErrorKind::kUnavailable,
              fmt::format("{} {}: it is sent on without end", request.method, withoutQuery(request.url)));
}

Result<HttpHeaders> ApiClient::headersOf(const HttpRequest& request) {
  GANDER_TRY(auto url, parseUrl(request.url));
  if (!url.sameOrigin(base_))
    return fail(ErrorKind::kUnavailable, fmt::format("{} {}: another host, which may not see the token", request.method,
                                                     withoutQuery(request.url)));
  auto headers = parts_.headers;
  headers.emplace("user-agent", "gander");
  headers.emplace("accept", "application/json");
  if (!request.body.empty()) headers.emplace("content-type", "application/json");
  if (auto kept = kept_.find(request.url); isSafe(request.method) && kept) headers.emplace("if-none-match", kept->tag);
  GANDER_TRY(auto credentials, parts_.credentials.headers());
  headers.merge(credentials);
  return headers;
}

Result<ApiAnswer> ApiClient::parse(const HttpRequest& request, HttpAnswer answer) {
  const bool same = answer.status == 304;
  if (same) {
    auto kept = kept_.find(request.url);
    if (!kept) return fail(ErrorKind::kUnavailable, fmt::format("{}: 304 for what was never asked", parts_.forge));
    answer = {200, {{"link", kept->link}}, std::move(kept->body)};
  }
  ApiAnswer out{answer.status, std::move(answer.headers), nullptr};
  if (!answer.body.empty()) out.body = Json::parse(answer.body, nullptr, false);
  if (out.body.is_discarded()) {
    // A refusal may be anybody's page; a success must be the API's.
    out.body = nullptr;
    if (out.status < 300)
      return fail(ErrorKind::kUnavailable, fmt::format("{}: {} {}: the answer is no JSON, or not whole", parts_.forge,
                                                       request.method, withoutQuery(request.url)));
  }
  if (isSafe(request.method) && out.status == 200 && !same)
    kept_.keep(request.url, {headerOf(out.headers, "etag"), headerOf(out.headers, "link"), std::move(answer.body)});
  return out;
}

// ---------------------------------------------------------------- time

Status ApiClient::waitTurn(bool write) {
  Time from;
  {
    std::scoped_lock lock(state_);
    const auto now = parts_.clock.now();
    if (now < closedUntil_)
      return fail(ErrorKind::kUnavailable, fmt::format("{}: it gave no proper answer {} times; asked again from {} on",
                                                       parts_.forge, failed_, formatTime(closedUntil_)));
    if (failed_ >= policy_.failures) closedUntil_ = now + policy_.rest;  // until this one is answered
    from = std::max(now, write ? std::max(notBefore_, nextWrite_) : notBefore_);
    if (write) from = writes_.next(from, 1);
    // What is not sat out is not counted either.
    if (from - now > policy_.patience) return waitUntil(from);
  }
  const auto at = pace_.turn(from, write ? kWritePoints : kReadPoints);
  if (write) writes_.count(at, 1);
  return waitUntil(at);
}

Status ApiClient::waitUntil(Time until) {
  const auto now = parts_.clock.now();
  if (until <= now) return {};
  if (until - now > policy_.patience)
    return fail(ErrorKind::kUnavailable,
                fmt::format("{}: its limits ask to wait until {}", parts_.forge, formatTime(until)));
  parts_.clock.sleepUntil(until);
  return {};
}

std::optional<Time> ApiClient::noteLimits(const HttpAnswer& answer, int attempt) {
  const auto now = parts_.clock.now();
  const auto signs = limitsOf(answer, now);
  std::scoped_lock lock(state_);
  if (signs.notBefore) notBefore_ = std::max(notBefore_, *signs.notBefore);
  if (!signs.refused) return std::nullopt;
  const auto doubled = std::min<milliseconds>(minutes(1) * (1LL << std::min(attempt - 1, 10)), kLongestPause);
  const auto until = signs.until.value_or(now + doubled);
  notBefore_ = std::max(notBefore_, until);
  return notBefore_;
}

void ApiClient::noteOutcome(bool write, bool proper) {
  std::scoped_lock lock(state_);
  if (write) nextWrite_ = parts_.clock.now() + policy_.pause;
  if (proper) {
    failed_ = 0;
    closedUntil_ = {};
    return;
  }
  if (++failed_ >= policy_.failures) closedUntil_ = parts_.clock.now() + policy_.rest;
}

}  // namespace gander::prbot
