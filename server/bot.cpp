#include "server/bot.h"

namespace gander::server {

Bot::Bot(Watch::Parts parts, std::vector<Sender> senders, const WatchLimits& limits)
    : watch_(std::move(parts), limits),
      deliveries_(std::move(senders), [this](const std::string& repository, const prbot::ForgeEvent& event) {
        return watch_.tell(repository, event);
      }) {}

Result<std::unique_ptr<Bot>> Bot::start(Watch::Parts parts, std::vector<Sender> senders, const Limits& limits) {
  if (senders.empty() && limits.watch.poll == std::chrono::milliseconds(0))
    return fail(
        ErrorKind::kInvalid,
        "there is nothing to watch by: no forge has a webhook's secret, and polling is off; name a secret in the "
        "document of forges, or give --poll");
  std::unique_ptr<Bot> bot(new Bot(std::move(parts), std::move(senders), limits.watch));
  auto* self = bot.get();
  std::vector<HttpRoute> routes{
      {"POST", "/webhooks", [self](const HttpCall& call) { return self->deliveries_.receive(call); }},
      {"GET", "/healthz", [self](const HttpCall&) { return self->health(); }}};
  GANDER_TRY(bot->server_, startHttpServer(limits.listen, std::move(routes), limits.http));
  // Only then: a bot without its address must not have worked.
  bot->watch_.begin();
  return bot;
}

HttpReply Bot::health() const {
  if (watch_.isHealthy()) return {200, R"({"status":"ok"})"};
  return {503, R"({"status":"the store can't be read"})"};
}

size_t Bot::stop(std::chrono::milliseconds patience) {
  server_->stop();
  return watch_.stop(patience);
}

}  // namespace gander::server
