#include "rewriter/definitions/proto_definitions.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "rewriter/definitions/proto_fields.h"
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
        if (reference.kind == ReferenceKind::kType || reference.kind == ReferenceKind::kPackage)
          renameTypes(index, reference);
        if (reference.kind == ReferenceKind::kPackage) renamePackages(index, reference);
      }
    keepOthers();
  }

 private:
  void solveMessage(size_t dataset, const Reference& reference) {
    std::map<std::string, std::vector<const Change*>> byOwner;
    for (const auto& change : parts_.meaning.dataset(dataset).changes) {
      if (change.kind == ChangeKind::kEnumValue) {
        solveEnum(dataset, reference, change);
        continue;
      }
      auto owner = parts_.protos.ownerOf(reference.old, change.field);
      if (!owner.empty()) byOwner[owner].push_back(&change);
    }
    renameMessage(dataset, reference);
    for (const auto& [owner, changes] : byOwner)
      for (const auto& place : parts_.protos.messages(owner)) {
        if (scribe_.isLeftAlone(place.source->path)) continue;
        Defined defined{dataset, {place.source->path, place.message->nameRange}, "message " + owner};
        changeFields(parts_, scribe_, defined, place, changes);
        for (const auto* change : changes) listTexts(defined, place, *change);
        tellGenerated(defined);
      }
  }

  // An enum's name is told relative to the package of the file that defines the message.
  void solveEnum(size_t dataset, const Reference& reference, const Change& change) {
    for (const auto& place : parts_.protos.messages(reference.old)) {
      const auto& source = *place.source;
      if (scribe_.isLeftAlone(source.path)) continue;
      auto full = source.package.empty() ? change.field : source.package + "." + change.field;
      for (const auto& type : source.enums) {
        if (type.full != full) continue;
        Defined defined{dataset, {source.path, type.nameRange}, "enum " + full};
        changeEnum(parts_, scribe_, defined, source, type, change);
        tellGenerated(defined);
      }
      if (!change.from.empty() && !change.to.empty()) renameDefaults(dataset, source, full, change);
    }
  }

  // [default = KIND_SONG], in any file of the tree.
  void renameDefaults(size_t dataset, const ProtoSource& by, const std::string& type, const Change& change) {
    for (const auto& source : parts_.protos.sources()) {
      if (scribe_.isLeftAlone(source.path)) continue;
      for (const auto& message : source.messages)
        for (const auto& field : message.fields) {
          if (!field.named || field.defaultText != change.from || parts_.protos.resolve(*field.named) != type) continue;
          const auto& text = parts_.texts.find(source.path)->text;
          auto words = identifiersOf(text, field.defaultRange, change.from);
          if (!words) continue;
          Defined defined{dataset, {source.path, field.nameRange}, "a default of enum " + type + ", of " + by.path};
          scribe_.replaceUse(defined, {*words, change.to, change.id, "the default of a field of that type"});
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
  void listTexts(const Defined& defined, const MessagePlace& place, const Change& change) {
    if (change.kind != ChangeKind::kRename && change.kind != ChangeKind::kRemove) return;
    auto name = lastPart(change.field);
    for (const auto& source : parts_.protos.sources()) {
      if (scribe_.isLeftAlone(source.path)) continue;
      std::vector<ByteRange> statements;
      if (source.path == place.source->path) statements.push_back(place.message->statement);
      for (const auto& method : source.methods)
        if (std::ranges::any_of(method.types, [&](const ProtoName& type) {
              return parts_.protos.resolve(type) == place.message->full;
            }))
          statements.push_back(method.statement);
      const auto& text = parts_.texts.find(source.path)->text;
      for (const auto& zone : zones("proto", text)) {
        bool inside = zone.kind == ZoneKind::kString && std::ranges::any_of(statements, [&](ByteRange statement) {
                        return statement.contains(zone.range);
                      });
        if (inside) listTextsIn({defined.dataset, {source.path, zone.range}, defined.what}, text, name, change.id);
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
    auto stem = path.substr(path.rfind('/') + 1);
    stem.resize(stem.size() - std::string_view(".proto").size());
    for (const auto& [file, source] : parts_.texts.all()) {
      if (source.nature != FileNature::kGenerated) continue;
      auto name = file.substr(file.rfind('/') + 1);
      auto folder = file.size() == name.size() ? std::string(".") : file.substr(0, file.size() - name.size() - 1);
      std::string flag;
      if (name == stem + ".pb.h") flag = "--cpp_out";
      if (name == stem + "_pb2.py") flag = "--python_out";
      if (flag.empty()) continue;
      scribe_.hazard("generated-code", {file, {0, 0}},
                     fmt::format("made from {}, which changes, and never edited; if the build does not make it anew: "
                                 "protoc {}={} -I {} {}",
                                 path, flag, folder, path.contains('/') ? path.substr(0, path.rfind('/')) : ".", path));
    }
  }

  // What has one of the names, and is another message's or enum's.
  void keepOthers() {
    for (const auto& source : parts_.protos.sources()) {
      if (scribe_.isLeftAlone(source.path)) continue;
      for (const auto& message : source.messages)
        for (const auto& field : message.fields)
          if (!isOurs(message.full) && parts_.meaning.knowsField(field.name))
            scribe_.keep({source.path, field.nameRange}, fmt::format("a field of message {}", message.full));
    }
  }

  bool isOurs(const std::string& message) const {
    for (const auto& dataset : parts_.meaning.migration().datasets)
      for (const auto& reference : dataset.references) {
        if (reference.kind != ReferenceKind::kType) continue;
        if (message == reference.old || message == reference.now) return true;
        for (const auto& change : dataset.changes)
          if (message == parts_.protos.ownerOf(reference.old, change.field)) return true;
      }
    return false;
  }

  const DefinitionParts& parts_;
  DefinitionScribe scribe_;
  std::set<std::string> told_;
};

}  // namespace

void solveProtoDefinitions(const DefinitionParts& parts, Solution& solution) { ProtoSolver(parts, solution).solve(); }

}  // namespace gander::rewriter
