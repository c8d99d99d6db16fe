// The grade `symbols`: every name in the changed C++ files resolves, in the new tree, to what it resolved to before; names of the
// dataset to their new names. So an edit of a wrong token, a local variable of the new name, and a method of a subclass that
// hides the new accessor are all differences.
//
//   both trees -> the units that read a changed file, every name asked for -> what stands where -> compared, moved by the edits
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rewriter/certificate/renames.h"
#include "rewriter/rewrite.h"

namespace gander::rewriter {

struct SymbolsCompared {
  std::string why;  // not empty: they could not be compared
  std::optional<CertificateDifference> difference;
};

// `edits`: by file, sorted. Both parsers are there.
Result<SymbolsCompared> compareSymbols(const Rewrite& rewrite, const CertificateParts& parts, const Renames& renames,
                                       const std::map<std::string, std::vector<const Edit*>>& edits);

}  // namespace gander::rewriter
