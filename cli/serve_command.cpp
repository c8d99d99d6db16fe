#include "cli/serve_command.h"

#include <fmt/format.h>
#include <signal.h>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>

#include "cli/campaign_looks.h"
#include "cli/joined_fleet.h"
#include "cli/terminal.h"
#include "server/bot.h"

namespace gander::cli {
namespace {

constexpr std::chrono::seconds kPatience{3};  // for looks that are nearly done when the bot is told to stop

// ---------------------------------------------------------------- signals

std::atomic<int> stopEvent = -1;  // a file descriptor, written to by the handler

// Who asks a second time does not want to wait.
void onStop(int) {
  static std::atomic<bool> asked = false;
  if (asked.exchange(true)) ::_exit(static_cast<int>(ExitStatus::kDone));
  const uint64_t one = 1;
  [[maybe_unused]] auto written = ::write(stopEvent, &one, sizeof(one));
}

Status catchStops() {
  stopEvent = ::eventfd(0, EFD_CLOEXEC);
  if (stopEvent < 0) return failErrno(errno, "wait for signals");
  struct sigaction action{};
  action.sa_handler = onStop;
  action.sa_flags = SA_RESTART;
  for (int signal : {SIGINT, SIGTERM}) ::sigaction(signal, &action, nullptr);
  return {};
}

void waitForStop() {
  uint64_t count = 0;
  while (::read(stopEvent, &count, sizeof(count)) < 0 && errno == EINTR) {
  }
}

// ---------------------------------------------------------------- the bot

Result<std::vector<server::Sender>> sendersOf(const JoinedFleet& joined, const Clock& clock) {
  if (!joined.settings()) return std::vector<server::Sender>();
  return server::makeSenders(*joined.settings(), readVariable, clock);
}

void tellHowItWatches(const std::vector<server::Sender>& senders, unsigned poll) {
  for (const auto& sender : senders) spdlog::info("webhooks of {} are taken", sender.host);
  if (senders.empty())
    spdlog::warn(
        "no forge has a webhook's secret, so gander only polls; name one by 'webhook' in the document of forges");
  if (poll > 0)
    spdlog::info("all targets that are not final are looked at every {} minutes", poll);
  else
    spdlog::info("all targets that are not final are looked at once, now");
}

}  // namespace

Result<Outcome> runServe(const ServeOptions& options, const Environment& environment) {
  spdlog::default_logger()->set_level(spdlog::level::info);
  GANDER_CHECK(catchStops());
  GANDER_TRY(auto address, server::parseAddress(options.listen));
  SystemClock clock;
  GANDER_TRY(auto joined, JoinedFleet::make(options.fleet, {}, environment, true));
  printErr(joined->note());
  GANDER_TRY(auto looks, CampaignLooks::make(*joined, options.fleet, environment, clock));
  GANDER_TRY(auto senders, sendersOf(*joined, clock));
  tellHowItWatches(senders, options.poll);
  auto look = [&](const fleet::TargetKey& target) { return looks->look(target); };
  GANDER_TRY(auto bot, server::Bot::start(
                           {joined->store(), joined->forge(), clock, look}, std::move(senders),
                           {.listen = std::move(address),
                            .watch = {.workers = options.fleet.workers, .poll = std::chrono::minutes(options.poll)}}));
  printOut(fmt::format("listening on http://{}\n", server::toString(bot->listening())));
  std::fflush(stdout);
  waitForStop();
  spdlog::info("stopping");
  const auto running = bot->stop(kPatience);
  if (running == 0) return Outcome{ExitStatus::kDone, ""};
  // Every step of a look is recorded before the next begins, and what runs in a sandbox dies with the process.
  spdlog::info("targets that are still worked on: {}; the next start goes on with them", running);
  ::_exit(static_cast<int>(ExitStatus::kDone));
}

}  // namespace gander::cli
