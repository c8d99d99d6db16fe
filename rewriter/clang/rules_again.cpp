#include "rewriter/clang/rules_again.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "rewriter/facts/generated.h"

namespace gander::rewriter {

namespace {

// Edits whose ranges overlap, or that make different texts of one, are listed, all of them.
template <typename Edits>
void dropConflicts(Edits& edits) {
  std::vector<bool> conflicts(edits.size());
  size_t widest = 0;  // of the edits so far, the one that ends last
  for (size_t at = 1; at < edits.size(); ++at) {
    const auto& before = edits[widest].before;
    const auto& span = edits[at].before;
    const bool same = before.file == span.file;
    if (same && (before == span || before.range.overlaps(span.range))) conflicts[at] = conflicts[widest] = true;
    if (!same || span.range.end > before.range.end) widest = at;
  }
  Edits kept;
  for (size_t at = 0; at < edits.size(); ++at)
    if (!conflicts[at]) kept.push_back(std::move(edits[at]));
  edits = std::move(kept);
}

}  // namespace

RuleResults::RuleResults(const std::vector<CompiledRule>& rules, const std::vector<RuleMatch>& matches,
                         const FileTexts& texts)
    : rules_(rules), results_(editsOf(matches, texts)) {
  std::set<Span> listed;
  for (const auto& match : matches)
    if (!match.why.empty()) listed.insert(match.span);
  std::erase_if(results_, [&](const Result& result) { return listed.contains(result.before); });
  dropConflicts(results_);
  make(texts);
}

// What the matches would change where their rules may, in the order of places; each once.
std::vector<RuleResults::Result> RuleResults::editsOf(const std::vector<RuleMatch>& matches,
                                                      const FileTexts& texts) const {
  std::vector<Result> edits;
  for (const auto& match : matches) {
    const auto rule = std::ranges::find(rules_, match.rule, &CompiledRule::name);
    const auto text = texts.find(match.span.file);
    if (!match.why.empty() || rule == rules_.end() || text == texts.end()) continue;
    if (!globMatches(rule->paths, text->first) || !whyGenerated(text->first, text->second).empty()) continue;
    const auto range = match.span.range;
    if (range.begin > range.end || range.end > text->second.size()) continue;
    auto made = fillRuleTemplate(rule->replace, match, textsOf(texts));
    if (!made || text->second.compare(range.begin, range.size(), *made) == 0) continue;
    edits.push_back({{}, match.rule, match.span, std::move(*made)});
  }
  const auto key = [](const Result& edit) { return std::tie(edit.before, edit.made); };
  std::ranges::sort(edits, {}, key);
  const auto repeated = std::ranges::unique(edits, {}, key);
  edits.erase(repeated.begin(), repeated.end());
  return edits;
}

void RuleResults::make(const FileTexts& texts) {
  int64_t shift = 0;
  const Result* before = nullptr;
  for (auto& result : results_) {
    const auto& file = result.before.file;
    const auto range = result.before.range;
    if (before == nullptr || before->before.file != file) shift = 0;
    auto& text = texts_.try_emplace(file, texts.at(file)).first->second;
    const auto begin = static_cast<uint32_t>(range.begin + shift);
    const auto size = static_cast<uint32_t>(result.made.size());
    text.replace(begin, range.size(), result.made);
    result.span = {file, {begin, begin + size}};
    shift += static_cast<int64_t>(size) - range.size();
    before = &result;
  }
}

bool RuleResults::judge(const std::vector<RuleMatch>& again, const FileTexts& texts,
                        std::vector<RuleMatch>& matches) const {
  bool blamed = false;
  for (const auto& next : editsOf(again, texts)) {
    if (!texts_.contains(next.before.file)) continue;
    bool touches = false;
    for (const auto& result : results_) {
      if (!meet(result.span, next.before)) continue;
      touches = true;
      blamed |= blame(result, matches,
                      fmt::format("rule {} matches the result too, and would make {} of it in the next run; let the "
                                  "matcher pass over what is done, as with unless()",
                                  next.rule, next.made));
    }
    if (!touches && !isKnown(next, matches)) blamed |= blameAll(next, matches);
  }
  return blamed;
}

void RuleResults::blameEach(std::vector<RuleMatch>& matches, const std::string& why) const {
  for (const auto& result : results_) blame(result, matches, why);
}

bool RuleResults::meet(const Span& a, const Span& b) {
  const bool empty = a.range.size() == 0 || b.range.size() == 0;
  return a.file == b.file &&
         (a.range.overlaps(b.range) || (empty && a.range.begin <= b.range.end && b.range.begin <= a.range.end));
}

// Whoever wants the same there gets the reason too.
bool RuleResults::blame(const Result& result, std::vector<RuleMatch>& matches, const std::string& why) {
  bool blamed = false;
  for (auto& match : matches) {
    if (match.span != result.before || !match.why.empty()) continue;
    match.why = why;
    blamed = true;
  }
  return blamed;
}

// Whether a match in the new text stood there before: one that overlaps another, and was not made.
bool RuleResults::isKnown(const Result& next, const std::vector<RuleMatch>& matches) const {
  auto before = next.before;
  for (const auto& result : results_) {
    if (result.span.file != before.file || result.span.range.begin >= next.before.range.begin) continue;
    const auto shift = static_cast<int64_t>(result.span.range.end) - result.before.range.end;
    before.range = {static_cast<uint32_t>(next.before.range.begin - shift),
                    static_cast<uint32_t>(next.before.range.end - shift)};
  }
  return std::ranges::any_of(matches,
                             [&](const RuleMatch& match) { return match.rule == next.rule && match.span == before; });
}

// Another place that is only matched once the edits are made: any of them may be why.
bool RuleResults::blameAll(const Result& next, std::vector<RuleMatch>& matches) const {
  const auto line = LineIndex(texts_.at(next.before.file)).at(next.before.range.begin).line;
  bool blamed = false;
  for (const auto& result : results_)
    blamed |= blame(result, matches,
                    fmt::format("once it is made, rule {} matches in another place, {} line {}: what it does must be "
                                "one step",
                                next.rule, next.before.file, line));
  return blamed;
}

}  // namespace gander::rewriter
