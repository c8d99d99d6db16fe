// The classes that are asked for, with the names they have in this unit.
#pragma once

#include <clang/AST/ASTContext.h>

#include <string>
#include <vector>

#include "rewriter/facts/facts.h"

namespace gander::rewriter {

// One entry for each name that is a class with a definition here; sorted by name, its members too.
std::vector<TypeSeen> seenClasses(clang::ASTContext& context, const std::vector<std::string>& names);

// What may be a class among the names that are used: types, what members belong to, and what they are taken from.
std::vector<std::string> classesNamed(const std::vector<NameUse>& names);

}  // namespace gander::rewriter
