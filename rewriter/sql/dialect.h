// What the dialects of SQL disagree about, as a table.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gander::rewriter::sql {

enum class DialectName { kTolerant, kBigQuery, kSpark, kPostgres, kMysql, kSqlite, kSnowflake, kTsql };

// How unquoted names compare.
enum class Fold {
  kInsensitive,  // case never matters, quoted or not
  kLower,        // unquoted names are lower case, quoted ones are exact
  kUpper,        // unquoted names are upper case, quoted ones are exact
  kUnclear,      // case of quoted names may matter
};

// Which one an unqualified name of a clause is where an output and an input column have it.
enum class Prefer { kInput, kOutput, kUnclear };

struct Dialect {
  DialectName name = DialectName::kTolerant;
  std::string_view word;         // "bigquery"
  Fold fold = Fold::kUnclear;    // of columns and aliases
  std::string_view nameQuotes;   // opening quotes of names: "\"`["
  std::string_view textQuotes;   // of strings: "'" or "'\""
  bool backslash = false;        // '\'' escapes within strings
  bool hashComments = false;     // # to the end of the line
  bool dollarQuotes = false;     // $tag$ ... $tag$
  bool tripleQuotes = false;     // '''...''', """..."""
  bool nestedComments = false;   // /* /* */ */
  bool wholeName = false;        // `a.b.c` in one pair of quotes has three parts
  bool dashedTables = false;     // my-project.dataset.table without quotes
  bool castKeepsName = false;    // CAST(x AS t) and x::t put out a column named x
  bool declaredCase = false;     // an output without AS has the letters of the column's declaration, not of the query
  bool outputsAnywhere = false;  // a name that FROM does not have may be an output's in every clause
  bool starOutputs = true;       // what a star puts out is an output that ORDER BY finds by its name
  Prefer groupBy = Prefer::kUnclear;
  Prefer having = Prefer::kUnclear;
  Prefer orderByExpression =
      Prefer::kUnclear;  // of an expression in ORDER BY; a name alone is the output's in all dialects
};

const Dialect& dialectOf(DialectName name);

// By its word: bigquery, spark (hive, databricks), postgres (postgresql, redshift), mysql (mariadb), sqlite, snowflake, tsql,
// tolerant.
std::optional<DialectName> findDialect(std::string_view word);

// What a text's own features tell; kTolerant where they tell nothing, or several things.
DialectName guessDialect(std::string_view text);
// Whether nothing in a text speaks against a dialect.
bool mayBe(DialectName name, std::string_view text);

// Whether a name is another thing there unless it stands in quotes.
bool isReservedName(const Dialect& dialect, std::string_view name);

// A name as it must be written in the place of `written`: quoted if it needs to be, in the quotes that stood there if any. The
// range that is replaced is that of the name without quotes, so the result has none where quotes stand already.
//   listener_name for user_name -> listener_name;  for USER_NAME -> LISTENER_NAME where case does not matter;
//   listenerName for "user_name" -> listenerName;  order for user_name -> "order"
std::string writeName(const Dialect& dialect, std::string_view now, std::string_view written, std::string_view old,
                      bool quoted, char quote);

}  // namespace gander::rewriter::sql
