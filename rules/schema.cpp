#include "rules/schema.h"

#include <fmt/format.h>

#include "base/text.h"
#include "rules/schemas/readers.h"
#include "rules/yaml/node.h"

namespace gander::rules {

const Field* Schema::findField(std::string_view path) const {
  for (const auto& field : fields)
    if (field.path == path) return &field;
  return nullptr;
}

const EnumType* Schema::findEnum(std::string_view enumName) const {
  const EnumType* found = nullptr;
  size_t ends = 0;
  for (const auto& type : enums) {
    if (type.name == enumName) return &type;
    if (!type.name.ends_with("." + std::string(enumName))) continue;
    found = &type;
    ++ends;
  }
  return ends == 1 ? found : nullptr;
}

std::vector<std::string> Schema::fieldPaths() const {
  std::vector<std::string> paths;
  for (const auto& field : fields) paths.push_back(field.path);
  return paths;
}

static std::string_view lastPart(std::string_view name) {
  size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? name : name.substr(dot + 1);
}

std::optional<size_t> chooseSchema(std::string_view name, const std::vector<std::string>& candidates,
                                   std::string_view what, Problems& problems) {
  std::vector<size_t> found;
  for (size_t i = 0; i < candidates.size(); ++i)
    if (name.empty() || candidates[i] == name) found.push_back(i);
  if (found.empty() && name.find('.') == std::string_view::npos)
    for (size_t i = 0; i < candidates.size(); ++i)
      if (lastPart(candidates[i]) == name) found.push_back(i);
  if (found.size() == 1) return found.front();
  if (candidates.empty()) {
    problems.add({}, fmt::format("there is no {} here", what));
  } else if (found.empty()) {
    problems.add({}, fmt::format("no {} {} here{}", what, inQuotes(name),
                                 meantName(name, candidates,
                                           candidates.size() > 20 ? "" : "; there is " + choices(candidates))));
  } else {
    std::vector<std::string> several;
    for (size_t i : found) several.push_back(candidates[i]);
    problems.add({}, fmt::format("several {}s here; give the name of one: {}", what, choices(several)));
  }
  return std::nullopt;
}

static bool tooLarge(std::string_view text, Problems& problems) {
  if (text.size() <= kTextLimit) return false;
  problems.add({}, fmt::format("larger than {} bytes; give the part that defines the dataset", kTextLimit));
  return true;
}

Result<Schema> parseSchema(std::string_view file, std::string_view text, std::string_view name) {
  Problems problems(file);
  std::optional<Schema> schema;
  if (tooLarge(text, problems)) {
    return std::unexpected(problems.error());
  } else if (file.ends_with(".proto")) {
    schema = readProtoSchema(text, name, problems);
  } else if (file.ends_with(".sql")) {
    schema = readSqlSchema(text, name, problems);
  } else if (file.ends_with(".avsc")) {
    schema = readAvroSchema(text, name, problems);
  } else if (file.ends_with(".json")) {
    schema = readJsonSchema(text, name, problems);
  } else {
    problems.add({}, "a schema's file must end in .proto, .sql, .avsc or .json");
  }
  if (!problems.empty() || !schema) return std::unexpected(problems.error());
  return std::move(*schema);
}

Result<std::vector<Schema>> parseSchemas(std::string_view file, std::string_view text) {
  if (!file.ends_with(".sql")) {
    GANDER_TRY(auto schema, parseSchema(file, text, ""));
    return std::vector<Schema>{std::move(schema)};
  }
  Problems problems(file);
  std::vector<Schema> schemas;
  if (!tooLarge(text, problems)) schemas = readSqlSchemas(text, problems);
  if (!problems.empty()) return std::unexpected(problems.error());
  return schemas;
}

std::string_view schemaEnding(std::string_view text) {
  size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return "";
  if (text[begin] == '{' || text[begin] == '[') {
    Problems problems("");
    auto root = parseJson(text, problems);
    if (!root) return "";
    const Node& first = root->kind == Node::Kind::kSequence && !root->items.empty() ? root->items.front() : *root;
    const Node* type = first.find("type");
    if (type != nullptr && type->text == "record") return ".avsc";
    bool properties = first.find("properties") != nullptr || first.find("$defs") != nullptr;
    return properties ? ".json" : "";
  }
  Problems problems(".sql");
  if (!readSqlSchemas(text, problems).empty()) return ".sql";
  bool proto = text.find("syntax = \"proto") != std::string_view::npos;
  return proto ? ".proto" : "";
}

}  // namespace gander::rules
