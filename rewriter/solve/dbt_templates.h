// Names in the templates of a dbt project's SQL files: what ref and source call, columns in macros' arguments and configurations.
#pragma once

#include <string>

#include "rewriter/solve/dbt_catalog.h"
#include "rewriter/solve/dbt_scribe.h"

namespace gander::rewriter {

struct DbtParts {
  const Meaning& meaning;
  const Texts& texts;
  const dbt::Projects& projects;
  const dbt::Names& names;
  const DbtRelations& relations;
};

// `solved`: the file's SQL, whose edits cover names that need no further judging; null where there is none.
void solveDbtTemplate(const std::string& path, const DbtParts& parts, const DbtCatalog& catalog,
                      const sql::SqlResult* solved, DbtScribe& scribe);

// .py files of models: dbt.ref and dbt.source.
void solveDbtPython(const std::string& path, const DbtParts& parts, DbtScribe& scribe);

// Properties and settings: .yml files.
void solveDbtProperties(const dbt::PropertyFile& file, const DbtParts& parts, DbtScribe& scribe);
void solveDbtSettings(const dbt::Project& project, const DbtParts& parts, DbtScribe& scribe);

}  // namespace gander::rewriter
