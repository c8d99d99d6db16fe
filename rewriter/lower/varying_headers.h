// Headers that may mean something else to each source that includes them, so that one source does not speak for all: they ask for a macro
// that sources, or their commands, define differently, or nothing keeps them from being included twice, as lists that a macro reads.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "rewriter/scan/texts.h"

namespace gander::rewriter {

class VaryingHeaders {
 public:
  // `byCommand`: macros that the sources' commands define differently.
  VaryingHeaders(const Texts& texts, std::set<std::string> byCommand);

  // Only the header's own text is asked: not what it includes.
  bool mayVary(const std::string& header);

 private:
  const std::set<std::string>& macros();

  const Texts& texts_;
  const std::set<std::string> byCommand_;
  std::optional<std::set<std::string>> macros_;
};

}  // namespace gander::rewriter
