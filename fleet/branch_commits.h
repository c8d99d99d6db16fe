// Whose commits stand on a target's branch. A commit by anybody else stops gander's hands, but for two kinds: those of authors that the
// operator says don't count (bots), and a merge of the base that is just what git makes of it (the forges' button "update branch").
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "repos/repository.h"

namespace gander::fleet {

struct BranchPeople {
  repos::Person self;
  std::vector<std::string> ignored;  // e-mail addresses, in any case
};

// A sentence naming the newest commit of a person on `tip` that none of `bases` has, if there is one. More than one base: that of today, and
// that which the branch was made from, for a default branch may be pushed by force, or be another one since. One that is not there is passed over.
Result<std::optional<std::string>> findForeignCommit(const repos::Repository& repository,
                                                     const std::vector<repos::CommitId>& bases,
                                                     const repos::CommitId& tip, const BranchPeople& people);

// Whether merging `branch` into `base` gives just the tree of `wanted`: then nothing is gained by making the branch anew.
Result<bool> mergesInto(const repos::Repository& repository, const repos::CommitId& base, const repos::CommitId& branch,
                        const repos::CommitId& wanted);

// Whether git merges the two by itself.
Result<bool> mergesCleanly(const repos::Repository& repository, const repos::CommitId& base,
                           const repos::CommitId& branch);

}  // namespace gander::fleet
