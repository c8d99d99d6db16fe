// Texts that are taken as queries, resolved; each once.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "rewriter/solve/meaning_catalog.h"
#include "rewriter/sql/sql.h"

namespace gander::rewriter {

struct Query {
  std::string text;    // holes as sql::kHoleByte
  std::string readAs;  // the text with numbers for values that are filled in; as long
  sql::Options options;
  sql::SqlResult result;
  const sql::Statement* rows = nullptr;  // the one statement that gives rows; null where there is none, or several
  std::string rowsUnclear;               // why it is null

  // The output that those who read the rows call so; null where the query has none of that name.
  const sql::Output* findOutput(std::string_view name) const;
  // Whether a changed column gives its name to a column of the rows.
  bool passesChanges() const;
  // Whether all columns of the rows are known, each with a name of its own.
  bool namesItsOutputs() const;
  // Whether a statement names a table of the migration.
  bool readsDataset() const;
};

class Queries {
 public:
  // `beside`: relations of the repository's own, see MeaningCatalog.
  Queries(const Meaning& meaning, const sql::Catalog* beside) : meaning_(meaning), catalog_(meaning, beside) {}

  // `holes`: placeholders that are filled with values, in rules::kHoleWords: they are no names.
  std::shared_ptr<const Query> resolve(const std::string& text, const sql::Options& options,
                                       const std::vector<std::string>& holes);
  const MeaningCatalog& catalog() const { return catalog_; }

  // What is said of queries in a file's code, whose API speaks the dialect of that word (empty: any).
  sql::Options optionsFor(const std::string& file, const std::string& text, std::string_view dialect) const;

 private:
  using Key = std::tuple<std::string, sql::DialectName, sql::Outputs, bool, std::vector<std::string>>;
  const Meaning& meaning_;
  MeaningCatalog catalog_;
  std::map<Key, std::shared_ptr<const Query>> known_;
};

}  // namespace gander::rewriter
