#include "rewriter/solve/flow_walk.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "rewriter/solve/contexts.h"
#include "rewriter/solve/evaluate_call.h"

namespace gander::rewriter {
namespace {

using Place = std::pair<const Body*, ValueId>;
constexpr size_t kMostPlaces = 4000;

class Walker {
 public:
  Walker(const Program& program, const Meaning& meaning, std::set<Need>& needs, const TextTest& isText, Holders holders)
      : program_(program), meaning_(meaning), needs_(needs), isText_(isText), holders_(holders) {}

  FlowWalk walk(FactAt start) {
    push(start.body, start.fact().out);
    follow();
    std::swap(out_.terminals, direct_);
    for (const auto& [body, value] : keyed_) push(body, value);
    follow();
    std::swap(out_.terminals, out_.inside);
    std::swap(out_.terminals, direct_);
    return std::move(out_);
  }

 private:
  void follow() {
    while (!queue_.empty() && out_.open.empty()) {
      auto [body, value] = queue_.front();
      queue_.pop_front();
      auto users = body->users.find(value);
      if (users == body->users.end()) continue;
      for (size_t index : users->second) visit({body, index}, value);
      if (seen_.size() > kMostPlaces) out_.open = "it goes to too many places";
    }
  }

  void push(const Body* body, ValueId value) {
    if (value != kNoValue && seen_.insert({body, value}).second) queue_.push_back({body, value});
  }

  void visit(FactAt at, ValueId value) {
    const auto& in = at.fact().in;
    for (size_t operand = 0; operand < in.size(); ++operand)
      if (in[operand] == value) visitOperand(at, operand);
  }

  void visitOperand(FactAt at, size_t operand) {
    const auto& fact = at.fact();
    switch (fact.op) {
      case Op::kCopy:
      case Op::kPhi:
      case Op::kConcat:
      case Op::kFormat:
      case Op::kElement: return push(at.body, fact.out);
      case Op::kChanged: return throughChanged(at, operand);
      case Op::kOut: return toArguments(at);
      case Op::kRecord: return intoRecord(at, operand);
      case Op::kIndex:
        if (operand == 2 && holdsElements(at) && !isField(at)) return pushContainer(at.body, fact.in[0]);
        if (operand == 0 && fact.access != Access::kWrite && at.body->language == "cpp") return push(at.body, fact.out);
        if (operand == 0 && fact.name == "*") return;  // something else is written where it stands
        return operand == 0 && fact.access == Access::kRead ? pushElement(at, operand) : end(at, operand);
      case Op::kReturn: return toCallers(at);
      case Op::kGlobal:
      case Op::kMember: return toReaders(at, operand);
      case Op::kCall: return intoCall(at, operand);
      case Op::kUnknown: return throughUnknown(at, operand);
      default: return end(at, operand);
    }
  }

  void end(FactAt at, size_t operand) { out_.terminals.insert({at, operand}); }

  // The value may be a list of names, or the object that a key is looked up in.
  void pushElement(FactAt at, size_t operand) {
    end(at, operand);
    push(at.body, at.fact().out);
  }

  void toCallers(FactAt at) {
    const auto& function = at.body->function;
    out_.returned.insert(at.body);
    // What the migration says of its result holds wherever the result goes.
    bool told =
        std::ranges::any_of(meaning_.referencesTo(function), [](const auto& one) { return !one.reference->parameter; });
    if (told && holders_ == Holders::kTell) return;
    needs_.insert({NeedKind::kCallers, at.body->language, callableName(function)});
    for (const auto& call : program_.callsOf(function.symbol)) push(call.body, call.fact().out);
    for (const auto& overridden : function.overrides)
      for (const auto& call : program_.callsOf(overridden)) push(call.body, call.fact().out);
    if (!program_.escapes(function.symbol)) return;
    auto callers = findCallers(program_, meaning_, *at.body, needs_);
    for (const auto& path : callers.paths) push(path.front().body, path.front().fact().out);
    if (!callers.open.empty())
      out_.open = fmt::format("{} is used as a value: who calls it is not known", function.name);
  }

  // What the caller's variable is afterwards.
  void toArguments(FactAt at) {
    const auto& function = at.body->function;
    needs_.insert({NeedKind::kCallers, at.body->language, callableName(function)});
    for (const auto& call : callSites(program_, *at.body))
      for (const auto& changed : changedBy(call, argumentOf(call.fact(), function, at.fact().index)))
        push(call.body, changed.fact().out);
  }

  // A key may come out of a map again, as the first part of an entry.
  void intoRecord(FactAt at, size_t operand) {
    const bool key = operand % 2 == 0;
    if (key) end(at, operand);
    if (!key && at.fact().in[operand - 1] != kNoValue && holders_ == Holders::kTell) {
      out_.holders.insert({at, operand});
    } else if (!key) {
      push(at.body, at.fact().out);
    } else if (at.body->language == "cpp") {
      keyed_.emplace_back(at.body, at.fact().out);
    }
  }

  // array[i] = x, map[key] = x: what goes in comes out of the container, wherever that is read.
  bool holdsElements(FactAt at) const {
    if (at.body->language != "cpp" || at.fact().access != Access::kWrite) return false;
    if (at.fact().name.empty() || at.fact().name == "*") return true;
    const auto& entries = meaning_.models().functions(at.body->language, at.fact());
    return std::ranges::any_of(entries, [](const Entry& entry) { return entry.entry->gives == rules::kElementObject; });
  }

  // record["listener"] = inner: the inner record is a field of the other.
  bool isField(FactAt at) const {
    const Fact* key = at.body->define(at.fact().in[1]);
    return holders_ == Holders::kTell && key != nullptr && key->op == Op::kConst && !key->text.empty();
  }

  // A container is looked for where it comes from: there all of its readers begin.
  void pushContainer(const Body* body, ValueId value) {
    std::vector<Place> work{{body, value}};
    while (!work.empty()) {
      auto [in, one] = work.back();
      work.pop_back();
      const Fact* fact = in->define(one);
      if (fact == nullptr || !containers_.insert({in, one}).second) continue;
      push(in, one);
      if (fact->op == Op::kCopy || fact->op == Op::kChanged) work.emplace_back(in, fact->in[0]);
      if (fact->op == Op::kPhi)
        for (ValueId operand : fact->in) work.emplace_back(in, operand);
      if (fact->op == Op::kParam)
        for (const auto& call : callSites(program_, *in))
          work.emplace_back(call.body, argumentOf(call.fact(), in->function, fact->index));
      const bool kept = (fact->op == Op::kGlobal || fact->op == Op::kMember) && fact->access == Access::kRead;
      if (kept && !fact->symbol.empty()) toReadersOf(*in, *fact);
      if (containers_.size() > kMostPlaces) out_.open = "it goes to too many places";
    }
  }

  void toReadersOf(const Body& body, const Fact& fact) {
    needs_.insert({NeedKind::kReaders, body.language, bareName(fact.name.empty() ? fact.symbol : fact.name)});
    for (const auto& read : program_.readsOf(fact.symbol)) push(read.body, read.fact().out);
  }

  void toReaders(FactAt at, size_t operand) {
    const auto& fact = at.fact();
    const bool part = fact.op == Op::kMember && operand == 0 && fact.index > 0 && fact.access == Access::kRead;
    if (part) return push(at.body, fact.out);
    if (fact.access != Access::kWrite || fact.symbol.empty() || (fact.op == Op::kMember && operand == 0)) {
      if (fact.op != Op::kMember || operand != 0) end(at, operand);
      return;
    }
    needs_.insert({NeedKind::kReaders, at.body->language, bareName(fact.name.empty() ? fact.symbol : fact.name)});
    for (const auto& read : program_.readsOf(fact.symbol)) push(read.body, read.fact().out);
  }

  void intoCall(FactAt at, size_t operand) {
    const auto& fact = at.fact();
    const auto& entries = meaning_.models().functions(at.body->language, fact);
    if (!entries.empty()) return byEntries(at, operand, entries);
    const auto& onText = meaning_.models().onText(at.body->language, bareName(fact.name));
    bool known = !fact.symbol.empty() && !callees(fact.symbol).empty();
    if (!known && !onText.empty() && isText(at, operand)) return byEntries(at, operand, onText);
    if (!fact.symbol.empty())
      needs_.insert({NeedKind::kDefinition, at.body->language, bareName(fact.name.empty() ? fact.symbol : fact.name)});
    const auto& definitions = callees(fact.symbol);
    if (definitions.empty()) return end(at, operand);
    for (const Body* callee : definitions) intoParameter(at, operand, *callee);
  }

  // Whether the object of a method call is text: what is followed, a literal, or what else is known to be.
  bool isText(FactAt at, size_t operand) const {
    ValueId object = at.fact().in[0];
    const Fact* made = at.body->define(object);
    if (operand == 0 || (made != nullptr && made->op == Op::kConst && !made->text.empty())) return true;
    return isText_ && object != kNoValue && isText_(*at.body, object);
  }

  // What only passes the value on, or makes it a part of a text, is no end.
  void byEntries(FactAt at, size_t operand, const std::vector<Entry>& entries) {
    bool passes = false;
    bool ends = false;
    for (const auto& [model, entry] : entries) {
      if (entry->kind == rules::EntryKind::kFormat) {
        passes = true;
        push(at.body, at.fact().out);
      } else if (entry->kind == rules::EntryKind::kFlow) {
        passes |= operandOf(at.fact(), entry->within) == at.fact().in[operand];  // a container that gets more
        if (operandOf(at.fact(), entry->from) != at.fact().in[operand]) continue;
        passes = true;
        if (goesElsewhere(at, *entry)) continue;
        bool passesOn = entry->gives == "same" || entry->gives == rules::kPairsObject ||
                        entry->gives == rules::kElementObject || entry->gives == rules::kPartObject;
        if (passesOn) push(at.body, at.fact().out);
        ends |= !passesOn && entry->gives != rules::kValueObject;
      } else {
        ends = true;
      }
    }
    if (ends || !passes) end(at, operand);
  }

  // Whether a flow leads into a container, a variable, a function's parameter or a pair, and not to the call's result.
  bool goesElsewhere(FactAt at, const rules::ModelEntry& flow) {
    const auto& fact = at.fact();
    if (flow.within == rules::kResult || flow.part != rules::kAbsent) {
      push(at.body, fact.out);
    } else if (flow.within != rules::kAbsent) {
      pushContainer(at.body, operandOf(fact, flow.within));
    } else if (flow.into != rules::kAbsent) {
      for (const auto& changed : changedBy(at, operandOf(fact, flow.into))) push(at.body, changed.fact().out);
      if (flow.into == rules::kReceiver) end(at, 1);
    } else if (flow.to != rules::kAbsent) {
      intoFunction(at, flow);
    } else {
      return false;
    }
    return true;
  }

  void intoFunction(FactAt at, const rules::ModelEntry& flow) {
    const Fact* value = at.body->define(operandOf(at.fact(), flow.to));
    while (value != nullptr && value->op == Op::kCopy) value = at.body->define(value->in[0]);
    if (value == nullptr || value->op != Op::kGlobal) return;
    for (const Body* callee : program_.definitions(value->symbol)) {
      const size_t index = static_cast<size_t>(flow.parameter) + (callee->function.method ? 1 : 0);
      if (index < callee->function.params.size()) push(callee, callee->function.params[index].value);
    }
  }

  // What a call leaves in an argument: the text that it wrote there, or what the argument was.
  void throughChanged(FactAt at, size_t operand) {
    auto call = callInto(at);
    const bool format = call && formatInto(meaning_, *call, at.fact().in[0]) != nullptr;
    if (operand == 0 || format) push(at.body, at.fact().out);
  }

  void throughUnknown(FactAt at, size_t operand) {
    if (isSpread(at)) return push(at.body, at.fact().out);
    end(at, operand);
  }

  // f(*names): the elements are arguments.
  bool isSpread(FactAt at) const {
    auto users = at.body->users.find(at.fact().out);
    if (users == at.body->users.end()) return false;
    return std::ranges::any_of(users->second, [&](size_t index) {
      const auto& call = at.body->function.facts[index];
      for (size_t i = 0; call.op == Op::kCall && i < call.keywords.size(); ++i)
        if (call.keywords[i] == "*" && call.in[i + 1] == at.fact().out) return true;
      return false;
    });
  }

  std::vector<const Body*> callees(const std::string& symbol) const {
    auto direct = program_.callees(symbol);
    return direct.empty() && !symbol.empty() ? program_.definitions(symbol + ".__init__") : direct;
  }

  void intoParameter(FactAt at, size_t operand, const Body& callee) {
    ValueId value = at.fact().in[operand];
    bool entered = false;
    for (size_t i = 0; i < callee.function.params.size(); ++i) {
      if (argumentOf(at.fact(), callee.function, i) != value) continue;
      push(&callee, callee.function.params[i].value);
      out_.parameters.insert({&callee, i});
      entered = true;
    }
    if (!entered) end(at, operand);
  }

  const Program& program_;
  const Meaning& meaning_;
  std::set<Need>& needs_;
  const TextTest& isText_;
  const Holders holders_;
  std::deque<Place> queue_;
  std::vector<Place> keyed_;  // records that it is a key of
  std::set<Terminal> direct_;
  std::set<Place> containers_;
  std::set<Place> seen_;
  FlowWalk out_;
};

}  // namespace

FlowWalk walkForward(const Program& program, const Meaning& meaning, FactAt start, std::set<Need>& needs,
                     const TextTest& isText, Holders holders) {
  return Walker(program, meaning, needs, isText, holders).walk(start);
}

}  // namespace gander::rewriter
