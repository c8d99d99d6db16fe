// Functions, their parameters, and definitions as values.
#include "rewriter/treesitter/python_lowering.h"

#include <algorithm>

namespace gander::rewriter {

std::vector<Function> PythonLowering::run() {
  std::vector<Function> functions;
  queue(&scopes_.module());
  while (!queue_.empty()) {
    const Scope* scope = queue_.front();
    queue_.pop_front();
    functions.push_back(lowerFunction(*scope));
  }
  return functions;
}

void PythonLowering::queue(const Scope* scope) {
  if (scope != nullptr && queued_.insert(scope).second) queue_.push_back(scope);
}

Function PythonLowering::headOf(const Scope& scope) const {
  if (scope.kind == ScopeKind::kModule) return {.symbol = "<file>" + scopes_.path(), .span = spanOf(scope.node)};
  Function head{.symbol = scope.symbol, .name = "<lambda>", .span = spanOf(scope.node), .nameSpan = spanOf(scope.node)};
  if (const Node name = scope.node.field("name")) {
    head.name = textOf(name);
    head.nameSpan = spanOf(name);
  }
  if (const Scope* of = scope.classScope(); of != nullptr && !scope.receiver.empty()) {
    head.method = true;
    const bool based = std::ranges::any_of(of->bases, [&](Node base) { return textOf(base) != "object"; });
    head.virtualMethod = based || of->derived;
  }
  return head;
}

Function PythonLowering::lowerFunction(const Scope& scope) {
  PythonFrame frame{.builder = FunctionBuilder(headOf(scope)), .function = &scope};
  frame_ = &frame;
  scope_ = &scope;
  depth_ = 0;
  finallyDepth_ = 0;
  if (scope.kind == ScopeKind::kFunction) addParameters(scope);
  if (scope.node.is("lambda")) {
    if (const Node body = scope.node.field("body")) add(make(Op::kReturn, body, {lower(body)}));
  } else {
    lowerBlock(scope.kind == ScopeKind::kModule ? scope.node : scope.node.field("body"));
  }
  frame_ = nullptr;
  return frame.builder.finish();
}

void PythonLowering::addParameters(const Scope& scope) {
  for (const Node parameter : scope.node.field("parameters").children()) addParameter(scope, parameter);
}

void PythonLowering::addParameter(const Scope& scope, Node parameter) {
  Node name = parameter.field("name") ? parameter.field("name") : parameter;
  bool variadic = false;
  while (name && !name.is("identifier")) {
    variadic = variadic || name.is("list_splat_pattern") || name.is("dictionary_splat_pattern");
    name = name.first();
  }
  if (!name) return;  // the bare `*` and `/`
  const Node type = parameter.field("type");
  const std::string text(textOf(name));
  const bool first = scope.classScope() != nullptr && text == scope.receiver;
  const ValueId value = frame_->builder.addParameter(
      {.name = text, .type = type ? typeName(type) : "", .variadic = variadic}, spanOf(name));
  if (first) frame_->classes[value] = {scope.classScope(), scope.ofClass};
  if (type && !variadic) {
    if (const Scope* known = scopes_.classNamed(*scope.parent, type.first())) frame_->classes[value] = {known, false};
  }
  writeName(name, withDefault(scope, parameter, value));
}

namespace {

// A default that carries nothing that the solver asks for.
bool isOpaque(Node value) {
  return value.is("none") || value.is("true") || value.is("false") || value.is("integer") || value.is("float") ||
         value.is("ellipsis");
}

std::string defaultSymbol(const Scope& scope, std::string_view name) {
  return scope.symbol + ".<default>" + std::string(name);
}

}  // namespace

// The parameter is what a caller gives or its default, which the code around the function has evaluated. The Phi is named
// "default", so that who knows the caller's argument can leave the default out.
ValueId PythonLowering::withDefault(const Scope& scope, Node parameter, ValueId value) {
  const Node written = parameter.field("value");
  const Node name = parameter.field("name");
  if (!written || !name || isOpaque(written)) return value;
  const bool text = written.is("string") || written.is("concatenated_string");
  const ValueId other =
      text ? lowerText(written)
           : addGlobal(written, defaultSymbol(scope, textOf(name)), std::string(textOf(name)), How::kImport);
  Fact join = make(Op::kPhi, parameter, {value, other});
  join.name = "default";
  return add(std::move(join));
}

// The other half: what the code around the function evaluates.
void PythonLowering::lowerDefaults(Node parameters, const Scope& scope) {
  for (const Node parameter : parameters.children()) {
    const Node written = parameter.field("value");
    const Node name = parameter.field("name");
    if (!written || !name || isOpaque(written) || written.is("string") || written.is("concatenated_string")) continue;
    Fact write = make(Op::kGlobal, written, {lower(written)});
    write.access = Access::kWrite;
    write.symbol = defaultSymbol(scope, textOf(name));
    write.name = textOf(name);
    write.how = How::kImport;
    add(std::move(write));
  }
}

// The dotted name of `a.b.c` with what an import says of `a`.
std::optional<std::string> PythonLowering::dottedName(Node expression) const {
  std::vector<std::string> parts;
  while (expression.is("attribute")) {
    const Node name = expression.field("attribute");
    if (!name) return std::nullopt;
    parts.emplace_back(textOf(name));
    expression = expression.field("object");
  }
  if (!expression.is("identifier")) return std::nullopt;
  std::ranges::reverse(parts);
  const Found found = scopes_.lookup(*scope_, textOf(expression));
  if (found && found.binding->kind == BindingKind::kImport)
    return resolveImported(scopes_, *found.binding, parts).dotted;
  std::string dotted(textOf(expression));
  for (const std::string& part : parts) dotted += "." + part;
  return dotted;
}

// The type that an annotation names: plain, quoted, or behind Optional and `| None`; empty for what is more than one name.
std::string PythonLowering::typeName(Node annotation) const {
  Node type = annotation.is("type") ? annotation.first() : annotation;
  for (int i = 0; i < 4 && type; ++i) {
    if (type.is("string")) {
      const auto parts = stringParts(scopes_.path(), scopes_.text(), type);
      return parts.size() == 1 && !parts[0].interpolation ? parts[0].piece.value : "";
    }
    const auto children = type.children();
    if (type.is("binary_operator") || type.is("union_type")) {
      if (children.size() != 2) return "";
      type = children[1].is("none") || textOf(children[1]) == "None" ? children[0] : Node();
    } else if (type.is("generic_type") || type.is("subscript")) {
      if (children.size() != 2 || !textOf(children[0]).ends_with("Optional")) return "";
      type = children[1].is("type_parameter") ? children[1].first() : children[1];
    } else if (type.is("type")) {
      type = type.first();
    } else {
      return dottedName(type).value_or("");
    }
  }
  return "";
}

void PythonLowering::lowerDefinition(Node node) {
  const Scope* scope = scopes_.opened(node);
  const Node name = node.field("name");
  if (!name || scope == nullptr) return;
  lowerDefaults(node.field("parameters"), *scope);
  queue(scope);
  const Found found = scopes_.lookup(*scope_, textOf(name));
  // A name that is bound to other things as well is a variable that holds the function.
  if (found && found.binding->kind == BindingKind::kVariable)
    writeName(name, addGlobal(name, scope->symbol, std::string(textOf(name)), How::kImport));
}

void PythonLowering::lowerClass(Node node) {
  for (const Node base : node.field("superclasses").children())
    lower(base.is("keyword_argument") ? base.field("value") : base);
  const Scope* scope = scopes_.opened(node);
  if (scope == nullptr) return;
  const Scope* outer = scope_;
  scope_ = scope;
  lowerBlock(node.field("body"));
  scope_ = outer;
  const Node name = node.field("name");
  const Found found = scopes_.lookup(*scope_, textOf(name));
  if (found && found.binding->kind == BindingKind::kVariable)
    writeName(name, addGlobal(name, scope->symbol, std::string(textOf(name)), How::kImport));
}

void PythonLowering::lowerDecorated(Node node) {
  const Node definition = node.field("definition");
  if (!definition) return;
  lowerStatement(definition);
  const Scope* scope = scopes_.opened(definition);
  const Node name = definition.field("name");
  static const std::set<std::string_view> kPlain = {"staticmethod",    "classmethod",        "property",
                                                    "abstractmethod",  "abc.abstractmethod", "override",
                                                    "typing.override", "overload",           "typing.overload"};
  for (const Node decorator : node.children()) {
    const Node expression = decorator.is("decorator") ? decorator.first() : Node();
    if (!expression || scope == nullptr || kPlain.contains(textOf(expression)) ||
        textOf(expression).ends_with(".setter"))
      continue;
    const ValueId function = addGlobal(name, scope->symbol, std::string(textOf(name)), How::kImport);
    add(make(Op::kUnknown, expression, {lower(expression), function}));
  }
}

}  // namespace gander::rewriter
