// What becomes of each name of a table and of a column.
#include "rewriter/sql/planner.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace gander::rewriter::sql {

void Planner::list(const Use& use, const std::string& change, std::string reason, bool blocks) {
  out_.judged.push_back({use.range, true, blocks, change, std::move(reason), use.statement});
}

void Planner::other(const Use& use, std::string reason) {
  out_.judged.push_back({use.range, false, false, "", std::move(reason), use.statement});
}

// NOLINTNEXTLINE(readability-function-size): one decision a clause, in the order of the text
void Planner::planTable(const TableName& name) {
  const Relation& relation = reading_.relations[name.relation];
  const ByteRange whole{name.parts.front().begin, name.parts.back().end};
  if (relation.table == nullptr ||
      (!relation.table->dataset && relation.table->nowParts.empty() && relation.table->unclear.empty())) {
    bool matters = false;
    for (size_t i = 0; i < name.parts.size(); ++i)
      matters |= resolver_.interesting(resolver_.names().of(name.texts[i], name.quoted[i]));
    if (matters || relation.table == nullptr)
      out_.judged.push_back({whole, false, false, "",
                             fmt::format("the table {}, not of a dataset of this migration", shown(whole)),
                             name.statement});
    return;
  }
  const Table& table = *relation.table;
  if (!table.unclear.empty()) {
    out_.judged.push_back({whole, true, false, table.change, table.unclear, name.statement});
    return;
  }
  if (!name.unclear.empty() && !table.nowParts.empty()) {
    out_.judged.push_back({whole, true, true, table.change, name.unclear, name.statement});
    return;
  }
  if (name.captured) {
    out_.judged.push_back({whole, true, true, table.change,
                           fmt::format("a WITH here has the name {} already", table.nowParts.front()), name.statement});
    return;
  }
  if (clashes_.contains(name.relation)) {
    out_.judged.push_back({whole, true, true, table.change,
                           fmt::format("another table of this FROM is called {} already", table.nowParts.front()),
                           name.statement});
    return;
  }
  const bool byQuery = name.definition && definesByQuery(name.statement);
  if (byQuery && (!table.nowParts.empty() || std::any_of(table.columns.begin(), table.columns.end(),
                                                         [](const Column& one) { return !one.change.empty(); }))) {
    out_.judged.push_back(
        {whole, true, true, table.change,
         fmt::format("a query defines {} here: what it puts out has to become the new version", table.name),
         name.statement});
    return;
  }
  for (size_t i = 0; i < table.nowParts.size() && i < name.parts.size(); ++i) {
    const size_t part = name.parts.size() - 1 - i;
    const auto& now = table.nowParts[i];
    const auto& written = name.texts[part];
    if (toLowerAscii(written) == toLowerAscii(now)) continue;
    SqlEdit edit;
    edit.range = name.parts[part];
    // Where case does not matter the new name is in upper case as the old one; elsewhere tables are files.
    const bool folds = dialect_.fold == Fold::kLower || dialect_.fold == Fold::kUpper;
    edit.now = writeName(dialect_, now, written, folds ? toLowerAscii(written) : written,
                         name.quoted[part] || written.contains('-') || now.find_first_of("-*$") != std::string::npos,
                         name.quotes[part] == 0 ? '"' : name.quotes[part]);
    edit.change = table.change;
    edit.statement = name.statement;
    edit.evidence.push_back({whole, name.qualifier ? fmt::format("{} qualifies a column by its table", shown(whole))
                                                   : fmt::format("names {} in table position", table.name)});
    if (name.qualifier)
      edit.evidence.insert(edit.evidence.begin(), {relation.range, fmt::format("reads {}", table.name)});
    out_.edits.push_back(std::move(edit));
  }
}

bool Planner::definesByQuery(size_t statement) const {
  for (size_t i = 0; i < reading_.statements.size(); ++i)
    if (reading_.statements[i].range.begin == statement)
      return (reading_.statements[i].makes == Makes::kTable || reading_.statements[i].makes == Makes::kView) &&
             reading_.results[i] != kNone;
  return false;
}

void Planner::planUse(const Use& use) {
  if (isMadeAlias(use.range)) return;
  if (use.column != kNone && parted_.contains(use.column)) return planParted(use);
  if (use.borrowed) return;
  if (use.state == Use::State::kOther) {
    if (use.lookedUp) planCaptured(use);
    return other(use, use.reason);
  }
  if (use.state == Use::State::kOpen) {
    if (use.claimed) return list(use, use.change, use.reason);
    return planCaptured(use);
  }
  const Column* changed = changedColumn(use.column);
  if (changed == nullptr) {
    planCaptured(use);
    return other(use, reasonOfOther(use.column));
  }
  const auto unclear = unclearOf(use.column);
  if (!unclear.empty()) return list(use, changed->change, unclear, false);
  if (changed->now.empty()) return list(use, changed->change, changed->reason);
  const ColumnId value = resolver_.valueOf(use.column);
  if (value != kNone && node(value).unclear)
    return list(use, changed->change, "only the case of letters tells whether it is this column");
  if (dialect_.fold == Fold::kUnclear && use.quoted && !sameCase(use, *changed))
    return list(use, changed->change, "in quotes the case of letters may matter: which dialect it is, is not known");
  if (split_.contains(use.column) || (use.inUsing && splits(use.column)))
    return list(
        use, changed->change,
        fmt::format("joined by USING, and only one side's {} becomes {}: write ON", shown(use.range), changed->now));
  const auto now = newName(use.column);
  if (now.empty()) {
    planCaptured(use);
    return other(use, "an output of a query, which keeps its name");
  }
  std::string qualifier;
  if (isTwice(use, resolver_.names().ofDeclared(now)))
    return list(use, changed->change, fmt::format("what it is read from gets two columns {}", now));
  if ((!use.qualified || use.inUsing) && collides(use, now)) {
    qualifier = qualifierOf(use);
    if (qualifier.empty() || use.inText || use.inUsing)
      return list(use, changed->change, fmt::format("{} would not be clear here: something else has that name", now));
  }
  SqlEdit edit;
  edit.range = use.range;
  edit.now = qualifier + (use.inText ? now
                                     : writeName(dialect_, now, slice(use.range), lastPart(changed->path),
                                                 use.quoted && qualifier.empty(), use.quote));
  if (!qualifier.empty() && use.quoted) edit.range = {use.range.begin - 1, use.range.end + 1};
  edit.change = changed->change;
  edit.statement = use.statement;
  edit.evidence = evidenceOf(use, *changed);
  out_.edits.push_back(std::move(edit));
  if (use.takesName)
    insertAlias(use.range, use.quoted ? use.range.end + 1 : use.range.end, use.quoted, use.quote, *changed,
                use.statement);
}

// Why the table that the column is of may be another one, or empty.
std::string Planner::unclearOf(ColumnId column) const {
  const ColumnId value = resolver_.valueOf(column);
  const Table* table = value == kNone ? nullptr : reading_.relations[node(value).relation].table;
  return table == nullptr ? "" : table->unclear;
}

std::string Planner::reasonOfOther(ColumnId column) const {
  const auto& one = node(column);
  if (one.kind == Kind::kBase) {
    const auto& relation = reading_.relations[one.relation];
    const bool ours = relation.table != nullptr && relation.table->dataset;
    return ours ? fmt::format("field {} of {} does not change", one.path, relation.table->name)
                : fmt::format("a column of {}, not of a dataset of this migration", shown(relation.range));
  }
  return "an output of a query, with a name of its own";
}

std::vector<Step> Planner::evidenceOf(const Use& use, const Column& changed) const {
  std::vector<Step> steps;
  std::vector<Step> passed;
  ColumnId column = use.column;
  for (int i = 0; column != kNone && i < 1000; ++i) {
    const auto& one = node(column);
    if (one.kind == Kind::kBase) {
      const auto& relation = reading_.relations[one.relation];
      if (relation.table != nullptr) steps.push_back({relation.range, fmt::format("reads {}", relation.table->name)});
      break;
    }
    if (one.kind == Kind::kImplicit || one.kind == Kind::kStar)
      passed.push_back(
          {one.range, one.kind == Kind::kStar ? "a star passes it on" : "a query passes it on under its name"});
    if (one.kind == Kind::kMerged && one.merged.empty()) break;
    column = one.kind == Kind::kMerged ? one.merged.front() : one.source;
  }
  steps.insert(steps.end(), passed.rbegin(), passed.rend());
  steps.push_back({use.range, fmt::format("binds to its column {}", changed.path)});
  return steps;
}

}  // namespace gander::rewriter::sql
