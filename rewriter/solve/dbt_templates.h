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

// What the resolver has judged of a file: names that need no further judging.
struct DbtSolved {
  const sql::SqlResult* result = nullptr;  // null where there is none
  const std::set<ByteRange>& elsewhere;    // where a macro is called, or a text is put
};

void solveDbtTemplate(const std::string& path, const DbtParts& parts, const DbtCatalog& catalog,
                      const DbtSolved& solved, DbtScribe& scribe);

// .py files of models: dbt.ref and dbt.source.
void solveDbtPython(const std::string& path, const DbtParts& parts, DbtScribe& scribe);

// Properties and settings: .yml files.
void solveDbtProperties(const dbt::PropertyFile& file, const DbtParts& parts, DbtScribe& scribe);
void solveDbtSettings(const dbt::Project& project, const DbtParts& parts, DbtScribe& scribe);

}  // namespace gander::rewriter
