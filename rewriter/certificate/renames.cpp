#include "rewriter/certificate/renames.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace gander::rewriter {
namespace {

constexpr std::string_view kSeparators = ".:/-\\ ";

std::vector<std::string> partsOf(std::string_view name) {
  std::vector<std::string> parts;
  while (!name.empty()) {
    size_t end = std::min(name.find_first_of(kSeparators), name.size());
    if (end > 0) parts.emplace_back(name.substr(0, end));
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  return parts;
}

// SQL writes a name in capitals where it stood in capitals.
bool sameName(std::string_view a, std::string_view b) { return toLowerAscii(a) == toLowerAscii(b); }

bool holds(std::string_view text, std::string_view name) {
  auto lower = toLowerAscii(text);
  auto wanted = toLowerAscii(name);
  for (size_t at = lower.find(wanted); !wanted.empty() && at != std::string::npos; at = lower.find(wanted, at + 1))
    if (isOccurrence(lower, at, at + wanted.size())) return true;
  return false;
}

std::string joined(const std::vector<std::string>& parts) { return fmt::format("{}", fmt::join(parts, "::")); }

}  // namespace

Renames::Renames(const rules::Migration& migration, const rules::Library& library)
    : spellings_(makeSpellings(migration, library)), meaning_(migration, library) {
  for (const auto& spelling : spellings_.old) addNames(spelling.text, spelling.now);
  for (const auto& dataset : migration.datasets) {
    for (const auto& change : dataset.changes) addNames(lastPart(change.field), change.to);
    for (const auto& reference : dataset.references)
      if (reference.kind != rules::ReferenceKind::kFunction) addNames(reference.old, reference.now);
  }
}

void Renames::addNames(const std::string& old, const std::string& now) {
  names_[old].insert(now);
  auto before = partsOf(old);
  auto after = partsOf(now);
  for (size_t part = 0; part < before.size() && before.size() == after.size(); ++part)
    if (before[part] != after[part]) names_[before[part]].insert(after[part]);
  newIdentifiers_.insert(after.begin(), after.end());
}

std::optional<std::string> Renames::otherChange(const rules::Migration& migration) {
  for (const auto& dataset : migration.datasets)
    for (const auto& change : dataset.changes) {
      bool value = change.kind == rules::ChangeKind::kEnumValue && !change.from.empty() && !change.to.empty();
      if (change.kind != rules::ChangeKind::kRename && !value) return change.id;
    }
  return std::nullopt;
}

// Before: "user_name"   After: "listener_name", "p.listener_name AS user_name"
bool Renames::explains(const Edit& edit) const {
  for (const auto& [old, all] : names_) {
    if (!holds(edit.old, old)) continue;
    bool whole = sameName(edit.old, old);
    for (const auto& now : all)
      if (now.empty() || (whole && sameName(edit.now, now)) || holds(edit.now, now)) return true;
  }
  // An alias that keeps an output's name, a qualifier that keeps a column's meaning.
  return edit.old.empty() || (edit.tier == Tier::kScope && holds(edit.now, edit.old));
}

std::string Renames::symbolAfter(const std::string& symbol) const {
  std::string out = symbol;
  // A member, or what stands in one: a parameter of set_user_name.
  for (size_t end = symbol.size(); end != std::string::npos && end > 0; end = symbol.rfind("::", end - 1)) {
    auto name = symbol.substr(0, end);
    const auto* member = meaning_.findMember("cpp", name);
    if (member == nullptr || !member->replacement || !name.contains("::")) continue;
    out = name.substr(0, name.rfind("::") + 2) + *member->replacement + symbol.substr(end);
    break;
  }
  const TypeMeaning* longest = nullptr;
  for (const auto& type : meaning_.types("cpp")) {
    auto old = joined(type.oldParts);
    bool nested = out.starts_with(old + "::") || (!type.wholePackage && out.starts_with(old + "_"));
    if (out != old && !nested) continue;
    if (longest == nullptr || type.oldParts.size() > longest->oldParts.size()) longest = &type;
  }
  if (longest != nullptr) out = joined(longest->newParts) + out.substr(joined(longest->oldParts).size());
  return out;
}

}  // namespace gander::rewriter
