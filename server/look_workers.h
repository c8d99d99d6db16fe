// Who works, in a process that lives on. A worker is here for one look; a look that failed in the middle may leave its target leased, and the
// process that holds the lease is not dead: it is told apart by this, so that the next look takes the target over at once.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "fleet/worker_identity.h"

namespace gander::server {

// Safe for many threads, each of which does one look at a time.
class LookWorkers final : public fleet::Workers {
 public:
  // `process`: of which only this gives out names.
  explicit LookWorkers(fleet::Workers& process);

  std::string newName() override;
  bool isGone(const std::string& worker) const override;

  // Of this process, whether its look has ended or not.
  bool isOwn(const std::string& worker) const { return worker.starts_with(own_); }
  // The look of the calling thread has ended: whoever worked for it is gone.
  void lookEnded();

 private:
  fleet::Workers& process_;
  const std::string own_;  // with which the names of this process begin
  mutable std::mutex mutex_;
  std::map<std::thread::id, std::set<std::string>> working_;
};

}  // namespace gander::server
