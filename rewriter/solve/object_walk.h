// Everywhere that an object goes from where it was made: through variables, parameters, returns, members and variables that
// outlive a function, each with the path of calls under which it is there.
//
//   std::vector<Row> rows;  fill(rows, table);      -> in fill, called so: out.push_back(row)      a use
//                           for (Row row : rows)    -> a loop over it                              a use
//
// The order in which things happen is not asked for: all that is done to the object at any time is a use. A copy counts as the
// object itself.
#pragma once

#include <set>
#include <vector>

#include "rewriter/solve/evaluate.h"

namespace gander::rewriter {

// `made`: the fact whose value it is: a construction, a record, or what stands for a function.
ObjectUses followObject(const Program& program, const Meaning& meaning, Contexts& contexts, FactAt made,
                        const Context& madeIn, std::set<Need>& needs);

// The calls of a path, the innermost first.
std::vector<FactAt> pathOf(const Context& context);

}  // namespace gander::rewriter
