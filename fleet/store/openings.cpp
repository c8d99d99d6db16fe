#include "fleet/store/openings.h"

#include <fmt/format.h>

#include "fleet/store/session.h"

namespace gander::fleet {
namespace {

using soci::into;
using soci::use;

constexpr std::chrono::milliseconds kWindow = std::chrono::hours(1);

std::string plural(int count) { return fmt::format("{} pull request{}", count, count == 1 ? " was" : "s were"); }

// Those of the last hour: of a whole forge, of one owner there, or of one repository.
Status checkHour(soci::session& sql, const Opening& opening, std::string_view column, const std::string& name,
                 int most) {
  if (most == 0) return {};
  const long long since = (opening.now - kWindow).time_since_epoch().count();
  int count = 0;
  long long oldest = 0;
  sql << fmt::format(
      "SELECT count(*), coalesce(min(opened), 0) FROM opening WHERE forge = :f AND opened > :s AND {} = :n", column),
      into(count), into(oldest), use(opening.forge), use(since), use(name);
  if (count < most) return {};
  return fail(ErrorKind::kExhausted,
              fmt::format("{} opened within an hour{}, and that is enough; the next one from {} on", plural(count),
                          column == "forge" ? "" : " for " + name,
                          formatTime(Time(std::chrono::milliseconds(oldest)) + kWindow)));
}

// Those that people have before them now: of an owner, or of one repository.
Status checkOpen(soci::session& sql, const Opening& opening, std::string_view column, const std::string& name,
                 int most) {
  if (most == 0) return {};
  int count = 0;
  sql << fmt::format(
      "SELECT count(*) FROM opening o JOIN target t ON t.campaign = o.campaign AND t.repository = o.repository "
      "WHERE o.forge = :f AND o.{} = :n AND (t.proposal > 0 OR t.state = '{}') AND t.state NOT IN ('{}', '{}', '{}') "
      "AND NOT (o.campaign = :c AND "
      "o.repository = :r)",
      column, toString(TargetState::kPushed), toString(TargetState::kMerged), toString(TargetState::kDeclined),
      toString(TargetState::kReverted)),
      into(count), use(opening.forge), use(name), use(opening.key.campaign), use(opening.key.repository);
  if (count < most) return {};
  return fail(ErrorKind::kExhausted,
              fmt::format("{} opened and not decided for {}, and that is enough; the next one when one of them is",
                          plural(count), name));
}

}  // namespace

Status spendOpening(soci::session& sql, const Opening& opening) {
  const long long now = opening.now.time_since_epoch().count();
  const long long since = (opening.now - kWindow).time_since_epoch().count();
  int counted = 0;
  sql << "SELECT count(*) FROM opening WHERE campaign = :c AND repository = :r AND opened > :s", into(counted),
      use(opening.key.campaign), use(opening.key.repository), use(since);
  if (counted > 0) return {};
  const auto& budget = opening.budget;
  GANDER_CHECK(checkHour(sql, opening, "forge", opening.forge, budget.perHour));
  GANDER_CHECK(checkOpen(sql, opening, "forge", opening.forge, budget.open));
  if (!opening.owner.empty()) {
    GANDER_CHECK(checkHour(sql, opening, "forge_owner", opening.owner, budget.perOwner));
    GANDER_CHECK(checkOpen(sql, opening, "forge_owner", opening.owner, budget.openPerOwner));
  }
  GANDER_CHECK(checkHour(sql, opening, "forge_repository", opening.repository, budget.perRepository));
  GANDER_CHECK(checkOpen(sql, opening, "forge_repository", opening.repository, budget.openPerRepository));
  sql << "DELETE FROM opening WHERE campaign = :c AND repository = :r", use(opening.key.campaign),
      use(opening.key.repository);
  sql << "INSERT INTO opening VALUES (:c, :r, :f, :o, :fr, :t)", use(opening.key.campaign), use(opening.key.repository),
      use(opening.forge), use(opening.owner), use(opening.repository), use(now);
  return {};
}

}  // namespace gander::fleet
