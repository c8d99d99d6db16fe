#include "rewriter/verdict/insertions.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace gander::rewriter {

std::vector<Demand> takeInsertions(std::vector<Demand>& demands) {
  std::vector<Demand> out;
  for (auto& demand : demands)
    if (!demand.wraps.file.empty()) out.push_back(std::move(demand));
  std::erase_if(demands, [](const Demand& demand) { return !demand.wraps.file.empty() || demand.span.file.empty(); });
  return out;
}

// From left to right: what closes the narrowest range first, what opens the widest first; an empty range stands between. What
// is made for one name stands together.
static bool comesBefore(const Demand& a, const Demand& b) {
  auto side = [](const Demand& one) { return one.wraps.range.size() == 0 ? 1 : one.opens ? 2 : 0; };
  if (side(a) != side(b)) return side(a) < side(b);
  const auto& x = a.wraps.range;
  const auto& y = b.wraps.range;
  if (a.opens)
    return std::tie(y.end, b.outer, a.about, a.replacement) < std::tie(x.end, a.outer, b.about, b.replacement);
  return std::tie(y.begin, a.outer, b.about, b.replacement) < std::tie(x.begin, b.outer, a.about, a.replacement);
}

namespace {

class Inserter {
 public:
  Inserter(const Texts& texts, Units& units, Verdicts& verdicts) : texts_(texts), units_(units), verdicts_(verdicts) {}

  // All demands at one place, in the order in which they stand.
  void add(const std::vector<Demand>& here) {
    Edit edit;
    edit.span = here.front().span;
    edit.position = texts_.positionOf(edit.span);
    edit.change = here.front().change;
    edit.tier = here.front().tier;
    std::set<std::string> hanging;
    const Demand* before = nullptr;
    for (const auto& demand : here) {
      hanging.insert(demand.units.begin(), demand.units.end());
      edit.tier = std::max(edit.tier, demand.tier);
      edit.built |= demand.built;
      if (!demand.about.file.empty() && std::ranges::find(edit.about, demand.about) == edit.about.end())
        edit.about.push_back(demand.about);
      bool same = before != nullptr && before->wraps == demand.wraps && before->opens == demand.opens &&
                  before->about == demand.about;
      if (same && before->replacement == demand.replacement) continue;
      if (same && !demand.about.file.empty()) return list(here, *before, demand);
      edit.now += demand.replacement;
      edit.evidence.insert(edit.evidence.end(), demand.evidence.begin(), demand.evidence.end());
      before = &demand;
    }
    units_.join(hanging);
    edit.unit = *hanging.begin();
    verdicts_.edits.push_back(std::move(edit));
  }

 private:
  void list(const std::vector<Demand>& here, const Demand& one, const Demand& other) {
    auto reason = "it would have to become several texts: " + one.replacement + ", " + other.replacement;
    std::set<Span> names;
    for (const auto& demand : here) {
      if (demand.about.file.empty() || !names.insert(demand.about).second) continue;
      ListedSite site{
          demand.about,   texts_.positionOf(demand.about), texts_.lineOf(demand.about), demand.change, reason, true,
          demand.evidence};
      units_.block(demand.units, site);
      verdicts_.listed.push_back(std::move(site));
    }
  }

  const Texts& texts_;
  Units& units_;
  Verdicts& verdicts_;
};

}  // namespace

void insert(const Texts& texts, std::vector<Demand> insertions, Units& units, Verdicts& verdicts) {
  std::ranges::sort(insertions, [](const Demand& a, const Demand& b) {
    if (a.span != b.span) return a.span < b.span;
    return comesBefore(a, b);
  });
  Inserter inserter(texts, units, verdicts);
  for (auto begin = insertions.begin(); begin != insertions.end();) {
    auto end = std::find_if(begin, insertions.end(), [&](const Demand& one) { return one.span != begin->span; });
    inserter.add({begin, end});
    begin = end;
  }
}

// The edits that are made for a name of `gone`, and with them, what is made for the other names that they are made for.
static std::vector<bool> findDropped(const std::vector<Edit>& edits, const std::set<Span>& listed) {
  auto gone = listed;
  std::vector<bool> dropped(edits.size());
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t i = 0; i < edits.size(); ++i) {
      const auto& edit = edits[i];
      auto isGone = [&](const Span& name) { return gone.contains(name); };
      const bool own = isGone(edit.span) && !listed.contains(edit.span);
      if (dropped[i] || !(own || std::ranges::any_of(edit.about, isGone))) continue;
      dropped[i] = changed = true;
      gone.insert(edit.about.begin(), edit.about.end());
    }
  }
  return dropped;
}

void dropWithout(const Texts& texts, Units& units, Verdicts& verdicts) {
  std::set<Span> listed;
  for (const auto& site : verdicts.listed) listed.insert(site.span);
  const auto dropped = findDropped(verdicts.edits, listed);
  std::vector<Edit> kept;
  for (size_t i = 0; i < dropped.size(); ++i) {
    auto& edit = verdicts.edits[i];
    if (!dropped[i]) {
      kept.push_back(std::move(edit));
      continue;
    }
    for (const auto& name : edit.about) {
      if (!listed.insert(name).second) continue;
      ListedSite site{name,
                      texts.positionOf(name),
                      texts.lineOf(name),
                      edit.change,
                      "what is to be written around it is made for a listed name too",
                      true,
                      edit.evidence};
      units.block({edit.unit}, site);
      verdicts.listed.push_back(std::move(site));
    }
  }
  verdicts.edits = std::move(kept);
}

}  // namespace gander::rewriter
