// A change: one entry of what becomes of a dataset's schema, and what the migration's author says is to be done in code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"

namespace gander::rules {

enum class ChangeKind { kRename, kRetype, kRemove, kAdd, kMove, kNullability, kUnit, kEnumValue, kMerge };
std::string_view toString(ChangeKind kind);

// What is put around a value in one language. In a template {value} is what stands there now, once; {has} (nullability) asks
// whether it is set; {first} and {last} (merge) are fields by their names.
//   read "static_cast<int>({value})":   p.duration() -> static_cast<int>(p.duration())
//   write "std::to_string({value})":    p.set_id(id) -> p.set_id(std::to_string(id))
struct Conversion {
  std::string language;
  std::string read;     // empty: the migration says nothing of reads
  std::string write;    // the same of writes
  std::string include;  // a header that the templates need, with its brackets or quotes: "<string>"; empty: none
};

// Of a removed field: what happens where it is used.
enum class RemoveAction {
  kList,     // it is listed
  kComment,  // and a comment is put above the statement
  kDelete,   // a statement that does nothing but write the field goes; all else is listed
};

struct Change {
  std::string id;  // stable; "<dataset>/<kind>/<field>" where the document gives none; "<dataset>/enum/<enum>.<value>"
  ChangeKind kind = ChangeKind::kRename;
  std::string field;  // path in the old schema; kAdd, kMerge: in the new one; kEnumValue: the enum's name
  std::string
      to;  // kRename: the new last name; kMove: the new path; kRetype/kUnit: the new type or unit; kNullability:
           // "nullable" or "required"; kAdd: its type, or empty; kEnumValue: the new value, empty where one goes
  std::string from;  // kRetype/kUnit: the old type or unit; kEnumValue: the old value, empty where one is added
  std::string note;  // for the reviewer
  Position position;
  std::vector<Conversion> conversions;  // at most one for each language
  bool byFactor = false;                // kUnit: reads and writes are divided and multiplied by how the units relate
  std::optional<std::string> fallback;  // kNullability: what a read is where nothing is set
  RemoveAction action = RemoveAction::kList;  // kRemove
  std::vector<std::string> fields;            // kMerge: the fields of the old schema that become one

  const Conversion* conversion(std::string_view language) const;
  // Fields of the old schema that it is about: none where one is added, or of a value of an enum.
  std::vector<std::string> oldFields() const;
  bool concerns(std::string_view oldField) const;
};

// A unit of a quantity. 1 of it is `size` of the quantity's smallest one.
struct Unit {
  std::string_view name;      // "s", "KiB"
  std::string_view quantity;  // "time", "bytes"
  uint64_t size = 1;
};
const Unit* findUnit(std::string_view name);
std::vector<std::string> unitNames();

}  // namespace gander::rules
