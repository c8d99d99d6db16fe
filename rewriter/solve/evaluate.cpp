#include "rewriter/solve/evaluate.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <utility>

#include "rewriter/solve/contexts.h"
#include "rewriter/solve/evaluate_call.h"
#include "rewriter/solve/flow_walk.h"
#include "rewriter/solve/message_texts.h"
#include "rewriter/solve/object_walk.h"

namespace gander::rewriter {
namespace {

constexpr size_t kMostPossibilities = 32;
constexpr size_t kMostWritten = 1024;  // of those that are written out: a program has a table of all its queries
constexpr size_t kDeepestValue = 400;  // values that rest one on another: the stack holds them
constexpr size_t kDeepestWrite = 4;    // calls between a write and where its value comes from

bool sameRun(const TextRun& a, const TextRun& b) {
  return a.piece == b.piece && a.begin == b.begin && a.end == b.end && a.holes == b.holes;
}

bool sameThing(const Possibility& a, const Possibility& b) {
  return a.kind == b.kind && a.model == b.model && a.object == b.object && a.dataset == b.dataset &&
         a.other == b.other && a.path == b.path && a.open == b.open && a.made == b.made && a.name == b.name &&
         a.reason == b.reason && a.query == b.query && a.more == b.more && a.units == b.units && a.madeIn == b.madeIn &&
         std::equal(a.text.begin(), a.text.end(), b.text.begin(), b.text.end(), sameRun);
}

// One literal as it stands, or a record of the code: there are only as many as are written, and none multiplies another.
bool isWritten(const Possibility& one) {
  if (one.kind == Possibility::Kind::kRecord) return one.made.fact().op == Op::kRecord;
  return one.kind == Possibility::Kind::kText && !one.text.empty() &&
         std::ranges::all_of(one.text, [&](const TextRun& run) {
           return run.piece != nullptr && run.literal == one.text.front().literal;
         });
}

}  // namespace

void addPossibility(Possibilities& to, Possibility one) {
  const bool written = isWritten(one);
  size_t alike = 0;
  bool more = false;
  for (const auto& known : to) {
    if (sameThing(known, one)) return;
    alike += isWritten(known) == written;
    more |= known.more;
  }
  if (alike < (written ? kMostWritten : kMostPossibilities)) {
    to.push_back(std::move(one));
  } else if (!more) {
    to.push_back(tooMany());
  }
}

Possibility tooMany() {
  auto out = unknown("it may be too many things");
  out.more = true;
  return out;
}

void addPossibilities(Possibilities& to, Possibilities more) {
  for (auto& one : more) addPossibility(to, std::move(one));
}

Possibility unknown(std::string reason) {
  Possibility out;
  out.reason = std::move(reason);
  return out;
}

Possibility opaque() {
  Possibility out;
  out.kind = Possibility::Kind::kOpaque;
  return out;
}

const Callers& Evaluator::callersOf(const Body& body) {
  auto found = callers_.find(&body);
  if (found == callers_.end()) found = callers_.emplace(&body, findCallers(program_, meaning_, body, needs_)).first;
  return found->second;
}

Evaluation Evaluator::evaluate(const Body& body, ValueId value, const Context& context) {
  Walk walk;
  Evaluation out;
  out.possible = eval(walk, body, value, context);
  out.needsCallersOf = walk.needsCallersOf;
  auto said = [](const Possibility& one) { return one.kind == Possibility::Kind::kObject; };
  if (std::ranges::any_of(out.possible, said))
    std::erase_if(out.possible, [&](const Possibility& one) {
      return isEmpty(one) || (one.kind == Possibility::Kind::kOpaque && body.language == "cpp");
    });
  return out;
}

Evaluation Evaluator::evaluateTexts(FactAt call, const Entry& entry, const Context& context) {
  const auto& e = *entry.entry;
  if (e.fills.empty()) return evaluate(*call.body, operandOf(call.fact(), e.argument, e.keyword), context);
  Walk walk;
  auto texts = CallEvaluator(*this, walk, call, context).textsOf(entry);
  return {std::move(texts), walk.needsCallersOf};
}

Possibilities Evaluator::evaluateEverywhere(const Body& body, ValueId value) {
  Walk walk;
  return evalUnderCallers(walk, body, value);
}

Possibilities Evaluator::eval(Walk& walk, const Body& body, ValueId value, const Context& context) {
  if (value == kNoValue) return {opaque()};
  const Fact* fact = body.define(value);
  if (fact == nullptr) return {unknown("a value that was not lowered")};
  if (--walk.budget < 0 || walk.active.size() > kDeepestValue) return {unknown("the chain is too long")};
  auto key = std::make_tuple(&body, value, context.get());
  if (!walk.active.insert(key).second) return {};  // a loop adds nothing to itself
  auto out = evalFact(walk, {&body, static_cast<size_t>(fact - body.function.facts.data())}, context);
  walk.active.erase(key);
  return out;
}

Possibilities Evaluator::evalFact(Walk& walk, FactAt at, const Context& context) {
  const auto& fact = at.fact();
  switch (fact.op) {
    case Op::kConst: return evalConst(at);
    case Op::kGlobal: {
      auto captured = evalCaptured(walk, at, context);
      return captured ? *captured : evalGlobal(walk, at);
    }
    case Op::kParam: return evalParam(walk, at, context);
    case Op::kCopy:
      if (auto object = convertedObject(meaning_, *this, at)) return {*object};
      return fact.in.empty() ? Possibilities{} : eval(walk, *at.body, fact.in[0], context);
    case Op::kPhi: {
      if (auto value = argumentOrDefault(at, context); value != kNoValue) return eval(walk, *at.body, value, context);
      Possibilities out;
      for (ValueId value : fact.in) addPossibilities(out, eval(walk, *at.body, value, context));
      return out;
    }
    case Op::kCall: return evalCall(walk, at, context);
    case Op::kMember: return evalMember(walk, at, context);
    case Op::kIndex: return evalIndex(walk, at, context);
    case Op::kElement: return evalElement(walk, at, context);
    case Op::kConcat:
    case Op::kFormat: return evalConcat(walk, at, context);
    case Op::kRecord: {
      Possibility record;
      record.kind = Possibility::Kind::kRecord;
      record.made = at;
      record.madeIn = context;
      return {record};
    }
    case Op::kChanged: return evalChanged(walk, at, context);
    case Op::kUnknown:
    case Op::kOut:
    case Op::kReturn: break;
  }
  return {unknown("an expression that gander does not follow")};
}

// A parameter joined with its default: under a known call it is one of the two.
ValueId Evaluator::argumentOrDefault(FactAt at, const Context& context) {
  const auto& fact = at.fact();
  if (fact.name != "default" || fact.in.size() != 2 || !context) return kNoValue;
  const Fact* parameter = at.body->define(fact.in[0]);
  if (parameter == nullptr || parameter->op != Op::kParam) return kNoValue;
  bool written = argumentOf(context->call.fact(), at.body->function, parameter->index) != kNoValue;
  return fact.in[written ? 0 : 1];
}

Possibilities Evaluator::evalConst(FactAt at) {
  const auto& fact = at.fact();
  if (fact.text.empty()) return {opaque()};
  Possibility text;
  text.kind = Possibility::Kind::kText;
  for (const auto& piece : fact.text) text.text.push_back({&piece, at, 0, piece.value.size()});
  return {text};
}

Possibilities Evaluator::evalWrites(Walk& walk, const std::string& symbol, const std::string& name,
                                    const std::string& language) {
  needs_.insert({NeedKind::kWriters, language, bareName(name.empty() ? symbol : name)});
  Possibilities out;
  for (const auto& write : program_.writesOf(symbol)) {
    const auto& in = write.fact().in;
    if (!in.empty()) addPossibilities(out, evalUnderCallers(walk, *write.body, in.back()));
  }
  return out;
}

// Whose callers tell is another question here than the one that the walk was begun for, so it is settled on the spot: what a
// member was written with in a constructor is what all its callers gave.
Possibilities Evaluator::evalUnderCallers(Walk& walk, const Body& body, ValueId value) {
  const Body* outer = std::exchange(walk.needsCallersOf, nullptr);
  std::deque<std::vector<FactAt>> paths{{}};
  Possibilities out;
  for (size_t judged = 0; !paths.empty(); ++judged) {
    auto path = std::move(paths.front());
    paths.pop_front();
    walk.needsCallersOf = nullptr;
    auto found = eval(walk, body, value, contexts_.of(path));
    const Body* open = walk.needsCallersOf;
    static const Callers nobody;
    const auto& callers = open == nullptr ? nobody : callersOf(*open);
    const auto& ways = callers.paths;
    bool more =
        !ways.empty() && path.size() < kDeepestWrite && judged + paths.size() + ways.size() < kMostPossibilities;
    if (!more || !callers.open.empty()) addPossibilities(out, std::move(found));
    if (!more) continue;
    for (const auto& way : ways) {
      if (std::find(path.begin(), path.end(), way.front()) != path.end()) continue;
      auto longer = path;
      longer.insert(longer.end(), way.begin(), way.end());
      paths.push_back(std::move(longer));
    }
  }
  walk.needsCallersOf = outer;
  return out;
}

Possibilities Evaluator::evalGlobal(Walk& walk, FactAt at) {
  const auto& fact = at.fact();
  Possibility named;
  named.kind = Possibility::Kind::kName;
  named.name = fact.name;
  if (fact.symbol.empty()) return {named};
  if (!program_.definitions(fact.symbol).empty()) {
    named.kind = Possibility::Kind::kFunction;
    named.name = fact.symbol;
    return {named};
  }
  auto written = evalWrites(walk, fact.symbol, fact.name, at.body->language);
  if (written.empty()) return {named};
  return written;
}

Possibilities Evaluator::evalParam(Walk& walk, FactAt at, const Context& context) {
  const auto& function = at.body->function;
  uint32_t index = at.fact().index;
  if (auto named = parameterReference(meaning_, *at.body, index); named) {
    named->chain.push_back(step(at.fact().span, fmt::format("parameter {} of {} is {}", function.params[index].name,
                                                            function.name, meaning_.dataset(named->dataset).id)));
    return {*named};
  }
  if (index >= function.params.size() || function.params[index].variadic)
    return {unknown(fmt::format("a variable number of arguments of {}", function.name))};
  needs_.insert({NeedKind::kCallers, at.body->language, callableName(function)});
  if (!context) {
    walk.needsCallersOf = at.body;
    return {unknown(fmt::format("who calls {} is not known", function.name))};
  }
  const auto& call = context->call;
  if (auto given = evalCallback(walk, at, context)) return *given;
  ValueId argument = argumentOf(call.fact(), function, index);
  if (argument == kNoValue)
    return {unknown(fmt::format("argument {} of {} is not written at its call", index, function.name))};
  auto out = eval(walk, *call.body, argument, context->up);
  for (auto& one : out)
    if (!one.chain.empty())
      one.chain.push_back(
          step(spanOf(call), fmt::format("passed to {} as {}", function.name, function.params[index].name)));
  return out;
}

Possibilities Evaluator::evalMember(Walk& walk, FactAt at, const Context& context) {
  const auto& fact = at.fact();
  Possibilities out;
  bool anywhere = false;  // what is written to that member of any object
  if (fact.index > 0)
    if (auto part = partOf(walk, at, fact.index, fact.in[0], context)) return *part;
  auto bases = eval(walk, *at.body, fact.in.empty() ? kNoValue : fact.in[0], context);
  for (auto& base : bases) {
    if (auto written = membersOf(walk, at, base)) {
      addPossibilities(out, std::move(*written));
      continue;
    }
    anywhere = true;
    if (base.kind == Possibility::Kind::kObject) {
      addPossibilities(out,
                       CallEvaluator(*this, walk, at, context).applyOnObject(base, rules::Pattern::Form::kAttribute));
    } else if (base.kind == Possibility::Kind::kName && fact.symbol.empty()) {
      base.name += "." + fact.name;
      addPossibility(out, std::move(base));
    } else if (fact.symbol.empty()) {
      addPossibility(out, unknown(fmt::format("member {} of a value that is not known", fact.name)));
    }
  }
  anywhere |= bases.empty();
  if (!fact.symbol.empty() && anywhere)
    addPossibilities(out, evalWrites(walk, fact.symbol, fact.name, at.body->language));
  if (out.empty()) out.push_back(unknown(fmt::format("member {}: nothing writes it", fact.name)));
  return out;
}

Possibilities Evaluator::evalIndex(Walk& walk, FactAt at, const Context& context) {
  const auto& fact = at.fact();
  CallEvaluator call(*this, walk, at, context);
  if (auto modelled = call.applyFunctions(); modelled) return *modelled;
  Possibilities out;
  for (const auto& base : eval(walk, *at.body, fact.in.empty() ? kNoValue : fact.in[0], context)) {
    if (base.kind == Possibility::Kind::kObject) {
      addPossibilities(out, call.applyOnObject(base, rules::Pattern::Form::kSubscript));
    } else if (base.kind == Possibility::Kind::kRecord) {
      addPossibilities(out, elementsOf(walk, base, keyOf(walk, at, context)));
    } else {
      addPossibility(out, unknown("an element of a value that is not known"));
    }
  }
  return out;
}

Possibilities Evaluator::evalElement(Walk& walk, FactAt at, const Context& context) {
  const auto& fact = at.fact();
  CallEvaluator call(*this, walk, at, context);
  Possibilities out;
  for (const auto& base : eval(walk, *at.body, fact.in.empty() ? kNoValue : fact.in[0], context)) {
    if (auto inner = call.applyPairs(base, rules::Pattern::Form::kElement)) {
      addPossibilities(out, std::move(*inner));
    } else if (base.kind == Possibility::Kind::kObject) {
      addPossibilities(out, call.applyOnObject(base, rules::Pattern::Form::kElement));
    } else if (base.kind == Possibility::Kind::kRecord) {
      addPossibilities(out, elementsOf(walk, base));
    } else {
      addPossibility(out, unknown("an element of a value that is not known"));
    }
  }
  return out;
}

bool Evaluator::isFixed(FactAt record) {
  auto [at, fresh] = fixed_.try_emplace(record, false);
  if (!fresh) return at->second;
  auto walk = walkForward(program_, meaning_, record, needs_);
  bool fixed = walk.open.empty() && std::none_of(walk.terminals.begin(), walk.terminals.end(), [](const Terminal& end) {
                 const auto& fact = end.at.fact();
                 bool writes = fact.op == Op::kIndex && fact.access == Access::kWrite && end.operand == 0;
                 return writes || (fact.op == Op::kCall && end.operand == 0);  // a method may change it
               });
  return fixed_[record] = fixed;
}

Possibilities Evaluator::evalCall(Walk& walk, FactAt at, const Context& context) {
  return CallEvaluator(*this, walk, at, context).apply();
}

EvidenceStep Evaluator::step(const Span& span, std::string why) const {
  return {span.file, texts_.positionOf(span), std::move(why)};
}

}  // namespace gander::rewriter
