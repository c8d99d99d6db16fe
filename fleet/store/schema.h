// The store's tables: one SQL for SQLite and PostgreSQL. Private to fleet/store/.
#pragma once

#include <string>
#include <vector>

namespace gander::fleet {

// Raised with every change of the tables, of kStates or of the rules of mayFollow().
inline constexpr int kSchemaVersion = 2;

// The statements that make an empty database a store, in their order.
std::vector<std::string> schemaStatements();

}  // namespace gander::fleet
