#include "rewriter/clang/name_use.h"

#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/AST/ExprCXX.h>
#include <clang/AST/ParentMapContext.h>
#include <clang/AST/TypeLoc.h>

#include <algorithm>

#include "rewriter/clang/symbols.h"

namespace gander::rewriter {

using clang::dyn_cast;
using clang::isa;

// The declaration behind an object: `play` in play.user_name(), (*play).user_name(), play->user_name(), plays[0].user_name().
static const clang::ValueDecl* declarationBehind(const clang::Expr* object) {
  while (object) {
    object = object->IgnoreParenCasts();
    if (const auto* reference = dyn_cast<clang::DeclRefExpr>(object)) return reference->getDecl();
    if (const auto* member = dyn_cast<clang::MemberExpr>(object)) {
      return isa<clang::FieldDecl, clang::VarDecl>(member->getMemberDecl()) ? member->getMemberDecl() : nullptr;
    }
    if (const auto* unary = dyn_cast<clang::UnaryOperator>(object)) {
      object = unary->getSubExpr();
    } else if (const auto* call = dyn_cast<clang::CXXOperatorCallExpr>(object); call && call->getNumArgs() > 0) {
      object = call->getArg(0);
    } else if (const auto* subscript = dyn_cast<clang::ArraySubscriptExpr>(object)) {
      object = subscript->getBase();
    } else {
      return nullptr;
    }
  }
  return nullptr;
}

void NameRecorder::addObject(NameUse& use, const clang::Expr& object) const {
  const auto* written = object.IgnoreParenImpCasts();
  use.objectType = typeName(written->getType());
  const auto* declaration = declarationBehind(written);
  if (declaration == nullptr || !declaration->getDeclName().isIdentifier()) return;
  if (auto token = sources_.token(declaration->getLocation()); token && !token->pasted) use.object = token->span;
}

static const clang::NamedDecl* behindQualifier(const clang::TypeLoc& type) {
  if (const auto* tag = type.getType()->getAsTagDecl()) return tag;
  if (const auto alias = type.getAs<clang::TypedefTypeLoc>()) return alias.getDecl();
  if (const auto named = type.getAs<clang::TemplateSpecializationTypeLoc>()) {
    return named.getTypePtr()->getTemplateName().getAsTemplateDecl();
  }
  return nullptr;
}

static clang::SourceLocation nameOf(const clang::TypeLoc& type) {
  if (const auto named = type.getAs<clang::TemplateSpecializationTypeLoc>()) return named.getTemplateNameLoc();
  if (const auto named = type.getAs<clang::DependentNameTypeLoc>()) return named.getNameLoc();
  if (const auto named = type.getAs<clang::TagTypeLoc>()) return named.getNameLoc();
  if (const auto named = type.getAs<clang::TypedefTypeLoc>()) return named.getNameLoc();
  if (const auto named = type.getAs<clang::UsingTypeLoc>()) return named.getNameLoc();
  return type.getBeginLoc();
}

std::vector<Qualifier> NameRecorder::qualifiers(clang::NestedNameSpecifierLoc written) const {
  std::vector<Qualifier> result;
  auto add = [&](clang::SourceLocation location, const clang::NamedDecl* target) {
    if (auto token = sources_.token(location)) result.push_back({token->span, target ? qualifiedName(*target) : ""});
  };
  while (written) {
    if (const auto space = written.getAsNamespaceAndPrefix()) {
      add(written.getLocalBeginLoc(), space.Namespace->getNamespace());
      written = space.Prefix;
    } else if (const auto type = written.getAsTypeLoc()) {
      add(nameOf(type), behindQualifier(type));
      written = type.getPrefix();
    } else {
      break;
    }
  }
  std::ranges::reverse(result);
  return result;
}

// A forward declaration is qualified by the namespaces around it, if they hold nothing else:
//   namespace warehouse { namespace v1 { class UserPlay; } }
std::vector<Qualifier> NameRecorder::namespacesAround(const clang::DynTypedNode& node) const {
  const auto* tag = node.get<clang::TagDecl>();
  if (tag == nullptr || tag->isThisDeclarationADefinition()) return {};
  std::vector<Qualifier> result;
  const clang::DeclContext* around = tag->getLexicalDeclContext();
  while (const auto* space = dyn_cast<clang::NamespaceDecl>(around)) {
    if (std::ranges::distance(space->decls()) != 1 || space->isAnonymousNamespace()) return {};
    auto token = sources_.token(space->getLocation());
    if (!token || token->pasted) return {};
    result.push_back({token->span, qualifiedName(*space)});
    around = space->getLexicalParent();
  }
  std::ranges::reverse(result);
  return result;
}

bool NameRecorder::allOwn(const clang::Decl& declaration) const {
  return std::ranges::all_of(declaration.redecls(),
                             [&](const clang::Decl* d) { return sources_.isOwn(d->getLocation()); });
}

// A forward declaration of a generated class is not the repository's own, whatever file it stands in.
bool NameRecorder::definesHere(const clang::NamedDecl& target) const {
  if (const auto* pattern = dyn_cast<clang::TemplateDecl>(&target); pattern && pattern->getTemplatedDecl()) {
    return definesHere(*pattern->getTemplatedDecl());
  }
  if (const auto* tag = dyn_cast<clang::TagDecl>(&target)) {
    return tag->getDefinition() && sources_.isOwn(tag->getDefinition()->getLocation());
  }
  return allOwn(target);
}

std::string NameRecorder::instantiation(const clang::DynTypedNode& node) const {
  clang::DynTypedNode current = node;
  while (true) {
    if (const auto* declaration = current.get<clang::Decl>()) {
      const auto* own = dyn_cast<clang::DeclContext>(declaration);
      return instantiatedTemplate(own ? own : declaration->getDeclContext());
    }
    const auto parents = context_.getParents(current);
    if (parents.empty()) return "";
    current = parents[0];
  }
}

void NameRecorder::record(const FoundName& found, const clang::DynTypedNode& node) {
  const auto* target = meant(found.target);
  if (target && !wanted_.contains(bareName(*target))) return;
  auto token = sources_.token(found.location);
  if (!token || !wanted_.contains(token->text)) return;
  // An implicit node stands at the place of something else.
  if (target && bareName(*target) != token->text) return;
  NameUse use;
  use.span = token->span;
  use.text = token->text;
  use.pasted = token->pasted;
  use.macro = token->macro;
  use.dependent = target == nullptr;
  use.declares = found.declares;
  use.qualifiers = qualifiers(found.qualifier);
  if (use.declares && use.qualifiers.empty()) use.qualifiers = namespacesAround(node);
  use.templated = instantiation(node);
  if (found.object) addObject(use, *found.object);
  if (target) {
    use.symbol = qualifiedName(*target);
    use.kind = kindOf(*target);
    use.declaration = sources_.place(target->getLocation());
    use.definesHere = found.declares && definesHere(*target);
  }
  uses_.push_back(std::move(use));
}

}  // namespace gander::rewriter
