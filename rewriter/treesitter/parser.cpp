#include "rewriter/treesitter/parser.h"

#include <fmt/format.h>

#include <limits>

extern "C" {
const TSLanguage* tree_sitter_python();
const TSLanguage* tree_sitter_cpp();
const TSLanguage* tree_sitter_json();
const TSLanguage* tree_sitter_yaml();
}

namespace gander::rewriter {

const TSLanguage* languageFor(Grammar grammar) {
  switch (grammar) {
    case Grammar::kPython: return tree_sitter_python();
    case Grammar::kCpp: return tree_sitter_cpp();
    case Grammar::kJson: return tree_sitter_json();
    case Grammar::kYaml: return tree_sitter_yaml();
  }
  return nullptr;
}

namespace {

struct DeleteParser {
  void operator()(TSParser* parser) const { ts_parser_delete(parser); }
};

// Calls `visit(child, cursor)` for each child, in linear time.
template <typename F>
void eachChild(TSNode node, F visit) {
  if (ts_node_is_null(node)) return;
  TSTreeCursor cursor = ts_tree_cursor_new(node);
  for (bool more = ts_tree_cursor_goto_first_child(&cursor); more; more = ts_tree_cursor_goto_next_sibling(&cursor)) {
    visit(ts_tree_cursor_current_node(&cursor), cursor);
  }
  ts_tree_cursor_delete(&cursor);
}

}  // namespace

Node Node::field(std::string_view name) const {
  if (!*this) return {};
  const Node child(ts_node_child_by_field_name(node_, name.data(), static_cast<uint32_t>(name.size())));
  return child && !child.isBroken() ? child : Node();
}

std::vector<Node> Node::fields(std::string_view name) const {
  std::vector<Node> found;
  eachChild(node_, [&](TSNode child, const TSTreeCursor& cursor) {
    const char* field = ts_tree_cursor_current_field_name(&cursor);
    if (field != nullptr && name == field && ts_node_is_named(child) && !Node(child).isBroken())
      found.emplace_back(child);
  });
  return found;
}

std::vector<std::pair<Node, std::string_view>> Node::childrenWithFields() const {
  std::vector<std::pair<Node, std::string_view>> found;
  eachChild(node_, [&](TSNode child, const TSTreeCursor& cursor) {
    if (!ts_node_is_named(child) || ts_node_is_extra(child) || Node(child).isBroken()) return;
    const char* field = ts_tree_cursor_current_field_name(&cursor);
    found.emplace_back(Node(child), field != nullptr ? field : std::string_view{});
  });
  return found;
}

std::vector<Node> Node::children() const {
  std::vector<Node> found;
  for (const auto& [child, field] : childrenWithFields()) found.push_back(child);
  return found;
}

std::vector<Node> Node::allChildren() const {
  std::vector<Node> found;
  eachChild(node_, [&](TSNode child, const TSTreeCursor&) { found.emplace_back(child); });
  return found;
}

Node Node::first() const {
  const auto all = children();
  return all.empty() ? Node() : all.front();
}

SyntaxTree::SyntaxTree(Grammar grammar, std::string_view text) {
  if (text.size() > std::numeric_limits<uint32_t>::max()) return;
  const std::unique_ptr<TSParser, DeleteParser> parser(ts_parser_new());
  if (!ts_parser_set_language(parser.get(), languageFor(grammar))) return;
  tree_.reset(ts_parser_parse_string(parser.get(), nullptr, text.data(), static_cast<uint32_t>(text.size())));
}

std::vector<std::string> syntaxErrors(const SyntaxTree& tree, size_t limit) {
  std::vector<std::string> errors;
  std::vector<Node> work{tree.root()};
  if (!tree.root()) return {"can't be parsed"};
  while (!work.empty() && errors.size() < limit) {
    const Node node = work.back();
    work.pop_back();
    if (node.isBroken()) {
      errors.push_back(fmt::format("syntax error at line {}", node.line()));
      continue;
    }
    if (!node.hasBroken()) continue;
    const auto children = node.allChildren();
    work.insert(work.end(), children.rbegin(), children.rend());
  }
  return errors;
}

}  // namespace gander::rewriter
