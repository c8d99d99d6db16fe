// git's smart protocol over https, by libcurl: libgit2's own http knows no deadline and gives its credential to whatever host a
// redirect names, and Debian's is built with an mbedTLS that can't check the certificate of an IP address.
#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "repos/git/handles.h"
#include "repos/git/wire/connection.h"

namespace gander::repos {
namespace {

constexpr size_t kBodyLimit = 512ULL << 20;  // of a request: a pack is held in memory until the server has taken it
constexpr size_t kWordsLimit = 64ULL << 10;  // of an answer that is no git's
constexpr int kMostRedirects = 5;

using Multi = Handle<CURLM, curl_multi_cleanup>;
using Easy = Handle<CURL, curl_easy_cleanup>;
using Headers = Handle<curl_slist, curl_slist_free_all>;

bool curlStarted() {
  static const bool started = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return started;
}

// Where requests go: scheme://host[:port], and the repository's path.
struct Place {
  std::string origin;
  RemotePlace repository;

  bool secure() const { return origin.starts_with("https:"); }
  std::string url() const { return origin + repository.path; }
};

std::string hostWithPort(const std::string& scheme, std::string host, const std::string& port) {
  if (host.contains(':')) host = "[" + host + "]";
  bool usual = port.empty() || port == (scheme == "https" ? "443" : "80");
  return usual ? host : host + ":" + port;
}

Place placeOf(const RemoteUrl& url) {
  auto host = hostWithPort(url.scheme, url.host, url.port);
  auto path = url.path;
  while (path.ends_with('/')) path.pop_back();
  return {url.scheme + "://" + host, {host, path}};
}

class HttpConnection final : public Connection {
 public:
  HttpConnection(const RemoteUrl& url, const RemoteAccess& access)
      : url_(url), access_(access), watch_(access.deadlines), place_(placeOf(url)) {}

  Result<std::unique_ptr<WireStream>> open(Service service, bool listing) override;

  // One request as often as it takes: until the server agrees, or there is nothing left to try.
  Status request(Service service, bool listing, const std::string& body);
  Result<size_t> readAnswer(char* buffer, size_t size);
  void end();

 private:
  Status start();
  Status setUp(Service service, bool listing, const std::string& body);
  Status pump();
  Status failCurl() const;
  Status chooseToken(bool refused);
  Result<bool> decide(Service service, bool listing);
  Status follow(Service service);
  Error refusal(long status, Service service) const;
  Result<std::string> drain();
  std::string credential() const;

  static size_t onBody(char* bytes, size_t, size_t count, void* self);
  static int onProgress(void* self, curl_off_t, curl_off_t down, curl_off_t, curl_off_t up);

  const RemoteUrl& url_;
  const RemoteAccess& access_;
  Watch watch_;
  Place place_;
  std::optional<Token> token_;
  bool asked_ = false;       // the source, for this place
  bool askedAgain_ = false;  // after a refusal
  int redirects_ = 0;

  Multi multi_;
  Easy easy_;  // let go of before multi_
  Headers headers_;
  std::array<char, CURL_ERROR_SIZE> words_{};
  bool running_ = false;
  CURLcode code_ = CURLE_OK;
  curl_off_t counted_ = 0;
  std::string arrived_;  // of the body, not read yet
  size_t read_ = 0;      // of arrived_
};

class HttpStream final : public WireStream {
 public:
  HttpStream(HttpConnection& connection, Service service, bool listing)
      : connection_(connection), service_(service), listing_(listing) {}
  HttpStream(const HttpStream&) = delete;
  HttpStream& operator=(const HttpStream&) = delete;
  ~HttpStream() override { connection_.end(); }

  Status write(std::string_view bytes) override {
    if (body_.size() + bytes.size() > kBodyLimit)
      return fail(ErrorKind::kExhausted, fmt::format("more than {} MiB are to be sent", kBodyLimit >> 20));
    body_ += bytes;
    return {};
  }

  Result<size_t> read(char* buffer, size_t size) override {
    if (!std::exchange(requested_, true)) GANDER_CHECK(connection_.request(service_, listing_, body_));
    return connection_.readAnswer(buffer, size);
  }

 private:
  HttpConnection& connection_;
  const Service service_;
  const bool listing_;
  bool requested_ = false;
  std::string body_;
};

Result<std::unique_ptr<WireStream>> HttpConnection::open(Service service, bool listing) {
  GANDER_CHECK(start());
  return std::make_unique<HttpStream>(*this, service, listing);
}

Status HttpConnection::start() {
  if (multi_) return {};
  if (!curlStarted()) return fail(ErrorKind::kUnavailable, "libcurl could not be started");
  multi_.reset(curl_multi_init());
  easy_.reset(curl_easy_init());
  if (!multi_ || !easy_) return fail(ErrorKind::kExhausted, "no memory for a connection");
  return {};
}

size_t HttpConnection::onBody(char* bytes, size_t, size_t count, void* self) {
  static_cast<HttpConnection*>(self)->arrived_.append(bytes, count);
  return count;
}

int HttpConnection::onProgress(void* self, curl_off_t, curl_off_t down, curl_off_t, curl_off_t up) {
  auto& connection = *static_cast<HttpConnection*>(self);
  if (std::exchange(connection.counted_, down + up) != down + up) connection.watch_.moved();
  return 0;
}

std::string HttpConnection::credential() const {
  return fmt::format("{} {}", token_ ? "the credential for" : "no credential for", place_.repository.host);
}

// An address's own credential belongs to the address's own host, a source's is sent in clear only where that is wanted.
Status HttpConnection::chooseToken(bool refused) {
  bool own = place_.origin == placeOf(url_).origin;
  if (own && (!url_.user.empty() || !url_.password.empty())) {
    token_ = Token{url_.user, url_.password};
  } else if (access_.credentials && (place_.secure() || access_.plainHosts.contains(place_.repository.host))) {
    GANDER_TRY(token_, access_.credentials->findToken(place_.repository, refused));
  }
  asked_ = true;
  return {};
}

Status HttpConnection::request(Service service, bool listing, const std::string& body) {
  if (!asked_) GANDER_CHECK(chooseToken(false));
  for (;;) {
    GANDER_CHECK(setUp(service, listing, body));
    watch_.moved();
    while (running_ && arrived_.empty()) GANDER_CHECK(pump());
    if (!running_ && code_ != CURLE_OK) return failCurl();
    GANDER_TRY(bool agreed, decide(service, listing));
    if (agreed) return {};
    end();
  }
}

Status HttpConnection::setUp(Service service, bool listing, const std::string& body) {
  auto* easy = easy_.get();
  curl_easy_reset(easy);
  auto program = std::string(programOf(service));
  auto url = place_.url() + (listing ? "/info/refs?service=" : "/") + program;
  headers_.reset(curl_slist_append(nullptr, "Expect:"));  // no round trip before a body
  if (!listing) {
    auto type = fmt::format("Content-Type: application/x-{}-request", program);
    auto accepted = fmt::format("Accept: application/x-{}-result", program);
    for (const auto& line : {type, accepted}) {
      auto* longer = curl_slist_append(headers_.get(), line.c_str());
      if (longer == nullptr) return fail(ErrorKind::kExhausted, "no memory for a request");
      static_cast<void>(headers_.release());
      headers_.reset(longer);
    }
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.data());
    // on a connection that was kept libcurl would repeat by itself a request without an answer: a push might be made twice
    if (service == Service::kPush) curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
  }
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_.get());
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "git/2 (gander)");  // some servers tell a git from a browser by it
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(access_.deadlines.connect.count()));
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!access_.authorities.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, access_.authorities.c_str());
  if (token_) {
    curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    curl_easy_setopt(easy, CURLOPT_USERNAME, token_->user.c_str());
    curl_easy_setopt(easy, CURLOPT_PASSWORD, token_->secret.c_str());
  }
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, words_.data());
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, onBody);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, onProgress);
  curl_easy_setopt(easy, CURLOPT_XFERINFODATA, this);
  words_[0] = '\0';
  counted_ = 0;
  code_ = CURLE_OK;
  if (curl_multi_add_handle(multi_.get(), easy) != CURLM_OK)
    return fail(ErrorKind::kExhausted, "no memory for a request");
  running_ = true;
  return {};
}

void HttpConnection::end() {
  if (easy_) curl_multi_remove_handle(multi_.get(), easy_.get());
  running_ = false;
  arrived_.clear();
  read_ = 0;
}

Status HttpConnection::pump() {
  constexpr int kLook = 200;  // milliseconds from one look at the clock to the next
  GANDER_CHECK(watch_.check());
  int left = 0;
  auto performed = curl_multi_perform(multi_.get(), &left);
  if (performed != CURLM_OK) return fail(ErrorKind::kUnavailable, curl_multi_strerror(performed));
  int queued = 0;
  while (auto* message = curl_multi_info_read(multi_.get(), &queued)) {
    if (message->msg != CURLMSG_DONE) continue;
    code_ = message->data.result;
    running_ = false;
  }
  if (running_ && arrived_.empty()) curl_multi_poll(multi_.get(), nullptr, 0, kLook, nullptr);
  return {};
}

Status HttpConnection::failCurl() const {
  std::string words = words_[0] != '\0' ? words_.data() : curl_easy_strerror(code_);
  switch (code_) {
    case CURLE_PEER_FAILED_VERIFICATION:
      return fail(
          ErrorKind::kDenied,
          fmt::format("the certificate of {} is not trusted: {}; if it comes from a CA of your own, name its file",
                      place_.repository.host, words));
    case CURLE_SSL_CACERT_BADFILE:
      return fail(ErrorKind::kInvalid, fmt::format("the CAs in {}: {}", access_.authorities.string(), words));
    case CURLE_OUT_OF_MEMORY: return fail(ErrorKind::kExhausted, words);
    case CURLE_URL_MALFORMAT: return fail(ErrorKind::kInvalid, words);
    default: return fail(ErrorKind::kUnavailable, words);
  }
}

Result<size_t> HttpConnection::readAnswer(char* buffer, size_t size) {
  watch_.moved();  // what libgit2 does between two reads is not the server's silence
  while (running_ && arrived_.empty()) GANDER_CHECK(pump());
  if (arrived_.empty() && code_ != CURLE_OK) {
    GANDER_CHECK(failCurl());
  }
  size_t count = std::min(size, arrived_.size() - read_);
  std::copy_n(arrived_.data() + read_, count, buffer);
  read_ += count;
  if (read_ == arrived_.size()) {
    arrived_.clear();
    read_ = 0;
  }
  return count;
}

// The rest of an answer that is no git's.
Result<std::string> HttpConnection::drain() {
  std::string words;
  while (running_ || !arrived_.empty()) {
    words += std::exchange(arrived_, {});
    if (words.size() > kWordsLimit) break;
    if (running_) GANDER_CHECK(pump());
  }
  return words;
}

// Whether this is the answer that was wanted. If not, but something is left to try, false.
Result<bool> HttpConnection::decide(Service service, bool listing) {
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status == 200) {
    const char* type = nullptr;
    curl_easy_getinfo(easy_.get(), CURLINFO_CONTENT_TYPE, &type);
    auto wanted = fmt::format("application/x-{}-{}", programOf(service), listing ? "advertisement" : "result");
    if (type != nullptr && std::string_view(type).starts_with(wanted)) return true;
    return fail(ErrorKind::kNotFound,
                fmt::format("{} answers with {}, as no git server does: is this the address of a repository?",
                            place_.repository.host, type == nullptr ? "nothing of a known type" : type));
  }
  if (listing && status >= 301 && status <= 308 && status != 304) {
    GANDER_CHECK(follow(service));
    return false;
  }
  if (status == 401 && token_ && !askedAgain_) {
    askedAgain_ = true;
    auto before = token_;
    GANDER_CHECK(chooseToken(true));
    if (token_ && (before->user != token_->user || before->secret != token_->secret)) return false;
    token_ = before;
  }
  auto error = refusal(status, service);
  GANDER_TRY(auto words, drain());
  const char* type = nullptr;
  curl_easy_getinfo(easy_.get(), CURLINFO_CONTENT_TYPE, &type);
  bool plain = type != nullptr && std::string_view(type).starts_with("text/plain");
  if (auto line = firstLine(words); plain && !line.empty())
    error.message += ": " + (token_ && !token_->secret.empty() ? replaceAll(line, token_->secret, "***") : line);
  return std::unexpected(error);
}

Error HttpConnection::refusal(long status, Service service) const {
  const char* right = service == Service::kPush ? "write to" : "read";
  switch (status) {
    case 401:
      return {ErrorKind::kDenied,
              token_ ? fmt::format("{} is refused: it is wrong, or has expired (status code: 401)", credential())
                     : fmt::format("the server wants a credential, and {} is known (status code: 401)", credential())};
    case 403:
      return {ErrorKind::kDenied,
              fmt::format("{}: no right to {} the repository (status code: 403)", credential(), right)};
    case 404:
    case 410:
      return {ErrorKind::kNotFound, fmt::format("no such repository, or {} may not see it (status code: {})",
                                                token_ ? credential() : "one without a credential", status)};
    default: return {ErrorKind::kUnavailable, fmt::format("unexpected answer (status code: {})", status)};
  }
}

// A repository that has moved. Its credential goes nowhere else: another host's is asked for afresh.
Status HttpConnection::follow(Service service) {
  char* location = nullptr;
  curl_easy_getinfo(easy_.get(), CURLINFO_REDIRECT_URL, &location);  // made absolute
  std::string target = location == nullptr ? "" : location;
  auto ending = fmt::format("/info/refs?service={}", programOf(service));
  auto refuse = [&](std::string_view why) {
    return fail(ErrorKind::kUnavailable, fmt::format("the server sends on to {}: {}",
                                                     withoutCredentials(target.substr(0, target.find('?'))), why));
  };
  if (++redirects_ > kMostRedirects) return refuse("too many steps");
  if (!target.ends_with(ending)) return refuse("that is no repository's address");
  auto parsed = parseRemoteUrl(target.substr(0, target.size() - ending.size()));
  if (!parsed || (parsed->scheme != "https" && parsed->scheme != "http"))
    return refuse("that is no repository's address");
  auto moved = placeOf(*parsed);
  if (place_.secure() && !moved.secure()) return refuse("from https to http is not followed");
  bool elsewhere = moved.origin != place_.origin;
  place_ = moved;
  if (!elsewhere) return {};
  token_.reset();
  askedAgain_ = false;
  return chooseToken(false);
}

}  // namespace

std::unique_ptr<Connection> connectOverHttp(const RemoteUrl& url, const RemoteAccess& access) {
  return std::make_unique<HttpConnection>(url, access);
}

}  // namespace gander::repos
