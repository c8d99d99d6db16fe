#include "rewriter/scan/rule_files.h"

#include <algorithm>

#include "base/text.h"
#include "rewriter/scan/spellings.h"
#include "rewriter/treesitter/frontends.h"

namespace gander::rewriter {
bool concernsRules(const std::vector<rules::Rule>& rules, const std::string& path, std::string_view text) {
  if (rules.empty() || languageOf(path) != "cpp") return false;
  return std::ranges::any_of(rules, [&](const rules::Rule& rule) {
    const auto holds = [&](const std::string& word) { return holdsWord(text, word); };
    return globMatches(rule.paths, path) && std::ranges::any_of(rule.words, holds);
  });
}

std::vector<std::string> filesOfRules(const std::vector<rules::Rule>& rules, const Texts& texts) {
  std::vector<std::string> files;
  for (const auto& [path, source] : texts.all())
    if (source.nature == FileNature::kCode && concernsRules(rules, path, source.text)) files.push_back(path);
  return files;
}

}  // namespace gander::rewriter
