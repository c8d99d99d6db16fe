#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

#include "base/text.h"
#include "pr-bot/http/transport.h"
#include "pr-bot/http/url.h"

namespace gander::prbot {
namespace {

struct EasyDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Easy = std::unique_ptr<CURL, EasyDeleter>;

struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, ListDeleter>;

// curl_global_init is to be called once, before any thread uses curl.
bool initialised() {
  static const bool done = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return done;
}

struct Incoming {
  HttpAnswer answer;
  uint64_t most = 0;
  bool tooLong = false;
};

size_t onBody(char* bytes, size_t, size_t count, void* data) {
  auto& incoming = *static_cast<Incoming*>(data);
  if (incoming.answer.body.size() + count > incoming.most) {
    incoming.tooLong = true;
    return 0;
  }
  incoming.answer.body.append(bytes, count);
  return count;
}

size_t onHeader(char* bytes, size_t, size_t count, void* data) {
  auto& headers = static_cast<Incoming*>(data)->answer.headers;
  std::string_view line(bytes, count);
  if (line.starts_with("HTTP/")) headers.clear();  // those of an answer before the last: 100 Continue, a proxy's
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return count;
  auto& value = headers[toLowerAscii(line.substr(0, colon))];
  value += (value.empty() ? "" : ", ") + std::string(trimmed(line.substr(colon + 1)));
  return count;
}

class CurlTransport final : public HttpTransport {
 public:
  explicit CurlTransport(HttpSettings settings) : settings_(std::move(settings)) {}

  Result<HttpAnswer> send(const HttpRequest& request) override {
    const auto what = fmt::format("{} {}", request.method, withoutQuery(request.url));
    GANDER_TRY(auto url, parseUrl(request.url));
    if (url.scheme != "https" && !settings_.plain && !url.isLoopback())
      return fail(ErrorKind::kInvalid,
                  fmt::format("{}: a token would go in clear over http://; use https://, or say plain: true", what));
    auto easy = take();
    if (!easy) return fail(ErrorKind::kExhausted, fmt::format("{}: no memory for a connection", what));
    Incoming incoming{.answer = {}, .most = settings_.most, .tooLong = false};
    const auto code = perform(easy.get(), request, incoming);
    if (incoming.tooLong)
      return fail(ErrorKind::kUnavailable,
                  fmt::format("{}: the answer is longer than {} MiB", what, settings_.most >> 20));
    if (code != CURLE_OK) return fail(ErrorKind::kUnavailable, fmt::format("{}: {}", what, curl_easy_strerror(code)));
    long status = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
    incoming.answer.status = static_cast<int>(status);
    give(std::move(easy));
    return std::move(incoming.answer);
  }

 private:
  CURLcode perform(CURL* easy, const HttpRequest& request, Incoming& incoming) const {
    List headers;
    auto add = [&](const std::string& line) {
      if (auto* longer = curl_slist_append(headers.get(), line.c_str())) {
        std::ignore = headers.release();
        headers.reset(longer);
      }
    };
    for (const auto& [name, value] : request.headers) add(name + ": " + value);
    add("Expect:");  // no round trip before a body
    curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers.get());
    setMethod(easy, request);
    setWall(easy);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, onBody);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &incoming);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, onHeader);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &incoming);
    return curl_easy_perform(easy);
  }

  static void setMethod(CURL* easy, const HttpRequest& request) {
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    if (request.method == "GET") {
      curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
      return;
    }
    // On a connection that was kept libcurl sends a request again by itself if it ends without an answer: a write might be done twice.
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
  }

  void setWall(CURL* easy) const {
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings_.connect.count()));
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(settings_.total.count()));
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    if (!settings_.certificates.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, settings_.certificates.c_str());
  }

  // Connections are kept open from one exchange to the next.
  Easy take() {
    std::scoped_lock lock(mutex_);
    if (idle_.empty()) return Easy(curl_easy_init());
    auto easy = std::move(idle_.back());
    idle_.pop_back();
    curl_easy_reset(easy.get());
    return easy;
  }
  void give(Easy easy) {
    std::scoped_lock lock(mutex_);
    idle_.push_back(std::move(easy));
  }

  const HttpSettings settings_;
  std::mutex mutex_;
  std::vector<Easy> idle_;  // under mutex_
};

}  // namespace

std::string headerOf(const HttpHeaders& headers, const std::string& name) {
  auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

Result<std::unique_ptr<HttpTransport>> makeCurlTransport(const HttpSettings& settings) {
  if (!initialised()) return fail(ErrorKind::kUnavailable, "libcurl could not be started");
  std::error_code error;
  if (!settings.certificates.empty() && !std::filesystem::is_regular_file(settings.certificates, error))
    return fail(ErrorKind::kNotFound,
                fmt::format("certificates {}: there is no such file", settings.certificates.string()));
  return std::make_unique<CurlTransport>(settings);
}

}  // namespace gander::prbot
