#include "rewriter/lower/varying_headers.h"

#include <re2/re2.h>

#include <algorithm>

#include "rewriter/lower/lowering.h"
#include "rewriter/treesitter/frontends.h"

namespace gander::rewriter {
namespace {

// "  #  ifdef X // y" -> ("ifdef", "X // y")
const RE2& directivePattern() {
  static const RE2 pattern(R"((?m)^[ \t]*#[ \t]*(\w+)[ \t]*((?:[^\n\\]|\\\r?\n|\\.)*))");
  return pattern;
}

template <typename Visit>
void forEachDirective(std::string_view text, Visit visit) {
  if (text.find('#') == std::string_view::npos) return;
  re2::StringPiece input(text.data(), text.size());
  std::string keyword;
  std::string rest;
  while (RE2::FindAndConsume(&input, directivePattern(), &keyword, &rest))
    if (!visit(std::string_view(keyword), std::string_view(rest))) return;
}

constexpr std::string_view kNameBytes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

bool isCondition(std::string_view keyword) {
  return keyword == "if" || keyword == "ifdef" || keyword == "ifndef" || keyword.starts_with("el");
}

std::string firstName(std::string_view rest) { return std::string(rest.substr(0, rest.find_first_not_of(kNameBytes))); }

// The macro that keeps a header from being read twice; "once" for the pragma; nothing where there is neither.
std::optional<std::string> guardOf(std::string_view text) {
  std::string asked;
  std::optional<std::string> guard;
  forEachDirective(text, [&](std::string_view keyword, std::string_view rest) {
    if (keyword == "pragma" && rest.starts_with("once")) guard = "once";
    if (keyword == "define" && !asked.empty() && firstName(rest) == asked) guard = asked;
    const bool tests = keyword == "if" && rest.starts_with("!");
    if (asked.empty() && keyword == "ifndef")
      asked = firstName(rest);
    else if (asked.empty() && tests)
      RE2::PartialMatch(re2::StringPiece(rest.data(), rest.size()), R"(defined\W*(\w+))", &asked);
    return !guard;
  });
  return guard;
}

}  // namespace

VaryingHeaders::VaryingHeaders(const Texts& texts, std::set<std::string> byCommand)
    : texts_(texts), byCommand_(std::move(byCommand)) {}

// Those of the commands, and what sources define before they include.
const std::set<std::string>& VaryingHeaders::macros() {
  if (macros_) return *macros_;
  macros_ = byCommand_;
  for (const auto& [path, source] : texts_.all()) {
    if (!isCppSource(path)) continue;
    forEachDirective(source.text, [&](std::string_view keyword, std::string_view rest) {
      if (keyword == "define") macros_->insert(firstName(rest));
      return true;
    });
  }
  return *macros_;
}

bool VaryingHeaders::mayVary(const std::string& header) {
  const auto* source = texts_.find(header);
  if (source == nullptr || source->nature != FileNature::kCode) return false;
  const auto guard = guardOf(source->text);
  if (!guard) return true;
  bool varies = false;
  forEachDirective(source->text, [&](std::string_view keyword, std::string_view rest) {
    static const RE2 kName(R"(([A-Za-z_]\w*))");
    re2::StringPiece condition(rest.data(), rest.size());
    std::string name;
    while (!varies && isCondition(keyword) && RE2::FindAndConsume(&condition, kName, &name))
      varies = name != *guard && macros().contains(name);
    return !varies;
  });
  return varies;
}

}  // namespace gander::rewriter
