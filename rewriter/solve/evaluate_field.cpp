// What calls give by names: values of fields that have fields of their own, rows of texts that were given a name, and what an API
// always means.
#include <fmt/format.h>

#include <algorithm>

#include "rewriter/solve/evaluate_call.h"

namespace gander::rewriter {

using Kind = Possibility::Kind;

Possibilities singlesIn(Possibilities given, const std::function<Possibilities(const Possibility&)>& element) {
  Possibilities out;
  for (auto& one : given) {
    bool single = one.kind == Kind::kRecord && one.made.fact().in.size() == 2 && one.made.fact().in[0] == kNoValue;
    if (!single) {
      out.push_back(std::move(one));
      continue;
    }
    auto elements = element(one);
    out.insert(out.end(), elements.begin(), elements.end());
  }
  return out;
}

// The names that the key of a use may be. What is no text (a position) names no field. `unclear`: it may be any text.
std::vector<std::string> CallEvaluator::keysOf(const Entry& entry, bool& unclear) {
  const auto& fact = at_.fact();
  std::vector<std::string> names;
  if (fact.op == Op::kMember) return {fact.name};
  ValueId key = fact.op == Op::kIndex ? (fact.in.size() > 1 ? fact.in[1] : kNoValue)
                                      : operandOf(fact, entry.entry->field, entry.entry->keyword);
  for (const auto& one : evaluator_.eval(walk_, *at_.body, key, context_)) {
    auto text = one.kind == Kind::kText ? Evaluator::wholeText(one) : std::nullopt;
    if (text) names.push_back(*text);
    unclear |= one.kind == Kind::kUnknown || (one.kind == Kind::kText && !text);
  }
  return names;
}

// doc["listener"] is the field `listener` of doc's dataset; doc[0], of a list, is of what the list is of.
Possibilities CallEvaluator::applyField(const Entry& entry, const Possibility* object) {
  bool unclear = false;
  const auto names = keysOf(entry, unclear);
  const int from = entry.entry->from == rules::kAbsent ? rules::kReceiver : entry.entry->from;
  Possibilities out;
  for (auto& one : object != nullptr && from == rules::kReceiver ? Possibilities{*object} : operand(from)) {
    if (one.kind != Kind::kObject) {
      addPossibility(out, std::move(one));
      continue;
    }
    if (auto put = names.empty() ? evaluator_.putInto(walk_, one) : Possibilities(); !put.empty()) {
      addPossibilities(out, std::move(put));
      continue;
    }
    setGiven(one, entry);
    if (unclear && one.open.empty()) one.open = "which of its fields this is of is not known";
    if (names.empty()) addPossibility(out, one);
    for (const auto& name : names) {
      auto inner = one;
      inner.path += (inner.path.empty() ? "" : ".") + name;
      if (!inner.chain.empty()) inner.chain.push_back(here(fmt::format("field {} of it", name)));
      addPossibility(out, std::move(inner));
    }
  }
  return out;
}

Possibilities CallEvaluator::applyNamed(const Entry& entry) {
  Possibilities out;
  for (const auto& function : NamedTexts::namingFunctions(*entry.model))
    evaluator_.needs_.insert({NeedKind::kWriters, at_.body->language, function});
  for (const auto& name : operand(entry.entry->named)) {
    auto wanted = name.kind == Kind::kText ? Evaluator::wholeText(name) : std::nullopt;
    if (!wanted) {
      addPossibility(out, unknown(fmt::format("which text {} names is not known", calleeName())));
      continue;
    }
    bool found = false;
    for (const auto& [call, text] : evaluator_.named_.namingCalls(*entry.model)) {
      const auto& in = call.fact();
      auto given = evaluator_.evalUnderCallers(walk_, *call.body, operandOf(in, text.entry->named));
      bool same = std::ranges::any_of(given, [&](const Possibility& one) {
        return one.kind != Kind::kText || Evaluator::wholeText(one).value_or(*wanted) == *wanted;
      });
      if (!same) continue;
      found = true;
      auto queries = evaluator_.evalUnderCallers(walk_, *call.body, operandOf(in, text.entry->argument));
      for (auto& one : CallEvaluator(evaluator_, walk_, call, nullptr).rowsOf(text, queries)) {
        if (one.kind == Kind::kObject) setGiven(one, entry);
        if (!one.chain.empty())
          one.chain.push_back(here(fmt::format("{} runs it by its name '{}'", calleeName(), *wanted)));
        addPossibility(out, std::move(one));
      }
    }
    if (!found) addPossibility(out, unknown(fmt::format("no text named '{}' is known", *wanted)));
  }
  return out;
}

Possibilities CallEvaluator::applyAmbient(const Entry& entry) {
  Possibility out;
  setGiven(out, entry);
  const auto word = fmt::format("{}.{}", out.model->name, out.object);
  auto found = evaluator_.meaning_.findAmbient(word, spanOf(at_).file);
  if (!found) return {unknown(fmt::format("no dataset of this migration is what {} always means here", calleeName()))};
  out.dataset = found->dataset;
  out.units.insert(fmt::format("ambient:{}", found->change));
  out.chain.push_back(
      here(fmt::format("{} always means {}", calleeName(), evaluator_.meaning_.dataset(found->dataset).id)));
  return {out};
}

}  // namespace gander::rewriter
