#include "pr-bot/git_address.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace gander::prbot {
namespace {

std::string cleanPath(std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  if (path.ends_with(".git")) path.remove_suffix(4);
  return std::string(path);
}

std::string_view withoutUser(std::string_view authority) {
  const auto at = authority.rfind('@');
  return at == std::string_view::npos ? authority : authority.substr(at + 1);
}

std::string_view withoutPort(std::string_view authority) {
  const auto colon = authority.rfind(':');
  return colon == std::string_view::npos || authority.ends_with(']') ? authority : authority.substr(0, colon);
}

bool isName(std::string_view path, size_t most) {
  const auto parts = split(path, '/');
  auto plain = [](const std::string& part) {
    return !part.empty() && part != "." && part != ".." && std::ranges::all_of(part, [](char c) {
      return isWordByte(c) ? static_cast<unsigned char>(c) < 0x80 : c == '-' || c == '.';
    });
  };
  return parts.size() >= 2 && parts.size() <= most && std::ranges::all_of(parts, plain);
}

}  // namespace

std::optional<GitAddress> parseGitAddress(std::string_view url) {
  if (const auto scheme = url.find("://"); scheme != std::string_view::npos) {
    const auto name = toLowerAscii(url.substr(0, scheme));
    if (name != "http" && name != "https" && name != "ssh" && name != "git") return std::nullopt;
    const auto rest = url.substr(scheme + 3);
    const auto slash = rest.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    auto host = withoutUser(rest.substr(0, slash));
    const bool own = (name == "https" && host.ends_with(":443")) || (name == "http" && host.ends_with(":80"));
    if (own || !name.starts_with("http")) host = withoutPort(host);
    return GitAddress{toLowerAscii(host), cleanPath(rest.substr(slash + 1))};
  }
  // As scp writes it: a colon before the first slash.
  const auto colon = url.find(':');
  if (colon == std::string_view::npos || url.find('/') < colon) return std::nullopt;
  return GitAddress{toLowerAscii(withoutUser(url.substr(0, colon))), cleanPath(url.substr(colon + 1))};
}

Result<std::string> nameOnForge(std::string_view url, std::string_view web, size_t parts) {
  const auto address = parseGitAddress(url);
  const auto forge = parseGitAddress(std::string(web) + "/");
  const bool http = url.starts_with("http");
  auto host = [&](const std::string& name) { return http ? name : std::string(withoutPort(name)); };
  if (!address || !forge || host(address->host) != host(forge->host))
    return fail(ErrorKind::kNotFound, fmt::format("{} is no repository of {}", withoutCredentials(url), web));
  auto path = address->path;
  // The forge may live below a path of its host.
  if (http && !forge->path.empty()) {
    if (!path.starts_with(forge->path + "/"))
      return fail(ErrorKind::kNotFound, fmt::format("{} is no repository of {}", withoutCredentials(url), web));
    path.erase(0, forge->path.size() + 1);
  }
  if (!isName(path, parts))
    return fail(ErrorKind::kNotFound, fmt::format("{} names no repository: {} expects {}", withoutCredentials(url), web,
                                                  parts == 2 ? "owner/name" : "group/name"));
  return path;
}

}  // namespace gander::prbot
