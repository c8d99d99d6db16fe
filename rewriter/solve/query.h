// What queries in code demand: the names in them that change, each at the literal in which it stands, and the rows that they
// give to the code.
//
//   "SELECT user_name FROM " + table   with table = "user_plays_v1"
//     -> user_name in the first literal, user_plays_v1 where it is written, both in one unit; rows with an output user_name
#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "rewriter/solve/evaluate.h"
#include "rewriter/solve/model_index.h"

namespace gander::rewriter {

// A text where it is taken as a query.
struct QuerySite {
  FactAt at;
  const Entry* entry = nullptr;  // null: no model says that it is one, it only looks so
  const Possibility* text = nullptr;
};

struct QueryDemand {
  Demand demand;
  std::optional<FactAt> literal;  // that the range stands in
  bool bound = false;             // the literal itself names the table that binds it, whatever stands around it
};

struct QueryFindings {
  std::vector<QueryDemand> demands;
  std::vector<Hazard> hazards;
  std::set<std::string> unitsAtNew;  // see Solution
  std::set<std::string> unitsAtOld;
  bool rowsFollow = false;
};

QueryFindings judgeQuery(const Meaning& meaning, Evaluator& evaluator, const QuerySite& site);

// The rows that a text entry's query gives.
Possibility rowsOfQuery(Evaluator& evaluator, const Entry& entry, const Possibility& text, FactAt at);

// What a name means that reads a column of a query's rows: one demand, without its place.
Demand demandOfColumn(const Meaning& meaning, const MeaningCatalog& catalog, const Possibility& rows,
                      const std::string& name, Solution& solution);

}  // namespace gander::rewriter
