// Makes NameUses of what the matchers find.
#pragma once

#include <clang/AST/ASTContext.h>
#include <clang/AST/ASTTypeTraits.h>
#include <clang/AST/Expr.h>
#include <clang/AST/NestedNameSpecifier.h>

#include <string>
#include <vector>

#include "rewriter/clang/source_map.h"
#include "rewriter/facts/facts.h"
#include "rewriter/facts/narrow.h"

namespace gander::rewriter {

// A name as it stands in a node of the syntax tree.
struct FoundName {
  clang::SourceLocation location;
  const clang::NamedDecl* target = nullptr;  // null: not resolved before instantiation
  clang::NestedNameSpecifierLoc qualifier;
  const clang::Expr* object = nullptr;  // what a member is taken from
  bool declares = false;
};

class NameRecorder {
 public:
  NameRecorder(clang::ASTContext& context, const SourceMap& sources, const Wanted& wanted)
      : context_(context), sources_(sources), wanted_(wanted) {}

  void record(const FoundName& found, const clang::DynTypedNode& node);
  std::vector<NameUse> take() { return std::move(uses_); }

 private:
  void addObject(NameUse& use, const clang::Expr& object) const;
  bool mayBePasted(clang::SourceLocation location, const std::string& name) const;
  std::vector<Qualifier> qualifiers(clang::NestedNameSpecifierLoc written) const;
  std::vector<Qualifier> namespacesAround(const clang::DynTypedNode& node) const;
  bool definesHere(const clang::NamedDecl& target) const;
  bool allOwn(const clang::Decl& declaration) const;
  const clang::DeclContext* contextOf(const clang::DynTypedNode& node) const;
  std::string lacking(const FoundName& found, const clang::NamedDecl& target) const;
  void resolve(NameUse& use, const FoundName& found, const clang::NamedDecl& target) const;

  clang::ASTContext& context_;
  const SourceMap& sources_;
  const Wanted& wanted_;
  std::vector<NameUse> uses_;
};

}  // namespace gander::rewriter
