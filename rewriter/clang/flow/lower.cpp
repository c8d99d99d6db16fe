#include "rewriter/clang/flow/lower.h"

#include <clang/ASTMatchers/ASTMatchFinder.h>
#include <clang/ASTMatchers/ASTMatchers.h>

#include <map>
#include <set>

#include "rewriter/clang/flow/function_lowering.h"

namespace gander::rewriter {
namespace {

namespace match = clang::ast_matchers;
using clang::dyn_cast;

// Finds what has facts: definitions of functions, in templates each instantiation, and initialised globals.
class BodyCollector final : public match::MatchFinder::MatchCallback {
 public:
  explicit BodyCollector(const SourceMap& sources) : sources_(sources) {}

  void collect(clang::ASTContext& context) {
    match::MatchFinder finder;
    finder.addMatcher(match::functionDecl(match::isDefinition()).bind("function"), this);
    finder.addMatcher(match::varDecl(match::hasGlobalStorage(), match::unless(match::isStaticLocal())).bind("variable"),
                      this);
    finder.matchAST(context);
  }
  void run(const match::MatchFinder::MatchResult& result) override {
    if (const auto* function = result.Nodes.getNodeAs<clang::FunctionDecl>("function")) takeFunction(*function);
    if (const auto* variable = result.Nodes.getNodeAs<clang::VarDecl>("variable")) takeVariable(*variable);
  }
  std::optional<clang::TraversalKind> getCheckTraversalKind() const override { return clang::TK_AsIs; }

  const std::vector<const clang::FunctionDecl*>& functions() const { return functions_; }
  const std::map<std::string, std::vector<const clang::VarDecl*>>& variables() const { return variables_; }

 private:
  // A constructor that nobody wrote still runs the initialisers that stand in its class.
  static bool isWritten(const clang::FunctionDecl& function) {
    if (!function.isImplicit()) return true;
    const auto* constructor = dyn_cast<clang::CXXConstructorDecl>(&function);
    if (constructor == nullptr || !constructor->isDefaultConstructor()) return false;
    return llvm::any_of(constructor->inits(), [](const auto* initializer) { return writesMember(*initializer); });
  }
  void takeFunction(const clang::FunctionDecl& function) {
    if (function.isInvalidDecl() || function.isDependentContext() || !isWritten(function)) return;
    if (!function.getBody() || !sources_.isOwn(function.getLocation())) return;
    if (seen_.insert(&function).second) functions_.push_back(&function);
  }
  void takeVariable(const clang::VarDecl& variable) {
    if (variable.isInvalidDecl() || !variable.hasInit() || variable.getDeclContext()->isDependentContext()) return;
    if (variable.getType()->isDependentType() || variable.getInit()->isValueDependent()) return;
    if (!sources_.isOwn(variable.getLocation()) || !seen_.insert(&variable).second) return;
    variables_[sources_.place(variable.getLocation()).file].push_back(&variable);
  }

  const SourceMap& sources_;
  std::set<const clang::Decl*> seen_;
  std::vector<const clang::FunctionDecl*> functions_;
  std::map<std::string, std::vector<const clang::VarDecl*>> variables_;
};

// Every method that a call may name and mean this one; and whether one of them is declared outside of the tree.
void noteOverridden(const clang::CXXMethodDecl& method, const FlowContext& context, Function& head) {
  forEachOverridden(method, [&](const clang::CXXMethodDecl& overridden) {
    head.overrides.push_back(context.symbols(overridden));
    head.virtualMethod |= !context.sources.isOwn(overridden.getLocation());
  });
}

Function headOf(const clang::FunctionDecl& function, const FlowContext& context) {
  Function head;
  head.symbol = context.symbols(function);
  head.name = bareName(function);
  head.span = context.sources.range(function.getSourceRange());
  head.nameSpan = context.sources.place(function.getLocation());
  const auto* method = dyn_cast<clang::CXXMethodDecl>(&function);
  head.method = method && method->isInstance();
  if (method && method->isVirtual()) noteOverridden(*method, context, head);
  return head;
}

}  // namespace

std::vector<Function> lowerFunctions(clang::ASTContext& context, const SourceMap& sources,
                                     const Stringified& stringified) {
  BodyCollector collector(sources);
  collector.collect(context);
  const FlowContext shared{context, sources, Symbols(sources), LiteralReader(sources, stringified)};
  std::vector<Function> functions;
  for (const auto* function : collector.functions()) {
    FunctionLowering lowering(shared, headOf(*function, shared));
    lowering.lowerFunction(*function);
    functions.push_back(lowering.finish());
  }
  for (const auto& [file, variables] : collector.variables()) {
    Function head;
    head.symbol = "<file>" + file;
    head.span.file = head.nameSpan.file = file;
    FunctionLowering lowering(shared, std::move(head));
    for (const auto* variable : variables) lowering.lowerGlobal(*variable);
    functions.push_back(lowering.finish());
  }
  return functions;
}

}  // namespace gander::rewriter
