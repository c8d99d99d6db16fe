// What a `type` reference and the changes of its dataset are called in a language, by the type's binding.
//
//   warehouse.v1.UserPlay, user_name -> listener_name, protobuf in C++
//     types     warehouse::v1::UserPlay and, where its name changes, what stands in it: UserPlay_Kind
//     members   warehouse::v1::UserPlay::set_user_name -> set_listener_name, ...
#pragma once

#include <string>
#include <vector>

#include "rules/binding.h"
#include "rules/migration.h"

namespace gander::rewriter {

// The parts of a qualified name, old and new.
struct BoundType {
  std::vector<std::string> oldParts;
  std::vector<std::string> newParts;
};

// How many parts of a type's full name are its package: the schema says it, or the names of enums in the type tell it; else all but
// the last.
size_t packageSize(const std::vector<std::string>& name, const rules::Schema& schema);

// The type itself first, as the language names it and as it is known within the type around it; then, where its name changes,
// the types in it.
std::vector<BoundType> boundTypes(const rules::Dataset& dataset, const rules::Reference& reference,
                                  const rules::LanguageBinding& binding);

struct BoundMember {
  std::string owner;  // the qualified name of the class, or of the namespace
  std::string scope;  // a class or enum in it, or empty
  std::string old;
  std::string now;
  const rules::Change* change = nullptr;  // null: it follows from a new name of a type or a oneof
  std::string id;                         // then the id of that
  bool parameter = false;                 // of any method of the owner
  std::string path;                       // of the field in the old schema, where there is a change
  rules::MemberRole role = rules::MemberRole::kOther;
  std::optional<uint32_t> arguments;  // as rules::BindingMember::arguments
};
std::vector<BoundMember> boundMembers(const rules::Dataset& dataset, const rules::Reference& reference,
                                      const rules::LanguageBinding& binding);

// The classes that a field of this path may be a member of: more than one only where no schema tells the package.
std::vector<std::string> boundOwners(const rules::Dataset& dataset, const rules::Reference& reference,
                                     const rules::LanguageBinding& binding, std::string_view path);

}  // namespace gander::rewriter
