// What calls leave in variables, and what functions give that are values or that stand in another function.
//
//   bool next(Row* out) { *out = ...; }    next(&row)  ->  row is what next leaves there
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "rewriter/solve/contexts.h"
#include "rewriter/solve/evaluate_call.h"
#include "rewriter/solve/object_walk.h"

namespace gander::rewriter {

using rules::EntryKind;
using Kind = Possibility::Kind;

namespace {

constexpr size_t kDeepestCall = 16;

bool mayBeKept(const Body& callee, ValueId parameter) {
  std::vector<ValueId> work{parameter};
  std::set<ValueId> seen(work.begin(), work.end());
  while (!work.empty()) {
    auto users = callee.users.find(work.back());
    const ValueId value = work.back();
    work.pop_back();
    if (users == callee.users.end()) continue;
    for (size_t index : users->second) {
      const auto& fact = callee.function.facts[index];
      const bool stored = fact.op == Op::kGlobal || fact.op == Op::kMember;
      if (stored && fact.access == Access::kWrite && fact.in.back() == value) return true;
      if ((fact.op == Op::kCopy || fact.op == Op::kPhi) && seen.insert(fact.out).second) work.push_back(fact.out);
    }
  }
  return false;
}

Possibilities byAlias(Possibilities values, const std::string& call) {
  const auto why = fmt::format("what {} gives may be written to", call);
  for (auto& one : values) {
    if (one.kind == Kind::kText) one = unknown(why);
    if (one.kind == Kind::kObject && one.open.empty()) one.open = why;
  }
  return values;
}

}  // namespace

// What it was is still said of it, but no edit rests on that.
Possibilities openBy(Possibilities values, const std::string& why) {
  for (auto& one : values) {
    if (one.kind != Kind::kObject && one.kind != Kind::kRecord) one = unknown(why);
    if (one.open.empty()) one.open = why;
  }
  return values;
}

// What stands in a variable that a call was given to change.
Possibilities Evaluator::evalChanged(Walk& walk, FactAt at, const Context& context) {
  auto call = callInto(at);
  const ValueId old = at.fact().in[0];
  if (!call) return openBy(eval(walk, *at.body, old, context), "others have its address, and may change it");
  if (const auto* entry = formatInto(meaning_, *call, old))
    return CallEvaluator(*this, walk, *call, context).applyFormat(*entry);
  Possibilities out;
  bool spoken = false;
  bool alias = false;
  bool replaced = false;
  for (const auto& entry : meaning_.models().functions(call->body->language, call->fact())) {
    const auto& e = *entry.entry;
    if (e.kind == EntryKind::kFlow && e.into != rules::kAbsent && operandOf(call->fact(), e.into) == old) {
      replaced = true;
      addPossibilities(out, CallEvaluator(*this, walk, *call, context).applyFlow(entry, nullptr));
    }
    alias |= e.kind == EntryKind::kFlow && e.gives == "same" && operandOf(call->fact(), e.from) == old;
    for (int place : {e.from, e.within, e.value, e.field}) spoken |= operandOf(call->fact(), place) == old;
  }
  if (replaced) return out;
  // A method leaves its object what it was, unless a model says otherwise.
  const bool assigned = call->fact().name.ends_with("operator=");
  // std::ref(row), std::back_inserter(text): who gets that may write through it. What is done to a container is followed.
  if (alias && call->fact().in[0] != old) return byAlias(eval(walk, *at.body, old, context), shownCall(*call));
  if (spoken || (call->fact().in[0] == old && !assigned)) return eval(walk, *at.body, old, context);
  return evalOut(walk, *call, old, context);
}

Possibilities Evaluator::evalOut(Walk& walk, FactAt call, ValueId argument, const Context& context) {
  const auto& fact = call.fact();
  if (!fact.symbol.empty()) needs_.insert({NeedKind::kDefinition, call.body->language, bareName(fact.name)});
  auto callees = fact.symbol.empty() ? std::vector<const Body*>() : program_.callees(fact.symbol);
  const auto may = fmt::format("{} may change it", shownCall(call));
  if (callees.empty() || callees.size() > kMostCallees || pathOf(context).size() > kDeepestCall)
    return openBy(eval(walk, *call.body, argument, context), may);
  auto inside = contexts_.enter(call, context);
  Possibilities out;
  for (const Body* callee : callees) {
    const auto& function = callee->function;
    for (size_t i = 0; i < function.params.size(); ++i) {
      if (argumentOf(fact, function, i) != argument) continue;
      if (mayBeKept(*callee, function.params[i].value))
        return openBy(eval(walk, *call.body, argument, context),
                      fmt::format("{} keeps it, and may change it later", shownCall(call)));
      bool written = false;
      for (const auto& left : function.facts) {
        if (left.op != Op::kOut || left.index != i) continue;
        written = true;
        addPossibilities(out, eval(walk, *callee, left.in[0], inside));
      }
      if (!written) addPossibilities(out, eval(walk, *call.body, argument, context));
    }
  }
  return out.empty() ? Possibilities{unknown(may)} : out;
}

// A parameter of a function that an API calls with what it was given.
std::optional<Possibilities> Evaluator::evalCallback(Walk& walk, FactAt at, const Context& context) {
  const auto& call = context->call;
  const auto& function = at.body->function;
  if (call.fact().symbol == function.symbol) return std::nullopt;
  const int parameter = static_cast<int>(at.fact().index) - (function.method ? 1 : 0);
  bool calls = false;
  Possibilities out;
  for (const auto& entry : meaning_.models().functions(call.body->language, call.fact())) {
    if (entry.entry->kind != EntryKind::kFlow || entry.entry->to == rules::kAbsent) continue;
    calls = true;
    if (entry.entry->parameter != parameter) continue;
    addPossibilities(out, CallEvaluator(*this, walk, call, context->up).applyFlow(entry, nullptr));
  }
  if (!calls) return std::nullopt;
  for (auto& one : out)
    if (!one.chain.empty())
      one.chain.push_back(step(spanOf(call), fmt::format("{} calls its function with it", shownCall(call))));
  if (out.empty())
    out.push_back(unknown(fmt::format("what {} calls its function with is not described", shownCall(call))));
  return out;
}

// A variable of the function around a lambda, under the call of that function that the lambda was made in.
std::optional<Possibilities> Evaluator::evalCaptured(Walk& walk, FactAt at, const Context& context) {
  const auto& fact = at.fact();
  const auto& writes = program_.writesOf(fact.symbol);
  auto owns = [&](const Body& body) { return fact.symbol.starts_with(body.function.symbol + "@"); };
  const bool local = owns(*at.body) || std::ranges::any_of(writes, [&](FactAt write) { return owns(*write.body); });
  if (fact.symbol.empty() || writes.empty() || !local) return std::nullopt;
  Possibilities out;
  for (const auto& write : writes) {
    const ValueId value = write.fact().in.back();
    const Frame* frame = context.get();
    while (frame != nullptr && frame->call.body != write.body) frame = frame->up.get();
    if (write.body == at.body || frame != nullptr) {
      addPossibilities(out, eval(walk, *write.body, value, write.body == at.body ? context : frame->up));
      continue;
    }
    const Body* outer = std::exchange(walk.needsCallersOf, nullptr);
    auto found = eval(walk, *write.body, value, nullptr);
    const bool depends = std::exchange(walk.needsCallersOf, outer) != nullptr;
    if (depends && !context && owns(*write.body) && !callersOf(*at.body).paths.empty()) {
      walk.needsCallersOf = at.body;
      return Possibilities{unknown(fmt::format("who calls {} is not known", at.body->function.name))};
    }
    addPossibilities(out, depends ? evalUnderCallers(walk, *write.body, value) : std::move(found));
  }
  return out;
}

Possibilities Evaluator::returnsOf(Walk& walk, FactAt call, const std::vector<const Body*>& callees,
                                   const Context& context) {
  if (pathOf(context).size() > kDeepestCall) return {unknown("calls are nested too deep")};
  if (callees.size() > kMostCallees) return {unknown(fmt::format("{} may run too many functions", shownCall(call)))};
  auto inside = contexts_.enter(call, context);
  Possibilities out;
  for (const Body* callee : callees)
    for (size_t i = 0; i < callee->function.facts.size(); ++i) {
      const auto& fact = callee->function.facts[i];
      if (fact.op != Op::kReturn || fact.in.empty()) continue;
      auto given = eval(walk, *callee, fact.in[0], inside);
      for (auto& one : given)
        if (!one.chain.empty())
          one.chain.push_back(step(spanOf({callee, i}), fmt::format("returned by {}", callee->function.name)));
      addPossibilities(out, std::move(given));
    }
  if (out.empty()) {
    auto name = call.fact().name.empty() ? bareName(call.fact().symbol) : call.fact().name;
    out.push_back(unknown(fmt::format("{} returns nothing that is known", name)));
  }
  return out;
}

// What functions that are values give when the call runs them.
Possibilities Evaluator::returnedBy(Walk& walk, FactAt call, const Possibilities& functions, const Context& context) {
  std::vector<const Body*> callees;
  for (const auto& one : functions) {
    if (one.kind != Kind::kFunction)
      return {unknown(fmt::format("which function {} runs is not known", shownCall(call)))};
    auto known = program_.callees(one.name);
    callees.insert(callees.end(), known.begin(), known.end());
  }
  if (callees.empty()) return {unknown(fmt::format("which function {} runs is not known", shownCall(call)))};
  return returnsOf(walk, call, callees, context);
}

}  // namespace gander::rewriter
