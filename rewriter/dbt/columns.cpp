#include "rewriter/dbt/columns.h"

#include <algorithm>
#include <map>

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

// Whether an expression of a text stands for a value of its own: x in sum(x), not in 'x', not in x_total, not in AS x, and not as an
// item of a SELECT list, which would give it its name.
bool standsAsColumn(std::string_view text, ByteRange hole) {
  size_t before = hole.begin;
  while (before > 0 && (text[before - 1] == ' ' || text[before - 1] == '\n' || text[before - 1] == '\t')) --before;
  size_t behind = text.find_first_not_of(" \t\n\r", hole.end);
  if (before == 0 || behind == std::string_view::npos) return false;
  return (text[before - 1] == '(' || text[before - 1] == ',') && (text[behind] == ')' || text[behind] == ',') &&
         text.rfind('(', hole.begin) != std::string_view::npos;
}

// The bracket that a place lies in is one of a call.
bool liesInCall(std::string_view text, ByteRange hole) {
  int depth = 0;
  for (size_t at = hole.begin; at-- > 0;) {
    if (text[at] == ')') ++depth;
    if (text[at] != '(' || depth-- > 0) continue;
    return at > 0 && isWordByte(text[at - 1]);
  }
  return false;
}

class Finder {
 public:
  Finder(const Projects& projects, const Names& names, const std::string& path)
      : projects_(projects), names_(names), path_(path), template_(projects.templateOf(path)) {
    const auto* project = projects.projectOf(path);
    if (project != nullptr) project_ = static_cast<size_t>(project - projects.all().data());
  }

  std::vector<ColumnName> find(const JinjaValue& value) {
    sql::visitJinja(value, [&](const JinjaValue& one) { addCall(one); });
    if (value.kind == JinjaValue::Kind::kName && value.filters.empty()) addName(value);
    return std::move(found_);
  }

  // Whether a macro puts a parameter only where a column stands.
  bool isColumnParameter(const Macro& macro, size_t index, int depth) {
    const auto& all = projects_.templateOf(macro.path);
    const auto& text = projects_.textOf(macro.path);
    const auto& block = all.blocks[macro.block];
    const auto& parameters = all.openerOf(block).parameters;
    if (index >= parameters.size() || depth > 4) return false;
    // A query of its own has a scope of its own.
    auto body = toLowerAscii(std::string_view(text).substr(block.body.begin, block.body.size()));
    if (body.contains("select") || body.contains("from")) return false;
    const auto& name = parameters[index].name;
    bool any = false;
    bool fits = true;
    for (const auto& one : all.expressions) {
      if (!block.body.contains(one.piece.range) || !mentions(one.value, name)) continue;
      any = true;
      bool alone = one.value.kind == JinjaValue::Kind::kName && one.value.text == name && one.value.filters.empty();
      fits &= alone && isUnquoted(text, one.piece.range);
    }
    for (const auto& one : all.statements)
      if (block.body.contains(one.piece.range) && one.statement.value && mentions(*one.statement.value, name))
        fits = false;
    return any && fits;
  }

 private:
  static bool mentions(const JinjaValue& value, const std::string& name) {
    bool found = false;
    sql::visitJinja(value, [&](const JinjaValue& one) {
      bool named = one.kind == JinjaValue::Kind::kName || (one.kind == JinjaValue::Kind::kCall && one.base.empty());
      found |= named && (one.text == name || one.text.starts_with(name + "."));
    });
    return found;
  }

  // Not within quotes, not a part of a longer name, not behind AS.
  static bool isUnquoted(std::string_view text, ByteRange hole) {
    auto touches = [](char c) { return isWordByte(c) || c == '\'' || c == '"' || c == '`' || c == '}' || c == '{'; };
    if (hole.begin > 0 && touches(text[hole.begin - 1])) return false;
    if (hole.end < text.size() && touches(text[hole.end])) return false;
    size_t line = text.rfind('\n', hole.begin);
    line = line == std::string_view::npos ? 0 : line + 1;
    auto before = toLowerAscii(text.substr(line, hole.begin - line));
    while (!before.empty() && (before.back() == ' ' || before.back() == '\t')) before.pop_back();
    bool alias = before.ends_with("as") && (before.size() == 2 || !isWordByte(before[before.size() - 3]));
    return !alias && std::ranges::count(before, '\'') % 2 == 0;
  }

  void addCall(const JinjaValue& call) {
    if (call.kind != JinjaValue::Kind::kCall) return;
    auto macro = knownMacro(call.text);
    for (const auto& known : kKnownArguments) {
      if (known.macro != macro || macro.empty()) continue;
      const JinjaValue* of = known.relation < 0 ? nullptr : call.argument(known.relation, known.relationName);
      if (known.relation >= 0 && of == nullptr) continue;
      for (const auto* value : valuesOf(call, known)) add(*value, of, call.text);
    }
    if (macro.empty()) addProjectCall(call);
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

  void addProjectCall(const JinjaValue& call) {
    for (const auto* macro : names_.macrosOf(project_, call)) {
      const auto& all = projects_.templateOf(macro->path);
      const auto& parameters = all.openerOf(all.blocks[macro->block]).parameters;
      for (size_t i = 0; i < parameters.size(); ++i) {
        const auto* value = call.argument(i, parameters[i].name);
        if (value != nullptr && isColumnParameter(*macro, i, 0)) add(*value, nullptr, call.text);
      }
    }
  }

  void add(const JinjaValue& value, const JinjaValue* of, const std::string& macro) {
    bool open = false;
    for (auto& literal : names_.literalsOf(path_, value, open)) {
      bool here = value.range.contains(literal.span.range) && literal.span.file == path_;
      // Through a variable, what else the variable is used for must be seen.
      if (here || (of == nullptr && literal.span.file == path_ && onlyColumns(value)))
        found_.push_back({literal, of, macro});
    }
  }

  // A name that is set, or gone through, to lists of columns only: every use of it is an argument of columns, or stands as one.
  bool onlyColumns(const JinjaValue& value) {
    if (value.kind != JinjaValue::Kind::kName) return false;
    return isClosed(value.text, 0);
  }

  bool isClosed(const std::string& name, int depth) {
    if (depth > 4) return false;
    const auto& text = projects_.textOf(path_);
    for (const auto& one : template_.expressions) {
      if (!mentions(one.value, name)) continue;
      bool alone = one.value.kind == JinjaValue::Kind::kName && one.value.text == name && one.value.filters.empty();
      if (alone && standsAsColumn(text, one.piece.range) && liesInCall(text, one.piece.range)) continue;
      if (!isColumnArgument(one.value, name)) return false;
    }
    for (const auto& one : template_.statements) {
      const auto& statement = one.statement;
      if (!statement.value || !mentions(*statement.value, name)) continue;
      bool loop = statement.word == "for" && statement.value->kind == JinjaValue::Kind::kName &&
                  statement.value->text == name && statement.targets.size() == 1;
      if (!loop || !isClosed(statement.targets[0], depth + 1)) return false;
    }
    return true;
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
          for (const auto* given : valuesOf(one, argument))
            if (given->kind == JinjaValue::Kind::kName && given->text == name) ++known;
    });
    return all > 0 && all == known;
  }

  // {{ c }} alone.
  void addName(const JinjaValue& value) {
    bool open = false;
    if (!isClosed(value.text, 0)) return;
    for (auto& literal : names_.literalsOf(path_, value, open))
      if (literal.span.file == path_) found_.push_back({literal, nullptr, "{{ " + value.text + " }}"});
  }

  const Projects& projects_;
  const Names& names_;
  const std::string& path_;
  const sql::Template& template_;
  size_t project_ = 0;
  std::vector<ColumnName> found_;
};

template <size_t N>
bool holds(const std::string_view (&list)[N], std::string_view word) {
  return std::ranges::find(list, word) != std::end(list);
}

}  // namespace

std::vector<ColumnName> columnNames(const Projects& projects, const Names& names, const std::string& path,
                                    const JinjaValue& value) {
  return Finder(projects, names, path).find(value);
}

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

MacroStar macroStar(const Names& names, const std::string& path, const JinjaValue& value) {
  MacroStar star;
  if (!value.isCall("dbt_utils.star") || !value.filters.empty()) return star;
  star.of = value.argument(0, "from");
  for (const char* name : {"prefix", "suffix"}) {
    const auto* given = value.argument(name == std::string_view("prefix") ? 3 : 4, name);
    star.understood &= given == nullptr || (given->isText() && given->text.empty());
  }
  const auto* except = value.argument(2, "except");
  bool open = false;
  if (except != nullptr) star.except = names.literalsOf(path, *except, open);
  star.understood &= !open;
  return star;
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
