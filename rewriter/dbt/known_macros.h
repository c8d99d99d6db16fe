// What packages' macros, tests and configurations take, as tables. Private to this folder.
#pragma once

#include <string_view>

namespace gander::rewriter::dbt {

// An argument that holds columns. `position` -1: every positional one. `relation` is the position of the argument whose columns they are,
// with its name; -1: they are columns where the call stands.
struct KnownArgument {
  std::string_view macro;  // behind the package's name, which must be one of kKnownPackages
  int position = 0;
  std::string_view name;
  int relation = -1;
  std::string_view relationName;
};

inline constexpr std::string_view kKnownPackages[] = {"dbt", "dbt_utils", "dbt_date", "fivetran_utils", "spark_utils"};

// dbt-utils 1.x and dbt's own cross-database macros, by their documentation: https://github.com/dbt-labs/dbt-utils,
// https://docs.getdbt.com/reference/dbt-jinja-functions/cross-database-macros; dbt_date by https://github.com/calogica/dbt-date.
inline constexpr KnownArgument kKnownArguments[] = {
    {"star", 2, "except", 0, "from"},
    {"get_filtered_columns_in_relation", 1, "except", 0, "from"},
    {"get_column_values", 1, "column", 0, "table"},
    {"get_column_values", 2, "order_by", 0, "table"},
    {"get_column_values", 5, "where", 0, "table"},
    {"unpivot", 2, "exclude", 0, "relation"},
    {"unpivot", 3, "remove", 0, "relation"},
    {"deduplicate", 1, "partition_by", 0, "relation"},
    {"deduplicate", 2, "order_by", 0, "relation"},
    {"generate_surrogate_key", 0, "field_list", -1, ""},
    {"surrogate_key", -1, "field_list", -1, ""},
    {"pivot", 0, "column", -1, ""},
    {"pivot", 7, "then_value", -1, ""},
    {"pivot", 8, "else_value", -1, ""},
    {"safe_add", -1, "field_list", -1, ""},
    {"safe_subtract", -1, "field_list", -1, ""},
    {"safe_divide", -1, "", -1, ""},
    {"safe_divide", 0, "numerator", -1, ""},
    {"safe_divide", 1, "denominator", -1, ""},
    {"haversine_distance", -1, "", -1, ""},
    {"width_bucket", 0, "expr", -1, ""},
    {"get_url_parameter", 0, "field", -1, ""},
    {"get_url_host", 0, "field", -1, ""},
    {"get_url_path", 0, "field", -1, ""},
    {"any_value", 0, "expression", -1, ""},
    {"bool_or", 0, "expression", -1, ""},
    {"cast", 0, "field", -1, ""},
    {"cast_bool_to_text", 0, "field", -1, ""},
    {"safe_cast", 0, "field", -1, ""},
    {"concat", 0, "fields", -1, ""},
    {"date_trunc", 1, "date", -1, ""},
    {"dateadd", 1, "interval", -1, ""},
    {"dateadd", 2, "from_date_or_timestamp", -1, ""},
    {"datediff", 0, "first_date", -1, ""},
    {"datediff", 1, "second_date", -1, ""},
    {"hash", 0, "field", -1, ""},
    {"last_day", 0, "date", -1, ""},
    {"length", 0, "expression", -1, ""},
    {"listagg", 0, "measure", -1, ""},
    {"listagg", 2, "order_by_clause", -1, ""},
    {"position", 0, "substring_text", -1, ""},
    {"position", 1, "string_text", -1, ""},
    {"replace", 0, "field", -1, ""},
    {"right", 0, "string_text", -1, ""},
    {"split_part", 0, "string_text", -1, ""},
    {"equals", -1, "", -1, ""},
    {"convert_timezone", 0, "column", -1, ""},
    {"day_name", 0, "date", -1, ""},
    {"day_of_month", 0, "date", -1, ""},
    {"day_of_week", 0, "date", -1, ""},
    {"day_of_year", 0, "date", -1, ""},
    {"iso_week_end", 0, "date", -1, ""},
    {"iso_week_of_year", 0, "date", -1, ""},
    {"iso_week_start", 0, "date", -1, ""},
    {"month_name", 0, "date", -1, ""},
    {"week_end", 0, "date", -1, ""},
    {"week_of_year", 0, "date", -1, ""},
    {"week_start", 0, "date", -1, ""},
    {"to_unixtimestamp", 0, "timestamp", -1, ""},
    {"from_unixtimestamp", 0, "epochs", -1, ""},
    {"round_timestamp", 0, "timestamp", -1, ""},
};

// Macros that make queries over no table.
inline constexpr std::string_view kTableless[] = {"date_spine", "generate_series", "get_base_dates",
                                                  "get_date_dimension"};

// Arguments of generic tests, of dbt itself, dbt-utils and dbt-expectations. `test` "*" is any of them.
struct KnownTestArgument {
  std::string_view test;
  std::string_view argument;
  bool ofOther = false;  // of the relation in `to` or `compare_model`
};

inline constexpr KnownTestArgument kKnownTestArguments[] = {
    {"relationships", "field", true},
    {"relationships_where", "field", true},
    {"relationships_where", "from_condition"},
    {"relationships_where", "to_condition", true},
    {"cardinality_equality", "field", true},
    {"expression_is_true", "expression"},
    {"expression_is_true", "condition"},
    {"unique_combination_of_columns", "combination_of_columns"},
    {"mutually_exclusive_ranges", "lower_bound_column"},
    {"mutually_exclusive_ranges", "upper_bound_column"},
    {"mutually_exclusive_ranges", "partition_by"},
    {"equality", "compare_columns"},
    {"equality", "exclude_columns"},
    {"recency", "field"},
    {"unique_where", "where"},
    {"not_null_where", "where"},
    {"at_least_one", "at_least_one"},
    {"*", "where"},
    {"*", "row_condition"},
    {"*", "group_by_columns"},
    {"*", "group_by"},
    {"*", "column_list"},
    {"*", "column_A"},
    {"*", "column_B"},
    {"*", "column_set"},
    {"*", "compare_group_by"},
    {"*", "date_column_name"},
    {"*", "timestamp_column"},
    {"*", "sort_column"},
};

// Arguments that hold no columns, whatever the test.
inline constexpr std::string_view kNoColumnArguments[] = {
    "values",        "value_set",      "quote",
    "quote_values",  "min_value",      "max_value",
    "inclusive",     "severity",       "tags",
    "error_if",      "warn_if",        "limit",
    "name",          "enabled",        "to",
    "compare_model", "datepart",       "interval",
    "regex",         "mostly",         "gaps",
    "precision",     "at_least",       "at_most",
    "strictly",      "store_failures", "zero_length_range_allowed",
    "fail_calc",     "description",    "meta",
    "alias",         "schema"};

// Keys of config(...), config: and dbt_project.yml whose values are columns that the resource puts out.
inline constexpr std::string_view kOutputConfigs[] = {"unique_key",
                                                      "updated_at",
                                                      "check_cols",
                                                      "partition_by",
                                                      "cluster_by",
                                                      "merge_update_columns",
                                                      "merge_exclude_columns",
                                                      "sort",
                                                      "dist",
                                                      "indexes",
                                                      "column_types",
                                                      "primary_key",
                                                      "order_by",
                                                      "clustered_by",
                                                      "liquid_clustered_by",
                                                      "incremental_predicates",
                                                      "partitions",
                                                      "distributed_by",
                                                      "zorder",
                                                      "field"};

// Keys that hold texts of SQL, or values of which nothing is known.
inline constexpr std::string_view kUnknownConfigs[] = {"pre_hook",     "post_hook",
                                                       "pre-hook",     "post-hook",
                                                       "sql_header",   "invalidate_hard_deletes",
                                                       "hard_deletes", "snapshot_meta_column_names"};

}  // namespace gander::rewriter::dbt
