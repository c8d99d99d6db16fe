// Which tables a piece of SQL names, and what its query gives. Pure; understands statements by their skeleton and skips what it
// does not know, so that any dialect and any text may be given.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/source.h"
#include "rewriter/sql/sql_tokens.h"

namespace gander::rewriter {

// A place where a table is named. Names are as written, without quotes; how they compare is the caller's to know.
struct TableUse {
  ByteRange range;                                       // the dotted name; without its quotes if it is one quoted name
  std::vector<std::pair<ByteRange, std::string>> parts;  // without quotes; `a.b.c` in one pair of backticks has three
  std::string name;                                      // parts joined by '.'; a hole's text as it stands
  bool qualifier = false;                                // before a column: user_plays_v1.user_name
  bool definition = false;  // CREATE TABLE or VIEW of this name, or the new name of RENAME TO
  bool hole = false;        // some of the name is filled in later
};

// In the order of the text. Not: names of CTEs in scope, aliases, table functions, what stands in strings and comments.
//   "WITH u AS (SELECT * FROM plays) SELECT plays.x FROM plays JOIN u"  ->  plays, plays (qualifier), plays
std::vector<TableUse> sqlTables(std::string_view text);

// What the first statement reads, if it is a SELECT.
struct QueryShape {
  std::vector<std::string> from;     // base tables of the outermost SELECT, as TableUse::name
  bool star = false;                 // it selects exactly `*` or `table.*`
  std::vector<std::string> outputs;  // a name for each column; "" for one that has none of its own
  bool understood = false;  // false: no SELECT, or one over CTEs, subqueries, functions, holes or set operations
};
QueryShape queryShape(std::string_view text);

// Whether text starts with a statement's keyword and has what such a statement can't be without.
bool looksLikeSql(std::string_view text);

}  // namespace gander::rewriter
