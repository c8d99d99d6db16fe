// What becomes of a function's local variables: found before the function is lowered.
#pragma once

#include <clang/AST/Decl.h>
#include <clang/AST/Stmt.h>

#include <set>

namespace gander::rewriter {

struct Fates {
  std::set<const clang::VarDecl*> shared;    // captured by reference: read and written as if they outlived the function
  std::set<const clang::VarDecl*> escaped;   // others may write them at any time: what is read is not known
  std::set<const clang::VarDecl*> reseated;  // pointers that do not always point to what they pointed to first
  std::set<const clang::VarDecl*> kept;      // pointers that others keep: what they point to is written at any time
};

Fates findFates(const clang::FunctionDecl& function);  // of its body, and of a constructor's initialisers

// Whether who gets such a pointer or reference may make another thing of what it refers to. A class that this unit sees only
// declared is a handle: its library's functions are as methods to it, and leave it what it is.
bool letsWrite(clang::QualType type);

}  // namespace gander::rewriter
