// Whether a text that stands for a relation's name is used for nothing else, so that it may change.
//
//   {% for m in ['a', 'b'] %} {{ ref(m) }} {% endfor %}                       yes
//   {% for m in ['a', 'b'] %} select '{{ m }}' from {{ ref(m) }} {% endfor %}  no: it is data, too
#pragma once

#include <string>

#include "rewriter/dbt/names.h"

namespace gander::rewriter::dbt {

// `argument`: an argument of ref or source, or an expression that stands for a table's name.
bool namesRelationsOnly(const Projects& projects, const Names& names, const std::string& path,
                        const sql::JinjaValue& argument);

}  // namespace gander::rewriter::dbt
