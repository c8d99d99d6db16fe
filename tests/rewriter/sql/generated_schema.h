// Made-up schemas: a few tables that share names of columns, and one of them, the dataset, with columns that move on.
#pragma once

#include <string>
#include <vector>

#include "rewriter/sql/sql.h"
#include "tests/rewriter/sql/choices.h"
#include "tests/rewriter/sql/flavor.h"

namespace gander::rewriter::sql::generated {

enum class Type { kInteger, kText };

struct SchemaColumn {
  std::string name;
  std::string now;  // the same if it stays
  Type type = Type::kInteger;
};

struct SchemaTable {
  std::string name;
  std::string now;                    // the same if it stays
  std::vector<SchemaColumn> columns;  // the first one is an integer, and unique
  bool changes() const;
};

// The first table is the dataset. Names are as declared: a name in a dialect with upper case names is upper case.
struct Schema {
  std::vector<SchemaTable> tables;
};

// New names are fresh ones, keywords, mixed case, names of other tables' columns, and old names again: a <-> b, a -> b -> c.
Schema makeSchema(Choices& choices, const Flavor& flavor);

// A name without capitals of its own, as a dialect with upper case names has it.
std::string declaredIn(const Flavor& flavor, std::string_view name);

// For people: "plays -> plays_v2 (id integer, user_name -> listener_name text)".
std::string show(const Schema& schema);

// What the resolver is told of a schema.
class SchemaCatalog : public Catalog {
 public:
  enum class Known { kAll, kDatasetAlone };
  SchemaCatalog(const Schema& schema, const Flavor& flavor, Known known);
  const Table* find(std::span<const NamePart> parts, const Dialect& dialect) const override;
  std::vector<std::string> names() const override;

 private:
  const Flavor& flavor_;
  std::vector<Table> tables_;
};

}  // namespace gander::rewriter::sql::generated
