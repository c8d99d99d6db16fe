#include "rewriter/solve/stringized.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace gander::rewriter {
namespace {

class StringizedSolver {
 public:
  StringizedSolver(const Texts& texts, const std::set<std::string>& derived, Solution& solution)
      : texts_(texts), derived_(derived), solution_(solution) {
    for (const auto& demand : solution.demands) {
      if (demand.stance != Stance::kReplace) continue;
      (demand.built || demand.leftOut ? names_ : keys_).emplace(demand.span, demand);
    }
  }

  void add(const Unit& unit) {
    std::set<Span> made;  // the macro puts something before the name: a member's object, a class, a part of the token
    for (const auto& name : unit.names) {
      if (!name.bare && !derived_.contains(name.symbol)) made.insert(name.span);
      if (!name.paste.argument.file.empty() && !derived_.contains(name.symbol)) made.insert(name.paste.argument);
    }
    for (const auto& use : unit.stringized) {
      auto name = names_.find(use.span);
      if (name == names_.end() || keys_.contains(use.span)) continue;
      if (use.alone && made.contains(use.span))
        open(use, name->second);
      else
        told_[{use.span.file, use.macro}].insert(use.span);
    }
  }

  void tell() {
    for (const auto& [place, spans] : told_) {
      const auto& first = *spans.begin();
      auto others = spans.size() == 1 ? std::string() : fmt::format(", and of {} more in this file", spans.size() - 1);
      solution_.hazards.push_back(
          {"stringizing", first.file, texts_.positionOf(first),
           fmt::format("{} also makes text of it{}: what it prints changes", place.second, others)});
    }
  }

 private:
  void open(const Stringized& use, const Demand& replaced) {
    Demand demand = replaced;
    demand.stance = Stance::kOpen;
    demand.claimed = demand.blocks = true;
    demand.replacement.clear();
    demand.reason =
        fmt::format("{} makes both a name and a text of it, and nothing tells that the text must become {} too",
                    use.macro, replaced.replacement);
    solution_.demands.push_back(std::move(demand));
  }

  const Texts& texts_;
  const std::set<std::string>& derived_;
  Solution& solution_;
  std::map<Span, Demand> names_;  // what a compiler reads as code
  std::map<Span, Demand> keys_;
  std::map<std::pair<std::string, std::string>, std::set<Span>> told_;  // file, macro
};

}  // namespace

void solveStringized(const Program& program, const Texts& texts, const std::set<std::string>& derived,
                     Solution& solution) {
  StringizedSolver solver(texts, derived, solution);
  for (const auto& unit : program.units()) solver.add(unit);
  solver.tell();
}

}  // namespace gander::rewriter
