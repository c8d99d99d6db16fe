#include "rewriter/clang/use_reader.h"

#include <clang/AST/TypeLoc.h>
#include <clang/Lex/Lexer.h>

#include "rewriter/clang/symbols.h"

namespace gander::rewriter {

using clang::dyn_cast;
using clang::DynTypedNode;
using clang::isa;

constexpr size_t kAroundLimit = 8;

std::optional<DynTypedNode> UseReader::parentOf(const DynTypedNode& node) const {
  const auto parents = context_.getParents(node);
  if (parents.empty()) return std::nullopt;
  return parents[0];
}

Span UseReader::rangeOf(clang::SourceRange range) const {
  if (range.isInvalid()) return {};
  const auto whole = clang::CharSourceRange::getTokenRange(range);
  if (clang::Lexer::makeFileCharRange(whole, sources_.sources(), sources_.language()).isInvalid()) return {};
  return sources_.range(range);
}

ValueType UseReader::valueType(clang::QualType type) const {
  ValueType value;
  if (type.isNull()) return value;
  type = type.getNonReferenceType().getCanonicalType().getUnqualifiedType();
  if (type->isDependentType()) return value;
  const auto* builtin = type->getAs<clang::BuiltinType>();
  value.name = builtin ? type.getAsString(context_.getPrintingPolicy()) : typeName(type);
  if (builtin == nullptr || (!builtin->isInteger() && !builtin->isFloatingPoint())) return value;
  value.bits = static_cast<uint32_t>(context_.getTypeSize(type));
  value.floating = builtin->isFloatingPoint();
  value.isSigned = value.floating || builtin->isSignedInteger();
  return value;
}

std::optional<UseContext> UseReader::begin(clang::SourceLocation location, const clang::NamedDecl& declaration) const {
  const auto* target = meant(&declaration);
  auto token = sources_.token(location);
  if (!token || token->pasted || target == nullptr || bareName(*target) != token->text) return std::nullopt;
  UseContext use;
  use.name = token->span;
  use.symbol = qualifiedName(*target);
  if (const auto* value = dyn_cast<clang::ValueDecl>(&declaration)) use.type = valueType(value->getType());
  return use;
}

// `song` in play.song().title(), play.song.title
void UseReader::addBase(const clang::MemberExpr& member, UseContext& use) const {
  if (member.isImplicitAccess()) return;
  const auto* base = member.getBase();
  use.base = rangeOf(*base);
  const auto* inner = base->IgnoreParenImpCasts();
  if (const auto* call = dyn_cast<clang::CXXMemberCallExpr>(inner)) {
    if (call->getNumArgs() > 0) return;
    inner = call->getCallee()->IgnoreParenImpCasts();
  }
  const auto* within = dyn_cast<clang::MemberExpr>(inner);
  if (within == nullptr || within->isImplicitAccess()) return;
  const auto* target = meant(within->getMemberDecl());
  auto token = sources_.token(within->getMemberLoc());
  if (!token || token->pasted || target == nullptr) return;
  use.baseName = token->span;
  use.baseSymbol = qualifiedName(*target);
}

// The call of a method, or null.
const clang::Expr* UseReader::addCall(const clang::MemberExpr& member, UseContext& use) const {
  const clang::Expr* callee = &member;
  auto node = parentOf(DynTypedNode::create(*callee));
  while (node && node->get<clang::ParenExpr>()) node = parentOf(*node);
  const auto* call = node ? node->get<clang::CXXMemberCallExpr>() : nullptr;
  if (call == nullptr) return nullptr;
  use.called = use.pure = true;
  use.type = valueType(call->getType());
  const auto* method = call->getMethodDecl();
  if (use.type.name == "void" && method != nullptr && method->getNumParams() > 0)
    use.type = valueType(method->getParamDecl(method->getNumParams() - 1)->getType());
  for (const auto* argument : call->arguments()) {
    if (isa<clang::CXXDefaultArgExpr>(argument)) continue;
    use.arguments.push_back(rangeOf(*argument));
    use.pure &= !argument->HasSideEffects(context_);
  }
  return call;
}

void UseReader::addAround(const clang::Expr& expression, UseContext& use) const {
  Span last = use.whole;
  for (auto node = parentOf(DynTypedNode::create(expression)); node && use.around.size() < kAroundLimit;
       node = parentOf(*node)) {
    const auto* outer = node->get<clang::Expr>();
    if (outer == nullptr) return;
    auto range = rangeOf(*outer);
    if (range.file.empty() || range == last) continue;
    use.around.push_back(range);
    last = range;
  }
}

// The statement of a block that holds the expression, and whether the expression is all of it.
void UseReader::addStatements(const clang::Expr& expression, UseContext& use) const {
  const auto& manager = sources_.sources();
  bool own = true;
  DynTypedNode current = DynTypedNode::create(expression);
  for (auto node = parentOf(current); node; node = parentOf(*node)) {
    const auto* statement = current.get<clang::Stmt>();
    const auto* block = node->get<clang::CompoundStmt>();
    if (block != nullptr && statement != nullptr) {
      const auto around = parentOf(*node);
      if (around && around->get<clang::StmtExpr>()) return;
      auto range = rangeOf(*statement);
      if (range.file.empty() || statement->getEndLoc().isMacroID()) return;
      const auto behind = clang::Lexer::findLocationAfterToken(statement->getEndLoc(), clang::tok::semi, manager,
                                                               sources_.language(), false);
      if (behind.isValid()) range.range.end = manager.getFileOffset(behind);
      use.statement = range;
      if (own && behind.isValid()) use.ownStatement = range;
      return;
    }
    own = own && node->get<clang::FullExpr>() != nullptr;
    if (node->get<clang::FunctionDecl>()) return;
    current = *node;
  }
}

std::optional<UseContext> UseReader::read(const clang::MemberExpr& member) {
  auto use = begin(member.getMemberLoc(), *member.getMemberDecl());
  if (!use) return use;
  const clang::Expr* whole = &member;
  if (isa<clang::CXXMethodDecl>(member.getMemberDecl())) {
    whole = addCall(member, *use);
    if (whole == nullptr) {
      settle(*use, Fate::kAddress, "the function itself is named, and not called here");
      return use;
    }
  }
  use->whole = rangeOf(*whole);
  use->operand = member.getMemberLoc().isMacroID();  // an argument of a macro may land anywhere
  addBase(member, *use);
  addStatements(*whole, *use);
  addAround(*whole, *use);
  climb(*whole, *use);
  return use;
}

// std::ranges::sort(plays, {}, &Play::day): who takes the pointer.
void UseReader::addTaker(const clang::Expr& pointer, UseContext& use) const {
  const clang::Expr* at = &pointer;
  for (auto node = parentOf(DynTypedNode::create(pointer)); node; node = parentOf(*node)) {
    const auto* outer = node->get<clang::Expr>();
    const auto* call = node->get<clang::CallExpr>();
    if (call == nullptr &&
        (outer == nullptr ||
         !isa<clang::ParenExpr, clang::ImplicitCastExpr, clang::FullExpr, clang::MaterializeTemporaryExpr>(outer)))
      return;
    if (call == nullptr) {
      at = outer;
      continue;
    }
    const auto* callee = call->getDirectCallee();
    if (callee == nullptr) return;
    use.passedTo = qualifiedName(*callee);
    const unsigned object = isa<clang::CXXOperatorCallExpr>(call) && isa<clang::CXXMethodDecl>(callee) ? 1 : 0;
    for (unsigned index = object; index < call->getNumArgs(); ++index)
      if (call->getArg(index) == at) use.passedAs = index - object;
    return;
  }
}

std::optional<UseContext> UseReader::read(const clang::DeclRefExpr& reference) {
  const auto* target = reference.getDecl();
  if (!isa<clang::FieldDecl, clang::CXXMethodDecl>(target)) return std::nullopt;
  auto use = begin(reference.getLocation(), *target);
  if (!use) return use;
  auto node = parentOf(DynTypedNode::create(reference));
  const auto* unary = node ? node->get<clang::UnaryOperator>() : nullptr;
  const bool address = unary != nullptr && unary->getOpcode() == clang::UO_AddrOf;
  settle(*use, address ? Fate::kAddress : Fate::kUnevaluated,
         address ? "a pointer to the member is made: what is done by it is not seen" : "only its type is used");
  if (address) addTaker(*unary, *use);
  addStatements(reference, *use);
  return use;
}

std::optional<UseContext> UseReader::read(const clang::DesignatedInitExpr& initializer,
                                          const clang::DesignatedInitExpr::Designator& designator) {
  auto use = begin(designator.getFieldLoc(), *designator.getFieldDecl());
  if (!use) return use;
  addStatements(initializer, *use);
  if (initializer.size() > 1) {
    settle(*use, Fate::kInner, "something within it is initialized");
    return use;
  }
  use->whole = rangeOf(initializer);
  use->braced = true;
  decideWritten(*initializer.getInit(), initializer, *use);
  use->ownStatement = {};
  return use;
}

std::optional<UseContext> UseReader::read(const clang::CXXCtorInitializer& initializer) {
  auto use = begin(initializer.getMemberLocation(), *initializer.getAnyMember());
  if (use) settle(*use, Fate::kUnknown, "a constructor of its own class initializes it");
  return use;
}

void UseReader::settle(UseContext& use, Fate fate, std::string why) {
  use.fate = fate;
  use.why = std::move(why);
}

// `/ 1000` around it, through casts and parentheses.
static std::string scalingAround(const UseReader& reader, clang::ASTContext& context, const clang::Expr& from) {
  const clang::Expr* at = &from;
  for (auto node = reader.parentOf(DynTypedNode::create(from)); node; node = reader.parentOf(*node)) {
    const auto* outer = node->get<clang::Expr>();
    if (outer == nullptr) return "";
    if (const auto* binary = dyn_cast<clang::BinaryOperator>(outer); binary && binary->isMultiplicativeOp()) {
      const bool left = binary->getLHS() == at;
      const auto* other = left ? binary->getRHS() : binary->getLHS();
      if (binary->getOpcode() == clang::BO_Rem || other->isValueDependent() || !other->isEvaluatable(context))
        return "";
      if (!left && binary->getOpcode() == clang::BO_Div) return "";
      const auto text = clang::Lexer::getSourceText(clang::CharSourceRange::getTokenRange(other->getSourceRange()),
                                                    context.getSourceManager(), context.getLangOpts());
      return binary->getOpcodeStr().str() + " " + text.str();
    }
    if (!isa<clang::ParenExpr, clang::CastExpr, clang::FullExpr>(outer)) return "";
    at = outer;
  }
  return "";
}

void UseReader::climb(const clang::Expr& from, UseContext& use) {
  use.scaled = scalingAround(*this, context_, from);
  const clang::Expr* at = &from;
  for (auto node = parentOf(DynTypedNode::create(from)); node; node = parentOf(*node)) {
    if (const auto* outer = node->get<clang::Expr>()) {
      if (!passes(*outer, use)) return decideExpression(*at, *outer, use);
      at = outer;
    } else if (const auto* statement = node->get<clang::Stmt>()) {
      return decideStatement(*statement, use);
    } else if (const auto* variable = node->get<clang::ValueDecl>()) {
      return decideVariable(*at, *variable, use);
    } else if (const auto* initializer = node->get<clang::CXXCtorInitializer>()) {
      if (const auto* member = initializer->getAnyMember()) return decideVariable(*at, *member, use);
      return settle(use, Fate::kUnknown, "a base class is made of it");
    } else {
      return settle(use, Fate::kUnevaluated, "only its type is used");
    }
  }
  settle(use, Fate::kUnknown, "what is done with it is not seen");
}

static size_t givenArguments(const clang::CXXConstructExpr& construct) {
  size_t count = 0;
  for (const auto* argument : construct.arguments()) count += isa<clang::CXXDefaultArgExpr>(argument) ? 0 : 1;
  return count;
}

// What changes nothing of who takes the value.
bool UseReader::passes(const clang::Expr& node, UseContext& use) {
  if (isa<clang::ParenExpr>(node)) return true;
  if (const auto* cast = dyn_cast<clang::ImplicitCastExpr>(&node)) {
    const bool changes = cast->getCastKind() != clang::CK_LValueToRValue && cast->getCastKind() != clang::CK_NoOp;
    if (changes) use.into = valueType(cast->getType());
    return true;
  }
  if (isa<clang::FullExpr, clang::MaterializeTemporaryExpr, clang::CXXBindTemporaryExpr>(node)) return true;
  if (const auto* list = dyn_cast<clang::InitListExpr>(&node)) {
    if (list->getType()->isRecordType() || list->getType()->isArrayType() || list->getNumInits() != 1) return false;
    return use.braced = true;
  }
  const auto* construct = dyn_cast<clang::CXXConstructExpr>(&node);
  if (construct == nullptr || isa<clang::CXXTemporaryObjectExpr>(construct) || givenArguments(*construct) != 1)
    return false;
  if (construct->getConstructor()->isCopyOrMoveConstructor()) return true;
  const auto outer = parentOf(DynTypedNode::create(node));
  const auto* around = outer ? outer->get<clang::Expr>() : nullptr;
  return around != nullptr &&
         isa<clang::CastExpr, clang::CXXBindTemporaryExpr, clang::MaterializeTemporaryExpr>(around);
}

}  // namespace gander::rewriter
