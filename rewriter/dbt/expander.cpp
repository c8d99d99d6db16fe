#include "rewriter/dbt/expander.h"

#include <algorithm>

#include "base/text.h"

namespace gander::rewriter::dbt {

using sql::JinjaPiece;
using sql::JinjaValue;
using Kind = JinjaValue::Kind;

namespace {

constexpr size_t kTextLimit = 2UL << 20;  // bytes of one expansion
constexpr size_t kElementLimit = 200;
constexpr int kDepthLimit = 6;

bool isBlank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

// loop.first, not loop.last: what it is in this turn of a loop; nullopt for any other condition.
std::optional<bool> loopCondition(const JinjaValue& value, int loop) {
  if (loop == 0) return std::nullopt;
  bool negated = value.kind == Kind::kUnknown && value.items.size() == 1;
  const auto& name = negated ? value.items[0] : value;
  if (name.kind != Kind::kName || !name.filters.empty()) return std::nullopt;
  bool first = loop == 1 || loop == -1;
  bool last = loop == 3 || loop == -1;
  if (name.text == "loop.first") return first != negated;
  if (name.text == "loop.last") return last != negated;
  return std::nullopt;
}

std::string rootOf(const JinjaValue& value) {
  const auto* at = &value;
  while (at->kind == Kind::kElement && !at->items.empty()) at = &at->items[0];
  return at->kind == Kind::kName ? at->text.substr(0, at->text.find('.')) : "";
}

}  // namespace

void Expander::run() {
  const auto& path = out_.path_;
  const auto& text = projects_.textOf(path);
  const auto* project = projects_.projectOf(path);
  Context context{.path = path, .scope = projects_.templateOf(path)};
  context.project = project == nullptr ? 0 : static_cast<size_t>(project - projects_.all().data());
  ByteRange whole{0, static_cast<uint32_t>(text.size())};
  // What a file of macros holds runs where it is called.
  return projects_.isMacroFile(path) ? plain(whole, context) : emit(whole, context);
}

void Expander::add(std::string_view text, const std::string& path, uint32_t at, bool pasted, ByteRange outer) {
  if (text.empty()) return;
  const auto begin = static_cast<uint32_t>(out_.text_.size());
  out_.text_ += text;
  out_.segments_.push_back({{begin, static_cast<uint32_t>(out_.text_.size())}, path, at, pasted, outer});
}

void Expander::copy(ByteRange range, const Context& context) {
  const auto text = std::string_view(projects_.textOf(context.path)).substr(range.begin, range.size());
  add(text, context.path, range.begin, false, context.outer.value_or(range));
}

Held Expander::hold(const JinjaValue& value, const Context& context) const {
  return {&value, context.project, &context.path, &context.scope, nullptr, context.environment};
}

const Environment* Expander::bind(const Environment* up, std::string name, const Held& value) {
  return &out_.environments_.emplace_back(Environment{up, std::move(name), value});
}

void Expander::keepHole(const JinjaValue& value, const JinjaPiece& piece, const Context& context) {
  const auto begin = static_cast<uint32_t>(out_.text_.size());
  copy(piece.range, context);
  out_.holes_.push_back({{begin, static_cast<uint32_t>(out_.text_.size())}, piece.range, hold(value, context)});
}

const sql::TemplateExpression& Expander::expressionAt(const JinjaPiece& piece, const Context& context) {
  return *std::ranges::find_if(context.scope.expressions,
                               [&](const auto& one) { return one.piece.range == piece.range; });
}

// As it is written.
void Expander::plain(ByteRange range, const Context& context) {
  for (const auto& piece : context.scope.pieces) {
    if (piece.range.begin < range.begin || piece.range.end > range.end) continue;
    if (piece.kind == JinjaPiece::Kind::kExpression)
      keepHole(expressionAt(piece, context).value, piece, context);
    else
      copy(piece.range, context);
  }
}

void Expander::emit(ByteRange range, const Context& context) {
  const auto& pieces = context.scope.pieces;
  auto first = std::ranges::lower_bound(pieces, range.begin, {}, [](const auto& piece) { return piece.range.begin; });
  for (auto at = static_cast<size_t>(first - pieces.begin()); at < pieces.size();) {
    const auto& piece = pieces[at];
    if (piece.range.begin >= range.end) return;
    if (piece.kind == JinjaPiece::Kind::kStatement) {
      at = statement(at, context);
      continue;
    }
    if (piece.kind == JinjaPiece::Kind::kExpression)
      expression(piece, context);
    else
      copy(piece.range, context);
    ++at;
  }
}

// The piece behind what was done.
size_t Expander::statement(size_t index, const Context& context) {
  const auto& piece = context.scope.pieces[index];
  auto found =
      std::ranges::find_if(context.scope.statements, [&](const auto& one) { return one.piece.range == piece.range; });
  const auto& one = *found;
  if (one.block != sql::kNoBlock) {
    const auto& block = context.scope.blocks[one.block];
    bool done =
        (one.statement.word == "for" && unroll(one, context)) || (one.statement.word == "if" && choose(one, context));
    // What stands in a macro, a text that is set, a call's body: no part of the text that is made here.
    bool apart = one.statement.word == "macro" || one.statement.word == "test" ||
                 one.statement.word == "materialization" || one.statement.word == "docs" ||
                 one.statement.word == "set" || one.statement.word == "call" || one.statement.word == "raw";
    if (apart) plain(block.whole, context);
    if (done || apart) {
      const auto& pieces = context.scope.pieces;
      while (index < pieces.size() && pieces[index].range.begin < block.whole.end) ++index;
      return index;
    }
  }
  copy(piece.range, context);
  return index + 1;
}

// A loop over a list that is known: its body for each element.
bool Expander::unroll(const sql::TemplateStatement& loop, const Context& context) {
  const auto& statement = loop.statement;
  if (!statement.value || statement.targets.empty() || context.depth >= kDepthLimit) return false;
  const auto& block = context.scope.blocks[loop.block];
  for (const auto& one : context.scope.statements)
    if (one.statement.word == "else" && one.inside == loop.block) return false;
  std::vector<Held> elements;
  if (!names_.elementsOf(hold(*statement.value, context), elements) || elements.empty()) return false;
  if (elements.size() > kElementLimit || out_.text_.size() + elements.size() * block.body.size() > kTextLimit)
    return false;
  bool pairs = statement.targets.size() > 1;
  for (const auto& element : elements)
    if (pairs && (element.value->kind != Kind::kList || element.value->items.size() < statement.targets.size()))
      return false;
  for (size_t i = 0; i < elements.size(); ++i) {
    Context inner = context;
    inner.depth = context.depth + 1;
    inner.loop = elements.size() == 1 ? -1 : i == 0 ? 1 : i + 1 == elements.size() ? 3 : 2;
    if (!inner.outer) inner.outer = block.whole;
    for (size_t target = 0; target < statement.targets.size(); ++target) {
      Held value = elements[i];
      if (pairs) value.value = &elements[i].value->items[target];
      inner.environment = bind(inner.environment, statement.targets[target], value);
    }
    emit(block.body, inner);
  }
  return true;
}

// {% if not loop.last %},{% endif %}
bool Expander::choose(const sql::TemplateStatement& condition, const Context& context) {
  if (!condition.statement.value) return false;
  auto met = loopCondition(*condition.statement.value, context.loop);
  if (!met) return false;
  const auto& block = context.scope.blocks[condition.block];
  auto body = block.body;
  std::optional<ByteRange> other;
  for (const auto& one : context.scope.statements) {
    if (one.inside != condition.block) continue;
    if (one.statement.word == "elif") return false;
    if (one.statement.word != "else") continue;
    other = ByteRange{one.piece.range.end, block.body.end};
    body.end = one.piece.range.begin;
  }
  if (*met) emit(body, context);
  if (!*met && other) emit(*other, context);
  return true;
}

void Expander::expression(const JinjaPiece& piece, const Context& context) {
  const auto& whole = expressionAt(piece, context).value;
  const auto* value = &whole;
  if (value->kind == Kind::kChoice && !value->named.empty() && value->named[0].name == "if") {
    auto met = loopCondition(value->named[0].value, context.loop);
    if (met && (*met || value->items.size() > 1)) value = &value->items[*met ? 0 : 1];
    if (met && !*met && value == &whole) return;  // nothing without an else
  }
  if (!call(*value, piece, context) && !paste(*value, context, piece)) keepHole(*value, piece, context);
}

const Macro* Expander::macroOf(const JinjaValue& value, const Context& context) const {
  auto macros = names_.macrosOf(context.project, value);
  return macros.size() == 1 ? macros[0] : nullptr;
}

// Its text is SQL, and all that it does is to put it out.
bool Expander::isExpandable(const Macro& macro) const {
  const auto& all = projects_.templateOf(macro.path);
  const auto& text = projects_.textOf(macro.path);
  const auto& block = all.blocks[macro.block];
  if (macro.test) return false;
  for (const auto& one : all.statements) {
    if (!block.body.contains(one.piece.range)) continue;
    const auto& word = one.statement.word;
    if (word == "call" || word == "macro" || word == "filter") return false;
    if (word == "do" && one.statement.value && one.statement.value->isCall("return")) return false;
  }
  for (const auto& one : all.expressions)
    if (block.body.contains(one.piece.range) &&
        (one.value.isCall("return") || one.value.isCall("caller") || one.value.text.starts_with("varargs")))
      return false;
  return std::ranges::any_of(all.pieces, [&](const auto& piece) {
    return piece.kind == JinjaPiece::Kind::kText && block.body.contains(piece.range) &&
           !isBlank(std::string_view(text).substr(piece.range.begin, piece.range.size()));
  });
}

// The macro's text in the place of its call. The call stays as a comment, where its literals have their place.
bool Expander::call(const JinjaValue& value, const JinjaPiece& piece, const Context& context) {
  if (value.kind != Kind::kCall || !value.filters.empty() || context.depth >= kDepthLimit) return false;
  const auto* macro = macroOf(value, context);
  if (macro == nullptr || std::ranges::find(running_, macro) != running_.end() || !isExpandable(*macro)) return false;
  const auto& scope = projects_.templateOf(macro->path);
  const auto& block = scope.blocks[macro->block];
  const auto& parameters = scope.openerOf(block).parameters;
  if (value.items.size() > parameters.size() || out_.text_.size() + block.body.size() > kTextLimit) return false;
  Context inner{macro->path,       scope, macro->project, nullptr, context.outer ? context.outer : piece.range,
                context.depth + 1, 0};
  for (size_t i = 0; i < parameters.size(); ++i) {
    const auto* given = value.argument(i, parameters[i].name);
    if (given != nullptr) {
      inner.environment = bind(inner.environment, parameters[i].name, hold(*given, context));
    } else if (parameters[i].byDefault) {
      Held byDefault{&*parameters[i].byDefault, macro->project, &macro->path, &scope, nullptr, nullptr};
      inner.environment = bind(inner.environment, parameters[i].name, byDefault);
    }
  }
  const auto written = std::string_view(projects_.textOf(context.path)).substr(piece.inside.begin, piece.inside.size());
  if (!written.contains("#}")) {
    add("{#", "", 0, false, *inner.outer);
    add(written, context.path, piece.inside.begin, false, *inner.outer);
    add("#}", "", 0, false, *inner.outer);
  }
  out_.macros_.insert(macro);
  running_.push_back(macro);
  emit(block.body, inner);
  running_.pop_back();
  return true;
}

// A name of a text that is known, where loops and calls have bound it.
bool Expander::paste(const JinjaValue& value, const Context& context, const JinjaPiece& piece) {
  if (value.kind != Kind::kName && value.kind != Kind::kElement && value.kind != Kind::kText) return false;
  if (!value.filters.empty()) return false;
  auto found = names_.of(hold(value, context));
  if (found.size() != 1 || found[0].kind != Referent::Kind::kText || !found[0].name || !found[0].name->plain)
    return false;
  const auto& literal = *found[0].name;
  if (literal.value.empty() || literal.value.contains("{{") || isUsedOtherwise(value, context)) return false;
  add(literal.value, literal.span.file, literal.span.range.begin, true, context.outer.value_or(piece.range));
  return true;
}

// The template itself asks for the text, beside putting it out.
bool Expander::isUsedOtherwise(const JinjaValue& value, const Context& context) const {
  const auto root = rootOf(value);
  if (root.empty()) return false;
  const size_t macro = context.scope.macroAt(value.range.begin);
  for (const auto& one : context.scope.statements) {
    const auto& statement = one.statement;
    if (!statement.value || statement.word == "for" || context.scope.macroAt(one.piece.range.begin) != macro) continue;
    bool asks = false;
    sql::visitJinja(*statement.value, [&](const JinjaValue& part) {
      asks |= part.kind == Kind::kName && (part.text == root || part.text.starts_with(root + "."));
    });
    if (asks) return true;
  }
  return false;
}

}  // namespace gander::rewriter::dbt
