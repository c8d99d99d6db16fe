#include "fleet/store/session.h"

#include <fmt/format.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <sqlite3.h>

#include "base/text.h"

namespace gander::fleet {
namespace {

// On a full disk SQLite also fails where it makes room for its shared memory, as an I/O error.
bool isFull(const std::filesystem::path& file) {
  std::error_code error;
  auto space = std::filesystem::space(file.parent_path(), error);
  return !error && space.available < 64 * 1024;
}

Error ofSqlite(int code, std::string_view why, const std::filesystem::path& file) {
  auto told = [&](ErrorKind kind, std::string_view what) {
    return Error{kind, fmt::format("store {}: {} ({})", file.string(), what, why)};
  };
  switch (code & 0xFF) {
    case SQLITE_FULL: return told(ErrorKind::kExhausted, "the disk is full; make room and run again");
    case SQLITE_NOMEM: return told(ErrorKind::kExhausted, "out of memory");
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return told(ErrorKind::kUnavailable, "another process locks it; try again when it is done");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return told(ErrorKind::kCorrupt,
                  "it is damaged or no store of gander; put a backup in its place, or name another file");
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH: return told(ErrorKind::kDenied, "it can't be written");
    case SQLITE_CANTOPEN: return told(isFull(file) ? ErrorKind::kExhausted : ErrorKind::kDenied, "it can't be opened");
    case SQLITE_IOERR:
      return isFull(file) ? told(ErrorKind::kExhausted, "the disk is full; make room and run again")
                          : told(ErrorKind::kUnavailable, "it can't be read or written");
    default: return told(ErrorKind::kDefect, "a statement was refused");
  }
}

}  // namespace

std::string storable(std::string_view text) {
  auto valid = toValidUtf8(text);
  std::erase(valid, '\0');
  return valid;
}

Status Session::open(const soci::backend_factory& backend, const std::string& connection) {
  std::lock_guard lock(mutex_);
  try {
    sql_.open(backend, connection);
    return {};
  } catch (...) {
    return std::unexpected(translated("open"));
  }
}

Status Session::execute(const std::string& statement) {
  std::lock_guard lock(mutex_);
  try {
    sql_ << statement;
    return {};
  } catch (...) {
    return std::unexpected(translated("open"));
  }
}

Error Session::translated(std::string_view doing) const {
  try {
    throw;
  } catch (const soci::sqlite3_soci_error& error) {
    return ofSqlite(error.result(), error.what(), file_).withContext(doing);
  } catch (const soci::soci_error& error) {
    // SOCI throws its plain error where the connection itself fails.
    auto kind = isFull(file_) ? ErrorKind::kExhausted : ErrorKind::kUnavailable;
    return Error{kind, fmt::format("{}: store {}: {}", doing, file_.string(), error.what())};
  } catch (const std::exception& error) {
    return Error{ErrorKind::kDefect, fmt::format("{}: store {}: {}", doing, file_.string(), error.what())};
  }
}

void Session::undo() {
  try {
    sql_ << "ROLLBACK";
  } catch (const soci::soci_error&) {
    // The database has rolled back by itself (a full disk), or the transaction had not begun: either way nothing is half done.
  }
}

}  // namespace gander::fleet
