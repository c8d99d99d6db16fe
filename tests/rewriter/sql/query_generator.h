// Made-up queries whose names are known: each name is written because of what it means, and lookups are done by the rules of
// the dialect before a qualifier is left out. Nested scopes, CTEs, derived tables, joins, correlated subqueries, set operations,
// windows, groups, output names, what writes and what makes views.
#pragma once

#include "tests/rewriter/sql/generated_text.h"

namespace gander::rewriter::sql::generated {

// One text for the schema as it was: a statement, or one that makes a view or table and one that reads it.
GeneratedText generate(Choices& choices, const Schema& schema, const Flavor& flavor);

}  // namespace gander::rewriter::sql::generated
