#include "rewriter/definitions/proto_definitions.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "rewriter/definitions/proto_enums.h"
#include "rewriter/definitions/proto_fields.h"
#include "rewriter/definitions/proto_unread.h"
#include "rewriter/scan/spellings.h"
#include "rewriter/treesitter/frontends.h"

namespace gander::rewriter {
namespace {

using rules::Change;
using rules::ChangeKind;
using rules::Reference;
using rules::ReferenceKind;

bool isBelow(std::string_view name, std::string_view above) {
  return name == above || (name.starts_with(above) && name.size() > above.size() && name[above.size()] == '.');
}

class ProtoSolver {
 public:
  ProtoSolver(const DefinitionParts& parts, Solution& solution) : parts_(parts), scribe_(parts, solution) {}

  void solve() {
    const auto& datasets = parts_.meaning.migration().datasets;
    for (size_t index = 0; index < datasets.size(); ++index)
      for (const auto& reference : datasets[index].references) {
        if (reference.binding != "protobuf") continue;
        if (reference.kind == ReferenceKind::kType) solveMessage(index, reference);
        if (reference.kind == ReferenceKind::kType || reference.kind == ReferenceKind::kPackage) {
          renameTypes(index, reference);
          tellUnread(parts_, scribe_, index, reference);
        }
        if (reference.kind == ReferenceKind::kPackage) renamePackages(index, reference);
      }
    keepOthers();
  }

 private:
  using Changes = std::vector<const Change*>;

  void solveMessage(size_t dataset, const Reference& reference) {
    std::map<std::string, Changes> byOwner;
    std::map<std::string, Changes> byEnum;
    for (const auto& change : parts_.meaning.dataset(dataset).changes) {
      if (change.kind == ChangeKind::kEnumValue) {
        byEnum[enumName(parts_.meaning.dataset(dataset), change)].push_back(&change);
        continue;
      }
      auto owner = parts_.protos.ownerOf(reference.old, change.field);
      if (!owner.empty()) byOwner[owner].push_back(&change);
    }
    for (const auto& [name, changes] : byEnum) solveEnum(dataset, reference, name, changes);
    renameMessage(dataset, reference);
    for (const auto& [owner, changes] : byOwner) {
      const bool moved = reference.old != reference.now && isBelow(owner, reference.old);
      for (const auto& place : parts_.protos.messages(owner)) {
        if (scribe_.isLeftAlone(place.source->path)) continue;
        Defined defined{dataset, {place.source->path, place.message->nameRange}, "message " + owner};
        changeFields(parts_, scribe_, defined, place, changes, moved);
        tellGenerated(defined);
      }
      listTexts(dataset, owner, changes);
    }
  }

  void solveEnum(size_t dataset, const Reference& reference, const std::string& name, const Changes& changes) {
    for (const auto& full : parts_.protos.enumsBeside(reference.old, name)) {
      VersionSeen seen;
      for (const auto& place : parts_.protos.enums(full)) {
        if (scribe_.isLeftAlone(place.source->path)) continue;
        Defined defined{dataset, {place.source->path, place.type->nameRange}, "enum " + full};
        auto here = changeEnum(parts_, scribe_, defined, place, name, changes);
        seen = {seen.old || here.old, seen.now || here.now};
        tellGenerated(defined);
      }
      const VersionNames names(changes);
      for (const auto* change : changes) {
        const bool both = names.inBoth(change->from);
        if (!change->from.empty() && !change->to.empty() && !(both && seen.isNew()))
          renameDefaults(dataset, full, *change, both);
      }
    }
  }

  // [default = KIND_SONG], in any file of the tree.
  void renameDefaults(size_t dataset, const std::string& type, const Change& change, bool ambiguous) {
    for (const auto& source : parts_.protos.sources()) {
      if (scribe_.isLeftAlone(source.path)) continue;
      for (const auto& message : source.messages)
        for (const auto& field : message.fields) {
          if (!field.named || field.defaultText != change.from || parts_.protos.resolve(*field.named) != type) continue;
          const auto& text = parts_.texts.find(source.path)->text;
          auto words = identifiersOf(text, field.defaultRange, change.from);
          if (!words) continue;
          Defined defined{dataset, {source.path, field.nameRange}, "a default of enum " + type};
          scribe_.replaceUse(defined, {.range = *words,
                                       .replacement = change.to,
                                       .change = change.id,
                                       .why = "the default of a field of that type",
                                       .ambiguous = ambiguous});
        }
    }
  }

  static std::optional<ByteRange> identifiersOf(std::string_view text, ByteRange range, std::string_view name) {
    size_t at = text.substr(0, range.end).rfind(name);
    if (at == std::string_view::npos || at < range.begin) return std::nullopt;
    return ByteRange{static_cast<uint32_t>(at), static_cast<uint32_t>(at + name.size())};
  }

  void renameMessage(size_t dataset, const Reference& reference) {
    if (reference.old == reference.now) return;
    for (const auto& place : parts_.protos.messages(reference.old)) {
      const auto& path = place.source->path;
      if (scribe_.isLeftAlone(path)) continue;
      Defined defined{dataset, {path, place.message->nameRange}, "message " + reference.old};
      auto id = referenceId(parts_.meaning.dataset(dataset), reference);
      if (!packageFollows(reference, place.source->package)) {
        scribe_.list(
            defined, place.message->nameRange, id,
            fmt::format("it becomes {}, and no package reference moves the package of this file", reference.now),
            editsDefinition(parts_.meaning.migration(), dataset, path));
        continue;
      }
      if (lastPart(reference.old) != lastPart(reference.now))
        scribe_.replace(defined, {place.message->nameRange, lastPart(reference.now), id,
                                  "protobuf's parser reads it as the message's name"});
    }
  }

  // Whether what stands around the message's name moves as the reference says.
  bool packageFollows(const Reference& type, const std::string& package) const {
    auto around = [](const std::string& name) {
      size_t dot = name.rfind('.');
      return dot == std::string::npos ? std::string() : name.substr(0, dot);
    };
    return around(type.old) == around(type.now) || newPackage(package) != package;
  }

  std::string newPackage(const std::string& package) const {
    for (const auto& dataset : parts_.meaning.migration().datasets)
      for (const auto& reference : dataset.references)
        if (reference.kind == ReferenceKind::kPackage && isBelow(package, reference.old))
          return reference.now + package.substr(reference.old.size());
    return package;
  }

  void renamePackages(size_t dataset, const Reference& reference) {
    if (reference.old == reference.now) return;
    for (const auto& source : parts_.protos.sources()) {
      if (scribe_.isLeftAlone(source.path) || !isBelow(source.package, reference.old)) continue;
      Defined defined{dataset, {source.path, source.packageParts.front()}, "package " + source.package};
      renameParts(dataset, reference, defined, source.packageParts, 0, true);
    }
  }

  void renameTypes(size_t dataset, const Reference& reference) {
    if (reference.old == reference.now) return;
    for (const auto& source : parts_.protos.sources()) {
      if (scribe_.isLeftAlone(source.path)) continue;
      for (const auto& name : source.types) {
        auto full = parts_.protos.resolve(name);
        if (!isBelow(full, reference.old)) continue;
        Defined defined{dataset, {source.path, name.parts.front()}, fmt::format("the type {}", full)};
        auto unwritten = split(full, '.').size() - name.parts.size();
        renameParts(dataset, reference, defined, name.parts, unwritten, false);
        if (unwritten > 0 && !stillMeant(reference, source, unwritten))
          scribe_.list(defined, name.parts.front(), referenceId(parts_.meaning.dataset(dataset), reference),
                       "named without its package, and the package changes: a package reference moves it", true);
      }
    }
  }

  // Of a name that is written without its first parts: whether they stay, or the file moves along with them.
  bool stillMeant(const Reference& reference, const ProtoSource& source, size_t unwritten) const {
    auto old = split(reference.old, '.');
    auto now = split(reference.now, '.');
    size_t count = std::min({unwritten, old.size(), now.size()});
    return std::equal(old.begin(), old.begin() + static_cast<long>(count), now.begin()) ||
           newPackage(source.package) != source.package || count == old.size();
  }

  // Parts from `unwritten` on stand in the file.
  void renameParts(size_t dataset, const Reference& reference, const Defined& defined,
                   const std::vector<ByteRange>& written, size_t unwritten, bool definition) {
    auto old = split(reference.old, '.');
    auto now = split(reference.now, '.');
    auto id = referenceId(parts_.meaning.dataset(dataset), reference);
    if (old.size() != now.size())
      return scribe_.list(defined, written.front(), id, "the new name has another number of parts", true);
    for (size_t part = unwritten; part < old.size() && part - unwritten < written.size(); ++part) {
      if (old[part] == now[part]) continue;
      DefinitionScribe::Words words{written[part - unwritten], now[part], id,
                                    fmt::format("it resolves to {}", reference.old)};
      if (definition)
        scribe_.replace(defined, words);
      else
        scribe_.replaceUse(defined, words);
    }
  }

  // Texts of options in the message, and in the methods that take or give it, may name a field: "/v1/{user_name}".
  void listTexts(size_t dataset, const std::string& message, const Changes& changes) {
    std::map<std::string, std::vector<ByteRange>> statements;  // by file
    for (const auto& place : parts_.protos.messages(message))
      statements[place.source->path].push_back(place.message->statement);
    for (const auto& place : parts_.protos.methods(message)) statements[place.source->path].push_back(place.statement);
    for (const auto& [path, ranges] : statements) {
      if (scribe_.isLeftAlone(path)) continue;
      const auto& text = parts_.texts.find(path)->text;
      for (const auto& zone : zones("proto", text)) {
        auto holds = [&](ByteRange statement) { return statement.contains(zone.range); };
        if (zone.kind != ZoneKind::kString || std::ranges::none_of(ranges, holds)) continue;
        Defined defined{dataset, {path, zone.range}, "message " + message};
        for (const auto* change : changes)
          if (change->kind == ChangeKind::kRename || change->kind == ChangeKind::kRemove)
            listTextsIn(defined, text, lastPart(change->field), change->id);
      }
    }
  }

  void listTextsIn(const Defined& defined, const std::string& text, const std::string& name,
                   const std::string& change) {
    auto range = defined.name.range;
    for (size_t at = text.find(name, range.begin); at < range.end; at = text.find(name, at + 1))
      if (isOccurrence(text, at, at + name.size()))
        scribe_.list(defined, {static_cast<uint32_t>(at), static_cast<uint32_t>(at + name.size())}, change,
                     "a text of an option, which may name the field", false);
  }

  // Code that protoc made and that lies in the tree is not edited: who builds makes it anew, or nobody does.
  void tellGenerated(const Defined& defined) {
    const auto& path = defined.name.file;
    if (!editsDefinition(parts_.meaning.migration(), defined.dataset, path) || !told_.insert(path).second) return;
    auto stem = nameOf(path);
    stem.resize(stem.size() - std::string_view(".proto").size());
    for (const auto& [ending, flag] : {std::pair{".pb.h", "--cpp_out"}, std::pair{"_pb2.py", "--python_out"}})
      for (const auto& [file, source] : parts_.texts.all()) {
        if (source.nature != FileNature::kGenerated || nameOf(file) != stem + ending || !isMadeFrom(path, source.text))
          continue;
        const auto folder = file.contains('/') ? file.substr(0, file.rfind('/')) : ".";
        scribe_.hazard(
            "generated-code", {file, {0, 0}},
            fmt::format("made from {}, which changes, and never edited; if the build does not make it anew: "
                        "protoc {}={} -I {} {}",
                        path, flag, folder, path.contains('/') ? path.substr(0, path.rfind('/')) : ".", path));
      }
  }

  static std::string nameOf(const std::string& path) { return path.substr(path.rfind('/') + 1); }

  // protoc says what it reads: "// source: warehouse/v1/plays.proto". Where that is lost, no other file may have the name.
  bool isMadeFrom(const std::string& path, std::string_view generated) const {
    constexpr std::string_view kSource = " source: ";
    constexpr size_t kHead = 1000;  // bytes
    auto head = generated.substr(0, kHead);
    if (size_t at = head.find(kSource); at != std::string_view::npos) {
      auto said = head.substr(at + kSource.size());
      said = said.substr(0, said.find_first_of("\r\n"));
      return path == said || path.ends_with("/" + std::string(said));
    }
    return std::ranges::count_if(parts_.protos.sources(),
                                 [&](const ProtoSource& source) { return nameOf(source.path) == nameOf(path); }) == 1;
  }

  // What has one of the names, and is another message's or enum's.
  void keepOthers() {
    const auto ours = ourMessages();
    for (const auto& source : parts_.protos.sources()) {
      if (scribe_.isLeftAlone(source.path)) continue;
      for (const auto& message : source.messages) {
        if (ours.contains(message.full)) continue;
        for (const auto& field : message.fields)
          if (parts_.meaning.knowsField(field.name))
            scribe_.keep({source.path, field.nameRange}, fmt::format("a field of message {}", message.full));
      }
    }
  }

  std::set<std::string> ourMessages() const {
    std::set<std::string> ours;
    for (const auto& dataset : parts_.meaning.migration().datasets)
      for (const auto& reference : dataset.references) {
        if (reference.kind != ReferenceKind::kType) continue;
        ours.insert({reference.old, reference.now});
        for (const auto& change : dataset.changes) ours.insert(parts_.protos.ownerOf(reference.old, change.field));
      }
    return ours;
  }

  const DefinitionParts& parts_;
  DefinitionScribe scribe_;
  std::set<std::string> told_;
};

}  // namespace

void solveProtoDefinitions(const DefinitionParts& parts, Solution& solution) { ProtoSolver(parts, solution).solve(); }

}  // namespace gander::rewriter
