#include "rewriter/solve/inactive.h"

#include <algorithm>
#include <set>

#include "rewriter/lower/branches.h"
#include "rewriter/scan/scan.h"
#include "rewriter/treesitter/cpp_functions.h"
#include "rewriter/treesitter/frontends.h"

namespace gander::rewriter {
namespace {

class InactiveSolver {
 public:
  InactiveSolver(const Spellings& spellings, const Texts& texts, Solution& solution)
      : spellings_(spellings), texts_(texts), solution_(solution) {
    for (const auto& demand : solution.demands) {
      if (demand.stance == Stance::kReplace && demand.built) edits_[demand.span.file].push_back(demand);
      if (demand.stance != Stance::kOpen) decided_.insert(demand.span);
    }
  }

  void solve(const std::string& path, const std::vector<ByteRange>& regions) {
    const auto* source = texts_.find(path);
    if (source == nullptr || !edits_.contains(path)) return;
    const auto plain = zones("cpp", source->text);
    const auto functions = cppFunctions(source->text);
    for (const auto& occurrence : scanText(source->text, spellings_).occurrences) {
      const auto& spelling = spellings_.old[occurrence.spelling];
      const auto holds = [&](ByteRange range) { return range.contains(occurrence.range); };
      const auto region = std::ranges::find_if(regions, holds);
      if (!spelling.identifier || region == regions.end() || isNeverCode(source->text, *region)) continue;
      const auto isText = [&](const Zone& zone) {
        return zone.kind != ZoneKind::kDirective && zone.range.contains(occurrence.range);
      };
      if (std::ranges::any_of(plain, isText)) continue;
      if (decided_.contains({path, occurrence.range})) continue;
      const auto function = std::ranges::find_if(functions, holds);
      if (function != functions.end()) list({path, occurrence.range}, spelling, *function);
    }
  }

 private:
  void list(const Span& span, const Spelling& spelling, ByteRange function) {
    const auto& edits = edits_.at(span.file);
    const auto beside =
        std::ranges::find_if(edits, [&](const Demand& edit) { return function.contains(edit.span.range); });
    if (beside == edits.end()) return;
    Demand demand;
    demand.span = span;
    demand.claimed = demand.blocks = true;
    demand.change = spelling.change;
    demand.units = beside->units;
    demand.reason = "in a region that the preprocessor left out, of a function that is edited";
    demand.evidence.push_back({span.file, texts_.positionOf(beside->span), "what is edited in the same function"});
    solution_.demands.push_back(std::move(demand));
  }

  const Spellings& spellings_;
  const Texts& texts_;
  Solution& solution_;
  std::map<std::string, std::vector<Demand>> edits_;
  std::set<Span> decided_;
};

}  // namespace

void solveInactive(const std::map<std::string, std::vector<ByteRange>>& inactive, const Spellings& spellings,
                   const Texts& texts, Solution& solution) {
  InactiveSolver solver(spellings, texts, solution);
  for (const auto& [path, regions] : inactive) solver.solve(path, regions);
}

}  // namespace gander::rewriter
