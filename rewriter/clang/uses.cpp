#include "rewriter/clang/uses.h"

#include <clang/ASTMatchers/ASTMatchFinder.h>
#include <clang/ASTMatchers/ASTMatchers.h>

#include <algorithm>

#include "rewriter/clang/symbols.h"
#include "rewriter/clang/use_reader.h"

namespace gander::rewriter {
namespace {

namespace match = clang::ast_matchers;
using clang::dyn_cast;

class UseCollector final : public match::MatchFinder::MatchCallback {
 public:
  UseCollector(clang::ASTContext& context, const SourceMap& sources, const Wanted& wanted, Unit& unit)
      : sources_(sources), wanted_(wanted), unit_(unit), reader_(context, sources) {}

  void collect(clang::ASTContext& context) {
    match::MatchFinder finder;
    finder.addMatcher(match::memberExpr().bind("member"), this);
    finder.addMatcher(match::declRefExpr().bind("reference"), this);
    finder.addMatcher(match::designatedInitExpr().bind("designated"), this);
    finder.addMatcher(match::cxxCtorInitializer().bind("initializer"), this);
    finder.addMatcher(match::switchStmt().bind("switch"), this);
    finder.matchAST(context);
  }

  void run(const match::MatchFinder::MatchResult& result) override {
    if (const auto* member = result.Nodes.getNodeAs<clang::MemberExpr>("member")) take(*member);
    if (const auto* reference = result.Nodes.getNodeAs<clang::DeclRefExpr>("reference")) take(*reference);
    if (const auto* list = result.Nodes.getNodeAs<clang::DesignatedInitExpr>("designated")) take(*list);
    if (const auto* one = result.Nodes.getNodeAs<clang::CXXCtorInitializer>("initializer")) take(*one);
    if (const auto* one = result.Nodes.getNodeAs<clang::SwitchStmt>("switch")) take(*one);
  }
  std::optional<clang::TraversalKind> getCheckTraversalKind() const override { return clang::TK_AsIs; }

 private:
  bool isWanted(const clang::NamedDecl* declaration) const {
    const auto* target = meant(declaration);
    return target != nullptr && wanted_.contains(bareName(*target));
  }
  void add(std::optional<UseContext> use) {
    if (use) unit_.uses.push_back(std::move(*use));
  }

  void take(const clang::MemberExpr& member) {
    if (isWanted(member.getMemberDecl())) add(reader_.read(member));
  }
  void take(const clang::DeclRefExpr& reference) {
    if (isWanted(reference.getDecl())) add(reader_.read(reference));
  }
  void take(const clang::DesignatedInitExpr& list) {
    for (const auto& designator : list.designators())
      if (designator.isFieldDesignator() && designator.getFieldDecl() && isWanted(designator.getFieldDecl()))
        add(reader_.read(list, designator));
  }
  void take(const clang::CXXCtorInitializer& initializer) {
    if (initializer.isWritten() && initializer.isAnyMemberInitializer() && isWanted(initializer.getAnyMember()))
      add(reader_.read(initializer));
  }

  void take(const clang::SwitchStmt& statement) {
    const auto* condition = statement.getCond() ? statement.getCond()->IgnoreParenImpCasts() : nullptr;
    const auto* type = condition ? condition->getType()->getAs<clang::EnumType>() : nullptr;
    if (type == nullptr) return;
    const auto* declaration = type->getDecl();
    const bool asked = std::ranges::any_of(declaration->enumerators(),
                                           [&](const auto* constant) { return wanted_.contains(bareName(*constant)); });
    auto token = sources_.token(statement.getSwitchLoc());
    if (!asked || !token || token->pasted) return;
    SwitchUse use{
        .keyword = token->span, .type = qualifiedName(*declaration), .hasDefault = false, .cases = {}, .constants = {}};
    for (const auto* constant : declaration->enumerators()) use.constants.push_back(bareName(*constant));
    std::ranges::sort(use.constants);
    for (const auto* part = statement.getSwitchCaseList(); part != nullptr; part = part->getNextSwitchCase()) {
      use.hasDefault |= clang::isa<clang::DefaultStmt>(part);
      const auto* one = dyn_cast<clang::CaseStmt>(part);
      const auto* value = one ? dyn_cast<clang::DeclRefExpr>(one->getLHS()->IgnoreParenImpCasts()) : nullptr;
      if (value != nullptr) use.cases.push_back(bareName(*value->getDecl()));
    }
    std::ranges::sort(use.cases);
    unit_.switches.push_back(std::move(use));
  }

  const SourceMap& sources_;
  const Wanted& wanted_;
  Unit& unit_;
  UseReader reader_;
};

}  // namespace

void collectUses(clang::ASTContext& context, const SourceMap& sources, const Wanted& wanted, Unit& unit) {
  UseCollector(context, sources, wanted, unit).collect(context);
}

}  // namespace gander::rewriter
