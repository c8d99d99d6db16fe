#include "rewriter/dbt/closed.h"

#include <algorithm>
#include <set>

namespace gander::rewriter::dbt {

using sql::Binding;
using sql::JinjaValue;
using Kind = JinjaValue::Kind;

namespace {

// x, x.key, x['key'], x[1]
struct Access {
  std::string name;
  std::string key;  // empty: all of it
};

std::optional<Access> accessOf(const JinjaValue& value) {
  if (!value.filters.empty()) return std::nullopt;
  if (value.kind == Kind::kName) {
    size_t dot = value.text.find('.');
    if (dot == std::string::npos) return Access{value.text, ""};
    return Access{value.text.substr(0, dot), value.text.substr(dot + 1)};
  }
  if (value.kind != Kind::kElement || value.items.empty() || value.items[0].kind != Kind::kName) return std::nullopt;
  if (!value.text.empty()) return Access{value.items[0].text, value.text};
  if (value.items.size() != 2 || value.items[1].kind != Kind::kNumber) return std::nullopt;
  return Access{value.items[0].text, value.items[1].text};
}

bool namesRelation(const JinjaValue& value) {
  static constexpr std::string_view kCalls[] = {"ref", "source", "builtins.ref", "builtins.source"};
  return value.kind == Kind::kCall && value.base.empty() && std::ranges::find(kCalls, value.text) != std::end(kCalls);
}

class Check {
 public:
  Check(const Projects& projects, const Names& names) : projects_(projects), names_(names) {}

  bool value(const std::string& path, const JinjaValue& argument, int depth) {
    if (depth > 8) return false;
    switch (argument.kind) {
      case Kind::kText: return true;
      case Kind::kList:
      case Kind::kChoice:
        return std::ranges::all_of(argument.items, [&](const auto& item) { return value(path, item, depth + 1); });
      case Kind::kDict:
        return std::ranges::all_of(argument.named, [&](const auto& one) { return value(path, one.value, depth + 1); });
      default: break;
    }
    auto access = accessOf(argument);
    return access && name(path, *access, argument.range.begin, depth + 1);
  }

 private:
  bool name(const std::string& path, const Access& access, uint32_t offset, int depth) {
    if (depth > 8) return false;
    const auto& all = projects_.templateOf(path);
    if (!seen_.insert({path, access.name, all.macroAt(offset)}).second) return true;
    return usedForRelations(path, access, all.macroAt(offset), depth) && boundToTexts(path, access, offset, depth);
  }

  // Every use of the name in its macro, or in its file.
  bool usedForRelations(const std::string& path, const Access& access, size_t macro, int depth) {
    const auto& all = projects_.templateOf(path);
    for (const auto& one : all.expressions)
      if (all.macroAt(one.piece.range.begin) == macro && !fits(one.value, access, false)) return false;
    for (const auto& one : all.statements) {
      const auto& statement = one.statement;
      if (!statement.value || all.macroAt(one.piece.range.begin) != macro) continue;
      auto over = statement.word == "for" ? accessOf(*statement.value) : std::nullopt;
      if (over && over->name == access.name && over->key.empty()) {
        if (statement.targets.size() != 1) return false;
        uint32_t inside = one.block == sql::kNoBlock ? one.piece.range.end : all.blocks[one.block].body.begin;
        if (!name(path, {statement.targets[0], access.key}, inside, depth + 1)) return false;
      } else if (!fits(*statement.value, access, false)) {
        return false;
      }
    }
    return true;
  }

  // Whether the name stands only within calls that name a relation.
  static bool fits(const JinjaValue& value, const Access& access, bool inCall) {
    if (auto here = accessOf(value); here && here->name == access.name) {
      bool other = !here->key.empty() && !access.key.empty() && here->key != access.key;
      return other || inCall;
    }
    inCall |= namesRelation(value);
    auto all = [&](const std::vector<JinjaValue>& items) {
      return std::ranges::all_of(items, [&](const auto& item) { return fits(item, access, inCall); });
    };
    return all(value.base) && all(value.items) &&
           std::ranges::all_of(value.named, [&](const auto& one) { return fits(one.value, access, inCall); });
  }

  bool boundToTexts(const std::string& path, const Access& access, uint32_t offset, int depth) {
    const auto& all = projects_.templateOf(path);
    for (const auto& binding : all.bindingsOf(access.name, offset)) {
      if (binding.kind == Binding::Kind::kChanged || binding.kind == Binding::Kind::kBody) return false;
      if (binding.kind == Binding::Kind::kParameter) {
        if (!givenTexts(path, binding, depth)) return false;
      } else if (!value(path, *binding.value, depth + 1)) {
        return false;
      }
    }
    return true;
  }

  bool givenTexts(const std::string& path, const Binding& binding, int depth) {
    const auto& all = projects_.templateOf(path);
    const auto& parameter = all.openerOf(all.blocks[binding.block]).parameters[binding.index];
    for (const auto& macro : projects_.macros()) {
      if (macro.path != path || macro.block != binding.block) continue;
      for (const auto& call : names_.callsOf(macro)) {
        const auto* given = call.value->argument(binding.index, parameter.name);
        if (given != nullptr && !value(call.path, *given, depth + 1)) return false;
      }
      return true;
    }
    return false;
  }

  const Projects& projects_;
  const Names& names_;
  std::set<std::tuple<std::string, std::string, size_t>> seen_;
};

}  // namespace

bool namesRelationsOnly(const Projects& projects, const Names& names, const std::string& path,
                        const JinjaValue& argument) {
  return Check(projects, names).value(path, argument, 0);
}

}  // namespace gander::rewriter::dbt
