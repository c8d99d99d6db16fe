// Queries in texts: which tables they name, and what rows they give. Columns are not resolved here: a query that names columns
// gives rows whose fields are open.
#pragma once

#include <vector>

#include "rewriter/solve/evaluate.h"
#include "rewriter/solve/model_index.h"

namespace gander::rewriter {

// The rows that a text entry's query gives: of the one table that `SELECT *` reads, else of nothing that is certain.
Possibility rowsOfQuery(Evaluator& evaluator, const Meaning& meaning, const Entry& entry, const Possibility& query,
                        FactAt at);

// Demands for the table names of a query, and for what in it cannot be decided.
std::vector<Demand> demandsOfQuery(const Meaning& meaning, Evaluator& evaluator, const Possibility& query, FactAt at);

// A table name as it stands in a query against the migration's `table` references.
enum class TableMatch { kOld, kNew, kOther, kUnclear };
struct TableMeaning {
  TableMatch match = TableMatch::kOther;
  size_t dataset = kNoDataset;
  std::string change;
  const rules::Reference* reference = nullptr;
};
TableMeaning findTable(const Meaning& meaning, const std::vector<std::string>& parts);

// One replaced name part: bytes of the query text, and the new name.
struct PartEdit {
  ByteRange range;
  std::string now;
};
// What replaces the parts of a table's name; empty where old and new have another number of parts.
std::vector<PartEdit> editsOfTable(const rules::Reference& reference,
                                   const std::vector<std::pair<ByteRange, std::string>>& parts);

}  // namespace gander::rewriter
