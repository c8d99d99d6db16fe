// What the forges send to /webhooks, and what they are answered.
//
//   202 accepted   its targets are looked at soon
//   200 ignored    an event that is none of gander's, or of what is no target
//   200 known      received before, and nothing is done again: whatever is not 2xx is delivered again, or has the webhook switched off
//   401, 400, 413  signed by nobody who is known; not as a forge writes it; too large
//
// An answer says no more than this line: the reason is for the log.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "pr-bot/forge_settings.h"
#include "pr-bot/webhook.h"
#include "server/http_server.h"

namespace gander::server {

// A forge that may send. Each has secrets of its own, so that whoever has one can speak of no other forge's repositories.
struct Sender {
  std::string host;  // with which the names of its repositories begin: "github.com" of "github.com:acme/plays"
  std::unique_ptr<prbot::Webhooks> webhooks;
};

// Those whose webhooks have secrets. Reads the secrets; errors name the forge.
Result<std::vector<Sender>> makeSenders(const prbot::ForgeSettings& settings, const prbot::Lookup& environment,
                                        const Clock& clock);

class Deliveries {
 public:
  // How many targets are looked at for an event.
  using Tell = std::function<size_t(const std::string& repository, const prbot::ForgeEvent& event)>;
  Deliveries(std::vector<Sender> senders, Tell tell) : senders_(std::move(senders)), tell_(std::move(tell)) {}

  // Safe for many threads.
  HttpReply receive(const HttpCall& call) const;

 private:
  const std::vector<Sender> senders_;
  const Tell tell_;
};

}  // namespace gander::server
