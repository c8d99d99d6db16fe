// Bindings: how a schema's names appear in a language, as patterns. docs/models.md is the user's page.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/source.h"

namespace gander::rules {

// One pattern of a name that a schema's element has in a language:
//   "set_{field}"   "k{field|camel}FieldNumber"   "{oneof|camel}Case"   "{enum}_Parse"
// Filters: lower, upper, camel (user_name -> UserName; after protobuf's UnderscoresToCamelCase), inner (userName), cpp (a C++
// keyword gets '_').
struct BindingMember {
  std::string pattern;
  std::string scope;  // the class that it is a member of, relative to the type: "" or "{oneof|camel}Case"
  Position position;
};

struct LanguageBinding {
  std::string language;               // "cpp", "python"
  std::string separator;              // between the parts of a qualified name: "::" or "."
  std::string nested;                 // between the parts of a nested type's name: "_" (protobuf C++) or the separator
  std::vector<BindingMember> fields;  // for each field
  std::vector<BindingMember> oneofFields;  // for each field inside a oneof
  std::vector<BindingMember> oneofs;       // for each oneof
  std::vector<BindingMember> enums;        // beside an enum, in its namespace: {enum} is its whole name in the language
  std::vector<BindingMember> nestedEnums;  // the same for one within a type; {own} is its last name
  std::vector<BindingMember> nestedValues;  // for each {value} of such an enum
  std::vector<BindingMember>
      parameters;  // for parameters of a class's own methods, where the repository owns the dataset
};

struct Binding {
  std::string file;
  std::string name;  // "protobuf", "class"
  std::vector<LanguageBinding> languages;
  const LanguageBinding* find(std::string_view language) const;
};

struct BoundName {
  std::string scope;  // as BindingMember::scope, expanded
  std::string old;
  std::string now;
  auto operator<=>(const BoundName&) const = default;
};

// The names of a renamed field in a language, old beside new. `oneof` is the field's oneof, or empty.
std::vector<BoundName> expandField(const LanguageBinding& binding, std::string_view oldField, std::string_view newField,
                                   std::string_view oneof);

// The same for a oneof, and for what stands beside an enum of the language's name `oldEnum`.
std::vector<BoundName> expandOneof(const LanguageBinding& binding, std::string_view oldOneof,
                                   std::string_view newOneof);
std::vector<BoundName> expandParameters(const LanguageBinding& binding, std::string_view oldField,
                                        std::string_view newField);
struct EnumNames {
  std::string whole;  // "UserPlay_Kind"
  std::string own;    // "Kind"
  bool nested = false;
};
std::vector<BoundName> expandEnum(const LanguageBinding& binding, const EnumNames& old, const EnumNames& now,
                                  const std::vector<std::string>& values);

Result<Binding> parseBinding(std::string_view file, std::string_view text);

}  // namespace gander::rules
