// What becomes of the names of a reading: which outputs keep their names, which names move, and what cannot be decided.
//
//   base column moves -> names bound to it are edited -> outputs that take their name from it: kept by ` AS old`, or renamed
//   onward -> names bound to those ...
#pragma once

#include <set>

#include "rewriter/sql/resolver.h"

namespace gander::rewriter::sql {

// `kept`: where ` AS old` stands in another reading of the text; these outputs keep their names here too.
SqlResult planEdits(std::string_view text, const Dialect& dialect, const Options& options, Resolver& resolver,
                    Reading& reading, const std::set<uint32_t>& kept);

}  // namespace gander::rewriter::sql
