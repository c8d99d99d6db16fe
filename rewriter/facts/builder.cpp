#include "rewriter/facts/builder.h"

#include <algorithm>
#include <utility>

namespace gander::rewriter {
namespace {

bool hasResult(const Fact& fact) {
  if (fact.op == Op::kReturn || fact.op == Op::kOut) return false;
  const bool writable = fact.op == Op::kGlobal || fact.op == Op::kMember || fact.op == Op::kIndex;
  return !(writable && fact.access == Access::kWrite);
}

// Finds the Phis that join one value only and names that value for each.
//   Before: %3 = phi %2 %3, %4 = phi %3 %2     After: %3 is %2, %4 is %2
class PhiReduction {
 public:
  explicit PhiReduction(std::vector<Fact>& facts) {
    for (Fact& fact : facts) {
      if (fact.op != Op::kPhi) continue;
      phis_[fact.out] = &fact;
      for (const ValueId operand : fact.in) users_[operand].push_back(fact.out);
    }
  }

  void run() {
    std::vector<ValueId> work;
    for (const auto& [phi, fact] : phis_) work.push_back(phi);
    while (!work.empty()) {
      const ValueId phi = work.back();
      work.pop_back();
      if (replaced_.contains(phi)) continue;
      const auto operands = operandsOf(phi);
      if (operands.size() != 1) continue;
      replaced_[phi] = operands.front();
      auto moved = std::exchange(users_[phi], {});
      work.insert(work.end(), moved.begin(), moved.end());
      auto& users = users_[operands.front()];
      users.insert(users.end(), moved.begin(), moved.end());
    }
  }

  // The operands as they are by now, each once, without the Phi itself.
  std::vector<ValueId> operandsOf(ValueId phi) {
    std::vector<ValueId> operands;
    for (const ValueId written : phis_.at(phi)->in) {
      const ValueId operand = resolve(written);
      if (operand != phi && std::ranges::find(operands, operand) == operands.end()) operands.push_back(operand);
    }
    return operands;
  }

  ValueId resolve(ValueId value) {
    std::vector<ValueId> path;
    for (auto found = replaced_.find(value); found != replaced_.end(); found = replaced_.find(value)) {
      path.push_back(value);
      value = found->second;
    }
    for (const ValueId step : path) replaced_[step] = value;
    return value;
  }

  bool replaces(ValueId value) const { return replaced_.contains(value); }

 private:
  std::map<ValueId, Fact*> phis_;
  std::map<ValueId, std::vector<ValueId>> users_;
  std::map<ValueId, ValueId> replaced_;
};

void dropTrivialPhis(Function& function) {
  PhiReduction reduction(function.facts);
  reduction.run();
  std::vector<Fact> kept;
  kept.reserve(function.facts.size());
  for (Fact& fact : function.facts) {
    if (reduction.replaces(fact.out)) continue;
    if (fact.op == Op::kPhi) {
      auto operands = reduction.operandsOf(fact.out);
      if (operands.empty()) {
        kept.push_back({.op = Op::kUnknown, .out = fact.out, .span = fact.span});
        continue;
      }
      // The facts stay as they were written until all Phis are asked; `kept` has copies.
      Fact phi = fact;
      phi.in = std::move(operands);
      kept.push_back(std::move(phi));
      continue;
    }
    for (ValueId& operand : fact.in) operand = reduction.resolve(operand);
    kept.push_back(std::move(fact));
  }
  for (Parameter& parameter : function.params) parameter.value = reduction.resolve(parameter.value);
  function.facts = std::move(kept);
}

// A variable that was asked for and is defined nowhere left an Unknown without operands; most often nobody uses it.
void dropUnusedUnknowns(Function& function) {
  std::set<ValueId> used;
  for (const Fact& fact : function.facts) used.insert(fact.in.begin(), fact.in.end());
  std::erase_if(function.facts, [&](const Fact& fact) {
    return fact.op == Op::kUnknown && fact.in.empty() && fact.span.file.empty() && !used.contains(fact.out);
  });
}

void numberInOrder(Function& function) {
  std::map<ValueId, ValueId> numbers{{kNoValue, kNoValue}};
  ValueId next = 1;
  for (Fact& fact : function.facts) {
    if (fact.out == kNoValue) continue;
    numbers[fact.out] = next;
    fact.out = next++;
  }
  for (Fact& fact : function.facts) {
    for (ValueId& operand : fact.in) operand = numbers[operand];
  }
  for (Parameter& parameter : function.params) parameter.value = numbers[parameter.value];
}

}  // namespace

FunctionBuilder::FunctionBuilder(Function head) : function_(std::move(head)), blocks_(1) { blocks_[0].sealed = true; }

ValueId FunctionBuilder::add(Fact fact) {
  fact.out = hasResult(fact) ? next_++ : kNoValue;
  function_.facts.push_back(std::move(fact));
  return function_.facts.back().out;
}

ValueId FunctionBuilder::addParameter(Parameter parameter, Span span) {
  const auto index = static_cast<uint32_t>(function_.params.size());
  parameter.value = add({.op = Op::kParam, .name = parameter.name, .span = std::move(span), .index = index});
  const ValueId value = parameter.value;
  function_.params.push_back(std::move(parameter));
  return value;
}

void FunctionBuilder::write(const std::string& variable, ValueId value) { blocks_[current_].values[variable] = value; }

ValueId FunctionBuilder::read(const std::string& variable) {
  std::vector<OpenPhi> open;
  const ValueId value = readIn(current_, variable, open);
  fill(std::move(open));
  return phis_.contains(value) && !mayHoldValue(value) ? kNoValue : value;
}

FunctionBuilder::Block FunctionBuilder::makeBlock() {
  blocks_.emplace_back();
  return static_cast<Block>(blocks_.size() - 1);
}

void FunctionBuilder::jumpTo(Block target) { blocks_[target].predecessors.push_back(current_); }

void FunctionBuilder::enter(Block block) { current_ = block; }

void FunctionBuilder::seal(Block block) {
  BlockState& state = blocks_[block];
  if (state.sealed) return;
  state.sealed = true;
  std::vector<OpenPhi> open;
  for (const auto& [variable, phi] : state.incomplete) {
    waiting_.erase(phi);
    open.push_back({phi, block, variable});
  }
  state.incomplete.clear();
  fill(std::move(open));
}

// Walks back to where the variable is defined. At a join it stops at a new Phi, whose operands are asked for later: a long
// chain of joins is a loop here and no recursion.
ValueId FunctionBuilder::readIn(Block block, const std::string& variable, std::vector<OpenPhi>& open) {
  std::vector<Block> passed;
  ValueId value = kNoValue;
  while (true) {
    BlockState& state = blocks_[block];
    if (const auto known = state.values.find(variable); known != state.values.end()) {
      value = known->second;
      break;
    }
    if (!state.sealed) {
      value = state.incomplete[variable] = makePhi(block, variable);
      waiting_.insert(value);
      break;
    }
    if (state.predecessors.empty()) break;
    if (state.predecessors.size() > 1) {
      value = makePhi(block, variable);
      open.push_back({value, block, variable});
      break;
    }
    passed.push_back(block);
    block = state.predecessors.front();
    if (std::ranges::find(passed, block) != passed.end()) break;  // a loop that nothing enters
  }
  if (value != kNoValue) {
    for (const Block step : passed) blocks_[step].values[variable] = value;
  }
  return value;
}

void FunctionBuilder::fill(std::vector<OpenPhi> open) {
  while (!open.empty()) {
    const OpenPhi next = std::move(open.back());
    open.pop_back();
    const std::vector<Block> predecessors = blocks_[next.block].predecessors;
    for (const Block predecessor : predecessors) {
      const ValueId operand = readIn(predecessor, next.variable, open);
      if (operand != kNoValue) phiFact(next.phi).in.push_back(operand);
    }
  }
}

ValueId FunctionBuilder::makePhi(Block block, const std::string& variable) {
  const ValueId phi = add({.op = Op::kPhi});
  phis_[phi] = function_.facts.size() - 1;
  blocks_[block].values[variable] = phi;
  return phi;
}

// Whether any definition stands behind a Phi, or may still come.
bool FunctionBuilder::mayHoldValue(ValueId phi) const {
  std::set<ValueId> seen{phi};
  std::vector<ValueId> work{phi};
  while (!work.empty()) {
    const ValueId value = work.back();
    work.pop_back();
    const auto found = phis_.find(value);
    if (found == phis_.end() || waiting_.contains(value)) return true;
    for (const ValueId operand : function_.facts[found->second].in) {
      if (seen.insert(operand).second) work.push_back(operand);
    }
  }
  return false;
}

Function FunctionBuilder::finish() {
  for (Block block = 0; block < blocks_.size(); ++block) seal(block);
  dropTrivialPhis(function_);
  dropUnusedUnknowns(function_);
  numberInOrder(function_);
  return std::move(function_);
}

}  // namespace gander::rewriter
