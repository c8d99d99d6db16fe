#include "tests/rewriter/sql/flavor.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace gander::rewriter::sql::generated {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

Flavor tolerant() {
  return {
      .name = DialectName::kTolerant, .quotes = "`", .schema = "app", .withInside = false, .where = Clause::kNoOutput};
}

Flavor bigQuery() {
  return {.name = DialectName::kBigQuery,
          .columns = NameCase::kInsensitive,
          .quotes = "`",
          .schema = "app",
          .integerType = "INT64",
          .textType = "STRING",
          .ownNameIsTable = true,
          .derivedColumnLists = false,
          .qualify = true,
          .distinctUnion = "UNION DISTINCT",
          .distinctExcept = "EXCEPT DISTINCT",
          .distinctIntersect = "INTERSECT DISTINCT",
          .updateFrom = true,
          .merge = true,
          .hashComments = true};
}

Flavor spark() {
  return {.name = DialectName::kSpark,
          .columns = NameCase::kInsensitive,
          .tables = NameCase::kInsensitive,
          .quotes = "`",
          .schema = "app",
          .integerType = "INT",
          .textType = "STRING",
          .recursive = false,
          .ownNameIsTable = true,
          .lateral = true,
          .castKeepsName = true,
          .filter = true,
          .namedWindows = true,
          .merge = true};
}

Flavor postgres() {
  return {.name = DialectName::kPostgres,
          .columns = NameCase::kLower,
          .tables = NameCase::kLower,
          .quotes = "\"",
          .schema = "public",
          .ownNameIsTable = true,
          .tableColumnLists = true,
          .naturalJoins = true,
          .lateral = true,
          .groupBy = Clause::kInputFirst,
          .having = Clause::kPlain,
          .orderByExpression = Clause::kPlain,
          .castKeepsName = true,
          .moreKeepName = true,
          .filter = true,
          .distinctFrom = true,
          .substringFrom = true,
          .rowValues = true,
          .namedWindows = true,
          .groupingSets = true,
          .distinctOn = true,
          .updateFrom = true,
          .updateRows = true,
          .deleteUsing = true,
          .returning = true,
          .onConflict = true,
          .merge = true,
          .nestedComments = true,
          .dollarQuotes = true};
}

Flavor mysql() {
  return {.name = DialectName::kMysql,
          .columns = NameCase::kInsensitive,
          .quotes = "`",
          .schema = "app",
          .integerType = "SIGNED",
          .textType = "CHAR",
          .concatOperator = false,
          .ownNameIsTable = true,
          .lateral = true,
          .substringFrom = true,
          .rowValues = true,
          .namedWindows = true,
          .aliasedTargets = false,
          .hashComments = true};
}

Flavor sqlite() {
  return {.name = DialectName::kSqlite,
          .columns = NameCase::kInsensitive,
          .tables = NameCase::kInsensitive,
          .quotes = "\"`[",
          .schema = "main",
          .derivedColumnLists = false,
          .naturalJoins = true,
          .where = Clause::kInputFirst,
          .groupBy = Clause::kInputFirst,
          .having = Clause::kInputFirst,
          .orderByExpression = Clause::kInputFirst,
          .bareOutputsAreNames = false,
          .filter = true,
          .distinctFrom = true,
          .rowValues = true,
          .namedWindows = true,
          .updateFrom = true,
          .updateRows = true,
          .returningAliases = false,
          .returning = true,
          .onConflict = true};
}

Flavor snowflake() {
  return {.name = DialectName::kSnowflake,
          .columns = NameCase::kUpper,
          .tables = NameCase::kUpper,
          .quotes = "\"",
          .schema = "app",
          .derivedColumnLists = true,
          .lateral = true,
          .where = Clause::kNoOutput,
          .distinctFrom = true,
          .qualify = true,
          .updateFrom = true,
          .deleteUsing = true,
          .merge = true};
}

Flavor tsql() {
  return {.name = DialectName::kTsql,
          .quotes = "[\"",
          .schema = "dbo",
          .integerType = "INT",
          .textType = "VARCHAR(20)",
          .concatOperator = false,
          .recursiveWord = false,
          .withInside = false,
          .usingJoins = false,
          .limit = false,
          .groupBy = Clause::kPlain,
          .having = Clause::kPlain,
          .aliasedTargets = false,
          .merge = true,
          .nestedComments = true};
}

}  // namespace

std::span<const DialectName> allDialects() {
  static constexpr std::array kAll = {DialectName::kTolerant,  DialectName::kBigQuery, DialectName::kSpark,
                                      DialectName::kPostgres,  DialectName::kMysql,    DialectName::kSqlite,
                                      DialectName::kSnowflake, DialectName::kTsql};
  return kAll;
}

const Flavor& flavorOf(DialectName name) {
  static const std::array kFlavors = {tolerant(), bigQuery(), spark(),     postgres(),
                                      mysql(),    sqlite(),   snowflake(), tsql()};
  return *std::find_if(kFlavors.begin(), kFlavors.end(), [&](const Flavor& flavor) { return flavor.name == name; });
}

bool isReserved(std::string_view name) {
  static constexpr std::array<std::string_view, 4> kWords = {"group", "order", "select", "where"};
  return std::find(kWords.begin(), kWords.end(), lower(name)) != kWords.end();
}

std::string writtenKey(NameCase how, std::string_view written, bool quoted) {
  switch (how) {
    case NameCase::kExact: return std::string(written);
    case NameCase::kInsensitive: return lower(written);
    case NameCase::kLower: return quoted ? std::string(written) : lower(written);
    case NameCase::kUpper: return quoted ? std::string(written) : upper(written);
  }
  return {};
}

std::string declaredKey(NameCase how, std::string_view name) { return writtenKey(how, name, true); }

bool needsQuotes(NameCase how, std::string_view name) {
  return isReserved(name) || writtenKey(how, name, false) != declaredKey(how, name);
}

char closingQuote(char opening) { return opening == '[' ? ']' : opening; }

}  // namespace gander::rewriter::sql::generated
