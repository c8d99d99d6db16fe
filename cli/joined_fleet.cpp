#include "cli/joined_fleet.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <thread>

#include "base/digest.h"
#include "base/files.h"
#include "base/text.h"
#include "cli/installation.h"
#include "fleet/cpp_parser.h"
#include "fleet/take_back.h"
#include "pr-bot/forges.h"
#include "sandbox/build.h"
#include "sandbox/sandbox.h"

namespace gander::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::minutes kRetryAfter{30};  // of a bot that comes by itself
constexpr uint64_t kFactBytes = 256ULL << 20;    // of one repository

// Stands in where a command changes nothing and no forge was named.
class NoForge final : public prbot::Forge {
 public:
  Result<std::string> repositoryName(const std::string&) const override { return refuse(); }
  Result<prbot::ForgeRepository> look(const std::string&) override { return refuse(); }
  Result<std::optional<prbot::PullRequest>> find(const std::string&, const std::string&, const std::string&,
                                                 int) override {
    return refuse();
  }
  Result<prbot::PullRequest> ensure(const prbot::PullRequestText&) override { return refuse(); }
  Result<prbot::PullRequest> merge(const std::string&, int, const prbot::MergeOrder&) override { return refuse(); }
  Result<prbot::PullRequest> close(const std::string&, int, const std::string&) override { return refuse(); }
  Status say(const std::string&, int, const prbot::Remark&) override { return refuse(); }
  Result<std::vector<prbot::Comment>> comments(const std::string&, int) override { return refuse(); }

 private:
  static std::unexpected<Error> refuse() {
    return fail(ErrorKind::kInvalid, "no forge is known: give --forge DIR or FILE");
  }
};

// The forges' tokens, as git asks for them.
class ForgeTokens final : public repos::CredentialSource {
 public:
  Result<std::optional<repos::Token>> findToken(const repos::RemotePlace& place, bool refused) override {
    if (!logins) return std::nullopt;
    GANDER_TRY(auto login, logins->find(place.host, refused));
    if (!login) return std::nullopt;
    return repos::Token{login->user, login->secret};
  }
  std::shared_ptr<prbot::GitLogins> logins;  // set before anything is fetched
};

// As ssh itself finds them: keys of the agent, hosts that the account or the machine knows.
repos::RemoteAccess accessOfAccount() {
  repos::RemoteAccess access;
  access.ssh.agent = readVariable("SSH_AUTH_SOCK").value_or("");
  std::error_code error;
  for (const auto& file :
       {fs::path(readVariable("HOME").value_or("")) / ".ssh/known_hosts", fs::path("/etc/ssh/ssh_known_hosts")})
    if (file.is_absolute() && fs::is_regular_file(file, error)) access.ssh.knownHosts.push_back(file);
  return access;
}

fleet::ProposalPolicy policyOf(const prbot::ForgeSettings& settings) {
  fleet::ProposalPolicy policy{.labels = settings.labels,
                               .assignees = settings.assignees,
                               .reviewers = static_cast<size_t>(settings.reviewers),
                               .ignoredAuthors = settings.ignoredAuthors,
                               .draftUntilChecks = settings.draftUntilChecks};
  for (const auto& person : settings.coAuthors) {
    const auto open = person.find('<');
    policy.coAuthors.push_back(
        {std::string(trimmed(person.substr(0, open))), person.substr(open + 1, person.size() - open - 2)});
  }
  return policy;
}

fleet::OpeningBudgets budgetsOf(const prbot::ForgeSettings& settings) {
  fleet::OpeningBudgets budgets;
  for (const auto& entry : settings.forges)
    budgets[prbot::hostOf(entry)] = {entry.perHour, entry.perOwner,     entry.perRepository,
                                     entry.open,    entry.openPerOwner, entry.openPerRepository};
  return budgets;
}

Result<fs::path> forgePlace(const FleetOptions& options) {
  auto note = options.state / "forge";
  std::error_code error;
  if (!options.forge.empty()) return fs::absolute(options.forge, error).lexically_normal();
  if (!fs::exists(note, error)) return fs::path();
  GANDER_TRY(auto text, readFile(note));
  return fs::path(text.substr(0, text.find('\n')));
}

}  // namespace

Result<std::unique_ptr<JoinedFleet>> JoinedFleet::make(const FleetOptions& options, const rules::Migration& migration,
                                                       const Environment& environment, bool forgeNeeded) {
  std::unique_ptr<JoinedFleet> joined(new JoinedFleet());
  GANDER_TRY(joined->library_, loadLibrary(environment, options.rules, migration));
  GANDER_CHECK(joined->openState(options, forgeNeeded));
  GANDER_CHECK(joined->makeWalls(options, migration, environment));
  GANDER_TRY(joined->workers_, fleet::makeProcessWorkers());
  joined->fleet_.emplace(partsOf(joined.get(), joined->library_, *joined->workers_),
                         fleet::Fleet::Limits{.workers = options.workers});
  return joined;
}

fleet::Fleet::Parts JoinedFleet::partsOf(JoinedFleet* joined, const rules::Library& library, fleet::Workers& workers) {
  fleet::Fleet::Parts parts{.store = *joined->database_.store,
                            .mirrors = *joined->mirrors_,
                            .forge = *joined->forge_,
                            .sandbox = joined->sandbox_.get(),
                            .workers = workers,
                            .clock = joined->clock_,
                            .library = library,
                            .parser = joined->parser_,
                            .scratch = joined->state_ / "scratch",
                            .author = joined->author_,
                            .policy = joined->policy_,
                            .budgets = joined->budgets_,
                            .version = GANDER_VERSION};
  return parts;
}

Result<std::unique_ptr<fleet::Fleet>> JoinedFleet::makeFleet(const rules::Migration& migration,
                                                             const rules::Library& library, fleet::Workers& workers) {
  if (parser_ && !migration.rules.empty()) {
    GANDER_TRY(auto probe, parser_({.folder = "/"}));
    GANDER_CHECK(rewriter::checkRules(migration, *probe));
  }
  return std::make_unique<fleet::Fleet>(partsOf(this, library, workers),
                                        fleet::Fleet::Limits{.workers = 0, .retryAfter = kRetryAfter});
}

Status JoinedFleet::openState(const FleetOptions& options, bool forgeNeeded) {
  std::error_code error;
  state_ = fs::absolute(options.state, error).lexically_normal();
  GANDER_CHECK(ensureDirectory(state_));
  GANDER_TRY(auto place, forgePlace(options));
  if (place.empty() && forgeNeeded)
    return fail(ErrorKind::kInvalid,
                "no forge is known yet: give --forge DIR, a folder of bare repositories, or --forge FILE, a document "
                "of forges");
  GANDER_TRY(database_, fleet::openSqliteStore(state_ / "store.db"));
  if (place.empty()) {
    mirrors_ = repos::makeMirrors(state_ / "cache", {.access = accessOfAccount()});
    forge_ = std::make_unique<NoForge>();
    return {};
  }
  GANDER_CHECK(openForge(place));
  return writeFile(state_ / "forge", place.string() + "\n");
}

// A folder is the embedded forge; a file says which forges there are.
Status JoinedFleet::openForge(const fs::path& place) {
  std::error_code error;
  if (fs::is_regular_file(place, error)) return openForges(place);
  mirrors_ = repos::makeMirrors(state_ / "cache", {.access = accessOfAccount()});
  merger_ = fleet::makeBranchMerger(*mirrors_, author_);
  GANDER_TRY(forge_, prbot::makeEmbeddedForge({place, *database_.pullRequests, *merger_, clock_}));
  return {};
}

// The mirrors are let in with the forges' tokens, and the embedded forge, if there is one, merges through the mirrors.
Status JoinedFleet::openForges(const fs::path& file) {
  GANDER_TRY(auto text, readFile(file));
  GANDER_TRY(auto settings, prbot::parseForgeSettings(file, text));
  settings_ = settings;
  author_ = {settings.authorName, settings.authorEmail};
  policy_ = policyOf(settings);
  budgets_ = budgetsOf(settings);
  auto tokens = std::make_shared<ForgeTokens>();
  auto access = accessOfAccount();
  access.credentials = tokens;
  access.authorities = settings.certificates;
  for (const auto& entry : settings.forges)
    if (entry.url.starts_with("http://")) access.plainHosts.insert(prbot::hostOf(entry));
  access.ssh.key = settings.sshKey;
  if (!settings.knownHosts.empty()) access.ssh.knownHosts = {settings.knownHosts};
  std::optional<repos::Signing> signing;
  if (!settings.signingKey.empty()) signing = repos::Signing{.key = settings.signingKey};
  mirrors_ = repos::makeMirrors(state_ / "cache", {.access = access, .signing = signing});
  merger_ = fleet::makeBranchMerger(*mirrors_, author_);
  auto embedded = [this](const fs::path& folder) {
    return prbot::makeEmbeddedForge({folder, *database_.pullRequests, *merger_, clock_});
  };
  GANDER_TRY(auto forges, prbot::makeForges(settings, {clock_, readVariable, embedded, state_ / "limits"}));
  tokens->logins = std::move(forges.logins);
  forge_ = std::move(forges.forge);
  return {};
}

// Without a sandbox nothing of a consumer's is built or parsed: there is no flag that does without, as there is for one's own tree.
Status JoinedFleet::makeWalls(const FleetOptions& options, const rules::Migration& migration,
                              const Environment& environment) {
  auto made = sandbox::makeBubblewrapSandbox(environment.path);
  if (!made) {
    note_ = fmt::format("no sandbox, so nothing is built and C++ is only read as text: {}\n", made.error().message);
    return {};
  }
  sandbox_ = std::move(*made);
  auto program = findCppProgram(environment);
  unsigned jobs = std::max(1U, std::thread::hardware_concurrency() / options.workers);
  auto probe = fleet::makeCppParser({program, sandbox_.get()}, {"/", std::string(sandbox::kTreeInside), {}});
  if (!probe) {
    note_ = probe.error().message + "\n";
    return {};
  }
  GANDER_CHECK(rewriter::checkRules(migration, **probe));
  parser_ = [=, facts = state_ / "facts", wall = sandbox_.get()](const fleet::ParsedTree& tree) {
    return fleet::makeCppParser({program, wall, facts / sha256(tree.repository).substr(0, 16)},
                                {tree.folder, std::string(sandbox::kTreeInside), tree.database},
                                {.workers = jobs, .cache = kFactBytes});
  };
  return {};
}

Result<fleet::Database> openStore(const fs::path& state) {
  std::error_code error;
  if (!fs::exists(state / "store.db", error))
    return fail(ErrorKind::kNotFound,
                fmt::format("no campaign has run with the state folder {}: give --state DIR, or `gander run` first",
                            state.string()));
  return fleet::openSqliteStore(state / "store.db");
}

// Of a target and its rollback, the one that is not wanted goes.
static void chooseOfRollbacks(std::vector<fleet::TargetKey>& found, TargetWanted wanted) {
  auto all = found;
  std::erase_if(found, [&](const fleet::TargetKey& key) {
    const auto other = wanted == TargetWanted::kNewest ? std::optional(fleet::rollbackCampaign(key.campaign))
                                                       : fleet::takenBack(key.campaign);
    return other && std::ranges::find(all, *other, &fleet::TargetKey::campaign) != all.end();
  });
}

Result<fleet::TargetKey> findTarget(fleet::Store& store, const TargetName& name, TargetWanted wanted) {
  GANDER_TRY(auto campaigns, fleet::readStatus(store, name.campaign));
  std::vector<fleet::TargetKey> found;
  std::set<std::string> names;
  for (const auto& campaign : campaigns)
    for (const auto& target : campaign.targets) {
      names.insert(target.key.repository);
      if (target.key.repository == name.repository) found.push_back(target.key);
    }
  chooseOfRollbacks(found, wanted);
  if (found.size() == 1) return found[0];
  if (found.size() > 1)
    return fail(ErrorKind::kInvalid,
                fmt::format("several migrations have a target {}: say which with --migration NAME ({}, {}{})",
                            name.repository, found[0].campaign, found[1].campaign, found.size() > 2 ? ", ..." : ""));
  auto meant = nearest(name.repository, {names.begin(), names.end()});
  return fail(ErrorKind::kNotFound,
              fmt::format("no target '{}'{}", name.repository,
                          meant.empty() ? ": `gander status` lists them" : ": did you mean '" + meant + "'?"));
}

}  // namespace gander::cli
