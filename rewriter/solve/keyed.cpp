#include "rewriter/solve/keyed.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "rewriter/scan/spellings.h"
#include "rewriter/solve/evaluate_call.h"
#include "rewriter/solve/rows_follow.h"
#include "rewriter/solve/uses.h"

namespace gander::rewriter {
namespace {

using Kind = Possibility::Kind;

// How often queries whose rows were to take new names are judged again because some of these names must stay.
constexpr int kMostPasses = 4;

class KeyedSolver {
 public:
  KeyedSolver(const Program& program, const Meaning& meaning, const Texts& texts, const RewriteLimits& limits,
              const sql::Catalog* relations, Solution& solution)
      : program_(program),
        meaning_(meaning),
        texts_(texts),
        limits_(limits),
        solution_(solution),
        evaluator_(
            program, meaning, texts, solution.needs,
            [this](FactAt call, const Entry& entry, const Query& query) { return follow_.at(call, entry, query); },
            relations),
        follow_(program, meaning, evaluator_, solution.needs),
        records_(program, meaning, evaluator_, limits, solution.needs),
        bytesChange_(meaning.messages().changeBytes()) {}

  void solve() {
    for (const auto& body : program_.bodies())
      for (size_t i = 0; i < body.function.facts.size(); ++i) seed({&body, i});
    Solution found;
    for (int pass = 1;; ++pass) {
      found = Solution();
      Uses uses(meaning_, evaluator_, records_, found);
      judgeAll(uses);
      auto kept = rowsToKeep(uses, found, pass == kMostPasses);
      for (const auto& call : kept) follow_.keep(call);
      if (kept.empty()) break;
    }
    take(std::move(found));
  }

 private:
  void judgeAll(Uses& uses) {
    for (const auto& literal : literals_) uses.demandAnywhere(literal);
    for (const auto& at : candidates_) judge(uses, at);
    uses.settleTexts();
    for (const auto& [literal, walk] : walks_) close(uses, literal, walk);
    for (const auto& [literal, walk] : walks_)
      if (!uses.isQueried(literal) && holdsTable(literal)) judgeShape(uses, literal, walk);
    for (const auto& literal : literals_)
      if (!uses.isQueried(literal)) uses.judgeDataShape(literal);
  }

  void take(Solution found) {
    auto append = [](auto& to, auto& from) { to.insert(to.end(), from.begin(), from.end()); };
    append(solution_.demands, found.demands);
    append(solution_.hazards, found.hazards);
    solution_.unitsAtNew.merge(found.unitsAtNew);
    solution_.unitsAtOld.merge(found.unitsAtOld);
  }

  // Queries whose rows were to take new names, and of whose names one can't be edited, or not so: another call takes the same
  // text, a key also goes elsewhere, or is not known to be one. In the last pass: all of them, if there is one.
  std::set<FactAt> rowsToKeep(const Uses& uses, const Solution& found, bool last) const {
    std::map<Span, std::set<std::string>> wanted;
    for (const auto& demand : found.demands)
      wanted[demand.span].insert(demand.stance == Stance::kReplace ? demand.replacement : "");
    std::set<FactAt> kept;
    std::set<FactAt> all;
    for (const auto& [span, call] : uses.following()) {
      const auto* source = texts_.find(span.file);
      bool editable = source != nullptr && source->nature == FileNature::kCode;
      if (!editable || wanted[span].size() > 1) kept.insert(call);
      all.insert(call);
    }
    kept.merge(follow_.unanswered([&](FactAt read, FactAt call) { return uses.judgedColumn(read, call); }));
    return last && !kept.empty() ? all : kept;
  }

  void seed(FactAt at) {
    const auto& fact = at.fact();
    if (fact.op == Op::kMember && meaning_.knowsField(fact.name)) candidates_.insert(at);
    if (fact.op == Op::kCall && meaning_.models().isExport(at.body->language, fact.name)) candidates_.insert(at);
    if (fact.op == Op::kCall && bytesChange_ && !meaning_.models().orders(at.body->language, fact.name).empty())
      candidates_.insert(at);
    if (fact.op == Op::kCall && meaning_.models().isReflection(at.body->language, fact.name)) candidates_.insert(at);
    if (fact.op != Op::kConst || fact.text.empty()) return;
    std::string text;
    for (const auto& piece : fact.text) text += piece.value;
    if (!matters(text)) return;
    literals_.insert(at);
    auto walk = walkForward(program_, meaning_, at, solution_.needs, [this](const Body& body, ValueId value) {
      auto possible = evaluator_.evaluateEverywhere(body, value);
      return !possible.empty() && std::all_of(possible.begin(), possible.end(),
                                              [](const Possibility& one) { return one.kind == Kind::kText; });
    });
    for (const auto& terminal : walk.terminals) candidates_.insert(terminal.at);
    for (const auto& terminal : walk.inside) candidates_.insert(terminal.at);
    walks_.emplace(at, std::move(walk));
  }

  // A name of the migration, whole or somewhere inside (a query, a path).
  bool matters(const std::string& text) const {
    if (meaning_.knowsField(text)) return true;
    for (const auto& dataset : meaning_.migration().datasets)
      for (const auto& reference : dataset.references)
        if (text.contains(reference.old) || text.contains(reference.now) || beginsOrEnds(text, reference)) return true;
    return std::any_of(meaning_.fieldNames().begin(), meaning_.fieldNames().end(),
                       [&](const std::string& field) { return text.contains(field); }) ||
           isPathOfNested(text) || meaning_.messages().areNamedIn(text);
  }

  // A part of a name that may be put together: "plays." of plays.total.
  static bool beginsOrEnds(const std::string& text, const rules::Reference& reference) {
    using rules::ReferenceKind;
    bool whole = reference.kind == ReferenceKind::kTable || reference.kind == ReferenceKind::kTopic ||
                 reference.kind == ReferenceKind::kMetric;
    return whole && text.size() * 2 >= reference.old.size() &&
           (reference.old.starts_with(text) || reference.old.ends_with(text));
  }

  // "/listener/name": a path within a text.
  bool isPathOfNested(const std::string& text) const {
    if (!text.starts_with('/')) return false;
    for (const auto& dataset : meaning_.migration().datasets)
      for (const auto& change : dataset.changes)
        if (change.field.contains('.') && text.contains(lastPart(change.field))) return true;
    return false;
  }

  void judge(Uses& uses, FactAt at) {
    judgeUnderContexts(evaluator_, limits_, [&](const Context& context, const std::string& closing) {
      return uses.judge(at, context, closing);
    });
  }

  bool holdsTable(FactAt literal) const {
    std::string text;
    for (const auto& piece : literal.fact().text) text += piece.value;
    for (const auto& dataset : meaning_.migration().datasets)
      for (const auto& reference : dataset.references)
        if (reference.kind == rules::ReferenceKind::kTable && text.contains(lastPart(reference.old))) return true;
    return false;
  }

  // Where the text goes, it may be whole; else the literal is looked at alone.
  void judgeShape(Uses& uses, FactAt literal, const FlowWalk& walk) {
    bool prose = !walk.terminals.empty();
    for (const auto& terminal : walk.terminals) {
      if (isLogText(meaning_, terminal.at, terminal.operand)) continue;
      prose = false;
      if (uses.accounts(terminal.at, literal)) continue;
      judgeUnderContexts(evaluator_, limits_, [&](const Context& context, const std::string& closing) {
        return uses.judgeShape(terminal, context, closing);
      });
    }
    if (!prose && !uses.isQueried(literal)) uses.judgeShapeOf(literal);
  }

  // The ends that close a literal: where it is a key of a record that is a dataset's, the record's own claims tell of the rest.
  std::set<Terminal> endsOf(const FlowWalk& walk) {
    bool claimed = false;
    for (const auto& [at, operand] : walk.terminals) {
      if (at.fact().op != Op::kRecord || operand % 2 != 0) continue;
      const auto& claims = records_.claimsOn(at);
      claimed |= !claims.claims.empty() || !claims.objects.empty();
    }
    auto ends = walk.terminals;
    if (!claimed) ends.insert(walk.inside.begin(), walk.inside.end());
    return ends;
  }

  // A literal that is to be replaced, and that also goes where nothing is known of it, is open.
  void close(Uses& uses, FactAt literal, const FlowWalk& walk) {
    const auto* found = uses.demandedAt(literal);
    if (found == nullptr || uses.isBoundByItself(literal)) return;
    auto demanded = *found;
    std::string open = walk.open;
    for (const auto& terminal : endsOf(walk)) {
      if (!open.empty()) break;
      // A key of a map: the walk went on to where it comes out.
      const bool key = terminal.at.fact().op == Op::kRecord && terminal.at.body->language == "cpp";
      if (key || uses.accounts(terminal.at, literal) || isLogText(meaning_, terminal.at, terminal.operand)) continue;
      auto place = evaluator_.step(spanOf(terminal.at), "");
      const auto& name = terminal.at.fact().name;
      open = fmt::format("the text also goes to {} at {}, which no model describes",
                         name.empty() ? "an expression" : name, formatPlace(place.file, place.position));
    }
    if (open.empty()) return;
    for (auto& demand : demanded) {
      demand.stance = Stance::kOpen;
      demand.claimed = demand.blocks = true;
      demand.reason = open;
      uses.demand(std::move(demand));
    }
  }

  const Program& program_;
  const Meaning& meaning_;
  const Texts& texts_;
  const RewriteLimits& limits_;
  Solution& solution_;
  Evaluator evaluator_;
  RowsFollow follow_;
  Records records_;
  bool bytesChange_;  // of a message
  std::set<FactAt> literals_;
  std::set<FactAt> candidates_;
  std::map<FactAt, FlowWalk> walks_;
};

}  // namespace

void solveKeyed(const Program& program, const Meaning& meaning, const Texts& texts, const RewriteLimits& limits,
                const sql::Catalog* relations, Solution& solution) {
  KeyedSolver(program, meaning, texts, limits, relations, solution).solve();
}

}  // namespace gander::rewriter
