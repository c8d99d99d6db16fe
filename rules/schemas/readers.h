// One reader for each schema language; parseSchema chooses by the file's name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/schema.h"
#include "rules/yaml/problems.h"

namespace gander::rules {

// Each reports at least one problem where it gives nothing back.
std::optional<Schema> readProtoSchema(std::string_view text, std::string_view name, Problems& problems);
std::optional<Schema> readSqlSchema(std::string_view text, std::string_view name, Problems& problems);
// Every table of the file. One whose list of columns has a mistake is not complete; there is a problem only where no table is left.
std::vector<Schema> readSqlSchemas(std::string_view text, Problems& problems);
std::optional<Schema> readAvroSchema(std::string_view text, std::string_view name, Problems& problems);
std::optional<Schema> readJsonSchema(std::string_view text, std::string_view name, Problems& problems);

// The index of the schema that is meant among those of a file: by its full name, else by its last part, else the only one.
// Reports a name that is not there, or stands for several. `what` is the language's word: "message", "table".
std::optional<size_t> chooseSchema(std::string_view name, const std::vector<std::string>& candidates,
                                   std::string_view what, Problems& problems);

inline constexpr size_t kFieldLimit = 20'000;  // of one schema, nested ones included
inline constexpr int kNestingLimit = 4;        // parts of a field's path

}  // namespace gander::rules
