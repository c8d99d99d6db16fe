// Puts a tree together from a reader's events, within the limits of node.h.
#pragma once

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "rules/yaml/node.h"

namespace gander::rules {

// Why reading stops early. Thrown through the library that calls the builder, and caught where that was called.
struct TreeLimit : std::runtime_error {
  TreeLimit(Position at, const std::string& why) : std::runtime_error(why), position(at) {}
  Position position;
};

class TreeBuilder {
 public:
  explicit TreeBuilder(Problems& problems) : problems_(problems) {}

  // `anchor` 0 is none. The value of a key comes right behind it.
  void scalar(Node node, size_t anchor);
  void open(Node::Kind kind, Position position, size_t anchor);
  void close();
  void alias(Position position, size_t anchor);
  bool atKey() const { return !open_.empty() && open_.back().node.kind == Node::Kind::kMap && !open_.back().key; }
  std::optional<Node> take() { return std::move(root_); }

 private:
  struct Key {
    std::string text;
    Position position;
    bool dropped = false;  // a duplicate, or no name at all: its value is read and let go
  };
  struct Open {
    Node node;
    size_t anchor = 0;
    std::optional<Key> key;
    std::map<std::string, Position> seen;
  };
  struct Anchored {
    Node node;
    size_t nodes = 0;
  };
  void place(Node node, size_t anchor);
  void takeKey(Open& map, Node node);
  void count(size_t nodes, Position position);

  Problems& problems_;
  std::vector<Open> open_;
  std::optional<Node> root_;
  std::map<size_t, Anchored> anchors_;
  size_t nodes_ = 0;
};

}  // namespace gander::rules
