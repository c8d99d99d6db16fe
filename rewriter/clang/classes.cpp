#include "rewriter/clang/classes.h"

#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclTemplate.h>

#include <map>
#include <set>

#include "rewriter/clang/symbols.h"

namespace gander::rewriter {

using clang::dyn_cast;

static const clang::DeclContext* findMember(clang::ASTContext& context, const clang::DeclContext& scope,
                                            llvm::StringRef name) {
  for (const auto* found : scope.lookup(&context.Idents.get(name))) {
    found = meant(found);
    if (const auto* space = dyn_cast<clang::NamespaceDecl>(found)) return space;
    if (const auto* alias = dyn_cast<clang::NamespaceAliasDecl>(found)) return alias->getNamespace();
    if (const auto* pattern = dyn_cast<clang::ClassTemplateDecl>(found)) found = pattern->getTemplatedDecl();
    if (const auto* alias = dyn_cast<clang::TypedefNameDecl>(found))
      found = alias->getUnderlyingType()->getAsCXXRecordDecl();
    const auto* record = clang::dyn_cast_or_null<clang::CXXRecordDecl>(found);
    if (record && record->getDefinition()) return record->getDefinition();
  }
  return nullptr;
}

static const clang::CXXRecordDecl* findClass(clang::ASTContext& context, llvm::StringRef name) {
  const clang::DeclContext* scope = context.getTranslationUnitDecl();
  while (scope && !name.empty()) {
    const auto [part, rest] = name.split("::");
    scope = findMember(context, *scope, part);
    name = rest;
  }
  return clang::dyn_cast_or_null<clang::CXXRecordDecl>(scope);
}

static std::vector<std::string> memberNames(const clang::CXXRecordDecl& record) {
  std::set<std::string> names;
  auto add = [&](const clang::NamedDecl& member) {
    if (!member.isImplicit() && member.getIdentifier()) names.insert(member.getName().str());
  };
  for (const auto* declaration : record.decls()) {
    const auto* named = dyn_cast<clang::NamedDecl>(declaration);
    if (named) add(*meant(named));
    if (const auto* enumeration = dyn_cast<clang::EnumDecl>(declaration)) {
      for (const auto* constant : enumeration->enumerators()) add(*constant);
    }
  }
  return {names.begin(), names.end()};
}

std::vector<TypeSeen> seenClasses(clang::ASTContext& context, const std::vector<std::string>& names) {
  std::map<std::string, TypeSeen> seen;
  for (const auto& name : names) {
    if (const auto* record = findClass(context, name)) seen[name] = {name, memberNames(*record)};
  }
  std::vector<TypeSeen> result;
  for (auto& [name, type] : seen) result.push_back(std::move(type));
  return result;
}

std::vector<std::string> classesNamed(const std::vector<NameUse>& names) {
  std::set<std::string> classes;
  for (const auto& use : names) {
    if (use.kind == SymbolKind::kType) classes.insert(use.symbol);
    const size_t owner = use.symbol.rfind("::");
    if (owner != std::string::npos) classes.insert(use.symbol.substr(0, owner));
    if (!use.objectType.empty()) classes.insert(use.objectType);
  }
  return {classes.begin(), classes.end()};
}

}  // namespace gander::rewriter
