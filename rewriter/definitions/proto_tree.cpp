#include "rewriter/definitions/proto_tree.h"

#include "base/text.h"

namespace gander::rewriter {

ProtoTree::ProtoTree(const Texts& texts) {
  for (const auto& [path, source] : texts.all())
    if (path.ends_with(".proto")) sources_.push_back(readProtoSource(path, source.text));
  for (const auto& source : sources_) {
    auto package = source.package;
    while (!package.empty()) {
      names_.insert(package);
      size_t dot = package.rfind('.');
      package = dot == std::string::npos ? "" : package.substr(0, dot);
    }
    for (const auto& one : source.enums) names_.insert(one.full);
    for (const auto& message : source.messages) {
      names_.insert(message.full);
      messages_.emplace(message.full, MessagePlace{&source, &message});
    }
  }
}

std::vector<MessagePlace> ProtoTree::messages(const std::string& full) const {
  std::vector<MessagePlace> found;
  auto [begin, end] = messages_.equal_range(full);
  for (auto at = begin; at != end; ++at) found.push_back(at->second);
  return found;
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
