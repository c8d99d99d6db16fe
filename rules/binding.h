// Bindings: how a schema's names appear in a language, as patterns. docs/models.md is the user's page.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/source.h"

namespace gander::rules {

// One pattern of a name that a schema's element has in a language:
//   "set_{field}"   "k{field|camel}FieldNumber"   "{oneof|camel}Case"   "{enum}_Parse"
//   "{outer}_{enum}_{value}"   of a value of an enum: the messages that the enum stands in, the enum, the value
// Filters: lower, upper, camel (user_name -> UserName; after protobuf's UnderscoresToCamelCase), inner (userName), cpp (a C++
// keyword gets '_').
//
// What a name of a field is for: it decides what a change of the field asks of its uses.
enum class MemberRole {
  kOther,    // nothing that a change but a rename can be applied to
  kValue,    // the field itself, or a call that gives it
  kWrite,    // a call whose last argument is the new value
  kHas,      // whether it is set
  kClear,    // makes it unset
  kMutable,  // access for writing
  kNumber,   // its number on the wire
};

struct BindingMember {
  std::string pattern;
  std::string scope;  // the class that it is a member of, relative to the type: "" or "{oneof|camel}Case"
  Position position;
  MemberRole role = MemberRole::kOther;
  // How many arguments a function of that name has: another is not what the pattern is about. Absent: any.
  std::optional<uint32_t> arguments;
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
  // For each value of an enum that itself changes, with scopes relative to the package; the first one's scope is the enum.
  std::vector<BindingMember> enumValues;        // of one that stands in no message
  std::vector<BindingMember> nestedEnumValues;  // of one that does
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
  MemberRole role = MemberRole::kOther;
  std::optional<uint32_t> arguments;  // as BindingMember::arguments
  auto operator<=>(const BoundName&) const = default;
};

// The names of a field in a language, old beside new. `oneof` is the field's oneof, or empty.
std::vector<BoundName> allNames(const LanguageBinding& binding, std::string_view oldField, std::string_view newField,
                                std::string_view oneof);
// Those of them that differ; where the field keeps its name, all.
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
// A value of an enum. `outer`: the messages that the enum stands in, from the outermost; none: of the package.
struct EnumValue {
  std::vector<std::string> outer;
  std::string name;
  std::string value;
};
// The names of a value, old beside new; both may be of messages that have other names.
std::vector<BoundName> expandEnumValue(const LanguageBinding& binding, const EnumValue& old, const EnumValue& now);

Result<Binding> parseBinding(std::string_view file, std::string_view text);

}  // namespace gander::rules
