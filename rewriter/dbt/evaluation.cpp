#include "rewriter/dbt/evaluation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace gander::rewriter::dbt {

using sql::Binding;
using sql::JinjaPiece;
using sql::JinjaValue;
using Kind = JinjaValue::Kind;

namespace {

constexpr int kDepthLimit = 16;
constexpr int kStepLimit = 4096;
constexpr size_t kReferentLimit = 64;

// Filters that leave what a value names alone.
bool harmless(const std::vector<std::string>& filters) {
  static constexpr std::array<std::string_view, 7> kHarmless = {"trim", "string",  "as_text", "as_native",
                                                                "safe", "default", "as_bool"};
  return std::ranges::all_of(filters,
                             [](const auto& one) { return std::ranges::find(kHarmless, one) != kHarmless.end(); });
}

bool isBlank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

JinjaValue textValue(std::string_view text, ByteRange range) {
  JinjaValue value;
  value.kind = Kind::kText;
  value.range = value.body = range;
  value.text = text.substr(range.begin, range.size());
  return value;
}

// "a.b.c" after the name that is bound: its keys.
std::vector<std::string> keysBehind(std::string_view dotted) {
  std::vector<std::string> keys;
  for (size_t dot = dotted.find('.'); dot != std::string_view::npos;) {
    size_t next = dotted.find('.', dot + 1);
    keys.emplace_back(dotted.substr(dot + 1, next == std::string_view::npos ? next : next - dot - 1));
    dot = next;
  }
  return keys;
}

const JinjaValue* keyOf(const JinjaValue& value, std::string_view key) {
  if (value.kind != Kind::kDict) return nullptr;
  for (const auto& one : value.named)
    if (one.name == key) return &one.value;
  return nullptr;
}

}  // namespace

JinjaValue templateValue(std::string_view text, ByteRange range) {
  std::vector<JinjaValue> parts;
  bool statements = false;
  for (const auto& piece : sql::jinjaPieces(text.substr(range.begin, range.size()))) {
    auto shifted = [&](ByteRange one) { return ByteRange{one.begin + range.begin, one.end + range.begin}; };
    if (piece.kind == JinjaPiece::Kind::kExpression) parts.push_back(sql::readJinjaValue(text, shifted(piece.inside)));
    if (piece.kind == JinjaPiece::Kind::kText &&
        !isBlank(text.substr(piece.range.begin + range.begin, piece.range.size())))
      parts.push_back(textValue(text, shifted(piece.range)));
    statements |= piece.kind == JinjaPiece::Kind::kStatement;
  }
  if (parts.empty() && !statements) return textValue(text, range);
  if (parts.size() == 1 && !statements) return std::move(parts.front());
  JinjaValue value;
  value.kind = statements ? Kind::kUnknown : Kind::kConcat;
  value.range = range;
  value.items = std::move(parts);
  return value;
}

std::vector<Referent> Evaluation::referents(const Held& held) {
  evaluate(held, 0);
  if (found_.empty()) addUnknown("nothing is known of it");
  return std::move(found_);
}

std::vector<Literal> Evaluation::literals(const Held& held, bool& open) {
  std::vector<Literal> out;
  Take take = [&](const Held& one, int depth) {
    const auto& value = *one.value;
    if (value.isText()) {
      out.push_back(literalOf(one, value.body, value.plain, value.text));
    } else if (value.kind == Kind::kList && value.filters.empty()) {
      for (const auto& item : value.items) open |= !values(with(one, item), depth + 1, take);
    } else {
      open = true;
    }
  };
  open |= !values(held, 0, take);
  return out;
}

bool Evaluation::elementsOf(const Held& held, std::vector<Held>& out) {
  return elements(held, 0, [&](const Held& one, int) { out.push_back(one); });
}

void Evaluation::add(Referent referent) {
  if (found_.size() < kReferentLimit) found_.push_back(std::move(referent));
  if (found_.size() == kReferentLimit) found_.back() = {.why = "it may be too many things"};
}

Held Evaluation::with(const Held& held, const JinjaValue& value) {
  Held other = held;
  other.value = &value;
  return other;
}

Literal Evaluation::literalOf(const Held& held, ByteRange body, bool plain, const std::string& value) const {
  if (held.scalar == nullptr) return {value, {*held.path, body}, plain};
  ByteRange mapped{held.scalar->offsetOf(body.begin), held.scalar->offsetOf(body.end)};
  return {value, {*held.path, mapped}, plain && mapped.size() == body.size()};
}

// What a name is bound to by who runs the template.
static const Held* findBound(const Held& held, std::string_view name) {
  for (const auto* one = held.environment; one != nullptr; one = one->up)
    if (one->name == name) return &one->value;
  return nullptr;
}

// A value of a .yml file as one of a template: lists are lists, texts may have holes.
static JinjaValue valueOfYaml(const YamlNode& node) {
  JinjaValue value;
  if (node.isScalar()) {
    value = templateValue(node.scalar.value, {0, static_cast<uint32_t>(node.scalar.value.size())});
  } else if (node.kind == YamlNode::Kind::kSequence) {
    value.kind = Kind::kList;
  }
  return value;
}

Held Evaluation::fromYaml(size_t project, const std::string& path, const YamlNode& node) {
  const auto& value = names_.made_.emplace_back(valueOfYaml(node));
  return {&value, project, &path, nullptr, node.isScalar() ? &node.scalar : nullptr, nullptr};
}

void Evaluation::evaluate(const Held& held, int depth) {
  if (depth > kDepthLimit || ++steps_ > kStepLimit) return addUnknown("it is put together of too much");
  const auto& value = *held.value;
  if (!harmless(value.filters)) return addUnknown(fmt::format("a filter: {}", fmt::join(value.filters, ", ")));
  if (std::ranges::find(value.filters, "default") != value.filters.end())
    for (const auto& one : value.named)
      if (one.name == "|default") evaluate(with(held, one.value), depth + 1);
  switch (value.kind) {
    case Kind::kText:
      return add({.kind = Referent::Kind::kText,
                  .name = literalOf(held, value.body, value.plain, value.text),
                  .text = value.text});
    case Kind::kNumber: return add({.kind = Referent::Kind::kText, .text = value.text});
    case Kind::kCall: return evaluateCall(held, depth);
    case Kind::kConcat: return evaluateConcat(held, depth);
    case Kind::kName:
    case Kind::kElement:
    case Kind::kChoice: return evaluateName(held, depth);
    default: return addUnknown("an expression that is not understood");
  }
}

void Evaluation::evaluateName(const Held& held, int depth) {
  const auto& value = *held.value;
  if (value.kind == Kind::kName && value.text == "this") return add({.kind = Referent::Kind::kThis});
  bool all = values(held, depth, [&](const Held& one, int at) { evaluate(one, at + 1); });
  if (!all) addUnknown(value.text.empty() ? "an expression that is not understood" : "the value of " + value.text);
}

bool Evaluation::values(const Held& held, int depth, const Take& take) {
  if (depth > kDepthLimit || ++steps_ > kStepLimit) return false;
  const auto& value = *held.value;
  if (value.kind == Kind::kElement) return elementAt(held, depth, take);
  if (value.kind == Kind::kChoice) {
    bool all = true;
    for (const auto& item : value.items) all &= values(with(held, item), depth + 1, take);
    return all;
  }
  if (value.isCall("var")) return variable(held, depth, take);
  if (value.kind != Kind::kName) return take(held, depth + 1), true;
  if (const auto* one = findBound(held, value.text)) return values(*one, depth + 1, take);
  if (held.scope == nullptr) return false;
  auto bindings = held.scope->bindingsOf(value.text, value.range.begin);
  if (bindings.empty()) return member(held, depth, take);
  bool all = true;
  for (const auto& one : bindings) all &= bound(one, held, depth + 1, take);
  return all;
}

// var('x') is what dbt_project.yml says, else its second argument.
bool Evaluation::variable(const Held& held, int depth, const Take& take) {
  const auto& value = *held.value;
  if (value.items.empty()) return false;
  bool all = true;
  for (const auto& name : textsOf(with(held, value.items[0]), depth + 1)) {
    const auto* node = name.isUnknown() ? nullptr : projects_.findVariable(held.project, name.text);
    const auto* byDefault = value.argument(1, "default");
    if (node == nullptr && byDefault == nullptr) return false;
    if (node == nullptr) {
      all &= values(with(held, *byDefault), depth + 1, take);
      continue;
    }
    const auto& path = projects_.all()[held.project].path;
    if (node->kind != YamlNode::Kind::kSequence) take(fromYaml(held.project, path, *node), depth + 1);
    for (const auto& item : node->items) take(fromYaml(held.project, path, item), depth + 1);
  }
  return all;
}

// x.a.b of a dict x.
bool Evaluation::member(const Held& held, int depth, const Take& take) {
  const auto& name = held.value->text;
  const auto keys = keysBehind(name);
  if (keys.empty()) return false;
  bool all = true;
  Take inner = [&](const Held& one, int at) {
    const auto* found = one.value;
    for (const auto& key : keys) found = found == nullptr ? nullptr : keyOf(*found, key);
    all &= found != nullptr && values(with(one, *found), at + 1, take);
  };
  const auto first = name.substr(0, name.find('.'));
  if (const auto* one = findBound(held, first)) return values(*one, depth + 1, inner) && all;
  auto bindings = held.scope->bindingsOf(first, held.value->range.begin);
  for (const auto& one : bindings) all &= bound(one, held, depth + 1, inner);
  return all && !bindings.empty();
}

bool Evaluation::bound(const Binding& binding, const Held& held, int depth, const Take& take) {
  switch (binding.kind) {
    case Binding::Kind::kValue: return values(with(held, *binding.value), depth + 1, take);
    case Binding::Kind::kBody: {
      const auto& text = projects_.textOf(*held.path);
      take(with(held, names_.made_.emplace_back(templateValue(text, binding.body))), depth + 1);
      return true;
    }
    case Binding::Kind::kParameter: return arguments(binding, held, depth, take);
    case Binding::Kind::kChanged: return false;
    case Binding::Kind::kElement: break;
  }
  bool whole = binding.count == 1;
  bool all = true;
  Take inner = [&](const Held& one, int at) {
    if (whole) {
      all &= values(one, at + 1, take);
    } else if (one.value->kind == Kind::kList && binding.index < one.value->items.size()) {
      all &= values(with(one, one.value->items[binding.index]), at + 1, take);
    } else {
      all = false;
    }
  };
  auto over = with(held, *binding.value);
  if (binding.count == 0) return values(over, depth + 1, inner) && all;  // a, b = x
  return elements(over, depth + 1, inner) && all;
}

bool Evaluation::elements(const Held& held, int depth, const Take& take) {
  bool all = true;
  Take inner = [&](const Held& one, int at) {
    if (one.scalar != nullptr) return take(one, at);  // a list of a .yml file comes as its items
    if (one.value->kind != Kind::kList || !one.value->filters.empty()) {
      all = false;
      return;
    }
    for (const auto& item : one.value->items) take(with(one, item), at + 1);
  };
  if (held.value->kind == Kind::kConcat) {  // [...] + [...]
    for (const auto& item : held.value->items) all &= elements(with(held, item), depth + 1, take);
    return all;
  }
  return values(held, depth + 1, inner) && all;
}

bool Evaluation::elementAt(const Held& held, int depth, const Take& take) {
  const auto& value = *held.value;
  bool all = true;
  const auto* index = value.items.size() > 1 ? &value.items[1] : nullptr;
  Take inner = [&](const Held& one, int at) {
    const JinjaValue* found = value.text.empty() ? nullptr : keyOf(*one.value, value.text);
    if (index != nullptr && index->kind == Kind::kNumber && one.value->kind == Kind::kList) {
      size_t number = static_cast<size_t>(std::atoi(index->text.c_str()));
      if (number < one.value->items.size()) found = &one.value->items[number];
    }
    all &= found != nullptr && values(with(one, *found), at + 1, take);
  };
  return !value.items.empty() && values(with(held, value.items[0]), depth + 1, inner) && all;
}

// A macro's parameter is what its calls give it.
bool Evaluation::arguments(const Binding& binding, const Held& held, int depth, const Take& take) {
  const Macro* macro = nullptr;
  for (const auto& one : projects_.macros())
    if (one.path == *held.path && one.block == binding.block) macro = &one;
  if (macro == nullptr || macro->test) return false;
  const auto& parameter = held.scope->openerOf(held.scope->blocks[binding.block]).parameters[binding.index];
  const auto& calls = names_.callsOf(*macro);
  bool all = !calls.empty();
  for (const auto& call : calls) {
    const auto* given = call.value->argument(binding.index, parameter.name);
    const auto* project = projects_.projectOf(call.path);
    if (given != nullptr) {
      Held there{given,      static_cast<size_t>(project - projects_.all().data()),
                 &call.path, &projects_.templateOf(call.path),
                 nullptr,    nullptr};
      all &= values(there, depth + 1, take);
    } else if (parameter.byDefault) {
      all &= values(with(held, *parameter.byDefault), depth + 1, take);
    } else {
      all = false;
    }
  }
  return all;
}

std::vector<Referent> Evaluation::textsOf(const Held& held, int depth) {
  auto before = std::move(found_);
  found_.clear();
  evaluate(held, depth);
  auto texts = std::move(found_);
  found_ = std::move(before);
  for (auto& one : texts)
    if (one.kind != Referent::Kind::kText) one = {.why = one.why.empty() ? "not a text" : one.why};
  return texts;
}

void Evaluation::evaluateConcat(const Held& held, int depth) {
  std::string text;
  for (const auto& item : held.value->items) {
    auto texts = textsOf(with(held, item), depth + 1);
    if (texts.size() != 1 || texts[0].isUnknown())
      return addUnknown("it is put together, and not all of its parts are known");
    text += texts[0].text;
  }
  add({.kind = Referent::Kind::kText, .text = text});
}

}  // namespace gander::rewriter::dbt
