// tree-sitter as owned values. Private to this folder: its types go no further.
#pragma once

#include <tree_sitter/api.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/source.h"

namespace gander::rewriter {

enum class Grammar { kPython, kCpp, kJson, kYaml };
const TSLanguage* languageFor(Grammar grammar);

// A node of a syntax tree; null where there is none. Cheap to copy; lives as long as its tree.
class Node {
 public:
  Node() = default;
  explicit Node(TSNode node) : node_(node) {}

  explicit operator bool() const { return !ts_node_is_null(node_); }
  std::string_view type() const { return *this ? ts_node_type(node_) : std::string_view{}; }
  bool is(std::string_view type) const { return this->type() == type; }
  bool isNamed() const { return ts_node_is_named(node_); }
  // A stretch that the grammar could not read, or a token that it made up to go on.
  bool isBroken() const { return ts_node_is_error(node_) || ts_node_is_missing(node_); }
  bool hasBroken() const { return ts_node_has_error(node_); }
  ByteRange range() const { return {ts_node_start_byte(node_), ts_node_end_byte(node_)}; }
  std::string_view textIn(std::string_view source) const { return source.substr(range().begin, range().size()); }
  uint32_t line() const { return ts_node_start_point(node_).row + 1; }
  const void* id() const { return node_.id; }  // unique in its tree
  TSNode raw() const { return node_; }
  bool operator==(const Node& other) const { return ts_node_eq(node_, other.node_); }

  // The child of a field; null where it is absent or made up.
  Node field(std::string_view name) const;
  std::vector<Node> fields(std::string_view name) const;
  // Named children without comments and broken stretches: what lowering walks.
  std::vector<Node> children() const;
  // ... each with the name of its field, or empty.
  std::vector<std::pair<Node, std::string_view>> childrenWithFields() const;
  // Every child, punctuation, comments and broken stretches too.
  std::vector<Node> allChildren() const;
  // The first named child of children(), or null.
  Node first() const;

 private:
  TSNode node_{};
};

class SyntaxTree {
 public:
  // Null nodes all over if the text can't be parsed at all (over 4 GiB, out of memory).
  SyntaxTree(Grammar grammar, std::string_view text);
  Node root() const { return tree_ ? Node(ts_tree_root_node(tree_.get())) : Node(); }

 private:
  struct Delete {
    void operator()(TSTree* tree) const { ts_tree_delete(tree); }
  };
  std::unique_ptr<TSTree, Delete> tree_;
};

// "syntax error at line N" for each broken stretch, at most `limit` of them.
std::vector<std::string> syntaxErrors(const SyntaxTree& tree, size_t limit);

}  // namespace gander::rewriter
