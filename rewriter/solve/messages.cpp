#include "rewriter/solve/messages.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.h"
#include "rewriter/scan/bound_names.h"
#include "rewriter/scan/spellings.h"
#include "rewriter/solve/changes_wire.h"
#include "rewriter/text/proto_text.h"

namespace gander::rewriter {
namespace {

bool knowsClasses(const rules::Library& library, const std::string& binding) {
  return std::ranges::any_of(library.models, [&](const rules::Model& model) {
    return model.language == "cpp" && model.name == binding && model.knowsClasses();
  });
}

// Only a new .proto that is there to be read tells that no [json_name] is in it.
bool readsDefaultJsonNames(const rules::Migration& migration) {
  auto isProto = [](const rules::NewFile& file) { return file.path.ends_with(".proto"); };
  return std::ranges::any_of(migration.files, isProto) && std::ranges::none_of(migration.files, [&](const auto& file) {
           return isProto(file) && file.text.contains("json_name");
         });
}

}  // namespace

Messages::Messages(const rules::Migration& migration, const rules::Library& library)
    : jsonFollows_(readsDefaultJsonNames(migration)) {
  for (const auto& model : library.models) {
    if (model.language == "cpp" && model.knowsClasses()) addModel(model);
    if (model.language == "cpp") addOrders(model);
  }
  for (size_t index = 0; index < migration.datasets.size(); ++index)
    for (const auto& reference : migration.datasets[index].references) {
      if (reference.kind != rules::ReferenceKind::kType || !knowsClasses(library, reference.binding)) continue;
      const auto* binding = library.findBinding(reference.binding);
      const auto* cpp = binding == nullptr ? nullptr : binding->find("cpp");
      if (cpp != nullptr) addDataset(index, migration.datasets[index], reference, *cpp);
    }
}

void Messages::addModel(const rules::Model& model) {
  using Form = rules::Pattern::Form;
  for (const auto& entry : model.entries) {
    const auto& [form, name, object] = entry.pattern;
    if (form == Form::kClass) byClass_.try_emplace(name, Entry{&model, &entry});
    if (form == Form::kStatic) byStatic_.try_emplace(name, Entry{&model, &entry});
    const bool passes = entry.kind == rules::EntryKind::kFlow && form == Form::kFunction && entry.gives == "bytes";
    if (passes) bytes_.insert(name.substr(name.rfind(':') + 1));
    const bool names = entry.kind == rules::EntryKind::kUse || rules::isMessageText(entry.text);
    if (!names || form != Form::kFunction) continue;
    words_.insert(name.substr(name.rfind(':') + 1));
    if (entry.kind == rules::EntryKind::kUse) reflections_.insert(name.substr(name.rfind(':') + 1));
  }
}

// "hash" of std::hash::operator(), "SHA256".
void Messages::addOrders(const rules::Model& model) {
  for (const auto& entry : model.entries) {
    if (entry.kind != rules::EntryKind::kOrder) continue;
    auto name = std::string_view(entry.pattern.name);
    if (name.contains("::operator")) name = name.substr(0, name.rfind("::operator"));
    orders_.emplace(name.substr(name.rfind(':') + 1));
  }
}

bool Messages::mayHash(std::string_view text) const {
  auto stands = [&](const std::string& word) { return holdsWord(text, word); };
  return changeBytes_ && std::ranges::any_of(bytes_, stands) && std::ranges::any_of(orders_, stands);
}

void Messages::addDataset(size_t index, const rules::Dataset& dataset, const rules::Reference& reference,
                          const rules::LanguageBinding& binding) {
  const auto types = boundTypes(dataset, reference, binding);
  auto name = [&](const std::vector<std::string>& parts) {
    return fmt::format("{}", fmt::join(parts, binding.separator));
  };
  changeBytes_ |= changesBytes(dataset);
  const bool told = types.front().oldParts != types.front().newParts;
  classes_.try_emplace(name(types.front().oldParts), MessageClass{index, "", false, told});
  classes_.try_emplace(name(types.front().newParts), MessageClass{index, "", true, told});
  for (const auto& field : dataset.old.fields) {
    const auto own = lastPart(field.path);
    fields_.insert(own);
    jsonNames_.try_emplace(protoJsonName(own), own);
    if (!field.path.contains('.')) continue;
    auto holder = field.path.substr(0, field.path.rfind('.'));
    for (const auto& owner : boundOwners(dataset, reference, binding, field.path))
      classes_.try_emplace(owner, MessageClass{index, holder, false, false});
  }
  for (const auto& change : dataset.changes)
    for (const auto& path : change.oldFields()) {
      const auto own = lastPart(path);
      changed_[own].insert(index);
      names_.insert({own, protoJsonName(own)});
      fields_.insert(own);
      jsonNames_.try_emplace(protoJsonName(own), own);
    }
}

template <typename T>
static const T* findIn(const std::map<std::string, T, std::less<>>& names, std::string_view name) {
  auto found = names.find(name);
  return found == names.end() ? nullptr : &found->second;
}

const MessageClass* Messages::findClass(std::string_view name) const { return findIn(classes_, name); }

const Entry* Messages::sourceByClass(std::string_view base) const { return findIn(byClass_, base); }

const Entry* Messages::sourceByStatic(std::string_view name) const { return findIn(byStatic_, name); }

MessageField Messages::fieldOfJson(std::string_view written) const {
  MessageField out;
  for (const auto& part : split(written, '.')) {
    const auto found = fields_.contains(part) ? jsonNames_.end() : jsonNames_.find(part);
    out.json = found != jsonNames_.end();
    out.path += (out.path.empty() ? "" : ".") + (out.json ? found->second : part);
  }
  return out;
}

std::set<size_t> Messages::datasetsWith(std::string_view name) const {
  auto found = changed_.find(name);
  return found == changed_.end() ? std::set<size_t>() : found->second;
}

bool Messages::areNamedIn(std::string_view text) const {
  return std::ranges::any_of(names_, [&](const std::string& name) { return text.contains(name); });
}

}  // namespace gander::rewriter
