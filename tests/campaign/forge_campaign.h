// A campaign on a fake of a forge on the network, in this process: the forge's own addresses, with the repositories behind them on this disk.
#pragma once

#include <fmt/format.h>

#include "pr-bot/http/credentials.h"
#include "pr-bot/joined_forges.h"
#include "tests/fleet/mini_fleet.h"
#include "tests/pr-bot/fake_forge.h"

namespace gander {

class LocalMirrors final : public repos::Mirrors {
 public:
  LocalMirrors(repos::Mirrors& mirrors, std::string web, std::filesystem::path folder)
      : mirrors_(mirrors), web_(std::move(web)), folder_(std::move(folder)) {}
  Result<std::unique_ptr<repos::Repository>> fetch(const std::string& url) override {
    return mirrors_.fetch((folder_ / url.substr(web_.size() + 1)).string());
  }

 private:
  repos::Mirrors& mirrors_;
  const std::string web_;
  const std::filesystem::path folder_;
};

// One forge's server with gander's client of it, joined as the program has it.
struct ForgeCampaign {
  ForgeCampaign(prbot::ForgeKind kind, ManualClock& clock, repos::Mirrors& mirrors, const std::filesystem::path& folder)
      : server(kind, clock), local(mirrors, server.web(), folder) {
    transport = fleet::mustHave(prbot::makeCurlTransport({}));
    credentials = fleet::mustHave(prbot::makeTokenCredentials(server.token));
    std::vector<prbot::NamedForge> forges(1);
    forges[0].host = host = server.web().substr(std::string("http://").size());
    forges[0].forge = fleet::mustHave(prbot::makeRestForge({*transport, clock, *credentials, kind, server.web()}));
    forge = prbot::joinForges(std::move(forges));
  }

  ~ForgeCampaign() { EXPECT_EQ(server.crossed, 0) << "requests beyond GitHub's limits on contents"; }
  ForgeCampaign(const ForgeCampaign&) = delete;
  ForgeCampaign& operator=(const ForgeCampaign&) = delete;

  // As an entry of a migration's `repositories`.
  std::string target(const std::string& name) const {
    return fmt::format("  - {{name: {0}, url: \"{1}/{0}.git\"}}\n", name, server.web());
  }

  prbot::FakeForge server;
  LocalMirrors local;
  std::string host;
  std::unique_ptr<prbot::HttpTransport> transport;
  std::unique_ptr<prbot::Credentials> credentials;
  std::unique_ptr<prbot::Forge> forge;
};

}  // namespace gander
