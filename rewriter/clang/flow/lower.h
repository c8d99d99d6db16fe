// Facts of the function bodies in the repository's own files: methods, lambdas and each instantiation of a template are
// functions of their own; what initialises variables that outlive a function stands in "<file>path".
#pragma once

#include <clang/AST/ASTContext.h>

#include <vector>

#include "rewriter/clang/directives.h"
#include "rewriter/clang/source_map.h"
#include "rewriter/facts/facts.h"

namespace gander::rewriter {

// Reads the declarations of the context's traversal scope.
std::vector<Function> lowerFunctions(clang::ASTContext& context, const SourceMap& sources,
                                     const Stringified& stringified);

}  // namespace gander::rewriter
