// A target as the fleet remembers it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "fleet/target_state.h"

namespace gander::fleet {

struct TargetKey {
  std::string campaign;
  std::string repository;  // the target's name: "acme/plays-report"
  auto operator<=>(const TargetKey&) const = default;
};

struct TargetSeed {
  std::string repository;
  std::string url;
  std::string owner;
  auto operator<=>(const TargetSeed&) const = default;
};

struct TargetCounts {
  uint64_t edits = 0;
  uint64_t builtEdits = 0;  // of them, those that a build reads as code
  uint64_t files = 0;       // put in place or beside
  uint64_t listed = 0;
  uint64_t hazards = 0;
};

// What people have before them. Written when the pull request stands, so that it is whole whatever is being worked on.
struct Proposed {
  std::string base;    // commit that its rewrite was made from, hex
  std::string head;    // of the branch, hex; empty: nothing was proposed yet
  std::string inputs;  // as Target::inputs
  std::string verification;
  Time since{};  // the head stands there
};

// Whether the forge was asked to merge the proposal when it is ready. Written before it is asked.
enum class MergeAsk { kNone, kAsked, kTaken };

struct Target {
  TargetKey key;
  std::string url;  // what git clones, without the credentials that the migration's URL may carry
  std::string owner;
  TargetState state = TargetState::kWaiting;
  std::string detail;  // one line for a person: the reason of a failure, of a decline, ...
  std::string baseBranch;
  std::string base;          // commit, hex
  std::string inputs;        // digest of what the rewrite was made from
  std::string head;          // commit on the branch, hex
  int proposal = 0;          // number of the pull request; 0: none
  std::string verification;  // a BuildVerdict's text; empty before it is known
  bool incomplete = false;   // something that must change with the edits is only listed
  bool draft = false;        // the pull request is to be a draft: gander's will, or a person's
  bool heldDraft = false;    // ... by gander's will
  Proposed proposed = {};    // what the pull request holds, whatever is being worked on
  MergeAsk merging = MergeAsk::kNone;
  bool outage = false;  // the last failure was one of the outside, and is worth another try soon
  std::string handedBack =
      {};              // commit that the branch stood at when a person gave it back, with what was committed to it
  int superseded = 0;  // number of the pull request that gander closed itself: not a person's answer
  TargetCounts counts;
  Time updated{};
  std::string leaseOwner;  // empty: nobody works on it
  Time leaseUntil{};
};

// The whole of a rewrite, for `gander show`.
struct RewriteDocument {
  std::string json;   // as `gander rewrite --json` prints it, with every ledger entry
  std::string diff;   // as git prints it
  std::string title;  // of the pull request
  std::string body;   // its Markdown
  std::string verificationDetail;
  std::string log;   // the end of the deciding build's log
  std::string base;  // commit that it was made from, hex
};

struct StepRecord {
  TargetState state = TargetState::kWaiting;
  std::string detail;
  std::string log;
  Time at{};
};

struct Attempt {
  int number = 0;
  std::string worker;
  Time began{};
  std::optional<Time> ended;  // absent while it runs
  std::string outcome;        // a state's text, or "abandoned"
  std::vector<StepRecord> steps;
};

struct TargetDetails {
  Target target;
  std::vector<Attempt> attempts;            // oldest first
  std::optional<RewriteDocument> document;  // the newest
  std::optional<RewriteDocument> proposed;  // of the pull request, if there was one
};

}  // namespace gander::fleet
