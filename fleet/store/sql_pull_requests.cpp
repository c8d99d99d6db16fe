#include <fmt/format.h>

#include "fleet/store/sql_store.h"

namespace gander::fleet {
namespace {

using prbot::PullRequest;
using prbot::PullRequestState;
using soci::into;
using soci::use;

struct PullRequestRow {
  PullRequest value;
  std::string state;
  int draft = 0;
  long long created = 0;
  long long updated = 0;

  PullRequestRow() = default;
  explicit PullRequestRow(const PullRequest& from)
      : value(from),
        state(prbot::toString(from.state)),
        draft(from.text.draft ? 1 : 0),
        created(from.created.time_since_epoch().count()),
        updated(from.updated.time_since_epoch().count()) {
    auto& text = value.text;
    for (auto* one : {&text.repository, &text.branch, &text.title, &text.body, &value.reason}) *one = storable(*one);
  }

  PullRequest read() const {
    auto out = value;
    out.state = state == "merged"   ? PullRequestState::kMerged
                : state == "closed" ? PullRequestState::kClosed
                                    : PullRequestState::kOpen;
    out.text.draft = draft != 0;
    out.created = Time(std::chrono::milliseconds(created));
    out.updated = Time(std::chrono::milliseconds(updated));
    return out;
  }
};

constexpr auto kColumns =
    "SELECT repository, number, branch, base, head, title, body, draft, state, merged, reason, created, updated FROM "
    "pull_request ";

// Of a query that answers at most one row.
template <typename... Uses>
std::optional<PullRequest> readOne(soci::session& sql, const std::string& where, const Uses&... uses) {
  PullRequestRow row;
  auto& text = row.value.text;
  soci::statement query(sql);
  query.exchange(into(text.repository));
  query.exchange(into(row.value.number));
  for (auto* column : {&text.branch, &text.base, &text.head, &text.title, &text.body}) query.exchange(into(*column));
  query.exchange(into(row.draft));
  for (auto* column : {&row.state, &row.value.merged, &row.value.reason}) query.exchange(into(*column));
  query.exchange(into(row.created));
  query.exchange(into(row.updated));
  (query.exchange(use(uses)), ...);
  query.alloc();
  query.prepare(kColumns + where);
  query.define_and_bind();
  if (!query.execute(true)) return std::nullopt;
  return row.read();
}

class SqlPullRequests final : public prbot::PullRequestRecords {
 public:
  explicit SqlPullRequests(std::shared_ptr<Session> session) : session_(std::move(session)) {}

  Result<std::optional<PullRequest>> findNewest(const std::string& repository, const std::string& branch) override {
    return session_->transact("read a pull request", [&](soci::session& sql) -> Result<std::optional<PullRequest>> {
      return readOne(sql, "WHERE repository = :r AND branch = :b ORDER BY number DESC LIMIT 1", repository, branch);
    });
  }

  Result<std::optional<PullRequest>> find(const std::string& repository, int number) override {
    return session_->transact("read a pull request", [&](soci::session& sql) -> Result<std::optional<PullRequest>> {
      return readOne(sql, "WHERE repository = :r AND number = :n", repository, number);
    });
  }

  Result<PullRequest> add(const PullRequest& pullRequest) override {
    return session_->transact("add a pull request", [&](soci::session& sql) -> Result<PullRequest> {
      PullRequestRow row(pullRequest);
      auto& text = row.value.text;
      int open = 0;
      sql << "SELECT coalesce(max(number), 0) + 1, count(CASE WHEN branch = :b AND state = 'open' THEN 1 END) "
             "FROM pull_request WHERE repository = :r",
          into(row.value.number), into(open), use(text.branch), use(text.repository);
      if (open > 0 && pullRequest.state == PullRequestState::kOpen)
        return fail(ErrorKind::kConflict,
                    fmt::format("{} has an open pull request for {}", text.repository, text.branch));
      sql << "INSERT INTO pull_request VALUES (:r, :n, :br, :ba, :h, :ti, :bo, :d, :s, :m, :re, :c, :u)",
          use(text.repository), use(row.value.number), use(text.branch), use(text.base), use(text.head),
          use(text.title), use(text.body), use(row.draft), use(row.state), use(row.value.merged), use(row.value.reason),
          use(row.created), use(row.updated);
      return row.read();
    });
  }

  Status update(const PullRequest& pullRequest) override {
    return session_->transact("update a pull request", [&](soci::session& sql) -> Status {
      PullRequestRow row(pullRequest);
      auto& text = row.value.text;
      GANDER_CHECK(mustExist(sql, text.repository, row.value.number));
      sql << "UPDATE pull_request SET branch = :br, base = :ba, head = :h, title = :ti, body = :bo, draft = :d, state "
             "= :s, "
             "merged = :m, reason = :re, updated = :u WHERE repository = :r AND number = :n",
          use(text.branch), use(text.base), use(text.head), use(text.title), use(text.body), use(row.draft),
          use(row.state), use(row.value.merged), use(row.value.reason), use(row.updated), use(text.repository),
          use(row.value.number);
      return {};
    });
  }

  Status ensureComment(const std::string& repository, int number, const std::string& body, Time at) override {
    return session_->transact("comment on a pull request", [&](soci::session& sql) -> Status {
      GANDER_CHECK(mustExist(sql, repository, number));
      auto text = storable(body);
      long long written = at.time_since_epoch().count();
      int position = 0, twins = 0;
      sql << "SELECT count(*) + 1, count(CASE WHEN body = :b THEN 1 END) FROM pull_request_comment "
             "WHERE repository = :r AND number = :n",
          into(position), into(twins), use(text), use(repository), use(number);
      if (twins > 0) return {};
      sql << "INSERT INTO pull_request_comment VALUES (:r, :n, :p, :b, :w)", use(repository), use(number),
          use(position), use(text), use(written);
      return {};
    });
  }

  // All are gander's own: nobody else speaks here.
  Result<std::vector<prbot::Comment>> comments(const std::string& repository, int number) override {
    using Comments = std::vector<prbot::Comment>;
    return session_->transact("read the comments of a pull request", [&](soci::session& sql) -> Result<Comments> {
      Comments out;
      soci::rowset<soci::row> rows =
          (sql.prepare
               << "SELECT position, body, written FROM pull_request_comment WHERE repository = :r AND number = :n "
                  "ORDER BY position",
           use(repository), use(number));
      for (const auto& row : rows)
        out.push_back({.id = std::to_string(row.get<int>(0)),
                       .author = "gander",
                       .own = true,
                       .mayWrite = true,
                       .body = row.get<std::string>(1),
                       .at = Time(std::chrono::milliseconds(row.get<long long>(2)))});
      return out;
    });
  }

 private:
  static Status mustExist(soci::session& sql, const std::string& repository, int number) {
    int count = 0;
    sql << "SELECT count(*) FROM pull_request WHERE repository = :r AND number = :n", into(count), use(repository),
        use(number);
    if (count == 0) return fail(ErrorKind::kNotFound, fmt::format("{} has no pull request #{}", repository, number));
    return {};
  }

  const std::shared_ptr<Session> session_;
};

}  // namespace

std::unique_ptr<prbot::PullRequestRecords> makeSqlPullRequests(std::shared_ptr<Session> session) {
  return std::make_unique<SqlPullRequests>(std::move(session));
}

}  // namespace gander::fleet
