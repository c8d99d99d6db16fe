// Which targets are to be looked at, and from when on. A target waits at most once, however often it is asked for, so that the queue is
// never longer than the fleet; what is asked for while it is being looked at is looked at again afterwards.
//
// Of one repository one target at a time: two would wait for its mirror. What an event asks for goes before what a round asks for.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "base/clock.h"
#include "fleet/store.h"

namespace gander::server {

struct Wanted {
  fleet::TargetKey key;
  std::string repository;  // the same for all targets of one repository
};

enum class Asked { kByEvent, kByRound };

// For one thread at a time.
class LookQueue {
 public:
  // A target that waits already keeps the earlier time and the greater urgency.
  void ask(const Wanted& wanted, Asked by, Time from);
  // One whose time has come and whose repository is free; it counts as being looked at until done().
  std::optional<Wanted> take(Time now);
  void done(const Wanted& wanted);
  // When take() has something, as far as is known now; nothing where nothing waits, or all that waits is held up by a look.
  std::optional<Time> next() const;
  size_t waiting() const { return waiting_.size(); }

 private:
  struct Entry {
    std::string repository;
    Asked by = Asked::kByRound;
    Time from{};
  };
  std::map<fleet::TargetKey, Entry> waiting_;
  std::set<std::string> busy_;  // repositories
};

}  // namespace gander::server
