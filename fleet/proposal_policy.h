// What an operator says of gander's pull requests, whatever the migration.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "repos/repository.h"

namespace gander::fleet {

struct ProposalPolicy {
  std::vector<std::string> labels;
  std::vector<std::string> assignees;  // logins
  size_t reviewers = 3;                // at most
  std::vector<std::string>
      ignoredAuthors;                    // e-mail addresses of bots: their commits on a branch hand it over to nobody
  std::vector<repos::Person> coAuthors;  // of every commit
  bool draftUntilChecks = false;         // opened as a draft, and made ready when the forge's own checks have passed
};

// How many pull requests are opened, for people have to look at each. 0: no limit.
struct OpeningBudget {
  int perHour = 60;
  int perOwner = 20;           // in an hour, of one owner's (or group's) repositories
  int perRepository = 0;       // in an hour, of all migrations
  int open = 0;                // open at one time
  int openPerOwner = 0;        // open at one time
  int openPerRepository = 10;  // open at one time, of all migrations
};

// By the host of a forge ("github.com"; empty: the embedded one, which has no limit unless it is named here).
using OpeningBudgets = std::map<std::string, OpeningBudget>;

}  // namespace gander::fleet
