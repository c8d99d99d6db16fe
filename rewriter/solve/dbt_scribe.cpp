#include "rewriter/solve/dbt_scribe.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "rewriter/scan/spellings.h"

namespace gander::rewriter {

using dbt::Literal;

namespace {

// USER_NAME -> LISTENER_NAME; user_name and User_Name -> listener_name
std::string inCaseOf(std::string_view written, const std::string& now) {
  bool letters = std::ranges::any_of(written, [](unsigned char c) { return std::isalpha(c) != 0; });
  bool upper = letters && std::ranges::none_of(written, [](unsigned char c) { return std::islower(c) != 0; });
  if (!upper) return now;
  std::string out = now;
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

// One table, whatever it is called.
class OneTable final : public sql::Catalog {
 public:
  explicit OneTable(const sql::Table& table) : table_(table) {}
  const sql::Table* find(std::span<const sql::NamePart>, const sql::Dialect&) const override { return &table_; }

 private:
  const sql::Table& table_;
};

}  // namespace

Demand DbtScribe::begin(const Literal& literal, const std::string& change, const DbtRelation& relation) const {
  Demand demand;
  demand.span = literal.span;
  demand.tier = Tier::kFlow;
  demand.change = change;
  demand.units.insert(relation.unit);
  return demand;
}

void DbtScribe::nameRelation(const Literal& literal, const DbtRelation* relation, const std::string& what,
                             const std::set<std::string>& units) {
  if (relation == nullptr || (!relation->isDataset() && relation->table.unclear.empty())) {
    if (!changeNamed(literal.value).empty())
      keep(literal.span, fmt::format("{}, not of a dataset of this migration", what));
    return;
  }
  if (!relation->table.unclear.empty())
    return list(literal.span, relation->table.change, relation->table.unclear, false, {relation->unit});
  if (relation->isRenamed()) return rename(literal, relation->now, *relation, what, units);
  if (relation->physical)
    keep(literal.span, fmt::format("{} is called so; its identifier is what changes", relation->table.name));
}

void DbtScribe::rename(const Literal& literal, const std::string& now, const DbtRelation& relation,
                       const std::string& why, const std::set<std::string>& units) {
  if (literal.value == now) return;
  auto demand = begin(literal, relation.table.change, relation);
  demand.units.insert(units.begin(), units.end());
  demand.evidence.push_back(step(literal.span, fmt::format("{}: {}", why, relation.table.name)));
  if (!literal.plain) {
    demand.claimed = demand.blocks = true;
    demand.reason = "the name is written with escapes";
  } else {
    demand.stance = Stance::kReplace;
    demand.replacement = now;
  }
  solution_.demands.push_back(std::move(demand));
}

void DbtScribe::nameColumn(const Literal& literal, const DbtRelation& relation, const std::string& what) {
  const auto* change = relation.changeOf(literal.value);
  if (change == nullptr) {
    if (!changeNamed(literal.value).empty())
      keep(literal.span, fmt::format("{}: a column of {}, which keeps its name", what, relation.table.name));
    return;
  }
  auto demand = begin(literal, change->change, relation);
  demand.evidence.push_back(step(literal.span, fmt::format("{}: a column of {}", what, relation.table.name)));
  if (!relation.table.unclear.empty())
    return list(literal.span, change->change, relation.table.unclear, true, {relation.unit});
  if (change->now.empty() || !literal.plain)
    return list(literal.span, change->change, literal.plain ? change->reason : "the name is written with escapes", true,
                {relation.unit});
  demand.stance = Stance::kReplace;
  demand.replacement = inCaseOf(literal.value, change->now);
  if (relation.isDataset() && relation.reference != nullptr) {
    bool told = relation.reference->old != relation.reference->now;
    demand.ambiguous = !told && meaning_.isNewField(relation.dataset, change->path);
    if (meaning_.onlyOld(relation.dataset, change->path))
      solution_.unitsAtOld.insert(demand.units.begin(), demand.units.end());
  }
  solution_.demands.push_back(std::move(demand));
}

void DbtScribe::expression(const Scalar& scalar, const DbtRelation& relation, const std::string& what) {
  static constexpr std::string_view kBefore = "SELECT 1 FROM x WHERE ";
  if (!relation.changes()) return;
  sql::Table table = relation.table;
  table.nowParts.clear();
  const auto text = std::string(kBefore) + scalar.value;
  const auto result = sql::rewriteSql(text, OneTable(table), {});
  auto literalAt = [&](ByteRange range) -> std::optional<Literal> {
    if (range.begin < kBefore.size() || range.end > text.size()) return std::nullopt;
    ByteRange place{scalar.offsetOf(range.begin - kBefore.size()), scalar.offsetOf(range.end - kBefore.size())};
    return Literal{text.substr(range.begin, range.size()), {scalar.span.file, place}, place.size() == range.size()};
  };
  for (const auto& edit : result.edits) {
    auto literal = literalAt(edit.range);
    if (!literal) continue;
    auto demand = begin(*literal, edit.change, relation);
    demand.tier = Tier::kScope;
    demand.evidence.push_back(step(literal->span, fmt::format("{}: a column of {}", what, relation.table.name)));
    demand.stance = literal->plain ? Stance::kReplace : Stance::kOpen;
    demand.claimed = demand.blocks = !literal->plain;
    demand.reason = literal->plain ? "" : "the name is written with escapes";
    demand.replacement = edit.now;
    solution_.demands.push_back(std::move(demand));
  }
  for (const auto& judged : result.judged)
    if (auto literal = literalAt(judged.range); literal && judged.listed)
      list(literal->span, judged.change, judged.reason, judged.blocks, {relation.unit});
}

void DbtScribe::keep(const Span& span, std::string reason) {
  Demand demand;
  demand.span = span;
  demand.stance = Stance::kKeep;
  demand.reason = std::move(reason);
  solution_.demands.push_back(std::move(demand));
}

void DbtScribe::prose(const Span& span, std::string reason) {
  Demand demand;
  demand.span = span;
  demand.stance = Stance::kProse;
  demand.reason = std::move(reason);
  solution_.demands.push_back(std::move(demand));
}

void DbtScribe::list(const Span& span, const std::string& change, std::string reason, bool blocks,
                     const std::set<std::string>& units) {
  Demand demand;
  demand.span = span;
  demand.stance = Stance::kOpen;
  demand.claimed = true;
  demand.blocks = blocks;
  demand.change = change;
  demand.reason = std::move(reason);
  demand.units = units;
  solution_.demands.push_back(std::move(demand));
}

std::string changeNamed(const Meaning& meaning, std::string_view name) {
  for (const auto& dataset : meaning.migration().datasets) {
    for (const auto& change : dataset.changes)
      for (const auto& field : change.oldFields())
        if (toLowerAscii(lastPart(field)) == toLowerAscii(name)) return change.id;
    for (const auto& reference : dataset.references)
      if (reference.old != reference.now && toLowerAscii(lastPart(reference.old)) == toLowerAscii(name))
        return referenceId(dataset, reference);
  }
  return "";
}

void DbtScribe::hazard(std::string name, const Span& span, std::string message) {
  solution_.hazards.push_back({std::move(name), span.file, texts_.positionOf(span), std::move(message)});
}

}  // namespace gander::rewriter
