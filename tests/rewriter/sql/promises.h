// What the resolver promises for every text, SQL or not.
#pragma once

#include <string>
#include <string_view>

#include "rewriter/sql/sql.h"

namespace gander::rewriter::sql::generated {

// A dataset `plays` with renamed columns, and a table beside it.
const Catalog& smallCatalog();

// Empty, or a promise that is broken: ranges in the text, sorted, apart from each other, on the bounds of tokens; evidence for each
// edit, a reason for each listed name; a second reading says the same.
std::string brokenPromise(std::string_view text, DialectName dialect);

}  // namespace gander::rewriter::sql::generated
