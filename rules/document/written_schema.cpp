#include <fmt/format.h>

#include "base/text.h"
#include "rules/document/sections.h"
#include "rules/schemas/readers.h"

namespace gander::rules {
namespace {

Field readField(const Node::Entry& entry, Problems& problems) {
  Field field;
  field.path = entry.key;
  if (entry.key.empty() || entry.key.starts_with('.') || entry.key.ends_with('.') ||
      entry.key.find("..") != std::string::npos)
    problems.add(entry.position,
                 fmt::format("{} is no path of a field; write names with dots between them", inQuotes(entry.key)));
  if (entry.value.kind == Node::Kind::kNull) return field;
  if (entry.value.kind != Node::Kind::kMap) {
    field.type = scalarText(entry.value, "a field's type", problems).value_or("");
    return field;
  }
  MapReader map(entry.value, "a field", problems);
  field.type = map.optionalText("type").value_or("");
  field.oneof = map.optionalText("oneof").value_or("");
  field.repeated = map.optionalFlag("repeated").value_or(false);
  field.nullable = map.optionalFlag("nullable").value_or(false);
  map.finish();
  return field;
}

EnumType readEnum(const Node::Entry& entry, Problems& problems) {
  EnumType type;
  type.name = entry.key;
  if (entry.value.kind != Node::Kind::kSequence)
    problems.add(entry.value.position, fmt::format("enum {} must be a list of its values, not {}", inQuotes(entry.key),
                                                   describe(entry.value)));
  for (const auto& item : entry.value.items)
    if (auto value = scalarText(item, "a value of an enum", problems)) type.values.push_back(std::move(*value));
  return type;
}

std::optional<Schema> readWritten(MapReader& map, Section section) {
  Problems& problems = section.problems;
  Schema schema;
  schema.name = map.optionalText("name").value_or("");
  if (const Node* fields = map.map("fields", true)) {
    if (fields->entries.empty()) problems.add(fields->position, "a schema without fields; write at least one");
    if (fields->entries.size() > kFieldLimit) {
      problems.add(fields->position, fmt::format("more than {} fields", kFieldLimit));
      return std::nullopt;
    }
    for (const auto& entry : fields->entries) schema.fields.push_back(readField(entry, problems));
  }
  if (const Node* enums = map.map("enums"))
    for (const auto& entry : enums->entries) schema.enums.push_back(readEnum(entry, problems));
  map.finish();
  if (schema.fields.empty()) return std::nullopt;
  return schema;
}

}  // namespace

bool comesFromProto(const Node& schema) {
  const Node* file = schema.find("file");
  return file != nullptr && file->text.ends_with(".proto");
}

std::optional<Schema> readSchema(const Node& node, Section section) {
  MapReader map(node, "a schema", section.problems);
  if (!map.isMap()) return std::nullopt;
  if (!map.has("file")) return readWritten(map, section);
  auto file = map.text("file");
  auto name = map.optionalText("name").value_or("");
  if (map.has("fields") || map.has("enums"))
    section.problems.add(node.position, "a schema has either 'file' or 'fields', not both");
  map.finish();
  if (file.empty()) return std::nullopt;
  const std::string* text = section.reads.read(file, map.positionOf("file"), section.problems);
  if (text == nullptr) return std::nullopt;
  auto schema = parseSchema(file, *text, name);
  if (schema) return std::move(*schema);
  section.problems.addForeign(schema.error());
  return std::nullopt;
}

}  // namespace gander::rules
