#include "rewriter/solve/object_walk.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <tuple>

#include "rewriter/solve/contexts.h"
#include "rewriter/solve/evaluate_call.h"

namespace gander::rewriter {

using rules::EntryKind;

std::vector<FactAt> pathOf(const Context& context) {
  std::vector<FactAt> path;
  for (const auto* frame = context.get(); frame != nullptr; frame = frame->up.get()) path.push_back(frame->call);
  return path;
}

namespace {

constexpr size_t kMostPlaces = 2000;
constexpr size_t kDeepest = 6;  // calls that are entered one in another

struct Spot {
  const Body* body = nullptr;
  ValueId value = kNoValue;
  Context context;
  bool foreign = false;
  bool inside = false;
};

class ObjectWalker {
 public:
  ObjectWalker(const Program& program, const Meaning& meaning, Contexts& contexts, std::set<Need>& needs,
               size_t& budget)
      : program_(program), meaning_(meaning), contexts_(contexts), needs_(needs), budget_(budget) {}

  ObjectUses walk(FactAt made, const Context& madeIn) {
    push({made.body, made.fact().out, madeIn});
    if (made.fact().constructs)
      for (const Body* constructor : calleesOf(made))
        if (!constructor->function.params.empty())
          push({constructor, constructor->function.params[0].value, contexts_.enter(made, madeIn)});
    while (!queue_.empty() && budget_ <= kMostPlaces) {
      auto spot = std::move(queue_.front());
      queue_.pop_front();
      auto users = spot.body->users.find(spot.value);
      if (users == spot.body->users.end()) continue;
      for (size_t index : users->second) visit({spot.body, index}, spot);
    }
    return std::move(out_);
  }

 private:
  void push(Spot spot) {
    if (spot.value == kNoValue) return;
    if (!seen_.insert({spot.body, spot.value, spot.context.get(), spot.foreign, spot.inside}).second) return;
    if (++budget_ > kMostPlaces) return open("it goes to too many places");
    queue_.push_back(std::move(spot));
  }
  void pass(const Spot& spot, ValueId value) {
    auto next = spot;
    next.value = value;
    push(std::move(next));
  }
  void open(std::string why) {
    if (out_.open.empty()) out_.open = std::move(why);
  }
  void use(FactAt at, size_t operand, const Spot& spot) {
    out_.uses.push_back({at, operand, spot.context, spot.foreign, spot.inside});
  }

  void visit(FactAt at, const Spot& spot) {
    const auto& in = at.fact().in;
    for (size_t operand = 0; operand < in.size(); ++operand)
      if (in[operand] == spot.value) visitOperand(at, operand, spot);
  }

  void visitOperand(FactAt at, size_t operand, const Spot& spot) {
    const auto& fact = at.fact();
    switch (fact.op) {
      case Op::kCopy:
      case Op::kPhi: return pass(spot, fact.out);
      case Op::kChanged: return operand == 0 ? pass(spot, fact.out) : void();
      case Op::kReturn: return spot.inside ? void() : toCallers(at, spot);
      case Op::kOut: return spot.inside ? void() : toArguments(at, spot);
      case Op::kGlobal: return spot.inside ? void() : toReaders(at);
      case Op::kMember: return operand == 0 || spot.inside ? use(at, operand, spot) : toMember(at, spot);
      case Op::kIndex:
        use(at, operand, spot);
        if (operand == 2 && !spot.inside) open("it is kept in a container");
        return;
      case Op::kElement: use(at, operand, spot); return spot.inside ? void() : pass(insideOf(spot), fact.out);
      case Op::kCall: return intoCall(at, operand, spot);
      case Op::kConcat:
      case Op::kFormat: return;
      case Op::kUnknown:  // a comparison, a test: nothing comes of it
        if (fact.out == kNoValue || !at.body->users.contains(fact.out) || spot.inside) return;
        [[fallthrough]];
      default:
        if (!spot.inside) open("it is kept where gander does not follow it");
    }
  }

  static Spot insideOf(Spot spot) {
    spot.inside = true;
    return spot;
  }

  void toCallers(FactAt at, const Spot& spot) {
    if (spot.context)
      return push({spot.context->call.body, spot.context->call.fact().out, spot.context->up, spot.foreign});
    const auto& function = at.body->function;
    needs_.insert({NeedKind::kCallers, at.body->language, callableName(function)});
    for (const auto& call : callSites(program_, *at.body)) push({call.body, call.fact().out, nullptr, true});
    if (program_.escapes(function.symbol) || function.virtualMethod)
      open(fmt::format("who calls {} is not known", function.name));
  }

  // What the caller's variable is when the function is left.
  void toArguments(FactAt at, const Spot& spot) {
    const auto& function = at.body->function;
    auto sites = spot.context ? std::vector{spot.context->call} : callSites(program_, *at.body);
    if (!spot.context) needs_.insert({NeedKind::kCallers, at.body->language, callableName(function)});
    for (const auto& call : sites)
      for (const auto& changed : changedBy(call, argumentOf(call.fact(), function, at.fact().index)))
        push({call.body, changed.fact().out, spot.context ? spot.context->up : nullptr,
              spot.foreign || spot.context == nullptr});
  }

  void toReaders(FactAt at) {
    const auto& fact = at.fact();
    if (fact.access != Access::kWrite) return;
    if (fact.symbol.empty()) return open(fmt::format("who reads {} is not known", fact.name));
    needs_.insert({NeedKind::kReaders, at.body->language, bareName(fact.name.empty() ? fact.symbol : fact.name)});
    for (const auto& read : program_.readsOf(fact.symbol)) push({read.body, read.fact().out, nullptr, true});
  }

  // Kept in a member: it is read where that member of that object is, or, where the object is not known, of any.
  void toMember(FactAt at, const Spot& spot) {
    auto object = objectOf({at.body, at.fact().in[0], spot.context, spot.foreign}, 0);
    if (!object || depth_ > 2) return toReaders(at);
    needs_.insert({NeedKind::kReaders, at.body->language, bareName(at.fact().name)});
    ObjectWalker outer(program_, meaning_, contexts_, needs_, budget_);
    outer.depth_ = depth_ + 1;
    auto holder = outer.walk(object->first, object->second);
    if (!holder.open.empty()) return toReaders(at);
    for (const auto& use : holder.uses) {
      const auto& read = use.at.fact();
      if (read.op == Op::kMember && read.access == Access::kRead && use.operand == 0 && read.symbol == at.fact().symbol)
        push({use.at.body, read.out, use.context, use.foreign});
    }
  }

  // The construction or record that a value is, if it is one only.
  std::optional<std::pair<FactAt, Context>> objectOf(Spot spot, size_t depth) const {
    if (spot.foreign || depth > 2 * kDeepest) return std::nullopt;
    auto made = spot.body->definition.find(spot.value);
    if (made == spot.body->definition.end()) return std::nullopt;
    FactAt at{spot.body, made->second};
    const auto& fact = at.fact();
    if (fact.op == Op::kRecord || fact.constructs) return std::pair{at, spot.context};
    if (fact.op == Op::kCopy || fact.op == Op::kChanged) {
      spot.value = fact.in[0];
      return objectOf(std::move(spot), depth + 1);
    }
    if (fact.op != Op::kParam || !spot.context) return std::nullopt;
    const auto call = spot.context->call;
    if (fact.index == 0 && call.fact().constructs) return std::pair{call, spot.context->up};
    return objectOf({call.body, argumentOf(call.fact(), spot.body->function, fact.index), spot.context->up}, depth + 1);
  }

  std::vector<const Body*> calleesOf(FactAt call) {
    const auto& fact = call.fact();
    if (fact.symbol.empty()) return {};
    needs_.insert({NeedKind::kDefinition, call.body->language, bareName(fact.name.empty() ? fact.symbol : fact.name)});
    return program_.callees(fact.symbol);
  }

  void intoCall(FactAt at, size_t operand, const Spot& spot) {
    const auto& fact = at.fact();
    use(at, operand, spot);
    const auto& entries = meaning_.models().functions(at.body->language, fact);
    if (!entries.empty()) return byEntries(at, operand, entries, spot);
    auto callees = calleesOf(at);
    if (callees.empty()) {
      if (operand > 0 && !spot.inside)
        open(fmt::format("it goes to {}, which no model describes", fact.name.empty() ? "a call" : fact.name));
      return;
    }
    auto path = pathOf(spot.context);
    if (path.size() >= kDeepest || std::ranges::find(path, at) != path.end()) return open("calls are nested too deep");
    for (const Body* callee : callees) enter(at, operand, *callee, spot);
  }

  void enter(FactAt at, size_t operand, const Body& callee, const Spot& spot) {
    bool entered = false;
    for (size_t i = 0; i < callee.function.params.size(); ++i) {
      if (argumentOf(at.fact(), callee.function, i) != at.fact().in[operand]) continue;
      push({&callee, callee.function.params[i].value, contexts_.enter(at, spot.context), spot.foreign, spot.inside});
      entered = true;
    }
    if (!entered && !spot.inside) open(fmt::format("it goes to {}, which takes it elsewhere", callee.function.name));
  }

  void byEntries(FactAt at, size_t operand, const std::vector<Entry>& entries, const Spot& spot) {
    for (const auto& [model, entry] : entries) {
      if (entry->kind != EntryKind::kFlow || operandOf(at.fact(), entry->from) != at.fact().in[operand]) continue;
      const bool here = entry->within == rules::kAbsent && entry->to == rules::kAbsent && entry->part == rules::kAbsent;
      if (entry->into != rules::kAbsent) {
        for (const auto& changed : changedBy(at, operandOf(at.fact(), entry->into))) pass(spot, changed.fact().out);
      } else if (here && entry->gives == "same") {
        pass(spot, at.fact().out);
      } else if (here && entry->gives == rules::kElementObject && !spot.inside) {
        pass(insideOf(spot), at.fact().out);
      } else if (!here && entry->gives == "same" && !spot.inside) {
        open("it is kept in a container");
      }
    }
  }

  const Program& program_;
  const Meaning& meaning_;
  Contexts& contexts_;
  std::set<Need>& needs_;
  size_t& budget_;
  size_t depth_ = 0;
  std::deque<Spot> queue_;
  std::set<std::tuple<const Body*, ValueId, const Frame*, bool, bool>> seen_;
  ObjectUses out_;
};

}  // namespace

ObjectUses followObject(const Program& program, const Meaning& meaning, Contexts& contexts, FactAt made,
                        const Context& madeIn, std::set<Need>& needs) {
  size_t budget = 0;
  return ObjectWalker(program, meaning, contexts, needs, budget).walk(made, madeIn);
}

}  // namespace gander::rewriter
