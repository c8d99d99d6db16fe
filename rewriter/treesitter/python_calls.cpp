// Calls and attributes: who is meant.
#include <algorithm>

#include "rewriter/treesitter/python_lowering.h"

namespace gander::rewriter {

PythonLowering::KnownClass PythonLowering::classOf(ValueId value) const {
  const auto found = frame_->classes.find(value);
  return found == frame_->classes.end() ? KnownClass{} : found->second;
}

// "path.py:Class.x", if nothing outside this file can be meant by x; else empty.
std::string PythonLowering::attributeSymbol(KnownClass of, std::string_view name) const {
  if (of.scope == nullptr) return "";
  const auto member = scopes_.findAttribute(*of.scope, name);
  if (member.owner != nullptr) return member.symbol;
  return member.open ? "" : of.scope->symbolOf(name);
}

// `client.open` behind an import of `client`, as far as the chain starts with an imported name.
std::optional<PythonLowering::Callee> PythonLowering::importedCallee(Node expression) {
  std::vector<std::string> rest;
  Node root = expression;
  while (root.is("attribute")) {
    if (!root.field("attribute")) return std::nullopt;
    rest.emplace_back(textOf(root.field("attribute")));
    root = root.field("object");
  }
  if (!root.is("identifier")) return std::nullopt;
  const Found found = scopes_.lookup(*scope_, textOf(root));
  if (!found || found.binding->kind != BindingKind::kImport) return std::nullopt;
  std::ranges::reverse(rest);
  const Resolved resolved = resolveImported(scopes_, *found.binding, rest);
  const Node last = expression.is("attribute") ? expression.field("attribute") : expression;
  const bool sure = !found.binding->ambiguous;
  return Callee{.symbol = sure ? resolved.symbol : "",
                .name = resolved.dotted,
                .how = sure ? How::kImport : How::kGuessed,
                .at = last};
}

// The object of a method call, where it is a name that another file of the tree defines: `CLIENT` of CLIENT.open("x").
ValueId PythonLowering::importedObject(Node object) {
  const auto imported = importedCallee(object);
  if (!imported || !imported->symbol.contains(':')) return kNoValue;
  return addGlobal(object, imported->symbol, imported->name, imported->how);
}

ValueId PythonLowering::lowerAttribute(Node node) {
  const Node name = node.field("attribute");
  const Node object = node.field("object");
  if (!name || !object) return lowerUnknown(node);
  if (const auto imported = importedCallee(node))
    return addGlobal(node, imported->symbol, imported->name, imported->how);
  const std::string text(textOf(name));
  const ValueId base = lower(object);
  const KnownClass of = classOf(base);
  if (of.scope != nullptr) {
    const auto method = scopes_.findMethod(*of.scope, text);
    if (method.owner != nullptr && method.owner->properties.contains(text) && !of.itself) {
      Fact call = make(Op::kCall, name, {base});
      call.symbol = method.symbol;
      call.name = text;
      call.how = How::kImport;
      return add(std::move(call));
    }
    if (method.owner != nullptr) return addGlobal(name, method.symbol, text, How::kImport);
  }
  Fact member = make(Op::kMember, name, {base});
  member.name = text;
  member.symbol = attributeSymbol(of, text);
  if (!member.symbol.empty()) member.how = How::kImport;
  return add(std::move(member));
}

PythonLowering::Callee PythonLowering::calleeByName(Node name) {
  const std::string text(textOf(name));
  const Found found = scopes_.lookup(*scope_, text);
  if (const auto imported = importedCallee(name)) return *imported;
  Callee callee{.name = text, .at = name};
  if (found && found.binding->kind == BindingKind::kFunction) {
    callee.symbol = found.binding->symbol;
    callee.how = How::kImport;
  } else if (found && found.binding->kind == BindingKind::kClass) {
    callee.symbol = found.binding->symbol;
    callee.how = How::kImport;
    callee.makes = {scopes_.classNamed(*scope_, name), false};
  } else if (found) {
    callee.receiver = lower(name);
    callee.name = "__call__";
    const KnownClass of = classOf(callee.receiver);
    if (of.itself) callee = {.symbol = of.scope->symbol, .name = text, .at = name, .makes = {of.scope, false}};
  } else if (isBuiltin(text)) {
    callee.how = How::kImport;
  } else if (scopes_.starModules().size() == 1) {
    callee.name = scopes_.starModules()[0] + "." + text;
  }
  return callee;
}

// `super().load(x)` inside a method: the method of the base, on the same object.
std::optional<PythonLowering::Callee> PythonLowering::superCallee(Node object, Node attribute) {
  if (!object.is("call") || !object.field("function").is("identifier") || textOf(object.field("function")) != "super")
    return std::nullopt;
  const Scope* function = frame_->function;
  const Scope* of = function->classScope();
  if (of == nullptr || function->receiver.empty()) return std::nullopt;
  const Found self = scopes_.lookup(*function, function->receiver);
  if (!self) return std::nullopt;
  Callee callee{.receiver = frame_->builder.read(keyFor(self, function->receiver)),
                .name = std::string(textOf(attribute)),
                .at = attribute};
  for (const Node base : of->bases) {
    const Scope* known = scopes_.classNamed(*of->parent, base);
    if (known == nullptr) continue;
    const auto method = scopes_.findMethod(*known, callee.name);
    if (method.owner == nullptr) continue;
    callee.symbol = method.symbol;
    callee.how = How::kImport;
    return callee;
  }
  if (of->bases.size() != 1) return callee;
  if (const auto imported = importedCallee(of->bases[0]); imported && !imported->symbol.empty()) {
    callee.symbol = imported->symbol + "." + callee.name;
    callee.how = imported->how;
  }
  return callee;
}

void PythonLowering::resolveMethod(Callee& callee, KnownClass of, std::string_view name) const {
  if (of.scope == nullptr) return;
  const auto method = scopes_.findMethod(*of.scope, name);
  if (method.owner == nullptr) return;
  callee.symbol = method.symbol;
  callee.how = How::kImport;
}

PythonLowering::Callee PythonLowering::calleeByAttribute(Node attribute) {
  const Node name = attribute.field("attribute");
  const Node object = attribute.field("object");
  if (auto imported = importedCallee(attribute)) {
    imported->receiver = importedObject(object);
    return *imported;
  }
  if (const auto base = superCallee(object, name)) return *base;
  Callee callee{.receiver = lower(object), .name = std::string(textOf(name)), .at = name};
  resolveMethod(callee, classOf(callee.receiver), callee.name);
  return callee;
}

PythonLowering::Callee PythonLowering::calleeOf(Node function) {
  while (function.is("parenthesized_expression") && function.first()) function = function.first();
  if (function.is("identifier")) return calleeByName(function);
  if (function.is("attribute") && function.field("attribute") && function.field("object"))
    return calleeByAttribute(function);
  return {.receiver = lower(function), .name = "__call__", .at = function};
}

PythonLowering::Arguments PythonLowering::lowerArguments(Node list) {
  Arguments arguments;
  if (list.is("generator_expression")) {
    arguments.values = {lower(list)};
    return arguments;
  }
  bool named = false;
  for (const Node child : list.children()) {
    std::string keyword;
    Node value = child;
    if (child.is("keyword_argument")) {
      keyword = textOf(child.field("name"));
      value = child.field("value");
    } else if (child.is("list_splat") || child.is("dictionary_splat")) {
      keyword = child.is("list_splat") ? "*" : "**";
      value = child.first();
    }
    if (!value) continue;
    const ValueId lowered = lower(value);
    const bool spread = keyword.starts_with('*');
    arguments.values.push_back(spread ? add(make(Op::kUnknown, child, {lowered})) : lowered);
    arguments.keywords.push_back(keyword);
    named = named || !keyword.empty();
  }
  if (!named) arguments.keywords.clear();
  return arguments;
}

ValueId PythonLowering::lowerCall(Node node) {
  const Node function = node.field("function");
  if (!function) return lowerUnknown(node);
  const Node object = function.is("attribute") ? function.field("object") : Node();
  const bool literal = object && (object.is("string") || object.is("concatenated_string"));
  if (literal && function.field("attribute") && textOf(function.field("attribute")) == "format") {
    Fact format = make(Op::kFormat, node, {lower(object)});
    Arguments arguments = lowerArguments(node.field("arguments"));
    format.in.insert(format.in.end(), arguments.values.begin(), arguments.values.end());
    format.keywords = std::move(arguments.keywords);
    return add(std::move(format));
  }
  Callee callee = calleeOf(function);
  Arguments arguments = lowerArguments(node.field("arguments"));
  // Class.method(object): the object is the first argument.
  const KnownClass of = classOf(callee.receiver);
  if (of.itself && of.scope != nullptr && !callee.symbol.empty() && !arguments.values.empty()) {
    const auto method = scopes_.findMethod(*of.scope, callee.name);
    const bool onObject = method.owner != nullptr && !method.owner->classMethods.contains(callee.name) &&
                          !method.owner->staticMethods.contains(callee.name);
    if (onObject) {
      callee.receiver = arguments.values.front();
      arguments.values.erase(arguments.values.begin());
      if (!arguments.keywords.empty()) arguments.keywords.erase(arguments.keywords.begin());
    }
  }
  Fact call = make(Op::kCall, callee.at, {callee.receiver});
  call.in.insert(call.in.end(), arguments.values.begin(), arguments.values.end());
  call.keywords = std::move(arguments.keywords);
  call.symbol = callee.symbol;
  call.name = callee.name;
  call.how = callee.how;
  const ValueId value = add(std::move(call));
  if (callee.makes.scope != nullptr) frame_->classes[value] = callee.makes;
  return value;
}

}  // namespace gander::rewriter
