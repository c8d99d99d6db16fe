// Numbered scripts that take a database's schema from state to state: whoever has the database has run them.
//
//   sql/1195_suspend.sql, sql/1259_npc_types.sql, sql/2014_12_24_texture.sql      a series, if some of them alter tables
//   steps/01_load.sql, steps/02_join.sql                                          steps of a job, run each time
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gander::rewriter {

// Which of the files (path, text) are one of such a series. Told by their folder: it has at least three `.sql` whose names begin
// with a number of three digits or more, and at least two of those alter a table.
std::set<std::string> schemaSeries(const std::vector<std::pair<std::string_view, std::string_view>>& files);

}  // namespace gander::rewriter
