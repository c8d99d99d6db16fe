// What each name of a Python file is bound to, and where: the language's scoping rules, known before anything is lowered.
//
//   syntax tree -> scopes (module, classes, functions, comprehensions) with their names -> lookup(scope, name)
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/treesitter/frontends.h"
#include "rewriter/treesitter/parser.h"

namespace gander::rewriter {

enum class BindingKind { kVariable, kParameter, kFunction, kClass, kImport };

struct Binding {
  BindingKind kind = BindingKind::kVariable;
  std::string symbol;   // identity across files; of an import: what it resolves to in the tree, or empty
  std::string dotted;   // kImport: "warehouse.open"
  std::string written;  // kImport: the module path as written with the name behind it, leading dots too: ".client.open"
  std::string moduleFile;  // kImport of a module that is in the tree
  std::string container;   // kImport by `from`: the file of the module that it comes from
  bool isModule = false;   // kImport by `import a`: a module even if it is not in the tree
  bool captured = false;   // an inner function reads it
  bool rebound = false;    // `global` or `nonlocal` somewhere: other functions may write it
  bool ambiguous = false;  // imports of different things under one name
  bool onlyNone = false;   // a variable that is only ever None: the other half of an import that may fail
  ByteRange declaration;   // the first token that binds it
};

enum class ScopeKind { kModule, kClass, kFunction, kComprehension };

struct Scope {
  ScopeKind kind = ScopeKind::kModule;
  Scope* parent = nullptr;
  uint32_t id = 0;
  Node node;
  std::string symbol;  // "path.py:Outer.inner"; of the module: "path.py"
  std::map<std::string, Binding, std::less<>> names;
  std::set<std::string, std::less<>> outer;  // names that `global` or `nonlocal` send elsewhere
  std::set<std::string, std::less<>> global;

  // Classes
  std::vector<Node> bases;
  bool derived = false;                                     // another class of the file derives from it
  std::set<std::string, std::less<>> attributes;            // written through `self`
  std::map<std::string, std::string, std::less<>> methods;  // name -> symbol
  std::set<std::string, std::less<>> properties, setters, staticMethods, classMethods;

  // Functions
  std::string receiver;  // the first parameter of a method, class methods too
  bool ofClass = false;  // that parameter is the class (a class method)

  std::string symbolOf(std::string_view name) const;     // of a function, class or module variable in this scope
  std::string localSymbol(std::string_view name) const;  // "path.py:f.<local>x"
  const Scope* functionScope() const;                    // the function or module whose code runs this scope
  const Scope* classScope() const;                       // of a method: its class, else null
};

struct Found {
  const Scope* scope = nullptr;
  const Binding* binding = nullptr;
  bool crosses = false;  // bound in another function than the one that asks
  explicit operator bool() const { return binding != nullptr; }
};

// A node on a walk, with the scope that its names are looked up in.
struct Visited {
  Node node;
  Node parent;
  std::string_view field;  // of `parent`, or empty
  Scope* scope = nullptr;
};

class ScopeTree {
 public:
  ScopeTree(std::string path, std::string_view text, const LoweringContext& context, Node root);

  const Scope& module() const { return *scopes_.front(); }
  // The scope that a definition, lambda or comprehension opens; null for other nodes.
  const Scope* opened(Node node) const;
  Found lookup(const Scope& from, std::string_view name) const;

  // The class of this file that an expression of a base list or a receiver means, or null.
  const Scope* classNamed(const Scope& from, Node expression) const;
  // Looks through a class and its bases in this file. Without an owner: not found, and `open` says whether some base is not
  // in this file, so that absence proves nothing.
  struct Member {
    std::string symbol;
    const Scope* owner = nullptr;
    bool open = false;
  };
  Member findMethod(const Scope& classScope, std::string_view name) const;
  Member findAttribute(const Scope& classScope, std::string_view name) const;

  const std::vector<std::string>& starModules() const { return starModules_; }
  std::string_view textOf(Node node) const { return node.textIn(text_); }
  std::string_view text() const { return text_; }
  const std::string& path() const { return path_; }
  const LoweringContext& context() const { return context_; }

  // Every named node in the order of the text, broken stretches left out.
  template <typename F>
  void walk(Node root, F visit) const {
    std::vector<Visited> work{{.node = root, .scope = scopes_.front().get()}};
    while (!work.empty()) {
      const Visited visited = work.back();
      work.pop_back();
      visit(visited);
      pushChildren(visited, work);
    }
  }

 private:
  friend class ScopeBuilder;
  void pushChildren(const Visited& visited, std::vector<Visited>& work) const;
  void markCaptures(Node root);
  std::vector<const Scope*> lineage(const Scope& classScope, bool& open) const;

  std::string path_;
  std::string_view text_;
  const LoweringContext& context_;
  std::vector<std::unique_ptr<Scope>> scopes_;
  std::map<const void*, Scope*> opened_;
  std::vector<std::string> starModules_;
};

// What a dotted chain behind an import means: `client.open` behind `from warehouse import client`.
struct Resolved {
  std::string dotted;  // "warehouse.client.open"
  std::string symbol;  // in the tree, or empty
  bool module = false;
};
Resolved resolveImported(const ScopeTree& scopes, const Binding& import, const std::vector<std::string>& rest);

// The identifiers that a `match` pattern binds.
std::vector<Node> patternCaptures(Node pattern, std::string_view text);

bool isBuiltin(std::string_view name);

}  // namespace gander::rewriter
