#include "fleet/store/target_row.h"

#include <stdexcept>

#include "fleet/store/session.h"

namespace gander::fleet {
namespace {

using soci::into;
using soci::use;

struct Row {
  Target value;
  std::string state;
  int incomplete = 0, draft = 0, heldDraft = 0, merging = 0, outage = 0;
  long long edits = 0, builtEdits = 0, files = 0, listed = 0, hazards = 0;
  long long updated = 0, leaseUntil = 0, proposedSince = 0;

  Row() = default;
  explicit Row(const Target& target)
      : value(target),
        state(toString(target.state)),
        incomplete(target.incomplete ? 1 : 0),
        draft(target.draft ? 1 : 0),
        heldDraft(target.heldDraft ? 1 : 0),
        merging(static_cast<int>(target.merging)),
        outage(target.outage ? 1 : 0),
        edits(static_cast<long long>(target.counts.edits)),
        builtEdits(static_cast<long long>(target.counts.builtEdits)),
        files(static_cast<long long>(target.counts.files)),
        listed(static_cast<long long>(target.counts.listed)),
        hazards(static_cast<long long>(target.counts.hazards)),
        updated(target.updated.time_since_epoch().count()),
        leaseUntil(target.leaseUntil.time_since_epoch().count()),
        proposedSince(target.proposed.since.time_since_epoch().count()) {
    value.detail = storable(value.detail);
  }

  Target read() const {
    auto target = value;
    auto known = parseTargetState(state);
    if (!known) throw std::runtime_error("a target has the unknown state '" + state + "'");
    target.state = *known;
    target.incomplete = incomplete != 0;
    target.draft = draft != 0;
    target.heldDraft = heldDraft != 0;
    target.merging = static_cast<MergeAsk>(merging);
    target.outage = outage != 0;
    target.proposed.since = Time(std::chrono::milliseconds(proposedSince));
    target.counts = {static_cast<uint64_t>(edits), static_cast<uint64_t>(builtEdits), static_cast<uint64_t>(files),
                     static_cast<uint64_t>(listed), static_cast<uint64_t>(hazards)};
    target.updated = Time(std::chrono::milliseconds(updated));
    target.leaseUntil = Time(std::chrono::milliseconds(leaseUntil));
    return target;
  }
};

constexpr auto kSelect =
    "SELECT campaign, repository, url, owner, state, detail, base_branch, base, inputs, head, proposal, verification, "
    "incomplete, draft, held_draft, proposed_base, proposed_head, proposed_inputs, "
    "proposed_verification, proposed_since, merging, outage, handed_back, superseded, "
    "edits, built_edits, files, listed, hazards, updated, lease_owner, lease_until FROM target ";

void exchangeAll(soci::statement& query, Row& row) {
  auto& target = row.value;
  for (auto* text : {&target.key.campaign, &target.key.repository, &target.url, &target.owner, &row.state,
                     &target.detail, &target.baseBranch, &target.base, &target.inputs, &target.head})
    query.exchange(into(*text));
  query.exchange(into(target.proposal));
  query.exchange(into(target.verification));
  for (auto* flag : {&row.incomplete, &row.draft, &row.heldDraft}) query.exchange(into(*flag));
  auto& proposed = target.proposed;
  for (auto* text : {&proposed.base, &proposed.head, &proposed.inputs, &proposed.verification})
    query.exchange(into(*text));
  query.exchange(into(row.proposedSince));
  for (auto* number : {&row.merging, &row.outage}) query.exchange(into(*number));
  query.exchange(into(target.handedBack));
  query.exchange(into(target.superseded));
  for (auto* number : {&row.edits, &row.builtEdits, &row.files, &row.listed, &row.hazards, &row.updated})
    query.exchange(into(*number));
  query.exchange(into(target.leaseOwner));
  query.exchange(into(row.leaseUntil));
}

}  // namespace

std::vector<Target> readTargets(soci::session& sql, const std::string& where, const std::vector<std::string>& values) {
  Row row;
  soci::statement query(sql);
  exchangeAll(query, row);
  for (const auto& value : values) query.exchange(use(value));
  query.alloc();
  query.prepare(kSelect + where);
  query.define_and_bind();
  query.execute();
  std::vector<Target> targets;
  while (query.fetch()) targets.push_back(row.read());
  return targets;
}

void insertTarget(soci::session& sql, const TargetKey& key, const TargetSeed& seed, Time now) {
  std::string waiting(toString(TargetState::kWaiting));
  long long updated = now.time_since_epoch().count();
  sql << "INSERT INTO target VALUES (:c, :r, :u, :o, :p, :s, '', '', '', '', '', 0, '', 0, 0, 0, '', '', '', '', 0, 0, "
         "0, "
         "'', 0, "
         "0, 0, 0, 0, 0, :t, '', 0)",
      use(key.campaign), use(key.repository), use(seed.url), use(seed.owner), use(waiting), use(waiting), use(updated);
}

void updateTarget(soci::session& sql, const Target& target) {
  Row row(target);
  auto& value = row.value;
  sql << "UPDATE target SET previous_state = state, state = :s, detail = :d, base_branch = :bb, base = :b, inputs = "
         ":i, head = :h, "
         "proposal = :p, verification = :v, incomplete = :inc, draft = :dr, held_draft = :hd, proposed_base = :pb, "
         "proposed_head = :ph, proposed_inputs = :pi, "
         "proposed_verification = :pv, proposed_since = :ps, merging = :me, outage = :ou, handed_back = :hb, "
         "superseded = :su, "
         ""
         "edits = :e, built_edits = :be, files = :f, listed = :l, "
         "hazards = :hz, updated = :u, lease_owner = :lo, lease_until = :lu WHERE campaign = :c AND repository = :r",
      use(row.state), use(value.detail), use(value.baseBranch), use(value.base), use(value.inputs), use(value.head),
      use(value.proposal), use(value.verification), use(row.incomplete), use(row.draft), use(row.heldDraft),
      use(value.proposed.base), use(value.proposed.head), use(value.proposed.inputs), use(value.proposed.verification),
      use(row.proposedSince), use(row.merging), use(row.outage), use(value.handedBack), use(value.superseded),
      use(row.edits), use(row.builtEdits), use(row.files), use(row.listed), use(row.hazards), use(row.updated),
      use(value.leaseOwner), use(row.leaseUntil), use(value.key.campaign), use(value.key.repository);
}

}  // namespace gander::fleet
