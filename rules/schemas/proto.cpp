// Protobuf, by libprotobuf's own parser. The descriptor is taken as written: nothing is linked, so imports are not needed.
#include <fmt/format.h>
#include <google/protobuf/compiler/parser.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/stubs/logging.h>

#include <map>
#include <set>

#include "base/text.h"
#include "rules/proto_edition.h"
#include "rules/schemas/readers.h"

namespace gander::rules {
namespace {

namespace pb = google::protobuf;

// The tokenizer counts from 0 and a tab as up to eight columns; gander counts bytes.
Position toPosition(std::string_view text, const LineIndex& lines, int line, int column) {
  if (line < 0) return {};
  auto begin = lines.lineBegin(static_cast<uint32_t>(line) + 1);
  uint32_t bytes = 0;
  for (int counted = 0; counted < column && begin + bytes < text.size() && text[begin + bytes] != '\n'; ++bytes)
    counted += text[begin + bytes] == '\t' ? 8 - counted % 8 : 1;
  return {static_cast<uint32_t>(line) + 1, bytes + 1};
}

class ErrorTaker final : public pb::io::ErrorCollector {
 public:
  ErrorTaker(std::string_view text, Problems& problems) : text_(text), lines_(text), problems_(problems) {}
  void AddError(int line, int column, const std::string& message) override {
    problems_.add(toPosition(text_, lines_, line, column), fmt::format("not protobuf: {}", message));
  }

 private:
  std::string_view text_;
  LineIndex lines_;
  Problems& problems_;
};

struct Message {
  const pb::DescriptorProto* descriptor = nullptr;
  std::string parent;  // the full name of what it stands in, for scopes
};

// Every message and enum of a file under its full name.
class ProtoFile {
 public:
  explicit ProtoFile(const pb::FileDescriptorProto& file) : file_(file) {
    for (const auto& type : file.enum_type()) addEnum(type, "");
    for (const auto& type : file.message_type()) addMessage(type, file.package(), "");
  }

  const std::vector<std::string>& names() const { return names_; }
  std::vector<EnumType>& enums() { return enums_; }

  std::optional<Schema> schema(const std::string& name, Problems& problems) {
    Schema schema;
    schema.name = name;
    schema.enums = enums_;
    schema.package = file_.package();
    schema.types = nested_;
    addFields(name, "", 1, schema);
    if (schema.fields.size() <= kFieldLimit) return schema;
    problems.add({},
                 fmt::format("message {} has more than {} fields, nested ones included", inQuotes(name), kFieldLimit));
    return std::nullopt;
  }

 private:
  static std::string join(const std::string& scope, const std::string& name) {
    return scope.empty() ? name : scope + "." + name;
  }

  void addEnum(const pb::EnumDescriptorProto& type, const std::string& inside) {
    EnumType found;
    found.name = join(inside, type.name());
    for (const auto& value : type.value()) {
      found.values.push_back(value.name());
      found.numbers.push_back(value.number());
    }
    enumNames_.insert(join(file_.package(), found.name));
    if (!inside.empty()) nested_.push_back(found.name);
    enums_.push_back(std::move(found));
  }

  void addMessage(const pb::DescriptorProto& type, const std::string& scope, const std::string& inside) {
    auto full = join(scope, type.name());
    auto relative = join(inside, type.name());
    messages_[full] = {&type, scope};
    if (!type.options().map_entry()) names_.push_back(full);
    if (!type.options().map_entry() && !inside.empty()) nested_.push_back(relative);
    for (const auto& nested : type.enum_type()) addEnum(nested, relative);
    for (const auto& nested : type.nested_type()) addMessage(nested, full, relative);
  }

  // A type name as protobuf resolves it: from the innermost scope outwards. What is not in the file is left as written.
  std::string resolve(const std::string& written, std::string scope) const {
    if (written.starts_with(".")) return written.substr(1);
    for (;;) {
      auto full = join(scope, written);
      if (messages_.contains(full) || enumNames_.contains(full)) return full;
      if (scope.empty()) return written;
      size_t dot = scope.rfind('.');
      scope = dot == std::string::npos ? std::string() : scope.substr(0, dot);
    }
  }

  std::string typeOf(const pb::FieldDescriptorProto& field, const std::string& scope) const {
    if (!field.type_name().empty()) return resolve(field.type_name(), scope);
    auto word = toLowerAscii(pb::FieldDescriptorProto::Type_Name(field.type()));
    return word.starts_with("type_") ? word.substr(5) : word;
  }

  // Whether a reader can tell that the field was not set.
  bool hasPresence(const pb::FieldDescriptorProto& field, const std::string& type) const {
    if (field.label() == pb::FieldDescriptorProto::LABEL_REPEATED) return false;
    if (field.has_oneof_index() || messages_.contains(type)) return true;
    return file_.syntax() != "proto3" && field.label() == pb::FieldDescriptorProto::LABEL_OPTIONAL;
  }

  void addFields(const std::string& message, const std::string& prefix, int depth, Schema& schema) {
    const auto& descriptor = *messages_.at(message).descriptor;
    for (const auto& written : descriptor.field()) {
      if (schema.fields.size() > kFieldLimit) return;
      Field field;
      field.path = join(prefix, written.name());
      field.number = written.number();
      auto type = typeOf(written, message);
      field.repeated = written.label() == pb::FieldDescriptorProto::LABEL_REPEATED;
      field.nullable = hasPresence(written, type);
      if (written.has_oneof_index() && !written.proto3_optional() &&
          written.oneof_index() < descriptor.oneof_decl_size())
        field.oneof = descriptor.oneof_decl(written.oneof_index()).name();
      auto nested = messages_.find(type);
      bool isMap = nested != messages_.end() && nested->second.descriptor->options().map_entry();
      field.type = isMap ? mapType(type) : type;
      auto path = field.path;
      schema.fields.push_back(std::move(field));
      if (nested == messages_.end() || isMap || depth >= kNestingLimit || !open_.insert(type).second) continue;
      addFields(type, path, depth + 1, schema);
      open_.erase(type);
    }
  }

  std::string mapType(const std::string& entry) const {
    const auto& descriptor = *messages_.at(entry).descriptor;
    if (descriptor.field_size() != 2) return entry;
    return fmt::format("map<{}, {}>", typeOf(descriptor.field(0), entry), typeOf(descriptor.field(1), entry));
  }

  const pb::FileDescriptorProto& file_;
  std::map<std::string, Message> messages_;
  std::set<std::string> enumNames_;
  std::vector<std::string> names_;
  std::vector<std::string> nested_;
  std::vector<EnumType> enums_;
  std::set<std::string> open_;  // messages that are being walked: a message may hold itself
};

}  // namespace

std::optional<Schema> readProtoSchema(std::string_view text, std::string_view name, Problems& problems) {
  pb::LogSilencer silent;  // the parser writes a warning where no syntax is named
  pb::FileDescriptorProto file;
  if (auto edition = editionProblem(text); !edition.empty()) {
    problems.add({}, edition);
    return std::nullopt;
  }
  try {
    pb::io::ArrayInputStream stream(text.data(), static_cast<int>(text.size()));
    ErrorTaker errors(text, problems);
    pb::io::Tokenizer tokenizer(&stream, &errors);
    pb::compiler::Parser parser;
    parser.RecordErrorsTo(&errors);
    bool parsed = parser.Parse(&tokenizer, &file);
    if (!parsed && problems.empty()) problems.add({}, "not protobuf");
  } catch (const std::exception& error) {
    problems.add({}, fmt::format("not protobuf: {}", error.what()));
  }
  if (!problems.empty()) return std::nullopt;
  ProtoFile messages(file);
  auto chosen = chooseSchema(name, messages.names(), "message", problems);
  if (!chosen) return std::nullopt;
  return messages.schema(messages.names()[*chosen], problems);
}

}  // namespace gander::rules
