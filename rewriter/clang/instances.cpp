#include "rewriter/clang/instances.h"

#include <clang/AST/ParentMapContext.h>
#include <clang/AST/RecursiveASTVisitor.h>

#include <algorithm>

#include "rewriter/clang/written_nodes.h"

namespace gander::rewriter {
namespace {

using clang::DynTypedNode;

// A function, class or variable that templates make anew as one. A class of a lambda is its function's affair.
const clang::NamedDecl* holderAt(const clang::Decl* declaration) {
  if (declaration == nullptr || declaration->isImplicit()) return nullptr;
  if (const auto* function = clang::dyn_cast<clang::FunctionDecl>(declaration)) return function;
  if (const auto* record = clang::dyn_cast<clang::CXXRecordDecl>(declaration))
    return record->isLambda() ? nullptr : record;
  const auto* variable = clang::dyn_cast<clang::VarDecl>(declaration);
  const bool local = variable == nullptr || clang::isa<clang::ParmVarDecl>(variable) ||
                     variable->getParentFunctionOrMethod() != nullptr;
  return local ? nullptr : variable;
}

// Whether a declaration is itself made of a template.
bool isMade(const clang::Decl& declaration) {
  if (const auto* function = clang::dyn_cast<clang::FunctionDecl>(&declaration))
    return clang::isTemplateInstantiation(function->getTemplateSpecializationKind());
  if (const auto* record = clang::dyn_cast<clang::CXXRecordDecl>(&declaration))
    return clang::isTemplateInstantiation(record->getTemplateSpecializationKind());
  const auto* variable = clang::dyn_cast<clang::VarDecl>(&declaration);
  return variable != nullptr && clang::isTemplateInstantiation(variable->getTemplateSpecializationKind());
}

bool hasBody(const clang::NamedDecl& declaration) {
  if (const auto* function = clang::dyn_cast<clang::FunctionDecl>(&declaration))
    return function->doesThisDeclarationHaveABody();
  if (const auto* variable = clang::dyn_cast<clang::VarDecl>(&declaration)) return variable->hasInit();
  return true;
}

bool isDefined(const clang::NamedDecl& declaration) {
  const auto* record = clang::dyn_cast<clang::CXXRecordDecl>(&declaration);
  return record == nullptr || record->isThisDeclarationADefinition();
}

// Whether what stands at `child` of a declaration is there only where the declaration has its body.
bool isBody(const clang::NamedDecl& declaration, const DynTypedNode& child) {
  if (child.get<clang::CXXCtorInitializer>() != nullptr) return true;
  const auto* statement = child.get<clang::Stmt>();
  if (statement == nullptr) return false;
  if (const auto* function = clang::dyn_cast<clang::FunctionDecl>(&declaration))
    return statement == function->getBody();
  const auto* variable = clang::dyn_cast<clang::VarDecl>(&declaration);
  return variable != nullptr && statement == variable->getInit();
}

std::string nameOf(const clang::NamedDecl& made) {
  std::string name;
  llvm::raw_string_ostream stream(name);
  made.getNameForDiagnostic(stream, made.getASTContext().getPrintingPolicy(), true);
  return name;
}

// All of them, whichever template around them it is that made them.
class Collector : public clang::RecursiveASTVisitor<Collector> {
 public:
  std::vector<const clang::NamedDecl*> found;

  bool shouldVisitTemplateInstantiations() const { return true; }
  bool shouldVisitImplicitCode() const { return true; }

  bool TraverseDecl(clang::Decl* declaration) {
    if (declaration == nullptr) return true;
    const bool made = isMade(*declaration);
    if (made) ++depth_;
    const auto* holder = depth_ > 0 && !declaration->isTemplated() ? holderAt(declaration) : nullptr;
    if (holder != nullptr && isDefined(*holder)) found.push_back(holder);
    const bool go = RecursiveASTVisitor::TraverseDecl(declaration);
    if (made) --depth_;
    return go;
  }

 private:
  int depth_ = 0;
};

}  // namespace

Instances::Instances(clang::ASTContext& context, const SourceMap& sources) : context_(context), sources_(sources) {
  Collector collector;
  collector.TraverseAST(context);
  for (const auto* made : collector.found) {
    auto declared = sources.place(made->getLocation());
    if (declared.file.empty() || !indices_.emplace(made, static_cast<uint32_t>(all_.size())).second) continue;
    all_.push_back({std::move(declared), nameOf(*made), hasBody(*made)});
  }
}

// The innermost ones, over each way that leads out of a node. A way ends at the whole match, too, which is then `met`.
std::set<Instances::Holder> Instances::holdersOf(const DynTypedNode& node, const DynTypedNode* whole, bool& met) const {
  std::set<Holder> holders;
  if (const auto* self = holderAt(node.get<clang::Decl>())) return {{self, false}};
  std::vector<DynTypedNode> open{node};
  std::set<const void*> seen;
  while (!open.empty()) {
    const auto at = open.back();
    open.pop_back();
    for (const auto& parent : context_.getParents(at)) {
      const auto* identity = parent.getMemoizationData();
      if (whole != nullptr && identity != nullptr && identity == whole->getMemoizationData()) met = true;
      if (const auto* holder = holderAt(parent.get<clang::Decl>()))
        holders.emplace(holder, isBody(*holder, at));
      else if (identity == nullptr || seen.insert(identity).second)
        open.push_back(parent);
    }
  }
  return holders;
}

Templated Instances::around(const DynTypedNode& node, const DynTypedNode& whole) const {
  bool met = false;
  auto holders = holdersOf(node, &whole, met);
  if (met && holders.size() > 1) holders = holdersOf(whole, nullptr, met);
  for (const auto& [holder, body] : holders) {
    const auto found = indices_.find(holder);
    if (found == indices_.end() && !holder->isTemplated()) continue;
    Templated templated{sources_.place(holder->getLocation()), body, std::nullopt};
    if (holders.size() == 1 && found != indices_.end()) templated.instance = found->second;
    return templated;
  }
  return {};
}

}  // namespace gander::rewriter
