// Variables and everything that can be assigned to.
#include <fmt/format.h>

#include "rewriter/treesitter/python_lowering.h"

namespace gander::rewriter {

Fact PythonLowering::make(Op op, Node at, std::vector<ValueId> in) const {
  return {.op = op, .in = std::move(in), .span = spanOf(at)};
}

ValueId PythonLowering::addGlobal(Node at, std::string symbol, std::string name, How how) {
  Fact fact = make(Op::kGlobal, at);
  fact.symbol = std::move(symbol);
  fact.name = std::move(name);
  fact.how = how;
  return add(std::move(fact));
}

std::string PythonLowering::keyFor(const Found& found, std::string_view name) {
  return fmt::format("{}@{}", name, found.scope->id);
}

ValueId PythonLowering::readName(Node name) {
  const std::string text(textOf(name));
  const Found found = scopes_.lookup(*scope_, text);
  if (!found) {
    const auto& stars = scopes_.starModules();
    if (stars.size() == 1 && !isBuiltin(text)) return addGlobal(name, "", stars[0] + "." + text, How::kGuessed);
    return addGlobal(name, "", text, isBuiltin(text) ? How::kImport : How::kGuessed);
  }
  const Binding& binding = *found.binding;
  switch (binding.kind) {
    case BindingKind::kImport:
      return addGlobal(name, binding.symbol, binding.dotted, binding.ambiguous ? How::kGuessed : How::kImport);
    case BindingKind::kFunction:
    case BindingKind::kClass: {
      const ValueId value = addGlobal(name, binding.symbol, text, How::kImport);
      if (binding.kind == BindingKind::kClass) frame_->classes[value] = {scopes_.classNamed(*scope_, name), true};
      return value;
    }
    default: return readVariable(found, name);
  }
}

ValueId PythonLowering::readVariable(const Found& found, Node name) {
  const std::string text(textOf(name));
  const Binding& binding = *found.binding;
  if (!found.crosses && !binding.rebound) {
    const ValueId value = frame_->builder.read(keyFor(found, text));
    if (value != kNoValue) return value;
    if (found.scope->kind != ScopeKind::kModule) return add(make(Op::kUnknown, name));
  }
  const ValueId value = addGlobal(name, binding.symbol, text, How::kImport);
  // A method's receiver stays what it is in the functions within the method.
  const Scope* of = found.scope->classScope();
  if (of != nullptr && text == found.scope->receiver) frame_->classes[value] = {of, found.scope->ofClass};
  return value;
}

void PythonLowering::writeName(Node name, ValueId value) {
  const std::string text(textOf(name));
  const Found found = scopes_.lookup(*scope_, text);
  if (!found) return;
  const Binding& binding = *found.binding;
  if (binding.kind != BindingKind::kVariable && binding.kind != BindingKind::kParameter)
    return;  // `x = None` beside an import
  if (!found.crosses && !binding.rebound) frame_->builder.write(keyFor(found, text), value);
  const bool outlives = found.scope->kind == ScopeKind::kModule || binding.captured || binding.rebound || found.crosses;
  Fact write = make(Op::kGlobal, name, {value});
  if (found.scope->kind == ScopeKind::kClass) {
    const ValueId owner =
        addGlobal(name, found.scope->symbol, std::string(textOf(found.scope->node.field("name"))), How::kImport);
    write.op = Op::kMember;
    write.in = {owner, value};
  } else if (!outlives) {
    return;
  }
  write.access = Access::kWrite;
  write.symbol = binding.symbol;
  write.name = text;
  write.how = How::kImport;
  add(std::move(write));
}

void PythonLowering::assign(Node target, ValueId value) {
  while (target.is("parenthesized_expression") || target.is("as_pattern_target") || target.is("type"))
    target = target.first();
  if (!target) return;
  if (target.is("identifier")) {
    writeName(target, value);
  } else if (target.is("attribute")) {
    assignAttribute(target, value);
  } else if (target.is("subscript")) {
    assignSubscript(target, value);
  } else if (target.is("list_splat_pattern") || target.is("list_splat")) {
    if (target.first()) assign(target.first(), add(make(Op::kUnknown, target, {value})));
  } else if (depth_ < 200) {
    ++depth_;
    assignMany(target.children(), value);
    --depth_;
  }
}

// a, b = x, y pairs them; a, b = row takes each for an element of what stands right.
void PythonLowering::assignMany(const std::vector<Node>& targets, ValueId value) {
  const auto known = frame_->tuples.find(value);
  bool paired = known != frame_->tuples.end() && known->second.size() == targets.size();
  for (const Node target : targets) paired = paired && !target.is("list_splat_pattern");
  const std::vector<ValueId> parts = paired ? known->second : std::vector<ValueId>{};
  for (size_t i = 0; i < targets.size(); ++i) {
    assign(targets[i], paired ? parts[i] : add(make(Op::kElement, targets[i], {value})));
  }
}

void PythonLowering::assignAttribute(Node target, ValueId value) {
  const Node name = target.field("attribute");
  const Node object = target.field("object");
  if (!name || !object) return;
  Fact write = make(Op::kMember, name);
  write.access = Access::kWrite;
  write.name = textOf(name);
  if (const auto imported = importedCallee(target)) {
    write.op = Op::kGlobal;
    write.in = {value};
    write.symbol = imported->symbol;
    write.name = imported->name;
    write.how = imported->how;
    add(std::move(write));
    return;
  }
  const ValueId base = lower(object);
  const KnownClass of = classOf(base);
  write.in = {base, value};
  write.symbol = attributeSymbol(of, write.name);
  if (!write.symbol.empty()) write.how = How::kImport;
  const auto property = of.scope == nullptr ? ScopeTree::Member{} : scopes_.findMethod(*of.scope, write.name);
  if (property.owner != nullptr && property.owner->setters.contains(write.name)) {
    write.op = Op::kCall;
    write.access = Access::kRead;
    write.symbol = property.symbol + ".setter";
  }
  add(std::move(write));
}

void PythonLowering::assignSubscript(Node target, ValueId value) {
  const Node object = target.field("value");
  if (!object) return;
  const ValueId base = lower(object);
  const auto keys = target.fields("subscript");
  if (keys.size() == 1 && keys[0].is("slice")) {
    add(make(Op::kUnknown, target, {base, lower(keys[0]), value}));
    return;
  }
  Fact write = make(Op::kIndex, target, {base, keyOf(target), value});
  write.access = Access::kWrite;
  add(std::move(write));
}

// `case {"user_name": name}` reads the field; `case Row(name=n)` the attribute; `case [first, *rest]` the elements.
void PythonLowering::bindPattern(Node pattern, ValueId subject) {
  if (depth_ >= 200) return;
  ++depth_;
  const auto children = pattern.children();
  if (pattern.is("dict_pattern")) {
    bindDictionary(pattern, subject);
  } else if (pattern.is("class_pattern")) {
    bindChildren(pattern, subject, 1);
  } else if (pattern.is("keyword_pattern") && children.size() == 2) {
    Fact member = make(Op::kMember, children[0], {subject});
    member.name = textOf(children[0]);
    bindPattern(children[1], add(std::move(member)));
  } else if (pattern.is("list_pattern") || pattern.is("tuple_pattern")) {
    bindChildren(pattern, add(make(Op::kElement, pattern, {subject})), 0);
  } else if (pattern.is("dotted_name") || pattern.is("identifier")) {
    const Node name = pattern.is("identifier") ? pattern : children.size() == 1 ? children[0] : Node();
    if (name && textOf(name) != "_") writeName(name, subject);
  } else if (pattern.is("splat_pattern")) {
    const ValueId rest = add(make(Op::kUnknown, pattern, {subject}));
    if (pattern.first()) writeName(pattern.first(), rest);
  } else if (pattern.is("string") || pattern.is("concatenated_string")) {
    add(make(Op::kUnknown, pattern, {subject, lowerText(pattern)}));
  } else if (pattern.is("union_pattern")) {
    bindAlternatives(pattern, subject);
  } else {
    bindChildren(pattern, subject, 0);  // case_pattern, `as`
  }
  --depth_;
}

// Each alternative binds the same names.
void PythonLowering::bindAlternatives(Node pattern, ValueId subject) {
  const Block after = frame_->builder.makeBlock();
  for (const Node child : pattern.children()) {
    const Block then = frame_->builder.makeBlock();
    const Block next = frame_->builder.makeBlock();
    jump(then);
    jump(next);
    startSealed(then);
    bindPattern(child, subject);
    jump(after);
    startSealed(next);
  }
  startSealed(after);
}

void PythonLowering::bindChildren(Node pattern, ValueId subject, size_t from) {
  const auto children = pattern.children();
  for (size_t i = from; i < children.size(); ++i) bindPattern(children[i], subject);
}

void PythonLowering::bindDictionary(Node pattern, ValueId subject) {
  ValueId value = kNoValue;
  for (const auto& [child, field] : pattern.childrenWithFields()) {
    if (child.is("splat_pattern")) {
      bindPattern(child, subject);
    } else if (value == kNoValue) {
      const bool text = child.is("string") || child.is("concatenated_string");
      const ValueId key = text ? lowerText(child) : add(make(Op::kUnknown, child));
      value = add(make(Op::kIndex, child, {subject, key}));
    } else {
      bindPattern(child, value);
      value = kNoValue;
    }
  }
}

}  // namespace gander::rewriter
