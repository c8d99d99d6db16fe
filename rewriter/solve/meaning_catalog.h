// The migration's datasets as the tables that the SQL resolver asks for: found by their `table` references, with what becomes of
// their names and columns.
//
//   find("lake", "user_plays_v1") -> user-plays, old columns, user_name -> listener_name, the name -> user_plays_v2
//   find("lake", "user_plays_v2") -> user-plays by its new name, new columns, nothing to do
//   find("users")                 -> a table that the migration only describes: its columns, of which none changes
//   find("user_plays_v1")         -> where the reference says lake.user_plays_v1: it may be that one, nothing is edited
//
// A reference that ends in '*' also finds its shards (events_20240101, events_intraday_*); a partition's decorator ($20240101)
// is not part of a table's name.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "rewriter/solve/meaning.h"
#include "rewriter/sql/sql.h"

namespace gander::rewriter {

class MeaningCatalog final : public sql::Catalog {
 public:
  // sql::Table::key of a dataset's table is the dataset's index. Those of `beside` should begin here, to be told apart.
  static constexpr size_t kFirstKeyBeside = size_t{1} << 32;
  static constexpr size_t kKnownKey =
      kFirstKeyBeside - 1;  // of a table that the migration describes and does not change

  // `beside` knows relations of which the migration says nothing, or nothing certain: those that the repository itself makes.
  // It may be null, and is asked after the migration. Both must live as long as the catalog.
  explicit MeaningCatalog(const Meaning& meaning, const sql::Catalog* beside = nullptr);

  const sql::Table* find(std::span<const sql::NamePart> parts, const sql::Dialect& dialect) const override;
  std::vector<std::string> names() const override;
  std::vector<ByteRange> columnsInHole(std::string_view text, ByteRange hole) const override;
  sql::HoleQuery queryInHole(std::string_view text, ByteRange hole) const override;
  std::optional<sql::HoleStar> starInHole(std::string_view text, ByteRange hole) const override;

  // A table of the migration that the catalog gave, and the reference by which it was found; null for any other table.
  const rules::Reference* referenceOf(const sql::Table& table) const;

 private:
  struct Found;
  struct Known {
    sql::Table table;
    const rules::Reference* reference = nullptr;
  };

  void addDataset(size_t index);
  Found findReference(std::span<const sql::NamePart> parts, const sql::Dialect& dialect) const;
  const sql::Table* findKnown(const std::string& key, std::span<const sql::NamePart> parts,
                              const sql::Dialect& dialect) const;
  const sql::Table* make(const std::string& key, const Found& found, std::span<const sql::NamePart> parts) const;

  const Meaning& meaning_;
  const sql::Catalog* beside_;
  std::vector<std::vector<sql::Column>> old_;  // by dataset
  std::vector<std::vector<sql::Column>> new_;
  mutable std::map<std::string, Known> made_;  // by the name as written; addresses hold
};

// What the migration says of a file's SQL; the dialect is kTolerant where it says none.
sql::Options sqlPolicyOf(const rules::Migration& migration, std::string_view path);

// What becomes of each field of a dataset's old schema, in its order.
std::vector<sql::Column> columnsOf(const rules::Dataset& dataset);

}  // namespace gander::rewriter
