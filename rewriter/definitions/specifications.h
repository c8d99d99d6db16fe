// Tables in specifications of a project's own kind, as the migration's `definitions` find them: a path into YAML or JSON, or a
// tree-sitter query.
//
//   path: tables[name={table}].columns[*].name          query: (call ... @table ... @field)
//   - name: user_plays        # must be the dataset's    table_name("user_plays")
//     columns:                                           schema([
//       - name: user_name     # renamed                      Column("user_name", TEXT)])
#pragma once

#include "rewriter/definitions/definitions.h"

namespace gander::rewriter {

void solveSpecifications(const DefinitionParts& parts, Solution& solution);

}  // namespace gander::rewriter
