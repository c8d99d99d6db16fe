// A real database that says whether a query is right, and what it gives.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"

namespace gander::judges {

struct Rows {
  std::vector<std::string> columns;
  std::vector<std::vector<std::optional<std::string>>> rows;
  bool operator==(const Rows&) const = default;
};

// How much work a text may be: generated queries join a lot. The new query is given more than the old one, so that it can't fail
// for this alone.
enum class Patience { kShort, kLong };

class Database {
 public:
  virtual ~Database() = default;
  // Runs statements, one after the other, up to the first that fails; what the last one gives. kShort only within a transaction.
  virtual Result<Rows> run(const std::string& sql, Patience patience = Patience::kLong) = 0;
  // Takes away all tables and views.
  virtual Status clear() = 0;
};

Result<std::unique_ptr<Database>> openSqlite();

}  // namespace gander::judges
