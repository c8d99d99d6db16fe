// The forge that an operator's settings describe: those on the network and the embedded one, as one.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "pr-bot/forge.h"
#include "pr-bot/forge_settings.h"

namespace gander::prbot {

// Of an entry on the network.
ForgeKind kindOf(const ForgeEntry& entry);
// Of the repositories' names among joined forges: "github.com", "127.0.0.1:3000"; empty for the embedded one.
std::string hostOf(const ForgeEntry& entry);

struct ForgesParts {
  Clock& clock;
  Lookup environment;
  std::function<Result<std::unique_ptr<Forge>>(const std::filesystem::path& folder)> embedded;
  std::filesystem::path turnstiles =
      {};  // folder, made if it is not there, of what processes share (http/turnstile.h); empty: nothing
};

struct GitLogin {
  std::string user;
  std::string secret;
};

// With what git is let in where a forge's repositories are: the same token. Safe for many threads.
class GitLogins {
 public:
  virtual ~GitLogins() = default;
  // `host`: with its port where that is not the scheme's own. Nothing for a host of no forge. `refused`: the last one was, so that one that can
  // be made anew is.
  virtual Result<std::optional<GitLogin>> find(const std::string& host, bool refused) = 0;
};

struct Forges {
  std::shared_ptr<GitLogins> logins;
  std::unique_ptr<Forge> forge;
};

// Reads the secrets; asks no forge anything yet. Errors name the forge.
Result<Forges> makeForges(const ForgeSettings& settings, const ForgesParts& parts);

}  // namespace gander::prbot
