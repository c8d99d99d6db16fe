// Store and pull requests over one SQL connection. Private to fleet/store/.
#pragma once

#include <memory>

#include "fleet/store.h"
#include "fleet/store/session.h"

namespace gander::fleet {

std::unique_ptr<Store> makeSqlStore(std::shared_ptr<Session> session);
std::unique_ptr<prbot::PullRequestRecords> makeSqlPullRequests(std::shared_ptr<Session> session);

}  // namespace gander::fleet
