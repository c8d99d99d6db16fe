#include "server/deliveries.h"

#include <fmt/format.h>

#include <optional>

#include "pr-bot/forges.h"

namespace gander::server {
namespace {

HttpReply accepted() { return {202, R"({"result":"accepted"})"}; }
HttpReply ignored() { return {200, R"({"result":"ignored"})"}; }

// The one place where a kind of error becomes a status.
HttpReply refused(const Error& error) {
  switch (error.kind) {
    case ErrorKind::kConflict: return {200, R"({"result":"known"})", error.message};
    case ErrorKind::kInvalid:
    case ErrorKind::kNotFound: return {400, R"({"error":"malformed"})", error.message};
    case ErrorKind::kDenied: return {401, R"({"error":"not signed"})", error.message};
    case ErrorKind::kExhausted: return {413, R"({"error":"too large"})", error.message};
    case ErrorKind::kUnavailable:
    case ErrorKind::kCorrupt:
    case ErrorKind::kDefect: return {500, R"({"error":"failed"})", error.message};
  }
  return {500, R"({"error":"failed"})", error.message};
}

}  // namespace

Result<std::vector<Sender>> makeSenders(const prbot::ForgeSettings& settings, const prbot::Lookup& environment,
                                        const Clock& clock) {
  std::vector<Sender> senders;
  for (const auto& entry : settings.forges) {
    std::vector<prbot::WebhookSecret> secrets;
    for (const auto& place : entry.webhooks) {
      auto secret = prbot::readSecret(place, environment);
      if (!secret) return std::unexpected(secret.error().withContext(entry.url));
      secrets.push_back({prbot::kindOf(entry), std::move(*secret)});
    }
    if (secrets.empty()) continue;
    auto webhooks = prbot::Webhooks::make(std::move(secrets), clock);
    if (!webhooks) return std::unexpected(webhooks.error().withContext(entry.url));
    senders.push_back({prbot::hostOf(entry), std::move(*webhooks)});
  }
  return senders;
}

HttpReply Deliveries::receive(const HttpCall& call) const {
  Error why{ErrorKind::kDenied, "no forge has a webhook's secret; name it in the document of forges"};
  bool known = false;
  size_t looks = 0;
  // All of them, though one has signed: two forges may have one secret, and a look too many costs little.
  for (const auto& sender : senders_) {
    const auto event = sender.webhooks->receive(call.headers, call.body);
    if (!event) {
      if (why.kind == ErrorKind::kDenied) why = event.error();
      continue;
    }
    known = true;
    if (*event) looks += tell_(sender.host + ":" + (*event)->repository, **event);
  }
  if (!known) return refused(why);
  return looks > 0 ? accepted() : ignored();
}

}  // namespace gander::server
