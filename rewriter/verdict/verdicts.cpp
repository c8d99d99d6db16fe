#include "rewriter/verdict/verdicts.h"

#include <fmt/format.h>

#include <algorithm>

#include "rewriter/verdict/insertions.h"
#include "rewriter/verdict/units.h"

namespace gander::rewriter {
namespace {

bool isEditable(const Texts& texts, const Span& span) {
  const auto* source = texts.find(span.file);
  return source != nullptr && (source->nature == FileNature::kCode || source->nature == FileNature::kDocument) &&
         span.range.end <= source->text.size() && span.range.begin <= span.range.end;
}

// A map whose new names are also old ones: the unit's other names tell which version it is at.
void settleAmbiguous(Solution& solution) {
  auto any = [](const std::set<std::string>& units, const std::set<std::string>& known) {
    return std::any_of(units.begin(), units.end(), [&](const auto& unit) { return known.contains(unit); });
  };
  for (auto& demand : solution.demands) {
    if (!demand.ambiguous) continue;
    bool old = any(demand.units, solution.unitsAtOld);
    bool now = any(demand.units, solution.unitsAtNew);
    if (old && !now) continue;
    demand.stance = now && !old ? Stance::kKeep : Stance::kOpen;
    demand.reason = now && !old ? "its unit is at the new version already"
                    : old       ? "names of the old and of the new version stand in one unit"
                                : "the name is in both versions, and nothing here tells which one this is";
    demand.claimed = demand.blocks = demand.stance == Stance::kOpen;
  }
}

class Decider {
 public:
  Decider(const Texts& texts, Verdicts& out, Units& units) : texts_(texts), out_(out), units_(units) {}

  void decide(std::vector<Demand>::const_iterator begin, std::vector<Demand>::const_iterator end) {
    const Demand* replace = nullptr;
    const Demand* keep = nullptr;
    const Demand* open = nullptr;
    const Demand* weak = nullptr;
    const Demand* prose = nullptr;
    bool differ = false;
    bool ruled = false;
    hanging_.clear();
    for (auto at = begin; at != end; ++at) {
      if (at->stance != Stance::kKeep) hanging_.insert(at->units.begin(), at->units.end());
      if (at->stance == Stance::kReplace) {
        differ |= replace != nullptr && replace->replacement != at->replacement;
        ruled |= at->tier == Tier::kRule;
        if (replace == nullptr || at->tier < replace->tier) replace = &*at;
      } else if (at->stance == Stance::kKeep) {
        if (keep == nullptr) keep = &*at;
      } else if (at->stance == Stance::kProse) {
        prose = &*at;
      } else if (at->weak) {
        weak = &*at;
      } else if (open == nullptr || (at->claimed && !open->claimed)) {
        open = &*at;
      }
    }
    if (replace == nullptr && keep == nullptr && open == nullptr) open = weak;
    // Whoever says "wherever it stands" answers for what nobody knows to be a dataset's.
    if (ruled && open != nullptr && !open->claimed) open = nullptr;
    if (replace != nullptr) return decideReplace(begin, end, *replace, keep, open, differ);
    if (open != nullptr && open->claimed) return list(*open, open->reason, open->blocks);
    if (open != nullptr) return judge(open->span, Verdict::kUnreached, open->reason);
    if (keep != nullptr) return judge(keep->span, Verdict::kOther, keep->reason);
    if (prose != nullptr) judge(prose->span, Verdict::kProse, prose->reason);
  }

 private:
  void decideReplace(std::vector<Demand>::const_iterator begin, std::vector<Demand>::const_iterator end,
                     const Demand& replace, const Demand* keep, const Demand* open, bool differ) {
    units_.join(hanging_);  // one edit for all of them
    if (differ)
      return list(replace, fmt::format("it would have to become several names: {}", namesOf(begin, end)), true);
    if (keep != nullptr) return list(replace, fmt::format("on another path it is {}", keep->reason), true);
    if (open != nullptr) return list(replace, open->reason, true);
    Edit edit;
    edit.span = replace.span;
    edit.position = texts_.positionOf(replace.span);
    edit.old = texts_.slice(replace.span);
    edit.now = replace.replacement;
    edit.change = replace.change;
    edit.rule = replace.rule;
    edit.tier = replace.tier;
    edit.built = replace.built;
    edit.evidence = replace.evidence;
    edit.unit = *hanging_.begin();
    for (auto at = begin; at != end; ++at)
      if (!at->about.file.empty()) edit.about.push_back(at->about);
    if (edit.old == edit.now) return;
    if (!replace.written && edit.now.find_first_of("\"'\\\n\r") != std::string::npos)
      return list(replace, "the new name needs escapes here", true);
    out_.edits.push_back(std::move(edit));
  }

  static std::string namesOf(std::vector<Demand>::const_iterator begin, std::vector<Demand>::const_iterator end) {
    std::set<std::string> names;
    for (auto at = begin; at != end; ++at)
      if (at->stance == Stance::kReplace) names.insert(at->replacement);
    return fmt::format("{}", fmt::join(names, ", "));
  }

  void list(const Demand& demand, std::string reason, bool blocks) {
    ListedSite site;
    site.span = demand.span;
    site.position = texts_.positionOf(demand.span);
    site.text = texts_.lineOf(demand.span);
    site.change = demand.change;
    site.reason = std::move(reason);
    site.blocks = blocks;
    site.evidence = demand.evidence;
    if (blocks) units_.block(hanging_, site);
    out_.listed.push_back(std::move(site));
  }

  void judge(const Span& span, Verdict verdict, const std::string& reason) {
    out_.judged.push_back({span, verdict, reason});
  }

  const Texts& texts_;
  Verdicts& out_;
  Units& units_;
  std::set<std::string> hanging_;  // of the demands on the range that is decided
};

// Edits whose ranges overlap but are not the same can't both be made, and neither is right alone.
void listOverlaps(const Texts& texts, Verdicts& verdicts, Units& units) {
  std::vector<bool> overlaps(verdicts.edits.size());
  size_t widest = 0;  // of the edits so far, the one that ends last
  for (size_t i = 1; i < verdicts.edits.size(); ++i) {
    const auto& before = verdicts.edits[widest].span;
    const auto& span = verdicts.edits[i].span;
    bool same = before.file == span.file;
    if (same && before.range.overlaps(span.range)) overlaps[i] = overlaps[widest] = true;
    if (!same || span.range.end > before.range.end) widest = i;
  }
  std::vector<Edit> kept;
  for (size_t i = 0; i < verdicts.edits.size(); ++i) {
    auto& edit = verdicts.edits[i];
    if (!overlaps[i]) {
      kept.push_back(std::move(edit));
      continue;
    }
    for (const auto& span : edit.about.empty() ? std::vector{edit.span} : edit.about) {
      ListedSite site{span, texts.positionOf(span), texts.lineOf(span), edit.change, "two edits overlap here",
                      true, edit.evidence};
      units.block({edit.unit}, site);
      verdicts.listed.push_back(std::move(site));
    }
  }
  verdicts.edits = std::move(kept);
}

}  // namespace

// What a flow or a query demands of a file that is nobody's to edit, or that is not in the tree, will not be done: what hangs on
// it must wait.
static void blockByOthers(const Texts& texts, const Demand& demand, Units& units) {
  const auto* source = texts.find(demand.span.file);
  bool flows = demand.tier == Tier::kFlow || demand.tier == Tier::kScope;
  if (demand.stance != Stance::kReplace || !flows || isEditable(texts, demand.span)) return;
  if (source != nullptr && texts.slice(demand.span) == demand.replacement) return;
  const auto why = source == nullptr ? "outside of the tree" : "that is not edited: " + source->natureReason;
  ListedSite site{.span = demand.span,
                  .position = texts.positionOf(demand.span),
                  .text = texts.lineOf(demand.span),
                  .change = demand.change,
                  .reason = "it stands in a file " + why,
                  .blocks = true,
                  .evidence = demand.evidence};
  units.block(demand.units, site);
}

void sortByPlace(Verdicts& verdicts) {
  auto byPlace = [](const auto& a, const auto& b) { return a.span < b.span; };
  std::sort(verdicts.edits.begin(), verdicts.edits.end(), byPlace);
  std::sort(verdicts.listed.begin(), verdicts.listed.end(), [](const ListedSite& a, const ListedSite& b) {
    return std::tie(a.span, a.reason) < std::tie(b.span, b.reason);
  });
}

Verdicts decide(const Meaning& meaning, const Texts& texts, Solution solution, std::vector<FileAction> files) {
  settleAmbiguous(solution);
  auto& demands = solution.demands;
  Units units;
  for (const auto& demand : demands) blockByOthers(texts, demand, units);
  std::erase_if(demands, [&](const Demand& demand) { return !isEditable(texts, demand.span); });
  std::sort(demands.begin(), demands.end());
  demands.erase(std::unique(demands.begin(), demands.end()), demands.end());

  Verdicts out;
  std::sort(solution.hazards.begin(), solution.hazards.end());
  solution.hazards.erase(std::unique(solution.hazards.begin(), solution.hazards.end()), solution.hazards.end());
  out.hazards = std::move(solution.hazards);
  std::set<std::string> typed;
  for (const auto& dataset : meaning.migration().datasets) typed.insert("type:" + dataset.id);
  if (!files.empty()) units.join(typed);
  for (const auto& keys : solution.together) units.join(keys);
  files.insert(files.end(), solution.files.begin(), solution.files.end());
  auto insertions = takeInsertions(demands);
  Decider decider(texts, out, units);
  for (auto begin = demands.cbegin(); begin != demands.cend();) {
    auto end = std::find_if(begin, demands.cend(), [&](const Demand& one) { return one.span != begin->span; });
    decider.decide(begin, end);
    begin = end;
  }
  insert(texts, std::move(insertions), units, out);
  dropWithout(texts, units, out);
  sortByPlace(out);
  listOverlaps(texts, out, units);
  dropWithout(texts, units, out);
  out.files = std::move(files);
  holdBack(meaning.migration().allowIncomplete, texts, units, *typed.begin(), out);
  sortByPlace(out);
  return out;
}

}  // namespace gander::rewriter
