// Words that a name must be quoted for, beside those of the skeleton (keywords.h). Sources: the lists of reserved words in each
// vendor's manual; a word too many only costs a pair of quotes.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "rewriter/sql/dialect.h"
#include "rewriter/sql/keywords.h"

namespace gander::rewriter::sql {
namespace {

struct Reserved {
  DialectName dialect;
  std::string_view words;  // with a space before and behind each
};

using enum DialectName;

constexpr std::array kReserved = {
    Reserved{kBigQuery,
             " any array assert_rows_modified at cast collate contains cube current default define enum escape exclude "
             "extract "
             "following grouping groups hash if ignore interval lookup new no nulls of preceding proto range recursive "
             "respect "
             "rollup rows some struct tablesample treat unbounded unnest within "},
    Reserved{kSpark, " anti cross except full inner intersect left minus natural right semi union using "},
    Reserved{
        kPostgres,
        " analyse analyze any array asymmetric authorization binary both cast check collation column concurrently "
        "current_catalog current_date current_role current_schema current_time current_timestamp current_user "
        "deferrable "
        "do foreign freeze grant initially isnull leading localtime localtimestamp notnull offset only overlaps "
        "placing "
        "primary session_user similar some symmetric system_user tablesample trailing unique user variadic verbose "},
    Reserved{
        kMysql,
        " accessible add analyze asensitive before bigint binary blob both call cascade change char character check "
        "column "
        "condition continue convert cube cume_dist current_date current_time current_timestamp current_user cursor "
        "database databases dec decimal declare delayed dense_rank describe deterministic distinctrow div double dual "
        "each elseif empty enclosed escaped exit explain first_value float force foreign fulltext function generated "
        "get "
        "grant grouping groups high_priority if ignore index infile inout insensitive int integer interval iterate "
        "json_table key keys kill lag last_value lead leading leave linear lines load localtime localtimestamp lock "
        "long "
        "longblob longtext loop low_priority match maxvalue mediumblob mediumint mediumtext mod modifies nth_value "
        "ntile "
        "numeric of optimize option optionally out outfile percent_rank precision primary procedure purge range rank "
        "read reads real recursive release rename repeat replace require resignal restrict return revoke row "
        "row_number rows schema schemas sensitive separator show signal smallint spatial specific sql ssl starting "
        "stored system terminated tinyblob tinyint tinytext trailing trigger undo unique unlock unsigned usage use "
        "utc_date utc_time utc_timestamp values varbinary varchar varying virtual while write xor year_month "
        "zerofill "},
    Reserved{
        kSqlite,
        " add autoincrement check commit deferrable escape foreign index isnull notnull primary transaction unique "
        "values "},
    Reserved{
        kSnowflake,
        " account any cast check column connect connection current current_date current_time current_timestamp "
        "current_user database following grant increment issue localtime localtimestamp minus of organization qualify "
        "regexp revoke row rows sample schema some start tablesample trigger try_cast unique values view whenever "},
    Reserved{
        kTsql,
        " add any authorization backup begin break browse bulk cascade check checkpoint close clustered coalesce "
        "column "
        "commit compute contains continue convert current current_date current_time current_timestamp current_user "
        "cursor database dbcc deallocate declare deny disk distributed double dump errlvl escape exec execute exit "
        "external file fillfactor foreign freetext function goto grant holdlock identity if index key kill lineno load "
        "national nocheck nonclustered nullif of off offsets open openquery openrowset openxml option percent pivot "
        "plan "
        "precision primary print proc procedure public raiserror read reconfigure replication restore restrict return "
        "revert revoke rollback rowcount rule save schema session_user setuser shutdown some statistics system_user "
        "tablesample textsize top tran transaction trigger truncate tsequal unique unpivot use user values varying "
        "view "
        "waitfor while within "},
};

}  // namespace

bool isReservedName(const Dialect& dialect, std::string_view name) {
  if (isReserved(findWord(name))) return true;
  const std::string word = " " + toLowerAscii(name) + " ";
  return std::ranges::any_of(
      kReserved, [&](const Reserved& one) { return one.dialect == dialect.name && one.words.contains(word); });
}

}  // namespace gander::rewriter::sql
