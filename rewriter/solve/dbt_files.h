// dbt projects: what becomes of the names in their templates, properties, seeds and files.
//
//   models/stg.sql    select user_name from {{ source('lake', 'user_plays_v1') }}
//     -> select listener_name AS user_name from {{ source('lake', 'user_plays_v2') }}
//   models/lake.yml   sources: [{name: lake, tables: [{name: user_plays_v1, columns: [{name: user_name}]}]}]
//     -> the table's name and its column, in the same unit
//
// Names of columns in the SQL itself are the SQL resolver's, which asks catalogOf(); all else is here.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "rewriter/solve/dbt_catalog.h"
#include "rewriter/solve/dbt_mapping.h"
#include "rewriter/solve/dbt_relations.h"
#include "rewriter/solve/demand.h"

namespace gander::rewriter {

class DbtFiles {
 public:
  DbtFiles(const Meaning& meaning, const Texts& texts, DbtRelations::SqlOf sqlOf);

  // Whether it is a SQL file of a project.
  bool has(const std::string& path) const { return projects_.sqlFiles().contains(path); }
  // Nobody reads the rows of its queries: a test or an analysis.
  bool isUnread(const std::string& path) const;
  // Of a file that it has.
  const DbtCatalog& catalogOf(const std::string& path) const;
  // Its query makes a dataset whose columns are renamed: Options::made and madeBy.
  void describeMade(const std::string& path, sql::Options& options) const;
  // SQL files that are solved whether an old name stands in them or not: they make a dataset, or names of other files stand in what
  // they become.
  std::set<std::string> solvedAnyway() const;
  // The result of the expanded text of a file as one of the file; what is said of other files is kept for outsideOf().
  sql::SqlResult mapBack(const std::string& path, sql::SqlResult expanded) const;
  const MappedResult& outsideOf(const std::string& path) const;
  // It lies in a macro that is judged where it is called.
  bool isExpanded(const Span& span) const;
  // A file has been resolved: true where it reads the relation that it makes, which is known only now.
  bool readsItself(const std::string& path) const;

  // What is said of a table that a catalog gave; null for any other.
  const DbtRelation* relationOf(const sql::Table& table) const;
  // What a statement of a file belongs together with, beside what it reads.
  std::set<std::string> unitsOf(const std::string& path, const sql::Statement& statement) const;
  // What hangs on the models here that are the dataset, for those who read it by a name of its own.
  const std::set<std::string>& unitsOfDataset(size_t dataset) const;

  // All but the names in SQL.
  void solve(Solution& solution) const;

 private:
  const Meaning& meaning_;
  const Texts& texts_;
  const dbt::Projects projects_;
  const dbt::Names names_;
  const DbtRelations::SqlOf sqlOf_;
  const DbtRelations relations_;
  void expandAll() const;
  void joinUnits(const dbt::Resource& resource, Solution& solution) const;

  mutable std::map<std::string, std::unique_ptr<DbtCatalog>> catalogs_;
  mutable std::map<std::string, MappedResult> outside_;
  mutable std::optional<std::map<size_t, std::set<std::string>>> datasetUnits_;
  mutable std::map<std::string, std::vector<ByteRange>> expanded_;  // bodies of macros, by file
  mutable bool allExpanded_ = false;
};

}  // namespace gander::rewriter
