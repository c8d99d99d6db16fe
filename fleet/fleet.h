// The fleet: a migration carried through all its targets, from the fetch to the merge.
//
//   claim -> fetch -> scan -> base build -> rewrite -> build -> commit -> push -> propose -> open -> merged | declined
//                      |                       |          |
//               nothing found           only listed   broken by us: kept as a finding, no pull request
//
// Each step is recorded before the next begins. A run that was killed is simply run again: finished targets are left alone,
// unfinished ones go on, and nothing is pushed or proposed twice. fleet/target_state.h is the table of states.
#pragma once

#include <chrono>
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
#include "fleet/store.h"
#include "fleet/target_state.h"
#include "fleet/worker_identity.h"
#include "pr-bot/forge.h"
#include "repos/repository.h"
#include "rewriter/rewrite.h"
#include "rules/migration.h"
#include "rules/model.h"
#include "sandbox/sandbox.h"

namespace gander::fleet {

// A tree that is checked out for the C++ parser.
struct ParsedTree {
  std::filesystem::path folder;
  std::filesystem::path database;  // folder of compile_commands.json, absolute; empty where the build makes none
  std::string repository;          // its address without credentials: facts are kept for each repository apart
};
// May answer null: then C++ is only read as text. An error fails the target.
using ParserFactory = std::function<Result<std::unique_ptr<rewriter::CppParser>>(const ParsedTree& tree)>;
using RewriteEngine =
    std::function<Result<rewriter::Rewrite>(const rewriter::RewriteParts&, const rewriter::RewriteLimits&)>;

// Told of each target whenever its state changes, and once at the end. Called from the workers' threads, one call at a time.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void onTarget(const std::string& repository, TargetState state, const std::string& detail) = 0;
};

// How a target stands after an operation.
struct TargetReport {
  Target target;
  bool unchanged = false;    // nothing was done: base and inputs are as before, or the target is decided
  std::string problem;       // something asks for a person: a failure, a lease held by another, commits of a person
  bool unavailable = false;  // the problem is that the outside could not be asked: worth another try soon
  // Not empty: a person at the merged pull request asked for a rollback; the mark of the answer.
  std::string askedRollback = {};
};

struct RunReport {
  std::vector<TargetReport> targets;         // sorted by repository
  std::vector<std::string> catalogProblems;  // consumers without a clone URL, a sentence each
};

enum class Approval {
  kMerged,
  kRegenerated,  // the base moved and the proposal did not apply: it was made again, look again
  kHandedOver,  // a person committed to the branch since it was proposed: nothing merged, approving again merges that too
};

struct ApproveReport {
  Approval outcome = Approval::kMerged;
  Target target;
  std::string merged;  // the merge commit, hex
};

// What is left of the old version on a repository's default branch.
struct Remainder {
  std::string repository;
  std::string commit;
  std::string problem;  // why it could not be looked at; empty if it was
  rewriter::Rewrite
      rewrite;  // edits that a run would make, listed sites, and the ledger with every occurrence's verdict
};

struct VerifyOptions {
  bool build = false;  // base builds first, so that C++ is judged by its compiler flags and generated headers
};

class Fleet {
 public:
  struct Parts {
    Store& store;
    repos::Mirrors& mirrors;  // safe for many threads, one thread to a mirror
    prbot::Forge& forge;
    sandbox::Sandbox* sandbox = nullptr;  // null: nothing is built, and every proposal says so
    Workers& workers;
    const Clock& clock;
    const rules::Library& library;
    ParserFactory parser;           // empty: C++ is only read as text
    std::filesystem::path scratch;  // folder for checkouts; made if it is not there
    repos::Person author{"gander", "gander@localhost"};
    ProposalPolicy policy = {};
    OpeningBudgets budgets = {};
    RewriteEngine rewrite = rewriter::rewrite;
    std::string version;  // of gander, part of the inputs
  };

  struct Limits {
    unsigned workers = 4;             // targets at one time; 0: in the caller's thread
    std::chrono::minutes lease{180};  // longer than any one step may take
    // A failed target is tried again after so long, and after twice as long each time that it fails again; 0: at once.
    std::chrono::minutes retryAfter{0};
    sandbox::Limits build;  // of each build step
    rewriter::RewriteLimits rewrite;
  };

  explicit Fleet(Parts parts) : Fleet(std::move(parts), Limits()) {}
  Fleet(Parts parts, const Limits& limits);
  ~Fleet();
  Fleet(const Fleet&) = delete;
  Fleet& operator=(const Fleet&) = delete;

  // Carries the migration through its targets; `only`: names or URLs of some of them, empty for all. kNotFound names what of
  // `only` is no target. A target's failure is in the report; an error means that the fleet itself can't go on (the store).
  Result<RunReport> run(const rules::Migration& migration, const std::vector<std::string>& only,
                        Observer* observer = nullptr);

  // kConflict if the target has no open proposal; kUnavailable while another works on it.
  Result<ApproveReport> approve(const rules::Migration& migration, const std::string& repository,
                                Observer* observer = nullptr);
  // Closes the proposal and remembers why; it is never opened again. kInvalid without a reason.
  Result<Target> decline(const std::string& campaign, const std::string& repository, const std::string& reason);

  // Takes a merged proposal back: the inverse of its recorded edits on today's base, built and tested, proposed as a pull request of its
  // own. Asked again, it goes on with that one. kConflict where the target is not merged.
  Result<TargetReport> rollback(const rules::Migration& migration, const std::string& repository,
                                Observer* observer = nullptr);

  // Changes nothing. One entry for each target of the migration, sorted by repository.
  Result<std::vector<Remainder>> verify(const rules::Migration& migration, const VerifyOptions& options = {},
                                        Observer* observer = nullptr);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

struct CampaignStatus {
  Campaign campaign;
  std::vector<Target> targets;
};

// `campaign` empty: all. kNotFound if there is no such campaign. Needs the store only.
Result<std::vector<CampaignStatus>> readStatus(Store& store, const std::string& campaign);

// Pull requests are merged through the mirrors: for makeEmbeddedForge().
std::unique_ptr<prbot::BranchMerger> makeBranchMerger(repos::Mirrors& mirrors, const repos::Person& author);

}  // namespace gander::fleet
