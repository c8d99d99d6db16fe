#include "rewriter/solve/message_texts.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "rewriter/scan/spellings.h"
#include "rewriter/treesitter/frontends.h"

namespace gander::rewriter {
namespace {

bool namesInString(const Messages& messages, std::string_view text) {
  return std::ranges::any_of(zones("cpp", text), [&](const Zone& zone) {
    return zone.kind == ZoneKind::kString && messages.areNamedIn(text.substr(zone.range.begin, zone.range.size()));
  });
}

Possibility objectOf(const Meaning& meaning, const Evaluator& evaluator, FactAt at, std::string_view name,
                     const rules::Model& model, const std::string& object) {
  Possibility out;
  out.kind = Possibility::Kind::kObject;
  out.model = &model;
  out.object = object;
  const auto* known = meaning.messages().findClass(name);
  if (known == nullptr) {
    out.other = name;
    return out;
  }
  out.dataset = known->dataset;
  out.path = known->path;
  out.alreadyNew = known->alreadyNew;
  out.versionTold = known->versionTold;
  const auto& id = meaning.dataset(known->dataset).id;
  out.units.insert("type:" + id);
  out.chain.push_back(evaluator.step(spanOf(at), fmt::format("the compiler knows it as {}, of {}", name, id)));
  return out;
}

// What a model's class source gives.
const std::string* givenByClass(const rules::Model& model) {
  auto found = std::ranges::find(model.entries, rules::Pattern::Form::kClass,
                                 [](const rules::ModelEntry& entry) { return entry.pattern.form; });
  return found == model.entries.end() ? nullptr : &found->gives;
}

// The class of a function template's first argument, by the USR of the instantiation: "...@F@IsValidPath<#$@N@warehouse@S@UserPlay>#..."
std::string givenClass(std::string_view symbol) {
  constexpr std::string_view kBegin = "<#$";
  const size_t begin = symbol.find(kBegin);
  if (begin == std::string_view::npos) return "";
  auto written = symbol.substr(begin + kBegin.size());
  const auto parts = split(written.substr(0, written.find_first_of("#>")), '@');
  std::string name;
  for (size_t i = 1; i + 1 < parts.size(); i += 2) {
    if (parts[i] != "N" && parts[i] != "S") return "";  // a namespace, a class; not what stands in no file's sight
    name += (name.empty() ? "" : "::") + parts[i + 1];
  }
  return name;
}

// "a::B::descriptor" -> "a::B".
std::string_view ownerOf(std::string_view name) {
  const size_t end = name.rfind("::");
  return end == std::string_view::npos ? std::string_view() : name.substr(0, end);
}

}  // namespace

bool namesFieldsByText(const Meaning& meaning, const Texts& texts, const std::vector<std::string>& files) {
  const auto& messages = meaning.messages();
  if (messages.names().empty()) return false;
  return std::ranges::any_of(files, [&](const std::string& path) {
    if (languageOf(path) != "cpp") return false;
    const auto& text = texts.find(path)->text;
    auto isCalled = [&](const std::string& word) { return holdsWord(text, word); };
    if (std::ranges::any_of(messages.reflections(), isCalled) || messages.mayHash(text)) return true;
    return messages.areNamedIn(text) && std::ranges::any_of(messages.words(), isCalled) &&
           namesInString(messages, text);
  });
}

std::optional<Possibility> convertedObject(const Meaning& meaning, const Evaluator& evaluator, FactAt copy) {
  const auto& fact = copy.fact();
  if (fact.name.empty() || copy.body->language != "cpp") return std::nullopt;
  const auto* source = meaning.messages().sourceByClass(fact.symbol);
  if (source == nullptr) return std::nullopt;
  return objectOf(meaning, evaluator, copy, fact.name, *source->model, source->entry->gives);
}

std::optional<Possibility> staticObject(const Meaning& meaning, const Evaluator& evaluator, FactAt call) {
  const auto& fact = call.fact();
  if (call.body->language != "cpp" || fact.in.empty() || fact.in[0] != kNoValue) return std::nullopt;
  const auto* source = meaning.messages().sourceByStatic(bareName(fact.name));
  const auto owner = ownerOf(fact.name);
  if (source == nullptr || owner.empty()) return std::nullopt;
  return objectOf(meaning, evaluator, call, owner, *source->model, source->entry->gives);
}

std::optional<Possibility> templateObject(const Meaning& meaning, const Evaluator& evaluator, FactAt call,
                                          const rules::Model& model) {
  const auto name = givenClass(call.fact().symbol);
  const auto* gives = givenByClass(model);
  if (name.empty() || gives == nullptr) return std::nullopt;
  return objectOf(meaning, evaluator, call, name, model, *gives);
}

std::optional<Possibility> constructedObject(const Meaning& meaning, const Evaluator& evaluator, FactAt made,
                                             const rules::Model& model) {
  if (made.body == nullptr || !made.fact().constructs) return std::nullopt;
  const auto name = ownerOf(made.fact().name);
  const auto* gives = givenByClass(model);
  if (gives == nullptr || meaning.messages().findClass(name) == nullptr) return std::nullopt;
  return objectOf(meaning, evaluator, made, name, model, *gives);
}

}  // namespace gander::rewriter
