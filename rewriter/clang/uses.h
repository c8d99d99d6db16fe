// What surrounds the uses of members (rewriter/facts/use_context.h): the way up from a member through the syntax tree to
// what becomes of its value.
#pragma once

#include <clang/AST/ASTContext.h>

#include <string>
#include <vector>

#include "rewriter/clang/source_map.h"
#include "rewriter/facts/facts.h"
#include "rewriter/facts/narrow.h"

namespace gander::rewriter {

// Uses of members whose token is one of `wanted`, and switches over enums with a constant that is.
void collectUses(clang::ASTContext& context, const SourceMap& sources, const Wanted& wanted, Unit& unit);

}  // namespace gander::rewriter
