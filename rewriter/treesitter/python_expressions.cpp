// Expressions, but for calls and attributes.
#include <fmt/format.h>

#include <algorithm>

#include "rewriter/treesitter/python_lowering.h"

namespace gander::rewriter {
namespace {

constexpr int kMaximalDepth = 256;

Node withoutParentheses(Node node) {
  while (node.is("parenthesized_expression")) {
    const Node inner = node.first();
    if (!inner) break;
    node = inner;
  }
  return node;
}

}  // namespace

ValueId PythonLowering::lower(Node node) {
  using Lower = ValueId (PythonLowering::*)(Node);
  static const std::map<std::string_view, Lower> kLowerings = {
      {"identifier", &PythonLowering::readName},
      {"attribute", &PythonLowering::lowerAttribute},
      {"call", &PythonLowering::lowerCall},
      {"subscript", &PythonLowering::lowerSubscript},
      {"string", &PythonLowering::lowerText},
      {"concatenated_string", &PythonLowering::lowerText},
      {"binary_operator", &PythonLowering::lowerBinary},
      {"boolean_operator", &PythonLowering::lowerBoolean},
      {"comparison_operator", &PythonLowering::lowerComparison},
      {"conditional_expression", &PythonLowering::lowerConditional},
      {"tuple", &PythonLowering::lowerCollection},
      {"list", &PythonLowering::lowerCollection},
      {"set", &PythonLowering::lowerCollection},
      {"expression_list", &PythonLowering::lowerCollection},
      {"pattern_list", &PythonLowering::lowerCollection},
      {"dictionary", &PythonLowering::lowerDictionary},
      {"list_comprehension", &PythonLowering::lowerComprehension},
      {"set_comprehension", &PythonLowering::lowerComprehension},
      {"dictionary_comprehension", &PythonLowering::lowerComprehension},
      {"generator_expression", &PythonLowering::lowerComprehension},
      {"lambda", &PythonLowering::lowerLambda},
      {"yield", &PythonLowering::lowerYield},
      {"await", &PythonLowering::lowerCopy},
      {"named_expression", &PythonLowering::lowerWalrus},
      {"integer", &PythonLowering::lowerOpaque},
      {"float", &PythonLowering::lowerOpaque},
      {"true", &PythonLowering::lowerOpaque},
      {"false", &PythonLowering::lowerOpaque},
      {"none", &PythonLowering::lowerOpaque},
      {"ellipsis", &PythonLowering::lowerOpaque},
      {"type", &PythonLowering::lowerNested},
      {"assignment", &PythonLowering::lowerNested},
  };
  node = withoutParentheses(node);
  if (!node) return kNoValue;
  if (depth_ >= kMaximalDepth) {
    gaps_.push_back({scopes_.path(), fmt::format("line {}: nested too deeply to be read", node.line())});
    return add(make(Op::kUnknown, node));
  }
  ++depth_;
  const auto found = kLowerings.find(node.type());
  const ValueId value = found == kLowerings.end() ? lowerUnknown(node) : (this->*found->second)(node);
  --depth_;
  return value;
}

ValueId PythonLowering::lowerOpaque(Node node) { return add(make(Op::kConst, node)); }

ValueId PythonLowering::lowerNested(Node node) {
  return node.first() ? lower(node.first()) : add(make(Op::kUnknown, node));
}

// Also `not x`, `-x`, slices, and what the grammar may learn one day.
ValueId PythonLowering::lowerUnknown(Node node) {
  std::vector<ValueId> operands;
  for (const Node child : node.children()) operands.push_back(lower(child));
  std::erase(operands, kNoValue);
  return add(make(Op::kUnknown, node, std::move(operands)));
}

ValueId PythonLowering::lowerCopy(Node node) {
  const ValueId value = lowerNested(node);
  const ValueId copy = add(make(Op::kCopy, node, {value}));
  frame_->classes[copy] = classOf(value);
  return copy;
}

ValueId PythonLowering::lowerWalrus(Node node) {
  const Node right = node.field("value");
  const ValueId value = right ? lower(right) : add(make(Op::kUnknown, node));
  if (const Node name = node.field("name")) writeName(name, value);
  return value;
}

ValueId PythonLowering::lowerBinary(Node node) {
  const Node left = node.field("left");
  const Node right = node.field("right");
  if (!left || !right) return lowerUnknown(node);
  std::string_view sign = scopes_.text().substr(left.range().end, right.range().begin - left.range().end);
  for (const Node child : node.allChildren()) {
    if (!child.isNamed()) sign = textOf(child);
  }
  if (sign == "+") return lowerChain(node, sign, Op::kConcat);
  if (sign == "|")
    return lowerChain(node, sign, Op::kPhi);  // a dictionary merged with another; of numbers nothing is asked
  if (sign != "%") return lowerUnknown(node);
  const ValueId text = lower(left);
  const Node arguments = withoutParentheses(right);
  std::vector<ValueId> operands{text};
  if (arguments.is("tuple")) {
    for (const Node child : arguments.children()) operands.push_back(lower(child));
  } else {
    operands.push_back(lower(arguments));
  }
  Fact format = make(Op::kFormat, node, std::move(operands));
  format.name = "%";
  return add(std::move(format));
}

// a + b + c as one fact, however long: the left side nests, and generated code nests it thousands deep.
ValueId PythonLowering::lowerChain(Node node, std::string_view sign, Op op) {
  std::vector<Node> parts;
  Node left = node;
  while (true) {
    left = withoutParentheses(left);
    const Node right = left.field("right");
    const bool same =
        left.type() == node.type() && left.field("left") && right &&
        std::ranges::any_of(left.allChildren(), [&](Node child) { return !child.isNamed() && textOf(child) == sign; });
    if (!same) break;
    parts.push_back(right);
    left = left.field("left");
  }
  parts.push_back(left);
  std::vector<ValueId> values;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) values.push_back(lower(*part));
  return add(make(op, node, std::move(values)));
}

ValueId PythonLowering::lowerBoolean(Node node) {
  for (const Node child : node.allChildren()) {
    if (!child.isNamed()) return lowerChain(node, textOf(child), Op::kPhi);
  }
  return lowerUnknown(node);
}

// `"user_name" in row` is a call of row.__contains__: it names a field as row["user_name"] does.
ValueId PythonLowering::lowerComparison(Node node) {
  std::vector<ValueId> values;
  std::vector<Node> operators;
  for (const auto& child : node.allChildren()) {
    if (child.isNamed() && !child.is("comment") && !child.isBroken() && !child.type().ends_with("in"))
      values.push_back(lower(child));
    if (!child.isNamed()) operators.push_back(child);
  }
  if (values.size() != 2 || operators.empty() || !textOf(operators.back()).ends_with("in")) {
    return add(make(Op::kUnknown, node, std::move(values)));
  }
  Fact call = make(Op::kCall, operators.back(), {values[1], values[0]});
  call.name = "__contains__";
  return add(std::move(call));
}

ValueId PythonLowering::lowerConditional(Node node) {
  const auto children = node.children();  // value, condition, other value
  if (children.size() != 3) return lowerUnknown(node);
  lower(children[1]);
  const ValueId then = lower(children[0]);
  const ValueId otherwise = lower(children[2]);
  return add(make(Op::kPhi, node, {then, otherwise}));
}

ValueId PythonLowering::lowerSubscript(Node node) {
  const Node object = node.field("value");
  if (!object) return lowerUnknown(node);
  const ValueId base = lower(object);
  const auto keys = node.fields("subscript");
  if (keys.empty() || (keys.size() == 1 && keys[0].is("slice"))) {
    std::vector<ValueId> operands{base};
    if (!keys.empty()) operands.push_back(lower(keys[0]));
    return add(make(Op::kUnknown, node, std::move(operands)));
  }
  return add(make(Op::kIndex, node, {base, keyOf(node)}));
}

ValueId PythonLowering::keyOf(Node subscript) {
  const auto keys = subscript.fields("subscript");
  if (keys.size() == 1) return lower(keys[0]);
  std::vector<ValueId> record;
  for (const Node key : keys) {
    record.push_back(kNoValue);
    record.push_back(lower(key));
  }
  return add(make(Op::kRecord, subscript, std::move(record)));
}

// [a, b, *rest] may be its own record or hold what `rest` holds.
ValueId PythonLowering::lowerCollection(Node node) {
  std::vector<ValueId> record;
  std::vector<ValueId> values;
  std::vector<ValueId> spread;
  for (const Node child : node.children()) {
    if (child.is("list_splat") || child.is("parenthesized_list_splat")) {
      Node inner = child.first();
      while (inner.is("list_splat") || inner.is("parenthesized_expression")) inner = inner.first();
      if (inner) spread.push_back(lower(inner));
      continue;
    }
    values.push_back(lower(child));
    record.push_back(kNoValue);
    record.push_back(values.back());
  }
  const ValueId value = add(make(Op::kRecord, node, std::move(record)));
  if (spread.empty()) {
    if (!node.is("list") && !node.is("set")) frame_->tuples[value] = std::move(values);
    return value;
  }
  spread.insert(spread.begin(), value);
  return add(make(Op::kPhi, node, std::move(spread)));
}

ValueId PythonLowering::lowerDictionary(Node node) {
  std::vector<ValueId> record;
  std::vector<ValueId> spread;
  for (const Node child : node.children()) {
    if (child.is("dictionary_splat")) {
      if (child.first()) spread.push_back(lower(child.first()));
    } else if (child.field("key") && child.field("value")) {
      record.push_back(lower(child.field("key")));
      record.push_back(lower(child.field("value")));
    }
  }
  const ValueId value = add(make(Op::kRecord, node, std::move(record)));
  if (spread.empty()) return value;
  spread.insert(spread.begin(), value);
  return add(make(Op::kPhi, node, std::move(spread)));
}

ValueId PythonLowering::lowerComprehension(Node node) {
  const Scope* outer = scope_;
  const Scope* inner = scopes_.opened(node);
  if (inner == nullptr) return lowerUnknown(node);
  bool first = true;
  for (const Node clause : node.children()) {
    if (clause.is("if_clause") && clause.first()) lower(clause.first());
    if (!clause.is("for_in_clause")) continue;
    scope_ = first ? outer : inner;
    const auto sources = clause.fields("right");
    const ValueId iterable = sources.size() == 1 ? lower(sources[0]) : add(make(Op::kUnknown, clause));
    scope_ = inner;
    first = false;
    if (const Node left = clause.field("left")) assign(left, add(make(Op::kElement, left, {iterable})));
  }
  std::vector<ValueId> record;
  const Node body = node.field("body");
  if (body.is("pair") && body.field("key") && body.field("value")) {
    record = {lower(body.field("key")), kNoValue};
    record[1] = lower(body.field("value"));
  } else if (body) {
    record = {kNoValue, lower(body)};
  }
  scope_ = outer;
  Fact each = make(Op::kRecord, node, std::move(record));
  each.name = "each";
  return add(std::move(each));
}

ValueId PythonLowering::lowerLambda(Node node) {
  const Scope* scope = scopes_.opened(node);
  if (scope == nullptr) return lowerUnknown(node);
  lowerDefaults(node.field("parameters"), *scope);
  queue(scope);
  return addGlobal(node, scope->symbol, "<lambda>", How::kImport);
}

// A generator gives its caller something to iterate over that holds what it yields.
ValueId PythonLowering::lowerYield(Node node) {
  if (const Node child = node.first()) {
    const bool from =
        textOf(node).substr(0, child.range().begin - node.range().begin).find("from") != std::string_view::npos;
    const ValueId value = lower(child);
    add(make(Op::kReturn, node, {from ? value : add(make(Op::kRecord, node, {kNoValue, value}))}));
  }
  return add(make(Op::kUnknown, node));  // what send() gives
}

// Literals side by side are one text; with interpolations between them they are put together.
ValueId PythonLowering::lowerText(Node node) {
  std::vector<StringPart> parts;
  for (const Node string : node.is("concatenated_string") ? node.children() : std::vector<Node>{node}) {
    for (StringPart& part : stringParts(scopes_.path(), scopes_.text(), string)) parts.push_back(std::move(part));
  }
  std::vector<ValueId> values;
  Fact constant = make(Op::kConst, node);
  const auto flush = [&] {
    if (!constant.text.empty()) values.push_back(add(constant));
    constant.text.clear();
  };
  for (StringPart& part : parts) {
    if (!part.interpolation) {
      constant.text.push_back(std::move(part.piece));
      continue;
    }
    flush();
    values.push_back(lowerInterpolation(part.interpolation));
  }
  if (values.empty()) return add(std::move(constant));
  flush();
  return add(make(Op::kConcat, node, std::move(values)));
}

// {x} and {x!s} are the value as it is; with another conversion, a width or `=` they are not.
ValueId PythonLowering::lowerInterpolation(Node node) {
  const Node expression = node.field("expression");
  if (!expression) return add(make(Op::kUnknown, node));
  const ValueId value = lower(expression);
  const Node conversion = node.field("type_conversion");
  const Node specifier = node.field("format_specifier");
  if (specifier) {
    for (const Node inner : specifier.children()) {
      if (inner.field("expression")) lower(inner.field("expression"));
    }
  }
  bool debug = false;
  for (const Node child : node.allChildren()) debug = debug || (!child.isNamed() && textOf(child) == "=");
  const bool plain =
      !debug && (!specifier || textOf(specifier).size() <= 1) && (!conversion || textOf(conversion) == "!s");
  return plain ? value : add(make(Op::kUnknown, node, {value}));
}

}  // namespace gander::rewriter
