// JSON Schema: "properties", through "items" and local "$ref"s.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "rules/schemas/readers.h"
#include "rules/yaml/reader.h"

namespace gander::rules {
namespace {

std::string textOf(const Node* node) {
  return node != nullptr && node->kind == Node::Kind::kScalar ? node->text : std::string();
}

class JsonSchemaFile {
 public:
  JsonSchemaFile(const Node& root, Problems& problems) : root_(root), problems_(problems) {
    if (root.find("properties") != nullptr) add(textOf(root.find("title")), root);
    for (const auto* key : {"$defs", "definitions"})
      if (const Node* definitions = root.find(key))
        for (const auto& entry : definitions->entries)
          if (entry.value.find("properties") != nullptr) add(entry.key, entry.value);
  }

  std::optional<Schema> schema(std::string_view name) {
    std::vector<std::string> names;
    for (const auto& candidate : candidates_) names.push_back(candidate.name);
    // The root is what the file is about; its definitions have to be asked for. A root without a title takes any name.
    bool root = !candidates_.empty() && candidates_.front().node == &root_ &&
                (name.empty() || candidates_.front().name.empty());
    if (root && std::find(names.begin(), names.end(), name) != names.end() && !name.empty()) root = false;
    size_t index = 0;
    if (!root) {
      auto chosen = chooseSchema(name, names, "schema with \"properties\"", problems_);
      if (!chosen) return std::nullopt;
      index = *chosen;
    }
    Schema schema;
    schema.name = candidates_[index].name.empty() ? std::string(name) : candidates_[index].name;
    addProperties(*candidates_[index].node, "", 1, schema);
    return schema;
  }

 private:
  struct Candidate {
    std::string name;
    const Node* node;
  };

  void add(std::string name, const Node& node) { candidates_.push_back({std::move(name), &node}); }

  // Follows "#/a/b" within the document; anything else is left alone.
  const Node* deref(const Node* node) {
    for (int hops = 0; node != nullptr && hops < 16; ++hops) {
      auto target = textOf(node->find("$ref"));
      if (target.empty()) return node;
      if (!target.starts_with("#/")) return nullptr;
      const Node* at = &root_;
      for (const auto& part : split(std::string_view(target).substr(2), '/'))
        if (at != nullptr) at = at->find(replaceAll(replaceAll(part, "~1", "/"), "~0", "~"));
      if (at == nullptr)
        problems_.add(node->find("$ref")->position, fmt::format("{} leads nowhere in this file", inQuotes(target)));
      node = at;
    }
    return nullptr;
  }

  // "string", or ["string", "null"]: the words but null.
  static std::string typeWords(const Node& node, bool& nullable) {
    const Node* type = node.find("type");
    if (type == nullptr) return "";
    std::vector<std::string> words;
    if (type->kind == Node::Kind::kScalar) words.push_back(type->text);
    for (const auto& item : type->items) words.push_back(textOf(&item));
    if (std::erase(words, "null") > 0) nullable = true;
    return fmt::format("{}", fmt::join(words, "|"));
  }

  void addProperties(const Node& node, const std::string& prefix, int depth, Schema& schema) {
    const Node* properties = node.find("properties");
    if (properties == nullptr) return;
    if (properties->kind != Node::Kind::kMap) {
      problems_.add(properties->position, fmt::format("\"properties\" must be a map, not {}", describe(*properties)));
      return;
    }
    std::set<std::string> required;
    if (const Node* names = node.find("required"))
      for (const auto& name : names->items) required.insert(textOf(&name));
    for (const auto& entry : properties->entries) {
      if (schema.fields.size() >= kFieldLimit) {
        problems_.add(entry.position, fmt::format("more than {} fields, nested ones included", kFieldLimit));
        return;
      }
      addProperty(entry, prefix.empty() ? entry.key : prefix + "." + entry.key, required.contains(entry.key), depth,
                  schema);
    }
  }

  void addProperty(const Node::Entry& entry, const std::string& path, bool required, int depth, Schema& schema) {
    Field field;
    field.path = path;
    field.nullable = !required;
    const Node* type = deref(&entry.value);
    if (type != nullptr) field.type = typeWords(*type, field.nullable);
    if (type != nullptr && field.type == "array") {
      field.repeated = true;
      bool dropped = false;
      type = deref(type->find("items"));
      field.type = type != nullptr ? typeWords(*type, dropped) : "";
    }
    if (type != nullptr) addEnum(*type, path, schema);
    schema.fields.push_back(std::move(field));
    if (type == nullptr || depth >= kNestingLimit || !open_.insert(type).second) return;
    addProperties(*type, path, depth + 1, schema);
    open_.erase(type);
  }

  // An enum has no name in JSON Schema; it goes by its field.
  static void addEnum(const Node& node, const std::string& path, Schema& schema) {
    const Node* values = node.find("enum");
    if (values == nullptr) return;
    EnumType type;
    type.name = path;
    for (const auto& value : values->items)
      if (value.kind == Node::Kind::kScalar) type.values.push_back(value.text);
    schema.enums.push_back(std::move(type));
  }

  const Node& root_;
  Problems& problems_;
  std::vector<Candidate> candidates_;
  std::set<const Node*> open_;  // schemas that are being walked: a schema may hold itself
};

}  // namespace

std::optional<Schema> readJsonSchema(std::string_view text, std::string_view name, Problems& problems) {
  auto root = parseJson(text, problems);
  if (!root || !problems.empty()) return std::nullopt;
  return JsonSchemaFile(*root, problems).schema(name);
}

}  // namespace gander::rules
