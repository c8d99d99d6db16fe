#include "rewriter/definitions/proto_tree.h"

#include <algorithm>

#include "base/text.h"

namespace gander::rewriter {

static bool namesProtobuf(const rules::Migration& migration) {
  auto isOfProtobuf = [](const rules::Reference& reference) { return reference.binding == "protobuf"; };
  return std::ranges::any_of(migration.datasets, [&](const rules::Dataset& dataset) {
    return std::ranges::any_of(dataset.references, isOfProtobuf);
  });
}

ProtoTree::ProtoTree(const Texts& texts, const rules::Migration& migration) {
  if (!namesProtobuf(migration)) return;
  for (const auto& [path, source] : texts.all())
    if (path.ends_with(".proto")) sources_.push_back(readProtoSource(path, source.text));
  for (const auto& source : sources_) {
    auto package = source.package;
    while (!package.empty()) {
      names_.insert(package);
      size_t dot = package.rfind('.');
      package = dot == std::string::npos ? "" : package.substr(0, dot);
    }
    for (const auto& one : source.enums) {
      names_.insert(one.full);
      enums_.emplace(one.full, EnumPlace{&source, &one});
    }
    for (const auto& message : source.messages) {
      names_.insert(message.full);
      messages_.emplace(message.full, MessagePlace{&source, &message});
    }
  }
  for (const auto& source : sources_)
    for (const auto& method : source.methods) {
      std::set<std::string> types;
      for (const auto& type : method.types) types.insert(resolve(type));
      for (const auto& type : types) methods_.emplace(type, MethodPlace{&source, method.statement});
    }
}

template <typename Place>
static std::vector<Place> placesOf(const std::multimap<std::string, Place>& places, const std::string& full) {
  std::vector<Place> found;
  auto [begin, end] = places.equal_range(full);
  for (auto at = begin; at != end; ++at) found.push_back(at->second);
  return found;
}

std::vector<MessagePlace> ProtoTree::messages(const std::string& full) const { return placesOf(messages_, full); }

std::vector<EnumPlace> ProtoTree::enums(const std::string& full) const { return placesOf(enums_, full); }

std::set<std::string> ProtoTree::enumsBeside(const std::string& message, const std::string& name) const {
  std::set<std::string> found;
  for (const auto& place : messages(message))
    found.insert(place.source->package.empty() ? name : place.source->package + "." + name);
  return found;
}

std::vector<MethodPlace> ProtoTree::methods(const std::string& message) const { return placesOf(methods_, message); }

bool ProtoTree::seesType(const ProtoSource& source, const std::string& full) const {
  auto isSeen = [&](const auto& place) {
    const auto& path = place.source->path;
    return place.source == &source || std::ranges::any_of(source.imports, [&](const std::string& import) {
             return path == import || path.ends_with("/" + import);
           });
  };
  if (definesType(full)) return std::ranges::any_of(messages(full), isSeen) || std::ranges::any_of(enums(full), isSeen);
  size_t dot = full.rfind('.');
  if (dot == std::string::npos) return false;
  auto folder = replaceAll(full.substr(0, dot), ".", "/") + "/";
  return std::ranges::any_of(source.imports, [&](const std::string& import) { return import.starts_with(folder); });
}

std::string ProtoTree::resolve(const ProtoName& name) const {
  if (name.written.starts_with('.')) return name.written.substr(1);
  auto first = name.written.substr(0, name.written.find('.'));
  auto scope = name.scope;
  for (;;) {
    auto prefix = scope.empty() ? "" : scope + ".";
    if (names_.contains(prefix + first)) return prefix + name.written;
    if (scope.empty()) return name.written;
    size_t dot = scope.rfind('.');
    scope = dot == std::string::npos ? "" : scope.substr(0, dot);
  }
}

std::string ProtoTree::ownerOf(const std::string& message, std::string_view path) const {
  size_t dot = path.find('.');
  if (dot == std::string_view::npos) return message;
  auto first = path.substr(0, dot);
  for (const auto& place : messages(message))
    for (const auto& field : place.message->fields)
      if (field.name == first && field.named) return ownerOf(resolve(*field.named), path.substr(dot + 1));
  return "";
}

}  // namespace gander::rewriter
