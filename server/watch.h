// Watches the targets of all campaigns that the store knows: what a forge tells of, soon; everything that is not final, in rounds.
//
//   store -> index of targets <- event of a forge
//                  |
//        round -> queue -> look (the fleet's run over one target)
//
// Nothing here is kept: a look records what it does, and the first round, when the watch begins, finds what was told and not looked at. A
// campaign that appears in the store is taken up with the next reading of it; none is begun here.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "fleet/store.h"
#include "pr-bot/forge.h"
#include "pr-bot/webhook.h"
#include "server/look_queue.h"
#include "server/target_index.h"

namespace gander::server {

struct Looked {
  bool again = false;  // soon: another process works on the target, or its forge could not be asked
  std::string news;    // what there is to tell of it, a line; empty: it stands as it stood
};

// Looks at a target and does what is to be done. An error means that its campaign can't go on: its document, or the store. Called by many
// threads at a time, for one repository never by two.
using Look = std::function<Result<Looked>(const fleet::TargetKey& target)>;

struct WatchLimits {
  unsigned workers = 2;                       // looks at one time; 0: in the caller's thread, by step()
  std::chrono::milliseconds poll{900'000};    // from one round to the next; 0: only the first one
  std::chrono::milliseconds gather{2'000};    // from an event to its look: forges send several for one thing
  std::chrono::milliseconds refresh{10'000};  // from one reading of the store to the next
  std::chrono::milliseconds again{60'000};    // until what was busy or not available is looked at again
};

class Watch {
 public:
  struct Parts {
    fleet::Store& store;
    const prbot::Forge& forge;
    const Clock& clock;
    Look look;
  };

  Watch(Parts parts, const WatchLimits& limits);
  // The first round, and all that follows, in threads of its own; where there are no workers, by step(). Once.
  void begin();
  ~Watch();  // waits for the looks that run
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  // How many targets are looked at for it.
  size_t tell(const std::string& repository, const prbot::ForgeEvent& event);
  // Whether the store could be read when that was last tried, and lately.
  bool isHealthy() const;

  // Without workers: everything whose time has come.
  void step();

  // Begins no further look, and waits for those that run, so long at most. How many still run then.
  size_t stop(std::chrono::milliseconds patience);

 private:
  using Lock = std::unique_lock<std::mutex>;
  void keepTime();
  void work();
  void readStore(Lock& lock);
  void beginRound();
  bool lookAtOne(Lock& lock);
  void settle(const Wanted& wanted, const Result<Looked>& looked);
  void tellOnce(const fleet::TargetKey& about, const std::string& text, bool isProblem);
  void waitUntil(Lock& lock, Time time);

  const Parts parts_;
  const WatchLimits limits_;

  mutable std::mutex mutex_;  // over all below but the threads
  std::condition_variable changed_;
  TargetIndex index_;
  LookQueue queue_;
  size_t running_ = 0;
  bool stopping_ = false;
  std::optional<bool> readable_;  // the store, when that was last tried
  Time read_{};                   // when it could last be read
  Time nextReading_{};
  Time nextRound_{};
  std::map<fleet::TargetKey, std::string>
      told_;  // the last that was said of each, so that it is not said at every look

  std::vector<std::thread> threads_;  // last: they use all above
};

}  // namespace gander::server
