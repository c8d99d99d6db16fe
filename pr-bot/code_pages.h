// Where a forge shows the lines of a repository's files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pr-bot/forge.h"

namespace gander::prbot {

struct CodePages {
  std::optional<ForgeKind> forge;  // absent: none shows them
  std::string web;                 // the repository's own page: "https://github.com/acme/plays"
};

// The page of a file's line as it was at the commit (hex). Empty where no forge shows it.
//   GitHub          <web>/blob/<commit>/<path>#L12
//   GitLab          <web>/-/blob/<commit>/<path>#L12
//   Gitea, Forgejo  <web>/src/commit/<commit>/<path>#L12
std::string lineUrl(const CodePages& pages, std::string_view commit, std::string_view file, uint32_t line);

}  // namespace gander::prbot
