#include "rewriter/clang/written_nodes.h"

#include <clang/AST/ExprCXX.h>
#include <clang/AST/ParentMapContext.h>
#include <clang/AST/RecursiveASTVisitor.h>
#include <clang/AST/StmtCXX.h>

#include <algorithm>
#include <set>
#include <vector>

namespace gander::rewriter {
namespace {

using clang::DynTypedNode;

bool readsDefault(const DynTypedNode& node) {
  return node.get<clang::CXXDefaultArgExpr>() != nullptr || node.get<clang::CXXDefaultInitExpr>() != nullptr;
}

// An object that is made without a word: `Lake lake;`.
bool isBareConstruction(const clang::CXXConstructExpr& made) {
  const bool named = clang::isa<clang::CXXTemporaryObjectExpr>(made) || made.getParenOrBraceRange().isValid();
  return !named &&
         std::ranges::all_of(made.arguments(), [](const auto* argument) { return argument->isDefaultArgument(); });
}

// What the node itself tells, whatever it is converted to.
Written ownWriting(const DynTypedNode& node) {
  const auto* expression = node.get<clang::Expr>();
  if (expression == nullptr) return Written::kByHand;
  const auto bare = DynTypedNode::create(*expression->IgnoreImplicit());
  const auto* self = bare.get<clang::CXXThisExpr>();
  const auto* made = bare.get<clang::CXXConstructExpr>();
  const bool added = (self != nullptr && self->isImplicit()) || (made != nullptr && isBareConstruction(*made)) ||
                     readsDefault(bare) || bare.get<clang::ImplicitValueInitExpr>() != nullptr;
  return added ? Written::kAdded : Written::kByHand;
}

// The loop that a hidden variable belongs to, if that holds the range which is looped over.
const clang::CXXForRangeStmt* loopOver(const clang::VarDecl& variable, clang::ASTContext& context) {
  for (const auto& statement : context.getParents(variable))
    for (const auto& loop : context.getParents(statement))
      if (const auto* found = loop.get<clang::CXXForRangeStmt>();
          found != nullptr && found->getRangeStmt() == statement.get<clang::DeclStmt>())
        return found;
  return nullptr;
}

bool isHiddenPart(const clang::CXXForRangeStmt& loop, const clang::Stmt* part) {
  return part != nullptr &&
         (part == loop.getBeginStmt() || part == loop.getEndStmt() || part == loop.getCond() || part == loop.getInc());
}

// What a node tells of one that stands in it.
Written writingIn(const DynTypedNode& around, const DynTypedNode& child, clang::ASTContext& context) {
  const auto* statement = child.get<clang::Stmt>();
  if (const auto* function = around.get<clang::FunctionDecl>())
    if (function->isDefaulted() && (statement != nullptr || child.get<clang::CXXCtorInitializer>() != nullptr))
      return Written::kMadeUp;
  if (const auto* variable = around.get<clang::VarDecl>()) {
    if (variable->isCXXForRangeDecl() && statement != nullptr) return Written::kAdded;  // *begin
    if (variable->isImplicit()) return loopOver(*variable, context) != nullptr ? Written::kByHand : Written::kAdded;
  }
  if (const auto* loop = around.get<clang::CXXForRangeStmt>())
    if (isHiddenPart(*loop, statement)) return Written::kAdded;
  return Written::kByHand;
}

Written declarationsWriting(const DynTypedNode& node) {
  const auto* declaration = node.get<clang::Decl>();
  if (const auto* initializer = node.get<clang::CXXCtorInitializer>())
    return initializer->isWritten() ? Written::kByHand : Written::kMadeUp;
  if (declaration == nullptr || !declaration->isImplicit()) return Written::kByHand;
  const auto* record = clang::dyn_cast<clang::CXXRecordDecl>(declaration);
  return record != nullptr && record->isLambda() ? Written::kByHand : Written::kMadeUp;
}

// Of the expressions that a node stands in, by whichever way it is reached.
template <typename Stands>
bool anyAround(const DynTypedNode& node, clang::ASTContext& context, Stands stands) {
  std::vector<DynTypedNode> open{node};
  std::set<const void*> seen;
  while (!open.empty()) {
    const auto at = open.back();
    open.pop_back();
    if (stands(at)) return true;
    if (at.get<clang::Decl>() != nullptr) continue;
    for (const auto& parent : context.getParents(at))
      if (parent.getMemoizationData() == nullptr || seen.insert(parent.getMemoizationData()).second)
        open.push_back(parent);
  }
  return false;
}

// Looks for what the compiler gave up on below a node.
class ErrorFinder : public clang::RecursiveASTVisitor<ErrorFinder> {
 public:
  static bool isIn(const DynTypedNode& node) {
    ErrorFinder finder;
    if (const auto* statement = node.get<clang::Stmt>()) finder.TraverseStmt(const_cast<clang::Stmt*>(statement));
    if (const auto* declaration = node.get<clang::Decl>()) finder.TraverseDecl(const_cast<clang::Decl*>(declaration));
    return finder.found_;
  }
  bool VisitExpr(clang::Expr* expression) { return go(!expression->containsErrors()); }
  bool VisitDecl(clang::Decl* declaration) { return go(!declaration->isInvalidDecl()); }

 private:
  bool go(bool fine) {
    found_ = found_ || !fine;
    return fine;
  }
  bool found_ = false;
};

}  // namespace

const DynTypedNode* writtenParent(const clang::DynTypedNodeList& parents) {
  const auto found = std::find_if_not(parents.begin(), parents.end(), readsDefault);
  return found == parents.end() ? (parents.empty() ? nullptr : parents.begin()) : found;
}

Written whoWrote(const DynTypedNode& node, clang::ASTContext& context) {
  if (declarationsWriting(node) != Written::kByHand) return Written::kMadeUp;
  auto writing = ownWriting(node);
  for (auto at = node;;) {
    const auto parents = context.getParents(at);
    const auto* parent = writtenParent(parents);
    if (parent == nullptr) return writing;
    const auto found = writingIn(*parent, at, context);
    if (found == Written::kMadeUp) return found;
    if (found == Written::kAdded) writing = found;
    const bool hidden = parent->get<clang::VarDecl>() != nullptr;  // told by what stands in it
    if (!hidden && declarationsWriting(*parent) == Written::kMadeUp) return Written::kMadeUp;
    const auto* variable = parent->get<clang::VarDecl>();
    const auto* loop = variable != nullptr && variable->isImplicit() ? loopOver(*variable, context) : nullptr;
    at = loop != nullptr ? DynTypedNode::create(*loop) : *parent;
  }
}

bool isInDefaultArgument(const DynTypedNode& node, clang::ASTContext& context) {
  return anyAround(node, context,
                   [](const auto& at) { return at.template get<clang::CXXDefaultArgExpr>() != nullptr; });
}

bool isInDefault(const DynTypedNode& node, clang::ASTContext& context) {
  return anyAround(node, context, readsDefault);
}

bool hasErrors(const DynTypedNode& node, clang::ASTContext& context) {
  if (ErrorFinder::isIn(node)) return true;
  for (auto at = node;;) {
    const auto parents = context.getParents(at);
    const auto* parent = writtenParent(parents);
    if (parent == nullptr) return false;
    if (const auto* expression = parent->get<clang::Expr>(); expression != nullptr && expression->containsErrors())
      return true;
    if (const auto* declaration = parent->get<clang::Decl>(); declaration != nullptr && declaration->isInvalidDecl())
      return true;
    at = *parent;
  }
}

}  // namespace gander::rewriter
