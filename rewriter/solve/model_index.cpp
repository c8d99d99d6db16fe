#include "rewriter/solve/model_index.h"

#include <algorithm>

namespace gander::rewriter {

using rules::Pattern;

static std::string keyOf(std::string_view language, std::string_view name) {
  return std::string(language) + '\n' + std::string(name);
}

ModelIndex::ModelIndex(const rules::Library& library) : library_(library) {
  for (const auto& model : library.models)
    for (const auto& entry : model.entries) {
      if (entry.kind == rules::EntryKind::kOrder) {
        orders_[keyOf(model.language, entry.pattern.name)].push_back({&model, &entry});
        continue;
      }
      if (entry.kind == rules::EntryKind::kUse && model.knowsClasses())
        reflections_.insert(keyOf(model.language, entry.pattern.name));
      if (entry.pattern.form == Pattern::Form::kFunction)
        functions_[keyOf(model.language, entry.pattern.name)].push_back({&model, &entry});
      if (entry.kind == rules::EntryKind::kExport) exports_.insert(keyOf(model.language, entry.pattern.name));
      if (entry.pattern.form == Pattern::Form::kMethod && entry.pattern.object == rules::kTextObject)
        onText_[keyOf(model.language, entry.pattern.name)].push_back({&model, &entry});
      if (entry.pattern.form == Pattern::Form::kKey) keys_[model.language].push_back({&model, &entry});
    }
}

static const std::vector<Entry>& find(const std::map<std::string, std::vector<Entry>, std::less<>>& index,
                                      std::string_view language, std::string_view name) {
  static const std::vector<Entry> none;
  if (name.empty()) return none;
  auto found = index.find(keyOf(language, name));
  return found == index.end() ? none : found->second;
}

const std::vector<Entry>& ModelIndex::functions(std::string_view language, const Fact& fact) const {
  std::string_view name = fact.name;
  bool method = !fact.in.empty() && fact.in[0] != kNoValue;
  if (method && name.find_first_of(".:") == std::string_view::npos) name = {};
  const auto& exact = find(functions_, language, name);
  size_t dot = name.rfind('.');
  if (!exact.empty() || dot == std::string_view::npos) return exact;
  return find(functions_, language, std::string(name.substr(0, dot)) + ".*");
}

ModelIndex::Given ModelIndex::given(const Entry& entry) const {
  const auto& gives = entry.entry->gives;
  const auto* other = rules::findObject(library_, entry.model->language, gives);
  if (other == nullptr) return {entry.model, gives};
  return {other, gives.substr(gives.find('.') + 1)};
}

const std::vector<Entry>& ModelIndex::onText(std::string_view language, std::string_view name) const {
  return find(onText_, language, name);
}

std::vector<Entry> ModelIndex::onObject(const rules::Model& model, Pattern::Form form, std::string_view object,
                                        std::string_view name) const {
  std::vector<Entry> found;
  for (const auto& entry : model.entries) {
    if (entry.pattern.form != form || entry.pattern.object != object) continue;
    bool named = form == Pattern::Form::kMethod || form == Pattern::Form::kAttribute;
    if (!named || entry.pattern.name == name || entry.pattern.name == "*") found.push_back({&model, &entry});
  }
  auto isRest = [](const Entry& entry) { return entry.entry->pattern.name == "*"; };
  if (form == Pattern::Form::kMethod && !std::ranges::all_of(found, isRest)) std::erase_if(found, isRest);
  return found;
}

bool ModelIndex::isExport(std::string_view language, std::string_view name) const {
  return exports_.contains(keyOf(language, name)) ||
         exports_.contains(keyOf(language, name.substr(name.find_last_of(".:") + 1)));
}

const std::vector<Entry>& ModelIndex::orders(std::string_view language, std::string_view name) const {
  return find(orders_, language, name);
}

bool ModelIndex::isReflection(std::string_view language, std::string_view name) const {
  return reflections_.contains(keyOf(language, name));
}

const std::vector<Entry>& ModelIndex::keys(std::string_view language) const {
  static const std::vector<Entry> none;
  auto found = keys_.find(language);
  return found == keys_.end() ? none : found->second;
}

ValueId operandOf(const Fact& fact, int argument, std::string_view keyword) {
  for (size_t i = 0; !keyword.empty() && i < fact.keywords.size(); ++i)
    if (fact.keywords[i] == keyword && i + 1 < fact.in.size()) return fact.in[i + 1];
  size_t at = argument == rules::kReceiver ? 0 : static_cast<size_t>(argument) + 1;
  if (argument < rules::kReceiver || at >= fact.in.size()) return kNoValue;
  bool named = at > 0 && at - 1 < fact.keywords.size() && !fact.keywords[at - 1].empty();
  return named ? kNoValue : fact.in[at];
}

}  // namespace gander::rewriter
