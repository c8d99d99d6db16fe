// What a program does with an object that is known by its class, and what no name in the text tells.
//
//   descriptor->FindFieldByNumber(3)                         hazard field-number: 3 is another field's, or nobody's
//   descriptor->FindFieldByName(prefix + "_name")            hazard computed-name
//   std::hash<std::string>()(play.SerializeAsString())       hazard hash-or-order: other bytes for the same play
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "rewriter/scan/spellings.h"
#include "rewriter/solve/changes_wire.h"
#include "rewriter/solve/evaluate_call.h"
#include "rewriter/solve/uses.h"

namespace gander::rewriter {

using Kind = Possibility::Kind;

void Uses::tell(const Judging& judging, const char* hazard, std::string message) {
  auto step = evaluator_.step(spanOf(judging.at), "");
  Hazard told{hazard, step.file, step.position, std::move(message)};
  if (std::ranges::find(solution_.hazards, told) == solution_.hazards.end())
    solution_.hazards.push_back(std::move(told));
}

// The fields of an object's own message: those of the dataset whose path is one name longer.
static bool standsIn(const std::string& path, const std::string& message) {
  return message.empty() ? !path.contains('.')
                         : path.starts_with(message + ".") && !path.substr(message.size() + 1).contains('.');
}

void Uses::judgeNumber(Judging& judging, const Possibilities& bases, ValueId number) {
  const auto* fact = number == kNoValue ? nullptr : judging.at.body->define(number);
  if (fact == nullptr || fact->op != Op::kConst || fact->index == 0 || !fact->symbol.empty())
    return;  // a constant of the generated class is told by its own name
  const auto wanted = static_cast<int>(fact->index - 1);
  for (const auto& base : bases) {
    if (base.kind != Kind::kObject || base.dataset == kNoDataset || base.alreadyNew) continue;
    const auto& dataset = meaning_.dataset(base.dataset);
    for (const auto& field : dataset.old.fields) {
      if (field.number != wanted || !standsIn(field.path, base.path)) continue;
      if (auto why = changeOfNumber(dataset, field); !why.empty()) tell(judging, "field-number", std::move(why));
    }
  }
}

void Uses::tellComputed(const Judging& judging, const Possibilities& bases, const Possibilities& keys) {
  const bool computed = std::ranges::any_of(
      keys, [](const Possibility& one) { return one.kind != Kind::kText || !Evaluator::wholeText(one); });
  if (!computed) return;
  for (const auto& base : bases) {
    if (base.kind != Kind::kObject || base.dataset == kNoDataset || base.alreadyNew) continue;
    std::vector<std::string> gone;
    for (const auto& change : meaning_.dataset(base.dataset).changes)
      for (const auto& path : change.oldFields())
        if (standsIn(path, base.path) && losesItsName(change)) gone.push_back(lastPart(path));
    if (gone.empty()) continue;
    tell(judging, "computed-name",
         fmt::format("{} takes a field of {} by a name that is computed: it finds none where that is {}",
                     bareName(judging.at.fact().name), meaning_.dataset(base.dataset).id, fmt::join(gone, ", ")));
  }
}

void Uses::judgeOrder(Judging& judging, const Entry& entry) {
  const auto& fact = judging.at.fact();
  const int argument = entry.entry->argument;
  for (size_t operand = 1; operand < fact.in.size(); ++operand) {
    if (argument != rules::kAnyArgument && operand != static_cast<size_t>(argument) + 1) continue;
    Possibilities values;
    if (!evaluate(judging, fact.in[operand], values)) return;
    for (const auto& value : values) {
      if (value.kind != Kind::kObject || value.dataset == kNoDataset || value.alreadyNew) continue;
      if (!value.model->knowsClasses() || !changesBytes(meaning_.dataset(value.dataset))) continue;
      tell(judging, "hash-or-order",
           fmt::format("{} hashes or orders by the bytes of a message of {}: the new version writes others", fact.name,
                       meaning_.dataset(value.dataset).id));
    }
  }
}

}  // namespace gander::rewriter
