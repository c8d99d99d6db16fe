// What the generator may write in each dialect. It is told apart from the resolver's own table on purpose: each is a check of
// the other.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "rewriter/sql/dialect.h"

namespace gander::rewriter::sql::generated {

enum class NameCase { kExact, kInsensitive, kLower, kUpper };

// Where a name without a qualifier is looked for, after it was not found in any query within.
enum class Clause {
  kPlain,        // the relations of FROM
  kInputFirst,   // the relations of FROM, then the outputs
  kOutputFirst,  // the outputs, then the relations
  kEither,       // not to be written where both have it
  kNoOutput,     // the relations; not to be written where an output has it
};

struct Flavor {
  DialectName name = DialectName::kTolerant;
  NameCase columns = NameCase::kExact;
  NameCase tables = NameCase::kExact;
  std::string_view quotes;  // opening quotes of names
  std::string_view schema;  // may stand before a table's name; empty: none
  std::string_view integerType = "INTEGER";
  std::string_view textType = "TEXT";
  bool concatOperator = true;  // a || b; else CONCAT(a, b)
  bool recursive = true;
  bool recursiveWord = true;       // WITH RECURSIVE
  bool ownNameIsTable = false;     // a CTE that is not recursive may read the table of its own name
  bool withInside = true;          // WITH in a subquery
  bool derivedColumnLists = true;  // (query) AS t (a, b)
  bool tableColumnLists = false;   // plays AS p (a, b)
  bool usingJoins = true;
  bool naturalJoins = false;
  bool commaJoins = true;
  bool lateral = false;
  bool limit = true;
  Clause where = Clause::kPlain;  // WHERE and ON
  Clause groupBy = Clause::kEither;
  Clause having = Clause::kEither;
  Clause orderByExpression = Clause::kEither;
  bool bareOutputsAreNames = true;  // an output without AS is found by its name in ORDER BY and GROUP BY
  bool castKeepsName = false;       // CAST(x AS t) without AS is named x
  bool moreKeepName = false;        // ... and so are CASE with ELSE x, and (SELECT x FROM ...)
  bool filter = false;              // COUNT(*) FILTER (WHERE ...)
  bool distinctFrom = false;        // a IS DISTINCT FROM b
  bool substringFrom = false;       // SUBSTRING(a FROM 1 FOR 2)
  bool rowValues = false;           // (a, b) IN (SELECT x, y ...)
  bool namedWindows = false;
  bool qualify = false;
  bool groupingSets = false;
  bool distinctOn = false;
  std::string_view distinctUnion = "UNION";
  std::string_view distinctExcept = "EXCEPT";
  std::string_view distinctIntersect = "INTERSECT";
  bool updateFrom = false;
  bool updateRows = false;  // SET (a, b) = (SELECT ...)
  bool deleteUsing = false;
  bool aliasedTargets = true;
  bool returningAliases = true;  // RETURNING knows the alias of the table that is written
  bool returning = false;
  bool onConflict = false;
  bool merge = false;
  bool hashComments = false;
  bool nestedComments = false;
  bool dollarQuotes = false;
};

const Flavor& flavorOf(DialectName name);
std::span<const DialectName> allDialects();

bool isReserved(std::string_view name);

// What names are compared by: two that mean one thing have one key. The key of a name as written, and of one as it is declared.
std::string writtenKey(NameCase how, std::string_view written, bool quoted);
std::string declaredKey(NameCase how, std::string_view name);

// Whether a name that is declared so can only be written in quotes.
bool needsQuotes(NameCase how, std::string_view name);

char closingQuote(char opening);

}  // namespace gander::rewriter::sql::generated
