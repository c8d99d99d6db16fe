// Names of declarations: for people and models ("pqxx::row::as"), and for the solver, which joins facts of many units.
#pragma once

#include <clang/AST/ASTContext.h>
#include <clang/AST/Decl.h>
#include <clang/AST/DeclCXX.h>

#include <string>

#include "rewriter/clang/source_map.h"
#include "rewriter/facts/facts.h"

namespace gander::rewriter {

// The declaration that a name stands for: a using-declaration's target, a template's pattern.
const clang::NamedDecl* meant(const clang::NamedDecl* declaration);

// "warehouse::v1::UserPlay::user_name": without template arguments and inline namespaces; constants of an enum stand in it.
std::string qualifiedName(const clang::NamedDecl& declaration);

// The last part of it: a constructor has its class's name. Empty where there is none.
std::string bareName(const clang::NamedDecl& declaration);

// The qualified name of a type behind references, pointers and qualifiers; empty where it depends on a template's parameter.
std::string typeName(clang::QualType type);

SymbolKind kindOf(const clang::NamedDecl& declaration);

// Whether `declaration` belongs to an instantiation; then the qualified name of the innermost instantiated template.
std::string instantiatedTemplate(const clang::DeclContext* context);
// The qualified name of the innermost template whose pattern a declaration stands in, or empty.
std::string templateAround(const clang::DeclContext* context);

// Calls `visit` with each method that a method overrides, over any number of classes.
template <typename Visit>
void forEachOverridden(const clang::CXXMethodDecl& method, Visit&& visit) {
  for (const auto* overridden : method.overridden_methods()) {
    visit(*overridden);
    forEachOverridden(*overridden, visit);
  }
}

// The identity that holds across files: Clang's USR; for what another file can't see, with the file that declares it.
class Symbols {
 public:
  explicit Symbols(const SourceMap& sources) : sources_(sources) {}
  std::string operator()(const clang::Decl& declaration) const;
  // A variable of a function's body, unique in the tree.
  std::string local(const clang::VarDecl& variable) const;
  // The object of the method that a lambda stands in.
  std::string object(const clang::DeclContext* context) const;

 private:
  const SourceMap& sources_;
};

}  // namespace gander::rewriter
