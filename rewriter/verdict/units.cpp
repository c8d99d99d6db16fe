#include "rewriter/verdict/units.h"

#include <fmt/format.h>

#include "rewriter/verdict/verdicts.h"

namespace gander::rewriter {

std::string Units::find(const std::string& key) {
  auto at = parent_.find(key);
  if (at == parent_.end() || at->second == key) return key;
  auto root = find(at->second);
  parent_[key] = root;
  return root;
}

void Units::join(const std::set<std::string>& keys) {
  if (keys.empty()) return;
  auto first = find(*keys.begin());
  for (const auto& key : keys) {
    auto other = find(key);  // the lesser name is the root, whatever the order of the calls
    if (other == first) continue;
    if (other < first) std::swap(first, other);
    parent_[first] = first;
    parent_[other] = first;
  }
}

void Units::block(const std::set<std::string>& keys, const ListedSite& by) {
  join(keys);
  if (!keys.empty()) blockers_.emplace(*keys.begin(), by);
}

std::string Units::nameOf(const std::string& key) { return find(key); }

const ListedSite* Units::blockerOf(const std::string& key) {
  auto unit = find(key);
  for (const auto& [blocked, by] : blockers_)
    if (find(blocked) == unit) return &by;
  return nullptr;
}

// The edits around one name and that of the name itself are held back as one site.
static void listOnce(Verdicts& verdicts) {
  std::set<std::pair<Span, std::string>> seen;
  std::erase_if(verdicts.listed, [&](const ListedSite& site) { return !seen.insert({site.span, site.reason}).second; });
}

void holdBack(bool allowIncomplete, const Texts& texts, Units& units, const std::string& filesKey, Verdicts& verdicts) {
  std::vector<Edit> kept;
  std::map<std::string, ListedSite> held;  // unit -> what blocks it
  auto blocks = [&](const std::string& key) {
    const auto* by = units.blockerOf(key);
    if (by != nullptr) held.emplace(units.nameOf(key), *by);
    return by;
  };
  for (auto& edit : verdicts.edits) {
    const auto* by = blocks(edit.unit);
    edit.unit = units.nameOf(edit.unit);
    if (by == nullptr || allowIncomplete) {
      kept.push_back(std::move(edit));
      continue;
    }
    auto reason = fmt::format("held back with its unit: {} must change too ({})",
                              formatPlace(by->span.file, by->position), by->reason);
    if (edit.old.empty() && edit.about.empty()) continue;  // it only serves others
    for (const auto& span : edit.about.empty() ? std::vector{edit.span} : edit.about)
      verdicts.listed.push_back(
          {span, texts.positionOf(span), texts.lineOf(span), edit.change, reason, true, edit.evidence});
  }
  verdicts.edits = std::move(kept);
  listOnce(verdicts);
  std::erase_if(verdicts.files, [&](const FileAction& action) {
    const auto* by = blocks(action.unit.empty() ? filesKey : action.unit);
    return by != nullptr && !allowIncomplete;
  });
  for (const auto& [unit, by] : held) {
    verdicts.hazards.push_back({allowIncomplete ? "incomplete" : "held-back", by.span.file, by.position,
                                fmt::format("{}: {}",
                                            allowIncomplete ? "only a part of what hangs together is edited"
                                                            : "edits that hang together with this are not made",
                                            by.reason)});
    verdicts.incomplete |= allowIncomplete;
  }
}

}  // namespace gander::rewriter
