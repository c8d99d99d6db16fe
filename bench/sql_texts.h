// What the SQL programs of this folder have in common: texts to read, and catalogs to read them with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "rewriter/sql/sql.h"

namespace gander::bench {

struct SqlText {
  std::string path;
  std::string text;
};

// Every *.sql below the folders, sorted by path. Links are not followed.
Result<std::vector<SqlText>> readSqlFiles(const std::vector<std::string>& folders);

// About `bytes` of SQL of the shapes that warehouses' queries have: CTEs, joins, unions, windows, CASE, templates, comments. The
// same for the same arguments.
std::vector<SqlText> makeSqlTexts(size_t bytes);

size_t bytesOf(const std::vector<SqlText>& texts);

// Nothing is known of any table, as in a repository that does not use the dataset.
class NothingKnown final : public rewriter::sql::Catalog {
 public:
  const rewriter::sql::Table* find(std::span<const rewriter::sql::NamePart> parts,
                                   const rewriter::sql::Dialect& dialect) const override;
};

// Every table is the dataset, and these of its columns change: the most work that a text can make.
class EverythingMoves final : public rewriter::sql::Catalog {
 public:
  explicit EverythingMoves(const std::vector<std::string>& columns);
  const rewriter::sql::Table* find(std::span<const rewriter::sql::NamePart> parts,
                                   const rewriter::sql::Dialect& dialect) const override;

 private:
  rewriter::sql::Table table_;
};

}  // namespace gander::bench
