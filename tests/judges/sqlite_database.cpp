#include <sqlite3.h>

#include "tests/judges/database.h"

namespace gander::judges {
namespace {

struct Close {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
};
struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Connection = std::unique_ptr<sqlite3, Close>;
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

int stop(void* /*unused*/) { return 1; }

Result<Connection> connect() {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open(":memory:", &raw);
  Connection database(raw);
  if (code != SQLITE_OK) return fail(ErrorKind::kUnavailable, "sqlite: a database in memory can't be opened");
  return database;
}

class SqliteDatabase : public Database {
 public:
  explicit SqliteDatabase(Connection database) : database_(std::move(database)) {}

  Result<Rows> run(const std::string& sql, Patience patience) override {
    // In steps of SQLite's machine, so that it does not depend on the day.
    sqlite3_progress_handler(database_.get(), patience == Patience::kShort ? 200'000 : 4'000'000, stop, nullptr);
    Rows last;
    const char* rest = sql.c_str();
    while (*rest != '\0') {
      sqlite3_stmt* raw = nullptr;
      if (sqlite3_prepare_v2(database_.get(), rest, -1, &raw, &rest) != SQLITE_OK) return failure();
      const Statement statement(raw);
      if (statement == nullptr) continue;  // a comment
      GANDER_TRY(last, step(statement.get()));
    }
    return last;
  }

  Status clear() override {
    GANDER_TRY(database_, connect());
    return {};
  }

 private:
  std::unexpected<Error> failure() const { return fail(ErrorKind::kInvalid, sqlite3_errmsg(database_.get())); }

  Result<Rows> step(sqlite3_stmt* statement) const {
    Rows out;
    const int count = sqlite3_column_count(statement);
    for (int i = 0; i < count; ++i) out.columns.emplace_back(sqlite3_column_name(statement, i));
    int code = sqlite3_step(statement);
    for (; code == SQLITE_ROW; code = sqlite3_step(statement)) {
      auto& row = out.rows.emplace_back();
      for (int i = 0; i < count; ++i) {
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
        row.push_back(text == nullptr ? std::nullopt : std::optional<std::string>(text));
      }
    }
    if (code != SQLITE_DONE) return failure();
    return out;
  }

  Connection database_;
};

}  // namespace

Result<std::unique_ptr<Database>> openSqlite() {
  GANDER_TRY(Connection database, connect());
  return std::make_unique<SqliteDatabase>(std::move(database));
}

}  // namespace gander::judges
