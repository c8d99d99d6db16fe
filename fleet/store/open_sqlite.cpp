#include <fmt/format.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "base/files.h"
#include "fleet/store/schema.h"
#include "fleet/store/sql_store.h"

namespace gander::fleet {
namespace {

// The tables, made where the database is empty. A database with tables of somebody else is left alone.
Status ensureSchema(Session& session, const std::filesystem::path& file) {
  return session.transact("open", [&](soci::session& sql) -> Status {
    int tables = 0, ours = 0;
    sql << "SELECT count(*), count(CASE WHEN name = 'schema_version' THEN 1 END) FROM sqlite_master WHERE type = "
           "'table'",
        soci::into(tables), soci::into(ours);
    if (tables > 0 && ours == 0)
      return fail(ErrorKind::kInvalid, fmt::format("store {}: this is the database of another program", file.string()));
    if (tables == 0)
      for (const auto& statement : schemaStatements()) sql << statement;
    int version = 0;
    sql << "SELECT max(version) FROM schema_version", soci::into(version);
    if (version != kSchemaVersion)
      return fail(ErrorKind::kInvalid,
                  fmt::format("store {}: it has the tables of version {}, and this gander knows version {}; use "
                              "the gander that made it, or name another file",
                              file.string(), version, kSchemaVersion));
    return {};
  });
}

}  // namespace

Result<Database> openSqliteStore(const std::filesystem::path& file, const SqliteOptions& options) {
  std::error_code error;
  auto path = std::filesystem::absolute(file, error);
  if (error) return failErrno(error.value(), fmt::format("store {}", file.string()));
  if (path.native().find('"') != std::string::npos)
    return fail(ErrorKind::kInvalid, fmt::format("store {}: its path must not hold a double quote", file.string()));
  if (std::filesystem::is_directory(path, error))
    return fail(ErrorKind::kInvalid, fmt::format("store {}: this is a folder; name a file", file.string()));
  GANDER_CHECK(ensureDirectory(path.parent_path()));
  // IMMEDIATE: a transaction that reads first and writes then would fail at once where another has written between.
  auto session = std::make_shared<Session>(path, "BEGIN IMMEDIATE");
  GANDER_CHECK(session->open(*soci::factory_sqlite3(), fmt::format("dbname=\"{}\"", path.string())));
  GANDER_CHECK(session->execute(fmt::format("PRAGMA busy_timeout = {}", options.busyTimeout.count())));
  GANDER_CHECK(session->execute("PRAGMA journal_mode = WAL"));
  // FULL: with WAL a lesser setting may lose the last transactions with the power.
  GANDER_CHECK(session->execute("PRAGMA synchronous = FULL"));
  GANDER_CHECK(session->execute("PRAGMA foreign_keys = ON"));
  if (options.pageLimit > 0)
    GANDER_CHECK(session->execute(fmt::format("PRAGMA max_page_count = {}", options.pageLimit)));
  GANDER_CHECK(ensureSchema(*session, path));
  return Database{makeSqlStore(session), makeSqlPullRequests(session)};
}

}  // namespace gander::fleet
