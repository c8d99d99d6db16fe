// What each wanted identifier of the repository's own files resolves to. AST matchers find the nodes, in the patterns of
// templates and in each instantiation; every node that holds a name becomes a NameUse.
#pragma once

#include <clang/AST/ASTContext.h>

#include <string>
#include <vector>

#include "rewriter/clang/source_map.h"
#include "rewriter/facts/facts.h"
#include "rewriter/facts/narrow.h"

namespace gander::rewriter {

// Reads the declarations of the context's traversal scope. Unsorted; one fact may be met several times.
std::vector<NameUse> collectNames(clang::ASTContext& context, const SourceMap& sources, const Wanted& wanted);

}  // namespace gander::rewriter
