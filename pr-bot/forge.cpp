#include "pr-bot/forge.h"

namespace gander::prbot {

std::string_view toString(PullRequestState state) {
  switch (state) {
    case PullRequestState::kOpen: return "open";
    case PullRequestState::kMerged: return "merged";
    case PullRequestState::kClosed: return "closed";
  }
  return "open";
}

std::string_view toString(Checks checks) {
  switch (checks) {
    case Checks::kNone: return "none";
    case Checks::kPending: return "pending";
    case Checks::kPassed: return "passed";
    case Checks::kFailed: return "failed";
  }
  return "none";
}

std::string_view toString(Standing standing) {
  switch (standing) {
    case Standing::kActive: return "active";
    case Standing::kArchived: return "archived";
    case Standing::kDisabled: return "disabled";
    case Standing::kEmpty: return "empty";
  }
  return "active";
}

}  // namespace gander::prbot
