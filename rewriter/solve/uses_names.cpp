// Names of datasets, whole or put together at run time, and names of queries' parameters.
#include <fmt/format.h>

#include <algorithm>

#include "rewriter/solve/evaluate_call.h"
#include "rewriter/solve/uses.h"

namespace gander::rewriter {

using Kind = Possibility::Kind;

// The name of a query's placeholder: no column, even where it reads like one.
void Uses::judgeParameter(Judging& judging, const Entry& entry) {
  Possibilities names;
  if (!evaluate(judging, operandOf(judging.at.fact(), entry.entry->argument, entry.entry->keyword), names)) return;
  for (const auto& one : names) {
    if (one.kind != Kind::kText) continue;
    Demand keep;
    keep.stance = Stance::kKeep;
    keep.reason = fmt::format("the name of a query's parameter (model {})", entry.model->name);
    push(judging, keyOf(one), std::move(keep));
  }
}

// A name that is put together at run time, and that may be a dataset's: "plays." + what.
void Uses::judgeBuiltName(Judging& judging, const Entry& entry, const Possibility& name) {
  auto text = Evaluator::textOf(name);
  auto found = meaning_.findBuilt(entry.entry->reference, text);
  if (!found) return;
  account(judging.at, name);
  Demand demand;
  demand.claimed = demand.blocks = true;
  demand.change = found->change;
  demand.reason = fmt::format("the name is put together at run time, and may be {} '{}'",
                              rules::toString(entry.entry->reference), found->reference->old);
  auto run = std::ranges::find_if(name.text, [](const TextRun& one) { return one.piece != nullptr; });
  demand.span = run == name.text.end() ? spanOf(judging.at) : run->piece->span;
  demand.units.insert(unitOfReference(demand.span));
  demand.evidence.push_back(evaluator_.step(
      spanOf(judging.at), fmt::format("{} takes it as the name of a {} (model {})", judging.at.fact().name,
                                      rules::toString(entry.entry->reference), entry.model->name)));
  solution_.demands.push_back(std::move(demand));
}

void Uses::judgeName(Judging& judging, const Entry& entry) {
  Possibilities names;
  if (entry.entry->ambient || entry.entry->reference == rules::ReferenceKind::kType) return;
  if (!evaluate(judging, operandOf(judging.at.fact(), entry.entry->argument, entry.entry->keyword), names)) return;
  auto element = [&](const Possibility& list) {
    return evaluator_.evaluateEverywhere(*list.made.body, list.made.fact().in[1]);
  };
  for (const auto& one : singlesIn(std::move(names), element)) {
    auto text = one.kind == Kind::kText ? Evaluator::wholeText(one) : std::nullopt;
    if (!text && one.kind == Kind::kText) judgeBuiltName(judging, entry, one);
    if (!text) continue;
    auto found = meaning_.findReference(entry.entry->reference, *text);
    auto key = keyOf(one);
    if (!found) {
      Demand keep;
      keep.stance = Stance::kKeep;
      keep.reason =
          fmt::format("names {} '{}', not a dataset of this migration", rules::toString(entry.entry->reference), *text);
      push(judging, key, std::move(keep));
      continue;
    }
    account(judging.at, one);
    if (found->alreadyNew || !found->tellsVersion()) continue;
    key.place = Evaluator::findPlace(one, 0, found->nameSize());
    key.span = key.place ? std::optional(key.place->span) : std::nullopt;
    Demand demand;
    demand.stance = Stance::kReplace;
    demand.tier = Tier::kFlow;
    demand.replacement = found->reference->now;
    demand.change = found->change;
    if (key.span) demand.units.insert(unitOfReference(*key.span));
    const auto& id = meaning_.dataset(found->dataset).id;
    if (key.span) demand.evidence.push_back(evaluator_.step(*key.span, fmt::format("the text '{}'", *text)));
    demand.evidence.push_back(evaluator_.step(
        spanOf(judging.at), fmt::format("{} takes it as the name of a {}: {} (model {})", judging.at.fact().name,
                                        rules::toString(entry.entry->reference), id, entry.model->name)));
    if (!entry.entry->open.empty()) {
      demand.stance = Stance::kOpen;
      demand.claimed = demand.blocks = true;
      demand.reason = entry.entry->open;
    }
    push(judging, key, std::move(demand));
  }
}

}  // namespace gander::rewriter
