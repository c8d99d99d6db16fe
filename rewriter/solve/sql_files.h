// The .sql files of a tree: their queries resolved, with the relations that the files themselves make.
//
//   views.sql    CREATE VIEW top AS SELECT user_name FROM user_plays_v1     -> keeps user_name by an alias, or renames it onward
//   report.sql   SELECT user_name FROM top                                  -> of a view that keeps it: left alone, and said so
//
// A file is resolved when it is first asked for, by itself or for a relation that another one reads; one that reads itself in
// a circle finds nothing of the relation.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rewriter/scan/texts.h"
#include "rewriter/solve/dbt_files.h"
#include "rewriter/solve/demand.h"
#include "rewriter/solve/meaning_catalog.h"

namespace gander::rewriter {

// One file, resolved.
struct SqlFile {
  std::string path;
  sql::Options options;
  sql::SqlResult result;
};

// A relation that a file makes.
struct MadeRelation {
  std::string path;
  std::vector<std::string> name;  // its parts, without quotes
  bool failed = false;            // resolving the file did not show it: a comment, or a text
  bool resolved = false;
  size_t statement = 0;  // Statement::range.begin
  sql::Table table;
};

class SqlFiles final : public sql::Catalog {
 public:
  SqlFiles(const Meaning& meaning, const Texts& texts);

  // Relations that the tree makes: asked by the catalog of the migration, and by code that reads them.
  const sql::Table* find(std::span<const sql::NamePart> parts, const sql::Dialect& dialect) const override;
  const sql::Table* findWhole(std::span<const sql::NamePart> parts, const sql::Dialect& dialect) const override;
  std::vector<std::string> names() const override;
  std::vector<ByteRange> columnsInHole(std::string_view text, ByteRange hole) const override;
  sql::HoleQuery queryInHole(std::string_view text, ByteRange hole) const override;
  std::optional<sql::HoleStar> starInHole(std::string_view text, ByteRange hole) const override;

  // Null where the file is being resolved already.
  const SqlFile* resolve(const std::string& path) const;
  void solve(const std::string& path, Solution& solution) const;

  const MeaningCatalog& catalog() const { return catalog_; }
  const DbtFiles& dbt() const { return dbt_; }
  // The unit of a relation that this catalog gave.
  std::string unitOf(const sql::Table& table) const;

 private:
  void findMade();
  void findMadeIn(const std::string& path, std::string_view text);
  sql::Options optionsFor(const std::string& path, std::string_view text) const;
  sql::DialectName treeDialect() const;
  bool isAltered(const std::vector<std::string>& name) const;
  sql::SqlResult read(const std::string& path, const std::string& text, const sql::Options& options) const;
  const sql::Table* findBeside(std::span<const sql::NamePart> parts, const sql::Dialect& dialect, bool wholeOnly) const;
  const sql::Table* tableOf(MadeRelation& made) const;
  void describe(MadeRelation& made, const sql::Statement& statement) const;

  const Meaning& meaning_;
  const Texts& texts_;
  MeaningCatalog catalog_;
  DbtFiles dbt_;
  mutable std::vector<std::string> resolving_;  // the innermost last: names in it mean what they mean there
  mutable std::deque<MadeRelation> made_;
  std::multimap<std::string, size_t> byName_;  // last part, lower case -> made_
  std::multimap<std::string, std::vector<std::string>> altered_;
  mutable std::map<std::string, std::optional<SqlFile>> resolved_;  // nullopt: it is being resolved
  mutable std::optional<sql::DialectName> treeDialect_;
};

}  // namespace gander::rewriter
