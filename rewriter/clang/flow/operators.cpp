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
  receivers_[&expression] = member || given.empty() ? receiver : given.front().value;
  return call(&callee, receiver, given, context_.sources.place(expression.getOperatorLoc()));
}

//   row["user_name"] = x  ->  a write of the subscript      text = "x"  ->  the variable is "x"
Written FunctionLowering::assign(const clang::CXXOperatorCallExpr& expression, const clang::FunctionDecl& callee) {
  const auto* target = expression.getArg(0);
  const auto* method = dyn_cast<clang::CXXMethodDecl>(&callee);
  const bool copies = method && (method->isCopyAssignmentOperator() || method->isMoveAssignmentOperator());
  const Place place = placeOf(target);
  const ValueId assigned = value(expression.getArg(1));
  if (copies || isText(target->getType()) || place.kind == Place::Kind::kIndex) {
    store(place, assigned);
    return {place, assigned};
  }
  const ValueId receiver = load(place);
  const ValueId result =
      call(&callee, receiver, {{assigned, std::nullopt}}, context_.sources.place(expression.getOperatorLoc()));
  store(place, add(Op::kChanged, {receiver, result}, spanOf(expression)));
  return {place, result};
}

Written FunctionLowering::appendText(const clang::CXXOperatorCallExpr& expression) {
  const auto [place, old] = read(*expression.getArg(0));
  const ValueId longer = add(Op::kConcat, {old, value(expression.getArg(1))}, spanOf(expression));
  store(place, longer);
  return {place, longer};
}

// Whether it is a << that makes a stream's text longer: out << a << b.
static bool appendsToStream(const clang::CXXOperatorCallExpr& call) {
  const clang::Expr* left = &call;
  while (const auto* shift = dyn_cast<clang::CXXOperatorCallExpr>(left)) {
    if (shift->getOperator() != clang::OO_LessLess || shift->getNumArgs() != 2) return false;
    left = shift->getArg(0)->IgnoreParenImpCasts();
  }
  return isTextStream(left->getType());
}

// Each << makes the text longer; std::endl and its kin are no text that matters.
//   out << "SELECT " << column  ->  out = concat(concat(out, "SELECT "), column)
Written FunctionLowering::appendToStream(const clang::CXXOperatorCallExpr& expression) {
  const auto* left = expression.getArg(0)->IgnoreParenImpCasts();
  const auto* before = dyn_cast<clang::CXXOperatorCallExpr>(left);
  Written stream = before ? appendToStream(*before) : read(*left);
  const auto* right = expression.getArg(1);
  if (right->IgnoreParenImpCasts()->getType()->isFunctionType()) return stream;
  stream.value = add(Op::kConcat, {stream.value, value(right)}, spanOf(expression));
  store(stream.place, stream.value);
  return stream;
}

// What such a call writes is what it gives, too: sql.append(x), sql += x, row = x, out << x.
std::optional<Written> FunctionLowering::writtenBy(const clang::Expr& expression) {
  if (const auto* method = dyn_cast<clang::CXXMemberCallExpr>(&expression))
    return changesText(*method) ? std::optional(changeText(*method)) : std::nullopt;
  const auto* operation = dyn_cast<clang::CXXOperatorCallExpr>(&expression);
  const auto* callee = operation ? operation->getDirectCallee() : nullptr;
  if (callee == nullptr || operation->getNumArgs() != 2) return std::nullopt;
  switch (operation->getOperator()) {
    case clang::OO_Equal: return assign(*operation, *callee);
    case clang::OO_LessLess:
      return appendsToStream(*operation) ? std::optional(appendToStream(*operation)) : std::nullopt;
    case clang::OO_PlusEqual:
      return isText(operation->getArg(0)->getType()) ? std::optional(appendText(*operation)) : std::nullopt;
    default: return std::nullopt;
  }
}

ValueId FunctionLowering::VisitCXXOperatorCallExpr(const clang::CXXOperatorCallExpr* expression) {
  const auto* callee = expression->getDirectCallee();
  if (callee == nullptr) return VisitExpr(expression);
  if (const auto written = writtenBy(*expression)) return written->value;
  const unsigned count = expression->getNumArgs();
  if (expression->getOperator() == clang::OO_Subscript && count >= 2) return load(placeOf(expression));
  if (expression->getOperator() == clang::OO_Plus && count == 2 && isText(expression->getType())) {
    const ValueId left = value(expression->getArg(0));
    return add(Op::kConcat, {left, value(expression->getArg(1))}, spanOf(*expression));
  }
  return operatorCall(*expression, *callee);
}

}  // namespace gander::rewriter
