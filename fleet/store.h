// What the fleet remembers: campaigns, targets, attempts, rewrites. Every call is one transaction, so that a process may be
// killed anywhere; what a call has answered survives.
//
// A worker works on a target under a lease. Each record checks the lease, so a worker that was taken for dead writes nothing.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "fleet/proposal_policy.h"
#include "fleet/target_state.h"
#include "pr-bot/embedded_forge.h"

namespace gander::fleet {

struct Campaign {
  std::string name;  // of the migration
  std::string title;
  std::string owner;
  std::string document;  // absolute path of the migration's document, as it was last run; may be empty
  Time created{};
};

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

struct Target {
  TargetKey key;
  std::string url;  // what git clones, without the credentials that the migration's URL may carry
  std::string owner;
  TargetState state = TargetState::kWaiting;
  std::string detail;  // one line for a person: the reason of a failure, of a decline, ...
  std::string baseBranch;
  std::string base;                 // commit, hex
  std::string inputs;               // digest of what the rewrite was made from
  std::string head;                 // commit on the branch, hex
  int proposal = 0;                 // number of the pull request; 0: none
  std::string verification;         // a BuildVerdict's text; empty before it is known
  bool incomplete = false;          // something that must change with the edits is only listed
  bool draft = false;               // the pull request is to be a draft: gander's will, or a person's
  bool heldDraft = false;           // ... by gander's will
  std::string proposedInputs = {};  // `inputs` of the pull request as it stands
  std::string handedBack =
      {};  // commit that a branch stood at when a person gave it back, with what was committed to it
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
  std::string log;  // the end of the deciding build's log
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
  std::vector<Attempt> attempts;  // oldest first
  std::optional<RewriteDocument> document;
};

struct ClaimRequest {
  TargetKey key;
  std::string worker;
  Time now{};
  Time until{};
  // Whether the holder of a lease is known to be dead, so that its lease counts no longer.
  std::function<bool(const std::string& worker)> isGone;
};

// A pull request that is about to be opened.
struct Opening {
  TargetKey key;
  std::string forge;       // its host
  std::string owner;       // of the repository there
  std::string repository;  // its name there
  OpeningBudget budget;
  Time now{};
};

class Store {
 public:
  virtual ~Store() = default;
  // Makes the campaign and its targets, or brings title, owner, document and the targets' URL and owner up to date. A target that
  // is in no seed any more stays.
  virtual Status ensureCampaign(const Campaign& campaign, const std::vector<TargetSeed>& targets, Time now) = 0;
  virtual Result<std::vector<Campaign>> campaigns() = 0;                         // sorted by name
  virtual Result<std::vector<Target>> targets(const std::string& campaign) = 0;  // sorted by repository
  // Everything about one target. kNotFound if there is none.
  virtual Result<TargetDetails> details(const TargetKey& key) = 0;

  // Takes the lease and begins an attempt; nullopt while another holds it. An attempt that its holder left is ended as
  // "abandoned". kNotFound if there is no such target.
  virtual Result<std::optional<Target>> claim(const ClaimRequest& request) = 0;
  // Writes the target as it is in `next`, with a step of its attempt, the lease's new end, and the document where there is one.
  // kConflict if `worker` does not hold the lease, or the state may not follow the one that is stored.
  virtual Status record(const Target& next, const std::string& worker, const std::string& log,
                        const std::optional<RewriteDocument>& document) = 0;
  // Ends the attempt and gives the lease back. Does nothing if `worker` holds it no longer.
  virtual Status release(const TargetKey& key, const std::string& worker, Time now) = 0;

  // Counts it as opened from now on, whatever becomes of it; one of the same target within the last hour is that one. kUnavailable, with
  // when it goes on, where there are enough.
  virtual Status spend(const Opening& opening) = 0;
};

struct Database {
  std::unique_ptr<Store> store;
  std::unique_ptr<prbot::PullRequestRecords> pullRequests;
};

struct SqliteOptions {
  std::chrono::milliseconds busyTimeout{10'000};
  uint64_t pageLimit = 0;  // pages of 4 KiB that the file may grow to; 0: as many as the disk holds
};

// Opens the file, or makes it with its folder. kExhausted on a full disk, kUnavailable if another process locks it for longer than
// the timeout, kCorrupt if it is not a whole store, kInvalid if a newer gander made it. Safe for many threads and processes.
Result<Database> openSqliteStore(const std::filesystem::path& file, const SqliteOptions& options = {});

}  // namespace gander::fleet
