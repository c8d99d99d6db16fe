// The face of the Python frontend.
#include "rewriter/treesitter/frontends.h"
#include "rewriter/treesitter/python_lowering.h"
#include "rewriter/treesitter/python_names.h"

namespace gander::rewriter {
namespace {

constexpr size_t kMaximalErrors = 8;  // gaps that one file reports

}  // namespace

Unit lowerPython(const std::string& path, std::string_view text, const LoweringContext& context,
                 const std::vector<std::string>& wanted) {
  Unit unit{.file = path, .language = "python", .reads = {path}};
  const SyntaxTree tree(Grammar::kPython, text);
  for (const std::string& error : syntaxErrors(tree, kMaximalErrors)) unit.gaps.push_back({path, error});
  if (!tree.root()) return unit;
  const ScopeTree scopes(path, text, context, tree.root());
  unit.functions = PythonLowering(scopes, unit.gaps).run();
  unit.names = nameUses(scopes, tree.root(), wanted);
  unit.includes = importUses(scopes, tree.root());
  return unit;
}

}  // namespace gander::rewriter
