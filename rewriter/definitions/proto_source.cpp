#include "rewriter/definitions/proto_source.h"

#include <fmt/format.h>
#include <google/protobuf/compiler/parser.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/stubs/logging.h>

#include <algorithm>
#include <map>

#include "rewriter/definitions/proto_places.h"
#include "rules/proto_edition.h"

namespace gander::rewriter {
namespace {

namespace pb = google::protobuf;
using Path = std::vector<int>;

// Numbers of fields in descriptor.proto, of which a place's path is made.
constexpr int kFileMessage = 4, kFileEnum = 5, kFileService = 6, kFileExtension = 7, kFilePackage = 2;
constexpr int kMessageField = 2, kMessageNested = 3, kMessageEnum = 4, kMessageExtension = 6, kMessageOneof = 8;
constexpr int kFieldExtendee = 2, kFieldLabel = 4, kFieldType = 5, kFieldTypeName = 6, kFieldDefault = 7;
constexpr int kName = 1, kEnumValue = 2, kServiceMethod = 2, kMethodInput = 2, kMethodOutput = 3;

Path below(const Path& path, std::initializer_list<int> more) {
  Path longer = path;
  longer.insert(longer.end(), more);
  return longer;
}

std::string join(const std::string& scope, const std::string& name) {
  return scope.empty() ? name : scope + "." + name;
}

class SourceMaker {
 public:
  SourceMaker(std::string_view text, const pb::FileDescriptorProto& file, ProtoSource& out)
      : text_(text), places_(text), file_(file), out_(out) {
    for (const auto& location : file.source_code_info().location()) {
      Path path(location.path().begin(), location.path().end());
      std::vector<int> span(location.span().begin(), location.span().end());
      ranges_.emplace(std::move(path), places_.rangeOf(span));
    }
  }

  void make() {
    out_.proto3 = file_.syntax() == "proto3";
    out_.package = file_.package();
    out_.imports.assign(file_.dependency().begin(), file_.dependency().end());
    auto statement = rangeOf({kFilePackage});
    auto words = identifiersIn(text_, statement);
    if (!words.empty()) out_.packageParts.assign(words.begin() + 1, words.end());
    for (int i = 0; i < file_.message_type_size(); ++i)
      addMessage(file_.message_type(i), {kFileMessage, i}, file_.package());
    for (int i = 0; i < file_.enum_type_size(); ++i) addEnum(file_.enum_type(i), {kFileEnum, i}, file_.package());
    for (int i = 0; i < file_.extension_size(); ++i) addExtension({kFileExtension, i}, file_.package());
    for (int i = 0; i < file_.service_size(); ++i)
      for (int k = 0; k < file_.service(i).method_size(); ++k) addMethod({kFileService, i, kServiceMethod, k});
  }

 private:
  ByteRange rangeOf(const Path& path) const {
    auto found = ranges_.find(path);
    return found == ranges_.end() ? ByteRange{} : found->second;
  }

  void addMessage(const pb::DescriptorProto& type, const Path& path, const std::string& scope) {
    if (type.options().map_entry()) return;
    ProtoMessage message{
        join(scope, type.name()), rangeOf(below(path, {kName})), rangeOf(path), {}, reservedOf(type, 1)};
    for (int i = 0; i < type.field_size(); ++i)
      if (auto field = makeField(type, path, i, message.full)) message.fields.push_back(std::move(*field));
    auto full = message.full;
    out_.messages.push_back(std::move(message));
    for (int i = 0; i < type.nested_type_size(); ++i)
      addMessage(type.nested_type(i), below(path, {kMessageNested, i}), full);
    for (int i = 0; i < type.enum_type_size(); ++i) addEnum(type.enum_type(i), below(path, {kMessageEnum, i}), full);
    for (int i = 0; i < type.extension_size(); ++i) addExtension(below(path, {kMessageExtension, i}), full);
  }

  // `open`: 1 where the end of a range is not in it.
  template <typename Type>
  static ProtoReserved reservedOf(const Type& type, int open) {
    ProtoReserved reserved{{type.reserved_name().begin(), type.reserved_name().end()}, {}};
    for (const auto& range : type.reserved_range()) reserved.numbers.emplace_back(range.start(), range.end() - open);
    return reserved;
  }

  std::optional<ProtoField> makeField(const pb::DescriptorProto& message, const Path& around, int index,
                                      const std::string& scope) {
    const auto& written = message.field(index);
    const auto path = below(around, {kMessageField, index});
    if (written.type() == pb::FieldDescriptorProto::TYPE_GROUP) return std::nullopt;
    ProtoField field;
    field.name = written.name();
    field.number = written.number();
    field.nameRange = rangeOf(below(path, {kName}));
    field.statement = field.entry = rangeOf(path);
    field.label = rangeOf(below(path, {kFieldLabel}));
    field.repeated = written.label() == pb::FieldDescriptorProto::LABEL_REPEATED;
    field.namesJson = written.has_json_name();
    if (written.has_oneof_index() && !written.proto3_optional() && written.oneof_index() < message.oneof_decl_size()) {
      field.oneof = message.oneof_decl(written.oneof_index()).name();
      field.entry = rangeOf(below(around, {kMessageOneof, written.oneof_index()}));
    }
    field.message = written.has_type_name();
    field.type = rangeOf(below(path, {written.has_type_name() ? kFieldTypeName : kFieldType}));
    field.typeText = textOf(field.type);
    field.map = field.message && isMap(message, written);
    if (field.message) addFieldType(field, scope);
    if (written.has_default_value()) {
      field.defaultText = written.default_value();
      field.defaultRange = rangeOf(below(path, {kFieldDefault}));
    }
    if (field.nameRange.size() == 0) return std::nullopt;
    return field;
  }

  static bool isMap(const pb::DescriptorProto& message, const pb::FieldDescriptorProto& field) {
    for (const auto& nested : message.nested_type())
      if (nested.options().map_entry() && nested.name() == field.type_name()) return true;
    return false;
  }

  // map<string, a.b.C>: the name behind the comma.
  void addFieldType(ProtoField& field, const std::string& scope) {
    auto range = field.type;
    if (field.map) {
      size_t comma = text_.substr(range.begin, range.size()).find(',');
      if (comma == std::string_view::npos) return;
      range.begin += static_cast<uint32_t>(comma) + 1;
    }
    field.named = nameIn(range, scope);
    if (field.named) out_.types.push_back(*field.named);
  }

  std::optional<ProtoName> nameIn(ByteRange range, const std::string& scope) const {
    ProtoName name{"", identifiersIn(text_, range), scope};
    if (name.parts.empty()) return std::nullopt;
    auto before = textOf({range.begin, name.parts.front().begin});
    if (before.contains('.')) name.written = ".";
    for (size_t i = 0; i < name.parts.size(); ++i) name.written += (i > 0 ? "." : "") + textOf(name.parts[i]);
    return name;
  }

  void addEnum(const pb::EnumDescriptorProto& type, const Path& path, const std::string& scope) {
    ProtoEnum made{join(scope, type.name()), rangeOf(below(path, {kName})), {}, reservedOf(type, 0)};
    for (const auto& option : type.options().uninterpreted_option())
      made.aliases |=
          option.name_size() == 1 && option.name(0).name_part() == "allow_alias" && option.identifier_value() == "true";
    for (int i = 0; i < type.value_size(); ++i) {
      auto value = below(path, {kEnumValue, i});
      made.values.push_back(
          {type.value(i).name(), rangeOf(below(value, {kName})), rangeOf(value), type.value(i).number()});
    }
    out_.enums.push_back(std::move(made));
  }

  void addExtension(const Path& path, const std::string& scope) {
    for (int part : {kFieldExtendee, kFieldTypeName})
      if (auto name = nameIn(rangeOf(below(path, {part})), scope)) out_.types.push_back(std::move(*name));
  }

  void addMethod(const Path& path) {
    ProtoMethod method{rangeOf(path), {}};
    for (int part : {kMethodInput, kMethodOutput})
      if (auto name = nameIn(rangeOf(below(path, {part})), file_.package())) {
        out_.types.push_back(*name);
        method.types.push_back(std::move(*name));
      }
    out_.methods.push_back(std::move(method));
  }

  std::string textOf(ByteRange range) const { return std::string(text_.substr(range.begin, range.size())); }

  std::string_view text_;
  ProtoPlaces places_;
  const pb::FileDescriptorProto& file_;
  ProtoSource& out_;
  std::map<Path, ByteRange> ranges_;
};

class FirstError final : public pb::io::ErrorCollector {
 public:
  void AddError(int line, int, const std::string& message) override {
    if (text.empty()) text = fmt::format("line {}: {}", line + 1, message);
  }
  std::string text;
};

}  // namespace

bool ProtoReserved::has(std::string_view name) const { return std::ranges::find(names, name) != names.end(); }

bool ProtoReserved::has(int number) const {
  return std::ranges::any_of(numbers,
                             [&](const auto& range) { return range.first <= number && number <= range.second; });
}

ProtoSource readProtoSource(const std::string& path, std::string_view text) {
  ProtoSource out;
  out.path = path;
  pb::LogSilencer silent;  // the parser writes a warning where no syntax is named
  pb::FileDescriptorProto file;
  FirstError errors;
  bool parsed = false;
  try {
    pb::io::ArrayInputStream stream(text.data(), static_cast<int>(text.size()));
    pb::io::Tokenizer tokenizer(&stream, &errors);
    pb::compiler::Parser parser;
    parser.RecordErrorsTo(&errors);
    parsed = parser.Parse(&tokenizer, &file);
  } catch (const std::exception& error) {
    errors.text = error.what();
  }
  if (!parsed || !errors.text.empty()) {
    out.problem = rules::editionProblem(text);
    if (out.problem.empty()) out.problem = errors.text.empty() ? "not protobuf" : errors.text;
    return out;
  }
  SourceMaker(text, file, out).make();
  return out;
}

}  // namespace gander::rewriter
