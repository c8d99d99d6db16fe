#include "fleet/store/sql_store.h"

#include <fmt/format.h>

#include <tuple>

#include <set>

#include "base/text.h"
#include "fleet/store/attempts.h"
#include "fleet/store/openings.h"
#include "fleet/store/target_row.h"

namespace gander::fleet {
namespace {

using soci::into;
using soci::use;

std::string shown(const TargetKey& key) { return fmt::format("{} of campaign {}", key.repository, key.campaign); }

Result<Target> loadTarget(soci::session& sql, const TargetKey& key) {
  auto found = readTargets(sql, "WHERE campaign = :c AND repository = :r", {key.campaign, key.repository});
  if (found.empty()) return fail(ErrorKind::kNotFound, fmt::format("there is no target {}", shown(key)));
  return found.front();
}

class SqlStore final : public Store {
 public:
  explicit SqlStore(std::shared_ptr<Session> session) : session_(std::move(session)) {}

  Status ensureCampaign(const Campaign& campaign, const std::vector<TargetSeed>& targets, Time now) override {
    return session_->transact("store the campaign", [&](soci::session& sql) -> Status {
      putCampaign(sql, campaign, now);
      const auto known = readSeeds(sql, campaign.name);
      for (const auto& seed : targets) putSeed(sql, campaign.name, seed, known, now);
      return {};
    });
  }

  Result<std::vector<Campaign>> campaigns() override {
    return session_->transact("read the campaigns", [&](soci::session& sql) -> Result<std::vector<Campaign>> {
      Campaign row;
      long long created = 0;
      soci::statement query =
          (sql.prepare << "SELECT name, title, owner, document, created FROM campaign ORDER BY name", into(row.name),
           into(row.title), into(row.owner), into(row.document), into(created));
      query.execute();
      std::vector<Campaign> all;
      while (query.fetch()) {
        row.created = Time(std::chrono::milliseconds(created));
        all.push_back(row);
      }
      return all;
    });
  }

  Result<std::vector<Target>> targets(const std::string& campaign) override {
    return session_->transact("read the targets", [&](soci::session& sql) -> Result<std::vector<Target>> {
      return readTargets(sql, "WHERE campaign = :c ORDER BY repository", {campaign});
    });
  }

  Result<TargetDetails> details(const TargetKey& key) override {
    return session_->transact("read a target", [&](soci::session& sql) -> Result<TargetDetails> {
      GANDER_TRY(auto target, loadTarget(sql, key));
      return TargetDetails{target, readAttempts(sql, key), readDocument(sql, key, false), readDocument(sql, key, true)};
    });
  }

  Result<std::optional<Target>> claim(const ClaimRequest& request) override {
    return session_->transact("claim a target", [&](soci::session& sql) -> Result<std::optional<Target>> {
      GANDER_TRY(auto target, loadTarget(sql, request.key));
      bool held = !target.leaseOwner.empty() && target.leaseUntil > request.now &&
                  !(request.isGone && request.isGone(target.leaseOwner));
      if (held) return std::nullopt;
      endAttempts(sql, request.key, "abandoned", request.now);
      beginAttempt(sql, request.key, request.worker, request.now);
      setLease(sql, request.key, request.worker, request.until);
      target.leaseOwner = request.worker;
      target.leaseUntil = request.until;
      return target;
    });
  }

  Status record(const Target& next, const std::string& worker, const std::string& log,
                const std::optional<RewriteDocument>& document) override {
    return session_->transact("record a step", [&](soci::session& sql) -> Status {
      GANDER_TRY(auto stored, loadTarget(sql, next.key));
      if (stored.leaseOwner != worker)
        return fail(ErrorKind::kConflict, fmt::format("{} was taken over by another worker", shown(next.key)));
      if (!mayFollow(stored.state, next.state))
        return fail(ErrorKind::kConflict, fmt::format("{} can't go from '{}' to '{}'", shown(next.key),
                                                      toString(stored.state), toString(next.state)));
      auto written = next;
      written.leaseOwner = worker;
      updateTarget(sql, written);
      addStep(sql, next.key, {next.state, next.detail, log, next.updated});
      if (document) putDocument(sql, next.key, *document);
      const auto of = [](const Proposed& one) { return std::tie(one.base, one.head, one.inputs); };
      if (of(stored.proposed) != of(next.proposed)) markProposed(sql, next.key);
      return {};
    });
  }

  Status release(const TargetKey& key, const std::string& worker, Time now) override {
    return session_->transact("release a target", [&](soci::session& sql) -> Status {
      GANDER_TRY(auto target, loadTarget(sql, key));
      if (target.leaseOwner != worker) return {};
      endAttempts(sql, key, std::string(toString(target.state)), now);
      removeIdleAttempts(sql, key);
      setLease(sql, key, "", Time{});
      return {};
    });
  }

  Status spend(const Opening& opening) override {
    return session_->transact("open a pull request",
                              [&](soci::session& sql) -> Status { return spendOpening(sql, opening); });
  }

 private:
  static void putCampaign(soci::session& sql, const Campaign& campaign, Time now) {
    auto title = storable(campaign.title), owner = storable(campaign.owner), document = storable(campaign.document);
    int there = 0;
    sql << "SELECT count(*) FROM campaign WHERE name = :n", into(there), use(campaign.name);
    long long created = now.time_since_epoch().count();
    if (there == 0)
      sql << "INSERT INTO campaign VALUES (:n, :t, :o, :d, :c)", use(campaign.name), use(title), use(owner),
          use(document), use(created);
    else
      sql << "UPDATE campaign SET title = :t, owner = :o, document = :d WHERE name = :n", use(title), use(owner),
          use(document), use(campaign.name);
  }

  static std::set<TargetSeed> readSeeds(soci::session& sql, const std::string& campaign) {
    TargetSeed row;
    soci::statement query = (sql.prepare << "SELECT repository, url, owner FROM target WHERE campaign = :c",
                             into(row.repository), into(row.url), into(row.owner), use(campaign));
    query.execute();
    std::set<TargetSeed> seeds;
    while (query.fetch()) seeds.insert(row);
    return seeds;
  }

  // Only what differs is written: who watches a fleet runs it for one target at a time, and each run brings all of them.
  static void putSeed(soci::session& sql, const std::string& campaign, const TargetSeed& seed,
                      const std::set<TargetSeed>& known, Time now) {
    TargetSeed clean{storable(seed.repository), storable(withoutCredentials(seed.url)), storable(seed.owner)};
    if (known.contains(clean)) return;
    TargetKey key{campaign, clean.repository};
    if (loadTarget(sql, key))
      sql << "UPDATE target SET url = :u, owner = :o WHERE campaign = :c AND repository = :r", use(clean.url),
          use(clean.owner), use(campaign), use(clean.repository);
    else
      insertTarget(sql, key, clean, now);
  }

  static void setLease(soci::session& sql, const TargetKey& key, const std::string& worker, Time until) {
    long long end = until.time_since_epoch().count();
    sql << "UPDATE target SET lease_owner = :w, lease_until = :u WHERE campaign = :c AND repository = :r", use(worker),
        use(end), use(key.campaign), use(key.repository);
  }

  const std::shared_ptr<Session> session_;
};

}  // namespace

std::unique_ptr<Store> makeSqlStore(std::shared_ptr<Session> session) {
  return std::make_unique<SqlStore>(std::move(session));
}

}  // namespace gander::fleet
