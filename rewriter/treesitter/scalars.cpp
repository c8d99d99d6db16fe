// The values of YAML and JSON documents.
#include <algorithm>

#include "rewriter/treesitter/frontends.h"
#include "rewriter/treesitter/parser.h"
#include "rewriter/treesitter/scalar_text.h"

namespace gander::rewriter {
namespace {

class ScalarWalk {
 public:
  ScalarWalk(Grammar grammar, const std::string& file, std::string_view text)
      : file_(file), text_(text), tree_(grammar, text) {}

  std::vector<Scalar> run() {
    std::vector<Step> work{{tree_.root(), "", ""}};
    while (!work.empty()) {
      const Step step = std::move(work.back());
      work.pop_back();
      if (!step.node) continue;
      const size_t from = work.size();
      visit(step, work);
      std::reverse(work.begin() + static_cast<std::ptrdiff_t>(from), work.end());
    }
    return std::move(scalars_);
  }

 private:
  struct Step {
    Node node;
    std::string path;
    std::string key;
  };

  void visit(const Step& step, std::vector<Step>& work) {
    const auto type = step.node.type();
    if (type == "pair" || type == "block_mapping_pair" || type == "flow_pair") return visitPair(step, work);
    if (type == "array" || type == "block_sequence" || type == "flow_sequence") return visitSequence(step, work);
    if (type == "string" || type == "double_quote_scalar") return addQuoted(step, '"');
    if (type == "single_quote_scalar") return addQuoted(step, '\'');
    if (type == "plain_scalar" || type == "number" || type == "true" || type == "false" || type == "null")
      return addPlain(step);
    if (type == "block_scalar") return addBlock(step);
    if (type == "alias" || type == "anchor" || type == "tag") return;
    for (const Node child : step.node.children()) work.push_back({child, step.path, step.key});
  }

  static std::string join(const std::string& path, const std::string& name) {
    return path.empty() ? name : path + "." + name;
  }

  // The text of a key; a key that is no scalar is its source.
  std::string keyText(Node key) const {
    Node node = key;
    while (node.is("flow_node") || node.is("block_node")) {
      Node inner;
      for (const Node child : node.children()) {
        if (!child.is("tag") && !child.is("anchor")) inner = child;
      }
      if (!inner) break;
      node = inner;
    }
    const bool twice = node.is("string") || node.is("double_quote_scalar");
    if (!twice && !node.is("single_quote_scalar")) return std::string(node.textIn(text_));
    return decodeFlow(text_, bodyOf(node), twice ? '"' : '\'').value();
  }

  void visitPair(const Step& step, std::vector<Step>& work) {
    const Node value = step.node.field("value");
    const Node key = step.node.field("key");
    if (!value) return;
    const std::string name = key ? keyText(key) : "";
    work.push_back({value, join(step.path, name), name});
  }

  void visitSequence(const Step& step, std::vector<Step>& work) {
    size_t index = 0;
    for (const Node child : step.node.children())
      work.push_back({child, join(step.path, std::to_string(index++)), step.key});
  }

  static ByteRange bodyOf(Node quoted) {
    return {quoted.range().begin + 1, std::max(quoted.range().begin + 1, quoted.range().end - 1)};
  }

  void add(const Step& step, Scalar scalar) {
    scalar.path = step.path;
    scalar.key = step.key;
    scalars_.push_back(std::move(scalar));
  }
  void addFlow(const Step& step, ByteRange body, char quote) {
    const DecodedText decoded = decodeFlow(text_, body, quote);
    add(step, {.value = decoded.value(), .span = {file_, body}, .offsets = decoded.offsets(body.begin, body.end)});
  }
  void addQuoted(const Step& step, char quote) {
    if (step.node.range().size() >= 2) addFlow(step, bodyOf(step.node), quote);
  }
  void addPlain(const Step& step) { addFlow(step, step.node.range(), 0); }
  void addBlock(const Step& step) { add(step, decodeBlock(file_, text_, step.node.range())); }

  const std::string& file_;
  std::string_view text_;
  SyntaxTree tree_;
  std::vector<Scalar> scalars_;
};

}  // namespace

std::vector<Scalar> yamlScalars(const std::string& path, std::string_view text) {
  return ScalarWalk(Grammar::kYaml, path, text).run();
}

std::vector<Scalar> jsonScalars(const std::string& path, std::string_view text) {
  return ScalarWalk(Grammar::kJson, path, text).run();
}

}  // namespace gander::rewriter
