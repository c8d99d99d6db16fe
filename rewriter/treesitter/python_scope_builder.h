// The first walk over a Python file: binds every name to its scope.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rewriter/treesitter/python_scopes.h"

namespace gander::rewriter {

class ScopeBuilder {
 public:
  explicit ScopeBuilder(ScopeTree& tree) : tree_(tree) {}
  void run(Node root);

 private:
  struct Rebinding {
    const Scope* scope;
    std::string name;
  };
  void visit(const Visited& visited);
  void visitFunction(const Visited& visited);
  void visitLambda(const Visited& visited);
  void visitClass(const Visited& visited);
  void visitComprehension(const Visited& visited);
  void visitAssignment(const Visited& visited);
  void visitLeft(const Visited& visited);
  void visitWalrus(const Visited& visited);
  void visitAsPattern(const Visited& visited);
  void visitCase(const Visited& visited);
  void visitImport(const Visited& visited);
  void visitImportFrom(const Visited& visited);
  void visitOuter(const Visited& visited);

  Scope& open(Node node, Scope& parent, ScopeKind kind, std::string symbol);
  Binding& bind(Scope& scope, Node name, Binding binding);
  void bindVariable(Scope& scope, Node name, bool none = false);
  void bindTarget(Scope& scope, Node target, bool none = false);
  void bindParameters(Scope& scope, Node parameters);
  void bindImport(Scope& scope, Node name, Binding binding);
  void describeMethod(Scope& scope, const Visited& visited, std::string_view name);
  std::vector<std::string> decoratorsOf(const Visited& visited) const;

  ScopeTree& tree_;
  std::vector<Rebinding> rebindings_;
};

}  // namespace gander::rewriter
