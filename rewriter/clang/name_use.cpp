#include "rewriter/clang/name_use.h"

#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/AST/ExprCXX.h>
#include <clang/AST/ParentMapContext.h>
#include <clang/AST/TypeLoc.h>
#include <clang/Lex/Lexer.h>
#include <fmt/format.h>

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

// Where a node stands; null where that is nowhere.
const clang::DeclContext* NameRecorder::contextOf(const clang::DynTypedNode& node) const {
  clang::DynTypedNode current = node;
  while (true) {
    if (const auto* declaration = current.get<clang::Decl>()) {
      const auto* own = dyn_cast<clang::DeclContext>(declaration);
      return own ? own : declaration->getDeclContext();
    }
    const auto parents = context_.getParents(current);
    if (parents.empty()) return nullptr;
    current = parents[0];
  }
}

static const clang::CXXRecordDecl* classOf(const clang::Expr& object) {
  auto type = object.getType();
  if (type->isPointerType()) type = type->getPointeeType();
  return type->getAsCXXRecordDecl();
}

// How many bases stand in a class's head; fewer than the class has where they can't be counted. An unknown one is left out by
// the compiler, and the class goes on without it.
static size_t writtenBases(const clang::CXXRecordDecl& record, const SourceMap& sources) {
  const auto& manager = sources.sources();
  clang::SourceLocation at = record.getLocation();
  const clang::SourceLocation end = record.getBraceRange().getBegin();
  if (at.isMacroID() || end.isMacroID() || end.isInvalid()) return 0;
  size_t bases = 0;
  int depth = 0;
  clang::Token token;
  while (at < end && !clang::Lexer::getRawToken(at, token, manager, sources.language(), true)) {
    if (!(token.getLocation() < end)) break;
    if (token.isOneOf(clang::tok::less, clang::tok::l_paren)) ++depth;
    if (token.isOneOf(clang::tok::greater, clang::tok::r_paren)) --depth;
    if (token.is(clang::tok::greatergreater)) depth -= 2;
    if (depth == 0 && bases == 0 && token.is(clang::tok::colon)) bases = 1;
    if (depth == 0 && bases > 0 && token.is(clang::tok::comma)) ++bases;
    at = token.getEndLoc();
  }
  return bases;
}

// Whether a class, or one of its bases on the way to `owner`, is not all that was written.
static const clang::CXXRecordDecl* brokenOnTheWay(const clang::CXXRecordDecl& record, const clang::DeclContext& owner,
                                                  const SourceMap& sources) {
  const auto* defined = record.getDefinition();
  if (defined == nullptr || owner.Equals(defined)) return nullptr;
  const auto* pattern = defined->getTemplateInstantiationPattern();
  const auto& written = pattern && pattern->hasDefinition() ? *pattern->getDefinition() : *defined;
  if (defined->isInvalidDecl() || writtenBases(written, sources) > written.getNumBases()) return defined;
  for (const auto& base : defined->bases()) {
    const auto* next = base.getType()->getAsCXXRecordDecl();
    const auto* broken = next ? brokenOnTheWay(*next, owner, sources) : nullptr;
    if (broken) return broken;
  }
  return nullptr;
}

// Why the compiler's word for a name is no proof: after an error it goes on with what it guesses. Empty where it is one.
std::string NameRecorder::lacking(const FoundName& found, const clang::NamedDecl& target) const {
  if (target.isInvalidDecl()) return fmt::format("the declaration of {} has errors", qualifiedName(target));
  if (found.object == nullptr) return "";
  const auto* object = found.object->IgnoreParenImpCasts();
  if (object->containsErrors()) return "what it is a member of could not be resolved";
  const auto* record = classOf(*object);
  if (record == nullptr || !context_.getDiagnostics().hasErrorOccurred()) return "";
  // What stands in the class itself is found first, whatever the rest of the class may be.
  const auto* broken = brokenOnTheWay(*record, *target.getDeclContext()->getRedeclContext(), sources_);
  return broken ? fmt::format("{} has errors, and it is not declared there", qualifiedName(*broken)) : "";
}

static void countArguments(const clang::FunctionDecl& function, NameUse& use) {
  const bool any = function.isVariadic() ||
                   std::ranges::any_of(function.parameters(), [](const auto* one) { return one->isParameterPack(); });
  use.takesLeast = function.getMinRequiredExplicitArguments();
  use.takesMost = any ? UINT32_MAX : function.getNumNonObjectParams();
}

void NameRecorder::resolve(NameUse& use, const FoundName& found, const clang::NamedDecl& target) const {
  use.lacking = lacking(found, target);
  if (!use.lacking.empty()) return;
  use.symbol = qualifiedName(target);
  use.kind = kindOf(target);
  use.declaration = sources_.place(target.getLocation());
  use.definesHere = found.declares && definesHere(target);
  if (const auto* function = target.getAsFunction()) countArguments(*function, use);
  const auto* method = dyn_cast<clang::CXXMethodDecl>(&target);
  if (method == nullptr) return;
  std::set<std::string> overridden;
  forEachOverridden(*method, [&](const auto& one) { overridden.insert(qualifiedName(one)); });
  use.overrides.assign(overridden.begin(), overridden.end());
}

// Of what arguments it is pasted, the preprocessor tells afterwards.
bool NameRecorder::mayBePasted(clang::SourceLocation location, const std::string& name) const {
  return location.isMacroID() && wanted_.maybeIn(name);
}

void NameRecorder::record(const FoundName& found, const clang::DynTypedNode& node) {
  const auto* target = meant(found.target);
  if (target && !wanted_.contains(bareName(*target)) && !mayBePasted(found.location, bareName(*target))) return;
  auto token = sources_.token(found.location);
  if (!token || !(token->pasted ? wanted_.maybeIn(token->text) : wanted_.contains(token->text))) return;
  // An implicit node stands at the place of something else.
  if (target && bareName(*target) != token->text) return;
  NameUse use;
  use.span = token->span;
  use.text = token->text;
  use.pasted = token->pasted;
  use.macro = token->macro;
  use.varying = token->through;
  use.dependent = target == nullptr;
  use.declares = found.declares;
  use.qualifiers = qualifiers(found.qualifier);
  if (use.declares && use.qualifiers.empty()) use.qualifiers = namespacesAround(node);
  use.templated = use.dependent ? templateAround(contextOf(node)) : instantiatedTemplate(contextOf(node));
  const auto* self = found.object ? dyn_cast<clang::CXXThisExpr>(found.object->IgnoreParenImpCasts()) : nullptr;
  use.bare = !use.pasted && !found.qualifier && (found.object == nullptr || (self && self->isImplicit()));
  if (found.object) addObject(use, *found.object);
  if (target) resolve(use, found, *target);
  uses_.push_back(std::move(use));
}

}  // namespace gander::rewriter
