#include <algorithm>

#include "rewriter/lower/branches.h"
#include "rewriter/lower/lowering.h"

namespace gander::rewriter {

// Old names of C++ in a text that are code, or would be.
std::vector<ByteRange> Lowering::namesIn(const SourceText& source) const {
  std::vector<ByteRange> names;
  const auto plain = zones("cpp", source.text);
  for (const auto& occurrence : scanText(source.text, spellings_).occurrences) {
    const auto isText = [&](const Zone& zone) {
      return zone.kind != ZoneKind::kDirective && zone.range.contains(occurrence.range);
    };
    if (spellings_.old[occurrence.spelling].identifier && std::ranges::none_of(plain, isText))
      names.push_back(occurrence.range);
  }
  return names;
}

bool Lowering::lowerBranches(Program& program) {
  if (cpp_ == nullptr || !meaning_.hasTyped("cpp")) return false;
  std::vector<CppRequest> requests;
  std::vector<std::pair<std::string, std::vector<ByteRange>>> branches;  // of each request
  for (const auto& [path, regions] : inactive()) {
    const auto* source = texts_.find(path);
    if (source == nullptr || source->nature == FileNature::kGenerated || !branched_.insert(path).second) continue;
    for (auto& reading : otherReadings(source->text, regions, namesIn(*source))) {
      for (auto& overwrite : reading.directives) overwrite.span.file = path;
      requests.push_back({.file = mains_.at(path),
                          .wanted = spellings_.wanted,
                          .types = meaning_.classes("cpp"),
                          .instead = std::move(reading.directives)});
      branches.emplace_back(path, std::move(reading.branches));
    }
  }
  if (requests.empty()) return false;
  auto answers = cpp_->lower(requests);
  for (size_t at = 0; at < answers.size() && at < requests.size(); ++at) {
    if (!answers[at]) continue;  // the names are listed as those of any branch that is left out
    for (auto& unit : *answers[at])
      if (fits(unit)) takeBranches(branches[at].first, branches[at].second, std::move(unit), program);
  }
  return true;
}

// Of such a unit only the branches are new: all else is what the build makes of it, or not so. Declarations of new names are
// kept wherever they stand, for they may capture an edit of a branch.
void Lowering::takeBranches(const std::string& path, const std::vector<ByteRange>& branches, Unit unit,
                            Program& program) const {
  const auto outside = [&](const Span& span) {
    return span.file != path || std::ranges::none_of(branches, [&](ByteRange one) { return one.contains(span.range); });
  };
  Unit kept{.file = std::move(unit.file), .language = std::move(unit.language)};
  kept.names = std::move(unit.names);
  const auto isOld = [&](const std::string& text) {
    return std::ranges::binary_search(spellings_.old, text, {}, &Spelling::text);
  };
  std::erase_if(kept.names,
                [&](const NameUse& use) { return outside(use.span) && (!use.declares || isOld(use.text)); });
  kept.stringized = std::move(unit.stringized);
  std::erase_if(kept.stringized, [&](const Stringized& use) { return outside(use.span); });
  kept.uses = std::move(unit.uses);
  std::erase_if(kept.uses, [&](const UseContext& use) { return outside(use.name); });
  kept.types = std::move(unit.types);
  kept.gaps = std::move(unit.gaps);
  kept.leftOut = true;
  program.add(std::move(kept));
}

}  // namespace gander::rewriter
