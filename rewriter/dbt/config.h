// A resource's configuration: where a key is set, and to what.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/dbt/names.h"

namespace gander::rewriter::dbt {

// The value of a key as it is written in config(...) of a SQL file; null where it is not there. `config({...})` counts too.
const sql::JinjaValue* findInSqlConfig(const Projects& projects, const Resource& resource, std::string_view key);

// The calls of config() in a resource's SQL.
std::vector<const sql::JinjaValue*> configCalls(const Projects& projects, const Resource& resource);

// What a key is set to: in the SQL, else in the resource's properties, else in dbt_project.yml. Nothing where it is not set, or to
// something that is no plain text.
struct ConfigText {
  std::string text;
  std::optional<Literal> literal;
};
std::optional<ConfigText> findConfig(const Projects& projects, const Names& names, const Resource& resource,
                                     std::string_view key);

}  // namespace gander::rewriter::dbt
