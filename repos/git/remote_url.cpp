#include "repos/git/remote_url.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "base/digest.h"
#include "base/text.h"

namespace gander::repos {
namespace {

constexpr size_t kNameLimit = 60;  // bytes of the last path part that a mirror's name keeps

std::string percentDecoded(std::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    bool escape = text[i] == '%' && i + 2 < text.size() && std::isxdigit(static_cast<unsigned char>(text[i + 1])) &&
                  std::isxdigit(static_cast<unsigned char>(text[i + 2]));
    if (!escape) {
      plain += text[i];
      continue;
    }
    plain += static_cast<char>(std::strtol(std::string(text.substr(i + 1, 2)).c_str(), nullptr, 16));
    i += 2;
  }
  return plain;
}

std::string percentEncoded(std::string_view path) {
  std::string encoded;
  for (char c : path) {
    bool plain =
        std::isalnum(static_cast<unsigned char>(c)) || std::string_view("/._-~").find(c) != std::string_view::npos;
    encoded += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

// "<16 hex digits>-<safe last part>.git": the digest tells repositories apart, the name is for people.
std::string mirrorName(std::string_view identity) {
  std::string_view last = identity;
  while (last.ends_with('/')) last.remove_suffix(1);
  if (size_t slash = last.find_last_of("/:"); slash != std::string_view::npos) last.remove_prefix(slash + 1);
  if (last.ends_with(".git")) last.remove_suffix(4);
  std::string name(last.substr(0, kNameLimit));
  for (char& c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_') c = '_';
  }
  return fmt::format("{}-{}.git", sha256(identity).substr(0, 16), name.empty() ? "repository" : name);
}

// What stands before the '@' of a URL's host, and its parts, as typed and decoded.
std::vector<std::string> secretsOf(std::string_view userinfo) {
  if (userinfo.empty()) return {};
  std::vector<std::string> secrets = {std::string(userinfo)};
  size_t colon = userinfo.find(':');
  // a user without a password may be a token
  std::string_view key = colon == std::string_view::npos ? userinfo : userinfo.substr(colon + 1);
  secrets.emplace_back(key);
  secrets.push_back(percentDecoded(key));
  std::erase(secrets, "");
  std::ranges::sort(secrets, [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
  return secrets;
}

bool isHost(std::string_view host) {
  size_t colon = host.rfind(':');
  bool bracketed = host.ends_with(']');
  if (colon != std::string_view::npos && !bracketed) {
    auto port = host.substr(colon + 1);
    if (!std::ranges::all_of(port, [](char c) { return std::isdigit(static_cast<unsigned char>(c)); })) return false;
    host = host.substr(0, colon);
  }
  return !host.empty();
}

RemoteUrl localUrl(const std::filesystem::path& path) {
  auto absolute = std::filesystem::absolute(path).lexically_normal();
  if (!absolute.has_filename()) absolute = absolute.parent_path();
  auto text = absolute.string();
  // as a file URL, since libgit2 takes a path with a colon for a host's
  return {"file://" + percentEncoded(text), text, absolute, {}, mirrorName(text)};
}

void setHost(RemoteUrl& parsed, std::string_view host) {
  size_t colon = host.rfind(':');
  if (colon != std::string_view::npos && !host.ends_with(']')) {
    parsed.port = host.substr(colon + 1);
    host = host.substr(0, colon);
  }
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  parsed.host = toLowerAscii(host);
}

// What would be an option of ssh or of git on the server.
Status checkForSsh(const RemoteUrl& parsed) {
  if (parsed.scheme != "ssh") return {};
  if (parsed.host.starts_with('-') || parsed.user.starts_with('-') || parsed.path.starts_with('-') ||
      parsed.path.empty() || parsed.host.empty())
    return fail(ErrorKind::kInvalid, "the repository's address has no proper user, host or path for ssh");
  return {};
}

Result<RemoteUrl> networkUrl(const std::string& url, size_t scheme) {
  size_t begin = scheme + 3;
  auto authority = std::string_view(url).substr(begin, url.find_first_of("/?#", begin) - begin);
  size_t at = authority.rfind('@');
  auto userinfo = at == std::string_view::npos ? std::string_view() : authority.substr(0, at);
  auto host = at == std::string_view::npos ? authority : authority.substr(at + 1);
  // a password with a bare '/' would otherwise be taken for a part of the path, and shown
  if (!isHost(host))
    return fail(ErrorKind::kInvalid,
                "the repository's URL has no proper host; write special characters of a password as %XX");
  auto shown = withoutCredentials(url);
  RemoteUrl parsed{url, shown, {}, secretsOf(userinfo), mirrorName(shown)};
  parsed.scheme = toLowerAscii(url.substr(0, scheme));
  if (parsed.scheme == "git+ssh" || parsed.scheme == "ssh+git") parsed.scheme = "ssh";
  size_t colon = userinfo.find(':');
  parsed.user = percentDecoded(userinfo.substr(0, colon));
  if (colon != std::string_view::npos) parsed.password = percentDecoded(userinfo.substr(colon + 1));
  setHost(parsed, host);
  parsed.path = url.substr(begin + authority.size());
  if (parsed.scheme == "ssh") {
    // the user of ssh is no secret, and stands in what its server says
    if (colon == std::string_view::npos) parsed.secrets.clear();
    parsed.path = percentDecoded(parsed.path);
    if (parsed.path.starts_with("/~")) parsed.path.erase(0, 1);
  }
  GANDER_CHECK(checkForSsh(parsed));
  return parsed;
}

// user@host:path, git's short form for ssh.
Result<RemoteUrl> shortUrl(const std::string& url, size_t colon) {
  RemoteUrl parsed{url, url, {}, {}, mirrorName(url)};
  parsed.scheme = "ssh";
  auto authority = std::string_view(url).substr(0, colon);
  if (size_t at = authority.rfind('@'); at != std::string_view::npos) {
    parsed.user = authority.substr(0, at);
    authority.remove_prefix(at + 1);
  }
  parsed.host = toLowerAscii(authority);
  parsed.path = url.substr(colon + 1);
  GANDER_CHECK(checkForSsh(parsed));
  return parsed;
}

}  // namespace

Error RemoteUrl::told(const Error& error, std::string_view doing) const {
  auto message = replaceAll(error.message, address, shown);
  for (const auto& secret : secrets) message = replaceAll(message, secret, "***");
  return Error{error.kind, message}.withContext(fmt::format("{} {}", doing, shown));
}

Result<RemoteUrl> parseRemoteUrl(const std::string& url) {
  bool control = std::ranges::any_of(url, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (url.empty() || control)
    return fail(ErrorKind::kInvalid, "the repository's URL is empty or holds a control character");
  if (url.starts_with("file://")) {
    auto path = percentDecoded(url.substr(std::string_view("file://").size()));
    if (path.starts_with("localhost/")) path = path.substr(std::string_view("localhost").size());
    if (!path.starts_with('/'))
      return fail(ErrorKind::kInvalid, fmt::format("{}: a file URL needs an absolute path", url));
    return localUrl(path);
  }
  if (size_t scheme = url.find("://"); scheme != std::string::npos) return networkUrl(url, scheme);
  // git's own rule: host:path is a host's, unless a slash stands before the colon
  size_t colon = url.find(':');
  std::error_code ignored;  // what cannot be looked at is not known to be a folder
  bool remote = colon != std::string::npos && url.find('/') > colon && !std::filesystem::is_directory(url, ignored);
  if (remote) return shortUrl(url, colon);
  return localUrl(url);
}

}  // namespace gander::repos
