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

class Database {
 public:
  virtual ~Database() = default;
  // Runs statements, one after the other, up to the first that fails; what the last one gives.
  virtual Result<Rows> run(const std::string& sql) = 0;
  // Takes away all tables and views.
  virtual Status clear() = 0;
};

// How much work one query may be: generated ones join a lot. The new query is given more than the old one, so that it can't fail for
// this alone.
enum class Patience { kShort, kLong };

Result<std::unique_ptr<Database>> openSqlite(Patience patience);

}  // namespace gander::judges
