#include "cli/fleet_commands.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/fleet_json.h"
#include "cli/fleet_report.h"
#include "cli/joined_fleet.h"
#include "cli/terminal.h"
#include "fleet/targets.h"

namespace gander::cli {
namespace {

using fleet::TargetState;

bool asksForPerson(TargetState state) {
  switch (state) {
    case TargetState::kBroken:
    case TargetState::kFailed:
    case TargetState::kUnreachable:
    case TargetState::kOnlyListed:
    case TargetState::kHandedOver: return true;
    default: return false;
  }
}

ExitStatus statusOf(bool asks) { return asks ? ExitStatus::kAsksForPerson : ExitStatus::kDone; }

Result<rules::Migration> loadCampaign(const std::filesystem::path& state, const std::string& campaign) {
  GANDER_TRY(auto database, openStore(state));
  GANDER_TRY(auto found, fleet::readStatus(*database.store, campaign));
  return fleet::loadCampaign(found.at(0).campaign);
}

Result<fleet::TargetKey> resolve(const FleetOptions& options, const TargetName& name,
                                 TargetWanted wanted = TargetWanted::kNewest) {
  GANDER_TRY(auto database, openStore(options.state));
  return findTarget(*database.store, name, wanted);
}

}  // namespace

Result<Outcome> runCampaign(const RunOptions& options, const Environment& environment) {
  GANDER_TRY(auto migration, fleet::loadMigration(options.migration));
  GANDER_TRY(auto joined, JoinedFleet::make(options.fleet, migration, environment, true));
  printErr(joined->note());
  RunProgress progress(environment);
  GANDER_TRY(auto report, joined->fleet().run(migration, options.repositories, &progress));
  bool asks = !report.catalogProblems.empty() || std::ranges::any_of(report.targets, [](const auto& one) {
    return !one.problem.empty() || asksForPerson(one.target.state);
  });
  auto output = options.fleet.json ? runJson(migration.name, report) : describeRun(report, Style(environment.colours));
  return Outcome{statusOf(asks), std::move(output)};
}

Result<Outcome> runLook(const LookOptions& options, const Environment& environment) {
  GANDER_TRY(auto migration, fleet::loadMigration(options.migration));
  GANDER_TRY(auto joined, JoinedFleet::make(options.fleet, migration, environment, false));
  printErr(joined->note());
  RunProgress progress(environment);
  GANDER_TRY(auto remainders, joined->fleet().verify(migration, {.build = options.build}, &progress));
  bool asks = std::ranges::any_of(remainders, [&](const auto& one) {
    return !one.problem.empty() || !one.rewrite.listed.empty() || (!options.plan && !one.rewrite.empty());
  });
  auto output = options.fleet.json ? remaindersJson(migration.name, remainders)
                                   : describeRemainders(remainders, options.plan, Style(environment.colours));
  return Outcome{statusOf(asks), std::move(output)};
}

Result<Outcome> runStatus(const StatusOptions& options, const Environment& environment) {
  GANDER_TRY(auto database, openStore(options.fleet.state));
  GANDER_TRY(auto campaigns, fleet::readStatus(*database.store, options.campaign));
  auto output = options.fleet.json ? statusJson(campaigns) : describeStatus(campaigns, Style(environment.colours));
  return Outcome{ExitStatus::kDone, std::move(output)};
}

Result<Outcome> runShow(const ShowOptions& options, const Environment& environment) {
  GANDER_TRY(auto database, openStore(options.fleet.state));
  GANDER_TRY(auto key, findTarget(*database.store, options.target));
  GANDER_TRY(auto details, database.store->details(key));
  auto output = options.fleet.json ? detailsJson(details)
                                   : describeDetails(details, options.diff, options.log, Style(environment.colours));
  return Outcome{ExitStatus::kDone, std::move(output)};
}

Result<Outcome> runApprove(const ApproveOptions& options, const Environment& environment) {
  GANDER_TRY(auto key, resolve(options.fleet, options.target));
  GANDER_TRY(auto migration, loadCampaign(options.fleet.state, key.campaign));
  GANDER_TRY(auto joined, JoinedFleet::make(options.fleet, migration, environment, true));
  RunProgress progress(environment);
  GANDER_TRY(auto report, joined->fleet().approve(migration, key.repository, &progress));
  bool asks = report.outcome != fleet::Approval::kMerged;
  if (options.fleet.json) return Outcome{statusOf(asks), approveJson(report)};
  auto text = fmt::format("{}: {}{}\n", key.repository, toString(report.outcome),
                          report.merged.empty() ? "" : " as " + report.merged);
  if (report.outcome == fleet::Approval::kRegenerated)
    text += "The base moved and the proposal did not apply any more. It was made again: look at it, then approve it.\n";
  if (report.outcome == fleet::Approval::kHandedOver)
    text += "A person committed to the branch since it was proposed. Look at it; approving again merges that too.\n";
  return Outcome{statusOf(asks), std::move(text)};
}

Result<Outcome> runRollback(const RollbackOptions& options, const Environment& environment) {
  GANDER_TRY(auto key, resolve(options.fleet, options.target, TargetWanted::kMerged));
  GANDER_TRY(auto migration, loadCampaign(options.fleet.state, key.campaign));
  GANDER_TRY(auto joined, JoinedFleet::make(options.fleet, migration, environment, true));
  printErr(joined->note());
  RunProgress progress(environment);
  GANDER_TRY(auto report, joined->fleet().rollback(migration, key.repository, &progress));
  bool asks = !report.problem.empty() || asksForPerson(report.target.state);
  if (options.fleet.json) return Outcome{statusOf(asks), targetJson(report.target)};
  Style style(environment.colours);
  auto text = describeTargets({report.target}, style);
  if (!report.problem.empty()) text += style.attention(printable(report.problem)) + "\n";
  return Outcome{statusOf(asks), std::move(text)};
}

Result<Outcome> runDecline(const DeclineOptions& options, const Environment& environment) {
  GANDER_TRY(auto key, resolve(options.fleet, options.target));
  GANDER_TRY(auto joined, JoinedFleet::make(options.fleet, {}, environment, true));
  GANDER_TRY(auto target, joined->fleet().decline(key.campaign, key.repository, options.reason));
  if (options.fleet.json) return Outcome{ExitStatus::kDone, targetJson(target)};
  return Outcome{ExitStatus::kDone, fmt::format("{}: declined: {}\n", key.repository, printable(options.reason))};
}

}  // namespace gander::cli
