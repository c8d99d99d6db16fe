#include "rewriter/treesitter/yaml_tree.h"

#include <algorithm>

#include "rewriter/treesitter/parser.h"
#include "rewriter/treesitter/scalar_text.h"

namespace gander::rewriter {
namespace {

constexpr int kDepthLimit = 200;

class TreeReader {
 public:
  TreeReader(const std::string& file, std::string_view text) : file_(file), text_(text), tree_(Grammar::kYaml, text) {}

  std::vector<YamlNode> read() {
    std::vector<YamlNode> documents;
    for (const Node document : tree_.root().children()) {
      if (document.is("document")) documents.push_back(value(document, 0));
    }
    return documents;
  }

 private:
  YamlNode value(Node node, int depth) {
    YamlNode out;
    out.range = node.range();
    if (depth > kDepthLimit) return out;
    const auto type = node.type();
    if (type == "block_mapping" || type == "flow_mapping") return map(node, depth);
    if (type == "block_sequence" || type == "flow_sequence") return sequence(node, depth);
    if (type == "alias") return alias(node);
    if (type.ends_with("_scalar")) return scalar(node);
    std::string anchor;
    for (const Node child : node.children()) {
      if (child.is("anchor")) anchor = std::string(child.textIn(text_).substr(1));
      if (child.is("anchor") || child.is("tag") || child.type().ends_with("directive")) continue;
      out = value(child, depth + 1);
    }
    if (!anchor.empty()) out.anchor = anchor;
    return out;
  }

  YamlNode alias(Node node) {
    YamlNode out;
    out.kind = YamlNode::Kind::kAlias;
    out.range = node.range();
    out.anchor = std::string(node.textIn(text_).substr(1));
    return out;
  }

  // A plain scalar is a node with the type of its value in it.
  YamlNode scalar(Node node) {
    YamlNode out;
    out.kind = YamlNode::Kind::kScalar;
    out.range = node.range();
    out.block = node.is("block_scalar");
    if (out.block) {
      out.scalar = decodeBlock(file_, text_, node.range());
      return out;
    }
    const char quote = node.is("double_quote_scalar") ? '"' : node.is("single_quote_scalar") ? '\'' : 0;
    auto body = node.range();
    if (quote != 0 && body.size() >= 2) ++body.begin, --body.end;
    const auto decoded = decodeFlow(text_, body, quote);
    out.scalar.value = decoded.value();
    out.scalar.span = {file_, body};
    out.scalar.offsets = decoded.offsets(body.begin, body.end);
    return out;
  }

  YamlNode sequence(Node node, int depth) {
    YamlNode out;
    out.kind = YamlNode::Kind::kSequence;
    out.range = node.range();
    for (const Node child : node.children()) {
      if (child.is("flow_pair")) {
        YamlNode map;
        map.kind = YamlNode::Kind::kMap;
        map.range = child.range();
        addPair(map, child, depth);
        out.items.push_back(std::move(map));
      } else {
        out.items.push_back(value(child, depth + 1));
      }
    }
    return out;
  }

  YamlNode map(Node node, int depth) {
    YamlNode out;
    out.kind = YamlNode::Kind::kMap;
    out.range = node.range();
    for (const Node child : node.children()) addPair(out, child, depth);
    return out;
  }

  void addPair(YamlNode& map, Node pair, int depth) {
    const Node key = pair.field("key");
    if (!key) return;
    YamlNode::Entry entry;
    entry.key = value(key, depth + 1).scalar;
    if (entry.key.span.file.empty()) entry.key = Scalar{.span = {file_, key.range()}};
    if (const Node held = pair.field("value")) entry.value = value(held, depth + 1);
    entry.value.scalar.key = entry.key.value;
    map.entries.push_back(std::move(entry));
  }

  const std::string& file_;
  std::string_view text_;
  SyntaxTree tree_;
};

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  for (const auto& entry : entries)
    if (entry.key.value == key) return &entry.value;
  return nullptr;
}

std::string YamlNode::textOf(std::string_view key) const {
  const auto* value = find(key);
  return value != nullptr && value->isScalar() ? value->scalar.value : "";
}

std::vector<YamlNode> yamlTrees(const std::string& path, std::string_view text) {
  return TreeReader(path, text).read();
}

}  // namespace gander::rewriter
