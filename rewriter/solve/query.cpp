#include "rewriter/solve/query.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "rewriter/scan/spellings.h"
#include "rewriter/sql/sql_tables.h"

namespace gander::rewriter {
namespace {

std::vector<std::string> namesOf(const std::vector<std::pair<ByteRange, std::string>>& parts) {
  std::vector<std::string> names;
  for (const auto& [range, name] : parts) names.push_back(name);
  return names;
}

bool sameNames(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const std::string& x, const std::string& y) { return toLowerAscii(x) == toLowerAscii(y); });
}

// One name ends with the other: the same table, if a schema or project is left out on one side.
bool mayBeSame(std::vector<std::string> a, std::vector<std::string> b) {
  size_t common = std::min(a.size(), b.size());
  a.erase(a.begin(), a.end() - static_cast<long>(common));
  b.erase(b.begin(), b.end() - static_cast<long>(common));
  return sameNames(a, b);
}

}  // namespace

TableMeaning findTable(const Meaning& meaning, const std::vector<std::string>& parts) {
  TableMeaning best;
  for (size_t index = 0; index < meaning.migration().datasets.size(); ++index)
    for (const auto& reference : meaning.dataset(index).references) {
      if (reference.kind != rules::ReferenceKind::kTable) continue;
      auto old = split(reference.old, '.');
      auto now = split(reference.now, '.');
      TableMeaning found{TableMatch::kOther, index, referenceId(meaning.dataset(index), reference), &reference};
      if (sameNames(old, parts))
        found.match = TableMatch::kOld;
      else if (sameNames(now, parts))
        found.match = TableMatch::kNew;
      else if (mayBeSame(old, parts))
        found.match = TableMatch::kUnclear;
      if (found.match == TableMatch::kOld) return found;
      if (found.match != TableMatch::kOther && best.match != TableMatch::kNew) best = found;
    }
  return best;
}

std::vector<PartEdit> editsOfTable(const rules::Reference& reference,
                                   const std::vector<std::pair<ByteRange, std::string>>& parts) {
  auto now = split(reference.now, '.');
  std::vector<PartEdit> edits;
  if (now.size() != parts.size()) return edits;
  for (size_t i = 0; i < parts.size(); ++i)
    if (toLowerAscii(parts[i].second) != toLowerAscii(now[i])) edits.push_back({parts[i].first, now[i]});
  return edits;
}

namespace {

class QueryJudge {
 public:
  QueryJudge(const Meaning& meaning, Evaluator& evaluator, const Possibility& query, FactAt at)
      : meaning_(meaning), evaluator_(evaluator), query_(query), at_(at), text_(Evaluator::textOf(query)) {
    auto place = Evaluator::placeOf(query, 0, 0);
    unit_ = unitOfReference(place ? *place : spanOf(at));
  }

  const std::string& unit() const { return unit_; }

  std::vector<Demand> demands() {
    for (const auto& table : sqlTables(text_))
      if (!table.hole) judgeTable(table);
    for (size_t dataset : datasets_) judgeColumns(dataset);
    return std::move(demands_);
  }

 private:
  void judgeTable(const TableUse& table) {
    auto found = findTable(meaning_, namesOf(table.parts));
    tables_.push_back(table.range);
    Demand demand;
    demand.tier = Tier::kScope;
    demand.change = found.change;
    demand.units.insert(unit_);
    if (found.match == TableMatch::kOther) {
      demand.stance = Stance::kKeep;
      demand.reason = fmt::format("the table {}, not of a dataset of this migration", table.name);
      return push(demand, table.range);
    }
    if (found.match == TableMatch::kUnclear) {
      demand.claimed = true;
      demand.reason =
          fmt::format("the table {} may be {}: add a table reference with the qualifiers that are used here",
                      table.name, found.reference->old);
      return push(demand, table.range);
    }
    datasets_.insert(found.dataset);
    if (found.match == TableMatch::kNew) return;
    replaceTable(table, found, demand);
  }

  void replaceTable(const TableUse& table, const TableMeaning& found, Demand demand) {
    const auto& id = meaning_.dataset(found.dataset).id;
    if (auto place = Evaluator::placeOf(query_, table.range.begin, table.range.end))
      demand.evidence.push_back(evaluator_.step(*place, fmt::format("the query names {}: table {}", id, table.name)));
    demand.evidence.push_back(
        evaluator_.step(spanOf(at_), fmt::format("{} takes the text as a query", at_.fact().name)));
    auto edits = editsOfTable(*found.reference, table.parts);
    if (edits.empty() && found.reference->old != found.reference->now) {
      demand.claimed = demand.blocks = true;
      demand.reason = fmt::format("{} and {} have another number of parts", found.reference->old, found.reference->now);
      return push(demand, table.range);
    }
    for (const auto& edit : edits) {
      demand.stance = Stance::kReplace;
      demand.replacement = edit.now;
      push(demand, edit.range);
    }
  }

  // Words of the query that are a changed field's name, outside table names.
  void judgeColumns(size_t dataset) {
    for (const auto& change : meaning_.dataset(dataset).changes) {
      const auto* field = meaning_.findField(dataset, change.field);
      if (field == nullptr) continue;
      for (size_t at = text_.find(change.field); at != std::string::npos; at = text_.find(change.field, at + 1)) {
        ByteRange range{static_cast<uint32_t>(at), static_cast<uint32_t>(at + change.field.size())};
        bool table = std::any_of(tables_.begin(), tables_.end(), [&](ByteRange one) { return one.contains(range); });
        if (table || !isOccurrence(text_, range.begin, range.end)) continue;
        Demand demand;
        demand.change = change.id;
        demand.claimed = demand.blocks = true;
        demand.reason = fmt::format("may be a column of {} in a query: gander does not resolve columns of queries",
                                    meaning_.dataset(dataset).id);
        demand.units.insert(unit_);
        push(demand, range);
      }
    }
  }

  void push(Demand demand, ByteRange range) {
    auto place = Evaluator::placeOf(query_, range.begin, range.end);
    if (!place && demand.stance == Stance::kKeep) return;
    if (!place) {
      demand.stance = Stance::kOpen;
      demand.claimed = demand.blocks = true;
      demand.reason = "the name is put together of several literals";
    }
    demand.span = place ? *place : spanOf(at_);
    demands_.push_back(std::move(demand));
  }

  const Meaning& meaning_;
  Evaluator& evaluator_;
  const Possibility& query_;
  FactAt at_;
  std::string text_;
  std::string unit_;
  std::set<size_t> datasets_;
  std::vector<ByteRange> tables_;
  std::vector<Demand> demands_;
};

}  // namespace

std::vector<Demand> demandsOfQuery(const Meaning& meaning, Evaluator& evaluator, const Possibility& query, FactAt at) {
  return QueryJudge(meaning, evaluator, query, at).demands();
}

Possibility rowsOfQuery(Evaluator& evaluator, const Meaning& meaning, const Entry& entry, const Possibility& query,
                        FactAt at) {
  auto text = Evaluator::textOf(query);
  auto shape = queryShape(text);
  if (!shape.understood || shape.from.empty()) return unknown("the query's text is not understood");
  Possibility rows;
  rows.kind = Possibility::Kind::kObject;
  rows.model = entry.model;
  rows.object = entry.entry->gives;
  rows.made = at;
  for (const auto& table : shape.from) {
    auto found = findTable(meaning, split(table, '.'));
    bool ours = found.match == TableMatch::kOld || found.match == TableMatch::kNew;
    if (found.match == TableMatch::kUnclear)
      return unknown(fmt::format("the table {} may be {}", table, found.reference->old));
    if (!ours) continue;
    rows.dataset = found.dataset;
    rows.alreadyNew = found.match == TableMatch::kNew;
    rows.versionTold = found.reference->old != found.reference->now;
  }
  if (rows.dataset == kNoDataset) {
    rows.other = fmt::format("{}", fmt::join(shape.from, ", "));
    return rows;
  }
  rows.units.insert(QueryJudge(meaning, evaluator, query, at).unit());
  rows.chain.push_back(
      evaluator.step(spanOf(at), fmt::format("a query over {}: {} gives its {}", fmt::join(shape.from, ", "),
                                             at.fact().name, entry.entry->gives)));
  if (shape.from.size() > 1)
    rows.open = "the query joins several tables: which one the field is of is not resolved";
  else if (!shape.star)
    rows.open = "the query names its columns, and gander does not resolve columns of queries";
  return rows;
}

}  // namespace gander::rewriter
