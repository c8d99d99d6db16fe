// Places: what can be read and written, and how.
#include "rewriter/clang/flow/function_lowering.h"

namespace gander::rewriter {

using clang::dyn_cast;

const std::string& FunctionLowering::key(const clang::VarDecl& variable) {
  auto [known, fresh] = keys_.try_emplace(&variable);
  if (fresh) known->second = std::to_string(keys_.size()) + variable.getName().str();
  return known->second;
}

// A variable of a function around this one, or one that a lambda's capture makes.
bool FunctionLowering::isCaptured(const clang::VarDecl& variable) const {
  if (variable.isInitCapture()) return true;
  const auto* owner = variable.getParentFunctionOrMethod();
  return function_ != nullptr && owner != nullptr && owner != function_;
}

bool FunctionLowering::isShared(const clang::VarDecl& variable) const {
  return isCaptured(variable) || fates_.shared.contains(&variable);
}

ValueId FunctionLowering::readGlobal(std::string symbol, std::string name, Span span) {
  Fact fact{.op = Op::kGlobal, .symbol = std::move(symbol), .name = std::move(name), .span = std::move(span)};
  fact.how = How::kCompiler;
  return builder_.add(std::move(fact));
}

void FunctionLowering::writeGlobal(std::string symbol, std::string name, Span span, ValueId value) {
  Fact fact{
      .op = Op::kGlobal, .in = {value}, .symbol = std::move(symbol), .name = std::move(name), .span = std::move(span)};
  fact.access = Access::kWrite;
  fact.how = How::kCompiler;
  builder_.add(std::move(fact));
}

Place FunctionLowering::placeOf(const clang::VarDecl& variable, clang::SourceLocation location) {
  Place place{.kind = Place::Kind::kVariable, .variable = &variable, .name = variable.getName().str()};
  place.span = context_.sources.place(location);
  if (variable.hasGlobalStorage()) {
    place.kind = Place::Kind::kGlobal;
    place.symbol = context_.symbols(variable);
    place.name = qualifiedName(variable);
  } else if (isShared(variable)) {
    place.kind = Place::Kind::kGlobal;
    place.symbol = context_.symbols.local(variable);
  } else if (const auto alias = aliases_.find(&variable);
             alias != aliases_.end() && alias->second.kind == Place::Kind::kVariable) {
    place.variable = alias->second.variable;
  }
  return place;
}

Place FunctionLowering::placeOf(const clang::DeclRefExpr& reference) {
  if (const auto* binding = dyn_cast<clang::BindingDecl>(reference.getDecl())) {
    if (const auto* held = binding->getHoldingVar()) return placeOf(*held, reference.getLocation());
    return binding->getBinding() ? placeOf(binding->getBinding()) : Place();
  }
  if (const auto* variable = dyn_cast<clang::VarDecl>(reference.getDecl()))
    return placeOf(*variable, reference.getLocation());
  return {};
}

Place FunctionLowering::placeOf(const clang::MemberExpr& member) {
  if (const auto* variable = dyn_cast<clang::VarDecl>(member.getMemberDecl())) {
    return placeOf(*variable, member.getMemberLoc());
  }
  const auto* field = dyn_cast<clang::FieldDecl>(member.getMemberDecl());
  if (field == nullptr) return {};
  Place place{.kind = Place::Kind::kMember, .symbol = context_.symbols(*field), .name = field->getName().str()};
  place.base = value(member.getBase());
  if (!context_.sources.isOwn(field->getLocation())) place.position = field->getFieldIndex() + 1;
  place.span = context_.sources.place(member.getMemberLoc());
  return place;
}

Place FunctionLowering::subscriptPlace(const clang::Expr& base, const clang::Expr& key, const clang::Expr& whole) {
  Place place{.kind = Place::Kind::kIndex};
  place.base = value(&base);
  place.key = value(&key);
  place.span = spanOf(whole);
  return place;
}

Place FunctionLowering::placeOf(const clang::Expr* expression) {
  expression = expression->IgnoreParenImpCasts();
  if (const auto* temporary = dyn_cast<clang::MaterializeTemporaryExpr>(expression))
    return placeOf(temporary->getSubExpr());
  if (const auto* reference = dyn_cast<clang::DeclRefExpr>(expression)) return placeOf(*reference);
  if (const auto* member = dyn_cast<clang::MemberExpr>(expression)) return placeOf(*member);
  if (const auto* subscript = dyn_cast<clang::ArraySubscriptExpr>(expression)) {
    return subscriptPlace(*subscript->getBase(), *subscript->getIdx(), *subscript);
  }
  if (const auto* unary = dyn_cast<clang::UnaryOperator>(expression); unary && unary->getOpcode() == clang::UO_Deref) {
    return placeOf(unary->getSubExpr());
  }
  if (const auto* cast = dyn_cast<clang::ExplicitCastExpr>(expression); cast && cast->isGLValue())
    return placeOf(cast->getSubExpr());
  const auto* call = dyn_cast<clang::CXXOperatorCallExpr>(expression);
  if (call == nullptr || call->getOperator() != clang::OO_Subscript || call->getNumArgs() < 2)
    return pointeePlace(*expression);
  Place place = subscriptPlace(*call->getArg(0), *call->getArg(1), *call);
  if (const auto* callee = call->getDirectCallee()) {
    place.symbol = context_.symbols(*callee);
    place.name = qualifiedName(*callee);
  }
  return place;
}

// *it, rows.front(), holder.get(): a place in what the call is made on. What the call writes is one itself.
Place FunctionLowering::pointeePlace(const clang::Expr& expression) {
  if (!clang::isa<clang::CXXMemberCallExpr, clang::CXXOperatorCallExpr>(expression)) return {};
  if (!expression.isLValue() && !letsWrite(expression.getType())) return {};
  if (auto written = writtenBy(expression)) return std::move(written->place);
  Place place{.kind = Place::Kind::kPointee, .name = "*", .span = spanOf(expression)};
  place.key = value(&expression);
  place.base = receivers_[&expression];
  return place;
}

// A place and what stands in it; of what is none, its value.
Written FunctionLowering::read(const clang::Expr& expression) {
  const auto* bare = expression.IgnoreParenImpCasts();
  if (bare->isLValue())
    if (auto written = writtenBy(*bare)) return std::move(*written);
  Place place = placeOf(bare);
  const ValueId known = place.kind == Place::Kind::kNone ? value(bare) : load(place);
  return {std::move(place), known};
}

ValueId FunctionLowering::load(const Place& place) {
  Fact fact{.symbol = place.symbol, .name = place.name, .span = place.span};
  fact.how = How::kCompiler;
  switch (place.kind) {
    case Place::Kind::kNone: return unknown({}, place.span);
    case Place::Kind::kGlobal: return readGlobal(place.symbol, place.name, place.span);
    case Place::Kind::kPointee: return place.key;
    case Place::Kind::kMember: fact.op = Op::kMember, fact.in = {place.base}, fact.index = place.position; break;
    case Place::Kind::kIndex: fact.op = Op::kIndex, fact.in = {place.base, place.key}; break;
    case Place::Kind::kVariable: {
      const ValueId known = builder_.read(key(*place.variable));
      if (known == kNoValue) return unknown({}, place.span);
      return fates_.escaped.contains(place.variable) ? changedByOthers(known, place.span) : known;
    }
  }
  return builder_.add(std::move(fact));
}

// What stands in a place that others may write at any time.
ValueId FunctionLowering::changedByOthers(ValueId known, const Span& span) {
  return add(Op::kChanged, {known, unknown({}, span)}, span);
}

void FunctionLowering::writeVariable(const clang::VarDecl& variable, ValueId value) {
  builder_.write(key(variable), value);
  if (!writes_.empty()) writes_.back()->insert(&variable);
}

void FunctionLowering::store(const Place& place, ValueId value) {
  Fact fact{.symbol = place.symbol, .name = place.name, .span = place.span};
  fact.access = Access::kWrite;
  fact.how = How::kCompiler;
  switch (place.kind) {
    case Place::Kind::kNone: unknown({value}, place.span); return;
    case Place::Kind::kGlobal: writeGlobal(place.symbol, place.name, place.span, value); return;
    case Place::Kind::kMember: fact.op = Op::kMember, fact.in = {place.base, value}, fact.index = place.position; break;
    case Place::Kind::kPointee: fact.op = Op::kIndex, fact.in = {place.base, kNoValue, value}; break;
    case Place::Kind::kIndex: fact.op = Op::kIndex, fact.in = {place.base, place.key, value}; break;
    case Place::Kind::kVariable:
      writeVariable(*place.variable, value);
      if (const auto alias = aliases_.find(place.variable); alias != aliases_.end()) store(Place(alias->second), value);
      return;
  }
  builder_.add(std::move(fact));
}

}  // namespace gander::rewriter
