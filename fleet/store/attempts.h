// Attempts, their steps, and the whole rewrite of a target, as rows. Private to fleet/store/.
#pragma once

#include <soci/soci.h>

#include <optional>
#include <string>
#include <vector>

#include "fleet/store.h"

namespace gander::fleet {

void beginAttempt(soci::session& sql, const TargetKey& key, const std::string& worker, Time now);
void addStep(soci::session& sql, const TargetKey& key, const StepRecord& step);  // to the newest attempt
// Ends every attempt that runs; there is one at most.
void endAttempts(soci::session& sql, const TargetKey& key, const std::string& outcome, Time now);
// Those that have ended and in which nothing was done: a bot looks at a target many times a day.
void removeIdleAttempts(soci::session& sql, const TargetKey& key);
std::vector<Attempt> readAttempts(soci::session& sql, const TargetKey& key);

void putDocument(soci::session& sql, const TargetKey& key, const RewriteDocument& document);
// The newest one is that of the pull request from now on.
void markProposed(soci::session& sql, const TargetKey& key);
std::optional<RewriteDocument> readDocument(soci::session& sql, const TargetKey& key, bool proposed);

}  // namespace gander::fleet
