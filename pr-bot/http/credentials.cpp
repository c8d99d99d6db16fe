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

// A JWT for each request: what the App itself is let in by.
class JwtCredentials final : public Credentials {
 public:
  JwtCredentials(std::string app, std::string key, const Clock& clock)
      : app_(std::move(app)), key_(std::move(key)), clock_(clock) {}
  Result<HttpHeaders> headers() override {
    GANDER_TRY(auto jwt, signedJwt(app_, key_, clock_.now()));
    return HttpHeaders{{"authorization", "Bearer " + jwt}};
  }

 private:
  const std::string app_;
  const std::string key_;
  const Clock& clock_;
};

class AppCredentials final : public Credentials {
 public:
  AppCredentials(const AppKey& key, const std::string& rest, HttpTransport& transport, Clock& clock)
      : clock_(clock),
        jwt_(key.app, key.key, clock),
        api_({transport, clock, jwt_, rest, rest, {{"accept", "application/vnd.github+json"}}}),
        installation_(key.installation) {}

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
    GANDER_TRY(auto json, answered("the App", api_.get("/app"), 200));
    GANDER_TRY(auto slug, textAt(json, "slug"));
    return slug + "[bot]";
  }

 private:
  Status buy() {
    if (installation_.empty()) GANDER_CHECK(findInstallation());
    const auto path = fmt::format("/app/installations/{}/access_tokens", installation_);
    GANDER_TRY(auto json, answered("the App's token", api_.write("POST", path, nullptr), 201));
    GANDER_TRY(auto token, textAt(json, "token"));
    GANDER_TRY(until_, timeAt(json, "expires_at"));
    if (!isPlain(token)) return fail(ErrorKind::kUnavailable, "the forge gave no usable token for the App");
    token_ = std::move(token);
    return {};
  }

  Status findInstallation() {
    GANDER_TRY(auto json, answered("the App's installations", api_.get("/app/installations"), 200));
    if (!json.is_array() || json.size() != 1)
      return fail(ErrorKind::kInvalid, fmt::format("the App has {} installations: say which one by its id",
                                                   json.is_array() ? json.size() : 0));
    GANDER_TRY(auto id, numberAt(json.front(), "id"));
    installation_ = std::to_string(id);
    return {};
  }

  // What the limits refused has been waited for: what is refused then is the App.
  Result<Json> answered(const std::string& doing, Result<ApiAnswer> answer, int wanted) {
    if (!answer) return std::unexpected(answer.error());
    if (answer->status == wanted) return std::move(answer->body);
    auto error = api_.errorOf(doing, *answer);
    if (answer->status != 401 && answer->status != 403 && answer->status != 404) return std::unexpected(error);
    return fail(
        ErrorKind::kDenied,
        error.message + ": the forge does not know this App, its key or its installation, or does not let it in");
  }

  Clock& clock_;
  JwtCredentials jwt_;
  ApiClient api_;
  std::mutex mutex_;
  std::string installation_;  // under mutex_, as all below
  std::string token_;
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
