// Expressions, but for calls.
#include "rewriter/clang/flow/function_lowering.h"

namespace gander::rewriter {

using clang::dyn_cast;
using clang::isa;

ValueId FunctionLowering::add(Op op, std::vector<ValueId> in, Span span) {
  return builder_.add({.op = op, .in = std::move(in), .span = std::move(span)});
}

// The expression without what only the language wants: conversions, temporaries, cleanups.
static const clang::Expr* essence(const clang::Expr* expression) {
  while (true) {
    const auto* bare = expression->IgnoreParenImpCasts();
    if (const auto* bound = dyn_cast<clang::CXXBindTemporaryExpr>(bare)) bare = bound->getSubExpr();
    if (const auto* list = dyn_cast<clang::CXXStdInitializerListExpr>(bare)) bare = list->getSubExpr();
    if (const auto* literal = dyn_cast<clang::CompoundLiteralExpr>(bare)) bare = literal->getInitializer();
    if (const auto* choice = dyn_cast<clang::GenericSelectionExpr>(bare); choice && !choice->isResultDependent()) {
      bare = choice->getResultExpr();
    }
    if (bare == expression) return bare;
    expression = bare;
  }
}

ValueId FunctionLowering::value(const clang::Expr* expression) {
  return expression ? Visit(essence(expression)) : kNoValue;
}

// Literals and questions about types: nothing flows in.
bool FunctionLowering::isEvaluated(const clang::Expr& expression) const {
  return !isa<clang::IntegerLiteral, clang::FloatingLiteral, clang::CharacterLiteral, clang::CXXBoolLiteralExpr,
              clang::CXXNullPtrLiteralExpr, clang::GNUNullExpr, clang::ImplicitValueInitExpr,
              clang::CXXScalarValueInitExpr, clang::UnaryExprOrTypeTraitExpr, clang::TypeTraitExpr,
              clang::CXXNoexceptExpr, clang::CXXTypeidExpr, clang::SizeOfPackExpr, clang::OffsetOfExpr,
              clang::PredefinedExpr, clang::SourceLocExpr, clang::RequiresExpr, clang::ConceptSpecializationExpr>(
      expression);
}

// See Fact::index.
static uint32_t positionOf(const llvm::APInt& number) {
  constexpr uint64_t kMost = 1U << 20;
  return number.getActiveBits() < 32 && number.getZExtValue() < kMost ? static_cast<uint32_t>(number.getZExtValue() + 1)
                                                                      : 0;
}

ValueId FunctionLowering::constant(const clang::Expr& expression) {
  Fact fact{.op = Op::kConst, .span = spanOf(expression)};
  if (const auto* number = dyn_cast<clang::IntegerLiteral>(&expression)) fact.index = positionOf(number->getValue());
  return builder_.add(std::move(fact));
}

ValueId FunctionLowering::VisitExpr(const clang::Expr* expression) {
  if (!isEvaluated(*expression)) return constant(*expression);
  std::vector<ValueId> operands;
  for (const auto* child : expression->children()) {
    const auto* operand = clang::dyn_cast_or_null<clang::Expr>(child);
    if (operand == nullptr) {
      lower(child);
    } else if (const ValueId one = value(operand); one != kNoValue) {
      operands.push_back(one);
    }
  }
  return unknown(std::move(operands), spanOf(*expression));
}

ValueId FunctionLowering::VisitExplicitCastExpr(const clang::ExplicitCastExpr* cast) {
  const ValueId operand = value(cast->getSubExpr());
  return operand == kNoValue ? kNoValue : add(Op::kCopy, {operand}, spanOf(*cast));
}

ValueId FunctionLowering::VisitCXXDefaultInitExpr(const clang::CXXDefaultInitExpr* expression) {
  return value(expression->getExpr());
}

ValueId FunctionLowering::VisitOpaqueValueExpr(const clang::OpaqueValueExpr* expression) {
  return expression->getSourceExpr() ? value(expression->getSourceExpr()) : unknown({}, spanOf(*expression));
}

ValueId FunctionLowering::VisitStringLiteral(const clang::StringLiteral* literal) {
  Fact fact{.op = Op::kConst, .span = spanOf(*literal), .text = context_.literals.read(*literal)};
  return builder_.add(std::move(fact));
}

// "x"s and "x"sv are the text itself.
ValueId FunctionLowering::VisitUserDefinedLiteral(const clang::UserDefinedLiteral* literal) {
  if (isText(literal->getType()) && literal->getNumArgs() > 0) return value(literal->getArg(0));
  return VisitCallExpr(literal);
}

// A constant of a class without members, like std::nullopt: nothing can stand in it.
static bool saysNothing(const clang::ValueDecl& declaration) {
  const auto* variable = dyn_cast<clang::VarDecl>(&declaration);
  const auto* record = declaration.getType()->getAsCXXRecordDecl();
  return variable && variable->hasGlobalStorage() && declaration.getType().isConstQualified() && record &&
         record->hasDefinition() && record->isEmpty() && !record->isLambda();
}

ValueId FunctionLowering::VisitDeclRefExpr(const clang::DeclRefExpr* reference) {
  const auto* declaration = reference->getDecl();
  if (saysNothing(*declaration)) return constant(*reference);
  if (isa<clang::VarDecl>(declaration)) return load(placeOf(*reference));
  if (isa<clang::FunctionDecl>(declaration)) {
    return readGlobal(context_.symbols(*declaration), qualifiedName(*declaration),
                      context_.sources.place(reference->getLocation()));
  }
  if (const auto* binding = dyn_cast<clang::BindingDecl>(declaration)) {
    if (binding->getHoldingVar()) return load(placeOf(*reference));
    return binding->getBinding() ? value(binding->getBinding()) : unknown({}, spanOf(*reference));
  }
  if (!isa<clang::EnumConstantDecl>(declaration)) return unknown({}, spanOf(*reference));
  Fact fact{.op = Op::kConst, .symbol = context_.symbols(*declaration), .name = qualifiedName(*declaration)};
  fact.span = spanOf(*reference);
  fact.how = How::kCompiler;
  fact.index = positionOf(dyn_cast<clang::EnumConstantDecl>(declaration)->getInitVal());
  return builder_.add(std::move(fact));
}

ValueId FunctionLowering::VisitMemberExpr(const clang::MemberExpr* member) {
  const Place place = placeOf(*member);
  if (place.kind != Place::Kind::kNone) return load(place);
  const ValueId base = value(member->getBase());
  return unknown({base}, context_.sources.place(member->getMemberLoc()));
}

ValueId FunctionLowering::VisitArraySubscriptExpr(const clang::ArraySubscriptExpr* subscript) {
  return load(placeOf(subscript));
}

ValueId FunctionLowering::VisitCXXThisExpr(const clang::CXXThisExpr* expression) {
  if (this_ != kNoValue && !isa<clang::CXXMethodDecl>(function_)) return this_;
  const auto* method = clang::dyn_cast_or_null<clang::CXXMethodDecl>(function_);
  if (method && !method->getParent()->isLambda()) return this_;
  const auto symbol = context_.symbols.object(function_);
  return symbol.empty() ? unknown({}, spanOf(*expression)) : readGlobal(symbol, "this", spanOf(*expression));
}

ValueId FunctionLowering::VisitUnaryOperator(const clang::UnaryOperator* operation) {
  const auto* operand = operation->getSubExpr();
  switch (operation->getOpcode()) {
    case clang::UO_AddrOf:
    case clang::UO_Deref: return add(Op::kCopy, {value(operand)}, spanOf(*operation));
    case clang::UO_Extension:
    case clang::UO_Plus: return value(operand);
    default: break;
  }
  if (!operation->isIncrementDecrementOp()) return unknown({value(operand)}, spanOf(*operation));
  const Place place = placeOf(operand);
  const ValueId changed = unknown({load(place)}, spanOf(*operation));
  store(place, changed);
  return changed;
}

ValueId FunctionLowering::VisitBinaryOperator(const clang::BinaryOperator* operation) {
  if (operation->getOpcode() == clang::BO_Assign) {
    const Place place = placeOf(operation->getLHS());
    const ValueId assigned = value(operation->getRHS());
    store(place, assigned);
    if (place.kind == Place::Kind::kNone) writeThrough(*operation->getLHS());
    return assigned;
  }
  const ValueId left = value(operation->getLHS());
  if (operation->getOpcode() == clang::BO_Comma) return value(operation->getRHS());
  if (!operation->isLogicalOp()) return unknown({left, value(operation->getRHS())}, spanOf(*operation));
  const Block join = builder_.makeBlock();
  builder_.jumpTo(join);
  startNewBlock();
  const ValueId right = value(operation->getRHS());
  builder_.jumpTo(join);
  startBlock(join);
  return unknown({left, right}, spanOf(*operation));
}

ValueId FunctionLowering::VisitCompoundAssignOperator(const clang::CompoundAssignOperator* operation) {
  const Place place = placeOf(operation->getLHS());
  const ValueId old = load(place);
  const ValueId changed = unknown({old, value(operation->getRHS())}, spanOf(*operation));
  store(place, changed);
  return changed;
}

ValueId FunctionLowering::VisitAbstractConditionalOperator(const clang::AbstractConditionalOperator* operation) {
  value(operation->getCond());
  const Block head = builder_.current();
  const Block join = builder_.makeBlock();
  startNewBlock();
  const ValueId onTrue = value(operation->getTrueExpr());
  builder_.jumpTo(join);
  builder_.enter(head);
  startNewBlock();
  const ValueId onFalse = value(operation->getFalseExpr());
  builder_.jumpTo(join);
  startBlock(join);
  std::vector<ValueId> either;
  for (const ValueId one : {onTrue, onFalse}) {
    if (one != kNoValue) either.push_back(one);
  }
  return either.empty() ? kNoValue : add(Op::kPhi, std::move(either), spanOf(*operation));
}

ValueId FunctionLowering::VisitCXXRewrittenBinaryOperator(const clang::CXXRewrittenBinaryOperator* operation) {
  const auto parts = operation->getDecomposedForm();
  const ValueId left = value(parts.LHS);
  return unknown({left, value(parts.RHS)}, spanOf(*operation));
}

ValueId FunctionLowering::VisitCXXThrowExpr(const clang::CXXThrowExpr* expression) {
  value(expression->getSubExpr());
  startDeadBlock();
  return kNoValue;
}

ValueId FunctionLowering::VisitCXXNewExpr(const clang::CXXNewExpr* expression) {
  for (const auto* placement : expression->placement_arguments()) value(placement);
  const auto* init = expression->getInitializer();
  const ValueId made = init ? value(init) : kNoValue;
  return made == kNoValue ? unknown({}, spanOf(*expression)) : add(Op::kCopy, {made}, spanOf(*expression));
}

ValueId FunctionLowering::VisitCoroutineSuspendExpr(const clang::CoroutineSuspendExpr* expression) {
  return unknown({value(expression->getOperand())}, spanOf(*expression));
}

// What a lambda captures outlives the function as far as facts go: written here, read in the lambda's own function.
ValueId FunctionLowering::VisitLambdaExpr(const clang::LambdaExpr* lambda) {
  const auto* init = lambda->capture_init_begin();
  for (const auto& capture : lambda->captures()) {
    const auto* captured = *init++;
    const Span span = context_.sources.place(capture.getLocation());
    if (capture.capturesThis()) {
      if (this_ != kNoValue) writeGlobal(context_.symbols.object(function_), "this", span, this_);
      continue;
    }
    const auto* variable = capture.capturesVariable() ? dyn_cast<clang::VarDecl>(capture.getCapturedVar()) : nullptr;
    if (variable == nullptr) continue;
    if (variable->isInitCapture()) {
      writeGlobal(context_.symbols.local(*variable), variable->getName().str(), span, value(variable->getInit()));
    } else if (!isShared(*variable) && captured != nullptr) {
      writeGlobal(context_.symbols.local(*variable), variable->getName().str(), span, value(captured));
    }
  }
  const auto* body = lambda->getCallOperator();
  return readGlobal(context_.symbols(*body), qualifiedName(*body), spanOf(*lambda));
}

ValueId FunctionLowering::VisitBlockExpr(const clang::BlockExpr* block) { return unknown({}, spanOf(*block)); }

}  // namespace gander::rewriter
