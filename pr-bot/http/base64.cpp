#include "pr-bot/http/base64.h"

#include <openssl/evp.h>

#include <algorithm>

namespace gander::prbot {

static const unsigned char* bytesOf(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string encodeBase64(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  out.resize(static_cast<size_t>(
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytesOf(bytes), static_cast<int>(bytes.size()))));
  return out;
}

std::string encodeBase64Url(std::string_view bytes) {
  auto out = encodeBase64(bytes);
  while (out.ends_with('=')) out.pop_back();
  std::ranges::replace(out, '+', '-');
  std::ranges::replace(out, '/', '_');
  return out;
}

std::optional<std::string> decodeBase64(std::string_view text) {
  std::string out(text.size(), '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytesOf(text), static_cast<int>(text.size()));
  if (text.empty() || size <= 0) return std::nullopt;
  const auto padding = text.size() - 1 - std::min(text.find_last_not_of('='), text.size() - 1);
  out.resize(static_cast<size_t>(size) - std::min<size_t>(padding, 2));
  return out;
}

}  // namespace gander::prbot
