// Calls, constructions and records.
#include <clang/AST/Attr.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/Basic/Builtins.h>

#include "rewriter/clang/flow/function_lowering.h"

namespace gander::rewriter {

using clang::dyn_cast;
using clang::isa;

bool isText(clang::QualType type) {
  const auto* record = type.isNull() ? nullptr : type.getNonReferenceType()->getAsCXXRecordDecl();
  if (record == nullptr || !record->isInStdNamespace() || record->getIdentifier() == nullptr) return false;
  return record->getName() == "basic_string" || record->getName() == "basic_string_view";
}

bool isTextStream(clang::QualType type) {
  const auto* record = type.isNull() ? nullptr : type.getNonReferenceType()->getAsCXXRecordDecl();
  if (record == nullptr || !record->isInStdNamespace() || record->getIdentifier() == nullptr) return false;
  return record->getName() == "basic_ostringstream" || record->getName() == "basic_stringstream";
}

// A string as C has it.
static bool isCharacters(clang::QualType type) {
  type = type.getNonReferenceType();
  const auto* element = type->getPointeeOrArrayElementType();
  return (type->isPointerType() || type->isArrayType()) && element && element->isAnyCharacterType();
}

// std::move and its kin: they change nothing.
static bool isIdentity(const clang::FunctionDecl* callee) {
  if (callee == nullptr) return false;
  switch (callee->getBuiltinID()) {
    case clang::Builtin::BImove:
    case clang::Builtin::BIforward:
    case clang::Builtin::BImove_if_noexcept:
    case clang::Builtin::BIas_const: return true;
    default: return false;
  }
}

// What a pointer lets be written: x of &x, an array by its name, and what a pointer variable points to, which is one with it.
static const clang::Expr& target(const clang::Expr& pointer) {
  const auto* bare = pointer.IgnoreParenCasts();
  const auto* unary = dyn_cast<clang::UnaryOperator>(bare);
  return unary && unary->getOpcode() == clang::UO_AddrOf ? *unary->getSubExpr() : *bare;
}

// A pointer as it is before it becomes one to what is constant; of an array, one to its elements.
static clang::QualType pointerGiven(const clang::Expr& expression, const clang::ASTContext& context) {
  const auto type = expression.IgnoreParenImpCasts()->getType();
  return type->isArrayType() ? context.getDecayedType(type) : type;
}

// The conversion to a base class that an expression ends with.
static const clang::ImplicitCastExpr* baseConversion(const clang::Expr* expression) {
  for (;;) {
    expression = expression->IgnoreParens();
    if (const auto* temporary = dyn_cast<clang::MaterializeTemporaryExpr>(expression)) {
      expression = temporary->getSubExpr();
    } else if (const auto* full = dyn_cast<clang::ExprWithCleanups>(expression)) {
      expression = full->getSubExpr();
    } else if (const auto* cast = dyn_cast<clang::ImplicitCastExpr>(expression)) {
      if (cast->getCastKind() == clang::CK_DerivedToBase || cast->getCastKind() == clang::CK_UncheckedDerivedToBase)
        return cast;
      expression = cast->getSubExpr();
    } else {
      return nullptr;
    }
  }
}

// f(&play), where f takes a Message*, and play.SerializeAsString(), which is its base's: a copy whose name is the class that it
// was, and whose symbol is the base's name.
ValueId FunctionLowering::asBase(const clang::Expr& expression, ValueId value) {
  const auto* cast = baseConversion(&expression);
  const auto* named = dyn_cast<clang::DeclRefExpr>(&target(expression));
  const auto* variable = named ? dyn_cast<clang::VarDecl>(named->getDecl()) : nullptr;
  // Message& message = play: another name of it.
  if (cast == nullptr && variable && aliases_.contains(variable) && variable->hasInit())
    cast = baseConversion(variable->getInit());
  if (cast == nullptr || value == kNoValue) return value;
  Fact copy{.op = Op::kCopy, .in = {value}, .symbol = typeName(cast->getType()), .span = spanOf(expression)};
  copy.name = typeName(cast->getSubExpr()->getType());
  return copy.name.starts_with("std::") ? value : builder_.add(std::move(copy));
}

Argument FunctionLowering::argument(const clang::Expr& expression, clang::QualType parameter) {
  const bool reference = !parameter.isNull() && parameter->isReferenceType() && letsWrite(parameter);
  const bool pointer =
      !reference && (parameter.isNull() || letsWrite(parameter)) && letsWrite(pointerGiven(expression, context_.ast));
  if (!reference && !pointer) return {value(&expression), std::nullopt};
  if (reference) {
    auto [place, old] = read(expression);
    return {old, place.kind == Place::Kind::kNone ? std::nullopt : std::optional(std::move(place))};
  }
  Place place = placeOf(&target(expression));
  if (place.kind == Place::Kind::kNone) return {value(&expression), std::nullopt};
  const ValueId old = load(place);
  return {add(Op::kCopy, {old}, spanOf(expression)), std::move(place)};
}

// T&& of a function of the standard library: it passes the argument on, and changes nothing of it.
static bool isForwarded(const clang::FunctionDecl* callee, size_t index) {
  if (callee == nullptr || !callee->isInStdNamespace()) return false;
  const auto* pattern = callee->getTemplateInstantiationPattern();
  if (pattern == nullptr || pattern->getNumParams() == 0) return false;
  const auto last = pattern->getNumParams() - 1;
  auto type = pattern->getParamDecl(std::min(static_cast<unsigned>(index), last))->getType();
  if (const auto* pack = type->getAs<clang::PackExpansionType>()) type = pack->getPattern();
  return type->isRValueReferenceType() && type->getPointeeType()->isTemplateTypeParmType();
}

static clang::DeclarationName callOperator(const clang::CXXRecordDecl& record) {
  return record.getASTContext().DeclarationNames.getCXXOperatorName(clang::OO_Call);
}

// The type of the function that runs: of its declaration, of the pointer that it is called by, of an object's only operator().
static const clang::FunctionProtoType* prototypeOf(const clang::Expr& called) {
  const auto* bare = called.IgnoreParenImpCasts();
  const auto* member = dyn_cast<clang::BinaryOperator>(bare);
  auto type = member && member->isPtrMemOp() ? member->getRHS()->getType() : bare->getType();
  if (const auto* pointer = type->getAs<clang::MemberPointerType>()) type = pointer->getPointeeType();
  if (type->isPointerType() || type->isBlockPointerType()) type = type->getPointeeType();
  const auto* record = type->getAsCXXRecordDecl();
  if (record == nullptr || !record->hasDefinition()) return type->getAs<clang::FunctionProtoType>();
  const auto found = record->lookup(callOperator(*record));
  const auto* function = found.isSingleResult() ? found.front()->getUnderlyingDecl()->getAsFunction() : nullptr;
  return function ? function->getType()->getAs<clang::FunctionProtoType>() : nullptr;
}

// Whether a function may write what it is called with.
static bool mayWrite(const clang::FunctionProtoType& prototype) {
  return llvm::any_of(prototype.param_types(), [](clang::QualType parameter) {
    if (const auto* pack = parameter->getAs<clang::PackExpansionType>()) parameter = pack->getPattern();
    const bool forwards = parameter->isRValueReferenceType() && parameter->getPointeeType()->isTemplateTypeParmType();
    return forwards || letsWrite(parameter);
  });
}

// The same of an argument that can be called; nothing of another one.
static std::optional<bool> mayWriteWhatItTakes(const clang::Expr& argument) {
  if (const auto* prototype = prototypeOf(argument)) return mayWrite(*prototype);
  const auto* record = argument.IgnoreParenImpCasts()->getType()->getAsCXXRecordDecl();
  if (record == nullptr || !record->hasDefinition() || !record->hasMemberName(callOperator(*record)))
    return std::nullopt;
  return true;  // one of several
}

// What is printed is only read.
static bool isPrinted(const clang::FunctionDecl* callee, size_t index) {
  const auto* format = callee ? callee->getAttr<clang::FormatAttr>() : nullptr;
  if (format == nullptr || !format->getType()->getName().contains("printf")) return false;
  return format->getFirstArg() > 0 && index + 1 >= static_cast<size_t>(format->getFirstArg());
}

std::vector<Argument> FunctionLowering::arguments(llvm::ArrayRef<const clang::Expr*> written,
                                                  const clang::FunctionDecl* callee,
                                                  const clang::FunctionProtoType* prototype) {
  if (callee) prototype = callee->getType()->getAs<clang::FunctionProtoType>();
  const bool writes =
      llvm::any_of(written, [](const auto* argument) { return mayWriteWhatItTakes(*argument).value_or(false); });
  std::vector<Argument> result;
  for (size_t index = 0; index < written.size(); ++index) {
    const auto& expression = *written[index];
    if (isa<clang::CXXDefaultArgExpr>(expression)) break;
    clang::QualType parameter;
    if (prototype && index < prototype->getNumParams())
      parameter = prototype->getParamType(static_cast<unsigned>(index));
    // What is passed on to a callable may be written by it: std::invoke(load, row).
    const bool forwarded = isForwarded(callee, index) && (!writes || mayWriteWhatItTakes(expression));
    if (isIdentity(callee) || forwarded || isPrinted(callee, index)) {
      result.push_back({value(&expression), std::nullopt});
    } else {
      auto given = argument(expression, parameter);
      given.value = asBase(expression, given.value);
      result.push_back(std::move(given));
    }
  }
  return result;
}

// The 1 of std::get<1>(x), as Fact::index has it.
static uint32_t firstNumber(const clang::FunctionDecl& callee) {
  const auto* given = callee.getTemplateSpecializationArgs();
  if (given == nullptr || given->size() == 0 || given->get(0).getKind() != clang::TemplateArgument::Integral) return 0;
  const auto number = given->get(0).getAsIntegral();
  return number.getActiveBits() < 16 ? static_cast<uint32_t>(number.getZExtValue() + 1) : 0;
}

ValueId FunctionLowering::call(const clang::FunctionDecl* callee, ValueId receiver,
                               const std::vector<Argument>& arguments, Span span) {
  Fact fact{.op = Op::kCall, .in = {receiver}, .span = span};
  for (const Argument& argument : arguments) fact.in.push_back(argument.value);
  if (callee) {
    fact.symbol = context_.symbols(*callee);
    fact.name = qualifiedName(*callee);
    fact.how = How::kCompiler;
    fact.constructs = isa<clang::CXXConstructorDecl>(callee);
    fact.index = firstNumber(*callee);
  }
  const ValueId result = builder_.add(std::move(fact));
  for (const Argument& argument : arguments) {
    if (argument.changed) store(*argument.changed, add(Op::kChanged, {argument.value, result}, span));
  }
  return result;
}

static llvm::ArrayRef<const clang::Expr*> writtenArguments(const clang::CallExpr& call) {
  return {call.getArgs(), call.getNumArgs()};
}

static clang::SourceLocation nameOfCallee(const clang::CallExpr& call) {
  const auto* callee = call.getCallee()->IgnoreParenImpCasts();
  if (const auto* member = dyn_cast<clang::MemberExpr>(callee)) return member->getMemberLoc();
  if (const auto* reference = dyn_cast<clang::DeclRefExpr>(callee)) return reference->getLocation();
  return callee->getBeginLoc();
}

// std::invoke(f, x) is f(x).
static bool isInvocation(const clang::CallExpr& call) {
  const auto* callee = call.getDirectCallee();
  return callee && callee->isInStdNamespace() && callee->getIdentifier() && callee->getName() == "invoke" &&
         call.getNumArgs() > 0 && !call.getArg(0)->getType()->isMemberPointerType();
}

ValueId FunctionLowering::VisitCallExpr(const clang::CallExpr* expression) {
  const auto* callee = expression->getDirectCallee();
  ValueId receiver = kNoValue;
  if (isInvocation(*expression)) {
    const auto& invoked = *expression->getArg(0);
    receiver = value(&invoked);
    const auto given = arguments(writtenArguments(*expression).drop_front(), nullptr, prototypeOf(invoked));
    return call(nullptr, receiver, given, context_.sources.place(nameOfCallee(*expression)));
  }
  if (callee == nullptr) {
    receiver = value(expression->getCallee());
  } else if (const auto* member = dyn_cast<clang::MemberExpr>(expression->getCallee()->IgnoreParenImpCasts())) {
    if (!member->isImplicitAccess()) value(member->getBase());  // a static method by way of an object
  }
  const auto given = arguments(writtenArguments(*expression), callee, prototypeOf(*expression->getCallee()));
  return call(callee, receiver, given, context_.sources.place(nameOfCallee(*expression)));
}

// Text that a method changes is other text.
//   sql.append(" WHERE x")  ->  sql = concat(sql, " WHERE x")
Written FunctionLowering::changeText(const clang::CXXMemberCallExpr& expression) {
  const auto& method = *expression.getMethodDecl();
  const auto name = bareName(method);
  const auto [place, old] = read(*expression.getImplicitObjectArgument());
  std::vector<ValueId> in = {old};
  const auto given = arguments(writtenArguments(expression), &method);
  for (const Argument& argument : given) in.push_back(argument.value);
  const bool whole =
      given.size() == 1 && (isText(expression.getArg(0)->getType()) || isCharacters(expression.getArg(0)->getType()));
  const bool appends = (name == "append" && whole) || name == "push_back";
  ValueId changed = kNoValue;
  if (name == "assign" && whole) {
    changed = given.front().value;
  } else {
    changed = add(appends ? Op::kConcat : Op::kUnknown, std::move(in), spanOf(expression));
  }
  store(place, changed);
  return {place, changed};
}

// What stands in a stream that makes a text: its text so far.
//   out.str()  ->  copy(out)     out.str("")  ->  out = ""
ValueId FunctionLowering::textOfStream(const clang::CXXMemberCallExpr& expression) {
  const Place place = placeOf(expression.getImplicitObjectArgument());
  if (expression.getNumArgs() == 0) return add(Op::kCopy, {load(place)}, spanOf(expression));
  store(place, value(expression.getArg(0)));
  return kNoValue;
}

bool changesText(const clang::CXXMemberCallExpr& call) {
  static constexpr std::array<llvm::StringRef, 10> kChanging = {"append",  "push_back", "assign", "insert",   "erase",
                                                                "replace", "clear",     "resize", "pop_back", "swap"};
  const auto* method = call.getMethodDecl();
  if (method == nullptr || method->isConst() || method->getIdentifier() == nullptr) return false;
  const auto* record = method->getParent();
  if (!record->isInStdNamespace() || record->getName() != "basic_string") return false;
  return llvm::is_contained(kChanging, method->getName());
}

// holder.emplace(row): whether it is another row now, a model says. What a method of the tree does is seen in its body.
bool FunctionLowering::isRefillable(const clang::CXXMethodDecl& method) const {
  return !method.isConst() && !method.isStatic() && !context_.sources.isOwn(method.getLocation());
}

ValueId FunctionLowering::VisitCXXMemberCallExpr(const clang::CXXMemberCallExpr* expression) {
  const auto* method = expression->getMethodDecl();
  if (method == nullptr) return VisitCallExpr(expression);  // through a pointer to a member
  const auto* object = expression->getImplicitObjectArgument();
  if (isa<clang::CXXConversionDecl>(method) && method->getParent()->isLambda()) return value(object);  // to a pointer
  if (isa<clang::CXXConversionDecl>(method) && isText(object->getType()) && isText(method->getReturnType()))
    return value(object);
  if (const auto written = writtenBy(*expression)) return written->value;
  if (isTextStream(object->getType()) && (bareName(*method) == "str" || bareName(*method) == "view"))
    return textOfStream(*expression);
  const Span span = context_.sources.place(nameOfCallee(*expression));
  const bool refillable = isRefillable(*method) && expression->getNumArgs() > 0;
  const auto [place, receiver] = refillable ? read(*object) : Written{Place(), value(object)};
  const bool refills = place.kind != Place::Kind::kNone && place.kind != Place::Kind::kPointee;
  receivers_[expression] = receiver;
  const auto given = arguments(writtenArguments(*expression), method);
  const ValueId result = call(method, asBase(*object, receiver), given, span);
  if (refills) store(place, add(Op::kChanged, {receiver, result}, span));
  return result;
}

static bool isTextFromText(const clang::CXXConstructExpr& construction, size_t written) {
  if (written != 1 || !isText(construction.getType())) return false;
  const auto type = construction.getArg(0)->getType();
  return isText(type) || isCharacters(type);
}

// A text, or what makes one, that starts with nothing.
static bool isEmptyText(const clang::CXXConstructExpr& construction, size_t written) {
  return written == 0 && (isText(construction.getType()) || isTextStream(construction.getType()));
}

static bool takesList(const clang::CXXConstructExpr& construction, size_t written) {
  return written == 1 && isa<clang::CXXStdInitializerListExpr>(construction.getArg(0)->IgnoreImplicit());
}

ValueId FunctionLowering::construct(const clang::CXXConstructExpr& construction, Span span) {
  const auto* constructor = construction.getConstructor();
  size_t written = 0;
  while (written < construction.getNumArgs() && !isa<clang::CXXDefaultArgExpr>(construction.getArg(written))) ++written;
  const bool copies = written == 1 && constructor->isCopyOrMoveConstructor();
  if (copies || isTextFromText(construction, written) || takesList(construction, written))
    return value(construction.getArg(0));
  if (isEmptyText(construction, written)) return emptyText(std::move(span));
  const auto given = arguments({construction.getArgs(), construction.getNumArgs()}, constructor);
  return call(constructor, kNoValue, given, std::move(span));
}

ValueId FunctionLowering::emptyText(Span span) {
  span.range.end = span.range.begin;
  LiteralPiece nothing{.span = span, .raw = true, .quote = '\0'};
  return builder_.add({.op = Op::kConst, .span = std::move(span), .text = {std::move(nothing)}});
}

ValueId FunctionLowering::VisitCXXConstructExpr(const clang::CXXConstructExpr* construction) {
  auto location = construction->getLocation();
  if (const auto* object = dyn_cast<clang::CXXTemporaryObjectExpr>(construction)) {
    const auto type = object->getTypeSourceInfo()->getTypeLoc();
    location = type.getEndLoc();
    if (const auto named = type.getAs<clang::TemplateSpecializationTypeLoc>()) location = named.getTemplateNameLoc();
  }
  return construct(*construction, context_.sources.place(location));
}

// {key, value} of a map's initialiser.
static const clang::CXXConstructExpr* asPair(const clang::Expr& element) {
  const auto* construction = dyn_cast<clang::CXXConstructExpr>(element.IgnoreImplicit());
  if (construction == nullptr || construction->getNumArgs() != 2) return nullptr;
  const auto* record = construction->getConstructor()->getParent();
  return record->isInStdNamespace() && record->getName() == "pair" ? construction : nullptr;
}

// The list that a construction takes as its only argument.
static const clang::InitListExpr* listOf(const clang::Expr& element) {
  const auto* construction = dyn_cast<clang::CXXConstructExpr>(element.IgnoreImplicit());
  if (construction == nullptr || construction->getNumArgs() == 0) return nullptr;
  const auto* list = dyn_cast<clang::CXXStdInitializerListExpr>(construction->getArg(0)->IgnoreImplicit());
  return list == nullptr ? nullptr : dyn_cast<clang::InitListExpr>(list->getSubExpr()->IgnoreImplicit());
}

// The two of {"key", value}, where a list's elements may be lists of the same class in turn: only there does the class itself tell
// pairs from lists of two.
static const clang::InitListExpr* asKeyAndValue(const clang::Expr& element) {
  const auto* inner = listOf(element);
  if (inner == nullptr || inner->getNumInits() != 2) return nullptr;
  const auto type = element.getType().getCanonicalType().getUnqualifiedType();
  if (inner->getInit(0)->getType().getCanonicalType().getUnqualifiedType() != type) return nullptr;
  const auto* key = dyn_cast<clang::CXXConstructExpr>(inner->getInit(0)->IgnoreImplicit());
  if (key == nullptr || key->getNumArgs() == 0) return nullptr;
  const auto given = key->getArg(0)->IgnoreImplicit()->getType();
  return isText(given) || isCharacters(given) ? inner : nullptr;
}

ValueId FunctionLowering::VisitInitListExpr(const clang::InitListExpr* list) {
  if (!list->isSemanticForm() && list->getSemanticForm()) list = list->getSemanticForm();
  if (list->isTransparent()) return value(list->getInit(0));
  const auto* record = list->getType()->getAsRecordDecl();
  if (record && !record->isUnion()) return recordOfFields(*list, *record);
  std::vector<ValueId> entries;
  const bool keyed = list->getNumInits() > 0 &&
                     llvm::all_of(list->inits(), [](const auto* one) { return asKeyAndValue(*one) != nullptr; });
  for (const auto* element : list->inits()) {
    const auto* pair = asPair(*element);
    const auto* both = keyed ? asKeyAndValue(*element) : nullptr;
    const auto* key = pair ? pair->getArg(0) : both ? both->getInit(0) : nullptr;
    entries.push_back(value(key));
    entries.push_back(value(pair ? pair->getArg(1) : both ? both->getInit(1) : element));
  }
  return add(Op::kRecord, std::move(entries), spanOf(*list));
}

// Where the designators of an aggregate's initialiser stand, by field.
static std::map<const clang::FieldDecl*, clang::SourceLocation> designators(const clang::InitListExpr& list) {
  std::map<const clang::FieldDecl*, clang::SourceLocation> result;
  const auto* written = list.getSyntacticForm() ? list.getSyntacticForm() : &list;
  for (const auto* element : written->inits()) {
    const auto* designated = dyn_cast<clang::DesignatedInitExpr>(element);
    if (designated == nullptr || designated->size() != 1) continue;
    const auto* designator = designated->getDesignator(0);
    if (designator->isFieldDesignator()) result[designator->getFieldDecl()] = designator->getFieldLoc();
  }
  return result;
}

// A struct is a record whose fields are written. Where a field's name is not written, the span is the empty one before its value.
ValueId FunctionLowering::recordOfFields(const clang::InitListExpr& list, const clang::RecordDecl& record) {
  const ValueId made = add(Op::kRecord, {}, spanOf(list));
  const auto named = designators(list);
  unsigned index = 0;
  if (const auto* derived = dyn_cast<clang::CXXRecordDecl>(&record)) index = derived->getNumBases();
  for (const auto* field : record.fields()) {
    if (field->isUnnamedBitField()) continue;
    if (index >= list.getNumInits()) break;
    const auto* init = list.getInit(index++);
    if (isa<clang::ImplicitValueInitExpr>(init)) continue;
    Span span = spanOf(*init);
    span.range.end = span.range.begin;
    if (const auto found = named.find(field); found != named.end()) span = context_.sources.place(found->second);
    writeField(made, *field, *init, std::move(span));
  }
  return made;
}

}  // namespace gander::rewriter
