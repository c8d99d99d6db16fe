// What bindings make of the schema's names in a language, with all that a migration does to each: a field's accessors and
// members, an enum's values.
//
//   warehouse::v1::UserPlay::set_duration -> duration, a call that writes it; retyped and in another unit, not renamed
//   warehouse::v1::UserPlay_Kind::UserPlay_Kind_KIND_SONG -> KIND_SONG, now UserPlay_Kind_KIND_MUSIC
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/scan/bound_names.h"
#include "rules/migration.h"
#include "rules/model.h"

namespace gander::rewriter {

struct BoundField {
  size_t dataset = 0;
  std::string path;                     // in the old schema
  const rules::Field* field = nullptr;  // null where the schema only knows what is nested in it
  rules::MemberRole role = rules::MemberRole::kOther;
  std::optional<std::string> renamed;         // the new name of the member, where it has another
  std::vector<const rules::Change*> changes;  // of the field but renames, in the document's order
  std::optional<uint32_t> arguments;          // as rules::BindingMember::arguments
};

struct BoundEnumValue {
  size_t dataset = 0;
  const rules::Change* change = nullptr;
  std::optional<std::string> renamed;  // absent: the value goes
};

// An enum to which values are added.
struct GrownEnum {
  struct Added {
    const rules::Change* change = nullptr;
    std::set<std::string> names;  // of the new value
  };
  size_t dataset = 0;
  std::vector<Added> added;
};

class BoundFields {
 public:
  BoundFields(const rules::Migration& migration, const rules::Library& library);

  const BoundField* findField(std::string_view language, std::string_view symbol) const;
  const BoundEnumValue* findEnumValue(std::string_view language, std::string_view symbol) const;
  const GrownEnum* findGrownEnum(std::string_view language, std::string_view symbol) const;

  // The new name of an accessor of a field: `has_` of "song.title". Empty where the binding has none of that role.
  std::string accessor(const BoundField& field, std::string_view language, rules::MemberRole role,
                       std::string_view newField) const;

  // The classes that a field of this path may be a member of, each with the separator behind it.
  std::vector<std::string> classesOf(const BoundField& field, std::string_view language, std::string_view path) const;

  // The names that the values of a changed enum have, old and new; and names that tell that a file may use a grown one.
  const std::map<std::string, std::pair<std::string, std::string>>& enumNames() const { return enumNames_; }
  const std::set<std::string>& enumAnchors() const { return enumAnchors_; }

 private:
  struct Language {
    std::map<std::string, BoundField, std::less<>> fields;
    std::map<std::string, BoundEnumValue, std::less<>> enumValues;
    std::map<std::string, GrownEnum, std::less<>> grown;
  };
  struct Place;
  void addReference(size_t dataset, const rules::Reference& reference);
  void addField(const Place& place, const BoundMember& member);
  void addEnum(const Place& place, const rules::Change& change);
  void addEnumNames(const Place& place, const rules::Change& change, const rules::EnumType& type);
  const rules::LanguageBinding* bindingOf(size_t dataset, std::string_view language) const;

  const rules::Migration& migration_;
  const rules::Library& library_;
  std::map<std::string, Language, std::less<>> languages_;
  std::map<std::string, std::pair<std::string, std::string>> enumNames_;  // old -> new, change id
  std::set<std::string> enumAnchors_;
};

}  // namespace gander::rewriter
