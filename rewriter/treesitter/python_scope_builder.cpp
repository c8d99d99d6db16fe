#include "rewriter/treesitter/python_scope_builder.h"

#include <fmt/format.h>

#include <algorithm>

namespace gander::rewriter {

void ScopeBuilder::run(Node root) {
  tree_.walk(root, [this](const Visited& visited) { visit(visited); });
  for (const Rebinding& rebinding : rebindings_) {
    if (const Found found = tree_.lookup(*rebinding.scope, rebinding.name))
      const_cast<Binding*>(found.binding)->rebound = true;
  }
  for (const auto& scope : tree_.scopes_) {
    for (const Node base : scope->bases) {
      if (const Scope* found = tree_.classNamed(*scope->parent, base)) const_cast<Scope*>(found)->derived = true;
    }
  }
}

void ScopeBuilder::visit(const Visited& visited) {
  using Visit = void (ScopeBuilder::*)(const Visited&);
  static const std::map<std::string_view, Visit> kVisits = {
      {"function_definition", &ScopeBuilder::visitFunction},
      {"lambda", &ScopeBuilder::visitLambda},
      {"class_definition", &ScopeBuilder::visitClass},
      {"list_comprehension", &ScopeBuilder::visitComprehension},
      {"set_comprehension", &ScopeBuilder::visitComprehension},
      {"dictionary_comprehension", &ScopeBuilder::visitComprehension},
      {"generator_expression", &ScopeBuilder::visitComprehension},
      {"assignment", &ScopeBuilder::visitAssignment},
      {"augmented_assignment", &ScopeBuilder::visitLeft},
      {"for_statement", &ScopeBuilder::visitLeft},
      {"for_in_clause", &ScopeBuilder::visitLeft},
      {"type_alias_statement", &ScopeBuilder::visitLeft},
      {"named_expression", &ScopeBuilder::visitWalrus},
      {"as_pattern", &ScopeBuilder::visitAsPattern},
      {"case_clause", &ScopeBuilder::visitCase},
      {"import_statement", &ScopeBuilder::visitImport},
      {"import_from_statement", &ScopeBuilder::visitImportFrom},
      {"global_statement", &ScopeBuilder::visitOuter},
      {"nonlocal_statement", &ScopeBuilder::visitOuter},
  };
  if (const auto found = kVisits.find(visited.node.type()); found != kVisits.end()) (this->*found->second)(visited);
}

Scope& ScopeBuilder::open(Node node, Scope& parent, ScopeKind kind, std::string symbol) {
  auto scope = std::make_unique<Scope>();
  scope->kind = kind;
  scope->parent = &parent;
  scope->id = static_cast<uint32_t>(tree_.scopes_.size());
  scope->node = node;
  scope->symbol = std::move(symbol);
  tree_.opened_[node.id()] = scope.get();
  tree_.scopes_.push_back(std::move(scope));
  return *tree_.scopes_.back();
}

Binding& ScopeBuilder::bind(Scope& scope, Node name, Binding binding) {
  binding.declaration = name.range();
  const std::string text(tree_.textOf(name));
  Scope* target = &scope;
  if (scope.global.contains(text)) target = tree_.scopes_.front().get();
  if (!scope.global.contains(text) && scope.outer.contains(text)) {
    for (target = scope.parent; target->parent != nullptr; target = target->parent) {
      if (target->kind == ScopeKind::kFunction && target->names.contains(text)) break;
    }
  }
  const auto [found, fresh] = target->names.try_emplace(text, binding);
  Binding& old = found->second;
  if (fresh) return old;
  const auto plain = [](const Binding& b) {
    return b.kind == BindingKind::kVariable || b.kind == BindingKind::kParameter;
  };
  if (binding.kind == BindingKind::kImport && old.kind == BindingKind::kImport) {
    old.ambiguous = old.ambiguous || old.dotted != binding.dotted;
  } else if (old.onlyNone && binding.kind == BindingKind::kImport) {
    old = binding;
  } else if (old.kind != binding.kind && !(plain(old) && plain(binding)) && !(binding.onlyNone && !plain(old))) {
    old.kind = BindingKind::kVariable;
    old.symbol = target->kind == ScopeKind::kFunction ? target->localSymbol(text) : target->symbolOf(text);
  }
  if (plain(binding)) old.onlyNone = old.onlyNone && binding.onlyNone;
  return old;
}

void ScopeBuilder::bindVariable(Scope& scope, Node name, bool none) {
  const Scope* home = &scope;
  const std::string_view text = tree_.textOf(name);
  if (scope.global.contains(text)) home = tree_.scopes_.front().get();
  std::string symbol = home->kind == ScopeKind::kFunction ? home->localSymbol(text) : home->symbolOf(text);
  // A function may have many comprehensions with a variable of one name.
  if (home->kind == ScopeKind::kComprehension)
    symbol = fmt::format("{}@{}", home->localSymbol(text), name.range().begin);
  bind(scope, name, {.kind = BindingKind::kVariable, .symbol = std::move(symbol), .onlyNone = none});
}

void ScopeBuilder::bindTarget(Scope& scope, Node target, bool none) {
  std::vector<Node> work{target};
  while (!work.empty()) {
    const Node node = work.back();
    work.pop_back();
    if (node.is("identifier")) {
      bindVariable(scope, node, none);
    } else if (node.is("attribute")) {
      const Scope* function = scope.functionScope();
      const Scope* home = function->classScope();
      const Node object = node.field("object");
      if (home == nullptr || !object.is("identifier") || tree_.textOf(object) != function->receiver) continue;
      if (const Node name = node.field("attribute")) const_cast<Scope*>(home)->attributes.emplace(tree_.textOf(name));
    } else if (!node.is("subscript") && !node.is("call")) {
      const auto children = node.children();
      work.insert(work.end(), children.rbegin(), children.rend());
    }
  }
}

void ScopeBuilder::bindParameters(Scope& scope, Node parameters) {
  for (Node parameter : parameters.children()) {
    Node name = parameter.field("name") ? parameter.field("name") : parameter;
    for (Node inner = name.first(); inner && !name.is("identifier"); inner = name.first()) name = inner;
    if (!name.is("identifier")) continue;
    bind(scope, name, {.kind = BindingKind::kParameter, .symbol = scope.localSymbol(tree_.textOf(name))});
  }
}

std::vector<std::string> ScopeBuilder::decoratorsOf(const Visited& visited) const {
  std::vector<std::string> names;
  if (!visited.parent || !visited.parent.is("decorated_definition")) return names;
  for (const Node child : visited.parent.children()) {
    if (child.is("decorator") && child.first()) names.emplace_back(tree_.textOf(child.first()));
  }
  return names;
}

void ScopeBuilder::visitFunction(const Visited& visited) {
  const Node name = visited.node.field("name");
  if (!name) return;
  Scope& outer = *visited.scope;
  const std::string text(tree_.textOf(name));
  std::string symbol = outer.symbolOf(text);
  const auto decorators = decoratorsOf(visited);
  const bool setter = std::ranges::find(decorators, text + ".setter") != decorators.end();
  if (setter) symbol += ".setter";
  if (!setter) bind(outer, name, {.kind = BindingKind::kFunction, .symbol = symbol});
  Scope& scope = open(visited.node, outer, ScopeKind::kFunction, symbol);
  bindParameters(scope, visited.node.field("parameters"));
  if (outer.kind != ScopeKind::kClass) return;
  if (setter) {
    outer.setters.insert(text);
  } else {
    outer.methods[text] = symbol;
  }
  describeMethod(scope, visited, text);
}

void ScopeBuilder::describeMethod(Scope& scope, const Visited& visited, std::string_view name) {
  Scope& outer = *scope.parent;
  const auto decorators = decoratorsOf(visited);
  const auto has = [&](std::string_view wanted) { return std::ranges::find(decorators, wanted) != decorators.end(); };
  if (has("staticmethod")) {
    outer.staticMethods.emplace(name);
    return;
  }
  if (has("property") || has("functools.cached_property") || has("cached_property")) outer.properties.emplace(name);
  scope.ofClass = has("classmethod") || name == "__new__" || name == "__init_subclass__";
  if (scope.ofClass) outer.classMethods.emplace(name);
  Node first = visited.node.field("parameters").first();
  if (first && !first.is("identifier")) first = first.first();
  if (first && first.is("identifier")) scope.receiver = tree_.textOf(first);
}

void ScopeBuilder::visitLambda(const Visited& visited) {
  // Not named after the scopes around: generated code nests lambdas thousands deep, and the names would grow with each.
  const auto name = fmt::format("<lambda@{}>", visited.node.range().begin);
  Scope& scope = open(visited.node, *visited.scope, ScopeKind::kFunction, tree_.module().symbolOf(name));
  bindParameters(scope, visited.node.field("parameters"));
}

void ScopeBuilder::visitClass(const Visited& visited) {
  const Node name = visited.node.field("name");
  if (!name) return;
  const std::string symbol = visited.scope->symbolOf(tree_.textOf(name));
  bind(*visited.scope, name, {.kind = BindingKind::kClass, .symbol = symbol});
  Scope& scope = open(visited.node, *visited.scope, ScopeKind::kClass, symbol);
  for (const Node base : visited.node.field("superclasses").children()) {
    if (!base.is("keyword_argument")) scope.bases.push_back(base);
  }
}

void ScopeBuilder::visitComprehension(const Visited& visited) {
  // A comprehension has variables of its own and runs within the function around it.
  open(visited.node, *visited.scope, ScopeKind::kComprehension, visited.scope->symbol);
}

void ScopeBuilder::visitAssignment(const Visited& visited) {
  const Node right = visited.node.field("right");
  bindTarget(*visited.scope, visited.node.field("left"), right && right.is("none"));
}

void ScopeBuilder::visitLeft(const Visited& visited) { bindTarget(*visited.scope, visited.node.field("left")); }

void ScopeBuilder::visitWalrus(const Visited& visited) {
  Scope* scope = visited.scope;
  while (scope->kind == ScopeKind::kComprehension) scope = scope->parent;
  bindTarget(*scope, visited.node.field("name"));
}

void ScopeBuilder::visitAsPattern(const Visited& visited) {
  if (const Node alias = visited.node.field("alias")) bindTarget(*visited.scope, alias);
}

void ScopeBuilder::visitCase(const Visited& visited) {
  for (const Node child : visited.node.children()) {
    if (!child.is("case_pattern")) continue;
    for (const Node name : patternCaptures(child, tree_.text())) bindVariable(*visited.scope, name);
  }
}

void ScopeBuilder::visitOuter(const Visited& visited) {
  for (const Node name : visited.node.children()) {
    const std::string text(tree_.textOf(name));
    visited.scope->outer.insert(text);
    if (visited.node.is("global_statement")) {
      visited.scope->global.insert(text);
      Scope& module = *tree_.scopes_.front();
      if (!module.names.contains(text)) bindVariable(module, name);
    }
    rebindings_.push_back({visited.scope, text});
  }
}

void ScopeBuilder::bindImport(Scope& scope, Node name, Binding binding) {
  binding.kind = BindingKind::kImport;
  binding.dotted = tree_.context().absoluteName(tree_.path(), binding.written);
  binding.moduleFile = tree_.context().moduleFile(tree_.path(), binding.written);
  bind(scope, name, std::move(binding));
}

void ScopeBuilder::visitImport(const Visited& visited) {
  for (const Node imported : visited.node.fields("name")) {
    if (imported.is("aliased_import")) {
      const Node alias = imported.field("alias");
      if (alias)
        bindImport(*visited.scope, alias,
                   {.written = std::string(tree_.textOf(imported.field("name"))), .isModule = true});
    } else if (const Node first = imported.first()) {
      bindImport(*visited.scope, first, {.written = std::string(tree_.textOf(first)), .isModule = true});
    }
  }
}

void ScopeBuilder::visitImportFrom(const Visited& visited) {
  const Node moduleNode = visited.node.field("module_name");
  if (!moduleNode) return;
  const std::string module(tree_.textOf(moduleNode));
  const std::string file = tree_.context().moduleFile(tree_.path(), module);
  for (const Node child : visited.node.children()) {
    if (child.is("wildcard_import")) tree_.starModules_.push_back(tree_.context().absoluteName(tree_.path(), module));
  }
  for (const Node imported : visited.node.fields("name")) {
    const bool aliased = imported.is("aliased_import");
    const Node name = aliased ? imported.field("name") : imported;
    const Node alias = aliased ? imported.field("alias") : imported.first();
    if (!name || !alias) continue;
    const std::string text(tree_.textOf(name));
    Binding binding{.written = module + (module.ends_with('.') ? "" : ".") + text, .container = file};
    if (tree_.context().moduleFile(tree_.path(), binding.written).empty())
      binding.symbol = tree_.context().symbolIn(file, text);
    bindImport(*visited.scope, alias, std::move(binding));
  }
}

std::vector<Node> patternCaptures(Node pattern, std::string_view text) {
  std::vector<Node> captures;
  std::vector<Node> work{pattern};
  while (!work.empty()) {
    const Node node = work.back();
    work.pop_back();
    auto children = node.children();
    if (node.is("identifier")) {
      if (node.textIn(text) != "_") captures.push_back(node);
    } else if (node.is("dotted_name")) {
      if (children.size() == 1) work.push_back(children[0]);
    } else if (!node.is("string") && !node.is("concatenated_string")) {
      const bool named =
          node.is("class_pattern") || node.is("keyword_pattern");  // the first says which class or attribute
      work.insert(work.end(), children.rbegin(), children.rend() - (named && !children.empty() ? 1 : 0));
    }
  }
  return captures;
}

}  // namespace gander::rewriter
