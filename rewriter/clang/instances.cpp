#include "rewriter/clang/instances.h"

#include <clang/AST/ParentMapContext.h>
#include <clang/ASTMatchers/ASTMatchFinder.h>
#include <clang/ASTMatchers/ASTMatchers.h>

#include <algorithm>

namespace gander::rewriter {
namespace {

namespace match = clang::ast_matchers;

template <typename T>
Instance instanceFrom(const T& declaration) {
  if (const auto* pattern = declaration.getTemplateInstantiationPattern())
    return {pattern->getCanonicalDecl(), declaration.getCanonicalDecl()};
  if (declaration.isTemplated()) return {declaration.getCanonicalDecl(), nullptr};
  return {};
}

class InstanceCollector final : public match::MatchFinder::MatchCallback {
 public:
  void run(const match::MatchFinder::MatchResult& result) override {
    if (const auto* function = result.Nodes.getNodeAs<clang::FunctionDecl>("function"))
      if (function->doesThisDeclarationHaveABody()) add(*function);
    if (const auto* record = result.Nodes.getNodeAs<clang::CXXRecordDecl>("record")) add(*record);
  }
  std::optional<clang::TraversalKind> getCheckTraversalKind() const override { return clang::TK_AsIs; }
  Instances found;

 private:
  template <typename T>
  void add(const T& declaration) {
    const auto instance = instanceFrom(declaration);
    if (instance.made == nullptr) return;
    auto& made = found[instance.pattern];
    if (std::ranges::find(made, &declaration) == made.end()) made.push_back(&declaration);
  }
};

}  // namespace

Instance instanceOf(const clang::DynTypedNode& node, clang::ASTContext& context) {
  Instance function;
  Instance record;
  for (auto at = node;;) {
    if (const auto* one = at.get<clang::FunctionDecl>())
      if (const auto found = instanceFrom(*one); found.pattern != nullptr) function = found;
    if (const auto* one = at.get<clang::CXXRecordDecl>())
      if (const auto found = instanceFrom(*one); found.pattern != nullptr) record = found;
    const auto parents = context.getParents(at);
    if (parents.empty()) break;
    at = parents[0];
  }
  return function.pattern != nullptr ? function : record;
}

Instances allInstances(clang::ASTContext& context) {
  InstanceCollector collector;
  match::MatchFinder finder;
  finder.addMatcher(match::functionDecl(match::isDefinition()).bind("function"), &collector);
  finder.addMatcher(match::cxxRecordDecl(match::isDefinition()).bind("record"), &collector);
  finder.matchAST(context);
  return std::move(collector.found);
}

std::string instanceName(const clang::NamedDecl& made) {
  std::string name;
  llvm::raw_string_ostream stream(name);
  made.getNameForDiagnostic(stream, made.getASTContext().getPrintingPolicy(), true);
  return name;
}

}  // namespace gander::rewriter
