// Variables: where they come to be.
#include <clang/AST/DeclCXX.h>

#include "rewriter/clang/flow/function_lowering.h"

namespace gander::rewriter {

using clang::dyn_cast;

// The token that names a type: `Client` of `const warehouse::Client`.
static clang::SourceLocation nameOfType(const clang::VarDecl& variable) {
  const auto* info = variable.getTypeSourceInfo();
  if (info == nullptr) return variable.getLocation();
  const auto type = info->getTypeLoc().getUnqualifiedLoc();
  if (const auto named = type.getAs<clang::TemplateSpecializationTypeLoc>()) return named.getTemplateNameLoc();
  if (const auto named = type.getAs<clang::TagTypeLoc>()) return named.getNameLoc();
  if (const auto named = type.getAs<clang::TypedefTypeLoc>()) return named.getNameLoc();
  if (const auto named = type.getAs<clang::UsingTypeLoc>()) return named.getNameLoc();
  return variable.getLocation();
}

ValueId FunctionLowering::initial(const clang::VarDecl& variable) {
  const auto* init = variable.getInit();
  if (init == nullptr) return unknown({}, context_.sources.place(variable.getLocation()));
  const auto* construction = dyn_cast<clang::CXXConstructExpr>(init->IgnoreImplicit());
  if (construction && !clang::isa<clang::CXXTemporaryObjectExpr>(construction)) {
    return construct(*construction, context_.sources.place(nameOfType(variable)));
  }
  return asBase(*init, value(init));
}

void FunctionLowering::lowerGlobal(const clang::VarDecl& variable) {
  const ValueId first = initial(variable);
  const Span span = context_.sources.place(variable.getLocation());
  writeGlobal(context_.symbols(variable), qualifiedName(variable), span, first);
}

// A reference is another name of what it is bound to. What a pointer points to is no place of its own, unless it is a name too:
// else it may point elsewhere later.
static const clang::VarDecl* pointerIn(const clang::Expr& dereferenced) {
  const auto* unary = dyn_cast<clang::UnaryOperator>(&dereferenced);
  if (unary == nullptr || unary->getOpcode() != clang::UO_Deref) return nullptr;
  const auto* reference = dyn_cast<clang::DeclRefExpr>(unary->getSubExpr()->IgnoreParenImpCasts());
  return reference ? dyn_cast<clang::VarDecl>(reference->getDecl()) : nullptr;
}

void FunctionLowering::lowerReference(const clang::VarDecl& variable) {
  const auto* init = variable.getInit()->IgnoreParenImpCasts();
  const bool named =
      init->isLValue() && (!clang::isa<clang::UnaryOperator>(init) || aliases_.contains(pointerIn(*init)));
  auto [place, bound] = named ? read(*init) : Written{Place(), value(variable.getInit())};
  if (place.kind != Place::Kind::kNone) aliases_.emplace(&variable, std::move(place));
  builder_.write(key(variable), bound);
}

// Row* p = &row;  ->  p is another name of row, as long as it points nowhere else; and so is a copy of p.
bool FunctionLowering::lowerPointer(const clang::VarDecl& variable) {
  if (!variable.getType()->isPointerType() || !variable.hasInit() || fates_.reseated.contains(&variable)) return false;
  const auto* init = variable.getInit()->IgnoreParenImpCasts();
  const auto* address = dyn_cast<clang::UnaryOperator>(init);
  const auto* reference = dyn_cast<clang::DeclRefExpr>(init);
  const auto* source = reference ? dyn_cast<clang::VarDecl>(reference->getDecl()) : nullptr;
  if (address && address->getOpcode() == clang::UO_AddrOf) {
    init = address->getSubExpr();
  } else if (source == nullptr || !source->hasLocalStorage() || isShared(*source) || fates_.reseated.contains(source) ||
             !(source->getType()->isPointerType() || source->getType()->isArrayType())) {
    return false;
  }
  Place place = placeOf(init);
  if (place.kind == Place::Kind::kNone) return false;
  builder_.write(key(variable), load(place));
  aliases_.emplace(&variable, std::move(place));
  return true;
}

// auto [name, row] = pair: where the parts are got by calls, each is kept in a variable; members and elements are read where
// they are named. Of a pair that is bound by reference they are other names of its parts.
void FunctionLowering::bindElements(const clang::DecompositionDecl& bindings) {
  const bool parts = bindings.getType()->isReferenceType() && !isShared(bindings);
  uint32_t position = 0;
  for (const auto* binding : bindings.bindings()) {
    ++position;
    const auto* held = binding->getHoldingVar();
    if (held == nullptr || !held->hasInit()) continue;
    store(placeOf(*held, binding->getLocation()), value(held->getInit()));
    if (!parts || isShared(*held)) continue;
    Place part{.kind = Place::Kind::kMember, .position = position, .name = binding->getName().str()};
    part.base = load(placeOf(bindings, bindings.getLocation()));
    part.span = context_.sources.place(binding->getLocation());
    aliases_.emplace(held, std::move(part));
  }
}

void FunctionLowering::lowerVariable(const clang::VarDecl& variable) {
  if (variable.isStaticLocal()) {
    if (variable.hasInit()) lowerGlobal(variable);
    return;
  }
  if (!variable.hasLocalStorage()) return;
  if (const auto* bindings = dyn_cast<clang::DecompositionDecl>(&variable)) {
    if (variable.getType()->isReferenceType() && variable.hasInit() && !isShared(variable)) {
      lowerReference(variable);
    } else {
      store(placeOf(variable, variable.getLocation()), initial(variable));
    }
    return bindElements(*bindings);
  }
  if (!isShared(variable) && lowerPointer(variable)) return;
  const bool reference = variable.getType()->isReferenceType() && variable.hasInit();
  if (reference && !isShared(variable)) return lowerReference(variable);
  store(placeOf(variable, variable.getLocation()), initial(variable));
}

void FunctionLowering::bindLoopVariable(const clang::VarDecl& variable, ValueId range, ValueId element) {
  store(placeOf(variable, variable.getLocation()), element);
  if (const auto* bindings = dyn_cast<clang::DecompositionDecl>(&variable)) return bindElements(*bindings);
  const auto type = variable.getType();
  if (!type->isReferenceType() || type.getNonReferenceType().isConstQualified() || isShared(variable)) return;
  // An assignment to the variable writes into the range, at a place that is not known.
  Place place{.kind = Place::Kind::kIndex, .base = range};
  place.span = context_.sources.place(variable.getLocation());
  place.key = unknown({}, place.span);
  aliases_.emplace(&variable, std::move(place));
}

// A variable of the builder that has a value wherever the function's beginning leads to.
static constexpr auto kReached = "(reached)";

void FunctionLowering::lowerParameters(const clang::FunctionDecl& function) {
  const auto* method = dyn_cast<clang::CXXMethodDecl>(&function);
  if (method && method->isInstance() && !method->isExplicitObjectMemberFunction()) {
    const Span span = context_.sources.place(function.getLocation());
    this_ = builder_.addParameter({.name = "this", .type = qualifiedName(*method->getParent())}, span);
  }
  uint32_t index = this_ == kNoValue ? 0 : 1;
  for (const auto* parameter : function.parameters()) {
    const Span span = context_.sources.place(parameter->getLocation());
    const ValueId first =
        builder_.addParameter({.name = parameter->getName().str(), .type = typeName(parameter->getType())}, span);
    store(placeOf(*parameter, parameter->getLocation()), first);
    if (letsWrite(parameter->getType())) outs_[index] = parameter;
    if (outs_.size() == 1) builder_.write(kReached, first);
    ++index;
  }
}

// What the caller's variables are when the function is left.
void FunctionLowering::leave(Span span) {
  if (outs_.empty() || builder_.read(kReached) == kNoValue) return;
  for (const auto& [index, parameter] : outs_) {
    ValueId last = load(placeOf(*parameter, parameter->getLocation()));
    if (fates_.reseated.contains(parameter) || fates_.kept.contains(parameter)) last = changedByOthers(last, span);
    builder_.add({.op = Op::kOut, .in = {last}, .name = parameter->getName().str(), .span = span, .index = index});
  }
}

// A parameter that is left as it came needs no word.
static void dropUnchanged(Function& function) {
  std::set<uint32_t> changed;
  for (const Fact& fact : function.facts) {
    if (fact.op == Op::kOut && fact.in[0] != function.params[fact.index].value) changed.insert(fact.index);
  }
  std::erase_if(function.facts, [&](const Fact& fact) { return fact.op == Op::kOut && !changed.contains(fact.index); });
}

Function FunctionLowering::finish() {
  Function function = builder_.finish();
  dropUnchanged(function);
  return function;
}

void FunctionLowering::writeField(ValueId record, const clang::FieldDecl& field, const clang::Expr& init, Span span) {
  Fact fact{
      .op = Op::kMember, .symbol = context_.symbols(field), .name = field.getName().str(), .span = std::move(span)};
  fact.in = {record, value(&init)};
  fact.access = Access::kWrite;
  fact.how = How::kCompiler;
  builder_.add(std::move(fact));
}

bool writesMember(const clang::CXXCtorInitializer& initializer) {
  if (!initializer.isAnyMemberInitializer() || initializer.getInit() == nullptr) return false;
  const auto& init = *initializer.getInit()->IgnoreImplicit();
  if (initializer.isWritten() || clang::isa<clang::CXXDefaultInitExpr>(init)) return true;
  return clang::isa<clang::CXXConstructExpr>(init) && !isText(init.getType()) && !isTextStream(init.getType());
}

void FunctionLowering::lowerInitializers(const clang::CXXConstructorDecl& constructor) {
  for (const auto* initializer : constructor.inits()) {
    const auto* init = initializer->getInit();
    const auto* field = initializer->getAnyMember();
    if (init && field == nullptr) value(init);
    if (!writesMember(*initializer)) continue;
    const bool written = initializer->isWritten();
    writeField(this_, *field, *init,
               context_.sources.place(written ? initializer->getMemberLocation() : field->getLocation()));
  }
}

void FunctionLowering::lowerFunction(const clang::FunctionDecl& function) {
  function_ = &function;
  fates_ = findFates(function);
  lowerParameters(function);
  if (const auto* constructor = dyn_cast<clang::CXXConstructorDecl>(&function)) lowerInitializers(*constructor);
  lower(function.getBody());
  leave(spanOf(*function.getBody()));
}

}  // namespace gander::rewriter
