#include "fleet/fleet.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "base/files.h"
#include "base/text.h"
#include "fleet/fleet_state.h"
#include "fleet/take_back.h"
#include "fleet/target_run.h"
#include "fleet/targets.h"

namespace gander::fleet {

Fleet::Fleet(Parts parts, const Limits& limits) : state_(std::make_unique<State>(std::move(parts), limits)) {}
Fleet::~Fleet() = default;

Status forEachIndex(unsigned workers, size_t count, const std::function<Status(size_t)>& one) {
  std::atomic<size_t> next = 0;
  std::atomic<bool> stopped = false;
  std::mutex guard;
  Status first;
  auto work = [&] {
    for (size_t i = next++; i < count && !stopped; i = next++) {
      auto done = one(i);
      if (done) continue;
      std::lock_guard lock(guard);
      if (!stopped.exchange(true)) first = std::move(done);
    }
  };
  if (workers == 0) {
    work();
    return first;
  }
  {
    std::vector<std::jthread> threads;
    for (size_t i = 0; i < std::min<size_t>(workers, count); ++i) threads.emplace_back(work);
  }
  return first;
}

void Fleet::State::tell(Observer* observer, const std::string& repository, TargetState state,
                        const std::string& detail) {
  if (observer == nullptr) return;
  std::lock_guard lock(told);
  observer->onTarget(repository, state, detail);
}

Result<std::optional<Target>> Fleet::State::claim(const TargetKey& key, const std::string& worker) {
  auto now = parts.clock.now();
  return parts.store.claim(
      {key, worker, now, now + limits.lease, [&](const std::string& one) { return parts.workers.isGone(one); }});
}

Result<TargetReport> Fleet::State::carryClaimed(const rules::Migration& migration, const std::string& url,
                                                Target target, const std::string& worker, Observer* observer,
                                                bool asked) {
  auto notify = [&](const Target& one) { tell(observer, one.key.repository, one.state, one.detail); };
  TargetJob job{migration, url, std::move(target), worker, asked};
  if (auto of = takenBack(migration.name)) {
    GANDER_TRY(job.merged, parts.store.details({*of, job.target.key.repository}));
  }
  TargetRun run(parts, limits, std::move(job), notify);
  GANDER_TRY(auto report, run.go());
  GANDER_CHECK(noteReverted(report.target));
  if (!report.problem.empty()) tell(observer, report.target.key.repository, report.target.state, report.problem);
  return report;
}

Result<TargetReport> Fleet::State::carry(const rules::Migration& migration, const TargetSeed& seed, Observer* observer,
                                         bool asked) {
  TargetKey key{migration.name, seed.repository};
  auto worker = parts.workers.newName();
  GANDER_TRY(auto claimed, claim(key, worker));
  if (!claimed) {
    GANDER_TRY(auto details, parts.store.details(key));
    TargetReport report{details.target, true, "another worker is at it; run again later"};
    tell(observer, seed.repository, report.target.state, report.problem);
    return report;
  }
  GANDER_TRY(auto report, carryClaimed(migration, seed.url, *claimed, worker, observer, asked));
  GANDER_CHECK(parts.store.release(key, worker, parts.clock.now()));
  GANDER_CHECK(goOnWithRollback(migration, seed, report, observer));
  return report;
}

Status Fleet::State::sweepScratch() {
  GANDER_CHECK(ensureDirectory(parts.scratch));
  std::error_code error;
  std::filesystem::directory_iterator entries(parts.scratch, error), end;
  for (; !error && entries != end; entries.increment(error)) {
    auto worker = replaceAll(entries->path().filename().string(), "_", "/");
    if (parts.workers.isGone(worker)) GANDER_CHECK(removeTree(entries->path()));
  }
  if (error) return failErrno(error.value(), fmt::format("read {}", parts.scratch.string()));
  return {};
}

Result<RunReport> Fleet::run(const rules::Migration& migration, const std::vector<std::string>& only,
                             Observer* observer) {
  auto& state = *state_;
  GANDER_TRY(auto list, state.targetsOf(migration));
  GANDER_TRY(auto chosen, chooseTargets(list.targets, only));
  GANDER_CHECK(state.sweepScratch());
  std::error_code error;
  auto document = std::filesystem::absolute(migration.file, error).lexically_normal().string();
  GANDER_CHECK(state.parts.store.ensureCampaign({migration.name, migration.title, migration.owner, document, {}},
                                                list.targets, state.parts.clock.now()));
  RunReport report;
  report.catalogProblems = std::move(list.problems);
  report.targets.resize(chosen.size());
  GANDER_CHECK(forEachIndex(state.limits.workers, chosen.size(), [&](size_t i) -> Status {
    GANDER_TRY(report.targets[i], state.carry(migration, chosen[i], observer));
    return {};
  }));
  return report;
}

Result<std::vector<CampaignStatus>> readStatus(Store& store, const std::string& campaign) {
  GANDER_TRY(auto campaigns, store.campaigns());
  std::vector<CampaignStatus> status;
  std::vector<std::string> names;
  for (auto& one : campaigns) {
    names.push_back(one.name);
    if (!campaign.empty() && one.name != campaign) continue;
    GANDER_TRY(auto targets, store.targets(one.name));
    status.push_back({std::move(one), std::move(targets)});
  }
  if (!campaign.empty() && status.empty()) {
    auto near = nearest(campaign, names);
    return fail(ErrorKind::kNotFound, fmt::format("there is no campaign '{}'{}", campaign,
                                                  near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
  }
  return status;
}

}  // namespace gander::fleet
