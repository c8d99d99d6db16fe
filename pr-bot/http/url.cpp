#include "pr-bot/http/url.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "base/text.h"

namespace gander::prbot {

bool Url::isLoopback() const { return host == "localhost" || host == "127.0.0.1" || host == "::1"; }

bool Url::sameOrigin(const Url& other) const {
  return scheme == other.scheme && host == other.host && port == other.port;
}

std::string withoutQuery(std::string_view url) {
  auto plain = withoutCredentials(url);
  return plain.substr(0, plain.find_first_of("?#"));
}

static std::unexpected<Error> notAnAddress(std::string_view text) {
  return fail(ErrorKind::kInvalid, fmt::format("'{}' is no http:// or https:// address", withoutQuery(text)));
}

Result<Url> parseUrl(std::string_view text) {
  Url url;
  const auto colon = text.find("://");
  if (colon == std::string_view::npos) return notAnAddress(text);
  url.scheme = toLowerAscii(text.substr(0, colon));
  if (url.scheme != "http" && url.scheme != "https") return notAnAddress(text);
  auto rest = text.substr(colon + 3);
  const auto end = std::min(rest.find_first_of("/?#"), rest.size());
  auto authority = rest.substr(0, end);
  url.target = std::string(rest.substr(end, rest.find('#') - end));
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  if (authority.contains('@'))
    return fail(ErrorKind::kInvalid,
                fmt::format("'{}' carries a user or a password; a token has its own setting", withoutQuery(text)));
  url.port = url.scheme == "https" ? 443 : 80;
  const auto close = authority.rfind(']');
  const auto port = authority.find(':', close == std::string_view::npos ? 0 : close);
  if (port != std::string_view::npos) {
    const auto digits = authority.substr(port + 1);
    const auto [stop, error] = std::from_chars(digits.begin(), digits.end(), url.port);
    if (error != std::errc() || stop != digits.end() || url.port < 1 || url.port > 65535) return notAnAddress(text);
    authority = authority.substr(0, port);
  }
  if (authority.starts_with('[') && authority.ends_with(']')) authority = authority.substr(1, authority.size() - 2);
  url.host = toLowerAscii(authority);
  const bool clean = std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) <= ' '; });
  if (url.host.empty() || !clean) return notAnAddress(text);
  return url;
}

std::string urlEscaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) || std::string_view("-._~").contains(c);
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace gander::prbot
