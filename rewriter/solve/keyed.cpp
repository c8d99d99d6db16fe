#include "rewriter/solve/keyed.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "rewriter/solve/evaluate_call.h"
#include "rewriter/solve/query.h"
#include "rewriter/solve/uses.h"

namespace gander::rewriter {
namespace {

using Kind = Possibility::Kind;

class KeyedSolver {
 public:
  KeyedSolver(const Program& program, const Meaning& meaning, const Texts& texts, const RewriteLimits& limits,
              Solution& solution)
      : program_(program),
        meaning_(meaning),
        limits_(limits),
        solution_(solution),
        evaluator_(program, meaning, texts, solution.needs),
        records_(program, meaning, evaluator_, limits, solution.needs),
        uses_(meaning, evaluator_, records_, solution) {}

  void solve() {
    for (const auto& body : program_.bodies())
      for (size_t i = 0; i < body.function.facts.size(); ++i) seed({&body, i});
    for (const auto& at : candidates_) judge(at);
    for (const auto& [literal, walk] : walks_) close(literal, walk);
  }

 private:
  void seed(FactAt at) {
    const auto& fact = at.fact();
    if (fact.op == Op::kMember && meaning_.knowsField(fact.name)) candidates_.insert(at);
    if (fact.op != Op::kConst || fact.text.empty()) return;
    std::string text;
    for (const auto& piece : fact.text) text += piece.value;
    if (!matters(text)) return;
    uses_.demandAnywhere(at);
    auto walk = walkForward(program_, meaning_, at, solution_.needs);
    for (const auto& terminal : walk.terminals) candidates_.insert(terminal.at);
    walks_.emplace(at, std::move(walk));
  }

  // A name of the migration, whole or somewhere inside (a query, a path).
  bool matters(const std::string& text) const {
    if (meaning_.knowsField(text)) return true;
    for (const auto& dataset : meaning_.migration().datasets)
      for (const auto& reference : dataset.references)
        if (text.contains(reference.old) || text.contains(reference.now)) return true;
    return std::any_of(meaning_.fieldNames().begin(), meaning_.fieldNames().end(),
                       [&](const std::string& field) { return text.contains(field); });
  }

  void judge(FactAt at) {
    judgeUnderContexts(program_, limits_, [&](const Context& context, const std::string& closing) {
      return uses_.judge(at, context, closing);
    });
  }

  // A literal that is to be replaced, and that also goes where nothing is known of it, is open.
  void close(FactAt literal, const FlowWalk& walk) {
    const auto* demanded = uses_.demandedAt(literal);
    if (demanded == nullptr) return;
    std::string open = walk.open;
    for (const auto& terminal : walk.terminals) {
      if (!open.empty()) break;
      if (uses_.accounts(terminal.at, literal) || isLogText(meaning_, terminal.at, terminal.operand)) continue;
      auto place = evaluator_.step(spanOf(terminal.at), "");
      const auto& name = terminal.at.fact().name;
      open = fmt::format("the text also goes to {} at {}, which no model describes",
                         name.empty() ? "an expression" : name, formatPlace(place.file, place.position));
    }
    if (open.empty()) return;
    for (Demand demand : *demanded) {
      demand.stance = Stance::kOpen;
      demand.claimed = demand.blocks = true;
      demand.reason = open;
      solution_.demands.push_back(std::move(demand));
    }
  }

  const Program& program_;
  const Meaning& meaning_;
  const RewriteLimits& limits_;
  Solution& solution_;
  Evaluator evaluator_;
  Records records_;
  Uses uses_;
  std::set<FactAt> candidates_;
  std::map<FactAt, FlowWalk> walks_;
};

}  // namespace

void solveKeyed(const Program& program, const Meaning& meaning, const Texts& texts, const RewriteLimits& limits,
                Solution& solution) {
  KeyedSolver(program, meaning, texts, limits, solution).solve();
}

}  // namespace gander::rewriter
