// Statements: blocks of control flow and the edges between them.
#include "rewriter/clang/flow/function_lowering.h"

namespace gander::rewriter {

using clang::dyn_cast;

void FunctionLowering::lower(const clang::Stmt* statement) {
  if (const auto* expression = clang::dyn_cast_or_null<clang::Expr>(statement)) {
    value(expression);
  } else if (statement) {
    Visit(statement);
  }
}

void FunctionLowering::startBlock(Block block) {
  builder_.seal(block);
  builder_.enter(block);
}

// A block that only the current one leads to.
FunctionBuilder::Block FunctionLowering::startNewBlock() {
  const Block block = builder_.makeBlock();
  builder_.jumpTo(block);
  startBlock(block);
  return block;
}

void FunctionLowering::startDeadBlock() { startBlock(builder_.makeBlock()); }

ValueId FunctionLowering::VisitStmt(const clang::Stmt* statement) {
  for (const auto* child : statement->children()) lower(child);
  return kNoValue;
}

ValueId FunctionLowering::VisitDeclStmt(const clang::DeclStmt* statement) {
  for (const auto* declaration : statement->decls()) {
    const auto* variable = dyn_cast<clang::VarDecl>(declaration);
    if (variable && !variable->isInvalidDecl()) lowerVariable(*variable);
  }
  return kNoValue;
}

ValueId FunctionLowering::VisitIfStmt(const clang::IfStmt* statement) {
  lower(statement->getInit());
  lower(statement->getConditionVariableDeclStmt());
  lower(statement->getCond());
  const Block head = builder_.current();
  const Block join = builder_.makeBlock();
  startNewBlock();
  lower(statement->getThen());
  builder_.jumpTo(join);
  builder_.enter(head);
  if (statement->getElse()) {
    startNewBlock();
    lower(statement->getElse());
  }
  builder_.jumpTo(join);
  startBlock(join);
  return kNoValue;
}

void FunctionLowering::lowerLoopBody(const clang::Stmt* body, Block exit, Block next) {
  exits_.push_back({exit, next});
  lower(body);
  exits_.pop_back();
}

ValueId FunctionLowering::VisitWhileStmt(const clang::WhileStmt* statement) {
  const Block head = builder_.makeBlock();
  const Block exit = builder_.makeBlock();
  builder_.jumpTo(head);
  builder_.enter(head);
  lower(statement->getConditionVariableDeclStmt());
  lower(statement->getCond());
  builder_.jumpTo(exit);
  startNewBlock();
  lowerLoopBody(statement->getBody(), exit, head);
  builder_.jumpTo(head);
  builder_.seal(head);
  startBlock(exit);
  return kNoValue;
}

ValueId FunctionLowering::VisitDoStmt(const clang::DoStmt* statement) {
  const Block body = builder_.makeBlock();
  const Block condition = builder_.makeBlock();
  const Block exit = builder_.makeBlock();
  builder_.jumpTo(body);
  builder_.enter(body);
  lowerLoopBody(statement->getBody(), exit, condition);
  builder_.jumpTo(condition);
  startBlock(condition);
  lower(statement->getCond());
  builder_.jumpTo(exit);
  builder_.jumpTo(body);
  builder_.seal(body);
  startBlock(exit);
  return kNoValue;
}

ValueId FunctionLowering::VisitForStmt(const clang::ForStmt* statement) {
  const Block head = builder_.makeBlock();
  const Block step = builder_.makeBlock();
  const Block exit = builder_.makeBlock();
  lower(statement->getInit());
  builder_.jumpTo(head);
  builder_.enter(head);
  lower(statement->getConditionVariableDeclStmt());
  lower(statement->getCond());
  builder_.jumpTo(exit);
  startNewBlock();
  lowerLoopBody(statement->getBody(), exit, step);
  builder_.jumpTo(step);
  startBlock(step);
  lower(statement->getInc());
  builder_.jumpTo(head);
  builder_.seal(head);
  startBlock(exit);
  return kNoValue;
}

ValueId FunctionLowering::VisitCXXForRangeStmt(const clang::CXXForRangeStmt* statement) {
  lower(statement->getInit());
  const ValueId range = value(statement->getRangeInit());
  const Block head = builder_.makeBlock();
  const Block exit = builder_.makeBlock();
  builder_.jumpTo(head);
  builder_.enter(head);
  builder_.jumpTo(exit);
  startNewBlock();
  const ValueId element = add(Op::kElement, {range}, spanOf(*statement->getRangeInit()));
  bindLoopVariable(*statement->getLoopVariable(), range, element);
  lowerLoopBody(statement->getBody(), exit, head);
  builder_.jumpTo(head);
  builder_.seal(head);
  startBlock(exit);
  return kNoValue;
}

ValueId FunctionLowering::VisitSwitchStmt(const clang::SwitchStmt* statement) {
  lower(statement->getInit());
  lower(statement->getConditionVariableDeclStmt());
  lower(statement->getCond());
  const Block head = builder_.current();
  const Block exit = builder_.makeBlock();
  switches_.emplace_back(head, false);
  exits_.push_back({exit, exits_.empty() ? std::nullopt : exits_.back().onContinue});
  startDeadBlock();
  lower(statement->getBody());
  builder_.jumpTo(exit);
  if (!switches_.back().second) {
    builder_.enter(head);
    builder_.jumpTo(exit);
  }
  switches_.pop_back();
  exits_.pop_back();
  startBlock(exit);
  return kNoValue;
}

ValueId FunctionLowering::VisitSwitchCase(const clang::SwitchCase* statement) {
  if (!switches_.empty()) {
    const Block target = builder_.makeBlock();
    builder_.jumpTo(target);
    builder_.enter(switches_.back().first);
    builder_.jumpTo(target);
    startBlock(target);
    if (clang::isa<clang::DefaultStmt>(statement)) switches_.back().second = true;
  }
  lower(statement->getSubStmt());
  return kNoValue;
}

ValueId FunctionLowering::VisitBreakStmt(const clang::BreakStmt*) {
  if (!exits_.empty()) builder_.jumpTo(exits_.back().onBreak);
  startDeadBlock();
  return kNoValue;
}

ValueId FunctionLowering::VisitContinueStmt(const clang::ContinueStmt*) {
  if (!exits_.empty() && exits_.back().onContinue) builder_.jumpTo(*exits_.back().onContinue);
  startDeadBlock();
  return kNoValue;
}

ValueId FunctionLowering::VisitReturnStmt(const clang::ReturnStmt* statement) {
  if (const auto* returned = statement->getRetValue()) {
    const ValueId result = asBase(*returned, value(returned));
    if (result != kNoValue) add(Op::kReturn, {result}, spanOf(*returned));
  }
  leave(spanOf(*statement));
  startDeadBlock();
  return kNoValue;
}

ValueId FunctionLowering::VisitCoreturnStmt(const clang::CoreturnStmt* statement) {
  if (const auto* returned = statement->getOperand()) {
    const ValueId result = value(returned);
    if (result != kNoValue) add(Op::kReturn, {unknown({result}, spanOf(*returned))}, spanOf(*returned));
  }
  startDeadBlock();
  return kNoValue;
}

ValueId FunctionLowering::VisitCoroutineBodyStmt(const clang::CoroutineBodyStmt* statement) {
  lower(statement->getBody());
  return kNoValue;
}

// Anything may have been assigned on the way to a label.
ValueId FunctionLowering::VisitLabelStmt(const clang::LabelStmt* statement) {
  startNewBlock();
  std::set<const clang::VarDecl*> all;
  for (const auto& [variable, name] : keys_) all.insert(variable);
  forgetVariables(all, spanOf(*statement->getSubStmt()));
  lower(statement->getSubStmt());
  return kNoValue;
}

ValueId FunctionLowering::VisitGotoStmt(const clang::GotoStmt*) {
  startDeadBlock();
  return kNoValue;
}

ValueId FunctionLowering::VisitIndirectGotoStmt(const clang::IndirectGotoStmt*) {
  startDeadBlock();
  return kNoValue;
}

void FunctionLowering::forgetVariables(const std::set<const clang::VarDecl*>& variables, Span span) {
  std::map<std::string, const clang::VarDecl*> ordered;
  for (const auto* variable : variables) ordered.emplace(key(*variable), variable);
  for (const auto& [name, variable] : ordered) {
    const ValueId known = builder_.read(name);
    writeVariable(*variable, known == kNoValue ? unknown({}, span) : unknown({known}, span));
  }
}

void FunctionLowering::lowerHandlers(const clang::CXXTryStmt& statement, const std::set<const clang::VarDecl*>& written,
                                     Block join) {
  const Block head = builder_.current();
  for (unsigned index = 0; index < statement.getNumHandlers(); ++index) {
    builder_.enter(head);
    startNewBlock();
    const auto& handler = *statement.getHandler(index);
    forgetVariables(written, spanOf(handler));
    if (const auto* caught = handler.getExceptionDecl()) writeVariable(*caught, unknown({}, spanOf(handler)));
    lower(handler.getHandlerBlock());
    builder_.jumpTo(join);
  }
}

// A handler may be entered from anywhere in the block: what the block assigns is not known there.
ValueId FunctionLowering::VisitCXXTryStmt(const clang::CXXTryStmt* statement) {
  const Block before = builder_.current();
  const Block join = builder_.makeBlock();
  std::set<const clang::VarDecl*> written;
  writes_.push_back(&written);
  startNewBlock();
  lower(statement->getTryBlock());
  writes_.pop_back();
  for (auto* outer : writes_) outer->insert(written.begin(), written.end());
  builder_.jumpTo(join);
  builder_.enter(before);
  lowerHandlers(*statement, written, join);
  startBlock(join);
  return kNoValue;
}

}  // namespace gander::rewriter
