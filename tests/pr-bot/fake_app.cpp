#include "tests/pr-bot/fake_app.h"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/text.h"
#include "pr-bot/http/base64.h"

namespace gander::prbot {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free_all)>;

std::string textOf(const Bio& bio) {
  char* bytes = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &bytes);
  return {bytes, static_cast<size_t>(size)};
}

KeyPair makeKeys() {
  const Key key(EVP_RSA_gen(2048), EVP_PKEY_free);
  const Bio secret(BIO_new(BIO_s_mem()), BIO_free_all);
  const Bio open(BIO_new(BIO_s_mem()), BIO_free_all);
  if (!key || PEM_write_bio_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1 ||
      PEM_write_bio_PUBKEY(open.get(), key.get()) != 1)
    throw std::runtime_error("OpenSSL makes no key");
  return {textOf(secret), textOf(open)};
}

std::string decodeBase64Url(std::string text) {
  text = replaceAll(replaceAll(text, "-", "+"), "_", "/");
  while (text.size() % 4 != 0) text += '=';
  return decodeBase64(text).value_or("");
}

bool signedBy(const std::string& publicKey, const std::string& text, const std::string& signature) {
  const Bio bio(BIO_new_mem_buf(publicKey.data(), static_cast<int>(publicKey.size())), BIO_free_all);
  const Key key(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                          reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
}

std::string bearerOf(const std::string& authorization) {
  constexpr std::string_view kBearer = "Bearer ";
  return authorization.starts_with(kBearer) ? authorization.substr(kBearer.size()) : "";
}

}  // namespace

const KeyPair& appKeys() {
  static const KeyPair keys = makeKeys();
  return keys;
}

const KeyPair& otherKeys() {
  static const KeyPair keys = makeKeys();
  return keys;
}

// GitHub's words for each: "Generating a JSON Web Token (JWT) for a GitHub App".
std::string FakeApp::problemOf(const std::string& authorization) const {
  const auto parts = split(bearerOf(authorization), '.');
  if (parts.size() != 3) return "A JSON web token could not be decoded";
  const auto header = nlohmann::json::parse(decodeBase64Url(parts[0]), nullptr, false);
  const auto claims = nlohmann::json::parse(decodeBase64Url(parts[1]), nullptr, false);
  if (header.is_discarded() || claims.is_discarded() || header.value("alg", "") != "RS256")
    return "A JSON web token could not be decoded";
  if (!signedBy(publicKey_, parts[0] + "." + parts[1], decodeBase64Url(parts[2])))
    return "A JSON web token could not be decoded";
  const Time from{seconds(claims.value("iat", int64_t{0}))};
  const Time until{seconds(claims.value("exp", int64_t{0}))};
  if (claims.value("iss", "") != id_) return "'Issuer' claim ('iss') must be the App's id";
  if (from > clock_.now()) return "'Issued at' claim ('iat') must be an Integer representing a time in the past";
  if (until <= clock_.now())
    return "'Expiration time' claim ('exp') must be a numeric value representing a future time";
  if (until > clock_.now() + minutes(10) || until - from > minutes(10))
    return "'Expiration time' claim ('exp') is too far in the future";
  return "";
}

std::pair<std::string, Time> FakeApp::issue() {
  last = fmt::format("ghs_installation-token-{}", ++issued);
  const auto until = clock_.now() + std::chrono::hours(1);
  tokens_[last] = until;
  return {last, until};
}

bool FakeApp::lets(const std::string& authorization) const {
  const auto found = tokens_.find(bearerOf(authorization));
  return found != tokens_.end() && clock_.now() < found->second;
}

}  // namespace gander::prbot
