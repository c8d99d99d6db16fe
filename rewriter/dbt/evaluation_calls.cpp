// What calls of templates give: ref, source, var, and macros of the projects that return something.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "rewriter/dbt/evaluation.h"

namespace gander::rewriter::dbt {

using sql::JinjaValue;

namespace {

// Methods of a relation that give the same relation in another writing.
bool keepsRelation(std::string_view method) {
  static constexpr std::array<std::string_view, 3> kMethods = {"include", "render", "quote"};
  return std::ranges::find(kMethods, method) != kMethods.end();
}

bool isCallOf(const JinjaValue& value, std::string_view name) {
  return value.isCall(name) || value.isCall("builtins." + std::string(name)) ||
         value.isCall("dbt." + std::string(name));
}

}  // namespace

void Evaluation::evaluateCall(const Held& held, int depth) {
  const auto& value = *held.value;
  if (!value.base.empty()) {
    if (keepsRelation(value.text)) return evaluate(with(held, value.base[0]), depth + 1);
    return addUnknown(fmt::format("the method {}", value.text));
  }
  if (isCallOf(value, "ref")) return evaluateRef(held, depth);
  if (isCallOf(value, "source")) return evaluateSource(held, depth);
  if (value.isCall("var")) return evaluateVariable(held, depth);
  if (value.isCall("return") && !value.items.empty()) return evaluate(with(held, value.items[0]), depth + 1);
  if (value.isCall("env_var") && value.items.size() > 1) {
    evaluate(with(held, value.items[1]), depth + 1);
    return addUnknown("a variable of the environment");
  }
  addUnknown(fmt::format("what {} gives", value.text));
}

void Evaluation::evaluateVariable(const Held& held, int depth) {
  bool all = values(held, depth, [&](const Held& one, int at) { evaluate(one, at + 1); });
  if (!all) addUnknown("a variable that dbt_project.yml does not set");
}

void Evaluation::evaluateRef(const Held& held, int depth) {
  const auto& value = *held.value;
  std::string package;
  const JinjaValue* name = value.argument(0, "model_name");
  if (value.items.size() > 1) {
    auto packages = textsOf(with(held, value.items[0]), depth + 1);
    if (packages.size() != 1 || packages[0].isUnknown()) return addUnknown("a model of a package that is not known");
    package = packages[0].text;
    name = &value.items[1];
  }
  if (name == nullptr) return addUnknown("a ref of nothing");
  std::string version;
  for (const auto& one : value.named)
    if (one.name == "v" || one.name == "version") version = one.value.text;
  for (const auto& one : textsOf(with(held, *name), depth + 1)) {
    if (one.isUnknown()) {
      addUnknown("a model whose name is computed: " + one.why);
      continue;
    }
    const auto* resource = projects_.findResource(held.project, package, one.text, version);
    if (resource != nullptr) {
      add({.kind = Referent::Kind::kResource, .resource = resource, .name = one.name});
    } else {
      add({.name = one.name,
           .why = fmt::format("the model {}{}{}, which is not one of this repository", package,
                              package.empty() ? "" : ".", one.text),
           .names = package.empty() ? std::vector{one.text} : std::vector{package, one.text}});
    }
  }
}

void Evaluation::evaluateSource(const Held& held, int depth) {
  const auto& value = *held.value;
  const auto* source = value.argument(0, "source_name");
  const auto* table = value.argument(1, "table_name");
  if (source == nullptr || table == nullptr) return addUnknown("a source of nothing");
  auto sources = textsOf(with(held, *source), depth + 1);
  auto tables = textsOf(with(held, *table), depth + 1);
  for (const auto& first : sources)
    for (const auto& second : tables) {
      if (first.isUnknown() || second.isUnknown()) {
        addUnknown("a source whose name is computed");
        continue;
      }
      const auto* found = projects_.findSource(held.project, first.text, second.text);
      if (found != nullptr) {
        add({.kind = Referent::Kind::kSource, .source = found, .name = second.name, .sourceName = first.name});
      } else {
        add({.name = second.name,
             .sourceName = first.name,
             .why = fmt::format("the source {}.{}, which no .yml file here declares", first.text, second.text),
             .names = {first.text, second.text}});
      }
    }
}

}  // namespace gander::rewriter::dbt
