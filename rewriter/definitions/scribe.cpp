#include "rewriter/definitions/scribe.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace gander::rewriter {

std::string unitOfTypes(const rules::Dataset& dataset) { return "type:" + dataset.id; }

bool editsDefinition(const rules::Migration& migration, size_t dataset, const std::string& path) {
  for (const auto& policy : migration.define)
    if (globMatches(policy.paths, path)) return policy.edit;
  return migration.datasets[dataset].role == rules::TargetRole::kOwner;
}

bool DefinitionScribe::isLeftAlone(const std::string& path) const {
  const auto* source = parts_.texts.find(path);
  if (source == nullptr || source->nature != FileNature::kCode) return true;
  return std::ranges::any_of(parts_.replaced,
                             [&](const FileAction& action) { return action.replaces && action.path == path; });
}

Demand DefinitionScribe::start(const Defined& defined, ByteRange range, const std::string& change) const {
  Demand demand;
  demand.span = {defined.name.file, range};
  demand.change = change;
  demand.tier = Tier::kType;
  demand.units.insert(unitOfTypes(parts_.meaning.dataset(defined.dataset)));
  demand.evidence.push_back(
      {defined.name.file, parts_.texts.positionOf(defined.name),
       fmt::format("{} is {}'s definition", defined.what, parts_.meaning.dataset(defined.dataset).id)});
  return demand;
}

void DefinitionScribe::replaceUse(const Defined& defined, const Words& words) {
  auto demand = start(defined, words.range, words.change);
  demand.tier = words.tier;
  demand.stance = Stance::kReplace;
  demand.replacement = words.replacement;
  demand.written = true;
  demand.ambiguous = words.ambiguous;
  demand.evidence.push_back({defined.name.file, parts_.texts.positionOf(demand.span), words.why});
  if (!parts_.unseen.empty()) {
    demand.stance = Stance::kOpen;
    demand.claimed = demand.blocks = true;
    demand.reason = parts_.unseen;
  }
  solution_.demands.push_back(std::move(demand));
}

void DefinitionScribe::replace(const Defined& defined, const Words& words) {
  if (editsDefinition(parts_.meaning.migration(), defined.dataset, defined.name.file))
    return replaceUse(defined, words);
  list(defined, words.range, words.change,
       "the dataset's definition: it is edited where the dataset's role is owner, or 'define' says so", false);
}

void DefinitionScribe::list(const Defined& defined, ByteRange range, const std::string& change,
                            const std::string& reason, bool blocks) {
  auto demand = start(defined, range, change);
  demand.claimed = true;
  demand.blocks = blocks;
  demand.reason = reason;
  solution_.demands.push_back(std::move(demand));
}

void DefinitionScribe::keep(const Span& span, const std::string& reason) {
  Demand demand;
  demand.span = span;
  demand.stance = Stance::kKeep;
  demand.reason = reason;
  solution_.demands.push_back(std::move(demand));
}

void DefinitionScribe::tellVersion(size_t dataset, const VersionSeen& seen) {
  auto unit = unitOfTypes(parts_.meaning.dataset(dataset));
  if (seen.old) solution_.unitsAtOld.insert(unit);
  if (seen.now) solution_.unitsAtNew.insert(unit);
}

void DefinitionScribe::hazard(const std::string& name, const Span& span, const std::string& message) {
  solution_.hazards.push_back({name, span.file, parts_.texts.positionOf(span), message});
}

}  // namespace gander::rewriter
