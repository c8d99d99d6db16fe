#include "rewriter/definitions/proto_enums.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "rewriter/definitions/proto_places.h"
#include "rewriter/definitions/proto_types.h"
#include "rewriter/scan/spellings.h"

namespace gander::rewriter {
namespace {

using rules::Change;
using Values = std::vector<ProtoEnumValue>;

std::optional<int> numberIn(const rules::EnumType* type, const std::string& value) {
  if (type == nullptr) return std::nullopt;
  auto at = static_cast<size_t>(std::ranges::find(type->values, value) - type->values.begin());
  return at < type->numbers.size() ? std::optional(type->numbers[at]) : std::nullopt;
}

class EnumChanger {
 public:
  EnumChanger(const DefinitionParts& parts, DefinitionScribe& scribe, const Defined& defined, const EnumPlace& place,
              const std::string& name, const std::vector<const Change*>& changes)
      : scribe_(scribe),
        defined_(defined),
        type_(*place.type),
        proto3_(place.source->proto3),
        text_(parts.texts.find(place.source->path)->text),
        names_(changes) {
    const auto& dataset = parts.meaning.dataset(defined.dataset);
    old_ = dataset.old.findEnum(name);
    now_ = dataset.now.findEnum(name);
    if (now_ == nullptr) now_ = dataset.now.findEnum(lastPart(name));  // the message around it may have a new name
    for (const auto& value : type_.values) {
      seen_.see(names_, value.name);
      auto before = numberIn(old_, value.name);
      auto behind = numberIn(now_, value.name);
      if (names_.inBoth(value.name) && before && behind) seen_.see(value.number, *before, *behind);
    }
    scribe_.tellVersion(defined_.dataset, seen_);
  }

  void change(const Change& change) {
    if (change.from.empty()) return add(change);
    auto value = find(change.from);
    if (value == type_.values.end()) {
      if (change.to.empty() || find(change.to) != type_.values.end()) return;
      return list(type_.nameRange, change, fmt::format("it has no value {}", change.from), false);
    }
    if (names_.inBoth(change.from) && seen_.isNew()) return;
    change.to.empty() ? remove(change, *value) : rename(change, *value);
  }

  void finish() {
    if (added_.empty()) return;
    auto at = gapBehind(text_, type_.values.back().statement).at;
    scribe_.replace(defined_, {{at, at}, added_, addedBy_, "behind the last value; its number is the new schema's"});
  }

  const VersionSeen& seen() const { return seen_; }

 private:
  Values::const_iterator find(const std::string& name) const {
    return std::ranges::find(type_.values, name, &ProtoEnumValue::name);
  }

  ptrdiff_t countOf(int number) const { return std::ranges::count(type_.values, number, &ProtoEnumValue::number); }

  void list(ByteRange range, const Change& change, const std::string& reason, bool blocks) {
    scribe_.list(defined_, range, change.id, reason, blocks);
  }

  void replace(ByteRange range, std::string words, const Change& change, const ProtoEnumValue& value) {
    scribe_.replace(defined_, {.range = range,
                               .replacement = std::move(words),
                               .change = change.id,
                               .why = fmt::format("protobuf's parser reads it as {} = {} of enum {}", value.name,
                                                  value.number, type_.full),
                               .ambiguous = names_.inBoth(value.name)});
  }

  // Why no value can have this name now, or empty.
  std::string whyNoName(const std::string& name) const {
    if (!isProtoName(name)) return fmt::format("'{}' is no name of protobuf", name);
    if (type_.reserved.has(name)) return fmt::format("{} has reserved the name {}", type_.full, name);
    if (find(name) != type_.values.end() && !names_.old.contains(name)) return "the enum has that value already";
    return "";
  }

  void rename(const Change& change, const ProtoEnumValue& value) {
    if (auto why = whyNoName(change.to); !why.empty()) return list(value.nameRange, change, why, true);
    replace(value.nameRange, change.to, change, value);
  }

  void remove(const Change& change, const ProtoEnumValue& value) {
    if (type_.values.size() == 1 || (proto3_ && &value == &type_.values.front()))
      return list(value.nameRange, change, "an enum needs its first value: a person decides what takes its place",
                  false);
    const bool alias = countOf(value.number) > 1;
    const bool others = std::ranges::any_of(type_.values, [&](const ProtoEnumValue& other) {
      return countOf(other.number) > (other.number == value.number ? 2 : 1);
    });
    if (alias && !others)
      return list(value.nameRange, change, "no alias is left then, and allow_alias must go too: a person decides",
                  false);
    std::vector<std::string> reserved;
    if (!alias) reserved.push_back(fmt::format("reserved {};", value.number));
    if (!names_.now.contains(value.name)) reserved.push_back(fmt::format("reserved \"{}\";", value.name));
    replace(value.statement, fmt::format("{}", fmt::join(reserved, " ")), change, value);
  }

  void add(const Change& change) {
    if (find(change.to) != type_.values.end() || type_.values.empty()) return;
    auto say = [&](const std::string& reason) { list(type_.nameRange, change, reason, false); };
    auto number = numberIn(now_, change.to);
    if (!number) return say(fmt::format("{} is new: give 'schema.new', which says its number", change.to));
    if (auto why = whyNoName(change.to); !why.empty()) return say(why);
    if (countOf(*number) > 0 && !type_.aliases)
      return say(fmt::format("{} is new, and its number {} is taken", change.to, *number));
    if (type_.reserved.has(*number))
      return say(fmt::format("{} is new, and its number {} is reserved", change.to, *number));
    added_ += fmt::format("{}{} = {};", gapBehind(text_, type_.values.back().statement).between, change.to, *number);
    if (addedBy_.empty()) addedBy_ = change.id;
  }

  DefinitionScribe& scribe_;
  const Defined& defined_;
  const ProtoEnum& type_;
  const bool proto3_;
  const std::string& text_;
  const VersionNames names_;
  VersionSeen seen_;
  const rules::EnumType* old_ = nullptr;
  const rules::EnumType* now_ = nullptr;
  std::string added_;
  std::string addedBy_;
};

}  // namespace

std::string enumName(const rules::Dataset& dataset, const Change& change) {
  const auto* type = dataset.old.findEnum(change.field);
  return type == nullptr ? change.field : type->name;
}

VersionSeen changeEnum(const DefinitionParts& parts, DefinitionScribe& scribe, const Defined& defined,
                       const EnumPlace& place, const std::string& name, const std::vector<const Change*>& changes) {
  EnumChanger changer(parts, scribe, defined, place, name, changes);
  for (const auto* change : changes) changer.change(*change);
  changer.finish();
  return changer.seen();
}

}  // namespace gander::rewriter
