// The words for SQL's dialects in documents. What each means is rewriter/sql's to know; a test there holds the two together.
#pragma once

#include <array>
#include <string_view>

namespace gander::rules {

inline constexpr std::array<std::string_view, 13> kDialectWords{
    "bigquery", "spark",   "hive",   "databricks", "postgres", "postgresql", "redshift",
    "mysql",    "mariadb", "sqlite", "snowflake",  "tsql",     "tolerant"};

}  // namespace gander::rules
