#include "rewriter/definitions/proto_fields.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "rewriter/scan/spellings.h"

namespace gander::rewriter {
namespace {

using rules::Change;
using rules::ChangeKind;

// user_name -> userName, as protobuf makes a JSON name.
std::string jsonName(std::string_view name) {
  std::string out;
  bool upper = false;
  for (char c : name) {
    if (c == '_') {
      upper = true;
    } else {
      out += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
      upper = false;
    }
  }
  return out;
}

bool isWord(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, isWordByte) && !(text.front() >= '0' && text.front() <= '9');
}

class FieldChanger {
 public:
  FieldChanger(const DefinitionParts& parts, DefinitionScribe& scribe, const Defined& defined,
               const MessagePlace& place)
      : parts_(parts),
        scribe_(scribe),
        defined_(defined),
        message_(*place.message),
        proto3_(place.source->proto3),
        dataset_(parts.meaning.dataset(defined.dataset)),
        text_(parts.texts.find(place.source->path)->text) {}

  void change(const Change& change) {
    const auto* field = find(lastPart(change.field));
    if (change.kind == ChangeKind::kAdd) return add(change);
    if (field == nullptr || isNewVersion(change, *field)) return;
    switch (change.kind) {
      case ChangeKind::kRename: return rename(change, *field);
      case ChangeKind::kRetype: return retype(change, *field);
      case ChangeKind::kRemove: return remove(change, *field);
      case ChangeKind::kNullability: return setPresence(change, *field);
      default: break;
    }
    scribe_.list(defined_, field->nameRange, change.id, meaningOf(defined_.dataset, change).reason,
                 change.kind == ChangeKind::kMove);
  }

  void finish() {
    if (added_.empty()) return;
    auto end = message_.fields.back().statement.end;
    scribe_.replace(defined_, {{end, end}, added_, addedBy_, "behind the last field; its number is the new schema's"});
  }

 private:
  const ProtoField* find(std::string_view name) const {
    auto found = std::ranges::find(message_.fields, name, &ProtoField::name);
    return found == message_.fields.end() ? nullptr : &*found;
  }

  // The same name may be in both versions (a swap): then the number tells.
  bool isNewVersion(const Change& change, const ProtoField& field) const {
    const auto* old = dataset_.old.findField(change.field);
    const auto* now = dataset_.now.findField(change.field);
    return now != nullptr && old != nullptr && now->number != 0 && now->number != old->number &&
           now->number == field.number;
  }

  std::string why(const ProtoField& field) const {
    return fmt::format("protobuf's parser reads it as field {} = {} of {}", field.name, field.number, message_.full);
  }

  bool edits() const { return editsDefinition(parts_.meaning.migration(), defined_.dataset, defined_.name.file); }

  void rename(const Change& change, const ProtoField& field) {
    if (find(change.to) != nullptr && dataset_.old.findField(siblingOf(change)) == nullptr)
      return scribe_.list(defined_, field.nameRange, change.id,
                          fmt::format("{} has a field {} already", message_.full, change.to), true);
    scribe_.replace(defined_, {field.nameRange, change.to, change.id, why(field)});
    auto before = jsonName(field.name);
    auto after = jsonName(change.to);
    if (!edits() || field.namesJson || before == after) return;
    scribe_.hazard("wire-text", {defined_.name.file, field.nameRange},
                   fmt::format("the JSON name of {} changes from {} to {}; [json_name = \"{}\"] keeps the old one",
                               field.name, before, after, before));
  }

  static std::string siblingOf(const Change& change) {
    size_t dot = change.field.rfind('.');
    return (dot == std::string::npos ? "" : change.field.substr(0, dot + 1)) + change.to;
  }

  void retype(const Change& change, const ProtoField& field) {
    if (!std::ranges::all_of(change.to, [](char c) { return isWordByte(c) || std::string_view(".<>, ").contains(c); }))
      return scribe_.list(defined_, field.type, change.id, fmt::format("{} is no type of protobuf", change.to), true);
    if (field.typeText == change.to) return;
    scribe_.replace(defined_, {field.type, change.to, change.id, why(field)});
    if (edits() && field.defaultRange.size() > 0)
      scribe_.list(defined_, field.defaultRange, change.id, "the default is of the old type", false);
  }

  void remove(const Change& change, const ProtoField& field) {
    auto sameOneof = [&](const ProtoField& other) { return other.oneof == field.oneof; };
    if (!field.oneof.empty())
      return scribe_.list(defined_, field.nameRange, change.id,
                          std::ranges::count_if(message_.fields, sameOneof) == 1
                              ? "the only field of its oneof goes"
                              : "a field of a oneof goes: its number and name are reserved outside of the oneof",
                          true);
    auto words =
        fmt::format("reserved {};{}reserved \"{}\";", field.number, lineBreakBefore(field.statement), field.name);
    scribe_.replace(defined_, {field.statement, words, change.id, why(field)});
  }

  // The line break and blanks that a statement on a line of its own begins with.
  std::string lineBreakBefore(ByteRange statement) const {
    size_t line = text_.rfind('\n', statement.begin);
    if (line == std::string::npos) return " ";
    auto blanks = std::string_view(text_).substr(line + 1, statement.begin - line - 1);
    if (blanks.find_first_not_of(" \t") != std::string_view::npos) return " ";
    bool carriage = line > 0 && text_[line - 1] == '\r';
    return fmt::format("{}{}", carriage ? "\r\n" : "\n", blanks);
  }

  void setPresence(const Change& change, const ProtoField& field) {
    bool nullable = change.to == "nullable";
    auto say = [&](const std::string& reason) { scribe_.list(defined_, field.nameRange, change.id, reason, false); };
    if (field.repeated) return say("a repeated field has no presence");
    auto label = std::string_view(text_).substr(field.label.begin, field.label.size());
    if (!proto3_) {
      if (nullable && label == "required")
        return scribe_.replace(defined_, {field.label, "optional", change.id, why(field)});
      return nullable ? void() : say("'required' can't be taken back: a person decides");
    }
    if (nullable == (label == "optional") || !field.oneof.empty()) return;
    if (nullable)
      return scribe_.replace(defined_, {{field.type.begin, field.type.begin}, "optional ", change.id, why(field)});
    scribe_.replace(defined_, {{field.label.begin, field.type.begin}, "", change.id, why(field)});
  }

  void add(const Change& change) {
    auto name = lastPart(change.field);
    if (find(name) != nullptr) return;
    const auto* now = dataset_.now.findField(change.field);
    auto say = [&](const std::string& reason) { scribe_.list(defined_, message_.nameRange, change.id, reason, false); };
    if (now == nullptr || now->number == 0 || now->type.empty())
      return say(fmt::format("{} is new: give 'schema.new', which says its type and number", name));
    if (!now->oneof.empty()) return say(fmt::format("{} is new, in the oneof {}: a person adds it", name, now->oneof));
    if (message_.fields.empty()) return say(fmt::format("{} is new, in a message without fields", name));
    if (std::ranges::find(message_.fields, now->number, &ProtoField::number) != message_.fields.end())
      return say(fmt::format("{} is new, and its number {} is taken", name, now->number));
    auto label = now->repeated ? "repeated " : "";
    added_ += fmt::format("{}{}{} {} = {};", lineBreakBefore(message_.fields.back().statement), label, typeOf(*now),
                          name, now->number);
    if (addedBy_.empty()) addedBy_ = change.id;
  }

  // A scalar in proto3 may be told whether it was set only with a label; and proto2 wants one.
  std::string typeOf(const rules::Field& field) const {
    bool scalar = !field.type.contains('.') && !field.type.starts_with("map<");
    bool label = !field.repeated && !field.type.starts_with("map<") && (!proto3_ || (field.nullable && scalar));
    return (label ? "optional " : "") + field.type;
  }

  const DefinitionParts& parts_;
  DefinitionScribe& scribe_;
  const Defined& defined_;
  const ProtoMessage& message_;
  const bool proto3_;
  const rules::Dataset& dataset_;
  const std::string& text_;
  std::string added_;
  std::string addedBy_;
};

}  // namespace

void changeFields(const DefinitionParts& parts, DefinitionScribe& scribe, const Defined& defined,
                  const MessagePlace& place, const std::vector<const Change*>& changes) {
  FieldChanger changer(parts, scribe, defined, place);
  for (const auto* change : changes) changer.change(*change);
  changer.finish();
}

void changeEnum(const DefinitionParts& parts, DefinitionScribe& scribe, const Defined& defined,
                const ProtoSource& source, const ProtoEnum& type, const Change& change) {
  auto find = [&](const std::string& name) { return std::ranges::find(type.values, name, &ProtoEnumValue::name); };
  auto old = find(change.from);
  auto say = [&](ByteRange range, const std::string& reason) { scribe.list(defined, range, change.id, reason, false); };
  if (change.from.empty()) {
    if (find(change.to) != type.values.end()) return;
    const auto& enums = parts.meaning.dataset(defined.dataset).now.enums;
    for (const auto& now : enums)
      for (size_t i = 0; i < now.values.size() && i < now.numbers.size() && now.name == change.field; ++i)
        if (now.values[i] == change.to && !type.values.empty())
          return scribe.replace(defined, {{type.values.back().statement.end, type.values.back().statement.end},
                                          fmt::format("\n  {} = {};", change.to, now.numbers[i]),
                                          change.id,
                                          "behind the last value; its number is the new schema's"});
    return say(type.nameRange, fmt::format("{} is new: give 'schema.new', which says its number", change.to));
  }
  if (old == type.values.end()) return;
  auto why = fmt::format("protobuf's parser reads it as {} = {} of enum {}", old->name, old->number, type.full);
  if (!change.to.empty() && isWord(change.to)) {
    if (find(change.to) != type.values.end()) return say(old->nameRange, "the enum has that value already");
    return scribe.replace(defined, {old->nameRange, change.to, change.id, why});
  }
  if (type.values.size() == 1 || (source.proto3 && old == type.values.begin()))
    return say(old->nameRange, "an enum needs its first value: a person decides what takes its place");
  scribe.replace(
      defined, {old->statement, fmt::format("reserved {}; reserved \"{}\";", old->number, old->name), change.id, why});
}

}  // namespace gander::rewriter
