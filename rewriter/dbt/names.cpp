#include "rewriter/dbt/names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "rewriter/dbt/evaluation.h"

namespace gander::rewriter::dbt {

Held Names::hold(const std::string& path, const sql::JinjaValue& value) const {
  const auto* project = projects_.projectOf(path);
  Held held{&value, 0, &path, &projects_.templateOf(path), nullptr, nullptr};
  if (project != nullptr) held.project = static_cast<size_t>(project - projects_.all().data());
  return held;
}

std::vector<Referent> Names::of(const std::string& path, const sql::JinjaValue& value) const {
  if (projects_.projectOf(path) == nullptr) return {{.why = "it is in no dbt project"}};
  return of(hold(path, value));
}

std::vector<Referent> Names::of(const Held& held) const { return Evaluation(projects_, *this).referents(held); }

bool Names::elementsOf(const Held& held, std::vector<Held>& elements) const {
  return Evaluation(projects_, *this).elementsOf(held, elements);
}

std::vector<Referent> Names::ofHole(const std::string& path, ByteRange hole) const {
  for (const auto& one : projects_.templateOf(path).expressions)
    if (one.piece.range.overlaps(hole)) return of(path, one.value);
  return {{.why = "it is no expression of a template"}};
}

std::vector<Referent> Names::ofTemplate(size_t project, const Scalar& scalar) const {
  const auto& kept = scalars_.emplace_back(scalar);
  const auto& value = made_.emplace_back(templateValue(kept.value, {0, static_cast<uint32_t>(kept.value.size())}));
  return Evaluation(projects_, *this).referents({&value, project, &kept.span.file, nullptr, &kept, nullptr});
}

std::vector<Referent> Names::ofExpression(size_t project, const Scalar& scalar) const {
  if (scalar.value.contains("{{")) return ofTemplate(project, scalar);
  const auto& kept = scalars_.emplace_back(scalar);
  const auto& value =
      made_.emplace_back(sql::readJinjaValue(kept.value, {0, static_cast<uint32_t>(kept.value.size())}));
  return Evaluation(projects_, *this).referents({&value, project, &kept.span.file, nullptr, &kept, nullptr});
}

std::optional<Referent> Names::textOf(size_t project, const YamlNode* node) const {
  if (node == nullptr || !node->isScalar()) return std::nullopt;
  auto found = ofTemplate(project, node->scalar);
  if (found.size() != 1 || found[0].kind != Referent::Kind::kText) return std::nullopt;
  return found[0];
}

std::vector<Literal> Names::literalsOf(const Held& held, bool& open) const {
  return Evaluation(projects_, *this).literals(held, open);
}

std::vector<const Macro*> Names::macrosOf(size_t project, const sql::JinjaValue& call) const {
  std::vector<const Macro*> found;
  if (call.kind == sql::JinjaValue::Kind::kCall && call.base.empty()) {
    if (const auto* macro = projects_.findMacro(project, call.text)) found.push_back(macro);
    return found;
  }
  bool dispatch = call.base.size() == 1 && call.base[0].isCall("adapter.dispatch");
  const auto* name = dispatch ? call.base[0].argument(0, "macro_name") : nullptr;
  if (name == nullptr || !name->isText()) return found;
  for (const auto& macro : projects_.macros())
    if (macro.name.ends_with("__" + name->text)) found.push_back(&macro);
  return found;
}

void Names::indexCalls() const {
  indexed_ = true;
  for (const auto& path : projects_.sqlFiles()) {
    const auto project = static_cast<size_t>(projects_.projectOf(path) - projects_.all().data());
    projects_.templateOf(path).visitValues([&](const sql::JinjaValue& value) {
      for (const auto* macro : macrosOf(project, value)) calls_[macro].push_back({path, &value});
    });
  }
}

const std::vector<Names::Call>& Names::callsOf(const Macro& macro) const {
  if (!indexed_) indexCalls();
  return calls_[&macro];
}

}  // namespace gander::rewriter::dbt
