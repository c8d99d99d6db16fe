#include "rewriter/certificate/renames.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/text.h"
#include "rewriter/scan/bound_names.h"
#include "rewriter/scan/spellings.h"
#include "rewriter/text/proto_text.h"

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

std::string joined(const std::vector<std::string>& parts) { return fmt::format("{}", fmt::join(parts, "::")); }

using Names = std::map<std::string, std::set<std::string>, std::less<>>;

// Whether `now` is `old` with new names in the place of old ones, at least one, and nothing else changed.
class Substitution {
 public:
  Substitution(std::string_view old, std::string_view now, const Names& names) : old_(old), now_(now) {
    for (const auto& [name, news] : names)
      for (size_t at = old.find(name); at != std::string_view::npos; at = old.find(name, at + 1))
        if (isOccurrence(old, at, at + name.size())) replaced_.emplace(at, std::pair{name.size(), &news});
  }

  bool found() {
    std::vector<State> open{{0, 0, false}};
    while (!open.empty()) {
      auto state = open.back();
      open.pop_back();
      if (!seen_.insert(state).second) continue;
      auto [at, here, any] = state;
      if (any && at == old_.size() && here == now_.size()) return true;
      if (at < old_.size() && here < now_.size() && old_[at] == now_[here]) open.push_back({at + 1, here + 1, any});
      auto [begin, end] = replaced_.equal_range(at);
      for (auto one = begin; one != end; ++one)
        for (const auto& name : *one->second.second)
          if (now_.substr(here).starts_with(name)) open.push_back({at + one->second.first, here + name.size(), true});
    }
    return false;
  }

 private:
  using State = std::tuple<size_t, size_t, bool>;  // bytes of the old text, of the new one, whether a name was replaced
  std::string_view old_;
  std::string_view now_;
  std::multimap<size_t, std::pair<size_t, const std::set<std::string>*>> replaced_;  // by place: size, new names
  std::set<State> seen_;
};

struct Word {
  std::string_view text;
  bool qualifies = false;  // a dot is behind it
};

// The words of a piece of a query; nullopt where something else than names, their quotes and what lists or compares them stands.
std::optional<std::vector<Word>> wordsOf(std::string_view query) {
  std::vector<Word> words;
  for (size_t at = 0; at < query.size();) {
    size_t end = at;
    while (end < query.size() && (isWordByte(query[end]) || query[end] == '-' || query[end] == '$')) ++end;
    if (end > at) {
      size_t behind = query.find_first_not_of("\"`]", end);
      words.push_back({query.substr(at, end - at), behind != std::string_view::npos && query[behind] == '.'});
      at = end;
    } else if (std::string_view(" \t\r\n\\\"`[].,=()").contains(query[at])) {
      ++at;
    } else {
      return std::nullopt;
    }
  }
  return words;
}

}  // namespace

Renames::Renames(const rules::Migration& migration, const rules::Library& library) : meaning_(migration, library) {
  for (const auto& spelling : makeSpellings(migration, library).old) addNames(spelling.text, spelling.now);
  for (const auto& [old, now] : meaning_.bound().enumNames()) addNames(old, now.first);
  for (const auto& dataset : migration.datasets) {
    for (const auto& change : dataset.changes) {
      const auto old = change.kind == rules::ChangeKind::kEnumValue ? change.from : lastPart(change.field);
      addNames(old, change.to);
      if (meaning_.messages().names().contains(old)) addNames(protoJsonName(old), protoJsonName(change.to));
    }
    for (const auto& reference : dataset.references) addReference(dataset, reference, library);
  }
}

void Renames::addReference(const rules::Dataset& dataset, const rules::Reference& reference,
                           const rules::Library& library) {
  if (reference.kind != rules::ReferenceKind::kFunction) addNames(reference.old, reference.now);
  const auto* binding =
      reference.kind == rules::ReferenceKind::kType ? library.findBinding(reference.binding) : nullptr;
  if (binding == nullptr) return;
  for (const auto& language : binding->languages)
    for (const auto& member : boundMembers(dataset, reference, language)) addNames(member.old, member.now);
}

// A spelling that may become several names says none of them; they come from what makes it one.
void Renames::addNames(const std::string& old, const std::string& now) {
  if (old.empty() || now.empty()) return;
  auto before = partsOf(old);
  auto after = partsOf(now);
  newIdentifiers_.insert(after.begin(), after.end());
  auto add = [&](const std::string& from, const std::string& to) {
    if (from != to) names_[toLowerAscii(from)].insert(toLowerAscii(to));
  };
  add(old, now);
  for (size_t part = 0; part < before.size() && before.size() == after.size(); ++part) add(before[part], after[part]);
}

std::optional<std::string> Renames::otherChange(const rules::Migration& migration) {
  for (const auto& dataset : migration.datasets)
    for (const auto& change : dataset.changes) {
      bool value = change.kind == rules::ChangeKind::kEnumValue && !change.from.empty() && !change.to.empty();
      if (change.kind != rules::ChangeKind::kRename && !value) return change.id;
    }
  return std::nullopt;
}

// SQL writes a name in capitals where it stood in capitals, so case is not compared.
bool Renames::explains(const Edit& edit) const {
  const auto old = toLowerAscii(edit.old);
  const auto now = toLowerAscii(edit.now);
  const bool query = edit.tier == Tier::kScope || edit.tier == Tier::kShape;
  return Substitution(old, now, names_).found() || (query && explainsQuery(old, now));
}

// Before: user_name                     USING (user_name)                       (nothing)
// After:  p.listener_name AS user_name  ON p.listener_name = u.user_name        AS user_name
bool Renames::explainsQuery(std::string_view old, std::string_view now) const {
  static const std::set<std::string_view> kWords = {"as", "on", "and", "using"};
  const auto before = wordsOf(old);
  const auto after = wordsOf(now);
  if (!before || !after || after->empty() || old == now) return false;
  auto holds = [](const std::vector<Word>& words, std::string_view text) {
    return std::ranges::find(words, text, &Word::text) != words.end();
  };
  auto becomes = [&](std::string_view name, const std::vector<Word>& words) {
    auto found = names_.find(name);
    return found != names_.end() &&
           std::ranges::any_of(found->second, [&](const auto& one) { return holds(words, one); });
  };
  auto isNew = [&](std::string_view name) {
    return std::ranges::any_of(names_, [&](const auto& one) { return one.second.contains(std::string(name)); });
  };
  const bool kept = std::ranges::all_of(*before, [&](const Word& word) {
    return kWords.contains(word.text) || holds(*after, word.text) || becomes(word.text, *after);
  });
  return kept && std::ranges::all_of(*after, [&](const Word& word) {
           return word.qualifies || kWords.contains(word.text) || holds(*before, word.text) ||
                  names_.contains(word.text) || isNew(word.text);
         });
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
