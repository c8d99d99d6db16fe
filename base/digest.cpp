#include "base/digest.h"

#include <fmt/format.h>
#include <openssl/evp.h>

namespace gander {

struct Digest::State {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
};

Digest::Digest() : state_(std::make_unique<State>()) {
  EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr);
}
Digest::~Digest() = default;

Digest& Digest::add(std::string_view part) {
  auto frame = fmt::format("{}:", part.size());
  EVP_DigestUpdate(state_->context.get(), frame.data(), frame.size());
  EVP_DigestUpdate(state_->context.get(), part.data(), part.size());
  return *this;
}

static std::string finish(EVP_MD_CTX* context) {
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_DigestFinal_ex(context, bytes, &size);
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) hex += fmt::format("{:02x}", bytes[i]);
  return hex;
}

std::string Digest::hex() { return finish(state_->context.get()); }

std::string sha256(std::string_view text) {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
  EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr);
  EVP_DigestUpdate(context.get(), text.data(), text.size());
  return finish(context.get());
}

}  // namespace gander
