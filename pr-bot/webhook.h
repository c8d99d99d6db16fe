// What a forge sends when something happened: a reason to look, never what is acted upon. Whoever can send what is believed here can make
// gander look, and no more.
//
//   size -> which forge -> signature (in constant time) -> age -> event -> seen before?
//
//   GitHub    X-Hub-Signature-256: sha256=<hex HMAC-SHA256 of the body>
//   Gitea     X-Gitea-Signature: <hex>; it sends GitHub's headers too, so that Gitea's are looked for first. Forgejo likewise
//   GitLab    webhook-signature: v1,<base64 HMAC-SHA256 of "id.timestamp.body">, for a secret "whsec_<base64>"; else X-Gitlab-Token, the secret
//
// A delivery is known again by its id, and by its body, for of GitHub and Gitea the id is not signed. Known is what was received, whatever
// became of it: who receives it keeps it.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "pr-bot/http/transport.h"
#include "pr-bot/rest_forge.h"

namespace gander::prbot {

enum class EventKind {
  kOpened,   // or opened again
  kUpdated,  // its head is another
  kClosed,   // without a merge
  kMerged,
  kPushed,     // to a branch, with or without a pull request
  kCommented,  // at a pull request
  kChecked,    // a check finished, well or not
};
std::string_view toString(EventKind kind);

struct ForgeEvent {
  ForgeKind forge = ForgeKind::kGitHub;
  EventKind kind = EventKind::kPushed;
  std::string repository;  // the forge's name of it
  int number = 0;          // of the pull request; 0: not said
  std::string branch;      // head; empty: not said
};

struct WebhookSecret {
  ForgeKind forge = ForgeKind::kGitHub;
  std::string secret;  // several of a forge are tried in turn, so that one can take another's place
};

struct WebhookLimits {
  size_t body = size_t{25} << 20;                          // bytes; GitHub sends no more
  size_t remembered = 20'000;                              // deliveries; the oldest are forgotten
  std::chrono::milliseconds age{std::chrono::minutes(5)};  // back or ahead, where the forge says when
};

// Safe for many threads.
class Webhooks {
 public:
  // kInvalid for a secret that is empty, or "whsec_" with what is no base64.
  static Result<std::unique_ptr<Webhooks>> make(std::vector<WebhookSecret> secrets, const Clock& clock,
                                                const WebhookLimits& limits = {});

  // Names of headers in any case. Nothing where the event is none of those above. kExhausted: too large; kDenied: no forge's, or not signed by
  // one; kConflict: received before; kInvalid: signed, and not as the forge describes it.
  Result<std::optional<ForgeEvent>> receive(const HttpHeaders& headers, std::string_view body);

 private:
  Webhooks(std::vector<WebhookSecret> secrets, const Clock& clock, const WebhookLimits& limits)
      : secrets_(std::move(secrets)), clock_(clock), limits_(limits) {}
  Status check(ForgeKind forge, const HttpHeaders& headers, std::string_view body) const;
  Status checkAge(const HttpHeaders& headers) const;
  bool remember(const std::vector<std::string>& keys);

  const std::vector<WebhookSecret> secrets_;
  const Clock& clock_;
  const WebhookLimits limits_;
  std::mutex mutex_;
  std::deque<std::string> order_;  // of known_, the oldest first
  std::unordered_set<std::string> known_;
};

}  // namespace gander::prbot
