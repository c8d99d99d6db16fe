// What the identifiers of a Python file resolve to, for those that are asked for.
#pragma once

#include <string>
#include <vector>

#include "rewriter/treesitter/python_scopes.h"

namespace gander::rewriter {

std::vector<NameUse> nameUses(const ScopeTree& scopes, Node root, const std::vector<std::string>& wanted);
std::vector<IncludeUse> importUses(const ScopeTree& scopes, Node root);

}  // namespace gander::rewriter
