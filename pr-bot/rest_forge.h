// The forges on the network: GitHub, GitLab, Gitea and Forgejo. What they have in common is here once: a pull request is looked for before
// and after it is opened, what was lost on the way is looked for before it is said again, and nothing but the head that was asked for is
// merged. What each calls it is in wire/.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "pr-bot/forge.h"
#include "pr-bot/http/api_client.h"

namespace gander::prbot {

struct RestForgeParts {
  HttpTransport& transport;
  Clock& clock;
  Credentials& credentials;
  ForgeKind kind = ForgeKind::kGitHub;
  std::string web;       // where people see it: "https://github.com", "https://git.example.com/gitlab"
  std::string api = {};  // empty: where the forge has it for `web` (apiOf)
};

// GitHub in the cloud: https://api.github.com; GitHub Enterprise Server: WEB/api, of which v3 is the REST; GitLab: WEB/api/v4; Gitea:
// WEB/api/v1.
std::string apiOf(ForgeKind kind, const std::string& web);

// GitHub's REST, of its API: in the cloud it is that, on Enterprise Server its v3.
std::string restOf(const std::string& api);

Result<std::unique_ptr<Forge>> makeRestForge(const RestForgeParts& parts, const ApiPolicy& policy = {});

}  // namespace gander::prbot
