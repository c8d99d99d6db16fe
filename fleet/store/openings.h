// The pull requests that were opened, counted. Private to fleet/store/.
#pragma once

#include <soci/soci.h>

#include "fleet/store.h"

namespace gander::fleet {

// As Store::spend(), within the caller's transaction.
Status spendOpening(soci::session& sql, const Opening& opening);

}  // namespace gander::fleet
