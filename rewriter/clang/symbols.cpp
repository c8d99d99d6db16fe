#include "rewriter/clang/symbols.h"

#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/Index/USRGeneration.h>

namespace gander::rewriter {

using clang::dyn_cast;
using clang::dyn_cast_or_null;
using clang::isa;

const clang::NamedDecl* meant(const clang::NamedDecl* declaration) {
  while (const auto* shadow = dyn_cast_or_null<clang::UsingShadowDecl>(declaration))
    declaration = shadow->getTargetDecl();
  return declaration;
}

static std::string operatorName(const clang::NamedDecl& declaration) {
  if (const auto* conversion = dyn_cast<clang::CXXConversionDecl>(&declaration)) {
    return "operator " + typeName(conversion->getConversionType());
  }
  return declaration.getNameAsString();
}

std::string bareName(const clang::NamedDecl& declaration) {
  const clang::NamedDecl* named = &declaration;
  if (const auto* function = dyn_cast<clang::FunctionTemplateDecl>(named)) named = function->getTemplatedDecl();
  if (const auto* constructor = dyn_cast<clang::CXXConstructorDecl>(named))
    return constructor->getParent()->getName().str();
  if (const auto* destructor = dyn_cast<clang::CXXDestructorDecl>(named)) {
    return "~" + destructor->getParent()->getName().str();
  }
  if (const auto* name = named->getIdentifier()) return name->getName().str();
  if (!named->getDeclName()) return "";
  return operatorName(*named);
}

static std::string partName(const clang::NamedDecl& declaration) {
  if (const auto* record = dyn_cast<clang::CXXRecordDecl>(&declaration); record && record->isLambda())
    return "(lambda)";
  if (const auto* tag = dyn_cast<clang::TagDecl>(&declaration); tag && tag->getTypedefNameForAnonDecl()) {
    return tag->getTypedefNameForAnonDecl()->getName().str();  // typedef struct {...} Play;
  }
  auto name = bareName(declaration);
  return name.empty() ? "(anonymous)" : name;
}

// What stands in it is named as if it stood outside: inline namespaces, anonymous unions, enums without a name.
static bool isTransparent(const clang::NamedDecl& context) {
  if (const auto* space = dyn_cast<clang::NamespaceDecl>(&context)) return space->isInline();
  if (const auto* record = dyn_cast<clang::RecordDecl>(&context)) return record->isAnonymousStructOrUnion();
  return isa<clang::EnumDecl>(context) && context.getIdentifier() == nullptr;
}

std::string qualifiedName(const clang::NamedDecl& declaration) {
  std::string name = partName(declaration);
  for (const auto* context = declaration.getDeclContext(); context; context = context->getParent()) {
    const auto* outer = dyn_cast<clang::NamedDecl>(context);
    if (outer == nullptr || isTransparent(*outer)) continue;
    name = partName(*outer) + "::" + name;
  }
  return name;
}

std::string typeName(clang::QualType type) {
  while (true) {
    if (type.isNull() || type->isDependentType()) return "";
    type = type.getNonReferenceType().getCanonicalType();
    if (type->isAnyPointerType()) {
      type = type->getPointeeType();
    } else if (const auto* array = dyn_cast<clang::ArrayType>(type.getTypePtr())) {
      type = array->getElementType();
    } else {
      break;
    }
  }
  if (const auto* tag = type->getAsTagDecl()) return qualifiedName(*tag);
  clang::LangOptions language;
  language.CPlusPlus = true;
  language.Bool = true;
  return type.getUnqualifiedType().getAsString(clang::PrintingPolicy(language));
}

SymbolKind kindOf(const clang::NamedDecl& declaration) {
  const clang::NamedDecl* named = &declaration;
  if (const auto* pattern = dyn_cast<clang::TemplateDecl>(named); pattern && pattern->getTemplatedDecl()) {
    named = pattern->getTemplatedDecl();
  }
  if (isa<clang::NamespaceDecl, clang::NamespaceAliasDecl>(named)) return SymbolKind::kNamespace;
  if (isa<clang::TypeDecl, clang::TemplateTemplateParmDecl, clang::ConceptDecl>(named)) return SymbolKind::kType;
  if (isa<clang::FieldDecl, clang::IndirectFieldDecl>(named)) return SymbolKind::kField;
  if (isa<clang::CXXMethodDecl>(named)) return SymbolKind::kMethod;
  if (isa<clang::FunctionDecl>(named)) return SymbolKind::kFunction;
  if (isa<clang::ParmVarDecl, clang::NonTypeTemplateParmDecl>(named)) return SymbolKind::kParameter;
  if (isa<clang::VarDecl, clang::BindingDecl>(named)) return SymbolKind::kVariable;
  if (isa<clang::EnumConstantDecl>(named)) return SymbolKind::kEnumConstant;
  return SymbolKind::kUnknown;
}

std::string instantiatedTemplate(const clang::DeclContext* context) {
  for (; context; context = context->getParent()) {
    const auto* function = dyn_cast<clang::FunctionDecl>(context);
    if (function && function->isTemplateInstantiation() && function->getPrimaryTemplate()) {
      return qualifiedName(*function);
    }
    const auto* record = dyn_cast<clang::CXXRecordDecl>(context);
    if (record && isa<clang::ClassTemplateSpecializationDecl>(record) &&
        clang::isTemplateInstantiation(record->getTemplateSpecializationKind())) {
      return qualifiedName(*record);
    }
  }
  return "";
}

std::string templateAround(const clang::DeclContext* context) {
  for (; context; context = context->getParent()) {
    const auto* function = dyn_cast<clang::FunctionDecl>(context);
    if (function && function->getDescribedFunctionTemplate()) return qualifiedName(*function);
    const auto* record = dyn_cast<clang::CXXRecordDecl>(context);
    const bool partial = record && isa<clang::ClassTemplatePartialSpecializationDecl>(record);
    if (record && (partial || record->getDescribedClassTemplate())) return qualifiedName(*record);
  }
  return "";
}

// A lambda has no name: an instantiation for one is told from that for another by where they stand.
static std::string lambdasIn(const clang::Decl& declaration, const SourceMap& sources) {
  std::string places;
  const auto* function = dyn_cast<clang::FunctionDecl>(&declaration);
  const auto* given = function ? function->getTemplateSpecializationArgs() : nullptr;
  if (given == nullptr) return places;
  for (const auto& argument : given->asArray()) {
    if (argument.getKind() != clang::TemplateArgument::Type) continue;
    const auto* record = argument.getAsType().getNonReferenceType()->getAsCXXRecordDecl();
    if (record == nullptr || !record->isLambda()) continue;
    const auto place = sources.place(record->getLocation());
    places += "@" + place.file + ":" + std::to_string(place.range.begin);
  }
  return places;
}

std::string Symbols::operator()(const clang::Decl& declaration) const {
  llvm::SmallString<128> usr;
  if (clang::index::generateUSRForDecl(&declaration, usr)) usr.clear();
  const auto* named = dyn_cast<clang::NamedDecl>(&declaration);
  std::string symbol = sources_.withoutRoot(usr.str().str());  // a class without a name is named by its place
  if (symbol.empty() && named) symbol = qualifiedName(*named);
  symbol += lambdasIn(declaration, sources_);
  if (named == nullptr || named->isExternallyVisible()) return symbol;
  const auto place = sources_.place(declaration.getLocation());
  return symbol + "@" + place.file;
}

std::string Symbols::local(const clang::VarDecl& variable) const {
  const auto place = sources_.place(variable.getLocation());
  const auto* function = dyn_cast<clang::FunctionDecl>(variable.getDeclContext());
  const std::string owner = function ? (*this)(*function) : place.file;
  return owner + "@" + variable.getName().str() + "@" + std::to_string(place.range.begin);
}

std::string Symbols::object(const clang::DeclContext* context) const {
  while (context) {
    const auto* method = dyn_cast<clang::CXXMethodDecl>(context);
    if (method && !method->getParent()->isLambda()) return (*this)(*method) + "@this";
    context = context->getParent();
  }
  return "";
}

}  // namespace gander::rewriter
