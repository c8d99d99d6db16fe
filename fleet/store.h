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
#include "fleet/target.h"
#include "pr-bot/embedded_forge.h"

namespace gander::fleet {

struct Campaign {
  std::string name;  // of the migration
  std::string title;
  std::string owner;
  std::string document;  // absolute path of the migration's document, as it was last run; may be empty
  Time created{};
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
  // Where another thing is proposed than before, the newest document becomes that of the pull request.
  // Writes the target as it is in `next`, with a step of its attempt, the lease's new end, and the document where there is one.
  // kConflict if `worker` does not hold the lease, or the state may not follow the one that is stored.
  virtual Status record(const Target& next, const std::string& worker, const std::string& log,
                        const std::optional<RewriteDocument>& document) = 0;
  // Ends the attempt and gives the lease back; of an attempt without a step nothing is kept. Does nothing if `worker` holds it no longer.
  virtual Status release(const TargetKey& key, const std::string& worker, Time now) = 0;

  // Counts it as opened from now on, whatever becomes of it; one of the same target within the last hour is that one. kExhausted, with
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
