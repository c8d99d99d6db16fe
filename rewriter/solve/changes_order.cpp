// What the values of a changed field, or its number, decide elsewhere: an order, a hash, what is read out of bytes.
//
//   a.duration() < b.duration()       unit s -> ms: ties that were none, and the other way round
//   seen[p.duration()]                a key that was written down before is no longer found
//   case UserPlay::kDurationFieldNumber:
#include <fmt/format.h>

#include <algorithm>

#include "rewriter/solve/changes.h"
#include "rewriter/solve/changes_wire.h"

namespace gander::rewriter {

using rules::ChangeKind;

// What of the values is another in the new version; empty: nothing.
static std::string changedValue(const rules::Change& change) {
  switch (change.kind) {
    case ChangeKind::kRetype: return fmt::format("its type becomes {}", change.to);
    case ChangeKind::kUnit: return fmt::format("its unit goes from {} to {}", change.from, change.to);
    case ChangeKind::kNullability: return change.to == "required" ? "" : "it may be unset";
    case ChangeKind::kMerge: return fmt::format("it becomes a part of {}", change.to);
    default: return "";
  }
}

// By what the value is put in order or hashed, for people; empty where it is neither.
std::string ChangedUses::orderedBy(const Use& use) const {
  const auto& context = use.context;
  auto other = reads_.find(context.comparedTo);
  if (!context.comparedTo.file.empty() && other != reads_.end()) {
    const auto* field = meaning_.bound().findField(unit_.language, other->second);
    if (field != nullptr && field->dataset == use.field.dataset && field->path == use.field.path) return "a comparison";
  }
  const auto& entries = meaning_.models().orders(unit_.language, context.passedTo);
  const bool takes = std::ranges::any_of(entries, [&](const Entry& entry) {
    return entry.entry->argument == rules::kAnyArgument || entry.entry->argument == static_cast<int>(context.passedAs);
  });
  return takes ? context.passedTo : "";
}

void ChangedUses::tellOrder(const Use& use, const rules::Change& change) {
  const auto changed = changedValue(change);
  if (changed.empty()) return;
  if (auto by = orderedBy(use); !by.empty())
    tell(use.name.span, "hash-or-order", fmt::format("{} hashes or orders by {}, and {}", by, use.field.path, changed));
}

void ChangedUses::tellNumber(const NameUse& name, const BoundField& field) {
  if (field.role != rules::MemberRole::kNumber || field.field == nullptr) return;
  auto why = changeOfNumber(meaning_.dataset(field.dataset), *field.field);
  if (!why.empty()) tell(name.span, "field-number", std::move(why));
}

}  // namespace gander::rewriter
