#include "rules/yaml/tree_builder.h"

#include <fmt/format.h>

#include <algorithm>

namespace gander::rules {

static size_t countNodes(const Node& node) {
  size_t nodes = 1;
  for (const auto& item : node.items) nodes += countNodes(item);
  for (const auto& entry : node.entries) nodes += countNodes(entry.value);
  return nodes;
}

static size_t depthOf(const Node& node) {
  size_t depth = 0;
  for (const auto& item : node.items) depth = std::max(depth, depthOf(item));
  for (const auto& entry : node.entries) depth = std::max(depth, depthOf(entry.value));
  return depth + 1;
}

const Node* Node::find(std::string_view key) const {
  for (const auto& entry : entries)
    if (entry.key == key) return &entry.value;
  return nullptr;
}

void TreeBuilder::count(size_t nodes, Position position) {
  nodes_ += nodes;
  if (nodes_ > kNodeLimit)
    throw TreeLimit(position, fmt::format("more than {} values; split the document", kNodeLimit));
}

void TreeBuilder::scalar(Node node, size_t anchor) {
  count(1, node.position);
  place(std::move(node), anchor);
}

void TreeBuilder::open(Node::Kind kind, Position position, size_t anchor) {
  count(1, position);
  if (open_.size() >= kDepthLimit)
    throw TreeLimit(position, fmt::format("nested more than {} deep; write it flatter", kDepthLimit));
  Open opened;
  opened.node.kind = kind;
  opened.node.position = position;
  opened.anchor = anchor;
  open_.push_back(std::move(opened));
}

void TreeBuilder::close() {
  Open closed = std::move(open_.back());
  open_.pop_back();
  place(std::move(closed.node), closed.anchor);
}

void TreeBuilder::alias(Position position, size_t anchor) {
  auto found = anchors_.find(anchor);
  if (found == anchors_.end()) throw TreeLimit(position, "an alias inside of what it stands for; write the value out");
  count(found->second.nodes, position);
  if (open_.size() + depthOf(found->second.node) > kDepthLimit)
    throw TreeLimit(position, fmt::format("nested more than {} deep; write it flatter", kDepthLimit));
  Node copy = found->second.node;
  copy.position = position;
  place(std::move(copy), 0);
}

void TreeBuilder::place(Node node, size_t anchor) {
  if (anchor != 0) anchors_[anchor] = {node, countNodes(node)};
  if (open_.empty()) {
    root_ = std::move(node);
    return;
  }
  Open& parent = open_.back();
  if (parent.node.kind == Node::Kind::kSequence) {
    parent.node.items.push_back(std::move(node));
  } else if (!parent.key) {
    takeKey(parent, std::move(node));
  } else {
    if (!parent.key->dropped) {
      // What stands behind a key and is empty has no place of its own.
      if (node.kind == Node::Kind::kNull) node.position = parent.key->position;
      parent.node.entries.push_back({std::move(parent.key->text), parent.key->position, std::move(node)});
    }
    parent.key.reset();
  }
}

void TreeBuilder::takeKey(Open& map, Node node) {
  bool dropped = node.kind != Node::Kind::kScalar;
  if (dropped) {
    problems_.add(node.position, "a key must be a plain word");
  } else {
    auto [first, fresh] = map.seen.try_emplace(node.text, node.position);
    dropped = !fresh;
    if (dropped)
      problems_.add(node.position, fmt::format("key {} stands here a second time (first at {}:{}); remove one of them",
                                               inQuotes(node.text), first->second.line, first->second.column));
  }
  map.key = Key{std::move(node.text), node.position, dropped};
}

}  // namespace gander::rules
