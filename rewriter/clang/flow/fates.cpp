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

static const clang::UnaryOperator* addressOf(const clang::Expr* expression) {
  const auto* unary = expression ? dyn_cast<clang::UnaryOperator>(expression->IgnoreParenImpCasts()) : nullptr;
  return unary && unary->getOpcode() == clang::UO_AddrOf ? unary : nullptr;
}

using Addresses = std::set<const clang::Stmt*>;

// What is said of an address that is only given to a call, or to a pointer that is another name of the variable: load() and
// store() follow these.
static void noteFollowed(const clang::Stmt& statement, const Fates& fates, Addresses& followed) {
  auto note = [&](const clang::Expr* expression) {
    if (const auto* address = addressOf(expression)) followed.insert(address);
  };
  if (const auto* call = dyn_cast<clang::CallExpr>(&statement)) {
    for (const auto* argument : call->arguments()) note(argument);
  } else if (const auto* construction = dyn_cast<clang::CXXConstructExpr>(&statement)) {
    for (const auto* argument : construction->arguments()) note(argument);
  } else if (const auto* declarations = dyn_cast<clang::DeclStmt>(&statement)) {
    for (const auto* declaration : declarations->decls()) {
      const auto* variable = dyn_cast<clang::VarDecl>(declaration);
      const bool named = variable && variable->hasLocalStorage() && variable->getType()->isPointerType();
      if (named && variable->hasInit() && !fates.reseated.contains(variable)) note(variable->getInit());
    }
  }
}

// p = q, ++p, &p, [&p]: p is no name for what it points to.
static void noteReseated(const clang::Stmt& statement, Fates& fates) {
  const clang::Expr* changed = nullptr;
  if (const auto* binary = dyn_cast<clang::BinaryOperator>(&statement); binary && binary->isAssignmentOp())
    changed = binary->getLHS();
  if (const auto* unary = dyn_cast<clang::UnaryOperator>(&statement);
      unary && (unary->isIncrementDecrementOp() || unary->getOpcode() == clang::UO_AddrOf))
    changed = unary->getSubExpr();
  if (const auto* lambda = dyn_cast<clang::LambdaExpr>(&statement)) {
    for (const auto& capture : lambda->captures()) {
      if (!capture.capturesVariable()) continue;
      if (const auto* variable = dyn_cast<clang::VarDecl>(capture.getCapturedVar())) fates.reseated.insert(variable);
    }
  }
  const auto* variable = changed ? localVariable(*changed) : nullptr;
  if (variable && variable->getType()->isPointerType()) fates.reseated.insert(variable);
}

static void judge(const clang::Stmt& statement, const clang::Stmt* parent, const Addresses& followed, Fates& fates) {
  if (const auto* lambda = dyn_cast<clang::LambdaExpr>(&statement)) {
    for (const auto& capture : lambda->captures()) {
      if (!capture.capturesVariable() || capture.getCaptureKind() != clang::LCK_ByRef) continue;
      const auto* variable = dyn_cast<clang::VarDecl>(capture.getCapturedVar());
      if (variable && !variable->isInitCapture()) fates.shared.insert(variable);
    }
  } else if (const auto* unary = dyn_cast<clang::UnaryOperator>(&statement)) {
    if (unary->getOpcode() != clang::UO_AddrOf || becomesConst(parent) || followed.contains(unary)) return;
    if (const auto* variable = localVariable(*unary->getSubExpr())) fates.escaped.insert(variable);
  }
}

template <typename F>
static void walk(const clang::Stmt& body, F&& visit) {
  std::vector<std::pair<const clang::Stmt*, const clang::Stmt*>> work = {{&body, nullptr}};
  while (!work.empty()) {
    const auto [statement, parent] = work.back();
    work.pop_back();
    visit(*statement, parent);
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
}

Fates findFates(const clang::Stmt& body) {
  Fates fates;
  Addresses followed;
  walk(body, [&](const clang::Stmt& statement, const clang::Stmt*) { noteReseated(statement, fates); });
  walk(body, [&](const clang::Stmt& statement, const clang::Stmt*) { noteFollowed(statement, fates, followed); });
  walk(body,
       [&](const clang::Stmt& statement, const clang::Stmt* parent) { judge(statement, parent, followed, fates); });
  return fates;
}

}  // namespace gander::rewriter
