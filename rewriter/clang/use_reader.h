// Reads the surroundings of one use.
//
//   member -> its call -> casts and wrappers that change nothing -> the node that decides: an operator, a call, a variable, ...
#pragma once

#include <clang/AST/ASTContext.h>
#include <clang/AST/ExprCXX.h>
#include <clang/AST/ParentMapContext.h>

#include "rewriter/clang/source_map.h"
#include "rewriter/facts/use_context.h"

namespace gander::rewriter {

class UseReader {
 public:
  UseReader(clang::ASTContext& context, const SourceMap& sources) : context_(context), sources_(sources) {}

  // Nothing where the member's name is not written in an own file.
  std::optional<UseContext> read(const clang::MemberExpr& member);
  std::optional<UseContext> read(const clang::DeclRefExpr& reference);  // &Play::duration
  std::optional<UseContext> read(const clang::DesignatedInitExpr& initializer,
                                 const clang::DesignatedInitExpr::Designator& designator);
  std::optional<UseContext> read(const clang::CXXCtorInitializer& initializer);

  std::optional<clang::DynTypedNode> parentOf(const clang::DynTypedNode& node) const;

 private:
  std::optional<UseContext> begin(clang::SourceLocation location, const clang::NamedDecl& declaration) const;
  Span rangeOf(clang::SourceRange range) const;
  Span rangeOf(const clang::Stmt& statement) const { return rangeOf(statement.getSourceRange()); }
  ValueType valueType(clang::QualType type) const;

  void addBase(const clang::MemberExpr& member, UseContext& use) const;
  const clang::Expr* addCall(const clang::MemberExpr& member, UseContext& use) const;
  void addStatements(const clang::Expr& expression, UseContext& use) const;
  void addAround(const clang::Expr& expression, UseContext& use) const;

  // The steps of the way up. Each returns whether the way goes on.
  void climb(const clang::Expr& from, UseContext& use);
  bool passes(const clang::Expr& node, UseContext& use);
  void decideExpression(const clang::Expr& at, const clang::Expr& parent, UseContext& use);
  bool mayBeWritten(const clang::Expr& place) const;
  void decideBinary(const clang::Expr& at, const clang::BinaryOperator& parent, UseContext& use);
  void decideUnary(const clang::UnaryOperator& parent, UseContext& use);
  void decideOperatorCall(const clang::Expr& at, const clang::CXXOperatorCallExpr& call, UseContext& use);
  void decideCall(const clang::Expr& at, const clang::CallExpr& call, UseContext& use);
  void decideConstruct(const clang::Expr& at, const clang::CXXConstructExpr& construct, UseContext& use);
  void decideMember(const clang::MemberExpr& member, UseContext& use);
  void decideCast(const clang::ExplicitCastExpr& cast, UseContext& use);
  void decideList(const clang::Expr& at, const clang::InitListExpr& list, UseContext& use);
  void decideStatement(const clang::Stmt& statement, UseContext& use);
  void decideVariable(const clang::Expr& at, const clang::ValueDecl& variable, UseContext& use);
  void decideParameter(const clang::ParmVarDecl* parameter, UseContext& use);
  void decideWritten(const clang::Expr& value, const clang::Expr& assignment, UseContext& use);
  void addWrapper(const clang::ExplicitCastExpr& cast, UseContext& use);
  bool leaks(const clang::Expr& wrapper) const;
  void addTaker(const clang::Expr& pointer, UseContext& use) const;
  void addConversion(const clang::Expr& at, const clang::CallExpr& call, UseContext& use) const;

  static void settle(UseContext& use, Fate fate, std::string why = "");

  clang::ASTContext& context_;
  const SourceMap& sources_;
};

}  // namespace gander::rewriter
