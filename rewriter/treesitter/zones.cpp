// Comments and strings. Python and YAML are asked of their grammars, as only these know a docstring, or an apostrophe in plain
// text; the others of a lexer that a table drives, which takes no harm from code that does not parse.
#include <algorithm>
#include <set>

#include "rewriter/treesitter/frontends.h"
#include "rewriter/treesitter/lexer.h"
#include "rewriter/treesitter/parser.h"

namespace gander::rewriter {
namespace {

bool isText(Node node) { return node.is("string") || node.is("concatenated_string"); }

// The string that a module, class or function begins with, if it is one.
Node docstringOf(Node body) {
  const Node first = body.first();
  if (!first.is("expression_statement")) return {};
  const auto children = first.children();
  return children.size() == 1 && isText(children[0]) ? children[0] : Node();
}

std::vector<Zone> pythonZones(std::string_view text) {
  const SyntaxTree tree(Grammar::kPython, text);
  std::vector<Zone> zones;
  std::set<const void*> docstrings;
  std::vector<Node> work{tree.root()};
  while (!work.empty() && work.back()) {
    const Node node = work.back();
    work.pop_back();
    const bool definition = node.is("function_definition") || node.is("class_definition");
    if (definition || node.is("module")) {
      if (const Node docstring = docstringOf(definition ? node.field("body") : node)) docstrings.insert(docstring.id());
    }
    const bool docstring = isText(node) && docstrings.contains(node.id());
    if (node.is("comment") || docstring) {
      zones.push_back({node.range(), ZoneKind::kComment});
      continue;
    }
    if (node.is("string")) zones.push_back({node.range(), ZoneKind::kString});
    for (const Node child : node.allChildren()) work.push_back(child);
  }
  return zones;
}

std::vector<Zone> yamlZones(std::string_view text) {
  const SyntaxTree tree(Grammar::kYaml, text);
  std::vector<Zone> zones;
  std::vector<Node> work{tree.root()};
  while (!work.empty() && work.back()) {
    const Node node = work.back();
    work.pop_back();
    if (node.is("comment")) zones.push_back({node.range(), ZoneKind::kComment});
    if (node.type().ends_with("quote_scalar") || node.is("block_scalar"))
      zones.push_back({node.range(), ZoneKind::kString});
    for (const Node child : node.allChildren()) work.push_back(child);
  }
  return zones;
}

}  // namespace

std::vector<Zone> zones(const std::string& language, std::string_view text) {
  std::vector<Zone> found;
  if (language == "python") {
    found = pythonZones(text);
  } else if (language == "yaml") {
    found = yamlZones(text);
  } else if (language == "markdown" || language == "text") {
    found = {{{0, static_cast<uint32_t>(text.size())}, ZoneKind::kComment}};
  } else {
    found = lexZones(language, text);
  }
  std::ranges::sort(found, {}, &Zone::range);
  return found;
}

}  // namespace gander::rewriter
