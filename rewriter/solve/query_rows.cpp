// The rows of a query, and what the names mean by which code reads their columns.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "rewriter/solve/query.h"

namespace gander::rewriter {

static std::vector<std::string> tablesOf(const sql::Statement& statement) {
  std::vector<std::string> names;
  for (const auto* table : statement.reads) names.push_back(table->name);
  names.insert(names.end(), statement.unknownReads.begin(), statement.unknownReads.end());
  return names;
}

Possibility rowsOfQuery(Evaluator& evaluator, const Entry& entry, const Possibility& text, FactAt at) {
  auto query = evaluator.resolveQuery(at, &entry, text);
  if (query->rows == nullptr) return unknown(query->rowsUnclear);
  Possibility rows;
  rows.kind = Possibility::Kind::kObject;
  auto given = evaluator.models().given(entry);
  rows.model = given.model;
  rows.object = given.object;
  rows.made = at;
  auto tables = tablesOf(*query->rows);
  for (const auto* table : query->rows->reads) {
    if (!table->unclear.empty()) return unknown(table->unclear);
    if (table->dataset && rows.dataset == kNoDataset) rows.dataset = table->key;
  }
  if (rows.dataset == kNoDataset) {
    if (tables.empty()) return unknown("the query names no table that is known");
    rows.other = fmt::format("{}", fmt::join(tables, ", "));
    return rows;
  }
  rows.query = query;
  auto place = Evaluator::placeOf(text, 0, 0);
  rows.units.insert(unitOfReference(place ? *place : spanOf(at)));
  rows.chain.push_back(evaluator.step(
      spanOf(at),
      fmt::format("a query over {}: {} gives its {}", fmt::join(tables, ", "), at.fact().name, entry.entry->gives)));
  return rows;
}

namespace {

class ColumnJudge {
 public:
  ColumnJudge(const Meaning& meaning, const MeaningCatalog& catalog, const Possibility& rows, const std::string& name)
      : meaning_(meaning), catalog_(catalog), rows_(rows), statement_(*rows.query->rows), name_(name) {
    demand_.tier = Tier::kFlow;
    demand_.units = rows.units;
    demand_.evidence = rows.chain;
  }

  Demand run(Solution& solution) {
    const auto* output = rows_.query->findOutput(name_);
    if (output == nullptr) return withoutOutput();
    if (output->passes && output->table < meaning_.migration().datasets.size()) {
      if (const auto* field = meaning_.findField(output->table, output->path))
        return ofField(*output, *field, solution);
    }
    return keep("a column of the query, which keeps its name");
  }

 private:
  Demand keep(std::string reason) {
    demand_.stance = Stance::kKeep;
    demand_.reason = std::move(reason);
    return std::move(demand_);
  }

  Demand open(std::string reason) {
    demand_.stance = Stance::kOpen;
    demand_.claimed = demand_.blocks = true;
    demand_.reason = std::move(reason);
    return std::move(demand_);
  }

  Demand ofField(const sql::Output& output, const NameMeaning& field, Solution& solution) {
    demand_.change = field.change;
    if (!field.replacement && output.name == name_) return open(field.reason);
    if (output.now == output.name) return keep("a column of the query, which keeps its name");
    if (!rows_.query->namesItsOutputs()) return open(whyUnclear());
    if (output.name != name_) return open("it names the column in another case than the query does");
    if (meaning_.onlyOld(output.table, output.path)) solution.unitsAtOld.insert(rows_.units.begin(), rows_.units.end());
    demand_.stance = Stance::kReplace;
    demand_.replacement = output.now;
    demand_.ambiguous = meaning_.isNewField(output.table, output.path) && !versionTold(output.table);
    return std::move(demand_);
  }

  bool versionTold(size_t dataset) const {
    return std::any_of(statement_.reads.begin(), statement_.reads.end(), [&](const sql::Table* table) {
      const auto* reference = catalog_.referenceOf(*table);
      return table->key == dataset && reference != nullptr && reference->old != reference->now;
    });
  }

  std::string whyUnclear() const {
    auto tables = fmt::format("{}", fmt::join(tablesOf(statement_), ", "));
    if (statement_.star && !statement_.unknownReads.empty())
      return fmt::format("the query joins {}: which table's column this is is not known", tables);
    if (!statement_.outputsKnown) return "which columns the query gives is not known";
    return "the query gives several columns of one name";
  }

  // The columns that are known have none of that name: there may be others.
  Demand withoutOutput() {
    if (statement_.outputsKnown) return keep("the query gives no column of that name");
    for (const auto* table : statement_.reads) {
      if (!table->dataset || table->atNew) continue;
      const auto* field = meaning_.findField(table->key, name_);
      if (field == nullptr) continue;
      demand_.change = field->change;
      return open(whyUnclear());
    }
    return keep(fmt::format("no field of {} that changes", fmt::join(tablesOf(statement_), ", ")));
  }

  const Meaning& meaning_;
  const MeaningCatalog& catalog_;
  const Possibility& rows_;
  const sql::Statement& statement_;
  const std::string& name_;
  Demand demand_;
};

}  // namespace

Demand demandOfColumn(const Meaning& meaning, const MeaningCatalog& catalog, const Possibility& rows,
                      const std::string& name, Solution& solution) {
  return ColumnJudge(meaning, catalog, rows, name).run(solution);
}

}  // namespace gander::rewriter
