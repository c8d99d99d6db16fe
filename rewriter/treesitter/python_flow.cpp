// Statements that branch: each makes blocks, so that a variable is the join of what the paths gave it.
#include "rewriter/treesitter/python_lowering.h"

namespace gander::rewriter {

void PythonLowering::jump(Block block) {
  if (frame_->dead) return;
  frame_->builder.jumpTo(block);
  frame_->reached.insert(block);
}

void PythonLowering::start(Block block) {
  frame_->builder.enter(block);
  frame_->dead = !frame_->reached.contains(block);
}

void PythonLowering::startSealed(Block block) {
  frame_->builder.seal(block);
  start(block);
}

// The end of a path. What stands behind is lowered with the values as they are, in a block that leads nowhere.
void PythonLowering::leave() {
  if (!frame_->handlers.empty()) jump(frame_->handlers.back());  // a `finally` sees them
  const Block behind = frame_->builder.makeBlock();
  frame_->builder.jumpTo(behind);
  startSealed(behind);
  frame_->dead = true;
}

// Inside a try any statement may be the last one: the handler sees the variables as they are behind each.
void PythonLowering::checkpoint() {
  if (frame_->handlers.empty() || frame_->dead) return;
  jump(frame_->handlers.back());
  const Block next = frame_->builder.makeBlock();
  jump(next);
  startSealed(next);
}

void PythonLowering::lowerIf(Node node) {
  const Block after = frame_->builder.makeBlock();
  std::vector<Node> clauses = node.fields("alternative");
  clauses.insert(clauses.begin(), node);
  for (const Node clause : clauses) {
    if (clause.is("else_clause")) {
      lowerBlock(clause.field("body"));
      break;
    }
    if (const Node condition = clause.field("condition")) lower(condition);
    const Block then = frame_->builder.makeBlock();
    const Block next = frame_->builder.makeBlock();
    jump(then);
    jump(next);
    startSealed(then);
    lowerBlock(clause.field("consequence"));
    jump(after);
    startSealed(next);
  }
  jump(after);
  startSealed(after);
}

void PythonLowering::lowerLoopBody(Node node, Block head, Block after) {
  frame_->loops.push_back({head, after});
  lowerBlock(node.field("body"));
  frame_->loops.pop_back();
  jump(head);
  frame_->builder.seal(head);
}

void PythonLowering::lowerWhile(Node node) {
  const Block head = frame_->builder.makeBlock();
  const Block body = frame_->builder.makeBlock();
  const Block done = frame_->builder.makeBlock();
  const Block after = frame_->builder.makeBlock();
  jump(head);
  start(head);
  if (const Node condition = node.field("condition")) lower(condition);
  jump(body);
  jump(done);
  startSealed(body);
  lowerLoopBody(node, head, after);
  startSealed(done);
  if (const Node otherwise = node.field("alternative")) lowerBlock(otherwise.field("body"));
  jump(after);
  startSealed(after);
}

void PythonLowering::lowerFor(Node node) {
  const Node right = node.field("right");
  const ValueId iterable = right ? lower(right) : add(make(Op::kUnknown, node));
  const Block head = frame_->builder.makeBlock();
  const Block body = frame_->builder.makeBlock();
  const Block done = frame_->builder.makeBlock();
  const Block after = frame_->builder.makeBlock();
  jump(head);
  start(head);
  jump(body);
  jump(done);
  startSealed(body);
  if (const Node left = node.field("left")) assign(left, add(make(Op::kElement, left, {iterable})));
  lowerLoopBody(node, head, after);
  startSealed(done);
  if (const Node otherwise = node.field("alternative")) lowerBlock(otherwise.field("body"));
  jump(after);
  startSealed(after);
}

void PythonLowering::lowerBreak(Node node) {
  if (!frame_->loops.empty()) {
    const PythonFrame::Loop loop = frame_->loops.back();
    jump(node.is("break_statement") ? loop.after : loop.head);
  }
  leave();
}

// A `finally` is lowered twice, as the paths that come through it part again behind it: once for those that leave, once for
// those that go on. Within three others it is lowered once, for all.
void PythonLowering::lowerTry(Node node) {
  Node last;
  std::vector<Node> handlers;
  Node otherwise;
  for (const Node child : node.children()) {
    if (child.is("except_clause")) handlers.push_back(child);
    if (child.is("else_clause")) otherwise = child.field("body");
    if (child.is("finally_clause")) last = child.first();
  }
  const Block dispatch = frame_->builder.makeBlock();
  const Block leaving = frame_->builder.makeBlock();
  const Block after = frame_->builder.makeBlock();
  if (last) frame_->handlers.push_back(leaving);
  frame_->handlers.push_back(dispatch);
  checkpoint();
  lowerBlock(node.field("body"));
  frame_->handlers.pop_back();
  if (otherwise) lowerBlock(otherwise);
  jump(after);
  frame_->builder.seal(dispatch);
  for (const Node handler : handlers) {
    start(dispatch);
    const Block block = frame_->builder.makeBlock();
    jump(block);
    startSealed(block);
    lowerHandler(handler);
    jump(after);
  }
  start(dispatch);
  if (last) {
    jump(leaving);
    frame_->handlers.pop_back();
    const bool twice = ++finallyDepth_ <= 3;
    startSealed(leaving);
    if (twice) lowerBlock(last);
    if (!twice) jump(after);
  }
  startSealed(after);
  if (last) {
    lowerBlock(last);
    --finallyDepth_;
  }
}

void PythonLowering::lowerHandler(Node clause) {
  for (const Node child : clause.children()) {
    if (child.is("block")) {
      lowerBlock(child);
    } else if (child.is("as_pattern")) {
      if (child.first()) lower(child.first());
      if (const Node alias = child.field("alias")) assign(alias, add(make(Op::kUnknown, alias)));
    } else {
      lower(child);
    }
  }
}

// `with x as y`: y is taken for x, as most context managers return themselves.
void PythonLowering::lowerWith(Node node) {
  for (const Node clause : node.children()) {
    if (!clause.is("with_clause")) continue;
    for (const Node item : clause.children()) {
      const Node value = item.field("value");
      if (!value) continue;
      const bool named = value.is("as_pattern");
      const Node source = named ? value.first() : value;
      if (!source) continue;
      const ValueId opened = lower(source);
      if (!named || !value.field("alias")) continue;
      const ValueId entered = add(make(Op::kCopy, source, {opened}));
      frame_->classes[entered] = classOf(opened);
      assign(value.field("alias"), entered);
    }
  }
  lowerBlock(node.field("body"));
}

void PythonLowering::lowerMatch(Node node) {
  std::vector<ValueId> subjects;
  for (const Node subject : node.fields("subject")) subjects.push_back(lower(subject));
  const ValueId subject = subjects.size() == 1 ? subjects[0] : add(make(Op::kUnknown, node, subjects));
  const Block after = frame_->builder.makeBlock();
  for (const Node clause : node.field("body").children()) {
    if (!clause.is("case_clause")) continue;
    const Block then = frame_->builder.makeBlock();
    const Block next = frame_->builder.makeBlock();
    jump(then);
    jump(next);
    startSealed(then);
    for (const Node child : clause.children()) {
      if (child.is("case_pattern")) bindPattern(child, subject);
      if (child.is("if_clause") && child.first()) lower(child.first());
    }
    lowerBlock(clause.field("consequence"));
    jump(after);
    startSealed(next);
  }
  jump(after);
  startSealed(after);
}

}  // namespace gander::rewriter
