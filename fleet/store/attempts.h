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
std::vector<Attempt> readAttempts(soci::session& sql, const TargetKey& key);

void putDocument(soci::session& sql, const TargetKey& key, const RewriteDocument& document);
std::optional<RewriteDocument> readDocument(soci::session& sql, const TargetKey& key);

}  // namespace gander::fleet
