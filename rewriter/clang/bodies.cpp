#include "rewriter/clang/bodies.h"

#include <algorithm>

namespace gander::rewriter {

bool isPassedOver(const clang::Decl& function, Bodies bodies, const SourceMap& sources) {
  if (bodies == Bodies::kAll) return false;
  const auto location = sources.sources().getExpansionLoc(function.getLocation());
  if (location.isInvalid()) return false;
  const auto& file = sources.file(sources.sources().getFileID(location));
  if (file.own || file.path.empty()) return false;
  if (bodies == Bodies::kOwn) return true;
  const auto* declared = function.getAsFunction();
  return declared != nullptr && !declared->isTemplated() && (!file.inTree || SourceMap::isProtobuf(file.path));
}

bool hasOpenNames(const std::vector<NameUse>& names) {
  return std::ranges::any_of(names, [](const NameUse& use) { return use.dependent; });
}

}  // namespace gander::rewriter
