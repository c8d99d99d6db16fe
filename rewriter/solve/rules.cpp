#include "rewriter/solve/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"

namespace gander::rewriter {
namespace {

class RuleSolver {
 public:
  RuleSolver(const Program& program, const rules::Migration& migration, const Texts& texts, Solution& solution)
      : program_(program), texts_(texts), solution_(solution) {
    for (const auto& rule : migration.rules) rules_.emplace(rule.name, &rule);
    for (const auto& unit : program.units())
      for (const auto& match : unit.rules) matched_[{match.rule, match.span}].insert(&unit);
  }

  void solve() {
    for (const auto& unit : program_.units())
      for (const auto& match : unit.rules)
        if (auto rule = rules_.find(match.rule);
            rule != rules_.end() && globMatches(rule->second->paths, match.span.file))
          take(*rule->second, match);
  }

 private:
  void take(const rules::Rule& rule, const RuleMatch& match) {
    Demand demand;
    demand.span = match.span;
    if (match.span.range.size() == 0) demand.about = match.whole;  // text that is only put there
    demand.rule = rule.name;
    demand.change = rule.change;
    demand.tier = Tier::kRule;
    demand.units.insert(rule.dataset.empty()
                            ? fmt::format("rule:{}:{}:{}", rule.name, match.span.file, match.span.range.begin)
                            : "type:" + rule.dataset);
    demand.evidence.push_back(
        {match.whole.file, texts_.positionOf(match.whole), fmt::format("rule \"{}\" matched", rule.name)});
    auto why = match.why.empty() ? whyNotInAll(match) : match.why;
    if (why.empty()) {
      demand.stance = Stance::kReplace;
      demand.replacement = match.replacement;
      demand.written = true;
      demand.built = !isText(texts_.slice(match.span));
    } else {
      demand.claimed = demand.blocks = true;
      demand.reason = fmt::format("rule \"{}\" matched, but {}", rule.name, why);
    }
    solution_.demands.push_back(std::move(demand));
  }

  // A literal alone: a compiler takes any.
  static bool isText(std::string_view code) {
    return code.size() > 1 && code.front() == '"' && code.find('"', 1) == code.size() - 1;
  }

  // Another unit that reads the same code as something else, or empty.
  std::string whyNotInAll(const RuleMatch& match) const {
    if (match.templated) return "";
    const auto& matched = matched_.at({match.rule, match.span});
    for (const auto& unit : program_.units()) {
      if (unit.language != "cpp" || matched.contains(&unit) || !isRead(unit, match.span)) continue;
      return fmt::format("{} reads the same code, and there it does not match", unit.file);
    }
    return "";
  }

  static bool isRead(const Unit& unit, const Span& span) {
    if (unit.file != span.file && std::ranges::find(unit.reads, span.file) == unit.reads.end()) return false;
    return std::ranges::none_of(unit.zones, [&](const auto& zone) {
      return zone.first == span.file && zone.second.kind == ZoneKind::kInactive &&
             zone.second.range.overlaps(span.range);
    });
  }

  const Program& program_;
  const Texts& texts_;
  Solution& solution_;
  std::map<std::string, const rules::Rule*> rules_;
  std::map<std::pair<std::string, Span>, std::set<const Unit*>> matched_;
};

}  // namespace

std::vector<CppRule> cppRules(const rules::Migration& migration) {
  std::vector<CppRule> rules;
  for (const auto& rule : migration.rules)
    rules.push_back({rule.name, rule.match.text, rule.range.text, rule.replace.text});
  return rules;
}

void solveRules(const Program& program, const rules::Migration& migration, const Texts& texts, Solution& solution) {
  if (!migration.rules.empty()) RuleSolver(program, migration, texts, solution).solve();
}

Status checkRules(const rules::Migration& migration, CppParser& parser) {
  if (migration.rules.empty()) return {};
  GANDER_TRY(auto problems, parser.check(cppRules(migration)));
  std::string wrong;
  for (const auto& problem : problems) {
    if (problem.rule >= migration.rules.size()) return fail(ErrorKind::kCorrupt, "problems: a rule that is not there");
    const auto& rule = migration.rules[problem.rule];
    const auto& text = problem.part == RulePart::kMatch   ? rule.match
                       : problem.part == RulePart::kRange ? rule.range
                                                          : rule.replace;
    wrong += fmt::format("{}{}: {}", wrong.empty() ? "" : "\n", formatPlace(migration.file, text.at(problem.offset)),
                         problem.message);
  }
  if (!wrong.empty()) return fail(ErrorKind::kInvalid, wrong);
  return {};
}

}  // namespace gander::rewriter
