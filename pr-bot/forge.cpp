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

}  // namespace gander::prbot
