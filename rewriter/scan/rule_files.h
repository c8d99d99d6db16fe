// Which C++ the migration's own rules are matched in: files that hold one of a rule's words, in its paths.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rewriter/scan/texts.h"
#include "rules/migration.h"

namespace gander::rewriter {

// Whether any rule is to be matched in a file.
bool concernsRules(const std::vector<rules::Rule>& rules, const std::string& path, std::string_view text);

// Sorted paths. What a header holds may be a macro or a template, so whoever includes it is to be looked at too.
std::vector<std::string> filesOfRules(const std::vector<rules::Rule>& rules, const Texts& texts);

}  // namespace gander::rewriter
