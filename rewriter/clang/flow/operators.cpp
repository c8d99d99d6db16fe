// Overloaded operators: subscripts, assignments, text put together; others are calls.
#include "rewriter/clang/flow/function_lowering.h"

namespace gander::rewriter {

using clang::dyn_cast;

// `out << x` and `in >> x` give the stream itself; that they change it says nothing about what is asked here.
static bool isShift(const clang::CXXOperatorCallExpr& call) {
  return call.getOperator() == clang::OO_LessLess || call.getOperator() == clang::OO_GreaterGreater;
}

ValueId FunctionLowering::operatorCall(const clang::CXXOperatorCallExpr& expression,
                                       const clang::FunctionDecl& callee) {
  const auto* method = dyn_cast<clang::CXXMethodDecl>(&callee);
  const bool member = method && method->isInstance();
  llvm::ArrayRef<const clang::Expr*> written(expression.getArgs(), expression.getNumArgs());
  ValueId receiver = kNoValue;
  std::vector<Argument> given;
  if (member && !written.empty()) {
    receiver = value(written.front());
    given = arguments(written.drop_front(), &callee);
  } else if (isShift(expression) && written.size() == 2) {
    given.push_back({value(written[0]), std::nullopt});
    given.push_back(argument(*written[1], callee.getParamDecl(1)->getType()));
  } else {
    given = arguments(written, &callee);
  }
  return call(&callee, receiver, given, context_.sources.place(expression.getOperatorLoc()));
}

//   row["user_name"] = x  ->  a write of the subscript      text = "x"  ->  the variable is "x"
ValueId FunctionLowering::assign(const clang::CXXOperatorCallExpr& expression, const clang::FunctionDecl& callee) {
  const auto* target = expression.getArg(0);
  const auto* method = dyn_cast<clang::CXXMethodDecl>(&callee);
  const bool copies = method && (method->isCopyAssignmentOperator() || method->isMoveAssignmentOperator());
  const Place place = placeOf(target);
  const ValueId assigned = value(expression.getArg(1));
  if (copies || isText(target->getType()) || place.kind == Place::Kind::kIndex) {
    store(place, assigned);
    return assigned;
  }
  const ValueId receiver = load(place);
  const ValueId result =
      call(&callee, receiver, {{assigned, std::nullopt}}, context_.sources.place(expression.getOperatorLoc()));
  store(place, add(Op::kChanged, {receiver, result}, spanOf(expression)));
  return result;
}

ValueId FunctionLowering::appendText(const clang::CXXOperatorCallExpr& expression) {
  const Place place = placeOf(expression.getArg(0));
  const ValueId old = load(place);
  const ValueId longer = add(Op::kConcat, {old, value(expression.getArg(1))}, spanOf(expression));
  store(place, longer);
  return longer;
}

// `out` of out << a << b, if it is a stream that makes a text.
static const clang::Expr* textStream(const clang::CXXOperatorCallExpr& call) {
  const clang::Expr* left = &call;
  while (const auto* shift = dyn_cast<clang::CXXOperatorCallExpr>(left)) {
    if (shift->getOperator() != clang::OO_LessLess || shift->getNumArgs() != 2) return nullptr;
    left = shift->getArg(0)->IgnoreParenImpCasts();
  }
  return isTextStream(left->getType()) ? left : nullptr;
}

// Each << makes the text longer; std::endl and its kin are no text that matters.
//   out << "SELECT " << column  ->  out = concat(concat(out, "SELECT "), column)
ValueId FunctionLowering::appendToStream(const clang::CXXOperatorCallExpr& expression, const clang::Expr& stream) {
  const Place place = placeOf(&stream);
  const auto* left = expression.getArg(0)->IgnoreParenImpCasts();
  const ValueId old = left == &stream ? load(place) : value(left);
  const auto* right = expression.getArg(1);
  if (right->IgnoreParenImpCasts()->getType()->isFunctionType()) return old;
  const ValueId longer = add(Op::kConcat, {old, value(right)}, spanOf(expression));
  store(place, longer);
  return longer;
}

ValueId FunctionLowering::VisitCXXOperatorCallExpr(const clang::CXXOperatorCallExpr* expression) {
  const auto* callee = expression->getDirectCallee();
  if (callee == nullptr) return VisitExpr(expression);
  const unsigned count = expression->getNumArgs();
  switch (expression->getOperator()) {
    case clang::OO_Subscript:
      if (count >= 2) return load(placeOf(expression));
      break;
    case clang::OO_Equal:
      if (count == 2) return assign(*expression, *callee);
      break;
    case clang::OO_LessLess:
      if (const auto* stream = textStream(*expression)) return appendToStream(*expression, *stream);
      break;
    case clang::OO_PlusEqual:
      if (count == 2 && isText(expression->getArg(0)->getType())) return appendText(*expression);
      break;
    case clang::OO_Plus:
      if (count == 2 && isText(expression->getType())) {
        const ValueId left = value(expression->getArg(0));
        return add(Op::kConcat, {left, value(expression->getArg(1))}, spanOf(*expression));
      }
      break;
    default: break;
  }
  return operatorCall(*expression, *callee);
}

}  // namespace gander::rewriter
