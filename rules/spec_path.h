// The path to the fields of a table in a specification that is YAML or JSON.
//
//   tables[name={table}].columns[*].name    the value of `name` of each item of `columns`, in each item of `tables` whose
//                                           `name` is the table's
//   tables.{table}.columns.{field}          the table's name and the fields' names are keys
//
// A step is a key, `*` (any key), {table} or {field}; behind it stand any number of [*] (each item of a list) and
// [key=value] (only the maps, or those items, whose `key` has that value; {table} is a value too). {field}, where it stands, is
// the last step.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace gander::rules {

struct SpecFilter {
  bool items = false;  // of a list: each item
  std::string key;     // else empty
  std::string value;
  bool table = false;  // the value is {table}
};

struct SpecStep {
  enum class Kind { kKey, kAnyKey, kTableKey, kFieldKey };
  Kind kind = Kind::kKey;
  std::string key;  // kKey
  std::vector<SpecFilter> filters;
};

struct SpecPath {
  std::vector<SpecStep> steps;
  bool namesTable() const;
};

struct SpecPathError {
  size_t offset = 0;  // bytes into the path
  std::string message;
};

std::expected<SpecPath, SpecPathError> parseSpecPath(std::string_view path);

}  // namespace gander::rules
