#include "rewriter/verdict/adjacent_texts.h"

#include <algorithm>

#include "base/text.h"

namespace gander::rewriter {
namespace {

bool joins(char c) {
  constexpr std::string_view kSigns = " \t\r\n\\#+<_.";
  return kSigns.contains(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool areJoined(std::string_view text, const Zone& before, const Zone& behind) {
  if (before.range.end > behind.range.begin) return false;
  return std::ranges::all_of(text.substr(before.range.end, behind.range.begin - before.range.end), joins);
}

}  // namespace

std::string adjacentText(std::string_view text, const std::vector<Zone>& zones, size_t at) {
  size_t first = at;
  while (first > 0 && areJoined(text, zones[first - 1], zones[first])) --first;
  size_t last = at;
  while (last + 1 < zones.size() && areJoined(text, zones[last], zones[last + 1])) ++last;
  std::string whole;
  for (size_t index = first; index <= last; ++index)
    if (zones[index].kind == ZoneKind::kString)
      whole += text.substr(zones[index].range.begin, zones[index].range.size());
  return whole;
}

}  // namespace gander::rewriter
