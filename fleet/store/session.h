// One connection to the store's database, and the only place that knows SOCI's exceptions. Private to fleet/store/.
#pragma once

#include <soci/soci.h>

#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>

#include "base/error.h"

namespace gander::fleet {

// Text as every database takes it: valid UTF-8 without NUL.
std::string storable(std::string_view text);

class Session {
 public:
  // `begin`: the statement that begins a transaction which will write.
  Session(std::filesystem::path file, std::string begin) : file_(std::move(file)), begin_(std::move(begin)) {}

  Status open(const soci::backend_factory& backend, const std::string& connection);
  // Outside of a transaction: pragmas.
  Status execute(const std::string& statement);

  // Runs `body` on the connection as one transaction: all of it is durable when this returns a value, none of it otherwise.
  template <typename Body>
  auto transact(std::string_view doing, Body body) -> decltype(body(std::declval<soci::session&>())) {
    std::lock_guard lock(mutex_);
    try {
      sql_ << begin_;
      auto result = body(sql_);
      if (result) {
        sql_ << "COMMIT";
      } else {
        undo();
        result = std::unexpected(result.error().withContext(doing));
      }
      return result;
    } catch (...) {
      auto error = translated(doing);
      undo();
      return std::unexpected(std::move(error));
    }
  }

 private:
  // The error of the exception that is being handled.
  Error translated(std::string_view doing) const;
  void undo();

  const std::filesystem::path file_;
  const std::string begin_;
  std::mutex mutex_;  // guards sql_: a connection does one thing at a time
  soci::session sql_;
};

}  // namespace gander::fleet
