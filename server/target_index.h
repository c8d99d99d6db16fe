// The targets of all campaigns that the store knows, by the forges' names of their repositories.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "fleet/store.h"
#include "pr-bot/forge.h"
#include "pr-bot/webhook.h"
#include "server/look_queue.h"

namespace gander::server {

class TargetIndex {
 public:
  // The store's own error where it can't be read.
  static Result<TargetIndex> read(fleet::Store& store, const prbot::Forge& forge, Time now);

  // `repository`: as the forge's repositoryName() says it, in any case, for forges take it in any. An event of a branch that is neither a
  // target's base nor its own does not concern it: the checks of everybody's branches would be most of what is looked at.
  std::vector<Wanted> concernedBy(const std::string& repository, const prbot::ForgeEvent& event) const;
  // Those that are not decided, or whose people may still say something of it (fleet::hearsStill).
  std::vector<Wanted> unfinished() const;
  const std::map<std::string, size_t>& campaigns() const { return campaigns_; }  // name -> targets

 private:
  struct Entry {
    Wanted wanted;
    std::string base;  // branch; empty: not known yet
    std::string own;   // gander's branch
    bool final = false;
  };
  std::map<std::string, std::vector<Entry>> repositories_;  // by the name in lower case
  std::map<std::string, size_t> campaigns_;
};

}  // namespace gander::server
