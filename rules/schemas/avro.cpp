// Avro: records in their JSON form.
#include <fmt/format.h>

#include <map>
#include <set>

#include "rules/schemas/readers.h"
#include "rules/yaml/reader.h"

namespace gander::rules {
namespace {

// What a type is, seen through unions with null and through arrays.
struct AvroType {
  std::string word;
  bool repeated = false;
  bool nullable = false;
  std::string record;  // the full name of a record whose fields are nested here
};

class AvroFile {
 public:
  explicit AvroFile(Problems& problems) : problems_(problems) {}

  // Every record and enum of the document, wherever it is defined.
  void collect(const Node& node, const std::string& space) {
    for (const auto& item : node.items) collect(item, space);
    if (node.kind != Node::Kind::kMap) return;
    auto inner = space;
    auto kind = textOf(node.find("type"));
    if (kind == "record" || kind == "error" || kind == "enum") {
      auto name = fullName(node, space);
      size_t dot = name.rfind('.');
      inner = dot == std::string::npos ? std::string() : name.substr(0, dot);
      if (kind == "enum") {
        addEnum(node, name);
      } else if (records_.try_emplace(name, &node).second) {
        names_.push_back(name);
        spaces_[name] = inner;
      }
    }
    for (const auto* key : {"type", "items", "values", "fields"})
      if (const Node* child = node.find(key); child != nullptr) collect(*child, inner);
  }

  std::optional<Schema> schema(std::string_view name) {
    auto chosen = chooseSchema(name, names_, "record", problems_);
    if (!chosen) return std::nullopt;
    Schema schema;
    schema.name = names_[*chosen];
    schema.enums = enums_;
    addFields(schema.name, "", 1, schema);
    return schema;
  }

 private:
  static std::string textOf(const Node* node) {
    return node != nullptr && node->kind == Node::Kind::kScalar ? node->text : std::string();
  }

  std::string fullName(const Node& node, const std::string& space) {
    auto name = textOf(node.find("name"));
    if (name.empty()) problems_.add(node.position, "a named type lacks its 'name'; add it");
    if (name.find('.') != std::string::npos) return name;
    const Node* own = node.find("namespace");
    auto scope = own != nullptr ? textOf(own) : space;
    return scope.empty() ? name : scope + "." + name;
  }

  void addEnum(const Node& node, const std::string& name) {
    EnumType type;
    type.name = name.substr(name.rfind('.') + 1);
    if (const Node* symbols = node.find("symbols"))
      for (const auto& symbol : symbols->items) type.values.push_back(textOf(&symbol));
    enumNames_.insert(name);
    enums_.push_back(std::move(type));
  }

  std::string resolve(const std::string& name, const std::string& space) const {
    auto full = space.empty() ? name : space + "." + name;
    return records_.contains(full) || enumNames_.contains(full) ? full : name;
  }

  AvroType typeOf(const Node& node, const std::string& space) {
    AvroType type;
    if (node.kind == Node::Kind::kScalar) {
      type.word = resolve(node.text, space);
      if (records_.contains(type.word)) type.record = type.word;
    } else if (node.kind == Node::Kind::kSequence) {
      return unionOf(node, space);
    } else if (node.kind == Node::Kind::kMap) {
      return definedType(node, space);
    }
    return type;
  }

  // ["null", "string"] is a string that may be null; a union of more is named as it is.
  AvroType unionOf(const Node& node, const std::string& space) {
    std::vector<AvroType> branches;
    bool nullable = false;
    for (const auto& item : node.items) {
      auto branch = typeOf(item, space);
      if (branch.word == "null") {
        nullable = true;
      } else {
        branches.push_back(std::move(branch));
      }
    }
    AvroType type;
    if (branches.size() == 1) type = std::move(branches.front());
    std::vector<std::string> words;
    for (const auto& branch : branches) words.push_back(branch.word);
    if (branches.size() != 1) type.word = fmt::format("{}", fmt::join(words, "|"));
    type.nullable = nullable;
    return type;
  }

  AvroType definedType(const Node& node, const std::string& space) {
    auto kind = textOf(node.find("type"));
    AvroType type;
    if (kind == "record" || kind == "error" || kind == "enum") {
      type.word = resolve(textOf(node.find("name")), space);
      for (const auto& [name, record] : records_)
        if (record == &node) type.word = type.record = name;
    } else if (const Node* items = node.find("items"); kind == "array" && items != nullptr) {
      type = typeOf(*items, space);
      type.repeated = true;
      type.nullable = false;
    } else if (const Node* values = node.find("values"); kind == "map" && values != nullptr) {
      type.word = fmt::format("map<string, {}>", typeOf(*values, space).word);
    } else if (const Node* inner = node.find("type")) {
      type = typeOf(*inner, space);
    }
    return type;
  }

  void addFields(const std::string& record, const std::string& prefix, int depth, Schema& schema) {
    const Node* fields = records_.at(record)->find("fields");
    if (fields == nullptr || fields->kind != Node::Kind::kSequence) {
      problems_.add(records_.at(record)->position,
                    fmt::format("record {} lacks the list 'fields'; add it", inQuotes(record)));
      return;
    }
    for (const auto& item : fields->items) {
      if (schema.fields.size() >= kFieldLimit) {
        problems_.add(item.position, fmt::format("more than {} fields, nested ones included", kFieldLimit));
        return;
      }
      addField(item, record, prefix, depth, schema);
    }
  }

  void addField(const Node& item, const std::string& record, const std::string& prefix, int depth, Schema& schema) {
    auto name = textOf(item.find("name"));
    const Node* written = item.find("type");
    if (name.empty() || written == nullptr) {
      problems_.add(item.position, "a field needs 'name' and 'type'");
      return;
    }
    auto type = typeOf(*written, spaces_.at(record));
    auto path = prefix.empty() ? name : prefix + "." + name;
    if (prefix.empty() && schema.findField(path) != nullptr)
      problems_.add(item.position, fmt::format("field {} stands here twice", inQuotes(path)));
    schema.fields.push_back({path, type.word, "", type.repeated, type.nullable});
    if (type.record.empty() || depth >= kNestingLimit || !open_.insert(type.record).second) return;
    addFields(type.record, path, depth + 1, schema);
    open_.erase(type.record);
  }

  Problems& problems_;
  std::map<std::string, const Node*> records_;
  std::map<std::string, std::string> spaces_;
  std::set<std::string> enumNames_;
  std::vector<std::string> names_;
  std::vector<EnumType> enums_;
  std::set<std::string> open_;  // records that are being walked: a record may hold itself
};

}  // namespace

std::optional<Schema> readAvroSchema(std::string_view text, std::string_view name, Problems& problems) {
  auto root = parseJson(text, problems);
  if (!root || !problems.empty()) return std::nullopt;
  AvroFile file(problems);
  file.collect(*root, "");
  if (name.empty() && root->kind == Node::Kind::kMap && root->find("name") != nullptr) {
    // The document is one record; those defined within it are not candidates of their own.
    const Node* space = root->find("namespace");
    auto own = root->find("name")->text;
    return file.schema(space != nullptr && own.find('.') == std::string::npos ? space->text + "." + own : own);
  }
  return file.schema(name);
}

}  // namespace gander::rules
