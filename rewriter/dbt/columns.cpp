#include "rewriter/dbt/columns.h"

#include <algorithm>

#include "base/text.h"
#include "rewriter/dbt/known_macros.h"
#include "rewriter/sql/lexer.h"

namespace gander::rewriter::dbt {

using sql::JinjaValue;

namespace {

// "star" of dbt_utils.star; empty where the package is none that is known.
std::string_view knownMacro(std::string_view callee) {
  size_t dot = callee.find('.');
  if (dot == std::string_view::npos || callee.find('.', dot + 1) != std::string_view::npos) return {};
  return std::ranges::find(kKnownPackages, callee.substr(0, dot)) == std::end(kKnownPackages) ? std::string_view()
                                                                                              : callee.substr(dot + 1);
}

Held with(const Held& held, const JinjaValue& value) {
  Held other = held;
  other.value = &value;
  return other;
}

bool isLiteral(const JinjaValue& value) {
  return value.kind == JinjaValue::Kind::kText || value.kind == JinjaValue::Kind::kList;
}

class Finder {
 public:
  Finder(const Names& names, const Held& held) : names_(names), held_(held) {}

  std::vector<ColumnName> find() {
    sql::visitJinja(*held_.value, [&](const JinjaValue& one) { addCall(one); });
    return std::move(found_);
  }

 private:
  void addCall(const JinjaValue& call) {
    if (call.kind != JinjaValue::Kind::kCall) return;
    auto macro = knownMacro(call.text);
    for (const auto& known : kKnownArguments) {
      if (known.macro != macro || macro.empty()) continue;
      const JinjaValue* of = known.relation < 0 ? nullptr : call.argument(known.relation, known.relationName);
      if (known.relation >= 0 && of == nullptr) continue;
      for (const auto* value : valuesOf(call, known)) add(*value, of, call.text);
    }
  }

  static std::vector<const JinjaValue*> valuesOf(const JinjaValue& call, const KnownArgument& known) {
    std::vector<const JinjaValue*> values;
    if (known.position >= 0) {
      if (const auto* value = call.argument(static_cast<size_t>(known.position), known.name)) values.push_back(value);
      return values;
    }
    for (const auto& one : call.items) values.push_back(&one);
    for (const auto& one : call.named)
      if (one.name == known.name) values.push_back(&one.value);
    return values;
  }

  void add(const JinjaValue& value, const JinjaValue* of, const std::string& macro) {
    bool open = false;
    auto literals = names_.literalsOf(with(held_, value), open);
    bool closed = value.kind == JinjaValue::Kind::kName && isBoundToLiterals(value.text) && isClosed(value.text, 0);
    for (auto& literal : literals) {
      bool here = held_.path != nullptr && literal.span.file == *held_.path && value.range.contains(literal.span.range);
      if (!here && !closed) continue;
      found_.push_back({literal, of == nullptr ? std::nullopt : std::optional(with(held_, *of)), macro});
    }
  }

  // Texts of a variable are written where it is set or given, and nowhere else.
  bool isBoundToLiterals(const std::string& name) const {
    for (const auto* one = held_.environment; one != nullptr; one = one->up)
      if (one->name == name) return isLiteral(*one->value.value);
    if (held_.scope == nullptr) return false;
    auto bindings = held_.scope->bindingsOf(name, held_.value->range.begin);
    return !bindings.empty() && std::ranges::all_of(bindings, [](const auto& one) {
      return one.kind == sql::Binding::Kind::kValue && isLiteral(*one.value);
    });
  }

  // Every other use of it is an argument of columns, or puts it into the text where it is judged.
  bool isClosed(const std::string& name, int depth) const {
    if (depth > 4 || held_.scope == nullptr) return false;
    for (const auto& one : held_.scope->expressions)
      if (mentions(one.value, name) && !isAlone(one.value, name) && !isColumnArgument(one.value, name)) return false;
    for (const auto& one : held_.scope->statements) {
      const auto& statement = one.statement;
      if (!statement.value || !mentions(*statement.value, name)) continue;
      bool loop = statement.word == "for" && isAlone(*statement.value, name) && statement.targets.size() == 1;
      if (!loop || !isClosed(statement.targets[0], depth + 1)) return false;
    }
    return true;
  }

  static bool isAlone(const JinjaValue& value, const std::string& name) {
    return value.kind == JinjaValue::Kind::kName && value.text == name && value.filters.empty();
  }

  static bool mentions(const JinjaValue& value, const std::string& name) {
    bool found = false;
    sql::visitJinja(value, [&](const JinjaValue& one) {
      bool named = one.kind == JinjaValue::Kind::kName || (one.kind == JinjaValue::Kind::kCall && one.base.empty());
      found |= named && (one.text == name || one.text.starts_with(name + "."));
    });
    return found;
  }

  // The name stands only as a column argument of known macros, in the scope of the expression.
  static bool isColumnArgument(const JinjaValue& value, const std::string& name) {
    size_t all = 0;
    size_t known = 0;
    sql::visitJinja(value, [&](const JinjaValue& one) {
      if (one.kind == JinjaValue::Kind::kName && (one.text == name || one.text.starts_with(name + "."))) ++all;
      if (one.kind != JinjaValue::Kind::kCall) return;
      auto macro = knownMacro(one.text);
      for (const auto& argument : kKnownArguments)
        if (argument.macro == macro && !macro.empty() && argument.relation < 0)
          for (const auto* given : valuesOf(one, argument)) known += isAlone(*given, name) ? 1 : 0;
    });
    return all > 0 && all == known;
  }

  const Names& names_;
  const Held& held_;
  std::vector<ColumnName> found_;
};

template <size_t N>
bool holds(const std::string_view (&list)[N], std::string_view word) {
  return std::ranges::find(list, word) != std::end(list);
}

}  // namespace

std::vector<ColumnName> columnNames(const Names& names, const Held& held) { return Finder(names, held).find(); }

std::vector<ByteRange> namesIn(const Literal& literal) {
  std::vector<ByteRange> ranges;
  if (!literal.plain) return ranges;
  const auto& tokens = sql::tokenize(literal.value, sql::dialectOf(sql::DialectName::kTolerant)).list;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const auto& token = tokens[i];
    bool name = token.kind == sql::TokenKind::kWord || token.kind == sql::TokenKind::kQuoted;
    if (!name || (i + 1 < tokens.size() && (tokens[i + 1].is('(') || tokens[i + 1].is('.')))) continue;
    auto body = token.kind == sql::TokenKind::kQuoted ? token.body() : token.range();
    ranges.push_back({literal.span.range.begin + body.begin, literal.span.range.begin + body.end});
  }
  return ranges;
}

MacroStar macroStar(const Names& names, const Held& held) {
  MacroStar star;
  const auto& value = *held.value;
  if (!value.isCall("dbt_utils.star") || !value.filters.empty()) return star;
  if (const auto* of = value.argument(0, "from")) star.of = with(held, *of);
  for (const char* name : {"prefix", "suffix"}) {
    const auto* given = value.argument(name == std::string_view("prefix") ? 3 : 4, name);
    star.understood &= given == nullptr || (given->isText() && given->text.empty());
  }
  bool open = false;
  if (const auto* except = value.argument(2, "except")) star.except = names.literalsOf(with(held, *except), open);
  star.understood &= !open;
  return star;
}

bool readsNoTable(const JinjaValue& call) {
  if (call.kind != JinjaValue::Kind::kCall || !call.base.empty()) return false;
  auto macro = knownMacro(call.text);
  return !macro.empty() && holds(kTableless, macro);
}

ArgumentRole roleOfTestArgument(std::string_view test, std::string_view argument) {
  auto name = test.substr(test.rfind('.') + 1);
  for (const auto& known : kKnownTestArguments)
    if ((known.test == name || known.test == "*") && known.argument == argument)
      return known.ofOther ? ArgumentRole::kColumnsTo : ArgumentRole::kColumns;
  return holds(kNoColumnArguments, argument) ? ArgumentRole::kNoColumn : ArgumentRole::kUnknown;
}

ConfigRole roleOfConfig(std::string_view key) {
  if (key.starts_with('+')) key.remove_prefix(1);
  if (holds(kOutputConfigs, key)) return ConfigRole::kOutputs;
  return holds(kUnknownConfigs, key) ? ConfigRole::kUnknown : ConfigRole::kNoColumn;
}

}  // namespace gander::rewriter::dbt
