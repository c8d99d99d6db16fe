#include "rewriter/clang/names.h"

#include <clang/AST/DeclTemplate.h>
#include <clang/AST/ExprCXX.h>
#include <clang/AST/TypeLoc.h>
#include <clang/ASTMatchers/ASTMatchFinder.h>
#include <clang/ASTMatchers/ASTMatchers.h>

#include "rewriter/clang/name_use.h"
#include "rewriter/clang/symbols.h"

namespace gander::rewriter {
namespace {

namespace match = clang::ast_matchers;
using clang::dyn_cast;
using clang::isa;
using Result = match::MatchFinder::MatchResult;

const match::internal::VariadicDynCastAllOfMatcher<clang::Stmt, clang::OffsetOfExpr> offsetOfExpr;

// One node kind of the syntax tree: `take` gets each node that the matcher binds.
template <typename Node>
class Taking final : public match::MatchFinder::MatchCallback {
 public:
  using Take = std::function<void(const Node&)>;
  explicit Taking(Take take) : take_(std::move(take)) {}
  void run(const Result& result) override {
    if (const auto* node = result.Nodes.getNodeAs<Node>("node")) take_(*node);
  }
  std::optional<clang::TraversalKind> getCheckTraversalKind() const override { return clang::TK_AsIs; }

 private:
  Take take_;
};

class NameCollector {
 public:
  explicit NameCollector(NameRecorder& recorder) : recorder_(recorder) { addMatchers(); }
  void collect(clang::ASTContext& context) { finder_.matchAST(context); }

 private:
  template <typename Node, typename Matcher>
  void on(const Matcher& matcher, void (NameCollector::*take)(const Node&)) {
    callbacks_.push_back(std::make_unique<Taking<Node>>([this, take](const Node& node) { (this->*take)(node); }));
    finder_.addMatcher(matcher.bind("node"), callbacks_.back().get());
  }
  void addMatchers();

  template <typename Node>
  void record(const FoundName& found, const Node& node) {
    recorder_.record(found, clang::DynTypedNode::create(node));
  }

  void takeDeclaration(const clang::NamedDecl& declaration);
  void takeUsing(const clang::UsingDecl& declaration);
  void takeAlias(const clang::NamespaceAliasDecl& alias);
  void takeReference(const clang::DeclRefExpr& reference);
  void takeMember(const clang::MemberExpr& member);
  void takeDependentMember(const clang::CXXDependentScopeMemberExpr& member);
  void takeUnresolvedMember(const clang::UnresolvedMemberExpr& member);
  void takeLookup(const clang::UnresolvedLookupExpr& lookup);
  void takeDependentReference(const clang::DependentScopeDeclRefExpr& reference);
  void takeType(const clang::TypeLoc& type);
  void takeTemplateType(const clang::TypeLoc& type, const clang::TypeLoc& node);
  void takeQualifier(const clang::NestedNameSpecifierLoc& qualifier);
  void takeArgument(const clang::TemplateArgumentLoc& argument);
  void takeInitializer(const clang::CXXCtorInitializer& initializer);
  void takeDesignators(const clang::DesignatedInitExpr& initializer);
  void takeOffset(const clang::OffsetOfExpr& offset);
  void takeCaptures(const clang::LambdaExpr& lambda);

  NameRecorder& recorder_;
  std::vector<std::unique_ptr<match::MatchFinder::MatchCallback>> callbacks_;
  match::MatchFinder finder_;
};

void NameCollector::addMatchers() {
  on(match::namedDecl(), &NameCollector::takeDeclaration);
  on(match::usingDecl(), &NameCollector::takeUsing);
  on(match::namespaceAliasDecl(), &NameCollector::takeAlias);
  on(match::declRefExpr(), &NameCollector::takeReference);
  // What a structured binding stands for is named nowhere: `auto [user_name, day] = play` declares names of its own.
  on(match::memberExpr(match::unless(match::hasParent(match::bindingDecl()))), &NameCollector::takeMember);
  on(match::cxxDependentScopeMemberExpr(), &NameCollector::takeDependentMember);
  on(match::unresolvedMemberExpr(), &NameCollector::takeUnresolvedMember);
  on(match::unresolvedLookupExpr(), &NameCollector::takeLookup);
  on(match::dependentScopeDeclRefExpr(), &NameCollector::takeDependentReference);
  on(match::typeLoc(), &NameCollector::takeType);
  on(match::nestedNameSpecifierLoc(), &NameCollector::takeQualifier);
  on(match::templateArgumentLoc(), &NameCollector::takeArgument);
  on(match::cxxCtorInitializer(), &NameCollector::takeInitializer);
  on(match::designatedInitExpr(), &NameCollector::takeDesignators);
  on(offsetOfExpr(), &NameCollector::takeOffset);
  on(match::lambdaExpr(), &NameCollector::takeCaptures);
}

// Kinds that have a callback of their own, or whose name is a type's name and comes as one (constructors).
bool isNamedOtherwise(const clang::NamedDecl& declaration) {
  return declaration.isImplicit() || !declaration.getDeclName().isIdentifier() ||
         declaration.getIdentifier() == nullptr ||
         isa<clang::UsingDecl, clang::UsingShadowDecl, clang::UsingEnumDecl, clang::UsingPackDecl, clang::LabelDecl>(
             declaration);
}

clang::NestedNameSpecifierLoc qualifierOf(const clang::NamedDecl& declaration) {
  if (const auto* declarator = dyn_cast<clang::DeclaratorDecl>(&declaration)) return declarator->getQualifierLoc();
  if (const auto* tag = dyn_cast<clang::TagDecl>(&declaration)) return tag->getQualifierLoc();
  return {};
}

void NameCollector::takeDeclaration(const clang::NamedDecl& declaration) {
  if (const auto* directive = dyn_cast<clang::UsingDirectiveDecl>(&declaration)) {
    FoundName found{.location = directive->getIdentLocation(), .target = directive->getNominatedNamespaceAsWritten()};
    found.qualifier = directive->getQualifierLoc();
    return record(found, declaration);
  }
  if (const auto* constructor = dyn_cast<clang::CXXConstructorDecl>(&declaration);
      constructor && !constructor->isImplicit()) {
    return record({.location = constructor->getLocation(), .target = constructor->getParent()}, declaration);
  }
  if (isNamedOtherwise(declaration)) return;
  if (isa<clang::UnresolvedUsingValueDecl, clang::UnresolvedUsingTypenameDecl>(declaration)) {
    return record({.location = declaration.getLocation()}, declaration);
  }
  // What an instantiation declares stands in its pattern, under the same name.
  const auto* own = dyn_cast<clang::DeclContext>(&declaration);
  if (!instantiatedTemplate(own ? own : declaration.getDeclContext()).empty()) return;
  FoundName found{.location = declaration.getLocation(), .target = &declaration, .qualifier = qualifierOf(declaration)};
  found.declares = true;
  record(found, declaration);
}

void NameCollector::takeUsing(const clang::UsingDecl& declaration) {
  for (const auto* shadow : declaration.shadows()) {
    const FoundName found{declaration.getLocation(), shadow->getTargetDecl(), declaration.getQualifierLoc()};
    record(found, declaration);
  }
}

void NameCollector::takeAlias(const clang::NamespaceAliasDecl& alias) {
  record({alias.getTargetNameLoc(), alias.getAliasedNamespace(), alias.getQualifierLoc()}, alias);
}

void NameCollector::takeReference(const clang::DeclRefExpr& reference) {
  record({reference.getLocation(), reference.getDecl(), reference.getQualifierLoc()}, reference);
}

void NameCollector::takeMember(const clang::MemberExpr& member) {
  record({member.getMemberLoc(), member.getMemberDecl(), member.getQualifierLoc(), member.getBase()}, member);
}

void NameCollector::takeDependentMember(const clang::CXXDependentScopeMemberExpr& member) {
  const auto* object = member.isImplicitAccess() ? nullptr : member.getBase();
  record({member.getMemberLoc(), nullptr, member.getQualifierLoc(), object}, member);
}

void NameCollector::takeUnresolvedMember(const clang::UnresolvedMemberExpr& member) {
  const auto* object = member.isImplicitAccess() ? nullptr : member.getBase();
  record({member.getMemberLoc(), nullptr, member.getQualifierLoc(), object}, member);
}

void NameCollector::takeLookup(const clang::UnresolvedLookupExpr& lookup) {
  record({lookup.getNameLoc(), nullptr, lookup.getQualifierLoc()}, lookup);
}

void NameCollector::takeDependentReference(const clang::DependentScopeDeclRefExpr& reference) {
  record({reference.getLocation(), nullptr, reference.getQualifierLoc()}, reference);
}

void NameCollector::takeType(const clang::TypeLoc& node) {
  const auto type = node.getUnqualifiedLoc();
  if (const auto tag = type.getAs<clang::TagTypeLoc>()) {
    if (!tag.isDefinition()) record({tag.getNameLoc(), tag.getDecl(), tag.getQualifierLoc()}, node);
  } else if (const auto alias = type.getAs<clang::TypedefTypeLoc>()) {
    record({alias.getNameLoc(), alias.getDecl(), alias.getQualifierLoc()}, node);
  } else if (const auto used = type.getAs<clang::UsingTypeLoc>()) {
    record({used.getNameLoc(), used.getDecl(), used.getQualifierLoc()}, node);
  } else if (const auto dependent = type.getAs<clang::DependentNameTypeLoc>()) {
    record({dependent.getNameLoc(), nullptr, dependent.getQualifierLoc()}, node);
  } else if (const auto unresolved = type.getAs<clang::UnresolvedUsingTypeLoc>()) {
    record({unresolved.getNameLoc(), nullptr, unresolved.getQualifierLoc()}, node);
  } else if (const auto parameter = type.getAs<clang::TemplateTypeParmTypeLoc>()) {
    record({.location = parameter.getNameLoc(), .target = parameter.getDecl()}, node);
  } else {
    takeTemplateType(type, node);
  }
}

void NameCollector::takeTemplateType(const clang::TypeLoc& type, const clang::TypeLoc& node) {
  if (const auto named = type.getAs<clang::TemplateSpecializationTypeLoc>()) {
    const auto* target = named.getTypePtr()->getTemplateName().getAsTemplateDecl();
    record({named.getTemplateNameLoc(), target, named.getQualifierLoc()}, node);
  } else if (const auto deduced = type.getAs<clang::DeducedTemplateSpecializationTypeLoc>()) {
    const auto* target = deduced.getTypePtr()->getTemplateName().getAsTemplateDecl();
    record({deduced.getTemplateNameLoc(), target, deduced.getQualifierLoc()}, node);
  }
}

// Types in a qualifier come as types.
void NameCollector::takeQualifier(const clang::NestedNameSpecifierLoc& qualifier) {
  if (const auto space = qualifier.getAsNamespaceAndPrefix()) {
    record({qualifier.getLocalBeginLoc(), space.Namespace, space.Prefix}, qualifier);
  }
}

void NameCollector::takeArgument(const clang::TemplateArgumentLoc& argument) {
  const auto kind = argument.getArgument().getKind();
  if (kind != clang::TemplateArgument::Template && kind != clang::TemplateArgument::TemplateExpansion) return;
  const auto* target = argument.getArgument().getAsTemplateOrTemplatePattern().getAsTemplateDecl();
  record({argument.getTemplateNameLoc(), target, argument.getTemplateQualifierLoc()}, argument);
}

void NameCollector::takeInitializer(const clang::CXXCtorInitializer& initializer) {
  if (!initializer.isWritten() || !initializer.isAnyMemberInitializer()) return;
  record({.location = initializer.getMemberLocation(), .target = initializer.getAnyMember()}, initializer);
}

void NameCollector::takeDesignators(const clang::DesignatedInitExpr& initializer) {
  for (const auto& designator : initializer.designators()) {
    if (!designator.isFieldDesignator()) continue;
    record({.location = designator.getFieldLoc(), .target = designator.getFieldDecl()}, initializer);
  }
}

void NameCollector::takeOffset(const clang::OffsetOfExpr& offset) {
  for (unsigned index = 0; index < offset.getNumComponents(); ++index) {
    const auto& component = offset.getComponent(index);
    const bool field = component.getKind() == clang::OffsetOfNode::Field;
    if (field) record({.location = component.getEndLoc(), .target = component.getField()}, offset);
    if (component.getKind() == clang::OffsetOfNode::Identifier) record({.location = component.getEndLoc()}, offset);
  }
}

void NameCollector::takeCaptures(const clang::LambdaExpr& lambda) {
  for (const auto& capture : lambda.captures()) {
    if (!capture.isExplicit() || !capture.capturesVariable()) continue;
    const auto* variable = capture.getCapturedVar();
    FoundName found{.location = capture.getLocation(), .target = variable};
    found.declares = isa<clang::VarDecl>(variable) && variable->isInitCapture();
    record(found, lambda);
  }
}

}  // namespace

std::vector<NameUse> collectNames(clang::ASTContext& context, const SourceMap& sources, const Wanted& wanted) {
  NameRecorder recorder(context, sources, wanted);
  NameCollector collector(recorder);
  collector.collect(context);
  return recorder.take();
}

}  // namespace gander::rewriter
