#include "rewriter/scan/bound.h"

#include <algorithm>

#include "base/text.h"
#include "rewriter/scan/spellings.h"

namespace gander::rewriter {

using rules::ChangeKind;
using rules::ReferenceKind;

struct BoundFields::Place {
  size_t dataset;
  const rules::Reference& reference;
  const rules::LanguageBinding& binding;
};

BoundFields::BoundFields(const rules::Migration& migration, const rules::Library& library)
    : migration_(migration), library_(library) {
  for (size_t index = 0; index < migration.datasets.size(); ++index)
    for (const auto& reference : migration.datasets[index].references)
      if (reference.kind == ReferenceKind::kType) addReference(index, reference);
}

void BoundFields::addReference(size_t dataset, const rules::Reference& reference) {
  const auto* binding = library_.findBinding(reference.binding);
  if (binding == nullptr) return;
  for (const auto& language : binding->languages) {
    const Place place{dataset, reference, language};
    for (const auto& member : boundMembers(migration_.datasets[dataset], reference, language))
      if (member.change != nullptr && !member.parameter) addField(place, member);
    for (const auto& change : migration_.datasets[dataset].changes)
      if (change.kind == ChangeKind::kEnumValue) addEnum(place, change);
  }
}

void BoundFields::addField(const Place& place, const BoundMember& member) {
  auto& language = languages_[place.binding.language];
  const auto& separator = place.binding.separator;
  const auto scope = member.scope.empty() ? "" : member.scope + separator;
  auto& bound = language.fields[member.owner + separator + scope + member.old];
  const auto* field = migration_.datasets[place.dataset].old.findField(member.path);
  if (bound.path.empty()) bound = {place.dataset, member.path, field, member.role, std::nullopt, {}, member.arguments};
  if (member.change->kind != ChangeKind::kRename) {
    if (std::ranges::find(bound.changes, member.change) == bound.changes.end()) bound.changes.push_back(member.change);
  } else if (member.old != member.now) {
    bound.renamed = member.now;
  }
}

// "Outer.Kind" of the package that the reference's type stands in.
void BoundFields::addEnum(const Place& place, const rules::Change& change) {
  const auto* type = migration_.datasets[place.dataset].old.findEnum(change.field);
  if (type != nullptr) addEnumNames(place, change, *type);
}

static std::string joined(const std::vector<std::string>& parts, size_t count, const std::string& separator) {
  std::string text;
  for (size_t i = 0; i < count && i < parts.size(); ++i) text += parts[i] + separator;
  return text;
}

void BoundFields::addEnumNames(const Place& place, const rules::Change& change, const rules::EnumType& type) {
  const auto& schema = migration_.datasets[place.dataset].old;
  const auto oldParts = split(place.reference.old, '.');
  const auto newParts = split(place.reference.now, '.');
  const auto package = packageSize(oldParts, schema);
  auto outer = split(type.name, '.');
  rules::EnumValue old{outer, outer.back(), change.from};
  old.outer.pop_back();
  auto now = old;
  now.value = change.to;
  // The message may have another name in the new version, and with it what is named after it.
  for (size_t i = 0; i < now.outer.size() && oldParts.size() == newParts.size(); ++i)
    if (package + i < oldParts.size() && now.outer[i] == oldParts[package + i]) now.outer[i] = newParts[package + i];
  auto& language = languages_[place.binding.language];
  const auto& separator = place.binding.separator;
  const auto prefix = joined(oldParts, package, separator);
  const auto names = rules::expandEnumValue(place.binding, old, now);
  for (const auto& name : names) {
    if (change.from.empty()) continue;
    BoundEnumValue value{place.dataset, &change, std::nullopt};
    if (!change.to.empty()) value.renamed = name.now;
    language.enumValues[prefix + name.scope + separator + name.old] = value;
    enumNames_[name.old] = {change.to.empty() ? "" : name.now, change.id};
  }
  if (names.empty() || !change.from.empty()) return;
  auto& grown = language.grown[prefix + names.front().scope];
  grown.dataset = place.dataset;
  auto known = std::ranges::find(grown.added, &change, &GrownEnum::Added::change);
  if (known == grown.added.end()) known = grown.added.insert(grown.added.end(), {&change, {}});
  for (const auto& name : names) known->names.insert(name.now);
  for (const auto& value : type.values) {
    old.value = value;
    for (const auto& name : rules::expandEnumValue(place.binding, old, old)) enumAnchors_.insert(name.old);
  }
}

template <typename T>
static const T* findIn(const std::map<std::string, T, std::less<>>& names, std::string_view symbol) {
  auto found = names.find(symbol);
  return found == names.end() ? nullptr : &found->second;
}

const BoundField* BoundFields::findField(std::string_view language, std::string_view symbol) const {
  auto found = languages_.find(language);
  return found == languages_.end() ? nullptr : findIn(found->second.fields, symbol);
}

const BoundEnumValue* BoundFields::findEnumValue(std::string_view language, std::string_view symbol) const {
  auto found = languages_.find(language);
  return found == languages_.end() ? nullptr : findIn(found->second.enumValues, symbol);
}

const GrownEnum* BoundFields::findGrownEnum(std::string_view language, std::string_view symbol) const {
  auto found = languages_.find(language);
  return found == languages_.end() ? nullptr : findIn(found->second.grown, symbol);
}

std::vector<std::string> BoundFields::classesOf(const BoundField& field, std::string_view language,
                                                std::string_view path) const {
  const auto* binding = bindingOf(field.dataset, language);
  std::vector<std::string> classes;
  if (binding == nullptr) return classes;
  const auto& dataset = migration_.datasets[field.dataset];
  for (const auto& reference : dataset.references)
    if (reference.kind == ReferenceKind::kType)
      for (auto& owner : boundOwners(dataset, reference, *binding, path)) classes.push_back(owner + binding->separator);
  return classes;
}

const rules::LanguageBinding* BoundFields::bindingOf(size_t dataset, std::string_view language) const {
  for (const auto& reference : migration_.datasets[dataset].references) {
    if (reference.kind != ReferenceKind::kType) continue;
    const auto* binding = library_.findBinding(reference.binding);
    if (binding != nullptr && binding->find(language) != nullptr) return binding->find(language);
  }
  return nullptr;
}

std::string BoundFields::accessor(const BoundField& field, std::string_view language, rules::MemberRole role,
                                  std::string_view newField) const {
  const auto* binding = bindingOf(field.dataset, language);
  if (binding == nullptr) return "";
  for (const auto& name : rules::allNames(*binding, newField, newField, ""))
    if (name.role == role) return name.now;
  return "";
}

}  // namespace gander::rewriter
