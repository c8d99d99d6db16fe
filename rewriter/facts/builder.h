// Builds a function's facts in SSA form while a frontend walks its syntax tree once.
//
// After Braun et al., "Simple and Efficient Construction of Static Single Assignment Form" (CC 2013): a variable is read in a
// block; where the block does not define it, its predecessors are asked, and a Phi joins what they say. A block whose
// predecessors are not all known yet (a loop's head) is left unsealed until they are.
//
//   auto loop = builder.makeBlock(); builder.jumpTo(loop); builder.enter(loop); ... builder.jumpTo(loop); builder.seal(loop);
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "rewriter/facts/facts.h"

namespace gander::rewriter {

class FunctionBuilder {
 public:
  using Block = uint32_t;

  explicit FunctionBuilder(Function head);

  // Adds a fact; gives it a value number unless `fact` is a write or a return.
  ValueId add(Fact fact);
  ValueId addParameter(Parameter parameter, Span span);

  // Variables are named by any text that is unique in the function.
  void write(const std::string& variable, ValueId value);
  // The value of a variable here; kNoValue where no path defines it (a global, a builtin). Within a loop whose rest is not
  // lowered yet that can't be known: the Phi that comes out becomes an Unknown if nothing is written behind it either.
  ValueId read(const std::string& variable);

  Block makeBlock();          // unsealed, without predecessors
  void jumpTo(Block target);  // an edge from the current block; code behind it is still lowered into the current block
  void enter(Block block);    // goes on in this block
  void seal(Block block);     // no more edges into it will come
  Block current() const { return current_; }

  // Seals what is left, drops Phis that join one value only, numbers the values in their order. Ends the builder.
  Function finish();

 private:
  struct BlockState {
    std::vector<Block> predecessors;
    std::map<std::string, ValueId> values;
    std::map<std::string, ValueId> incomplete;  // Phis that wait for the seal
    bool sealed = false;
  };
  // A Phi whose operands are still to be asked for in the predecessors of its block.
  struct OpenPhi {
    ValueId phi;
    Block block;
    std::string variable;
  };
  ValueId readIn(Block block, const std::string& variable, std::vector<OpenPhi>& open);
  void fill(std::vector<OpenPhi> open);
  ValueId makePhi(Block block, const std::string& variable);
  bool mayHoldValue(ValueId phi) const;
  Fact& phiFact(ValueId phi) { return function_.facts[phis_.at(phi)]; }

  Function function_;
  std::vector<BlockState> blocks_;
  Block current_ = 0;
  ValueId next_ = 1;
  std::map<ValueId, size_t> phis_;  // index into facts
  std::set<ValueId> waiting_;       // Phis of unsealed blocks
};

}  // namespace gander::rewriter
