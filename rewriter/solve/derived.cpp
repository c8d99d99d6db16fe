#include "rewriter/solve/derived.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

namespace gander::rewriter {
namespace {

class DerivedSolver {
 public:
  DerivedSolver(const Meaning& meaning, const Texts& texts, Solution& solution)
      : meaning_(meaning), texts_(texts), solution_(solution) {
    for (const auto& demand : solution.demands)
      if (demand.stance == Stance::kReplace && (demand.built || demand.leftOut) && demand.wraps.file.empty())
        replaced_.emplace(demand.span, demand);
  }

  // Every declaration of a symbol must be made of a name that is replaced, and all by the same new name.
  void declare(const Unit& unit) {
    for (const auto& name : unit.names) {
      if (!name.declares || !isDerived(unit, name)) continue;
      auto& known = symbols_[name.symbol];
      const auto origin = replaced_.find(name.paste.argument);
      if (origin == replaced_.end()) {
        known.stays = true;
        continue;
      }
      const auto now = name.paste.before + origin->second.replacement + name.paste.behind;
      known.stays |= !known.now.empty() && known.now != now;
      known.now = now;
      known.origin = origin->second;
    }
  }

  void use(const Unit& unit) {
    for (const auto& name : unit.names)
      if (isDerived(unit, name)) judge(name);
  }

  std::set<std::string> symbols() const {
    std::set<std::string> changed;
    for (const auto& [symbol, known] : symbols_)
      if (!known.stays) changed.insert(symbol);
    return changed;
  }

 private:
  struct Symbol {
    std::string now;
    Demand origin;
    bool stays = false;
  };

  // Pasted of an old name, and not itself one of the dataset's.
  bool isDerived(const Unit& unit, const NameUse& name) const {
    if (!name.pasted || name.paste.argument.file.empty() || name.symbol.empty()) return false;
    const auto isField = [&](const std::string& symbol) {
      return meaning_.findMember(unit.language, symbol) != nullptr ||
             meaning_.bound().findField(unit.language, symbol) != nullptr ||
             meaning_.bound().findEnumValue(unit.language, symbol) != nullptr;
    };
    return !isField(name.symbol) && std::ranges::none_of(name.overrides, isField);
  }

  void judge(const NameUse& name) {
    const auto known = symbols_.find(name.symbol);
    Demand demand;
    demand.span = name.paste.argument;
    if (known == symbols_.end() || known->second.stays) {
      demand.stance = Stance::kKeep;
      demand.reason = fmt::format("a macro makes {} of it: {} {}", name.text, toString(name.kind), name.symbol);
      solution_.demands.push_back(std::move(demand));
      return;
    }
    if (replaced_.contains(demand.span)) return;
    const auto& [now, origin, stays] = known->second;
    demand.change = origin.change;
    demand.tier = origin.tier;
    demand.units = origin.units;
    demand.built = true;
    demand.evidence = origin.evidence;
    demand.evidence.push_back({demand.span.file, texts_.positionOf(demand.span),
                               fmt::format("a macro makes {} of it, which another makes of that name", name.symbol)});
    const auto& paste = name.paste;
    if (now.size() > paste.before.size() + paste.behind.size() && now.starts_with(paste.before) &&
        now.ends_with(paste.behind)) {
      demand.stance = Stance::kReplace;
      demand.replacement = now.substr(paste.before.size(), now.size() - paste.before.size() - paste.behind.size());
    } else {
      demand.claimed = demand.blocks = true;
      demand.reason = fmt::format("a macro makes {} of it, which becomes {}", name.text, now);
    }
    solution_.demands.push_back(std::move(demand));
  }

  const Meaning& meaning_;
  const Texts& texts_;
  Solution& solution_;
  std::map<Span, Demand> replaced_;
  std::map<std::string, Symbol> symbols_;
};

}  // namespace

std::set<std::string> solveDerived(const Program& program, const Meaning& meaning, const Texts& texts,
                                   Solution& solution) {
  DerivedSolver solver(meaning, texts, solution);
  for (const auto& unit : program.units()) solver.declare(unit);
  for (const auto& unit : program.units()) solver.use(unit);
  return solver.symbols();
}

}  // namespace gander::rewriter
