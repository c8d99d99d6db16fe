// What the migration means for the relations of dbt projects: sources, models, seeds and snapshots as tables for the SQL resolver.
//
//   source('lake', 'user_plays_v1')  -> the dataset, by a `table` reference to its schema and identifier, or to lake.user_plays_v1
//   ref('user_plays_v1')             -> the dataset, by a `model` reference, or a `table` reference to that name
//   ref('stg_plays')                 -> what the query in its file puts out: resolved when it is asked for
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "rewriter/dbt/names.h"
#include "rewriter/solve/evaluate.h"
#include "rewriter/solve/meaning_catalog.h"

namespace gander::rewriter {

struct DbtRelation {
  enum class Definition {
    kElsewhere,  // nothing here makes it: a source, or a model whose next version is there beside it
    kEdited,     // its query, header or file becomes the new version's
  };
  sql::Table table;  // of the resolver; without a new name, for the names of dbt are edited by their literals
  std::string unit;  // of all that hangs on its name and columns
  size_t dataset = kNoDataset;
  const rules::Reference* reference = nullptr;  // by which it is the dataset
  std::string now;                              // its new last name, where that changes
  std::optional<dbt::Literal> physical;  // a source's identifier: it changes, and the name by which it is called stays
  Definition definition = Definition::kElsewhere;

  bool isDataset() const { return dataset != kNoDataset; }
  // It goes by another name from now on.
  bool moves() const { return !now.empty() && table.unclear.empty() && !table.atNew; }
  // So do those who call it.
  bool isRenamed() const { return moves() && !physical; }
  // What hangs on it goes together: its name, or what makes it, changes here.
  bool joins() const { return moves() || definition == Definition::kEdited || (!isDataset() && changes()); }
  // Some of its columns change.
  bool changes() const;
  // What becomes of a column, whatever its case; null: nothing.
  const sql::Column* changeOf(std::string_view column) const;
};

class DbtRelations {
 public:
  // The resolved SQL of a file; null while it is being resolved, or where it can't be.
  using SqlOf = std::function<const sql::SqlResult*(const std::string& path)>;

  DbtRelations(const Meaning& meaning, const Texts& texts, const dbt::Projects& projects, const dbt::Names& names,
               SqlOf sqlOf);
  DbtRelations(const DbtRelations&) = delete;
  DbtRelations& operator=(const DbtRelations&) = delete;

  // They live as long as this.
  const DbtRelation& of(const dbt::SourceTable& source) const;
  const DbtRelation& of(const dbt::Resource& resource) const;
  // The same, of one that is a dataset of the migration; null for any other, whose files are not asked.
  const DbtRelation* ifDataset(const dbt::Resource& resource) const;
  // Of a model that is not of this tree: {"plays"} or {"shop", "plays"}; null where no reference names it.
  const DbtRelation* ofForeignModel(std::string_view package, std::string_view name) const;
  // It was asked for while its own file was being resolved, and nothing was said.
  bool askedWhileOpen(const dbt::Resource& resource) const;
  // The relation of a text that stands for a table's name: {"lake", "plays"}, with what replaces its parts; null where it is no
  // table of the migration.
  const DbtRelation* ofNames(const std::vector<std::string>& names) const;
  // By its table; null for a table of something else.
  const DbtRelation* find(const sql::Table& table) const;

  // The one relation that an expression names, with what is not clear in `table.unclear`; null where it is none that is known.
  const DbtRelation* of(const std::vector<dbt::Referent>& referents, const dbt::Resource* self) const;

  // Relations that have been asked for so far and that change, with whom they are.
  const std::map<const dbt::SourceTable*, DbtRelation>& sources() const { return sources_; }
  const std::map<const dbt::Resource*, DbtRelation>& resources() const { return resources_; }

 private:
  DbtRelation make(const dbt::SourceTable& source) const;
  DbtRelation make(const dbt::Resource& resource, bool& known) const;
  void matchTable(const dbt::SourceTable& source, DbtRelation& out) const;
  void settleName(const dbt::SourceTable& source, const std::optional<dbt::Referent>& identifier,
                  DbtRelation& out) const;
  void matchModel(const dbt::Resource& resource, DbtRelation& out) const;
  void settleDefinition(const dbt::Resource& resource, DbtRelation& out) const;
  bool derive(const dbt::Resource& resource, DbtRelation& out) const;
  void deriveSeed(const dbt::Resource& resource, DbtRelation& out) const;
  void deriveSnapshot(const dbt::Resource& resource, DbtRelation& out) const;
  const DbtRelation* ofUndeclared(const dbt::Referent& referent) const;
  const sql::Table* findTable(const std::vector<std::string>& name) const;
  void become(const sql::Table& found, DbtRelation& out) const;
  void becomeDataset(size_t dataset, const rules::Reference& reference, bool atNew, DbtRelation& out) const;
  bool comesWithFiles(std::string_view model) const;
  bool isMadeHere(std::string_view model) const;
  std::set<std::string> packagesOf(std::string_view model) const;

  const Meaning& meaning_;
  const Texts& texts_;
  const dbt::Projects& projects_;
  const dbt::Names& names_;
  const SqlOf sqlOf_;
  const MeaningCatalog catalog_;  // of the migration alone
  mutable std::map<const dbt::SourceTable*, DbtRelation> sources_;
  mutable std::map<const dbt::Resource*, DbtRelation> resources_;
  mutable std::map<std::string, DbtRelation> others_;
  mutable std::set<const dbt::Resource*> open_;
  mutable size_t nextKey_ = MeaningCatalog::kFirstKeyBeside;
};

}  // namespace gander::rewriter
