// Walks one function's body and builds its facts. The walk follows the statements' structure; a variable is a name in the
// builder, so that each read finds the values that may reach it.
//
// Transparent, without a fact of their own: implicit conversions, temporaries, copies and moves, a string made of a literal.
// What another function gets by a non-const reference or pointer is Changed afterwards. A pointer that always points to one
// variable is another name of it.
#pragma once

#include <clang/AST/ASTContext.h>
#include <clang/AST/ExprCXX.h>
#include <clang/AST/StmtCXX.h>
#include <clang/AST/StmtVisitor.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rewriter/clang/flow/fates.h"
#include "rewriter/clang/flow/place.h"
#include "rewriter/facts/builder.h"

namespace gander::rewriter {

class FunctionLowering final : public clang::ConstStmtVisitor<FunctionLowering, ValueId> {
 public:
  FunctionLowering(const FlowContext& context, Function head) : context_(context), builder_(std::move(head)) {}

  void lowerFunction(const clang::FunctionDecl& function);
  void lowerGlobal(const clang::VarDecl& variable);  // its initialiser
  Function finish();

  // Statements: lowered, no value.
  ValueId VisitStmt(const clang::Stmt* statement);
  ValueId VisitDeclStmt(const clang::DeclStmt* statement);
  ValueId VisitIfStmt(const clang::IfStmt* statement);
  ValueId VisitWhileStmt(const clang::WhileStmt* statement);
  ValueId VisitDoStmt(const clang::DoStmt* statement);
  ValueId VisitForStmt(const clang::ForStmt* statement);
  ValueId VisitCXXForRangeStmt(const clang::CXXForRangeStmt* statement);
  ValueId VisitSwitchStmt(const clang::SwitchStmt* statement);
  ValueId VisitSwitchCase(const clang::SwitchCase* statement);
  ValueId VisitBreakStmt(const clang::BreakStmt* statement);
  ValueId VisitContinueStmt(const clang::ContinueStmt* statement);
  ValueId VisitReturnStmt(const clang::ReturnStmt* statement);
  ValueId VisitCoreturnStmt(const clang::CoreturnStmt* statement);
  ValueId VisitCoroutineBodyStmt(const clang::CoroutineBodyStmt* statement);
  ValueId VisitLabelStmt(const clang::LabelStmt* statement);
  ValueId VisitGotoStmt(const clang::GotoStmt* statement);
  ValueId VisitIndirectGotoStmt(const clang::IndirectGotoStmt* statement);
  ValueId VisitCXXTryStmt(const clang::CXXTryStmt* statement);

  // Expressions (expressions.cpp): the value.
  ValueId VisitExpr(const clang::Expr* expression);
  ValueId VisitExplicitCastExpr(const clang::ExplicitCastExpr* cast);
  ValueId VisitCXXDefaultInitExpr(const clang::CXXDefaultInitExpr* expression);
  ValueId VisitCXXDefaultArgExpr(const clang::CXXDefaultArgExpr*) { return kNoValue; }
  ValueId VisitOpaqueValueExpr(const clang::OpaqueValueExpr* expression);
  ValueId VisitStringLiteral(const clang::StringLiteral* literal);
  ValueId VisitUserDefinedLiteral(const clang::UserDefinedLiteral* literal);
  ValueId VisitDeclRefExpr(const clang::DeclRefExpr* reference);
  ValueId VisitMemberExpr(const clang::MemberExpr* member);
  ValueId VisitArraySubscriptExpr(const clang::ArraySubscriptExpr* subscript);
  ValueId VisitCXXThisExpr(const clang::CXXThisExpr* expression);
  ValueId VisitUnaryOperator(const clang::UnaryOperator* operation);
  ValueId VisitBinaryOperator(const clang::BinaryOperator* operation);
  ValueId VisitCompoundAssignOperator(const clang::CompoundAssignOperator* operation);
  ValueId VisitAbstractConditionalOperator(const clang::AbstractConditionalOperator* operation);
  ValueId VisitCXXRewrittenBinaryOperator(const clang::CXXRewrittenBinaryOperator* operation);
  ValueId VisitCXXThrowExpr(const clang::CXXThrowExpr* expression);
  ValueId VisitCXXNewExpr(const clang::CXXNewExpr* expression);
  ValueId VisitCoroutineSuspendExpr(const clang::CoroutineSuspendExpr* expression);
  ValueId VisitLambdaExpr(const clang::LambdaExpr* lambda);
  ValueId VisitBlockExpr(const clang::BlockExpr* block);

  // Calls and what constructs (calls.cpp, operators.cpp, records.cpp).
  ValueId VisitCallExpr(const clang::CallExpr* call);
  ValueId VisitCXXMemberCallExpr(const clang::CXXMemberCallExpr* call);
  ValueId VisitCXXOperatorCallExpr(const clang::CXXOperatorCallExpr* call);
  ValueId VisitCXXConstructExpr(const clang::CXXConstructExpr* construction);
  ValueId VisitInitListExpr(const clang::InitListExpr* list);

 private:
  using Block = FunctionBuilder::Block;
  ValueId value(const clang::Expr* expression);
  ValueId add(Op op, std::vector<ValueId> in, Span span);
  ValueId unknown(std::vector<ValueId> in, Span span) { return add(Op::kUnknown, std::move(in), std::move(span)); }
  ValueId constant(const clang::Expr& expression);
  Span spanOf(const clang::Stmt& statement) const { return context_.sources.range(statement.getSourceRange()); }
  bool isEvaluated(const clang::Expr& expression) const;

  // Places (places.cpp).
  Place placeOf(const clang::Expr* expression);
  Place placeOf(const clang::DeclRefExpr& reference);
  Place placeOf(const clang::VarDecl& variable, clang::SourceLocation location);
  Place placeOf(const clang::MemberExpr& member);
  void writeThrough(const clang::Expr& target);
  Place pointeePlace(const clang::Expr& expression);
  Place subscriptPlace(const clang::Expr& base, const clang::Expr& key, const clang::Expr& whole);
  Written read(const clang::Expr& expression);
  std::optional<Written> writtenBy(const clang::Expr& expression);
  ValueId load(const Place& place);
  void store(const Place& place, ValueId value);
  ValueId changedByOthers(ValueId known, const Span& span);
  void writeVariable(const clang::VarDecl& variable, ValueId value);
  const std::string& key(const clang::VarDecl& variable);
  bool isCaptured(const clang::VarDecl& variable) const;
  bool isShared(const clang::VarDecl& variable) const;
  ValueId readGlobal(std::string symbol, std::string name, Span span);
  void writeGlobal(std::string symbol, std::string name, Span span, ValueId value);

  // Variables (variables.cpp).
  void lowerVariable(const clang::VarDecl& variable);
  void lowerReference(const clang::VarDecl& variable);
  void bindElements(const clang::DecompositionDecl& bindings);
  bool lowerPointer(const clang::VarDecl& variable);
  void leave(Span span);
  void bindLoopVariable(const clang::VarDecl& variable, ValueId range, ValueId element);
  void lowerParameters(const clang::FunctionDecl& function);
  void lowerInitializers(const clang::CXXConstructorDecl& constructor);
  ValueId initial(const clang::VarDecl& variable);

  // Calls (calls.cpp).
  Argument argument(const clang::Expr& expression, clang::QualType parameter);
  ValueId asBase(const clang::Expr& expression, ValueId value);
  std::vector<Argument> arguments(llvm::ArrayRef<const clang::Expr*> written, const clang::FunctionDecl* callee,
                                  const clang::FunctionProtoType* prototype = nullptr);
  ValueId call(const clang::FunctionDecl* callee, ValueId receiver, const std::vector<Argument>& arguments, Span span);
  ValueId construct(const clang::CXXConstructExpr& construction, Span span);
  Written changeText(const clang::CXXMemberCallExpr& call);
  bool isRefillable(const clang::CXXMethodDecl& method) const;
  ValueId emptyText(Span span);
  ValueId textOfStream(const clang::CXXMemberCallExpr& call);
  Written appendToStream(const clang::CXXOperatorCallExpr& call);
  Written assign(const clang::CXXOperatorCallExpr& call, const clang::FunctionDecl& callee);
  Written appendText(const clang::CXXOperatorCallExpr& call);
  ValueId operatorCall(const clang::CXXOperatorCallExpr& call, const clang::FunctionDecl& callee);
  ValueId recordOfFields(const clang::InitListExpr& list, const clang::RecordDecl& record);
  void writeField(ValueId record, const clang::FieldDecl& field, const clang::Expr& init, Span span);

  // Control flow (statements.cpp).
  void lower(const clang::Stmt* statement);
  void startBlock(Block block);
  Block startNewBlock();
  void startDeadBlock();
  void lowerLoopBody(const clang::Stmt* body, Block exit, Block next);
  void forgetVariables(const std::set<const clang::VarDecl*>& variables, Span span);
  void lowerHandlers(const clang::CXXTryStmt& statement, const std::set<const clang::VarDecl*>& written, Block join);

  const FlowContext& context_;
  FunctionBuilder builder_;
  const clang::FunctionDecl* function_ = nullptr;
  ValueId this_ = kNoValue;
  std::map<uint32_t, const clang::ParmVarDecl*>
      outs_;  // parameters through which the caller's variables can be changed
  Fates fates_;
  std::map<const clang::VarDecl*, std::string> keys_;
  std::map<const clang::VarDecl*, Place> aliases_;   // reference variables
  std::map<const clang::Expr*, ValueId> receivers_;  // of calls on objects
  std::vector<Exits> exits_;
  std::vector<std::pair<Block, bool>> switches_;          // head, whether a default was met
  std::vector<std::set<const clang::VarDecl*>*> writes_;  // of the try blocks around
};

}  // namespace gander::rewriter
