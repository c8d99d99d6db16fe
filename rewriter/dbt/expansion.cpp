#include "rewriter/dbt/expansion.h"

#include <algorithm>

#include "rewriter/dbt/expander.h"

namespace gander::rewriter::dbt {

Expansion::Expansion(const Projects& projects, const Names& names, const std::string& path) : path_(path) {
  Expander(projects, names, *this).run();
}

const ExpandedHole* Expansion::holeAt(ByteRange range) const {
  auto found = std::ranges::lower_bound(holes_, range.begin, {}, [](const auto& hole) { return hole.range.begin; });
  return found != holes_.end() && found->range == range ? &*found : nullptr;
}

const Segment* Expansion::segmentOf(ByteRange range) const {
  auto found = std::ranges::upper_bound(segments_, range.begin, {}, [](const auto& one) { return one.range.begin; });
  if (found == segments_.begin()) return nullptr;
  --found;
  if (range.size() == 0 && found->range.begin == range.begin && found != segments_.begin()) --found;
  return found->range.contains(range) ? &*found : nullptr;
}

std::optional<Span> Expansion::spanOf(ByteRange range) const {
  const auto* segment = segmentOf(range);
  if (segment == nullptr || segment->path.empty()) return std::nullopt;
  const uint32_t begin = segment->at + (range.begin - segment->range.begin);
  return Span{segment->path, {begin, begin + range.size()}};
}

std::optional<ByteRange> Expansion::placeOf(const Span& span) const {
  for (const auto& one : segments_) {
    if (one.path != span.file || one.pasted) continue;
    ByteRange source{one.at, one.at + one.range.size()};
    if (!source.contains(span.range)) continue;
    const uint32_t begin = one.range.begin + (span.range.begin - one.at);
    return ByteRange{begin, begin + span.range.size()};
  }
  return std::nullopt;
}

ByteRange Expansion::ownRange(ByteRange range) const {
  auto own = [&](uint32_t at, bool end) -> uint32_t {
    if (segments_.empty()) return 0;
    auto found = std::ranges::upper_bound(segments_, at, {}, [](const auto& one) { return one.range.begin; });
    if (found != segments_.begin()) --found;
    if (end && found->range.begin == at && found != segments_.begin()) --found;
    bool itself = found->path == path_ && !found->pasted && found->outer.begin == found->at;
    if (itself) return found->at + std::min(at - found->range.begin, found->range.size());
    return end ? found->outer.end : found->outer.begin;
  };
  ByteRange out{own(range.begin, false), own(range.end, range.size() > 0)};
  out.end = std::max(out.begin, out.end);
  return out;
}

ByteRange Expansion::expandedRange(ByteRange own) const {
  ByteRange out{static_cast<uint32_t>(text_.size()), 0};
  for (const auto& one : segments_) {
    if (one.outer.end <= own.begin || own.end <= one.outer.begin) continue;
    bool itself = one.path == path_ && !one.pasted && one.outer.begin == one.at;
    uint32_t begin = one.range.begin;
    uint32_t end = one.range.end;
    if (itself && own.begin > one.at) begin += own.begin - one.at;
    if (itself && own.end < one.outer.end) end -= one.outer.end - own.end;
    out.begin = std::min(out.begin, begin);
    out.end = std::max(out.end, end);
  }
  return out.begin <= out.end ? out : ByteRange{};
}

}  // namespace gander::rewriter::dbt
