#include "fleet/store/attempts.h"

#include <stdexcept>

#include "fleet/store/session.h"

namespace gander::fleet {
namespace {

using soci::into;
using soci::use;

Time timeOf(long long milliseconds) { return Time(std::chrono::milliseconds(milliseconds)); }
long long millisecondsOf(Time time) { return time.time_since_epoch().count(); }

std::vector<StepRecord> readSteps(soci::session& sql, const TargetKey& key, int attempt) {
  std::string state;
  StepRecord step;
  long long recorded = 0;
  soci::statement query =
      (sql.prepare << "SELECT state, detail, log, recorded FROM step WHERE campaign = :c AND repository = :r "
                      "AND attempt = :a ORDER BY position",
       into(state), into(step.detail), into(step.log), into(recorded), use(key.campaign), use(key.repository),
       use(attempt));
  query.execute();
  std::vector<StepRecord> steps;
  while (query.fetch()) {
    auto known = parseTargetState(state);
    if (!known) throw std::runtime_error("a step has the unknown state '" + state + "'");
    step.state = *known;
    step.at = timeOf(recorded);
    steps.push_back(step);
  }
  return steps;
}

}  // namespace

void beginAttempt(soci::session& sql, const TargetKey& key, const std::string& worker, Time now) {
  long long began = millisecondsOf(now);
  sql << "INSERT INTO attempt SELECT :c, :r, coalesce(max(number), 0) + 1, :w, :b, 0, '' FROM attempt "
         "WHERE campaign = :c2 AND repository = :r2",
      use(key.campaign), use(key.repository), use(worker), use(began), use(key.campaign), use(key.repository);
}

void addStep(soci::session& sql, const TargetKey& key, const StepRecord& step) {
  int attempt = 0, position = 0;
  sql << "SELECT max(number) FROM attempt WHERE campaign = :c AND repository = :r", into(attempt), use(key.campaign),
      use(key.repository);
  sql << "SELECT count(*) + 1 FROM step WHERE campaign = :c AND repository = :r AND attempt = :a", into(position),
      use(key.campaign), use(key.repository), use(attempt);
  std::string state(toString(step.state)), detail = storable(step.detail), log = storable(step.log);
  long long recorded = millisecondsOf(step.at);
  sql << "INSERT INTO step VALUES (:c, :r, :a, :p, :s, :d, :l, :t)", use(key.campaign), use(key.repository),
      use(attempt), use(position), use(state), use(detail), use(log), use(recorded);
}

void endAttempts(soci::session& sql, const TargetKey& key, const std::string& outcome, Time now) {
  long long ended = millisecondsOf(now);
  sql << "UPDATE attempt SET ended = :e, outcome = :o WHERE campaign = :c AND repository = :r AND outcome = ''",
      use(ended), use(outcome), use(key.campaign), use(key.repository);
}

std::vector<Attempt> readAttempts(soci::session& sql, const TargetKey& key) {
  Attempt row;
  long long began = 0, ended = 0;
  soci::statement query =
      (sql.prepare << "SELECT number, worker, began, ended, outcome FROM attempt WHERE campaign = :c "
                      "AND repository = :r ORDER BY number",
       into(row.number), into(row.worker), into(began), into(ended), into(row.outcome), use(key.campaign),
       use(key.repository));
  query.execute();
  std::vector<Attempt> attempts;
  while (query.fetch()) {
    row.began = timeOf(began);
    row.ended = ended == 0 ? std::nullopt : std::optional(timeOf(ended));
    attempts.push_back(row);
  }
  for (auto& attempt : attempts) attempt.steps = readSteps(sql, key, attempt.number);
  return attempts;
}

void putDocument(soci::session& sql, const TargetKey& key, const RewriteDocument& document) {
  sql << "DELETE FROM rewrite WHERE campaign = :c AND repository = :r AND proposed = 0", use(key.campaign),
      use(key.repository);
  auto json = storable(document.json), diff = storable(document.diff), title = storable(document.title);
  auto body = storable(document.body), verification = storable(document.verificationDetail),
       log = storable(document.log);
  sql << "INSERT INTO rewrite VALUES (:c, :r, 0, :j, :d, :t, :b, :v, :l, :ba)", use(key.campaign), use(key.repository),
      use(json), use(diff), use(title), use(body), use(verification), use(log), use(document.base);
}

void markProposed(soci::session& sql, const TargetKey& key) {
  sql << "DELETE FROM rewrite WHERE campaign = :c AND repository = :r AND proposed = 1", use(key.campaign),
      use(key.repository);
  sql << "INSERT INTO rewrite SELECT campaign, repository, 1, json, diff, title, body, verification, log, base FROM "
         "rewrite WHERE campaign = :c AND repository = :r AND proposed = 0",
      use(key.campaign), use(key.repository);
}

std::optional<RewriteDocument> readDocument(soci::session& sql, const TargetKey& key, bool proposed) {
  RewriteDocument document;
  int which = proposed ? 1 : 0;
  sql << "SELECT json, diff, title, body, verification, log, base FROM rewrite WHERE campaign = :c AND repository = :r "
         "AND proposed = :p",
      into(document.json), into(document.diff), into(document.title), into(document.body),
      into(document.verificationDetail), into(document.log), into(document.base), use(key.campaign),
      use(key.repository), use(which);
  if (!sql.got_data()) return std::nullopt;
  return document;
}

void removeIdleAttempts(soci::session& sql, const TargetKey& key) {
  sql << "DELETE FROM attempt WHERE campaign = :c AND repository = :r AND outcome <> '' AND NOT EXISTS (SELECT 1 FROM "
         "step WHERE step.campaign = attempt.campaign AND step.repository = attempt.repository AND step.attempt = "
         "attempt.number)",
      use(key.campaign), use(key.repository);
}

}  // namespace gander::fleet
