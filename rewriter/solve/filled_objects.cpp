// Objects that calls on them fill: a cursor has the rows of the queries that it has run.
//
//   cur = db.cursor(); cur.execute("SELECT * FROM plays"); for row in cur.fetchall()
//     -> fetchall() is on a cursor, made at db.cursor(); execute is called on the same one: rows of its query
//
// The order of the calls is not asked for: where several queries are run, the rows may be of each.
#include <fmt/format.h>

#include "rewriter/solve/evaluate_call.h"
#include "rewriter/solve/flow_walk.h"

namespace gander::rewriter {

using rules::EntryKind;
using rules::Pattern;
using Kind = Possibility::Kind;

Possibilities namesIn(Evaluator& evaluator, const Possibilities& given) {
  Possibilities names;
  for (const auto& one : given) {
    if (one.kind != Kind::kRecord) {
      names.push_back(one);
      continue;
    }
    const auto& in = one.made.fact().in;
    for (size_t i = 0; i + 1 < in.size(); i += 2) {
      if (in[i] != kNoValue) continue;
      auto elements = evaluator.evaluateEverywhere(*one.made.body, in[i + 1]);
      names.insert(names.end(), elements.begin(), elements.end());
    }
  }
  return names;
}

bool CallEvaluator::isFilled(const Possibility& object) const {
  for (const auto& entry : object.model->entries)
    if (entry.kind == EntryKind::kText && entry.into == rules::kReceiver && entry.pattern.object == object.object)
      return true;
  return false;
}

Possibilities CallEvaluator::filled(const Possibility& object) {
  Possibilities out;
  if (object.dataset != kNoDataset || !object.other.empty()) out.push_back(object);
  if (object.made.body == nullptr) {
    if (out.empty()) out.push_back(unknown(fmt::format("which queries this {} runs is not known", object.object)));
    return out;
  }
  auto walk = walkForward(evaluator_.program_, evaluator_.meaning_, object.made, evaluator_.needs_);
  if (!walk.open.empty()) addPossibility(out, unknown(walk.open));
  for (const auto& terminal : walk.terminals) {
    if (terminal.operand != 0) {
      auto name = terminal.at.fact().name;
      bool call = terminal.at.fact().op == Op::kCall;
      if (call) addPossibility(out, unknown(fmt::format("{} may run another query on it", name)));
      continue;
    }
    for (const auto& entry : evaluator_.meaning_.models().onObject(*object.model, Pattern::Form::kMethod, object.object,
                                                                   bareName(terminal.at.fact().name)))
      if (entry.entry->kind == EntryKind::kText && entry.entry->into == rules::kReceiver)
        addPossibilities(out, ranBy(terminal.at, entry));
  }
  if (out.empty()) out.push_back(object);
  return out;
}

// The rows of the queries that one call runs.
Possibilities CallEvaluator::ranBy(FactAt call, const Entry& entry) {
  ValueId text = operandOf(call.fact(), entry.entry->argument, entry.entry->keyword);
  auto queries = call.body == at_.body ? evaluator_.eval(walk_, *call.body, text, context_)
                                       : evaluator_.evalUnderCallers(walk_, *call.body, text);
  return CallEvaluator(evaluator_, walk_, call, context_).rowsOf(entry, queries);
}

}  // namespace gander::rewriter
