#include "rewriter/solve/rules.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "base/text.h"
#include "rewriter/facts/rule_template.h"
#include "rewriter/scan/rule_files.h"
#include "rewriter/scan/scan.h"
#include "rewriter/treesitter/frontends.h"

namespace gander::rewriter {
namespace {

TextOfFile textsOf(const Texts& texts) {
  return [&texts](const std::string& file) {
    const auto* source = texts.find(file);
    return source == nullptr ? nullptr : &source->text;
  };
}

class RuleSolver {
 public:
  RuleSolver(const Program& program, const rules::Migration& migration, const Spellings& spellings, const Texts& texts,
             Solution& solution)
      : program_(program), texts_(texts), solution_(solution) {
    for (const auto& rule : migration.rules) {
      auto pieces = parseRuleTemplate(rule.replace.text);
      auto old = oldNameIn(pieces, spellings);
      rules_.emplace(rule.name, Ruled{&rule, std::move(pieces), std::move(old)});
    }
    for (const auto& unit : program.units())
      for (const auto& match : unit.rules) {
        auto& instances = matched_[keyOf(match)][&unit];
        instances.insert(match.instances.begin(), match.instances.end());
      }
  }

  void solve() {
    for (const auto& unit : program_.units())
      for (const auto& match : unit.rules)
        if (auto ruled = rules_.find(match.rule);
            ruled != rules_.end() && globMatches(ruled->second.rule->paths, match.span.file))
          take(ruled->second, match);
    std::ranges::move(demands_, std::back_inserter(solution_.demands));
  }

 private:
  struct Ruled {
    const rules::Rule* rule;
    RuleTemplate pieces;
    std::string oldName;  // that the template holds, or empty
  };
  // A place, and what becomes of it.
  using Key = std::tuple<std::string, Span, std::string>;

  // The next run would find it, and take it for what is to be migrated.
  static std::string oldNameIn(const RuleTemplate& pieces, const Spellings& spellings) {
    for (const auto& piece : pieces) {
      if (piece.bound) continue;
      const auto found = scanText(piece.text, spellings).occurrences;
      if (!found.empty()) return piece.text.substr(found.front().range.begin, found.front().range.size());
    }
    return "";
  }

  std::expected<std::string, std::string> made(const RuleMatch& match) const {
    const auto ruled = rules_.find(match.rule);
    if (ruled == rules_.end()) return std::unexpected("");
    return fillRuleTemplate(ruled->second.pieces, match, textsOf(texts_));
  }

  Key keyOf(const RuleMatch& match) const { return {match.rule, match.span, made(match).value_or("")}; }

  void take(const Ruled& ruled, const RuleMatch& match) {
    const auto& rule = *ruled.rule;
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
    auto text = made(match);
    auto why = whyNot(ruled, match, text);
    if (why.empty()) {
      demand.stance = Stance::kReplace;
      demand.replacement = *text;
      demand.written = true;
      demand.built = !isText(texts_.slice(match.span));
    } else {
      demand.claimed = demand.blocks = true;
      demand.reason = fmt::format("rule \"{}\" matched, but {}", rule.name, why);
    }
    demands_.insert(std::move(demand));
  }

  // A literal alone: a compiler takes any.
  static bool isText(std::string_view code) {
    return code.size() > 1 && code.front() == '"' && code.find('"', 1) == code.size() - 1;
  }

  std::string whyNot(const Ruled& ruled, const RuleMatch& match,
                     const std::expected<std::string, std::string>& text) const {
    if (!match.why.empty()) return match.why;
    if (!text) return text.error();
    if (!ruled.oldName.empty())
      return fmt::format("its text brings in {}, an old name, which the next run would find", ruled.oldName);
    return match.declared.file.empty() ? whyNotInAll(match) : whyNotAlike(match);
  }

  // Another unit that reads the same code as something else, or empty.
  std::string whyNotInAll(const RuleMatch& match) const {
    const auto& matched = matched_.at(keyOf(match));
    for (const auto& unit : program_.units()) {
      if (unit.language != "cpp" || matched.contains(&unit) || !isRead(unit, match.span)) continue;
      return fmt::format("{} reads the same code, and there it does not match", unit.file);
    }
    return "";
  }

  // An instantiation that some unit makes of the code, and that is something else, or empty.
  std::string whyNotAlike(const RuleMatch& match) const {
    const auto& matched = matched_.at(keyOf(match));
    for (const auto& unit : program_.units()) {
      const auto found = matched.find(&unit);
      for (uint32_t at = 0; at < unit.instances.size(); ++at) {
        if (!isAskedFor(match, unit.instances[at]) || (found != matched.end() && found->second.contains(at))) continue;
        return fmt::format("in another instantiation of the template, {} in {}, the rule does not match it",
                           unit.instances[at].name, unit.file);
      }
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
  std::set<Demand> demands_;
  std::map<std::string, Ruled> rules_;
  std::map<Key, std::map<const Unit*, std::set<uint32_t>>> matched_;
};

// Whether a place is in C++ that a unit reads.
bool isPlausible(const Span& span, const std::set<std::string>& reads, const Texts& texts) {
  const auto* source = texts.find(span.file);
  return source != nullptr && languageOf(span.file) == "cpp" && reads.contains(span.file) &&
         span.range.begin <= span.range.end && span.range.end <= source->text.size();
}

}  // namespace

void refuseMatches(const std::string& main, const rules::Migration& migration, const Texts& texts, Unit& unit) {
  std::set<std::string> reads(unit.reads.begin(), unit.reads.end());
  reads.insert(main);
  std::erase_if(unit.rules, [&](const RuleMatch& match) {
    const auto fits = [&](const Span& span) { return isPlausible(span, reads, texts); };
    const bool known = std::ranges::find(migration.rules, match.rule, &rules::Rule::name) != migration.rules.end();
    if (known && fits(match.span) && fits(match.whole) && std::ranges::all_of(match.nodes, fits, &RuleNode::span))
      return false;
    unit.gaps.push_back({main, fmt::format("a match of a rule is refused: no C++ that is read here has {}:{}",
                                           match.span.file, match.span.range.begin)});
    return true;
  });
}

void joinRules(const rules::Migration& migration, Solution& solution) {
  std::set<std::string> joined;  // ids of datasets
  for (const auto& rule : migration.rules) {
    const auto isOf = [&](const Demand& demand) { return demand.rule == rule.name; };
    if (rule.dataset.empty() || std::ranges::none_of(solution.demands, isOf) || !joined.insert(rule.dataset).second)
      continue;
    std::set<std::string> units{"type:" + rule.dataset};
    for (const auto& demand : solution.demands)
      if (demand.change.starts_with(rule.dataset + "/") && demand.stance != Stance::kKeep &&
          demand.stance != Stance::kProse)
        units.insert(demand.units.begin(), demand.units.end());
    solution.together.push_back(std::move(units));
  }
}

std::vector<Hazard> hazardsOfRules(const Program& program, const rules::Migration& migration, const Texts& texts,
                                   const std::vector<std::string>& files, const std::set<std::string>& unparsed) {
  std::vector<Hazard> hazards;
  std::map<std::string, std::vector<std::string>> missed;  // file -> rules
  for (const auto& rule : migration.rules) {
    bool looked = false;
    for (const auto& path : files) {
      if (!concernsRules({rule}, path, texts.find(path)->text)) continue;
      if (unparsed.contains(path))
        missed[path].push_back(rule.name);
      else
        looked = true;
    }
    const auto isOf = [&](const Unit& unit) {
      return std::ranges::find(unit.rules, rule.name, &RuleMatch::rule) != unit.rules.end();
    };
    if (looked && std::ranges::none_of(program.units(), isOf))
      hazards.push_back({"rule-unused", std::filesystem::path(migration.file).filename().string(), rule.position,
                         fmt::format("rule {} matched nothing in this tree, which holds its words", rule.name)});
  }
  for (const auto& [path, names] : missed)
    hazards.push_back({"rule-not-matched",
                       path,
                       {},
                       fmt::format("the file holds a word of the migration's rules ({}), and could not be parsed",
                                   fmt::join(names, ", "))});
  return hazards;
}

std::vector<CppRule> cppRules(const rules::Migration& migration) {
  std::vector<CppRule> rules;
  for (const auto& rule : migration.rules)
    rules.push_back({rule.name, rule.match.text, rule.range.text, rule.replace.text, rule.paths});
  return rules;
}

void solveRules(const Program& program, const rules::Migration& migration, const Spellings& spellings,
                const Texts& texts, Solution& solution) {
  if (!migration.rules.empty()) RuleSolver(program, migration, spellings, texts, solution).solve();
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
