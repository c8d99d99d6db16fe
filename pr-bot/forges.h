// The forge that an operator's settings describe: those on the network and the embedded one, as one.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "base/clock.h"
#include "base/error.h"
#include "pr-bot/forge.h"
#include "pr-bot/forge_settings.h"

namespace gander::prbot {

struct ForgesParts {
  Clock& clock;
  Lookup environment;
  std::function<Result<std::unique_ptr<Forge>>(const std::filesystem::path& folder)> embedded;
};

// Reads the secrets; asks no forge anything yet. Errors name the forge.
Result<std::unique_ptr<Forge>> makeForges(const ForgeSettings& settings, const ForgesParts& parts);

}  // namespace gander::prbot
