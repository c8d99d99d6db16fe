// Demands in files that are no programs: YAML and JSON values, table names in .sql files.
#pragma once

#include <string>

#include "rewriter/scan/texts.h"
#include "rewriter/solve/demand.h"
#include "rewriter/solve/meaning.h"

namespace gander::rewriter {

// `language`: "yaml", "json" or "sql"; of others nothing is demanded.
void solveDocument(const std::string& path, const std::string& language, const Meaning& meaning, const Texts& texts,
                   Solution& solution);

}  // namespace gander::rewriter
