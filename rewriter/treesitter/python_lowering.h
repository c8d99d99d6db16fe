// Lowers the functions of one Python file to facts.
//
//   scopes + syntax tree -> module code, then each function, class method and lambda -> Function
//
// Rough where Python is dynamic, and always towards more flow: both sides of `or`, every handler of a try.
#pragma once

#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/treesitter/python_frame.h"
#include "rewriter/treesitter/python_literals.h"
#include "rewriter/treesitter/python_scopes.h"

namespace gander::rewriter {

class PythonLowering {
 public:
  PythonLowering(const ScopeTree& scopes, std::vector<Gap>& gaps) : scopes_(scopes), gaps_(gaps) {}
  std::vector<Function> run();

 private:
  using Block = FunctionBuilder::Block;
  using KnownClass = PythonFrame::KnownClass;
  struct Callee {
    ValueId receiver = kNoValue;
    std::string symbol;
    std::string name;
    How how = How::kGuessed;
    Node at;
    KnownClass makes;  // the class of this file whose instance comes out
  };
  struct Arguments {
    std::vector<ValueId> values;
    std::vector<std::string> keywords;
  };

  // python_functions.cpp
  Function lowerFunction(const Scope& scope);
  Function headOf(const Scope& scope) const;
  void addParameters(const Scope& scope);
  void addParameter(const Scope& scope, Node parameter);
  ValueId withDefault(const Scope& scope, Node parameter, ValueId value);
  void lowerDefaults(Node parameters, const Scope& scope);
  std::string typeName(Node annotation) const;
  std::optional<std::string> dottedName(Node expression) const;
  void queue(const Scope* scope);
  void lowerDefinition(Node node);
  void lowerClass(Node node);
  void lowerDecorated(Node node);

  // python_statements.cpp
  void lowerBlock(Node block);
  void lowerStatement(Node node);
  void lowerExpressionStatement(Node node);
  void lowerReturn(Node node);
  void lowerRaise(Node node);
  void lowerDelete(Node node);
  void lowerImport(Node node);
  void lowerOperands(Node node);
  void lowerAssignment(Node node);
  void lowerAugmented(Node node);

  // python_flow.cpp
  void jump(Block block);
  void start(Block block);
  void startSealed(Block block);
  void leave();
  void checkpoint();
  void lowerIf(Node node);
  void lowerWhile(Node node);
  void lowerFor(Node node);
  void lowerLoopBody(Node node, Block head, Block after);
  void lowerBreak(Node node);
  void lowerTry(Node node);
  void lowerHandler(Node clause);
  void lowerWith(Node node);
  void lowerMatch(Node node);

  // python_targets.cpp
  void assign(Node target, ValueId value);
  void assignMany(const std::vector<Node>& targets, ValueId value);
  void assignAttribute(Node target, ValueId value);
  void assignSubscript(Node target, ValueId value);
  void writeName(Node name, ValueId value);
  ValueId readName(Node name);
  ValueId readVariable(const Found& found, Node name);
  void bindPattern(Node pattern, ValueId subject);
  void bindAlternatives(Node pattern, ValueId subject);
  void bindChildren(Node pattern, ValueId subject, size_t from);
  void bindDictionary(Node pattern, ValueId subject);

  // python_expressions.cpp
  ValueId lower(Node node);
  ValueId lowerBinary(Node node);
  ValueId lowerChain(Node node, std::string_view sign, Op op);
  ValueId lowerBoolean(Node node);
  ValueId lowerComparison(Node node);
  ValueId lowerConditional(Node node);
  ValueId lowerSubscript(Node node);
  ValueId keyOf(Node subscript);
  ValueId lowerCollection(Node node);
  ValueId lowerDictionary(Node node);
  ValueId lowerComprehension(Node node);
  ValueId lowerLambda(Node node);
  ValueId lowerYield(Node node);
  ValueId lowerCopy(Node node);
  ValueId lowerWalrus(Node node);
  ValueId lowerNested(Node node);
  ValueId lowerOpaque(Node node);
  ValueId lowerUnknown(Node node);
  ValueId lowerText(Node node);
  ValueId lowerInterpolation(Node node);

  // python_calls.cpp
  ValueId lowerCall(Node node);
  ValueId lowerAttribute(Node node);
  Callee calleeOf(Node function);
  Callee calleeByName(Node name);
  Callee calleeByAttribute(Node attribute);
  std::optional<Callee> importedCallee(Node expression);
  ValueId importedObject(Node object);
  std::optional<Callee> superCallee(Node object, Node attribute);
  void resolveMethod(Callee& callee, KnownClass of, std::string_view name) const;
  Arguments lowerArguments(Node list);
  KnownClass classOf(ValueId value) const;
  std::string attributeSymbol(KnownClass of, std::string_view name) const;

  Span spanOf(Node node) const { return {scopes_.path(), node.range()}; }
  std::string_view textOf(Node node) const { return scopes_.textOf(node); }
  static std::string keyFor(const Found& found, std::string_view name);
  Fact make(Op op, Node at, std::vector<ValueId> in = {}) const;
  ValueId add(Fact fact) { return frame_->builder.add(std::move(fact)); }
  ValueId addGlobal(Node at, std::string symbol, std::string name, How how);

  const ScopeTree& scopes_;
  std::vector<Gap>& gaps_;
  std::deque<const Scope*> queue_;
  std::set<const Scope*> queued_;
  PythonFrame* frame_ = nullptr;
  const Scope* scope_ = nullptr;  // where names are looked up: the function, or a class or comprehension in it
  int depth_ = 0;
  int finallyDepth_ = 0;
};

}  // namespace gander::rewriter
