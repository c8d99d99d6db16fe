#include "rewriter/sql/jinja.h"

#include <algorithm>

#include "rewriter/sql/jinja_tokens.h"

namespace gander::rewriter::sql {
namespace {

using Kind = JinjaValue::Kind;

constexpr int kDepthLimit = 64;

class Reader {
 public:
  Reader(std::string_view text, ByteRange inside) : inside_(inside), tokens_(jinjaTokens(text, inside)) {}

  // x, a if c else b; to the end of what can be read.
  JinjaValue expression() {
    if (++depth_ > kDepthLimit) return tooDeep();
    auto value = operation();
    if (takeWord("if")) {
      auto condition = operation();
      std::vector<JinjaValue> items{std::move(value)};
      if (takeWord("else")) items.push_back(expression());
      value = over(Kind::kChoice, std::move(items));
      value.named.push_back({"if", condition.range, std::move(condition)});
    }
    --depth_;
    return value;
  }

  // All of the inside; what is left over makes it unknown.
  JinjaValue whole() {
    auto value = tuple();
    if (done()) return value;
    std::vector<JinjaValue> items{std::move(value)};
    while (!done()) {
      size_t before = at_;
      items.push_back(expression());
      if (at_ == before) ++at_;
    }
    return over(Kind::kUnknown, std::move(items));
  }

  JinjaStatement statement() {
    JinjaStatement out;
    if (done()) return out;
    out.word = next().text;
    if (out.word == "set") {
      readSet(out);
    } else if (out.word == "for") {
      readFor(out);
    } else if (out.word == "macro" || out.word == "test" || out.word == "snapshot" || out.word == "docs" ||
               out.word == "materialization") {
      readNamed(out);
    } else if (out.word == "call") {
      if (is("(")) readParameters(out);
      if (!done()) out.value = whole();
    } else if (!done()) {
      out.value = whole();
    }
    return out;
  }

 private:
  bool done() const { return at_ >= tokens_.size(); }
  const JinjaToken& peek() const { return tokens_[at_]; }
  const JinjaToken& next() { return tokens_[at_++]; }
  bool is(std::string_view punctuation) const {
    return !done() && peek().kind == JinjaToken::Kind::kSign && peek().text == punctuation;
  }
  bool isWord(std::string_view word) const {
    return !done() && peek().kind == JinjaToken::Kind::kName && peek().text == word;
  }
  bool take(std::string_view punctuation) { return is(punctuation) && ++at_ > 0; }
  bool takeWord(std::string_view word) { return isWord(word) && ++at_ > 0; }

  JinjaValue tooDeep() {
    JinjaValue value;
    if (!done()) value.range = {peek().range.begin, inside_.end};
    at_ = tokens_.size();
    return value;
  }

  static JinjaValue over(Kind kind, std::vector<JinjaValue> items) {
    JinjaValue value;
    value.kind = kind;
    value.range = {items.front().range.begin, items.back().range.end};
    value.items = std::move(items);
    return value;
  }

  // Operands with operators between them. Only what puts texts together or chooses is told apart.
  JinjaValue operation() {
    std::vector<JinjaValue> items{operand()};
    bool concat = true;
    bool choice = true;
    while (!done()) {
      if (is("~") || is("+")) {
        choice = false;
      } else if (isWord("or")) {
        concat = false;
      } else if (isOperator()) {
        concat = choice = false;
      } else {
        break;
      }
      ++at_;
      if (isWord("not")) ++at_;  // is not, not in
      if (!done()) items.push_back(operand());
    }
    if (items.size() == 1) return std::move(items.front());
    return over(concat ? Kind::kConcat : choice ? Kind::kChoice : Kind::kUnknown, std::move(items));
  }

  bool isOperator() const {
    static constexpr std::string_view kSigns[] = {"-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "//", "**"};
    static constexpr std::string_view kWords[] = {"and", "in", "is", "not"};
    if (peek().kind == JinjaToken::Kind::kSign) return std::ranges::find(kSigns, peek().text) != std::end(kSigns);
    return peek().kind == JinjaToken::Kind::kName && std::ranges::find(kWords, peek().text) != std::end(kWords);
  }

  JinjaValue operand() {
    bool negated = false;
    while (is("-") || is("+") || isWord("not")) negated = true, ++at_;
    auto value = postfix(primary());
    if (negated && value.kind != Kind::kNumber) return over(Kind::kUnknown, {std::move(value)});
    return value;
  }

  JinjaValue primary() {
    if (done()) return {Kind::kUnknown, {inside_.end, inside_.end}, {}, {}, true, {}, {}, {}, {}};
    const auto& token = peek();
    switch (token.kind) {
      case JinjaToken::Kind::kText: return texts();
      case JinjaToken::Kind::kNumber: return leaf(Kind::kNumber);
      case JinjaToken::Kind::kName: return leaf(Kind::kName);
      case JinjaToken::Kind::kSign: break;
    }
    if (is("[")) return list("]");
    if (is("(")) return list(")");
    if (is("{")) return dict();
    JinjaValue unknown;
    unknown.range = token.range;
    // A closing sign is its opener's to take.
    if (!is(")") && !is("]") && !is("}") && !is(",")) ++at_;
    return unknown;
  }

  JinjaValue leaf(Kind kind) {
    const auto& token = next();
    JinjaValue value;
    value.kind = kind;
    value.range = token.range;
    value.body = token.body;
    value.text = token.text;
    value.plain = token.plain;
    return value;
  }

  // 'a' 'b' is one text in two literals.
  JinjaValue texts() {
    std::vector<JinjaValue> items{leaf(Kind::kText)};
    while (!done() && peek().kind == JinjaToken::Kind::kText) items.push_back(leaf(Kind::kText));
    return items.size() == 1 ? std::move(items.front()) : over(Kind::kConcat, std::move(items));
  }

  JinjaValue postfix(JinjaValue value) {
    for (;;) {
      if (is("(")) {
        call(value);
      } else if (is(".") && at_ + 1 < tokens_.size()) {
        member(value);
      } else if (is("[")) {
        subscript(value);
      } else if (is("|") && at_ + 1 < tokens_.size()) {
        filter(value);
      } else {
        return value;
      }
    }
  }

  void member(JinjaValue& value) {
    ++at_;
    const auto& name = next();
    if (value.kind == Kind::kName && value.filters.empty()) {
      value.text += "." + name.text;
      value.range.end = value.body.end = name.range.end;
      return;
    }
    JinjaValue element;
    element.kind = Kind::kElement;
    element.text = name.text;
    element.body = name.range;
    element.range = {value.range.begin, name.range.end};
    element.items.push_back(std::move(value));
    value = std::move(element);
  }

  void subscript(JinjaValue& value) {
    auto index = list("]");
    JinjaValue element;
    element.kind = Kind::kElement;
    element.range = {value.range.begin, index.range.end};
    if (index.items.size() == 1 && index.items[0].isText()) element.text = index.items[0].text;
    element.items.push_back(std::move(value));
    for (auto& one : index.items) element.items.push_back(std::move(one));
    value = std::move(element);
  }

  void call(JinjaValue& value) {
    JinjaValue made;
    made.kind = value.kind == Kind::kName || value.kind == Kind::kElement ? Kind::kCall : Kind::kUnknown;
    made.text = value.text;
    made.body = value.body;
    made.range.begin = value.range.begin;
    if (value.kind == Kind::kElement) {
      made.base.push_back(std::move(value.items.front()));
    } else if (value.kind != Kind::kName || !value.filters.empty()) {
      made.base.push_back(std::move(value));
    }
    ++at_;
    arguments(made, ")");
    made.range.end = endOfLast();
    value = std::move(made);
  }

  void filter(JinjaValue& value) {
    ++at_;
    std::string name = next().text;
    while (is(".") && at_ + 1 < tokens_.size()) ++at_, name += "." + next().text;
    value.filters.push_back(name);
    value.range.end = endOfLast();
    if (!take("(")) return;
    JinjaValue given;
    arguments(given, ")");
    value.range.end = endOfLast();
    for (auto& one : given.items) value.named.push_back({"|" + name, one.range, std::move(one)});
    for (auto& one : given.named) value.named.push_back(std::move(one));
  }

  uint32_t endOfLast() const { return at_ == 0 ? inside_.begin : tokens_[at_ - 1].range.end; }

  // Up to the closing sign, which is taken too.
  void arguments(JinjaValue& into, std::string_view close) {
    while (!done() && !take(close)) {
      size_t before = at_;
      while (is("*") || is("**")) ++at_;
      bool keyword = at_ + 1 < tokens_.size() && peek().kind == JinjaToken::Kind::kName &&
                     tokens_[at_ + 1].kind == JinjaToken::Kind::kSign && tokens_[at_ + 1].text == "=";
      if (keyword) {
        const auto& name = next();
        ++at_;
        into.named.push_back({name.text, name.range, expression()});
      } else {
        into.items.push_back(expression());
      }
      if (!take(",") && !is(close) && at_ == before) ++at_;
    }
  }

  // [a, b] and (a, b); (a) is a itself.
  JinjaValue list(std::string_view close) {
    JinjaValue value;
    value.kind = Kind::kList;
    value.range.begin = next().range.begin;
    bool comma = false;
    while (!done() && !take(close)) {
      size_t before = at_;
      value.items.push_back(expression());
      comma |= is(",");
      if (!take(",") && !is(close) && at_ == before) ++at_;
    }
    value.range.end = endOfLast();
    if (close != ")" || comma || value.items.size() != 1) return value;
    auto inner = std::move(value.items.front());
    inner.range = value.range;
    return inner;
  }

  JinjaValue dict() {
    JinjaValue value;
    value.kind = Kind::kDict;
    value.range.begin = next().range.begin;
    while (!done() && !take("}")) {
      size_t before = at_;
      auto key = expression();
      if (take(":")) {
        auto held = expression();
        if (key.isText() || key.kind == Kind::kNumber)
          value.named.push_back({key.text, key.isText() ? key.body : key.range, std::move(held)});
        else
          value.items.push_back(std::move(held));
      } else {
        value.items.push_back(std::move(key));
      }
      if (!take(",") && !is("}") && at_ == before) ++at_;
    }
    value.range.end = endOfLast();
    return value;
  }

  // a, b without brackets, as behind `in` and `=`.
  JinjaValue tuple() {
    std::vector<JinjaValue> items{expression()};
    while (take(",") && !done()) items.push_back(expression());
    return items.size() == 1 ? std::move(items.front()) : over(Kind::kList, std::move(items));
  }

  void readTargets(JinjaStatement& out, std::string_view stopSign, std::string_view stopWord) {
    while (!done() && !is(stopSign) && !isWord(stopWord)) {
      if (peek().kind == JinjaToken::Kind::kName) {
        bool member = at_ >= 2 && tokens_[at_ - 1].text == "." && !out.targets.empty();  // ns.x = ...
        if (member)
          out.targets.back() += "." + peek().text;
        else
          out.targets.push_back(peek().text);
      }
      ++at_;
    }
  }

  void readSet(JinjaStatement& out) {
    readTargets(out, "=", "");
    if (take("=")) out.value = whole();
  }

  void readFor(JinjaStatement& out) {
    readTargets(out, "", "in");
    if (!takeWord("in")) return;
    out.value = tuple();  // `if` of a filter and `recursive` are of no matter here
  }

  void readNamed(JinjaStatement& out) {
    if (done()) return;
    out.nameRange = peek().range;
    out.name = next().text;
    if (is("(")) readParameters(out);
  }

  void readParameters(JinjaStatement& out) {
    ++at_;
    while (!done() && !take(")")) {
      if (peek().kind != JinjaToken::Kind::kName) {
        ++at_;
        continue;
      }
      JinjaParameter parameter;
      parameter.range = peek().range;
      parameter.name = next().text;
      if (take("=")) parameter.byDefault = expression();
      out.parameters.push_back(std::move(parameter));
    }
  }

  ByteRange inside_;
  std::vector<JinjaToken> tokens_;
  size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

const JinjaValue* JinjaValue::argument(size_t position, std::string_view name) const {
  for (const auto& one : named)
    if (!name.empty() && one.name == name) return &one.value;
  return position < items.size() ? &items[position] : nullptr;
}

JinjaValue readJinjaValue(std::string_view text, ByteRange inside) { return Reader(text, inside).whole(); }

JinjaStatement readJinjaStatement(std::string_view text, ByteRange inside) { return Reader(text, inside).statement(); }

}  // namespace gander::rewriter::sql
