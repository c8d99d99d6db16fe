// Objects that calls on them fill: a cursor has the rows of the queries that it has run.
//
//   cur = db.cursor(); cur.execute("SELECT * FROM plays"); for row in cur.fetchall()
//     -> fetchall() is on a cursor, made at db.cursor(); execute is called on the same one: rows of its query
//
// The order of the calls is not asked for: where several queries are run, the rows may be of each.
#include <fmt/format.h>

#include "rewriter/solve/evaluate_call.h"

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

static constexpr std::string_view kPairs = "pairs of ";
static constexpr std::string_view kPair = "pair of ";

std::string pairsOf(const std::string& object) { return std::string(kPairs) + object; }
std::string pairOf(const std::string& object) { return std::string(kPair) + object; }

std::optional<Inner> innerOf(std::string_view object) {
  if (object.starts_with(kPairs)) return Inner{std::string(object.substr(kPairs.size())), true};
  if (object.starts_with(kPair)) return Inner{std::string(object.substr(kPair.size())), false};
  return std::nullopt;
}

std::optional<Possibilities> CallEvaluator::applyPairs(const Possibility& one, Pattern::Form form) {
  auto inner = innerOf(one.object);
  if (!inner) return std::nullopt;
  if (form != Pattern::Form::kElement && form != Pattern::Form::kSubscript)
    return Possibilities{unknown("what is done with pairs is not followed")};
  auto part = one;
  part.object = inner->pairs ? pairOf(inner->object) : inner->object;
  if (inner->pairs) return Possibilities{part};
  if (part.kind == Kind::kRecord) return evaluator_.elementsOf(walk_, part);
  return applyOnObject(part, Pattern::Form::kElement);
}

bool CallEvaluator::isFilled(const Possibility& object) const {
  for (const auto& entry : object.model->entries)
    if (entry.kind == EntryKind::kText && entry.into == rules::kReceiver && entry.pattern.object == object.object)
      return true;
  return false;
}

namespace {

// Everywhere that one object goes, from where it was made: which methods are called on it.
class ObjectWalk {
 public:
  ObjectWalk(const Program& program, const Meaning& meaning, std::set<Need>& needs)
      : program_(program), meaning_(meaning), needs_(needs) {}

  void walk(FactAt made) {
    push(made.body, made.fact().out);
    while (!queue_.empty() && open.empty()) {
      auto [body, value] = queue_.back();
      queue_.pop_back();
      auto users = body->users.find(value);
      if (users == body->users.end()) continue;
      for (size_t index : users->second) visit({body, index}, value);
      if (seen_.size() > kMostPlaces) open = "it goes to too many places";
    }
  }

  std::vector<FactAt> calls;
  std::string open;

 private:
  static constexpr size_t kMostPlaces = 1000;

  void push(const Body* body, ValueId value) {
    if (value != kNoValue && seen_.insert({body, value}).second) queue_.push_back({body, value});
  }

  void visit(FactAt at, ValueId value) {
    const auto& fact = at.fact();
    for (size_t operand = 0; operand < fact.in.size(); ++operand) {
      if (fact.in[operand] != value) continue;
      switch (fact.op) {
        case Op::kCopy:
        case Op::kPhi: push(at.body, fact.out); break;
        case Op::kReturn: toCallers(at); break;
        case Op::kGlobal:
        case Op::kMember: toReaders(at, operand); break;
        case Op::kCall: intoCall(at, operand); break;
        case Op::kChanged:
          if (operand == 0) push(at.body, fact.out);
          break;
        case Op::kElement:
        case Op::kIndex:
        case Op::kUnknown: break;
        default: open = "it is kept where gander does not follow it";
      }
    }
  }

  void toCallers(FactAt at) {
    const auto& function = at.body->function;
    needs_.insert({NeedKind::kCallers, at.body->language, callableName(function)});
    for (const auto& call : program_.callsOf(function.symbol)) push(call.body, call.fact().out);
    if (program_.escapes(function.symbol)) open = fmt::format("who calls {} is not known", function.name);
  }

  void toReaders(FactAt at, size_t operand) {
    const auto& fact = at.fact();
    if (fact.access != Access::kWrite || (fact.op == Op::kMember && operand == 0)) return;
    if (fact.symbol.empty()) {
      open = fmt::format("who reads {} is not known", fact.name);
      return;
    }
    needs_.insert({NeedKind::kReaders, at.body->language, bareName(fact.name.empty() ? fact.symbol : fact.name)});
    for (const auto& read : program_.readsOf(fact.symbol)) push(read.body, read.fact().out);
  }

  void intoCall(FactAt at, size_t operand) {
    const auto& fact = at.fact();
    if (operand == 0) return calls.push_back(at);
    const auto& entries = meaning_.models().functions(at.body->language, fact);
    for (const auto& entry : entries)
      if (entry.entry->kind == EntryKind::kFlow && entry.entry->gives == "same") push(at.body, fact.out);
    if (!entries.empty()) return;
    bool entered = false;
    for (const Body* callee : program_.definitions(fact.symbol))
      for (size_t i = 0; i < callee->function.params.size(); ++i) {
        if (argumentOf(fact, callee->function, i) != fact.in[operand]) continue;
        push(callee, callee->function.params[i].value);
        entered = true;
      }
    if (!fact.symbol.empty())
      needs_.insert({NeedKind::kDefinition, at.body->language, bareName(fact.name.empty() ? fact.symbol : fact.name)});
    if (!entered) open = fmt::format("{} may run another query on it", fact.name.empty() ? "a call" : fact.name);
  }

  const Program& program_;
  const Meaning& meaning_;
  std::set<Need>& needs_;
  std::set<std::pair<const Body*, ValueId>> seen_;
  std::vector<std::pair<const Body*, ValueId>> queue_;
};

}  // namespace

Possibilities CallEvaluator::filled(const Possibility& object) {
  Possibilities out;
  if (object.dataset != kNoDataset || !object.other.empty()) out.push_back(object);
  if (object.made.body == nullptr) {
    if (out.empty()) out.push_back(unknown(fmt::format("which queries this {} runs is not known", object.object)));
    return out;
  }
  ObjectWalk walk(evaluator_.program_, evaluator_.meaning_, evaluator_.needs_);
  walk.walk(object.made);
  if (!walk.open.empty()) addPossibility(out, unknown(walk.open));
  for (const auto& call : walk.calls)
    for (const auto& entry : evaluator_.meaning_.models().onObject(*object.model, Pattern::Form::kMethod, object.object,
                                                                   bareName(call.fact().name)))
      if (entry.entry->kind == EntryKind::kText && entry.entry->into == rules::kReceiver)
        for (auto& one : ranBy(call, entry)) {
          // It is still the object that was called.
          if (one.kind == Kind::kObject) one.model = object.model;
          if (one.kind == Kind::kObject) one.object = object.object;
          addPossibility(out, std::move(one));
        }
  if (out.empty()) out.push_back(object);
  return out;
}

// The rows of the queries that one call runs.
Possibilities CallEvaluator::ranBy(FactAt call, const Entry& entry) {
  ValueId text = operandOf(call.fact(), entry.entry->argument, entry.entry->keyword);
  if (text == kNoValue) return {};  // another entry's keyword holds it
  auto queries = call.body == at_.body ? evaluator_.eval(walk_, *call.body, text, context_)
                                       : evaluator_.evalUnderCallers(walk_, *call.body, text);
  return CallEvaluator(evaluator_, walk_, call, context_).rowsOf(entry, queries);
}

}  // namespace gander::rewriter
