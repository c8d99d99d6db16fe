#include "rewriter/scan/scan.h"

#include <re2/re2.h>

#include <algorithm>
#include <unordered_set>

#include "base/text.h"
#include "rewriter/treesitter/frontends.h"

namespace gander::rewriter {
namespace {

// The longest run of word bytes around a range.
std::string_view wordAround(std::string_view text, size_t begin, size_t end) {
  while (begin > 0 && isWordByte(text[begin - 1])) --begin;
  while (end < text.size() && isWordByte(text[end])) ++end;
  return text.substr(begin, end - begin);
}

}  // namespace

TextScan scanText(std::string_view text, const Spellings& spellings) {
  TextScan out;
  for (size_t index = 0; index < spellings.old.size(); ++index) {
    const auto& spelling = spellings.old[index];
    for (size_t at = text.find(spelling.text); at != std::string_view::npos; at = text.find(spelling.text, at + 1)) {
      size_t end = at + spelling.text.size();
      if (isOccurrence(text, at, end)) {
        out.occurrences.push_back({{static_cast<uint32_t>(at), static_cast<uint32_t>(end)}, index});
      } else if (spelling.identifier) {
        ++out.containedNames[std::string(wordAround(text, at, end))];
      }
    }
  }
  // A derived name is a spelling of its own: set_user_name does not "only contain" user_name.
  for (const auto& spelling : spellings.old) out.containedNames.erase(spelling.text);
  std::sort(out.occurrences.begin(), out.occurrences.end(), [](const Occurrence& a, const Occurrence& b) {
    return std::tie(a.range, a.spelling) < std::tie(b.range, b.spelling);
  });
  return out;
}

bool occursInCode(std::string_view text, std::string_view name, const std::vector<ByteRange>& comments) {
  const bool word = std::ranges::all_of(name, isWordByte);
  for (size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const ByteRange range{static_cast<uint32_t>(at), static_cast<uint32_t>(at + name.size())};
    auto within = [&](const ByteRange& comment) { return comment.contains(range); };
    if ((!word || isOccurrence(text, range.begin, range.end)) && std::ranges::none_of(comments, within)) return true;
  }
  return false;
}

struct Needles::Pattern {
  std::unique_ptr<RE2> expression;
};

static std::string alternatives(const Spellings& spellings) {
  std::string expression;
  auto add = [&](const std::string& text) {
    if (!expression.empty()) expression += '|';
    expression += RE2::QuoteMeta(text);
  };
  for (const auto& spelling : spellings.old) add(spelling.text);
  for (const auto& anchor : spellings.anchors) add(anchor);
  return expression;
}

Needles::Needles(const Spellings& spellings) : pattern_(std::make_unique<Pattern>()) {
  RE2::Options options;
  options.set_encoding(RE2::Options::EncodingLatin1);  // bytes are compared, not code points
  options.set_max_mem(64 << 20);
  auto expression = alternatives(spellings);
  if (!expression.empty()) pattern_->expression = std::make_unique<RE2>(expression, options);
}
Needles::~Needles() = default;

bool Needles::in(std::string_view text) const {
  return pattern_->expression && RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *pattern_->expression);
}

const std::vector<std::string>& TokenIndex::filesWith(const std::string& token) {
  if (!built_) build();
  auto found = files_.find(token);
  return found == files_.end() ? none_ : found->second;
}

void TokenIndex::build() {
  built_ = true;
  for (const auto& [path, source] : texts_.all()) {
    auto language = languageOf(path);
    if (language != "cpp" && language != "python") continue;
    std::unordered_set<std::string_view> seen;
    std::string_view text = source.text;
    for (size_t i = 0; i < text.size();) {
      if (!isWordByte(text[i])) {
        ++i;
        continue;
      }
      size_t begin = i;
      while (i < text.size() && isWordByte(text[i])) ++i;
      auto token = text.substr(begin, i - begin);
      if (token.front() >= '0' && token.front() <= '9') continue;
      if (!seen.insert(token).second) continue;
      auto at = files_.find(token);
      if (at == files_.end()) at = files_.emplace(std::string(token), std::vector<std::string>()).first;
      at->second.push_back(path);
    }
  }
}

}  // namespace gander::rewriter
