#include "rewriter/treesitter/python_scopes.h"

#include <algorithm>

#include "rewriter/treesitter/python_scope_builder.h"

namespace gander::rewriter {

std::string Scope::symbolOf(std::string_view name) const {
  return symbol + (kind == ScopeKind::kModule ? ":" : ".") + std::string(name);
}

std::string Scope::localSymbol(std::string_view name) const { return symbol + ".<local>" + std::string(name); }

const Scope* Scope::functionScope() const {
  const Scope* scope = this;
  while (scope->kind == ScopeKind::kComprehension || scope->kind == ScopeKind::kClass) scope = scope->parent;
  return scope;
}

const Scope* Scope::classScope() const {
  return kind == ScopeKind::kFunction && parent->kind == ScopeKind::kClass ? parent : nullptr;
}

ScopeTree::ScopeTree(std::string path, std::string_view text, const LoweringContext& context, Node root)
    : path_(std::move(path)), text_(text), context_(context) {
  auto module = std::make_unique<Scope>();
  module->symbol = path_;
  module->node = root;
  scopes_.push_back(std::move(module));
  ScopeBuilder(*this).run(root);
  markCaptures(root);
}

const Scope* ScopeTree::opened(Node node) const {
  const auto found = opened_.find(node.id());
  return found == opened_.end() ? nullptr : found->second;
}

// Class scopes are seen by their own code only, not by the functions in them.
Found ScopeTree::lookup(const Scope& from, std::string_view name) const {
  bool crosses = false;
  for (const Scope* scope = &from; scope != nullptr; scope = scope->parent) {
    if (scope->kind == ScopeKind::kClass && crosses) continue;
    if (scope->global.contains(name)) {
      const Scope& module = *scopes_.front();
      const auto found = module.names.find(name);
      if (found == module.names.end()) return {};
      return {&module, &found->second, from.functionScope() != &module};
    }
    if (!scope->outer.contains(name)) {
      if (const auto found = scope->names.find(name); found != scope->names.end())
        return {scope, &found->second, crosses};
    }
    if (scope->kind == ScopeKind::kFunction) crosses = true;
  }
  return {};
}

void ScopeTree::pushChildren(const Visited& visited, std::vector<Visited>& work) const {
  const auto opened = opened_.find(visited.node.id());
  Scope* const outer = visited.scope;
  Scope* const inner = opened == opened_.end() ? outer : opened->second;
  const size_t from = work.size();
  bool firstLoop = true;
  for (const auto& [child, field] : visited.node.childrenWithFields()) {
    Visited next{child, visited.node, field, inner};
    const bool function = visited.node.is("function_definition") || visited.node.is("class_definition");
    if (function && field != "body" && field != "parameters") next.scope = outer;
    // Defaults and annotations belong to the code around: the parameters' scope is the only one that a parameter's name is in.
    const bool parameter = visited.node.type().ends_with("_parameter");
    if (parameter && (field == "value" || field == "type") && outer->kind == ScopeKind::kFunction)
      next.scope = outer->parent;
    if (visited.node.is("for_in_clause") && field == "right" && visited.field == "first") next.scope = outer->parent;
    if (inner->kind == ScopeKind::kComprehension && inner != outer && child.is("for_in_clause") && firstLoop) {
      next.field = "first";  // its iterable is evaluated outside
      firstLoop = false;
    }
    work.push_back(next);
  }
  std::reverse(work.begin() + static_cast<std::ptrdiff_t>(from), work.end());
}

void ScopeTree::markCaptures(Node root) {
  walk(root, [&](const Visited& visited) {
    if (!visited.node.is("identifier") || visited.field == "attribute") return;
    if (visited.field == "name" && visited.parent.is("keyword_argument")) return;
    const Found found = lookup(*visited.scope, textOf(visited.node));
    if (found && found.crosses) const_cast<Binding*>(found.binding)->captured = true;  // the tree is still being made
  });
}

const Scope* ScopeTree::classNamed(const Scope& from, Node expression) const {
  if (!expression.is("identifier")) return nullptr;
  const Found found = lookup(from, textOf(expression));
  if (!found || found.binding->kind != BindingKind::kClass) return nullptr;
  for (const auto& scope : scopes_) {
    if (scope->kind == ScopeKind::kClass && scope->symbol == found.binding->symbol) return scope.get();
  }
  return nullptr;
}

// The class, then its bases, nearest first; each once.
std::vector<const Scope*> ScopeTree::lineage(const Scope& classScope, bool& open) const {
  std::vector<const Scope*> line{&classScope};
  for (size_t i = 0; i < line.size(); ++i) {
    for (const Node base : line[i]->bases) {
      const Scope* found = classNamed(*line[i]->parent, base);
      if (found == nullptr) {
        open = open || textOf(base) != "object";
      } else if (std::ranges::find(line, found) == line.end()) {
        line.push_back(found);
      }
    }
  }
  return line;
}

ScopeTree::Member ScopeTree::findMethod(const Scope& classScope, std::string_view name) const {
  Member member;
  for (const Scope* scope : lineage(classScope, member.open)) {
    const auto found = scope->methods.find(name);
    if (found == scope->methods.end()) continue;
    member.symbol = found->second;
    member.owner = scope;
    return member;
  }
  return member;
}

// The furthest class that writes the attribute names it: all classes of a family then agree on one symbol.
ScopeTree::Member ScopeTree::findAttribute(const Scope& classScope, std::string_view name) const {
  Member member;
  for (const Scope* scope : lineage(classScope, member.open)) {
    if (scope->attributes.contains(name) || scope->names.contains(name)) member.owner = scope;
  }
  if (member.owner != nullptr) member.symbol = member.owner->symbolOf(name);
  return member;
}

Resolved resolveImported(const ScopeTree& scopes, const Binding& import, const std::vector<std::string>& rest) {
  Resolved resolved{.dotted = import.dotted, .symbol = import.symbol};
  for (const std::string& part : rest) resolved.dotted += "." + part;
  std::string behind;  // what is left behind the module, "Class.method"
  for (size_t count = rest.size() + 1; count-- > 0;) {
    std::string module = import.written;
    for (size_t i = 0; i < count; ++i) module += "." + rest[i];
    const std::string file = count == 0 ? import.moduleFile : scopes.context().moduleFile(scopes.path(), module);
    const bool sureModule = count == 0 || import.isModule || !import.moduleFile.empty();
    if (!file.empty() && sureModule) {
      resolved.symbol = behind.empty() ? "" : scopes.context().symbolIn(file, behind);
      resolved.module = behind.empty();
      return resolved;
    }
    if (count > 0) behind = behind.empty() ? rest[count - 1] : rest[count - 1] + "." + behind;
  }
  resolved.module = rest.empty() && import.isModule;
  if (!import.symbol.empty() && !behind.empty()) resolved.symbol = import.symbol + "." + behind;
  return resolved;
}

bool isBuiltin(std::string_view name) {
  // Between spaces.
  static constexpr std::string_view kNames =
      " abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile"
      " complex delattr dict dir divmod enumerate eval exec filter float format frozenset getattr globals"
      " hasattr hash help hex id input int isinstance issubclass iter len list locals map max memoryview min"
      " next object oct open ord pow print property range repr reversed round set setattr slice sorted"
      " staticmethod str sum super tuple type vars zip __import__ __name__ __file__ Exception BaseException"
      " ValueError TypeError KeyError IndexError AttributeError RuntimeError NotImplementedError StopIteration"
      " OSError IOError ImportError LookupError AssertionError SystemExit KeyboardInterrupt NotImplemented"
      " Ellipsis ";
  return kNames.find(" " + std::string(name) + " ") != std::string_view::npos;
}

}  // namespace gander::rewriter
