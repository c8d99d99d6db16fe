#include <algorithm>

#include "base/text.h"
#include "rewriter/scan/spellings.h"
#include "rewriter/solve/query.h"

namespace gander::rewriter {
namespace {

bool sameNames(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const std::string& x, const std::string& y) { return toLowerAscii(x) == toLowerAscii(y); });
}

// One name ends with the other: the same table, if a schema or project is left out on one side.
bool mayBeSame(std::vector<std::string> a, std::vector<std::string> b) {
  size_t common = std::min(a.size(), b.size());
  a.erase(a.begin(), a.end() - static_cast<long>(common));
  b.erase(b.begin(), b.end() - static_cast<long>(common));
  return sameNames(a, b);
}

}  // namespace

TableMeaning findTable(const Meaning& meaning, const std::vector<std::string>& parts) {
  TableMeaning best;
  for (size_t index = 0; index < meaning.migration().datasets.size(); ++index)
    for (const auto& reference : meaning.dataset(index).references) {
      if (reference.kind != rules::ReferenceKind::kTable) continue;
      auto old = split(reference.old, '.');
      auto now = split(reference.now, '.');
      TableMeaning found{TableMatch::kOther, index, referenceId(meaning.dataset(index), reference), &reference};
      if (sameNames(old, parts))
        found.match = TableMatch::kOld;
      else if (sameNames(now, parts))
        found.match = TableMatch::kNew;
      else if (mayBeSame(old, parts))
        found.match = TableMatch::kUnclear;
      if (found.match == TableMatch::kOld) return found;
      if (found.match != TableMatch::kOther && best.match != TableMatch::kNew) best = found;
    }
  return best;
}

std::vector<PartEdit> editsOfTable(const rules::Reference& reference,
                                   const std::vector<std::pair<ByteRange, std::string>>& parts) {
  auto now = split(reference.now, '.');
  std::vector<PartEdit> edits;
  if (now.size() != parts.size()) return edits;
  for (size_t i = 0; i < parts.size(); ++i)
    if (toLowerAscii(parts[i].second) != toLowerAscii(now[i])) edits.push_back({parts[i].first, now[i]});
  return edits;
}

}  // namespace gander::rewriter
