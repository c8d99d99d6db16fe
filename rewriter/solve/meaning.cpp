#include "rewriter/solve/meaning.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "rewriter/scan/spellings.h"

namespace gander::rewriter {

using rules::ChangeKind;
using rules::ReferenceKind;

NameMeaning meaningOf(size_t dataset, const rules::Change& change) {
  NameMeaning meaning{dataset, change.id, std::nullopt, ""};
  if (change.kind == ChangeKind::kRename) {
    meaning.replacement = change.to;
    return meaning;
  }
  meaning.reason = fmt::format("{} of {}", rules::toString(change.kind), change.field);
  if (!change.from.empty() || !change.to.empty()) meaning.reason += fmt::format(" ({} -> {})", change.from, change.to);
  meaning.reason += ": the migration gives no rule for it, a person decides";
  if (!change.note.empty()) meaning.reason += "; " + change.note;
  return meaning;
}

Meaning::Meaning(const rules::Migration& migration, const rules::Library& library)
    : migration_(migration),
      library_(library),
      models_(library),
      bound_(migration, library),
      fields_(migration.datasets.size()),
      messages_(migration, library) {
  for (size_t index = 0; index < migration.datasets.size(); ++index) addDataset(index);
}

void Meaning::addDataset(size_t index) {
  addFields(index);
  for (const auto& reference : dataset(index).references) {
    if (reference.kind == ReferenceKind::kType || reference.kind == ReferenceKind::kPackage) {
      addTyped(index, reference);
    } else if (reference.kind != ReferenceKind::kInclude) {
      keyed_ = true;
    }
  }
}

void Meaning::addFields(size_t index) {
  auto& fields = fields_[index];
  for (const auto& change : dataset(index).changes) {
    if (change.kind == ChangeKind::kAdd || change.kind == ChangeKind::kEnumValue) continue;
    // A key inside a nested record: types reach it, and objects that know their path.
    if (change.field.contains('.')) {
      nestedNames_.insert(lastPart(change.field));
      if (change.kind != ChangeKind::kRename) continue;
      nestedNames_.insert(change.to);
      fields.now.insert(change.field.substr(0, change.field.rfind('.') + 1) + change.to);
      continue;
    }
    auto meaning = meaningOf(index, change);
    if (change.kind == ChangeKind::kMerge) {
      for (const auto& field : change.fields) fields.old.emplace(field, meaning);
      fieldNames_.insert(change.fields.begin(), change.fields.end());
      continue;
    }
    auto [at, fresh] = fields.old.emplace(change.field, meaning);
    // A rename beside a retype: the name alone must not be edited, since the value needs a person.
    if (!fresh && !meaning.replacement) at->second = meaning;
    fieldNames_.insert(change.field);
    if (change.kind != ChangeKind::kRename) continue;
    fields.now.insert(change.to);
    fieldNames_.insert(change.to);
  }
}

void Meaning::addTyped(size_t index, const rules::Reference& reference) {
  const auto* binding = library_.findBinding(reference.binding);
  if (binding == nullptr) return;
  for (const auto& language : binding->languages) {
    auto& bound = members_[language.language];
    const bool package = reference.kind == ReferenceKind::kPackage;
    const auto id = referenceId(dataset(index), reference);
    if (package) {
      bound.types.push_back({index, id, split(reference.old, '.'), split(reference.now, '.'), true});
      continue;
    }
    for (auto& type : boundTypes(dataset(index), reference, language))
      bound.types.push_back({index, id, std::move(type.oldParts), std::move(type.newParts), false});
    for (const auto& member : boundMembers(dataset(index), reference, language)) addMember(index, language, member);
  }
}

void Meaning::addMember(size_t index, const rules::LanguageBinding& language, const BoundMember& name) {
  auto& bound = members_[language.language];
  NameMeaning member{index, name.id, name.now, ""};
  if (name.change != nullptr) member = meaningOf(index, *name.change);
  if (member.replacement) member.replacement = name.now;
  if (name.parameter) {
    bound.parameters[name.owner].emplace(name.old, std::move(member));
    return;
  }
  const auto& separator = language.separator;
  auto symbol = name.owner + separator + (name.scope.empty() ? "" : name.scope + separator) + name.old;
  auto [at, fresh] = bound.members.emplace(symbol, member);
  // A rename beside a retype: the name alone must not be edited, since the value needs a person.
  if (!fresh && !member.replacement) at->second = member;
  if (name.change == nullptr) return;
  bound.oldNames[name.owner].insert(name.old);
  bound.newNames[name.owner].insert(name.now);
}

const NameMeaning* Meaning::findParameter(std::string_view language, std::string_view symbol) const {
  auto bound = members_.find(language);
  if (bound == members_.end()) return nullptr;
  for (const auto& [owner, parameters] : bound->second.parameters) {
    if (!symbol.starts_with(owner) || !symbol.substr(owner.size()).starts_with("::")) continue;
    auto rest = symbol.substr(owner.size() + 2);  // method::parameter
    const size_t name = rest.find("::");
    if (name == std::string_view::npos || rest.find("::", name + 2) != std::string_view::npos) continue;
    auto found = parameters.find(rest.substr(name + 2));
    if (found != parameters.end()) return &found->second;
  }
  return nullptr;
}

static bool matchesPrefix(std::string_view text, const std::string& prefix) {
  if (prefix.empty() || !text.starts_with(prefix)) return false;
  if (text.size() == prefix.size() || prefix.ends_with('/')) return true;
  return !isWordByte(text[prefix.size()]) && text[prefix.size()] != '-' && text[prefix.size()] != '.';
}

static std::optional<ReferenceMeaning> matchText(const rules::Dataset& dataset, size_t index,
                                                 const rules::Reference& reference, std::string_view text) {
  bool prefix = reference.kind == ReferenceKind::kUri;
  auto matches = [&](const std::string& name) { return prefix ? matchesPrefix(text, name) : text == name; };
  ReferenceMeaning meaning{index, referenceId(dataset, reference), &reference, false};
  if (matches(reference.old)) return meaning;
  if (!matches(reference.now)) return std::nullopt;
  meaning.alreadyNew = true;
  return meaning;
}

std::optional<ReferenceMeaning> Meaning::findReference(ReferenceKind kind, std::string_view text) const {
  std::optional<ReferenceMeaning> now;
  for (size_t index = 0; index < migration_.datasets.size(); ++index)
    for (const auto& reference : dataset(index).references) {
      if (reference.kind != kind && reference.kind != ReferenceKind::kLiteral) continue;
      auto meaning = matchText(dataset(index), index, reference, text);
      if (meaning && !meaning->alreadyNew) return meaning;  // an old name wins over another dataset's new one
      if (meaning) now = meaning;
    }
  return now;
}

// What stands before the first hole and behind the last must be the name's own beginning and end. A hole alone may be anything, and
// tells nothing; what tells less than half of the name tells too little.
static bool mayBecome(std::string_view text, std::string_view name) {
  auto begin = text.substr(0, text.find('\x01'));
  auto end = text.substr(text.rfind('\x01') + 1);
  const auto told = begin.size() + end.size();
  if (told * 2 < name.size() || told >= name.size()) return false;
  return name.starts_with(begin) && name.ends_with(end);
}

std::optional<ReferenceMeaning> Meaning::findBuilt(ReferenceKind kind, std::string_view text) const {
  for (size_t index = 0; index < migration_.datasets.size(); ++index)
    for (const auto& reference : dataset(index).references)
      if (reference.kind == kind && mayBecome(text, reference.old))
        return ReferenceMeaning{index, referenceId(dataset(index), reference), &reference, false};
  return std::nullopt;
}

std::optional<ReferenceMeaning> Meaning::findAnywhere(std::string_view text) const {
  auto uri = findReference(ReferenceKind::kUri, text);
  return uri ? uri : findReference(ReferenceKind::kLiteral, text);
}

std::vector<ReferenceMeaning> Meaning::functionReferences(std::string_view name) const {
  std::vector<ReferenceMeaning> found;
  for (size_t index = 0; index < migration_.datasets.size(); ++index)
    for (const auto& reference : dataset(index).references)
      if (reference.kind == ReferenceKind::kFunction && (name == reference.old || name == reference.now))
        found.push_back({index, referenceId(dataset(index), reference), &reference, name != reference.old});
  return found;
}

std::optional<ReferenceMeaning> Meaning::findAmbient(std::string_view object, std::string_view file) const {
  for (size_t index = 0; index < migration_.datasets.size(); ++index)
    for (const auto& reference : dataset(index).references) {
      if (reference.kind != ReferenceKind::kAmbient || reference.object != object) continue;
      bool within = std::ranges::any_of(reference.paths, [&](const auto& glob) { return globMatches(glob, file); });
      if (reference.paths.empty() || within)
        return ReferenceMeaning{index, referenceId(dataset(index), reference), &reference, false};
    }
  return std::nullopt;
}

// Whether a symbol ("c:@N@lake@F@load#", "lake/plays.py:load") holds a qualifier as a whole word.
static bool holdsPart(std::string_view symbol, std::string_view part) {
  for (size_t at = symbol.find(part); at != std::string_view::npos; at = symbol.find(part, at + 1)) {
    bool begins = at == 0 || !isWordByte(symbol[at - 1]);
    bool ends = at + part.size() == symbol.size() || !isWordByte(symbol[at + part.size()]);
    if (begins && ends) return true;
  }
  return false;
}

// to_json(Play): the overload that takes a Play.
static bool takes(const Function& function, std::string_view type) {
  return std::ranges::any_of(function.params, [&](const Parameter& parameter) {
    std::string_view written = parameter.type;
    if (!written.ends_with(type)) return false;
    auto outer = written.substr(0, written.size() - type.size());
    return outer.empty() || outer.ends_with(':') || outer.ends_with('.');
  });
}

static bool isNamed(const Function& function, std::string_view name) {
  if (size_t open = name.find('('); open != std::string_view::npos && name.ends_with(')'))
    return takes(function, name.substr(open + 1, name.size() - open - 2)) && isNamed(function, name.substr(0, open));
  if (name == function.name) return true;
  size_t end = name.find_last_of(".:");
  if (end == std::string_view::npos || name.substr(end + 1) != function.name) return false;
  for (const auto& part : split(replaceAll(name.substr(0, end), ":", "."), '.'))
    if (!part.empty() && !holdsPart(function.symbol, part)) return false;
  return true;
}

std::vector<ReferenceMeaning> Meaning::referencesTo(const Function& function) const {
  std::vector<ReferenceMeaning> found;
  for (size_t index = 0; index < migration_.datasets.size(); ++index)
    for (const auto& reference : dataset(index).references)
      if (reference.kind == ReferenceKind::kFunction && isNamed(function, reference.old))
        found.push_back({index, referenceId(dataset(index), reference), &reference, false});
  return found;
}

const NameMeaning* Meaning::findField(size_t dataset, std::string_view field) const {
  auto found = fields_[dataset].old.find(field);
  return found == fields_[dataset].old.end() ? nullptr : &found->second;
}

std::optional<NameMeaning> Meaning::findPath(size_t dataset, std::string_view path) const {
  if (const auto* field = findField(dataset, path); field != nullptr) return *field;
  std::optional<NameMeaning> found;
  if (!path.contains('.')) return found;
  for (const auto& change : this->dataset(dataset).changes) {
    if (!change.concerns(path)) continue;
    auto meaning = meaningOf(dataset, change);
    if (!found || !meaning.replacement) found = std::move(meaning);
  }
  return found;
}

bool Meaning::isNewField(size_t dataset, std::string_view field) const { return fields_[dataset].now.contains(field); }

bool Meaning::onlyOld(size_t dataset, std::string_view field) const {
  const auto meaning = findPath(dataset, field);
  return meaning && meaning->replacement && !isNewField(dataset, field);
}

bool Meaning::onlyNew(size_t dataset, std::string_view field) const {
  return isNewField(dataset, field) && !findPath(dataset, field);
}

const NameMeaning* Meaning::findMember(std::string_view language, std::string_view symbol) const {
  auto bound = members_.find(language);
  if (bound == members_.end()) return nullptr;
  auto found = bound->second.members.find(symbol);
  return found == bound->second.members.end() ? nullptr : &found->second;
}

const std::vector<TypeMeaning>& Meaning::types(std::string_view language) const {
  static const std::vector<TypeMeaning> none;
  auto bound = members_.find(language);
  return bound == members_.end() ? none : bound->second.types;
}

std::vector<std::string> Meaning::classes(std::string_view language) const {
  std::vector<std::string> names;
  auto bound = members_.find(language);
  if (bound == members_.end()) return names;
  for (const auto& [name, members] : bound->second.oldNames) names.push_back(name);
  return names;
}

std::optional<bool> Meaning::isNewClass(std::string_view language, const TypeSeen& seen) const {
  auto bound = members_.find(language);
  if (bound == members_.end()) return std::nullopt;
  auto old = bound->second.oldNames.find(seen.symbol);
  auto now = bound->second.newNames.find(seen.symbol);
  if (old == bound->second.oldNames.end() || now == bound->second.newNames.end()) return std::nullopt;
  bool hasOld = false;
  bool hasNew = false;
  for (const auto& member : seen.members) {
    bool isOld = old->second.contains(member);
    bool isNew = now->second.contains(member);
    hasOld |= isOld && !isNew;
    hasNew |= isNew && !isOld;
  }
  if (hasOld == hasNew) return std::nullopt;
  return hasNew;
}

}  // namespace gander::rewriter
