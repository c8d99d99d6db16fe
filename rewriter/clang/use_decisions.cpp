// Where the way up from a member ends: the node that says what becomes of its value.
#include <clang/AST/Attr.h>
#include <clang/AST/FormatString.h>
#include <clang/AST/TypeLoc.h>
#include <clang/Basic/TargetInfo.h>

#include "rewriter/clang/symbols.h"
#include "rewriter/clang/use_reader.h"

namespace gander::rewriter {

using clang::dyn_cast;
using clang::DynTypedNode;
using clang::isa;

void UseReader::decideExpression(const clang::Expr& at, const clang::Expr& parent, UseContext& use) {
  if (const auto* binary = dyn_cast<clang::BinaryOperator>(&parent)) return decideBinary(at, *binary, use);
  if (const auto* unary = dyn_cast<clang::UnaryOperator>(&parent)) return decideUnary(*unary, use);
  if (const auto* call = dyn_cast<clang::CXXOperatorCallExpr>(&parent)) return decideOperatorCall(at, *call, use);
  if (const auto* call = dyn_cast<clang::CallExpr>(&parent)) return decideCall(at, *call, use);
  if (const auto* construct = dyn_cast<clang::CXXConstructExpr>(&parent)) return decideConstruct(at, *construct, use);
  if (const auto* member = dyn_cast<clang::MemberExpr>(&parent)) return decideMember(*member, use);
  if (const auto* cast = dyn_cast<clang::ExplicitCastExpr>(&parent)) return decideCast(*cast, use);
  if (const auto* list = dyn_cast<clang::InitListExpr>(&parent)) return decideList(at, *list, use);
  if (isa<clang::UnaryExprOrTypeTraitExpr, clang::CXXTypeidExpr, clang::CXXNoexceptExpr>(parent))
    return settle(use, Fate::kUnevaluated, "only its type is used");
  if (const auto* index = dyn_cast<clang::ArraySubscriptExpr>(&parent)) {
    if (index->getIdx() == &at) return settle(use, Fate::kRead);
    return settle(use, Fate::kInner, "an element of it is used");
  }
  if (isa<clang::AbstractConditionalOperator>(parent) && mayBeWritten(parent))
    return settle(use, Fate::kAddress, "it is one of two things, and what is done with the one chosen is not seen");
  if (isa<clang::AbstractConditionalOperator, clang::CXXThrowExpr, clang::CXXNewExpr, clang::CXXDefaultInitExpr>(
          parent)) {
    use.operand = true;
    return settle(use, Fate::kRead);
  }
  settle(use, Fate::kUnknown, "what is done with it is not known");
}

// Whether something may be done to the place that an expression stands for, other than that it is read.
//   (c ? p.a : q.a) = x
bool UseReader::mayBeWritten(const clang::Expr& place) const {
  if (!place.isGLValue() || place.getType().isConstQualified()) return false;
  auto node = parentOf(DynTypedNode::create(place));
  while (node && node->get<clang::ParenExpr>()) node = parentOf(*node);
  const auto* cast = node ? node->get<clang::ImplicitCastExpr>() : nullptr;
  if (cast == nullptr) return !(node && node->get<clang::CompoundStmt>());
  return cast->getCastKind() != clang::CK_LValueToRValue && !cast->getType().isConstQualified();
}

// `p.a = x`: at is the left side.
void UseReader::decideWritten(const clang::Expr& value, const clang::Expr& assignment, UseContext& use) {
  use.written = rangeOf(value);
  use.pure = !value.HasSideEffects(context_);
  addStatements(assignment, use);
  settle(use, Fate::kWritten);
}

void UseReader::decideBinary(const clang::Expr& at, const clang::BinaryOperator& parent, UseContext& use) {
  const bool left = parent.getLHS() == &at;
  if (parent.isCompoundAssignmentOp() && left) return settle(use, Fate::kCompound, "it is read and written at once");
  if (parent.getOpcode() == clang::BO_Assign && left) return decideWritten(*parent.getRHS(), parent, use);
  if (parent.isAssignmentOp()) {
    const auto* target = parent.getLHS()->IgnoreParenImpCasts();
    use.into = valueType(target->getType());
    if (const auto* variable = dyn_cast<clang::DeclRefExpr>(target)) use.intoName = bareName(*variable->getDecl());
    if (const auto* member = dyn_cast<clang::MemberExpr>(target)) use.intoName = bareName(*member->getMemberDecl());
  } else {
    use.operand = true;
    if (parent.isRelationalOp() || parent.getOpcode() == clang::BO_Cmp)
      use.comparedTo = rangeOf(left ? *parent.getRHS() : *parent.getLHS());
  }
  settle(use, Fate::kRead);
}

void UseReader::decideUnary(const clang::UnaryOperator& parent, UseContext& use) {
  if (parent.isIncrementDecrementOp()) return settle(use, Fate::kCompound, "it is read and written at once");
  if (parent.getOpcode() == clang::UO_AddrOf) return settle(use, Fate::kAddress, "its address is taken");
  use.operand = true;
  settle(use, parent.getOpcode() == clang::UO_Deref ? Fate::kInner : Fate::kRead);
}

static bool isOrdering(clang::OverloadedOperatorKind kind) {
  return kind == clang::OO_Less || kind == clang::OO_Greater || kind == clang::OO_LessEqual ||
         kind == clang::OO_GreaterEqual || kind == clang::OO_Spaceship;
}

static bool isCompound(clang::OverloadedOperatorKind kind) {
  return kind == clang::OO_PlusPlus || kind == clang::OO_MinusMinus || clang::CXXOperatorCallExpr::isAssignmentOp(kind);
}

void UseReader::decideOperatorCall(const clang::Expr& at, const clang::CXXOperatorCallExpr& call, UseContext& use) {
  const bool first = call.getNumArgs() > 0 && call.getArg(0) == &at;
  const auto kind = call.getOperator();
  if (first && kind == clang::OO_Equal && call.getNumArgs() == 2) return decideWritten(*call.getArg(1), call, use);
  if (first && isCompound(kind)) return settle(use, Fate::kCompound, "it is read and written at once");
  if (first && (kind == clang::OO_Subscript || kind == clang::OO_Arrow || kind == clang::OO_Star))
    return settle(use, Fate::kInner, "something within it is used");
  use.operand = kind != clang::OO_Call && kind != clang::OO_Subscript && kind != clang::OO_Equal;
  use.passedTo = call.getDirectCallee() ? qualifiedName(*call.getDirectCallee()) : "";
  if (isOrdering(kind) && call.getNumArgs() == 2) use.comparedTo = rangeOf(*call.getArg(first ? 1 : 0));
  const auto* callee = call.getDirectCallee();
  const bool method = callee != nullptr && isa<clang::CXXMethodDecl>(callee);
  for (unsigned index = 0; callee != nullptr && index < call.getNumArgs(); ++index) {
    if (call.getArg(index) != &at) continue;
    const unsigned parameter = method ? index - 1 : index;
    if (method && index == 0) {
      const bool reads = dyn_cast<clang::CXXMethodDecl>(callee)->isConst() || at.getType().isConstQualified();
      return settle(use, reads ? Fate::kRead : Fate::kInner, reads ? "" : "something within it is used");
    }
    use.passedAs = parameter;
    if (parameter < callee->getNumParams()) return decideParameter(callee->getParamDecl(parameter), use);
  }
  settle(use, Fate::kRead);
}

void UseReader::decideCall(const clang::Expr& at, const clang::CallExpr& call, UseContext& use) {
  const auto* callee = call.getDirectCallee();
  if (callee != nullptr) use.passedTo = qualifiedName(*callee);
  for (unsigned index = 0; index < call.getNumArgs(); ++index) {
    if (call.getArg(index) != &at) continue;
    use.passedAs = index;
    addConversion(at, call, use);
    const auto* name = dyn_cast<clang::DeclRefExpr>(call.getCallee()->IgnoreParenImpCasts());
    if (callee != nullptr && name != nullptr && call.getNumArgs() == 1) {
      if (auto token = sources_.token(name->getLocation()); token && !token->pasted) {
        use.wrapper = use.passedTo;
        use.wrapperName = token->span;
        use.wrapperLeaks = leaks(call);
      }
    }
    if (callee == nullptr) return settle(use, Fate::kUnknown, "what is called with it is not known");
    if (index < callee->getNumParams()) return decideParameter(callee->getParamDecl(index), use);
    return settle(use, Fate::kRead);
  }
  settle(use, Fate::kUnknown, "it is called");
}

void UseReader::decideConstruct(const clang::Expr& at, const clang::CXXConstructExpr& construct, UseContext& use) {
  const auto* constructor = construct.getConstructor();
  use.passedTo = qualifiedName(*constructor->getParent());
  use.braced = construct.isListInitialization();
  for (unsigned index = 0; index < construct.getNumArgs(); ++index)
    if (construct.getArg(index) == &at && index < constructor->getNumParams())
      return decideParameter(constructor->getParamDecl(index), use);
  settle(use, Fate::kRead);
}

void UseReader::decideParameter(const clang::ParmVarDecl* parameter, UseContext& use) {
  const auto type = parameter->getType();
  const bool reference = type->isReferenceType();
  if (reference && !type.getNonReferenceType().isConstQualified() && (type->isLValueReferenceType() || !use.called))
    return settle(use, Fate::kAddress, "it is passed by a reference: what is done with it is not seen");
  auto into = valueType(type);
  if (!into.name.empty()) use.into = into;
  if (parameter->getDeclName().isIdentifier()) use.intoName = bareName(*parameter);
  settle(use, Fate::kRead);
}

void UseReader::decideMember(const clang::MemberExpr& member, UseContext& use) {
  use.operand = true;
  const auto* method = dyn_cast<clang::CXXMethodDecl>(member.getMemberDecl());
  if (method == nullptr) return settle(use, Fate::kInner, "something within it is used");
  const bool constant = member.getBase()->getType().isConstQualified() || method->isConst() || method->isStatic();
  settle(use, constant && !member.isArrow() ? Fate::kRead : Fate::kInner,
         constant ? "" : "something within it is used");
}

// The name of a type as it is written: what can be exchanged for another one.
void UseReader::addWrapper(const clang::ExplicitCastExpr& cast, UseContext& use) {
  const auto* written = cast.getTypeInfoAsWritten();
  if (written == nullptr) return;
  const auto type = written->getTypeLoc().getUnqualifiedLoc();
  const clang::NamedDecl* declaration = nullptr;
  clang::SourceLocation location;
  if (const auto alias = type.getAs<clang::TypedefTypeLoc>()) {
    declaration = alias.getDecl(), location = alias.getNameLoc();
  } else if (const auto tag = type.getAs<clang::TagTypeLoc>()) {
    declaration = tag.getDecl(), location = tag.getNameLoc();
  }
  auto token = declaration ? sources_.token(location) : std::nullopt;
  if (!token || token->pasted) return;
  use.wrapper = qualifiedName(*declaration);
  use.wrapperName = token->span;
  use.wrapperLeaks = leaks(cast);
}

// Whether more than the wrapped value gets out: by `auto`, or by a member that is called on the wrapper.
bool UseReader::leaks(const clang::Expr& wrapper) const {
  for (auto node = parentOf(DynTypedNode::create(wrapper)); node; node = parentOf(*node)) {
    if (node->get<clang::MemberExpr>()) return true;
    if (const auto* call = node->get<clang::CallExpr>()) {
      const auto* callee = call->getDirectCallee();
      if (callee == nullptr) return true;
      if (callee->getTemplateInstantiationPattern() == nullptr) return false;
      const bool system = sources_.sources().isInSystemHeader(callee->getLocation());
      return !system || (!callee->getReturnType()->isVoidType() && !callee->getReturnType()->isBooleanType());
    }
    if (const auto* variable = node->get<clang::VarDecl>())
      return variable->getType()->getContainedAutoType() != nullptr;
    if (node->get<clang::ReturnStmt>()) return false;
    const auto* outer = node->get<clang::Expr>();
    if (outer == nullptr || isa<clang::LambdaExpr>(outer)) return outer != nullptr;
  }
  return true;
}

void UseReader::decideCast(const clang::ExplicitCastExpr& cast, UseContext& use) {
  use.into = valueType(cast.getType());
  use.operand = use.operand || isa<clang::CStyleCastExpr>(cast);
  const bool reference = cast.getTypeAsWritten()->isReferenceType() || cast.isLValue();
  if (reference) return settle(use, Fate::kAddress, "it is cast to a reference");
  addWrapper(cast, use);
  settle(use, Fate::kRead);
}

void UseReader::decideList(const clang::Expr& at, const clang::InitListExpr& list, UseContext& use) {
  use.braced = true;
  const auto* record = list.getType()->getAsRecordDecl();
  if (record == nullptr) return settle(use, Fate::kRead);
  use.passedTo = qualifiedName(*record);
  unsigned index = 0;
  for (const auto* field : record->fields()) {
    if (index < list.getNumInits() && list.getInit(index) == &at) {
      if (field->getType()->isReferenceType()) return settle(use, Fate::kAddress, "a reference is bound to it");
      use.into = valueType(field->getType());
      use.intoName = bareName(*field);
      break;
    }
    ++index;
  }
  settle(use, Fate::kRead);
}

void UseReader::decideStatement(const clang::Stmt& statement, UseContext& use) {
  if (const auto* result = dyn_cast<clang::ReturnStmt>(&statement)) {
    for (auto node = parentOf(DynTypedNode::create(*result)); node; node = parentOf(*node)) {
      const auto* function = node->get<clang::FunctionDecl>();
      if (function == nullptr) continue;
      if (function->getReturnType()->isReferenceType())
        return settle(use, Fate::kAddress, "a reference to it is returned");
      use.intoName = function->getDeclName().isIdentifier() ? bareName(*function) : "";
      use.into = valueType(function->getReturnType());
      break;
    }
    return settle(use, Fate::kRead);
  }
  if (isa<clang::CompoundStmt>(statement)) return settle(use, Fate::kDiscarded);
  if (isa<clang::IfStmt, clang::WhileStmt, clang::DoStmt, clang::ForStmt, clang::SwitchStmt>(statement)) {
    // A branch of an `if` is a statement too: its value is not taken.
    return settle(use, use.type.name == "void" ? Fate::kDiscarded : Fate::kRead);
  }
  settle(use, use.type.name == "void" ? Fate::kDiscarded : Fate::kUnknown, "what is done with it is not known");
}

void UseReader::decideVariable(const clang::Expr& at, const clang::ValueDecl& variable, UseContext& use) {
  const auto type = variable.getType();
  if (variable.isImplicit()) return settle(use, Fate::kInner, "it is iterated over");
  if (isa<clang::DecompositionDecl>(variable)) return settle(use, Fate::kInner, "it is taken apart");
  if (type->isReferenceType()) {
    const bool constant = type->isLValueReferenceType() && type.getNonReferenceType().isConstQualified();
    if (!constant || !use.called || at.isLValue()) return settle(use, Fate::kAddress, "a reference is bound to it");
  }
  use.into = valueType(type);
  if (variable.getDeclName().isIdentifier()) use.intoName = bareName(variable);
  settle(use, Fate::kRead);
}

namespace {

// The conversion that prints an argument, by its position among those behind the format.
class ConversionFinder final : public clang::analyze_format_string::FormatStringHandler {
 public:
  explicit ConversionFinder(unsigned wanted) : wanted_(wanted) {}
  bool HandlePrintfSpecifier(const clang::analyze_printf::PrintfSpecifier& specifier, const char* start,
                             unsigned length, const clang::TargetInfo&) override {
    if (specifier.consumesDataArgument() && specifier.getArgIndex() == wanted_) found_ = std::string(start, length);
    return true;
  }
  std::string take() { return std::move(found_); }

 private:
  unsigned wanted_;
  std::string found_;
};

}  // namespace

void UseReader::addConversion(const clang::Expr& at, const clang::CallExpr& call, UseContext& use) const {
  const auto* callee = call.getDirectCallee();
  const auto* format = callee ? callee->getAttr<clang::FormatAttr>() : nullptr;
  if (format == nullptr) return;
  const unsigned receiver = isa<clang::CXXMethodDecl>(callee) && !isa<clang::CXXOperatorCallExpr>(call) ? 1 : 0;
  const unsigned place = static_cast<unsigned>(format->getFormatIdx()) - 1 - receiver;
  const unsigned first = static_cast<unsigned>(format->getFirstArg()) - 1 - receiver;
  if (place >= call.getNumArgs()) return;
  const auto* literal = dyn_cast<clang::StringLiteral>(call.getArg(place)->IgnoreParenImpCasts());
  if (literal == nullptr || literal->getCharByteWidth() != 1) return;
  const auto text = literal->getString();
  for (unsigned index = first; index < call.getNumArgs(); ++index) {
    if (call.getArg(index) != &at) continue;
    ConversionFinder finder(index - first);
    clang::analyze_format_string::ParsePrintfString(finder, text.begin(), text.end(), context_.getLangOpts(),
                                                    context_.getTargetInfo(), false);
    use.conversion = finder.take();
  }
}

}  // namespace gander::rewriter
