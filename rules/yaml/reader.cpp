#include "rules/yaml/reader.h"

#include <fmt/format.h>

#include <charconv>

namespace gander::rules {

std::string describe(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kNull: return "nothing";
    case Node::Kind::kScalar: return inQuotes(node.text);
    case Node::Kind::kSequence: return "a list";
    case Node::Kind::kMap: return "a map";
  }
  return "";
}

std::optional<std::string> scalarText(const Node& node, std::string_view what, Problems& problems) {
  if (node.kind != Node::Kind::kScalar) {
    problems.add(node.position, fmt::format("{} must be a text, not {}", what, describe(node)));
    return std::nullopt;
  }
  if (node.text.empty()) {
    problems.add(node.position, fmt::format("{} is empty; write it or remove it", what));
    return std::nullopt;
  }
  if (node.text.find_first_of("\r\n") != std::string::npos) {
    problems.add(node.position, fmt::format("{} must be one line", what));
    return std::nullopt;
  }
  return node.text;
}

MapReader::MapReader(const Node& node, std::string what, Problems& problems)
    : node_(node), what_(std::move(what)), problems_(problems), map_(node.kind == Node::Kind::kMap) {
  if (!map_) problems_.add(node.position, fmt::format("{} must be a map of keys, not {}", what_, describe(node)));
}

bool MapReader::has(const std::string& key) { return find(key, false) != nullptr; }

Position MapReader::positionOf(const std::string& key) const {
  const Node* value = node_.find(key);
  return value != nullptr ? value->position : node_.position;
}

const Node* MapReader::find(const std::string& key, bool required) {
  known_.insert(key);
  const Node* value = node_.find(key);
  if (value == nullptr && required && map_)
    problems_.add(node_.position, fmt::format("{} lacks the key '{}'; add it", what_, key));
  return value;
}

const Node* MapReader::wantScalar(const std::string& key, bool required) {
  const Node* value = find(key, required);
  if (value == nullptr || !scalarText(*value, fmt::format("'{}'", key), problems_)) return nullptr;
  return value;
}

std::string MapReader::text(const std::string& key) {
  const Node* value = wantScalar(key, true);
  return value != nullptr ? value->text : std::string();
}

std::optional<std::string> MapReader::optionalText(const std::string& key) {
  const Node* value = wantScalar(key, false);
  return value != nullptr ? std::optional(value->text) : std::nullopt;
}

std::optional<bool> MapReader::optionalFlag(const std::string& key) {
  const Node* value = find(key, false);
  if (value == nullptr) return std::nullopt;
  if (value->kind == Node::Kind::kScalar && value->plain && (value->text == "true" || value->text == "false"))
    return value->text == "true";
  problems_.add(value->position, fmt::format("'{}' must be true or false, not {}", key, describe(*value)));
  return std::nullopt;
}

std::optional<int> MapReader::optionalNumber(const std::string& key, int least, int most) {
  const Node* value = find(key, false);
  if (value == nullptr) return std::nullopt;
  int number = 0;
  const char* end = value->text.data() + value->text.size();
  auto [stop, error] = std::from_chars(value->text.data(), end, number);
  bool whole = value->kind == Node::Kind::kScalar && value->plain && error == std::errc() && stop == end;
  if (whole && number >= least && number <= most) return number;
  problems_.add(value->position,
                fmt::format("'{}' must be a whole number from {} to {}, not {}", key, least, most, describe(*value)));
  return std::nullopt;
}

std::optional<std::string> MapReader::choice(const std::string& key, const std::vector<std::string>& allowed,
                                             bool required) {
  const Node* value = wantScalar(key, required);
  if (value == nullptr) return std::nullopt;
  for (const auto& word : allowed)
    if (word == value->text) return word;
  problems_.add(value->position, fmt::format("'{}' can't be {}; write {}", key, describe(*value), choices(allowed)));
  return std::nullopt;
}

const Node* MapReader::child(const std::string& key, bool required) {
  const Node* value = find(key, required);
  if (value == nullptr || value->kind != Node::Kind::kNull) return value;
  problems_.add(value->position, fmt::format("'{}' is empty; write it or remove it", key));
  return nullptr;
}

const Node* MapReader::map(const std::string& key, bool required) {
  const Node* value = find(key, required);
  if (value == nullptr || value->kind == Node::Kind::kMap) return value;
  problems_.add(value->position, fmt::format("'{}' must be a map of keys, not {}", key, describe(*value)));
  return nullptr;
}

std::vector<const Node*> MapReader::list(const std::string& key, bool required) {
  const Node* value = find(key, required);
  std::vector<const Node*> items;
  if (value == nullptr) return items;
  if (value->kind != Node::Kind::kSequence) {
    problems_.add(value->position, fmt::format("'{}' must be a list, not {}", key, describe(*value)));
    return items;
  }
  for (const auto& item : value->items) items.push_back(&item);
  return items;
}

bool MapReader::isEmptyList(const std::string& key) const {
  const Node* value = node_.find(key);
  return value != nullptr && value->kind == Node::Kind::kSequence && value->items.empty();
}

void MapReader::finish() {
  std::vector<std::string> known(known_.begin(), known_.end());
  for (const auto& entry : node_.entries) {
    if (known_.contains(entry.key)) continue;
    problems_.add(entry.position,
                  fmt::format("unknown key {}{}", inQuotes(entry.key),
                              meantName(entry.key, known, fmt::format("; {} has {}", what_, choices(known)))));
  }
}

}  // namespace gander::rules
