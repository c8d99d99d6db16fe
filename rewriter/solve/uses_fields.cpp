// Uses that name fields otherwise than by one key: lists of names, any argument of a call, texts of data; and exports.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.h"
#include "rewriter/solve/data_text.h"
#include "rewriter/solve/uses.h"

namespace gander::rewriter {

using Kind = Possibility::Kind;

void Uses::judgeUse(Judging& judging, const Entry& entry, const Possibility* object) {
  const auto& fact = judging.at.fact();
  const auto& use = *entry.entry;
  ValueId base = operandOf(fact, use.from == rules::kAbsent ? rules::kReceiver : use.from);
  if (use.field == rules::kAnyArgument) return judgeAnyArgument(judging, base, object);
  judgeField(judging, base, operandOf(fact, use.field, use.keyword), object);
}

// Nothing says which of the arguments are names: what may be one is listed.
void Uses::judgeAnyArgument(Judging& judging, ValueId base, const Possibility* object) {
  const auto& fact = judging.at.fact();
  Possibilities bases;
  if (object != nullptr)
    bases.push_back(*object);
  else if (!evaluate(judging, base, bases))
    return;
  for (auto& one : bases)
    if (one.open.empty())
      one.open = fmt::format("what {} takes is not described: it may be a field's name", bareName(fact.name));
  for (size_t operand = 1; operand < fact.in.size(); ++operand) {
    if (fact.in[operand] == base) continue;
    for (const auto& from : bases) judgeField(judging, base, fact.in[operand], &from);
  }
}

// A header row or a JSON text whose names are fields of the object; without one, its shape tells.
void Uses::judgeData(Judging& judging, const Entry& entry, const Possibility* object) {
  const auto& fact = judging.at.fact();
  const auto& e = *entry.entry;
  if (object == nullptr && e.from == rules::kAbsent) return;  // judgeDataShape
  Possibilities texts;
  Possibilities bases;
  if (!evaluate(judging, operandOf(fact, e.argument, e.keyword), texts)) return;
  if (object != nullptr && e.from == rules::kReceiver)
    bases.push_back(*object);
  else if (!evaluate(judging, operandOf(fact, e.from), bases))
    return;
  for (const auto& text : texts)
    for (const auto& base : bases)
      if (text.kind == Kind::kText) demandData(judging, e.text, text, base);
}

void Uses::demandData(Judging& judging, const std::string& kind, const Possibility& text, const Possibility& base) {
  account(judging.at, text);
  for (const auto& row : readDataText(kind, Evaluator::textOf(text)).rows)
    for (const auto& field : row) {
      auto change = base.dataset == kNoDataset ? std::nullopt : meaning_.findPath(base.dataset, field.path);
      if (!change && !meaning_.knowsField(field.path)) continue;
      auto key = keyOf(text);
      key.name = field.path;
      key.place = Evaluator::findPlace(text, field.range.begin, field.range.end);
      key.span = key.place ? std::optional(key.place->span) : std::nullopt;
      auto from = base;
      if (change && change->replacement && !fitsDataText(*change->replacement) && from.open.empty())
        from.open = "the new name needs quotes or escapes here";
      demandField(judging, from, key);
    }
}

void Uses::judgeDataShape(FactAt literal) {
  if (accountedLiterals_.contains(literal)) return;
  Possibility text;
  text.kind = Kind::kText;
  for (const auto& piece : literal.fact().text) text.text.push_back({&piece, literal, 0, piece.value.size()});
  auto written = Evaluator::textOf(text);
  DataPlace place{spanOf(literal).file,
                  [&](ByteRange range) { return Evaluator::placeOf(text, range.begin, range.end); }};
  for (const auto* kind : {"csv", "json"})
    solveShape(readDataText(kind, written), place, meaning_, evaluator_.texts(), solution_);
}

// The fields of the object go out under their names. A query's keep theirs, but for those that come by a star.
void Uses::judgeExport(Judging& judging, const Entry& entry, const Possibility* object) {
  Possibilities bases;
  if (object != nullptr && (entry.entry->from == rules::kReceiver || entry.entry->from == rules::kAbsent))
    bases.push_back(*object);
  else if (!evaluate(judging, operandOf(judging.at.fact(), entry.entry->from), bases))
    return;
  for (const auto& base : bases) {
    if (base.kind != Kind::kObject || base.dataset == kNoDataset || base.alreadyNew) continue;
    if (base.query && !base.query->rows->star) continue;
    std::vector<std::string> renamed;
    for (const auto& change : meaning_.dataset(base.dataset).changes)
      if (change.kind == rules::ChangeKind::kRename && !change.field.contains('.'))
        renamed.push_back(fmt::format("{} -> {}", change.field, change.to));
    if (renamed.empty()) continue;
    auto step = evaluator_.step(spanOf(judging.at), "");
    Hazard hazard{
        "output-renamed", step.file, step.position,
        fmt::format("{} gives the fields of {} to others, under their new names: {}", bareName(judging.at.fact().name),
                    meaning_.dataset(base.dataset).id, fmt::join(renamed, ", "))};
    auto known = std::ranges::any_of(solution_.hazards, [&](const Hazard& one) {
      return one.file == hazard.file && one.position == hazard.position && one.message == hazard.message;
    });
    if (!known) solution_.hazards.push_back(std::move(hazard));
  }
}

}  // namespace gander::rewriter
