#include "rewriter/facts/dump.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

namespace gander::rewriter {
namespace {

constexpr std::array<std::string_view, 16> kOps = {"const",  "global",  "param",   "phi",    "copy",   "call",
                                                   "member", "index",   "element", "record", "concat", "format",
                                                   "return", "changed", "out",     "unknown"};
static_assert(kOps.size() == static_cast<size_t>(Op::kUnknown) + 1);

std::string operandText(const Fact& fact, size_t position) {
  std::string text = fact.in[position] == kNoValue ? "_" : fmt::format("%{}", fact.in[position]);
  if (position == 0 || position > fact.keywords.size() || fact.keywords[position - 1].empty()) return text;
  return fact.keywords[position - 1] + "=" + text;
}

std::string factText(const Fact& fact) {
  std::string line = fact.out == kNoValue ? "" : fmt::format("%{} = ", fact.out);
  if (fact.access == Access::kWrite) line += "write ";
  if (fact.access == Access::kAddress) line += "address ";
  line += kOps[static_cast<size_t>(fact.op)];
  if (fact.op == Op::kParam || fact.op == Op::kOut) line += fmt::format(" {}", fact.index);
  if (!fact.name.empty()) line += " " + fact.name;
  if (!fact.symbol.empty()) line += " <" + fact.symbol + ">";
  for (const LiteralPiece& piece : fact.text) line += " \"" + piece.value + "\"";
  for (size_t i = 0; i < fact.in.size(); ++i) line += " " + operandText(fact, i);
  return line;
}

}  // namespace

std::string dump(const Function& function) {
  std::vector<std::string> names;
  for (const Parameter& parameter : function.params) {
    names.push_back((parameter.variadic ? "*" : "") + parameter.name +
                    (parameter.type.empty() ? "" : ": " + parameter.type));
  }
  std::string text = fmt::format("fn {}({})\n", function.symbol, fmt::join(names, ", "));
  for (const Fact& fact : function.facts) text += "  " + factText(fact) + "\n";
  return text;
}

std::string_view toString(SymbolKind kind) {
  constexpr std::array<std::string_view, 11> kNames = {"namespace", "type",     "field",     "method",
                                                       "function",  "variable", "parameter", "enum constant",
                                                       "macro",     "module",   "unknown"};
  static_assert(kNames.size() == static_cast<size_t>(SymbolKind::kUnknown) + 1);
  return kNames[static_cast<size_t>(kind)];
}

}  // namespace gander::rewriter
