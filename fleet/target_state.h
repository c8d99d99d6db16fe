// The life of a target, as a table. Code, store and docs read this one table: the store's CHECK constraints and its table of
// transitions are made from it.
//
//   waiting -> fetched -> scanned -> base built -> rewritten -> built -> committed -> pushed -> open -> merged | declined
//                 |                      |                        |          |                   |        |
//           nothing found      only listed | nothing found   broken by us   handed over     handed over reverted
//
// What the table must hold is checked where fleet/target_state.cpp is compiled.
//
// A working state names the step that was finished last. `waiting` can be returned to from everywhere but `merged`,
// `declined` and `reverted`: the base moved, the inputs changed, or the work is taken up again after a failure.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace gander::fleet {

enum class TargetState {
  kWaiting,
  kFetched,
  kScanned,
  kBaseBuilt,
  kRewritten,
  kBuilt,
  kCommitted,
  kPushed,
  kOpen,
  kMerged,
  kDeclined,
  kReverted,
  kNothingFound,
  kOnlyListed,
  kBroken,
  kHandedOver,
  kUnreachable,
  kFailed,
};

enum class Phase {
  kWorking,   // a worker has more to do
  kProposed,  // a pull request is there and a person decides
  kEnded,     // nothing to do until the base or the inputs change, or somebody asks again
  kFinal,     // decided: never worked on again, unless a person takes the decision back
};

struct StateRow {
  TargetState state;
  std::string_view text;  // as it is stored and shown
  Phase phase;
};

inline constexpr std::array kStates{
    StateRow{TargetState::kWaiting, "waiting", Phase::kWorking},
    StateRow{TargetState::kFetched, "fetched", Phase::kWorking},
    StateRow{TargetState::kScanned, "scanned", Phase::kWorking},
    StateRow{TargetState::kBaseBuilt, "base built", Phase::kWorking},
    StateRow{TargetState::kRewritten, "rewritten", Phase::kWorking},
    StateRow{TargetState::kBuilt, "built", Phase::kWorking},
    StateRow{TargetState::kCommitted, "committed", Phase::kWorking},
    StateRow{TargetState::kPushed, "pushed", Phase::kWorking},
    StateRow{TargetState::kOpen, "open", Phase::kProposed},
    StateRow{TargetState::kMerged, "merged", Phase::kFinal},
    StateRow{TargetState::kDeclined, "declined", Phase::kFinal},
    StateRow{TargetState::kReverted, "reverted", Phase::kFinal},
    StateRow{TargetState::kNothingFound, "nothing found", Phase::kEnded},
    StateRow{TargetState::kOnlyListed, "only listed", Phase::kEnded},
    StateRow{TargetState::kBroken, "broken by us", Phase::kEnded},
    StateRow{TargetState::kHandedOver, "handed over", Phase::kProposed},
    StateRow{TargetState::kUnreachable, "unreachable", Phase::kEnded},
    StateRow{TargetState::kFailed, "failed", Phase::kEnded},
};

struct Transition {
  TargetState from;
  TargetState to;
};

// What is not in one of the rules of mayFollow().
inline constexpr std::array kTransitions{
    Transition{TargetState::kWaiting, TargetState::kFetched},
    Transition{TargetState::kFetched, TargetState::kScanned},
    Transition{TargetState::kFetched, TargetState::kNothingFound},
    Transition{TargetState::kScanned, TargetState::kBaseBuilt},
    Transition{TargetState::kBaseBuilt, TargetState::kRewritten},
    Transition{TargetState::kBaseBuilt, TargetState::kOnlyListed},
    Transition{TargetState::kBaseBuilt, TargetState::kNothingFound},
    Transition{TargetState::kRewritten, TargetState::kBuilt},
    Transition{TargetState::kBuilt, TargetState::kCommitted},
    Transition{TargetState::kBuilt, TargetState::kBroken},
    Transition{TargetState::kCommitted, TargetState::kPushed},
    Transition{TargetState::kPushed, TargetState::kOpen},
    Transition{TargetState::kOpen, TargetState::kHandedOver},
};

constexpr const StateRow& rowOf(TargetState state) { return kStates[static_cast<size_t>(state)]; }
constexpr std::string_view toString(TargetState state) { return rowOf(state).text; }
constexpr Phase phaseOf(TargetState state) { return rowOf(state).phase; }

constexpr std::optional<TargetState> parseTargetState(std::string_view text) {
  for (const auto& row : kStates)
    if (row.text == text) return row.state;
  return std::nullopt;
}

constexpr bool mayFollow(TargetState from, TargetState to) {
  // A decline may be told its reason afterwards, and be taken back as a merge may: by who opens the pull request again.
  if (to == TargetState::kReverted) return from == TargetState::kMerged;
  if (from == TargetState::kDeclined) return to == TargetState::kDeclined || to == TargetState::kWaiting;
  if (phaseOf(from) == Phase::kFinal) return false;
  // What is open may be said in other words.
  if (from == TargetState::kOpen && to == TargetState::kOpen) return true;
  // The forge, or a person, has decided: by hand, or while a worker was dead.
  if (phaseOf(to) == Phase::kFinal) return true;
  if (to == TargetState::kWaiting) return true;
  // People commit to the branch of an earlier proposal whatever is being worked on.
  if (phaseOf(from) == Phase::kWorking && to == TargetState::kHandedOver) return true;
  // ... and once more.
  if (from == TargetState::kHandedOver && to == TargetState::kHandedOver) return true;
  if (phaseOf(from) == Phase::kWorking && (to == TargetState::kUnreachable || to == TargetState::kFailed)) return true;
  for (const auto& transition : kTransitions)
    if (transition.from == from && transition.to == to) return true;
  return false;
}

}  // namespace gander::fleet
