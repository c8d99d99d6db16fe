#include "rewriter/definitions/proto_fields.h"

#include <fmt/format.h>

#include <algorithm>

#include "rewriter/definitions/proto_places.h"
#include "rewriter/definitions/proto_types.h"
#include "rewriter/definitions/version_names.h"
#include "rewriter/scan/spellings.h"
#include "rewriter/text/proto_text.h"

namespace gander::rewriter {
namespace {

using rules::Change;
using rules::ChangeKind;

class FieldChanger {
 public:
  FieldChanger(const DefinitionParts& parts, DefinitionScribe& scribe, const Defined& defined,
               const MessagePlace& place, const std::vector<const Change*>& changes)
      : parts_(parts),
        scribe_(scribe),
        defined_(defined),
        place_(place),
        message_(*place.message),
        proto3_(place.source->proto3),
        dataset_(parts.meaning.dataset(defined.dataset)),
        text_(parts.texts.find(place.source->path)->text),
        names_(changes) {}

  // What tells the version of this message: names that only one has, and numbers of those that both have.
  void see(const std::vector<const Change*>& changes, bool movedType) {
    seen_.old |= movedType;
    for (const auto& field : message_.fields) seen_.see(names_, field.name);
    for (const auto* change : changes) {
      const auto* field = find(lastPart(change->field));
      const auto* old = dataset_.old.findField(change->field);
      const auto* now = dataset_.now.findField(change->field);
      bool numbered = field != nullptr && old != nullptr && now != nullptr && old->number != 0 && now->number != 0;
      if (numbered) seen_.see(field->number, old->number, now->number);
    }
    scribe_.tellVersion(defined_.dataset, seen_);
  }

  void change(const Change& change) {
    const auto* field = find(lastPart(change.field));
    if (change.kind == ChangeKind::kAdd) return add(change);
    if (field == nullptr || (names_.inBoth(field->name) && seen_.isNew())) return;
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
    auto at = gapBehind(text_, lastEntry()).at;
    scribe_.replace(defined_, {{at, at}, added_, addedBy_, "behind the last field; its number is the new schema's"});
  }

 private:
  const ProtoField* find(std::string_view name) const {
    auto found = std::ranges::find(message_.fields, name, &ProtoField::name);
    return found == message_.fields.end() ? nullptr : &*found;
  }

  // The last field, or the oneof that it stands in.
  ByteRange lastEntry() const { return std::ranges::max_element(message_.fields, {}, entryEnd)->entry; }
  static uint32_t entryEnd(const ProtoField& field) { return field.entry.end; }

  std::string why(const ProtoField& field) const {
    return fmt::format("protobuf's parser reads it as field {} = {} of {}", field.name, field.number, message_.full);
  }

  bool edits() const { return editsDefinition(parts_.meaning.migration(), defined_.dataset, defined_.name.file); }

  void replace(const Change& change, const ProtoField& field, ByteRange range, std::string words) {
    scribe_.replace(defined_, {.range = range,
                               .replacement = std::move(words),
                               .change = change.id,
                               .why = why(field),
                               .ambiguous = names_.inBoth(field.name)});
  }

  void rename(const Change& change, const ProtoField& field) {
    auto say = [&](const std::string& reason) { scribe_.list(defined_, field.nameRange, change.id, reason, true); };
    if (!isProtoName(change.to)) return say(fmt::format("'{}' is no name of protobuf", change.to));
    if (find(change.to) != nullptr && !names_.old.contains(change.to))
      return say(fmt::format("{} has a field {} already", message_.full, change.to));
    if (message_.reserved.has(change.to))
      return say(fmt::format("{} has reserved the name {}", message_.full, change.to));
    replace(change, field, field.nameRange, change.to);
    auto before = protoJsonName(field.name);
    auto after = protoJsonName(change.to);
    if (!edits() || field.namesJson || before == after) return;
    scribe_.hazard("wire-text", {defined_.name.file, field.nameRange},
                   fmt::format("the JSON name of {} changes from {} to {}; [json_name = \"{}\"] keeps the old one",
                               field.name, before, after, before));
  }

  void retype(const Change& change, const ProtoField& field) {
    if (field.typeText == change.to) return;
    auto say = [&](const std::string& reason) { scribe_.list(defined_, field.type, change.id, reason, true); };
    if (!change.from.empty() && !isSameType(field.typeText, change.from))
      return say(fmt::format("it is {} here, and not {}", field.typeText, change.from));
    if (auto why = whyNoType(parts_.protos, place_, change.to); !why.empty()) return say(why);
    replace(change, field, field.type, change.to);
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
    auto words = fmt::format("reserved {};", field.number);
    if (!names_.now.contains(field.name))
      words += fmt::format("{}reserved \"{}\";", lineBreakBefore(text_, field.statement), field.name);
    replace(change, field, field.statement, words);
  }

  void setPresence(const Change& change, const ProtoField& field) {
    bool nullable = change.to == "nullable";
    auto say = [&](const std::string& reason) { scribe_.list(defined_, field.nameRange, change.id, reason, false); };
    if (field.repeated) return say("a repeated field has no presence");
    auto label = std::string_view(text_).substr(field.label.begin, field.label.size());
    if (!proto3_) {
      if (nullable && label == "required") return replace(change, field, field.label, "optional");
      return nullable ? void() : say("'required' can't be taken back: a person decides");
    }
    if (nullable == (label == "optional") || !field.oneof.empty()) return;
    if (nullable) return replace(change, field, {field.type.begin, field.type.begin}, "optional ");
    replace(change, field, {field.label.begin, field.type.begin}, "");
  }

  void add(const Change& change) {
    auto name = lastPart(change.field);
    const auto* now = dataset_.now.findField(change.field);
    const auto* there = find(name);
    bool goes = there != nullptr && names_.old.contains(name) && now != nullptr && there->number != now->number;
    if (there != nullptr && !goes) return;
    if (auto why = whyNotAdded(name, now); !why.empty())
      return scribe_.list(defined_, message_.nameRange, change.id, fmt::format("{} is new{}", name, why), false);
    added_ += fmt::format("{}{}{} {} = {};", gapBehind(text_, lastEntry()).between, now->repeated ? "repeated " : "",
                          typeOf(*now), name, now->number);
    if (addedBy_.empty()) addedBy_ = change.id;
  }

  std::string whyNotAdded(const std::string& name, const rules::Field* now) const {
    if (now == nullptr || now->number == 0 || now->type.empty())
      return ": give 'schema.new', which says its type and number";
    if (!now->oneof.empty()) return fmt::format(", in the oneof {}: a person adds it", now->oneof);
    if (message_.fields.empty()) return ", in a message without fields";
    if (std::ranges::find(message_.fields, now->number, &ProtoField::number) != message_.fields.end())
      return fmt::format(", and its number {} is taken", now->number);
    if (message_.reserved.has(now->number)) return fmt::format(", and its number {} is reserved", now->number);
    if (message_.reserved.has(name)) return ", and its name is reserved";
    auto why = whyNoType(parts_.protos, place_, now->type);
    return why.empty() ? "" : ": " + why;
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
  const MessagePlace& place_;
  const ProtoMessage& message_;
  const bool proto3_;
  const rules::Dataset& dataset_;
  const std::string& text_;
  const VersionNames names_;
  VersionSeen seen_;
  std::string added_;
  std::string addedBy_;
};

}  // namespace

void changeFields(const DefinitionParts& parts, DefinitionScribe& scribe, const Defined& defined,
                  const MessagePlace& place, const std::vector<const Change*>& changes, bool movedType) {
  FieldChanger changer(parts, scribe, defined, place, changes);
  changer.see(changes, movedType);
  for (const auto* change : changes) changer.change(*change);
  changer.finish();
}

}  // namespace gander::rewriter
