#include "pr-bot/http/credentials.h"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <mutex>

#include "pr-bot/http/base64.h"

namespace gander::prbot {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr seconds kBack = minutes(1);
constexpr seconds kJwtLife = minutes(9);
constexpr seconds kEarly = minutes(5);  // before its end a token is bought anew

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* one) const {
    Free(one);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Context = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>>;
using Bio = std::unique_ptr<BIO, Deleter<BIO_free_all>>;

Result<Key> readKey(const std::string& pem) {
  Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  // A key behind a passphrase is refused rather than asked for at a terminal.
  auto none = [](char*, int, int, void*) { return 0; };
  Key key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, none, nullptr) : nullptr);
  if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA)
    return fail(ErrorKind::kInvalid, "the App's key is no RSA private key in PEM, or it has a passphrase");
  return key;
}

bool isPlain(std::string_view token) {
  return !token.empty() && std::ranges::all_of(token, [](unsigned char c) { return c > ' ' && c < 0x7f; });
}

class TokenCredentials final : public Credentials {
 public:
  explicit TokenCredentials(const std::string& token) : headers_{{"authorization", "Bearer " + token}} {}
  Result<HttpHeaders> headers() override { return headers_; }

 private:
  const HttpHeaders headers_;
};

class AppCredentials final : public Credentials {
 public:
  AppCredentials(AppKey key, std::string rest, HttpTransport& transport, Clock& clock)
      : key_(std::move(key)), rest_(std::move(rest)), transport_(transport), clock_(clock) {}

  Result<HttpHeaders> headers() override {
    std::scoped_lock lock(mutex_);
    if (token_.empty() || clock_.now() + kEarly >= until_) GANDER_CHECK(buy());
    return HttpHeaders{{"authorization", "Bearer " + token_}};
  }

  bool refused() override {
    std::scoped_lock lock(mutex_);
    const bool had = !token_.empty();
    token_.clear();
    return had;
  }

  // As GitHub writes it under what an App does.
  Result<std::string> account() override {
    std::scoped_lock lock(mutex_);
    GANDER_TRY(auto json, ask("GET", "/app", 200));
    GANDER_TRY(auto slug, textAt(json, "slug"));
    return slug + "[bot]";
  }

 private:
  Status buy() {
    if (key_.installation.empty()) GANDER_CHECK(findInstallation());
    GANDER_TRY(auto json, ask("POST", fmt::format("/app/installations/{}/access_tokens", key_.installation), 201));
    GANDER_TRY(auto token, textAt(json, "token"));
    GANDER_TRY(until_, timeAt(json, "expires_at"));
    if (!isPlain(token)) return fail(ErrorKind::kUnavailable, "the forge gave no usable token for the App");
    token_ = std::move(token);
    return {};
  }

  Status findInstallation() {
    GANDER_TRY(auto json, ask("GET", "/app/installations", 200));
    if (!json.is_array() || json.size() != 1)
      return fail(ErrorKind::kInvalid, fmt::format("the App has {} installations: say which one by its id",
                                                   json.is_array() ? json.size() : 0));
    GANDER_TRY(auto id, numberAt(json.front(), "id"));
    key_.installation = std::to_string(id);
    return {};
  }

  Result<Json> ask(const std::string& method, const std::string& path, int wanted) {
    GANDER_TRY(auto jwt, signedJwt(key_.app, key_.key, clock_.now()));
    GANDER_TRY(auto answer, transport_.send({.method = method,
                                             .url = rest_ + path,
                                             .headers = {{"authorization", "Bearer " + jwt},
                                                         {"accept", "application/vnd.github+json"},
                                                         {"user-agent", "gander"}},
                                             .body = ""}));
    if (answer.status == 401 || answer.status == 403 || answer.status == 404)
      return fail(ErrorKind::kDenied,
                  fmt::format("{} {}: status {}: the forge does not know this App, its key or its installation", method,
                              path, answer.status));
    auto json = Json::parse(answer.body, nullptr, false);
    if (answer.status != wanted || json.is_discarded())
      return fail(ErrorKind::kUnavailable, fmt::format("{} {}: status {}", method, path, answer.status));
    return json;
  }

  AppKey key_;
  const std::string rest_;
  HttpTransport& transport_;
  Clock& clock_;
  std::mutex mutex_;
  std::string token_;  // under mutex_
  Time until_{};
};

}  // namespace

Result<std::unique_ptr<Credentials>> makeTokenCredentials(const std::string& token) {
  if (!isPlain(token))
    return fail(ErrorKind::kInvalid, token.empty()
                                         ? "the forge's token is empty"
                                         : "the forge's token has a blank or another character that no token has");
  return std::make_unique<TokenCredentials>(token);
}

Result<std::unique_ptr<Credentials>> makeAppCredentials(const AppKey& key, const std::string& rest,
                                                        HttpTransport& transport, Clock& clock) {
  GANDER_CHECK(readKey(key.key));
  if (key.app.empty()) return fail(ErrorKind::kInvalid, "the App has no id");
  return std::make_unique<AppCredentials>(key, rest, transport, clock);
}

Result<std::string> signedJwt(const std::string& app, const std::string& key, Time now) {
  GANDER_TRY(auto rsa, readKey(key));
  const auto second = std::chrono::floor<seconds>(now).time_since_epoch();
  const Json claims{{"iat", (second - kBack).count()}, {"exp", (second + kJwtLife).count()}, {"iss", app}};
  auto text = encodeBase64Url(R"({"alg":"RS256","typ":"JWT"})") + "." + encodeBase64Url(claims.dump());
  Context context(EVP_MD_CTX_new());
  size_t length = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::string signature;
  bool done = context && EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, rsa.get()) == 1 &&
              EVP_DigestSign(context.get(), nullptr, &length, bytes, text.size()) == 1;
  if (done) {
    signature.resize(length);
    done = EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length, bytes,
                          text.size()) == 1;
  }
  if (!done) return fail(ErrorKind::kDefect, "the App's key does not sign");
  signature.resize(length);
  return text + "." + encodeBase64Url(signature);
}

}  // namespace gander::prbot
