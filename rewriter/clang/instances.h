// Instantiations of templates, by the template that they are made of: what stands in one has as many meanings as there are of them.
#pragma once

#include <clang/AST/ASTContext.h>
#include <clang/AST/ASTTypeTraits.h>
#include <clang/AST/DeclCXX.h>

#include <map>
#include <string>
#include <vector>

namespace gander::rewriter {

// The function, or else the class, that a node stands in: an instantiation, the template itself, or neither.
struct Instance {
  const clang::Decl* pattern = nullptr;  // of the template; null: the node stands in none
  const clang::Decl* made = nullptr;     // the instantiation; null: the node stands in the template itself
};

// The outermost one: what stands in a lambda or a local class of a function belongs to that function's instantiation.
Instance instanceOf(const clang::DynTypedNode& node, clang::ASTContext& context);

// The instantiations of each template that have a body.
using Instances = std::map<const clang::Decl*, std::vector<const clang::NamedDecl*>>;
Instances allInstances(clang::ASTContext& context);

// "show<lake::Table>", for people.
std::string instanceName(const clang::NamedDecl& made);

}  // namespace gander::rewriter
