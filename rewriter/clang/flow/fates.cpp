#include "rewriter/clang/flow/fates.h"

#include <clang/AST/DeclCXX.h>
#include <clang/AST/ExprCXX.h>

#include <map>
#include <vector>

namespace gander::rewriter {

using clang::dyn_cast;
using clang::dyn_cast_or_null;
using clang::isa;

bool letsWrite(clang::QualType type) {
  if (type.isNull() || !(type->isLValueReferenceType() || type->isPointerType())) return false;
  const auto target = type->getPointeeType();
  if (target.isConstQualified() || target->isFunctionType()) return false;
  return type->isReferenceType() || !target->isRecordType() || !target->isIncompleteType();
}

namespace {

const clang::VarDecl* localVariable(const clang::Stmt& expression) {
  const auto* reference = dyn_cast<clang::DeclRefExpr>(&expression);
  const auto* variable = reference ? dyn_cast<clang::VarDecl>(reference->getDecl()) : nullptr;
  return variable && variable->hasLocalStorage() ? variable : nullptr;
}

bool isAssignment(const clang::Stmt& call) {
  const auto* operation = dyn_cast<clang::CXXOperatorCallExpr>(&call);
  return operation && operation->getOperator() == clang::OO_Equal;
}

// Climbs from each name of a variable to what is done with it.
class FateFinder {
 public:
  Fates find(const clang::FunctionDecl& function) {
    if (const auto* constructor = dyn_cast<clang::CXXConstructorDecl>(&function))
      for (const auto* initializer : constructor->inits())
        if (initializer->getInit()) walk(*initializer->getInit());
    if (function.getBody()) walk(*function.getBody());
    for (const auto* reference : references_) noteReseated(*reference);
    // A copy of a pointer that is kept is kept: until nothing is added.
    for (size_t before = 0; before != size();) {
      before = size();
      for (const auto* reference : references_) judge(*reference);
    }
    return std::move(fates_);
  }

 private:
  size_t size() const { return 1 + fates_.escaped.size() + fates_.kept.size(); }

  void walk(const clang::Stmt& root) {
    std::vector<const clang::Stmt*> work = {&root};
    auto push = [&](const clang::Stmt* child, const clang::Stmt* parent) {
      if (child == nullptr || !parents_.try_emplace(child, parent).second) return;
      work.push_back(child);
    };
    while (!work.empty()) {
      const auto* statement = work.back();
      work.pop_back();
      if (localVariable(*statement)) references_.push_back(dyn_cast<clang::DeclRefExpr>(statement));
      const auto* lambda = dyn_cast<clang::LambdaExpr>(statement);
      if (lambda == nullptr) {
        for (const auto* child : statement->children()) push(child, statement);
        continue;
      }
      noteCaptures(*lambda);
      for (const auto* init : lambda->capture_inits()) push(init, lambda);
    }
  }

  const clang::Stmt* parentOf(const clang::Stmt& statement) const {
    const auto found = parents_.find(&statement);
    return found == parents_.end() ? nullptr : found->second;
  }

  // [p], [&p]: p is no name for what it points to.
  void noteCaptures(const clang::LambdaExpr& lambda) {
    for (const auto& capture : lambda.captures()) {
      const auto* variable = capture.capturesVariable() ? dyn_cast<clang::VarDecl>(capture.getCapturedVar()) : nullptr;
      if (variable == nullptr) continue;
      fates_.reseated.insert(variable);
      if (capture.getCaptureKind() == clang::LCK_ByRef && !variable->isInitCapture()) fates_.shared.insert(variable);
    }
  }

  // The expression that stands for the variable's place, and what takes it: behind parentheses, and where it is one of two.
  //   (c ? a : b) = x
  struct Taken {
    const clang::Stmt* at;
    const clang::Stmt* by;
    bool chosen = false;
  };
  Taken takenBy(const clang::DeclRefExpr& reference) const {
    Taken taken{&reference, parentOf(reference)};
    for (; taken.by; taken.at = taken.by, taken.by = parentOf(*taken.by)) {
      const auto* choice = dyn_cast<clang::AbstractConditionalOperator>(taken.by);
      const auto* comma = dyn_cast<clang::BinaryOperator>(taken.by);
      const bool arm = choice && choice->isGLValue() && choice->getCond() != taken.at;
      const bool last = comma && comma->getOpcode() == clang::BO_Comma && comma->getRHS() == taken.at;
      taken.chosen |= arm || last;
      if (!arm && !last && !isa<clang::ParenExpr>(taken.by)) break;
    }
    return taken;
  }

  static bool isRead(const clang::Stmt* by) {
    const auto* cast = dyn_cast_or_null<clang::ImplicitCastExpr>(by);
    return cast && cast->getCastKind() == clang::CK_LValueToRValue;
  }
  // It is bound to a constant reference, or a method is called that leaves it what it is.
  static bool isConstant(const clang::Stmt* by) {
    const auto* cast = dyn_cast_or_null<clang::ImplicitCastExpr>(by);
    return cast && cast->isGLValue() && cast->getType().isConstQualified();
  }

  // p = q, ++p, &p, f(p) by reference: whatever is not a read may move the pointer.
  void noteReseated(const clang::DeclRefExpr& reference) {
    const auto* variable = localVariable(reference);
    const auto taken = takenBy(reference);
    if (variable->getType()->isPointerType() && !isRead(taken.by) && !isConstant(taken.by))
      fates_.reseated.insert(variable);
  }

  void judge(const clang::DeclRefExpr& reference) {
    const auto* variable = localVariable(reference);
    const auto taken = takenBy(reference);
    const auto type = reference.getType();
    if (type->isPointerType() && letsWrite(type) && (!isRead(taken.by) || isKept(*taken.by)))
      fates_.kept.insert(variable);
    if (type.isConstQualified() || isRead(taken.by) || isConstant(taken.by)) return;
    if (taken.by == nullptr || isa<clang::MemberExpr>(taken.by)) return;
    if (taken.chosen || (isAddress(*taken.by) ? isKept(*taken.by) : isBound(taken))) fates_.escaped.insert(variable);
  }

  static bool isAddress(const clang::Stmt& by) {
    if (const auto* cast = dyn_cast<clang::CastExpr>(&by)) return cast->getCastKind() == clang::CK_ArrayToPointerDecay;
    const auto* unary = dyn_cast<clang::UnaryOperator>(&by);
    return unary && unary->getOpcode() == clang::UO_AddrOf;
  }

  // It has another name, by which others may write it: a member that is a reference, or a variable that others have.
  bool isBound(const Taken& taken) const {
    if (isa<clang::InitListExpr>(taken.by)) return true;
    const auto* variable = initialisedBy(*taken.by, *taken.at);
    return variable && variable->getType()->isReferenceType() &&
           (fates_.escaped.contains(variable) || fates_.shared.contains(variable));
  }

  static const clang::VarDecl* initialisedBy(const clang::Stmt& statement, const clang::Stmt& init) {
    const auto* declarations = dyn_cast<clang::DeclStmt>(&statement);
    if (declarations == nullptr) return nullptr;
    for (const auto* declaration : declarations->decls()) {
      const auto* variable = dyn_cast<clang::VarDecl>(declaration);
      if (variable && variable->getInit() == &init) return variable;
    }
    return nullptr;
  }

  // Whether the pointer that an expression gives goes where load() and store() do not follow it. They follow what a call gets,
  // and a pointer that is another name of what it points to.
  bool isKept(const clang::Stmt& pointer) const {
    const auto* at = &pointer;
    bool within = false;  // it points behind the first element
    for (const auto* by = parentOf(*at); by; at = by, by = parentOf(*by)) {
      if (const auto* cast = dyn_cast<clang::CastExpr>(by)) {
        if (!cast->getType()->isPointerType()) return isa<clang::ExplicitCastExpr>(cast);
        if (cast->getType()->getPointeeType().isConstQualified()) return false;  // `const T* p = &x` can't change x
        continue;
      }
      if (isa<clang::ParenExpr, clang::FullExpr>(by)) continue;
      if (isa<clang::MemberExpr, clang::ArraySubscriptExpr>(by)) return false;
      if (const auto* unary = dyn_cast<clang::UnaryOperator>(by))
        return unary->getOpcode() != clang::UO_Deref && unary->getOpcode() != clang::UO_LNot;
      if (const auto* binary = dyn_cast<clang::BinaryOperator>(by)) {
        if (binary->isComparisonOp() || binary->isLogicalOp()) return false;
        within |= binary->isAdditiveOp();
        if (binary->isAdditiveOp()) continue;
        return binary->getOpcode() != clang::BO_Comma || binary->getRHS() == at;
      }
      if (isa<clang::CallExpr, clang::CXXConstructExpr>(by)) return within || isAssignment(*by);
      if (isa<clang::DeclStmt>(by)) return !isName(initialisedBy(*by, *at));
      return isa<clang::Expr, clang::ReturnStmt>(by);
    }
    return true;  // a constructor's initialiser
  }

  bool isName(const clang::VarDecl* variable) const {
    return variable && variable->hasLocalStorage() && variable->getType()->isPointerType() &&
           !fates_.reseated.contains(variable) && !fates_.kept.contains(variable);
  }

  std::map<const clang::Stmt*, const clang::Stmt*> parents_;
  std::vector<const clang::DeclRefExpr*> references_;
  Fates fates_;
};

}  // namespace

Fates findFates(const clang::FunctionDecl& function) { return FateFinder().find(function); }

}  // namespace gander::rewriter
