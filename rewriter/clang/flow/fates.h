// Which local variables of a function others may change: found before the function is lowered.
#pragma once

#include <clang/AST/Decl.h>
#include <clang/AST/Stmt.h>

#include <set>

namespace gander::rewriter {

struct Fates {
  std::set<const clang::VarDecl*> shared;    // captured by reference: read and written as if they outlived the function
  std::set<const clang::VarDecl*> escaped;   // their address is kept somewhere: what is read is not known
  std::set<const clang::VarDecl*> reseated;  // pointers that do not always point to what they pointed to first
};

Fates findFates(const clang::Stmt& body);

}  // namespace gander::rewriter
