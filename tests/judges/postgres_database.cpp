#include <libpq-fe.h>

#include "tests/judges/postgres.h"

namespace gander::judges {
namespace {

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Connection = std::unique_ptr<PGconn, Finish>;
using Answer = std::unique_ptr<PGresult, Clear>;

class PostgresDatabase : public Database {
 public:
  explicit PostgresDatabase(Connection connection) : connection_(std::move(connection)) {}

  Result<Rows> run(const std::string& sql, Patience patience) override {
    if (patience == Patience::kShort) {
      GANDER_CHECK(run("SET LOCAL statement_timeout = 250", Patience::kLong));
    }
    const Answer answer(PQexec(connection_.get(), sql.c_str()));
    const ExecStatusType status = PQresultStatus(answer.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && status != PGRES_EMPTY_QUERY) {
      const bool alive = PQstatus(connection_.get()) == CONNECTION_OK;
      return fail(alive ? ErrorKind::kInvalid : ErrorKind::kUnavailable, PQerrorMessage(connection_.get()));
    }
    Rows out;
    const int columns = PQnfields(answer.get());
    for (int i = 0; i < columns; ++i) out.columns.emplace_back(PQfname(answer.get(), i));
    for (int row = 0; row < PQntuples(answer.get()); ++row) {
      auto& values = out.rows.emplace_back();
      for (int i = 0; i < columns; ++i) {
        const bool null = PQgetisnull(answer.get(), row, i) != 0;
        values.push_back(null ? std::nullopt : std::optional<std::string>(PQgetvalue(answer.get(), row, i)));
      }
    }
    return out;
  }

  Status clear() override {
    GANDER_CHECK(run("DROP SCHEMA public CASCADE; CREATE SCHEMA public", Patience::kLong));
    return {};
  }

 private:
  Connection connection_;
};

Result<Connection> connect(const std::filesystem::path& folder, const std::string& database) {
  const std::string where = "host=" + folder.string() + " user=judge dbname=" + database +
                            " client_encoding=UTF8 options='-c client_min_messages=error'";
  Connection connection(PQconnectdb(where.c_str()));
  if (PQstatus(connection.get()) != CONNECTION_OK)
    return fail(ErrorKind::kUnavailable,
                std::string("connect to the judge's server: ") + PQerrorMessage(connection.get()));
  return connection;
}

}  // namespace

Result<std::unique_ptr<Database>> PostgresCluster::open(const std::string& name) const {
  GANDER_TRY(auto first, connect(folder_.path(), "postgres"));
  PostgresDatabase maintenance(std::move(first));
  GANDER_CHECK(maintenance.run("CREATE DATABASE " + name, Patience::kLong));
  GANDER_TRY(auto connection, connect(folder_.path(), name));
  return std::make_unique<PostgresDatabase>(std::move(connection));
}

}  // namespace gander::judges
