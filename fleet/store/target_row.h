// A target as a row. Private to fleet/store/.
#pragma once

#include <soci/soci.h>

#include <string>
#include <vector>

#include "fleet/store.h"

namespace gander::fleet {

// Targets that `where` (with what follows it: ORDER BY) picks, by the values of its placeholders in their order.
std::vector<Target> readTargets(soci::session& sql, const std::string& where, const std::vector<std::string>& values);

// A row for a target that is new, in state `waiting`.
void insertTarget(soci::session& sql, const TargetKey& key, const TargetSeed& seed, Time now);

// Everything but the key, the URL and the owner; the state that is stored becomes the previous one.
void updateTarget(soci::session& sql, const Target& target);

}  // namespace gander::fleet
