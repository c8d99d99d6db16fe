// Instantiations of templates, by what they are made of: what stands in one has as many meanings as there are of them.
#pragma once

#include <clang/AST/ASTContext.h>
#include <clang/AST/ASTTypeTraits.h>
#include <clang/AST/DeclCXX.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rewriter/clang/source_map.h"
#include "rewriter/facts/facts.h"

namespace gander::rewriter {

// What a node stands in, where templates make it anew.
struct Templated {
  Span declared;      // RuleMatch::declared; an empty file: the node stands in no template
  bool body = false;  // RuleMatch::body
  std::optional<uint32_t>
      instance;  // the index of the instantiation; absent: in the template itself, or in nobody knows which
};

// The functions, classes and variables that stand in an instantiation of an own template, whichever of the templates around them
// it is: a lambda of a function, a method of a class, each time that one is made.
class Instances {
 public:
  Instances(clang::ASTContext& context, const SourceMap& sources);

  // Of a node that a match binds. Nodes that do not depend on the template's parameters are shared by its instantiations: then
  // the way to the whole match tells which of them is meant.
  Templated around(const clang::DynTypedNode& node, const clang::DynTypedNode& whole) const;

  const std::vector<TemplateInstance>& all() const { return all_; }

 private:
  // A declaration, with the node below it by which it is reached.
  using Holder = std::pair<const clang::NamedDecl*, bool>;
  std::set<Holder> holdersOf(const clang::DynTypedNode& node, const clang::DynTypedNode* whole, bool& met) const;

  clang::ASTContext& context_;
  const SourceMap& sources_;
  std::vector<TemplateInstance> all_;
  std::map<const clang::Decl*, uint32_t> indices_;
};

}  // namespace gander::rewriter
