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
  return value(init);
}

void FunctionLowering::lowerGlobal(const clang::VarDecl& variable) {
  const ValueId first = initial(variable);
  const Span span = context_.sources.place(variable.getLocation());
  writeGlobal(context_.symbols(variable), qualifiedName(variable), span, first);
}

// A reference is another name of what it is bound to; `*p` is no place of its own, since p may point elsewhere later.
void FunctionLowering::lowerReference(const clang::VarDecl& variable) {
  const auto* init = variable.getInit()->IgnoreParenImpCasts();
  const bool named = init->isLValue() && !clang::isa<clang::UnaryOperator>(init);
  Place place = named ? placeOf(init) : Place();
  const ValueId bound = place.kind == Place::Kind::kNone ? value(variable.getInit()) : load(place);
  if (place.kind != Place::Kind::kNone) aliases_.emplace(&variable, std::move(place));
  builder_.write(key(variable), bound);
}

void FunctionLowering::bindElements(const clang::DecompositionDecl& bindings, ValueId value) {
  for (const auto* binding : bindings.bindings()) {
    bindings_[binding] = unknown({value}, context_.sources.place(binding->getLocation()));
  }
}

void FunctionLowering::lowerVariable(const clang::VarDecl& variable) {
  if (variable.isStaticLocal()) {
    if (variable.hasInit()) lowerGlobal(variable);
    return;
  }
  if (!variable.hasLocalStorage()) return;
  if (const auto* bindings = dyn_cast<clang::DecompositionDecl>(&variable)) {
    const auto* init = variable.getInit();
    return bindElements(*bindings, init ? value(init) : unknown({}, context_.sources.place(variable.getLocation())));
  }
  const bool reference = variable.getType()->isReferenceType() && variable.hasInit();
  if (reference && !isShared(variable)) return lowerReference(variable);
  store(placeOf(variable, variable.getLocation()), initial(variable));
}

void FunctionLowering::bindLoopVariable(const clang::VarDecl& variable, ValueId range, ValueId element) {
  if (const auto* bindings = dyn_cast<clang::DecompositionDecl>(&variable)) return bindElements(*bindings, element);
  store(placeOf(variable, variable.getLocation()), element);
  const auto type = variable.getType();
  if (!type->isReferenceType() || type.getNonReferenceType().isConstQualified() || isShared(variable)) return;
  // An assignment to the variable writes into the range, at a place that is not known.
  Place place{.kind = Place::Kind::kIndex, .base = range};
  place.span = context_.sources.place(variable.getLocation());
  place.key = unknown({}, place.span);
  aliases_.emplace(&variable, std::move(place));
}

void FunctionLowering::lowerParameters(const clang::FunctionDecl& function) {
  const auto* method = dyn_cast<clang::CXXMethodDecl>(&function);
  if (method && method->isInstance() && !method->isExplicitObjectMemberFunction()) {
    const Span span = context_.sources.place(function.getLocation());
    this_ = builder_.addParameter({.name = "this", .type = qualifiedName(*method->getParent())}, span);
  }
  for (const auto* parameter : function.parameters()) {
    const Span span = context_.sources.place(parameter->getLocation());
    const ValueId first =
        builder_.addParameter({.name = parameter->getName().str(), .type = typeName(parameter->getType())}, span);
    store(placeOf(*parameter, parameter->getLocation()), first);
  }
}

void FunctionLowering::writeField(ValueId record, const clang::FieldDecl& field, const clang::Expr& init, Span span) {
  Fact fact{
      .op = Op::kMember, .symbol = context_.symbols(field), .name = field.getName().str(), .span = std::move(span)};
  fact.in = {record, value(&init)};
  fact.access = Access::kWrite;
  fact.how = How::kCompiler;
  builder_.add(std::move(fact));
}

void FunctionLowering::lowerInitializers(const clang::CXXConstructorDecl& constructor) {
  for (const auto* initializer : constructor.inits()) {
    const auto* init = initializer->getInit();
    const auto* field = initializer->getAnyMember();
    if (init == nullptr) continue;
    if (field == nullptr) {
      value(init);
      continue;
    }
    if (!initializer->isWritten() && !clang::isa<clang::CXXDefaultInitExpr>(init)) continue;
    const bool written = initializer->isWritten();
    writeField(this_, *field, *init,
               context_.sources.place(written ? initializer->getMemberLocation() : field->getLocation()));
  }
}

void FunctionLowering::lowerFunction(const clang::FunctionDecl& function) {
  function_ = &function;
  if (const auto* body = function.getBody()) fates_ = findFates(*body);
  lowerParameters(function);
  if (const auto* constructor = dyn_cast<clang::CXXConstructorDecl>(&function)) lowerInitializers(*constructor);
  lower(function.getBody());
}

}  // namespace gander::rewriter
