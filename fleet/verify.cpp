// What is left of the old version on the default branches.
#include <fmt/format.h>

#include "base/text.h"
#include "fleet/fleet_state.h"
#include "fleet/targets.h"
#include "fleet/workbench.h"

namespace gander::fleet {

namespace {

struct Look {
  const Fleet::Parts& parts;
  const Fleet::Limits& limits;
  const rules::Migration& migration;
  const VerifyOptions& options;
};

Status lookAt(const Look& look, const std::string& url, Remainder& remainder) {
  GANDER_TRY(auto repository, look.parts.mirrors.fetch(url));
  GANDER_TRY(auto branch, repository->defaultBranch());
  GANDER_TRY(auto tip, repository->findBranch(branch));
  if (!tip) return fail(ErrorKind::kNotFound, fmt::format("the repository has no branch {}", branch.name));
  remainder.commit = tip->hex;
  auto folder = look.parts.scratch / replaceAll(look.parts.workers.newName(), "/", "_");
  GANDER_TRY(auto bench,
             Workbench::make(look.parts, look.limits, {*repository, *tip, withoutCredentials(url)}, folder));
  GANDER_TRY(bool mentioned, bench->mentions(look.migration));
  if (!mentioned) return {};
  if (look.options.build) GANDER_CHECK(bench->buildBase());
  GANDER_TRY(remainder.rewrite, bench->rewrite(look.migration));
  return {};
}

}  // namespace

Result<std::vector<Remainder>> Fleet::verify(const rules::Migration& migration, const VerifyOptions& options,
                                             Observer* observer) {
  auto& state = *state_;
  GANDER_TRY(auto list, findTargets(migration));
  GANDER_CHECK(state.sweepScratch());
  std::vector<Remainder> remainders(list.targets.size());
  Look look{state.parts, state.limits, migration, options};
  GANDER_CHECK(forEachIndex(state.limits.workers, list.targets.size(), [&](size_t i) -> Status {
    auto& remainder = remainders[i];
    remainder.repository = list.targets[i].repository;
    auto looked = lookAt(look, list.targets[i].url, remainder);
    if (!looked) remainder.problem = looked.error().message;
    bool left = !remainder.rewrite.ledger.entries.empty();
    state.tell(observer, remainder.repository,
               !looked ? TargetState::kUnreachable
               : left  ? TargetState::kScanned
                       : TargetState::kNothingFound,
               !looked ? remainder.problem
                       : fmt::format("{} occurrences of old names", remainder.rewrite.ledger.entries.size()));
    return {};
  }));
  return remainders;
}

}  // namespace gander::fleet
