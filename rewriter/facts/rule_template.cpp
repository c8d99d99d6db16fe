#include "rewriter/facts/rule_template.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace gander::rewriter {
namespace {

size_t holeEnd(std::string_view text, size_t open) {
  size_t close = open + 1;
  while (close < text.size() && isWordByte(text[close])) ++close;
  const bool named = close > open + 1 && (text[open + 1] < '0' || text[open + 1] > '9');
  return named && close < text.size() && text[close] == '}' ? close : std::string_view::npos;
}

}  // namespace

RuleTemplate parseRuleTemplate(std::string_view text) {
  RuleTemplate pieces;
  const auto add = [&](size_t begin, size_t end, bool bound) {
    if (begin < end) pieces.push_back({std::string(text.substr(begin, end - begin)), bound, uint32_t(begin)});
  };
  size_t from = 0;
  for (size_t open = text.find('{'); open != std::string_view::npos; open = text.find('{', open + 1)) {
    const size_t close = holeEnd(text, open);
    if (close == std::string_view::npos) continue;
    add(from, open, false);
    add(open + 1, close, true);
    pieces.back().offset = static_cast<uint32_t>(open);
    from = close + 1;
  }
  add(from, text.size(), false);
  return pieces;
}

std::expected<std::string, std::string> fillRuleTemplate(const RuleTemplate& pieces, const RuleMatch& match,
                                                         const TextOfFile& textOf) {
  const auto* file = textOf(match.span.file);
  const bool returns = file != nullptr && file->contains("\r\n");
  std::string made;
  for (const auto& piece : pieces) {
    if (!piece.bound) {
      made += returns ? replaceAll(piece.text, "\n", "\r\n") : piece.text;
      continue;
    }
    const auto node = std::ranges::find(match.nodes, piece.text, &RuleNode::name);
    if (node == match.nodes.end())
      return std::unexpected(fmt::format("nothing is bound as '{}' in this match", piece.text));
    const auto* text = textOf(node->span.file);
    const auto range = node->span.range;
    if (text == nullptr || range.begin > range.end || range.end > text->size())
      return std::unexpected(fmt::format("what is bound as '{}' stands in no file that can be read", piece.text));
    made.append(*text, range.begin, range.size());
  }
  return made;
}

bool isAskedFor(const RuleMatch& match, const TemplateInstance& instance) {
  return !match.declared.file.empty() && match.declared == instance.declared && (instance.body || !match.body);
}

}  // namespace gander::rewriter
