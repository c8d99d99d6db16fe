// The schema of one version of a dataset: its fields, by path.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace gander::rules {

struct Field {
  std::string path;  // dots for nested fields: "listener.name"
  std::string type;  // the schema language's own word: int64, STRING, warehouse.v1.Listener; empty where it is not said
  std::string oneof;  // protobuf: the oneof that the field belongs to, or empty
  bool repeated = false;
  bool nullable = false;
  int number = 0;  // protobuf: the field's number; else 0
  auto operator<=>(const Field&) const = default;
};

struct EnumType {
  std::string name;  // relative to the schema's package
  std::vector<std::string> values;
  std::vector<int> numbers;  // protobuf: of the values, in their order; else empty
};

struct Schema {
  std::string name;  // the message, table or record; full name with its package, where the language has one
  std::vector<Field> fields;
  std::vector<EnumType> enums;
  std::optional<std::string> package;  // what of `name` is no type: protobuf's package; absent where nothing says it
  std::vector<std::string> types;      // nested messages and enums of the same file, relative to the package
  bool complete = true;  // false: it may have more fields, as where SQL takes them from a table that is not known

  const Field* findField(std::string_view path) const;
  // The enum of that name, or the only one whose name ends in it: "Kind" for "UserPlay.Kind".
  const EnumType* findEnum(std::string_view enumName) const;
  std::vector<std::string> fieldPaths() const;
};

// Reads a schema from a file's text; the language is told by the file's name:
//   .proto  the message `name` (full name); found with libprotobuf's own parser, imports are not followed
//   .sql    the table `name`, as the file's CREATE TABLE and ALTER TABLE leave it
//   .avsc   an Avro record      .json  a JSON Schema with "properties"
// An empty `name` takes the only candidate. Errors carry `file:line:column`.
Result<Schema> parseSchema(std::string_view file, std::string_view text, std::string_view name);

// Every schema of a file: all tables of a .sql; of the others what parseSchema gives without a name.
Result<std::vector<Schema>> parseSchemas(std::string_view file, std::string_view text);

// The ending that a file of this text would have (".sql", ".avsc", ".json", ".proto"); empty where it is no schema.
std::string_view schemaEnding(std::string_view text);

}  // namespace gander::rules
