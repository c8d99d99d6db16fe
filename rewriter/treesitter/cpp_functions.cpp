#include "rewriter/treesitter/cpp_functions.h"

#include "rewriter/treesitter/parser.h"

namespace gander::rewriter {

std::vector<ByteRange> cppFunctions(std::string_view text) {
  SyntaxTree tree(Grammar::kCpp, text);
  std::vector<ByteRange> functions;
  std::vector<Node> open;
  if (tree.root()) open.push_back(tree.root());
  while (!open.empty()) {
    const Node node = open.back();
    open.pop_back();
    if (node.is("function_definition")) {
      functions.push_back(node.range());
      continue;
    }
    auto children = node.allChildren();
    open.insert(open.end(), children.rbegin(), children.rend());
  }
  return functions;
}

}  // namespace gander::rewriter
