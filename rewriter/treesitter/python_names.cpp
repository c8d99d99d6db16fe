#include "rewriter/treesitter/python_names.h"

#include <algorithm>
#include <set>

namespace gander::rewriter {
namespace {

// Which import statement a dotted name stands in, and which call a keyword argument.
class Surroundings {
 public:
  struct ImportedName {
    std::string prefix;  // "warehouse" for the names of `from warehouse import ...`
    bool module = true;
  };

  Surroundings(const ScopeTree& scopes, Node root) : scopes_(scopes) {
    scopes.walk(root, [this](const Visited& visited) {
      if (visited.node.is("call")) collectCall(visited.node);
      if (visited.node.is("import_from_statement")) collectFrom(visited.node);
      if (!visited.node.is("import_statement")) return;
      for (const Node name : visited.node.fields("name")) imports_[dottedOf(name).id()] = {"", true};
    });
  }

  const ImportedName* importOf(Node dotted) const {
    const auto found = imports_.find(dotted.id());
    return found == imports_.end() ? nullptr : &found->second;
  }
  Node calleeOf(Node keywordArgument) const {
    const auto found = callees_.find(keywordArgument.id());
    return found == callees_.end() ? Node() : found->second;
  }

 private:
  static Node dottedOf(Node name) { return name.is("aliased_import") ? name.field("name") : name; }

  void collectCall(Node call) {
    const Node function = call.field("function");
    for (const Node argument : call.field("arguments").children()) {
      if (function && argument.is("keyword_argument")) callees_.emplace(argument.id(), function);
    }
  }

  void collectFrom(Node statement) {
    const Node module = statement.field("module_name");
    if (!module) return;
    const std::string written(scopes_.textOf(module));
    const auto& context = scopes_.context();
    if (module.is("dotted_name")) imports_[module.id()] = {"", true};
    for (const Node child : module.children()) {
      const auto dots = written.substr(0, written.find_first_not_of('.'));
      if (child.is("dotted_name")) imports_[child.id()] = {context.absoluteName(scopes_.path(), dots), true};
    }
    const std::string prefix = context.absoluteName(scopes_.path(), written);
    for (const Node name : statement.fields("name")) {
      const std::string path =
          written + (written.ends_with('.') ? "" : ".") + std::string(scopes_.textOf(dottedOf(name)));
      imports_[dottedOf(name).id()] = {prefix, !context.moduleFile(scopes_.path(), path).empty()};
    }
  }

  const ScopeTree& scopes_;
  std::map<const void*, Node> callees_;
  std::map<const void*, ImportedName> imports_;
};

class NameResolver {
 public:
  NameResolver(const ScopeTree& scopes, Node root, const std::vector<std::string>& wanted)
      : scopes_(scopes), wanted_(wanted.begin(), wanted.end()), surroundings_(scopes, root) {}

  std::vector<NameUse> run(Node root) {
    scopes_.walk(root, [this](const Visited& visited) {
      if (visited.node.is("identifier") && wanted_.contains(scopes_.textOf(visited.node))) resolve(visited);
    });
    return std::move(uses_);
  }

 private:
  NameUse use(const Visited& visited) const {
    return {.span = spanOf(visited.node), .text = std::string(scopes_.textOf(visited.node)), .how = How::kImport};
  }
  Span spanOf(Node node) const { return {scopes_.path(), node.range()}; }

  void resolve(const Visited& visited) {
    if (visited.parent.is("attribute") && visited.field == "attribute") return resolveAttribute(visited);
    if (visited.parent.is("keyword_argument") && visited.field == "name") return resolveKeyword(visited);
    if (visited.parent.is("keyword_pattern") && visited.parent.first() == visited.node) return addField(visited);
    if (visited.parent.is("dotted_name") && resolveImportPart(visited)) return;
    resolvePlain(visited);
  }

  static SymbolKind kindOf(const Found& found) {
    switch (found.binding->kind) {
      case BindingKind::kParameter: return SymbolKind::kParameter;
      case BindingKind::kFunction:
        return found.scope->kind == ScopeKind::kClass ? SymbolKind::kMethod : SymbolKind::kFunction;
      case BindingKind::kClass: return SymbolKind::kType;
      case BindingKind::kImport: return SymbolKind::kUnknown;
      case BindingKind::kVariable:
        return found.scope->kind == ScopeKind::kClass ? SymbolKind::kField : SymbolKind::kVariable;
    }
    return SymbolKind::kUnknown;
  }

  void resolvePlain(const Visited& visited) {
    NameUse name = use(visited);
    const Found found = scopes_.lookup(*visited.scope, name.text);
    if (found) {
      name.symbol = found.binding->symbol;
      name.kind = kindOf(found);
      name.declaration = {scopes_.path(), found.binding->declaration};
      name.declares = found.binding->declaration == visited.node.range();
      name.definesHere = name.declares && found.binding->kind != BindingKind::kImport;
      if (found.binding->kind == BindingKind::kImport) {
        const Resolved resolved = resolveImported(scopes_, *found.binding, {});
        name.symbol = resolved.dotted;
        name.kind = resolved.module ? SymbolKind::kModule : SymbolKind::kUnknown;
        if (found.binding->ambiguous) name.how = How::kGuessed;
      }
    } else {
      name.symbol = isBuiltin(name.text) ? "builtins." + name.text : "";
      name.how = isBuiltin(name.text) ? How::kImport : How::kGuessed;
    }
    uses_.push_back(std::move(name));
  }

  // The chain a.b.c from its root: the nodes of its names. Empty if it starts with something else than a name.
  std::vector<Node> chainOf(Node attribute) const {
    std::vector<Node> chain;
    Node node = attribute;
    for (; node.is("attribute"); node = node.field("object")) chain.push_back(node.field("attribute"));
    if (!node.is("identifier")) return {};
    chain.push_back(node);
    std::ranges::reverse(chain);
    return chain;
  }

  void resolveAttribute(const Visited& visited) {
    const auto chain = chainOf(visited.parent);
    if (chain.empty()) return addField(visited);
    const Found root = scopes_.lookup(*visited.scope, scopes_.textOf(chain[0]));
    if (root && root.binding->kind == BindingKind::kImport) return resolveChain(visited, chain, *root.binding);
    if (chain.size() == 2 && root) {
      if (const Scope* of = classOfReceiver(root, scopes_.textOf(chain[0]))) return addMember(visited, *of);
      if (const Scope* of = scopes_.classNamed(*visited.scope, chain[0])) return addMember(visited, *of);
    }
    addField(visited);
  }

  static const Scope* classOfReceiver(const Found& found, std::string_view name) {
    const Scope* of = found.scope->classScope();
    return of != nullptr && name == found.scope->receiver ? of : nullptr;
  }

  void resolveChain(const Visited& visited, const std::vector<Node>& chain, const Binding& import) {
    NameUse name = use(visited);
    std::vector<std::string> rest;
    name.qualifiers.push_back({spanOf(chain[0]), resolveImported(scopes_, import, rest).dotted});
    for (size_t i = 1; i < chain.size(); ++i) {
      rest.emplace_back(scopes_.textOf(chain[i]));
      const Resolved resolved = resolveImported(scopes_, import, rest);
      if (i + 1 == chain.size()) {
        name.symbol = resolved.dotted;
        name.kind = resolved.module ? SymbolKind::kModule : SymbolKind::kUnknown;
      } else {
        name.qualifiers.push_back({spanOf(chain[i]), resolved.dotted});
      }
    }
    if (import.ambiguous) name.how = How::kGuessed;
    uses_.push_back(std::move(name));
  }

  void addField(const Visited& visited) {
    NameUse name = use(visited);
    name.kind = SymbolKind::kField;
    name.how = How::kGuessed;
    uses_.push_back(std::move(name));
  }

  void addMember(const Visited& visited, const Scope& of) {
    NameUse name = use(visited);
    const auto method = scopes_.findMethod(of, name.text);
    const auto attribute = scopes_.findAttribute(of, name.text);
    if (method.owner == nullptr && attribute.owner == nullptr && attribute.open) return addField(visited);
    name.kind = method.owner != nullptr ? SymbolKind::kMethod : SymbolKind::kField;
    name.symbol = method.owner != nullptr      ? method.symbol
                  : attribute.owner != nullptr ? attribute.symbol
                                               : of.symbolOf(name.text);
    name.objectType = of.symbol;
    uses_.push_back(std::move(name));
  }

  // The keyword of an argument is the parameter of that name, if the function is known.
  void resolveKeyword(const Visited& visited) {
    NameUse name = use(visited);
    name.kind = SymbolKind::kParameter;
    name.how = How::kGuessed;
    const Node function = surroundings_.calleeOf(visited.parent);
    const std::string callee = function ? symbolOfCallee(function, *visited.scope) : "";
    if (!callee.empty()) {
      name.symbol = callee + ".<local>" + name.text;
      name.how = How::kImport;
    }
    uses_.push_back(std::move(name));
  }

  std::string symbolOfCallee(Node function, const Scope& scope) const {
    const auto chain = function.is("attribute") ? chainOf(function) : std::vector<Node>{function};
    if (chain.empty() || !chain[0].is("identifier")) return "";
    const Found root = scopes_.lookup(scope, scopes_.textOf(chain[0]));
    if (!root) return "";
    if (root.binding->kind == BindingKind::kImport) {
      std::vector<std::string> rest;
      for (size_t i = 1; i < chain.size(); ++i) rest.emplace_back(scopes_.textOf(chain[i]));
      return resolveImported(scopes_, *root.binding, rest).symbol;
    }
    if (chain.size() == 1 && root.binding->kind == BindingKind::kFunction) return root.binding->symbol;
    if (chain.size() == 1 && root.binding->kind == BindingKind::kClass)
      return methodSymbol(scopes_.classNamed(scope, chain[0]), "__init__");
    if (chain.size() != 2) return "";
    const Scope* of = classOfReceiver(root, scopes_.textOf(chain[0]));
    return methodSymbol(of != nullptr ? of : scopes_.classNamed(scope, chain[0]), scopes_.textOf(chain[1]));
  }

  std::string methodSymbol(const Scope* of, std::string_view name) const {
    return of == nullptr ? "" : scopes_.findMethod(*of, name).symbol;
  }

  // A part of a dotted name in an import statement: "warehouse.client" for `client` in `import warehouse.client`.
  bool resolveImportPart(const Visited& visited) {
    const Surroundings::ImportedName* imported = surroundings_.importOf(visited.parent);
    if (imported == nullptr) return false;
    NameUse name = use(visited);
    name.symbol = imported->prefix;
    for (const Node part : visited.parent.children()) {
      name.symbol += (name.symbol.empty() ? "" : ".") + std::string(scopes_.textOf(part));
      if (part == visited.node) break;
      name.qualifiers.push_back({spanOf(part), name.symbol});
    }
    name.kind = imported->module ? SymbolKind::kModule : SymbolKind::kUnknown;
    uses_.push_back(std::move(name));
    return true;
  }

  const ScopeTree& scopes_;
  std::set<std::string, std::less<>> wanted_;
  Surroundings surroundings_;
  std::vector<NameUse> uses_;
};

}  // namespace

std::vector<NameUse> nameUses(const ScopeTree& scopes, Node root, const std::vector<std::string>& wanted) {
  if (wanted.empty()) return {};
  return NameResolver(scopes, root, wanted).run(root);
}

std::vector<IncludeUse> importUses(const ScopeTree& scopes, Node root) {
  std::vector<IncludeUse> uses;
  const auto add = [&](Node name) {
    const Node dotted = name.is("aliased_import") ? name.field("name") : name;
    if (!dotted) return;
    const std::string written(scopes.textOf(dotted));
    uses.push_back({{scopes.path(), dotted.range()}, written, scopes.context().moduleFile(scopes.path(), written)});
  };
  scopes.walk(root, [&](const Visited& visited) {
    if (visited.node.is("import_statement")) {
      for (const Node name : visited.node.fields("name")) add(name);
    } else if (visited.node.is("import_from_statement") && visited.node.field("module_name")) {
      add(visited.node.field("module_name"));
    }
  });
  return uses;
}

}  // namespace gander::rewriter
