#include "pr-bot/forges.h"

#include <fmt/format.h>

#include <map>

#include "base/files.h"
#include "base/text.h"
#include "pr-bot/git_address.h"
#include "pr-bot/http/credentials.h"
#include "pr-bot/joined_forges.h"
#include "pr-bot/rest_forge.h"

namespace gander::prbot {
namespace {

// What a forge stands on goes with it.
struct Foundation {
  ForgeKind kind = ForgeKind::kGitHub;
  std::unique_ptr<HttpTransport> transport;
  std::unique_ptr<Credentials> credentials;
};

Result<NamedForge> makeNetworkForge(const ForgeEntry& entry, const ForgesParts& parts) {
  auto foundation = std::make_shared<Foundation>();
  const auto kind = foundation->kind = kindOf(entry);
  GANDER_TRY(foundation->transport, makeCurlTransport({.certificates = entry.certificates, .plain = entry.plain}));
  const auto api = entry.api.empty() ? apiOf(kind, entry.url) : entry.api;
  if (entry.app) {
    GANDER_TRY(auto key, readSecret(entry.app->key, parts.environment));
    GANDER_TRY(foundation->credentials, makeAppCredentials({entry.app->id, entry.app->installation, key}, restOf(api),
                                                           *foundation->transport, parts.clock));
  } else {
    GANDER_TRY(auto token, readSecret(*entry.token, parts.environment));
    GANDER_TRY(foundation->credentials, makeTokenCredentials(token));
  }
  std::filesystem::path turnstile;
  if (!parts.turnstiles.empty()) {
    GANDER_CHECK(ensureDirectory(parts.turnstiles));
    turnstile = parts.turnstiles / replaceAll(hostOf(entry), ":", "_");
  }
  NamedForge out{.host = hostOf(entry), .foundation = foundation, .forge = nullptr};
  GANDER_TRY(out.forge,
             makeRestForge({*foundation->transport, parts.clock, *foundation->credentials, kind, entry.url, api},
                           {.turnstile = turnstile}));
  return out;
}

class TokenLogins final : public GitLogins {
 public:
  void add(const std::string& host, std::shared_ptr<Foundation> foundation) { hosts_[host] = std::move(foundation); }

  Result<std::optional<GitLogin>> find(const std::string& host, bool refused) override {
    const auto found = hosts_.find(host);
    if (found == hosts_.end()) return std::nullopt;
    auto& credentials = *found->second->credentials;
    if (refused) credentials.refused();
    GANDER_TRY(auto headers, credentials.headers());
    constexpr std::string_view kBearer = "Bearer ";
    const auto& value = headers["authorization"];
    if (!value.starts_with(kBearer)) return std::nullopt;
    return GitLogin{userOf(found->second->kind), value.substr(kBearer.size())};
  }

 private:
  // What the forges' documentation names for tokens over https.
  static std::string userOf(ForgeKind kind) {
    switch (kind) {
      case ForgeKind::kGitHub: return "x-access-token";
      case ForgeKind::kGitLab: return "oauth2";
      case ForgeKind::kGitea: return "gander";
    }
    return "gander";
  }

  std::map<std::string, std::shared_ptr<Foundation>> hosts_;
};

}  // namespace

ForgeKind kindOf(const ForgeEntry& entry) {
  if (entry.kind == "github") return ForgeKind::kGitHub;
  return entry.kind == "gitlab" ? ForgeKind::kGitLab : ForgeKind::kGitea;
}

std::string hostOf(const ForgeEntry& entry) {
  return entry.kind == "embedded" ? std::string() : parseGitAddress(entry.url + "/")->host;
}

Result<Forges> makeForges(const ForgeSettings& settings, const ForgesParts& parts) {
  std::vector<NamedForge> forges;
  auto logins = std::make_shared<TokenLogins>();
  for (const auto& entry : settings.forges) {
    if (entry.kind == "embedded") {
      NamedForge one;
      GANDER_TRY(one.forge, parts.embedded(entry.folder));
      forges.push_back(std::move(one));
      continue;
    }
    auto one = makeNetworkForge(entry, parts);
    if (!one) return std::unexpected(one.error().withContext(entry.url));
    logins->add(one->host, std::static_pointer_cast<Foundation>(one->foundation));
    forges.push_back(std::move(*one));
  }
  return Forges{logins, joinForges(std::move(forges))};
}

}  // namespace gander::prbot
