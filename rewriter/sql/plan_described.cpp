// What each statement puts out, as its readers find it.
#include "rewriter/sql/planner.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace gander::rewriter::sql {

void Planner::describeStatements() {
  for (size_t i = 0; i < reading_.statements.size(); ++i) {
    Statement statement = std::move(reading_.statements[i]);
    const RelationId result = reading_.results[i];
    if (result != kNone) describeOutputs(result, statement);
    out_.statements.push_back(std::move(statement));
  }
}

void Planner::describeOutputs(RelationId result, Statement& statement) {
  statement.outputsKnown = !reading_.relations[result].open;
  const bool keep = contractKeeps(reading_.relations[result].contract);
  addOutputs(result, statement, {}, 0);
  const bool follows = reading_.relations[result].contract == Contract::kRows && options_.rowsFollow;
  const bool contract = reading_.relations[result].contract != Contract::kNone && !follows;
  if (contract) tellOfFields(statement);
  std::string renamed;
  for (const auto& output : statement.outputs)
    if (output.now != output.name)
      renamed += fmt::format("{}{} becomes {}", renamed.empty() ? "" : ", ", output.name, output.now);
  if (contract && !renamed.empty() && (options_.made.empty() || !options_.madeBy.contains(statement.range))) {
    const auto at =
        reading_.relations[result].stars.empty() ? statement.range : reading_.relations[result].stars.front().range;
    out_.hazards.push_back(
        {keep ? "select-star" : "output-renamed", keep ? at : statement.range,
         fmt::format("{} is named anew with the column: {}", keep ? "what the star puts out" : "an output", renamed)});
  }
  if (!statement.star) return;
  for (const Table* table : statement.reads)
    if (!table->shifts.empty())
      out_.hazards.push_back(
          {"select-star", statement.range,
           fmt::format("the star puts out other columns than before: {}", fmt::join(table->shifts, ", "))});
}

// A struct that comes out whole: no alias keeps the names in it.
void Planner::tellOfFields(const Statement& statement) {
  for (const auto& output : statement.outputs) {
    if (!output.passes || output.of == nullptr) continue;
    const bool changed = std::any_of(output.of->columns.begin(), output.of->columns.end(), [&](const Column& one) {
      return !one.change.empty() && one.path.starts_with(output.path + ".");
    });
    if (!changed) continue;
    const bool byStar = output.range.size() == 0;
    out_.hazards.push_back({byStar ? "select-star" : "output-renamed", byStar ? statement.range : output.range,
                            fmt::format("what {} puts out has fields in it that are named anew", output.name)});
    return;
  }
}

void Planner::addOutputs(RelationId relation, Statement& statement, const std::vector<NameId>& except, int depth) {
  const Relation one = reading_.relations[relation];
  if (one.open || depth > 50) statement.outputsKnown = false;
  for (ColumnId out : one.outs) {
    if (out == kNone || node(out).name == kNoName) {
      if (depth == 0) statement.outputs.push_back({});
      continue;
    }
    if (std::find(except.begin(), except.end(), node(out).name) == except.end()) addOutput(out, statement);
  }
  for (const auto& star : one.stars) {
    statement.star = true;
    auto hidden = except;
    hidden.insert(hidden.end(), star.except.begin(), star.except.end());
    if (star.structure != kNone)
      addFields(star.structure, statement, hidden);
    else if (star.relation == kNone)
      statement.outputsKnown = false;
    else if (reading_.relations[star.relation].kind == Relation::Kind::kQuery)
      addOutputs(star.relation, statement, hidden, depth + 1);
    else
      addTableOutputs(star.relation, statement, hidden);
  }
}

void Planner::addFields(ColumnId structure, Statement& statement, const std::vector<NameId>& except) {
  const auto fields = fieldsOf(structure);
  if (fields.empty()) statement.outputsKnown = false;
  for (const auto& [name, field] : fields) {
    if (std::find(except.begin(), except.end(), name) != except.end()) continue;
    Output output;
    output.name = lastPart(field->path);
    output.now = field->now.empty() ? output.name : field->now;
    output.change = field->change;
    statement.outputs.push_back(std::move(output));
  }
}

void Planner::addTableOutputs(RelationId relation, Statement& statement, const std::vector<NameId>& except) {
  const Table* table = reading_.relations[relation].table;
  if (table == nullptr || !table->complete) statement.outputsKnown = false;
  if (table == nullptr) return;
  std::set<std::string_view> seen;
  for (const auto& column : table->columns) {
    const auto first = std::string_view(column.path).substr(0, column.path.find('.'));
    if (!seen.insert(first).second) continue;
    const NameId name = resolver_.names().of(first, false);
    if (std::find(except.begin(), except.end(), name) != except.end()) continue;
    const Found found = resolver_.lookup(relation, name);
    if (found.has == Has::kYes) addOutput(found.column, statement);
  }
}

void Planner::addOutput(ColumnId column, Statement& statement) {
  Output output;
  const auto& one = node(column);
  output.name = one.kind == Kind::kBase
                    ? std::string(lastPart(one.path))
                    : std::string(one.range.size() > 0 && one.kind != Kind::kStar ? slice(one.range)
                                                                                  : resolver_.names().textOf(one.name));
  output.now = newName(column);
  if (output.now.empty()) output.now = output.name;
  output.range = one.range;
  const ColumnId value = resolver_.valueOf(column);
  if (value != kNone) {
    output.passes = true;
    output.of = reading_.relations[node(value).relation].table;
    output.table = output.of == nullptr ? 0 : output.of->key;
    output.path = node(value).path;
    if (node(value).column != nullptr) output.change = node(value).column->change;
  }
  statement.outputs.push_back(std::move(output));
}

}  // namespace gander::rewriter::sql
