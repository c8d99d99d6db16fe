// Statements that don't branch.
#include "rewriter/treesitter/python_lowering.h"

#include <fmt/format.h>

namespace gander::rewriter {
namespace {

constexpr int kMaximalDepth = 256;  // statements and expressions in one another

}  // namespace

void PythonLowering::lowerBlock(Node block) {
  for (const Node statement : block.children()) {
    lowerStatement(statement);
    checkpoint();
  }
}

void PythonLowering::lowerStatement(Node node) {
  using Lower = void (PythonLowering::*)(Node);
  static const std::map<std::string_view, Lower> kLowerings = {
      {"expression_statement", &PythonLowering::lowerExpressionStatement},
      {"return_statement", &PythonLowering::lowerReturn},
      {"raise_statement", &PythonLowering::lowerRaise},
      {"delete_statement", &PythonLowering::lowerDelete},
      {"import_statement", &PythonLowering::lowerImport},
      {"import_from_statement", &PythonLowering::lowerImport},
      {"assert_statement", &PythonLowering::lowerOperands},
      {"print_statement", &PythonLowering::lowerOperands},
      {"exec_statement", &PythonLowering::lowerOperands},
      {"function_definition", &PythonLowering::lowerDefinition},
      {"class_definition", &PythonLowering::lowerClass},
      {"decorated_definition", &PythonLowering::lowerDecorated},
      {"if_statement", &PythonLowering::lowerIf},
      {"while_statement", &PythonLowering::lowerWhile},
      {"for_statement", &PythonLowering::lowerFor},
      {"break_statement", &PythonLowering::lowerBreak},
      {"continue_statement", &PythonLowering::lowerBreak},
      {"try_statement", &PythonLowering::lowerTry},
      {"with_statement", &PythonLowering::lowerWith},
      {"match_statement", &PythonLowering::lowerMatch},
  };
  const auto found = kLowerings.find(node.type());
  if (found == kLowerings.end()) return;  // pass, global, nonlocal, __future__, type aliases: nothing flows
  if (depth_ >= kMaximalDepth) {
    gaps_.push_back({scopes_.path(), fmt::format("line {}: nested too deeply to be read", node.line())});
    return;
  }
  ++depth_;
  (this->*found->second)(node);
  --depth_;
}

void PythonLowering::lowerExpressionStatement(Node node) {
  const auto children = node.children();
  for (const Node child : children) {
    if (child.is("assignment")) {
      lowerAssignment(child);
    } else if (child.is("augmented_assignment")) {
      lowerAugmented(child);
    } else if (!child.is("string") || children.size() > 1) {  // a string of its own is a docstring or nothing
      lower(child);
    }
  }
}

// `a = b = value`: the value is lowered once and written to each target.
void PythonLowering::lowerAssignment(Node node) {
  std::vector<Node> targets;
  Node right = node;
  while (right && right.is("assignment")) {
    if (const Node left = right.field("left")) targets.push_back(left);
    right = right.field("right");
  }
  if (!right) return;  // only an annotation
  const ValueId value = lower(right);
  for (const Node target : targets) assign(target, value);
}

void PythonLowering::lowerAugmented(Node node) {
  const Node left = node.field("left");
  const Node right = node.field("right");
  if (!left || !right) return;
  const ValueId before = lower(left);
  const ValueId operand = lower(right);
  const std::string_view text = textOf(node).substr(left.range().end - node.range().begin);
  const bool joins = text.find_first_not_of(" \t\\\r\n") == text.find("+=");
  assign(left, add(make(joins ? Op::kConcat : Op::kUnknown, node, {before, operand})));
}

void PythonLowering::lowerReturn(Node node) {
  if (const Node value = node.first()) add(make(Op::kReturn, value, {lower(value)}));
  leave();
}

void PythonLowering::lowerRaise(Node node) {
  std::vector<ValueId> operands;
  for (const Node child : node.children()) operands.push_back(lower(child));
  if (!operands.empty()) add(make(Op::kUnknown, node, std::move(operands)));
  leave();
}

// Deleting row["x"] names the field as a read of it does.
void PythonLowering::lowerDelete(Node node) {
  for (const Node child : node.children()) {
    if (!child.is("identifier")) lower(child);
  }
}

void PythonLowering::lowerOperands(Node node) {
  for (const Node child : node.children()) lower(child.is("chevron") ? child.first() : child);
}

// A package passes on what its `__init__.py` imports: other files read it under the package's name.
void PythonLowering::lowerImport(Node node) {
  if (scope_ != &scopes_.module() || !scopes_.path().ends_with("__init__.py")) return;
  for (const Node imported : node.fields("name")) {
    const Node name = imported.is("aliased_import") ? imported.field("alias") : imported.first();
    if (!name) continue;
    const Found found = scopes_.lookup(*scope_, textOf(name));
    if (!found || found.binding->kind != BindingKind::kImport) continue;
    const ValueId value = addGlobal(imported, found.binding->symbol, found.binding->dotted, How::kImport);
    Fact write = make(Op::kGlobal, name, {value});
    write.access = Access::kWrite;
    write.symbol = scope_->symbolOf(textOf(name));
    write.name = textOf(name);
    add(std::move(write));
  }
}

}  // namespace gander::rewriter
