// No code: the checks of the table, at compile time.
#include "fleet/target_state.h"

namespace gander::fleet {
namespace {

constexpr bool rowsAreInOrder() {
  for (size_t i = 0; i < kStates.size(); ++i)
    if (static_cast<size_t>(kStates[i].state) != i) return false;
  return kStates.size() == static_cast<size_t>(TargetState::kFailed) + 1;
}

constexpr bool textsDiffer() {
  for (const auto& a : kStates)
    for (const auto& b : kStates)
      if (a.state != b.state && a.text == b.text) return false;
  return true;
}

constexpr bool everyStateIsReached() {
  std::array<bool, kStates.size()> seen{};
  seen[static_cast<size_t>(TargetState::kWaiting)] = true;
  for (size_t round = 0; round < kStates.size(); ++round)
    for (const auto& a : kStates)
      for (const auto& b : kStates)
        if (seen[static_cast<size_t>(a.state)] && mayFollow(a.state, b.state))
          seen[static_cast<size_t>(b.state)] = true;
  for (bool one : seen)
    if (!one) return false;
  return true;
}

constexpr bool isTakenBack(TargetState from, TargetState to) {
  return to == TargetState::kReverted || (from == TargetState::kDeclined && to == TargetState::kWaiting);
}

constexpr bool everyStateIsLeftOrFinal() {
  for (const auto& row : kStates) {
    bool left = false;
    for (const auto& to : kStates)
      left = left || (to.state != row.state && !isTakenBack(row.state, to.state) && mayFollow(row.state, to.state));
    if (left == (row.phase == Phase::kFinal)) return false;
  }
  return true;
}

// Nothing is proposed but by way of commit and push.
constexpr bool openOnlyFromPushed() {
  for (const auto& row : kStates)
    if (row.state != TargetState::kOpen &&
        mayFollow(row.state, TargetState::kOpen) != (row.state == TargetState::kPushed))
      return false;
  return true;
}

static_assert(rowsAreInOrder(), "kStates follows the order of TargetState");
static_assert(textsDiffer(), "two states have one text");
static_assert(everyStateIsReached(), "a state can't be reached from `waiting`");
static_assert(everyStateIsLeftOrFinal(), "a state that is not final can't be left, or one that is final can");
static_assert(openOnlyFromPushed(), "a pull request is opened from `pushed` only");
static_assert(!mayFollow(TargetState::kBroken, TargetState::kCommitted), "what is broken by us is never proposed");
static_assert(!mayFollow(TargetState::kMerged, TargetState::kWaiting), "a merge is remembered");

}  // namespace
}  // namespace gander::fleet
