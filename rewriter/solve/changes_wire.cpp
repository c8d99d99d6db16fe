#include "rewriter/solve/changes_wire.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "rewriter/scan/spellings.h"

namespace gander::rewriter {

using rules::ChangeKind;

bool losesItsName(const rules::Change& change) {
  return change.kind == ChangeKind::kRename || change.kind == ChangeKind::kMove || change.kind == ChangeKind::kRemove ||
         change.kind == ChangeKind::kMerge;
}

std::string newPathOf(const rules::Dataset& dataset, const std::string& path) {
  auto now = path;
  for (const auto& change : dataset.changes) {
    const auto fields = change.oldFields();
    if (std::ranges::find(fields, path) == fields.end()) continue;
    if (change.kind == ChangeKind::kRemove) return "";
    if (change.kind == ChangeKind::kMove || change.kind == ChangeKind::kMerge) now = change.to;
    if (change.kind == ChangeKind::kRename) now = path.substr(0, path.size() - lastPart(path).size()) + change.to;
  }
  return now;
}

// How a type stands in bytes (protobuf's "Encoding", "Updating A Message Type"): types of one form read one another. Messages and enums
// have names of their own: a form that is not known.
static std::string formOf(const std::string& type) {
  static const std::map<std::string, std::string, std::less<>> kForms = {
      {"int32", "varint"},     {"int64", "varint"},    {"uint32", "varint"},    {"uint64", "varint"},
      {"bool", "varint"},      {"sint32", "zigzag"},   {"sint64", "zigzag"},    {"fixed32", "fixed32"},
      {"sfixed32", "fixed32"}, {"fixed64", "fixed64"}, {"sfixed64", "fixed64"}, {"float", "float"},
      {"double", "double"},    {"string", "text"},     {"bytes", "text"}};
  auto found = kForms.find(type);
  return found == kForms.end() ? "" : found->second;
}

bool changesBytes(const rules::Dataset& dataset) {
  if (std::ranges::any_of(dataset.changes, [](const rules::Change& change) {
        return change.kind != ChangeKind::kRename && change.kind != ChangeKind::kEnumValue;
      }))
    return true;
  return std::ranges::any_of(dataset.old.fields,
                             [&](const rules::Field& field) { return !changeOfNumber(dataset, field).empty(); });
}

std::string changeOfNumber(const rules::Dataset& dataset, const rules::Field& field) {
  if (field.number == 0) return "";
  const auto path = newPathOf(dataset, field.path);
  if (path.empty())
    return fmt::format("number {} is {}, which goes: what was stored under it is nobody's", field.number, field.path);
  const auto* now = dataset.now.findField(path);
  if (now == nullptr || now->number == 0) return "";
  if (path.rfind('.') != field.path.rfind('.') || now->number != field.number)
    return fmt::format("number {} is {}; the new version has it as number {} of {}", field.number, field.path,
                       now->number, path);
  const auto before = formOf(field.type);
  const auto behind = formOf(now->type);
  if (before.empty() || behind.empty() || before == behind) return "";
  return fmt::format("number {} is {}, whose {} does not read what was stored as {}", field.number, field.path,
                     now->type, field.type);
}

}  // namespace gander::rewriter
