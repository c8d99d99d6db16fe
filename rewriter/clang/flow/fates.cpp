#include "rewriter/clang/flow/fates.h"

#include <clang/AST/ExprCXX.h>

#include <vector>

namespace gander::rewriter {

using clang::dyn_cast;

static const clang::VarDecl* localVariable(const clang::Expr& expression) {
  const auto* reference = dyn_cast<clang::DeclRefExpr>(expression.IgnoreParens());
  const auto* variable = reference ? dyn_cast<clang::VarDecl>(reference->getDecl()) : nullptr;
  return variable && variable->hasLocalStorage() ? variable : nullptr;
}

// `const T* p = &x` can't change x.
static bool becomesConst(const clang::Stmt* parent) {
  const auto* cast = clang::dyn_cast_or_null<clang::ImplicitCastExpr>(parent);
  return cast && cast->getType()->isPointerType() && cast->getType()->getPointeeType().isConstQualified();
}

static void judge(const clang::Stmt& statement, const clang::Stmt* parent, Fates& fates) {
  if (const auto* lambda = dyn_cast<clang::LambdaExpr>(&statement)) {
    for (const auto& capture : lambda->captures()) {
      if (!capture.capturesVariable() || capture.getCaptureKind() != clang::LCK_ByRef) continue;
      const auto* variable = dyn_cast<clang::VarDecl>(capture.getCapturedVar());
      if (variable && !variable->isInitCapture()) fates.shared.insert(variable);
    }
  } else if (const auto* unary = dyn_cast<clang::UnaryOperator>(&statement)) {
    if (unary->getOpcode() != clang::UO_AddrOf || becomesConst(parent)) return;
    if (const auto* variable = localVariable(*unary->getSubExpr())) fates.escaped.insert(variable);
  }
}

Fates findFates(const clang::Stmt& body) {
  Fates fates;
  std::vector<std::pair<const clang::Stmt*, const clang::Stmt*>> work = {{&body, nullptr}};
  while (!work.empty()) {
    const auto [statement, parent] = work.back();
    work.pop_back();
    judge(*statement, parent, fates);
    if (clang::isa<clang::LambdaExpr>(statement)) {
      for (const auto* init : dyn_cast<clang::LambdaExpr>(statement)->capture_inits()) {
        if (init) work.emplace_back(init, statement);
      }
      continue;
    }
    for (const auto* child : statement->children()) {
      if (child) work.emplace_back(child, statement);
    }
  }
  return fates;
}

}  // namespace gander::rewriter
