// Which literals of a template are names of columns: arguments of macros of packages that are known to take some.
//
//   {{ dbt_utils.generate_surrogate_key(['user_id', 'user_name']) }}        columns where the expression stands
//   {{ dbt_utils.star(from=ref('plays'), except=['user_name']) }}           columns of that relation
#pragma once

#include <string>
#include <vector>

#include "rewriter/dbt/names.h"

namespace gander::rewriter::dbt {

struct ColumnName {
  Literal literal;         // a name, or an expression of SQL
  std::optional<Held> of;  // the relation's expression; none: of the scope where it stands
  std::string macro;       // that takes it
};

// The column names that an expression takes, through variables that are used for nothing else.
std::vector<ColumnName> columnNames(const Names& names, const Held& held);

// Names within a literal that is a name or an expression: ranges of its file.
std::vector<ByteRange> namesIn(const Literal& literal);

// A macro that puts out all columns of a relation, but for some: dbt_utils.star without a prefix or a suffix. No relation: it is none.
struct MacroStar {
  std::optional<Held> of;
  std::vector<Literal> except;
  bool understood = true;  // false: of some columns it is not known what they are called
};
MacroStar macroStar(const Names& names, const Held& held);

// A call of a macro that makes a query over no table: dbt_utils.date_spine.
bool readsNoTable(const sql::JinjaValue& call);

// What is known of a test's or macro's argument by its name, as .yml files write it.
enum class ArgumentRole {
  kUnknown,
  kNoColumn,   // a value, a number, a flag
  kColumns,    // of the relation that is tested: a name, an expression, or a list of them
  kColumnsTo,  // of the relation in `to` or `compare_model`
};
ArgumentRole roleOfTestArgument(std::string_view test, std::string_view argument);

// What is known of a resource's configuration by its key.
enum class ConfigRole {
  kUnknown,
  kNoColumn,
  kOutputs,  // columns that the resource puts out
};
ConfigRole roleOfConfig(std::string_view key);

}  // namespace gander::rewriter::dbt
