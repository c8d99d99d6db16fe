#include "rewriter/clang/rules_again.h"

#include <fmt/format.h>

#include <algorithm>

namespace gander::rewriter {

RuleResults::RuleResults(const std::vector<RuleMatch>& matches, const FileTexts& texts) {
  std::vector<const RuleMatch*> sorted;
  for (const auto& match : matches)
    if (match.why.empty() && texts.contains(match.span.file)) sorted.push_back(&match);
  std::ranges::stable_sort(sorted, {}, [](const RuleMatch* match) { return match->span; });
  int64_t shift = 0;
  const RuleMatch* before = nullptr;
  for (const auto* match : sorted) {
    const auto& old = texts.at(match->span.file);
    const auto range = match->span.range;
    const bool sameFile = before != nullptr && before->span.file == match->span.file;
    if (!sameFile) shift = 0;
    if (range.end > old.size() || range.begin > range.end) continue;
    if (sameFile && range.begin < before->span.range.end) continue;
    if (old.compare(range.begin, range.size(), match->replacement) == 0) continue;
    auto& text = texts_.try_emplace(match->span.file, old).first->second;
    const auto begin = static_cast<uint32_t>(range.begin + shift);
    const auto size = static_cast<uint32_t>(match->replacement.size());
    text.replace(begin, range.size(), match->replacement);
    results_.push_back({{match->span.file, {begin, begin + size}}, match->rule, match->span});
    shift += static_cast<int64_t>(size) - range.size();
    before = match;
  }
}

void RuleResults::judge(const std::vector<RuleMatch>& again, std::vector<RuleMatch>& matches) const {
  for (const auto& next : again) {
    const auto text = texts_.find(next.span.file);
    if (text == texts_.end() || !next.why.empty() || next.span.range.end > text->second.size()) continue;
    if (text->second.compare(next.span.range.begin, next.span.range.size(), next.replacement) == 0) continue;
    bool touches = false;
    for (const auto& result : results_) {
      if (!meet(result.span, next.span)) continue;
      touches = true;
      blame(result, matches,
            fmt::format("rule {} matches the result too, and would make {} of it in the next run; let the matcher pass "
                        "over what is done, as with unless()",
                        next.rule, next.replacement));
    }
    if (!touches && !isKnown(next, matches)) blameAll(next, matches);
  }
}

bool RuleResults::meet(const Span& a, const Span& b) {
  const bool empty = a.range.size() == 0 || b.range.size() == 0;
  return a.file == b.file &&
         (a.range.overlaps(b.range) || (empty && a.range.begin <= b.range.end && b.range.begin <= a.range.end));
}

void RuleResults::blame(const Result& result, std::vector<RuleMatch>& matches, const std::string& why) {
  for (auto& match : matches)
    if (match.rule == result.rule && match.span == result.before && match.why.empty()) match.why = why;
}

// Whether a match in the new text stood there before: one that overlaps another, and was not made.
bool RuleResults::isKnown(const RuleMatch& next, const std::vector<RuleMatch>& matches) const {
  auto before = next.span;
  for (const auto& result : results_) {
    if (result.span.file != next.span.file || result.span.range.begin >= next.span.range.begin) continue;
    const auto shift = static_cast<int64_t>(result.span.range.end) - result.before.range.end;
    before.range = {static_cast<uint32_t>(next.span.range.begin - shift),
                    static_cast<uint32_t>(next.span.range.end - shift)};
  }
  return std::ranges::any_of(matches,
                             [&](const RuleMatch& match) { return match.rule == next.rule && match.span == before; });
}

// Another place that is only matched once the edits are made: any of them may be why.
void RuleResults::blameAll(const RuleMatch& next, std::vector<RuleMatch>& matches) const {
  const auto line = LineIndex(texts_.at(next.span.file)).at(next.span.range.begin).line;
  for (const auto& result : results_)
    blame(result, matches,
          fmt::format("once it is made, rule {} matches in another place, {} line {}: what it does must be one step",
                      next.rule, next.span.file, line));
}

}  // namespace gander::rewriter
