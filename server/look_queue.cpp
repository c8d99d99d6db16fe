#include "server/look_queue.h"

#include <algorithm>
#include <tuple>

namespace gander::server {

void LookQueue::ask(const Wanted& wanted, Asked by, Time from) {
  const auto [at, added] = waiting_.try_emplace(wanted.key, Entry{wanted.repository, by, from});
  if (added) return;
  at->second.by = std::min(at->second.by, by);
  at->second.from = std::min(at->second.from, from);
}

std::optional<Wanted> LookQueue::take(Time now) {
  auto best = waiting_.end();
  for (auto at = waiting_.begin(); at != waiting_.end(); ++at) {
    const auto& entry = at->second;
    if (entry.from > now || busy_.contains(entry.repository)) continue;
    if (best == waiting_.end() || std::tie(entry.by, entry.from) < std::tie(best->second.by, best->second.from))
      best = at;
  }
  if (best == waiting_.end()) return std::nullopt;
  Wanted wanted{best->first, best->second.repository};
  busy_.insert(wanted.repository);
  waiting_.erase(best);
  return wanted;
}

void LookQueue::done(const Wanted& wanted) { busy_.erase(wanted.repository); }

std::optional<Time> LookQueue::next() const {
  std::optional<Time> first;
  for (const auto& [key, entry] : waiting_)
    if (!busy_.contains(entry.repository) && (!first || entry.from < *first)) first = entry.from;
  return first;
}

}  // namespace gander::server
